from __future__ import annotations

import os
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.paths import RunKind, RunPath, is_safe_segment

GOOD = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32"
LEAVES = {"Runs": "Run_2026-04-17T14-32", "TestRuns": "TestRun_2026-04-17T14-32-59"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (GOOD, RunKind.EXPERIMENTAL),
        (GOOD + "-07", RunKind.EXPERIMENTAL),
        ("A/my project (old)/TestRuns/TestRun_2026-04-17T14-32", RunKind.TEST),
        ("A/Prüfling 日本/Runs/Run_2026-04-17T14-32", RunKind.EXPERIMENTAL),
        ("A/.hidden/Runs/Run_2026-04-17T14-32", RunKind.EXPERIMENTAL),
        ("A/a: b/Runs/Run_2026-04-17T14-32", RunKind.EXPERIMENTAL),
        ("A" * 32 + "/p/Runs/Run_2026-04-17T14-32", RunKind.EXPERIMENTAL),
    ],
)
def test_a_run_path_round_trips(text: str, kind: RunKind) -> None:
    run = RunPath.parse(text)
    assert str(run) == text
    assert "/".join(run.parts) == text
    assert run.kind is kind
    assert RunPath.parse(str(run)) == run


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("A\0/p/Runs/Run_2026-04-17T14-32", "NUL"),
        ("A/" + "p" * 5000, "too long"),
        ("A/p/Runs", "four parts"),
        (GOOD + "/data.tif", "four parts"),
        (GOOD + "/", "four parts"),
        ("A//Runs/Run_2026-04-17T14-32", "one plain folder name"),
        ("A/./Runs/Run_2026-04-17T14-32", "one plain folder name"),
        ("A/../Runs/Run_2026-04-17T14-32", "one plain folder name"),
        ("A/.exlab-wizard/Runs/Run_2026-04-17T14-32", "one plain folder name"),
        ("A/a\nb/Runs/Run_2026-04-17T14-32", "one plain folder name"),
        ("A/a\u2028b/Runs/Run_2026-04-17T14-32", "one plain folder name"),
        ("A/\udcff/Runs/Run_2026-04-17T14-32", "one plain folder name"),
        ("A/" + "ü" * 128 + "/Runs/Run_2026-04-17T14-32", "one plain folder name"),
        ("../p/Runs/Run_2026-04-17T14-32", "equipment id"),
        ("confocal/p/Runs/Run_2026-04-17T14-32", "equipment id"),
        ("A" * 33 + "/p/Runs/Run_2026-04-17T14-32", "equipment id"),
        ("A\n/p/Runs/Run_2026-04-17T14-32", "equipment id"),
        ("A/p/runs/Run_2026-04-17T14-32", "Runs or TestRuns"),
        ("A/p/Runs/TestRun_2026-04-17T14-32", "must look like"),
        ("A/p/TestRuns/Run_2026-04-17T14-32", "must look like"),
        ("A/p/Runs/Run_2026-04-17T14-32\n", "must look like"),
        ("A/p/Runs/Run_2026-04-17T14-32 (copy)", "must look like"),
        ("A/p/Runs/Run_２０２６-04-17T14-32", "must look like"),
        ("/" + GOOD, "inside the staging directory"),
    ],
)
def test_anything_else_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(StagingError, match=why) as caught:
        RunPath.parse(text)
    assert caught.value.code is Code.INVALID_RUN_PATH
    assert caught.value.status == 400


def test_half_a_surrogate_pair_from_json_is_refused_like_any_odd_name() -> None:
    with pytest.raises(StagingError, match="one plain folder name"):
        RunPath.parse(GOOD.replace("PROJ-0042", "\ud800"))


@pytest.mark.parametrize("root", ["/staging", "/staging/"])
def test_an_absolute_path_inside_staging_is_a_run_path(root: str) -> None:
    assert str(RunPath.parse(f"/staging/{GOOD}", root)) == GOOD


@pytest.mark.parametrize(
    "text",
    [
        f"/stagingx/{GOOD}",
        f"/other/{GOOD}",
        "/staging",
        "/staging/",
        f"/staging/../staging/{GOOD}",
        f"/staging//{GOOD}",
    ],
)
def test_an_absolute_path_elsewhere_is_none(text: str) -> None:
    with pytest.raises(StagingError):
        RunPath.parse(text, "/staging")


SEGMENTS = st.text(max_size=20) | st.sampled_from(["", ".", "..", "A", "Runs", "TestRuns", *LEAVES.values(), "\0"])


@given(st.lists(SEGMENTS, max_size=7).map("/".join))
@example("A/../Runs/Run_2026-04-17T14-32")
@example("A/\ud800/Runs/Run_2026-04-17T14-32")
def test_what_is_accepted_is_exactly_one_run_and_can_be_opened(text: str) -> None:
    with suppress(StagingError):
        run = RunPath.parse(text)
        assert str(run) == text
        assert len(run.parts) == 4
        assert not {"", ".", "..", ".exlab-wizard"} & set(run.parts)
        assert "\0" not in text
        assert all(len(os.fsencode(part)) <= 255 for part in run.parts)
        assert len(run.key) == 32


@given(st.text(min_size=1, max_size=40), st.sampled_from(list(LEAVES.items())))
def test_every_safe_project_makes_a_run(project: str, end: tuple[str, str]) -> None:
    text = f"MICRO_7/{project}/{end[0]}/{end[1]}"
    if is_safe_segment(project):
        assert RunPath.parse(text).project == project
    else:
        with pytest.raises(StagingError):
            RunPath.parse(text)


def test_keys_tell_runs_apart_and_are_plain_names() -> None:
    texts = [GOOD, GOOD.replace("0042", "0043"), GOOD.replace("CONFOCAL_01", "CONFOCAL_02"), GOOD + "-01"]
    keys = {RunPath.parse(text).key for text in texts}
    assert len(keys) == len(texts)
    assert all(key.isalnum() and key.isascii() for key in keys)
