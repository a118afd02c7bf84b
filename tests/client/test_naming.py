"""How a person may name a run."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from exlab_wizard.api.models import Overview
from exlab_wizard.client.naming import choose
from exlab_wizard.errors import Code, StagingError
from tests.client.rows import OTHER, RUN, SINGLE, overview, row


def _all() -> Overview:
    return overview(row(RUN), row(OTHER), row(SINGLE))


def _nobody() -> Overview:
    raise AssertionError("the text alone says it")


def _refused(text: str) -> StagingError:
    with pytest.raises(StagingError) as caught:
        choose(text, "/staging", _all)
    return caught.value


@pytest.mark.parametrize("given", [RUN, RUN + "/", PurePosixPath(RUN), f"/staging/{RUN}", f"/staging/{RUN}/", row(RUN)])
def test_a_whole_name_needs_no_question(given: object) -> None:
    assert choose(given, "/staging", _nobody) == RUN  # type: ignore[arg-type]


def test_an_absolute_path_is_cut_by_the_stations_root() -> None:
    assert choose(f"/staging/{RUN}", "", _all) == RUN
    assert _refused(f"/elsewhere/{RUN}").code is Code.INVALID_RUN_PATH


@pytest.mark.parametrize("end", ["TestRun_2026-04-18T09-00", "cell wall/TestRuns/TestRun_2026-04-18T09-00"])
def test_a_unique_end_is_enough(end: str) -> None:
    assert choose(end, "/staging", _all) == SINGLE


def test_an_end_must_begin_at_a_name() -> None:
    assert _refused("2026-04-18T09-00").code is Code.RUN_NOT_FOUND


def test_two_runs_with_the_same_leaf_are_told_apart() -> None:
    error = _refused("Run_2026-04-17T14-32")
    assert error.code is Code.INVALID_REQUEST
    assert error.details["run_paths"] == [RUN, OTHER]
    assert RUN in error.message and OTHER in error.message
    assert choose("PROJ-0043/Runs/Run_2026-04-17T14-32", "/staging", _all) == OTHER


def test_a_slip_is_answered_with_the_nearest_names() -> None:
    error = _refused("TestRun_2026-04-18T09-01")
    assert error.code is Code.RUN_NOT_FOUND
    assert SINGLE in error.message


def test_nothing_near_points_to_the_list() -> None:
    assert "exlab-wizard list" in _refused("coffee").message


@pytest.mark.parametrize(
    "text", ["", "/", f"../{RUN}", "CONFOCAL_01/../Runs/Run_2026-04-17T14-32", "a/b/c/d/e", "a\0/b/c/d"]
)
def test_what_is_no_run_path_goes_no_further(text: str) -> None:
    assert _refused(text).code is Code.INVALID_RUN_PATH
