"""`exlab-wizard clear --verified`: the list, the question, what was freed, and its exit codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from exlab_wizard.api.bulk_models import BulkClearResponse
from exlab_wizard.demo.server import ServerProcess
from tests.cli.conftest import Call
from tests.cli.terminal import Terminal
from tests.support.clearing import flip
from tests.support.lab import Lab
from tests.support.station import BYTES

Document = Callable[..., Any]
Pushed = Callable[..., str]


def test_a_dry_run_lists_and_nothing_more(call: Call, document: Document, pushed: Pushed, station_lab: Lab) -> None:
    run, receiving = pushed(verified=True), pushed(done=False)
    done = call("clear", "--verified", "--dry-run", run, receiving)
    assert done.returncode == 0, done.stderr
    first, second, why, last = done.stdout.splitlines()
    assert first.split()[0] == "clear" and first.endswith(run) and "12 KiB" in first and "3 files" in first
    assert second.split()[0] == "kept" and "staging_not_sync_verified: " in why
    assert last == f"Would be cleared: 1 run, 3 files, 12 KiB ({BYTES:,} bytes)."
    answer = BulkClearResponse.model_validate(document("clear", "--verified", "--dry-run"))
    assert run in [one.run_path for one in answer.runs if one.outcome == "would_clear"]
    assert (station_lab.staging / run / "scan_0001.tif").exists()


def test_it_asks_and_clears_exactly_what_was_listed(
    station: ServerProcess, call: Call, pushed: Pushed, station_lab: Lab
) -> None:
    run = pushed(verified=True)
    done = call("clear", "--verified", run, stdin="y\n")
    assert done.returncode == 2 and "--yes" in done.stderr and "copies on the NAS stay" in done.stderr
    for typed, code in (("n\n", 2), ("y\n", 0)):
        with Terminal(station, ("clear", "--verified", run), columns=200) as terminal:
            terminal.until("[y/N]")
            assert f"Clear 1 run, 3 files, 12 KiB ({BYTES:,} bytes)?" in terminal.shown
            assert (station_lab.staging / run / "scan_0001.tif").exists()
            terminal.type(typed)
            assert terminal.exit_code() == code
    assert "Freed: 1 run, 3 files" in terminal.shown
    assert not (station_lab.staging / run / "scan_0001.tif").exists()


def test_a_partial_failure_says_which_stayed_and_why(
    call: Call, document: Document, pushed: Pushed, station_lab: Lab
) -> None:
    good, damaged = pushed(verified=True), pushed(verified=True)
    flip(station_lab.nas / damaged / "scan_0001.tif")
    done = call("clear", "--verified", "--yes", good, damaged)
    assert done.returncode == 5, done.stdout + done.stderr
    first, second, why, last = done.stdout.splitlines()
    assert first.split()[0] == "cleared" and first.endswith(good)
    assert second.split()[0] == "kept" and second.endswith(damaged) and "nas_copy_not_proven: " in why
    assert last.startswith("Freed: 1 run, 3 files")
    assert document("clear", "--verified", "--yes", good, code=1)["runs"][0]["code"] == "run_cleared"


def test_it_is_narrowed_by_age_and_number(document: Document, pushed: Pushed) -> None:
    old, new = pushed(verified=True), pushed(verified=True)
    document("clear", "--verified", "--older-than", "30d", "--yes")
    answer = document("clear", "--verified", "--equipment", "CONFOCAL_01", "--keep-newest", "1", "--yes")
    told = {run["run_path"]: run["outcome"] for run in answer["runs"]}
    assert (told[old], told[new]) == ("cleared", "kept")


@pytest.mark.parametrize(
    "arguments",
    [(), ("--dry-run", "x"), ("--equipment", "CONFOCAL_01"), ("--verified", "--equipment", "NO_SUCH"),
     ("--verified", "--older-than", "soon"), ("--verified", "--keep-newest", "-1")],
)  # fmt: skip
def test_what_is_not_meant_like_that_clears_nothing(call: Call, arguments: tuple[str, ...]) -> None:
    done = call("clear", "--yes", *arguments)
    assert done.returncode == 2 and done.stdout == "", done.stderr
