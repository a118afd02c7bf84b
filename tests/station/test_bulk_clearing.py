"""A bulk clearing whose station is stopped in the middle: what had begun ends or is undone, the rest is kept."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from unittest import mock

import pytest

from exlab_wizard.api.bulk_models import BulkClearRequest
from exlab_wizard.api.models import ClearResponse
from exlab_wizard.station import bulk_clearing
from exlab_wizard.station.clearing_desk import ClearingDesk
from exlab_wizard.station.registry import Run
from exlab_wizard.sync.engine.meter import PACE_VARIABLE
from tests.station.conftest import FILES, Bench
from tests.support.waiting import wait_for

RUNS = [f"CONFOCAL_01/P {number}/Runs/Run_2026-04-17T14-32" for number in range(5)]
EVERYTHING = BulkClearRequest(keep_newest=0)


def verified(bench: Bench, files: dict[str, bytes]) -> None:
    for run in RUNS:
        bench.push(run, files)
    for run in RUNS:
        bench.wait("sync_verified", run)


def why(bench: Bench, run: str) -> str:
    row = bench.row(run)
    return row.why if row else ""


def codes(bench: Bench) -> set[str | None]:
    return {run.code for run in bench.station.clear_verified("kim", BulkClearRequest(dry_run=True)).runs}


def has_data(bench: Bench, run: str) -> bool:
    row = bench.row(run)
    return row is not None and row.local_data


def test_a_station_that_stops_keeps_what_had_not_begun(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    verified(bench, {"frame.tif": b"one" * (1 << 20)})
    monkeypatch.setenv(PACE_VARIABLE, "2")
    with ThreadPoolExecutor(1) as side:
        asked = side.submit(bench.station.clear_verified, "kim", EVERYTHING)
        wait_for(lambda: "other runs" in why(bench, RUNS[-1]), 10, "it says for how many it waits")
        monkeypatch.delenv(PACE_VARIABLE)
        bench.restart()
        answer = asked.result(10)
    kept = [run for run in answer.runs if run.outcome == "kept"]
    assert len(kept) >= 3 and {run.code for run in kept} == {"run_busy"}
    assert "nothing of it was deleted" in kept[-1].message and kept[-1].run_path == RUNS[-1]
    for run in answer.runs:
        bench.wait("cleared" if run.outcome == "cleared" else "sync_verified", run.run_path)
        wait_for(lambda run=run: has_data(bench, run.run_path) == (run.outcome == "kept"))  # type: ignore[misc]
    log = next((bench.lab.staging / RUNS[-1] / ".exlab-wizard").glob("wizard.*.log")).read_text()
    assert "undone" not in log, "what had not begun is just not done"
    assert bench.station.clear_verified("kim", EVERYTHING).runs_freed == len(kept)


def test_what_befalls_one_run_is_told_and_stops_no_other(bench: Bench) -> None:
    verified(bench, FILES)
    ask = ClearingDesk.ask

    def faulty(desk: ClearingDesk, run: Run, by: str) -> Future[ClearResponse]:
        if str(run.path) == RUNS[1]:
            raise ZeroDivisionError("one of our faults")
        return ask(desk, run, by)

    with mock.patch.object(ClearingDesk, "ask", faulty), mock.patch.object(bulk_clearing, "_AT_ONCE", 2):
        answer = bench.station.clear_verified("kim", EVERYTHING)
    told = {run.run_path: (run.outcome, run.code) for run in answer.runs}
    assert told.pop(RUNS[1]) == ("kept", "internal_error")
    assert set(told.values()) == {("cleared", None)} and answer.runs_freed == 4
    assert bench.wait("sync_verified", RUNS[1]).local_data


def test_a_run_that_lost_its_signal_while_others_were_cleared_stays(bench: Bench) -> None:
    verified(bench, FILES)
    ask = ClearingDesk.ask

    def slow(desk: ClearingDesk, run: Run, by: str) -> Future[ClearResponse]:
        last = desk._core.registry.get(RUNS[-1])
        assert last is not None
        last.durable.forced_incomplete = {"by": "eve", "at": "2026-04-17T14:02:00Z", "missing": "its flag"}
        return ask(desk, run, by)

    with mock.patch.object(ClearingDesk, "ask", slow):
        answer = bench.station.clear_verified("kim", EVERYTHING)
    told = {run.run_path: (run.outcome, run.code) for run in answer.runs}
    assert told.pop(RUNS[-1]) == ("kept", "run_not_complete")
    assert set(told.values()) == {("cleared", None)} and bench.wait("sync_verified", RUNS[-1]).local_data


def test_a_stale_proof_is_renewed_on_asking_and_never_by_a_dry_run(bench: Bench) -> None:
    run = RUNS[0]
    bench.verified(run)
    bench.lab.data["proof"] = {"reverify_after_hours": 0.0001}
    bench.restart()
    wait_for(lambda: (row := bench.row(run)) is not None and (row.proof_age_seconds or 0) > 1, 10)
    # an earlier session's listing says that there are data before this one has looked
    wait_for(lambda: "station_starting" not in codes(bench), 10, "it has been looked at")
    path = bench.station.parse_run(run)
    bench.station.pause(path, "ada")
    for dry_run in (True, False):
        (held,) = bench.station.clear_verified("kim", BulkClearRequest(keep_newest=0, dry_run=dry_run)).runs
        assert (held.outcome, held.code) == ("kept", "nas_copy_not_proven") and "resume it" in held.message
    bench.station.resume(path, "ada")
    (listed,) = bench.station.clear_verified("kim", BulkClearRequest(dry_run=True)).runs
    assert (listed.outcome, listed.code) == ("kept", "nas_copy_not_proven") and "must be verified" in listed.message
    assert bench.reasons(run) == [], "so far nothing was asked of the run"
    (asked,) = bench.station.clear_verified("kim", EVERYTHING).runs
    assert (asked.outcome, asked.code) == ("kept", "nas_copy_not_proven") and "again now" in asked.message
    wait_for(lambda: "forced" in bench.reasons(run), 10)
    bench.wait("sync_verified", run)


def test_a_paused_run_that_is_verified_is_cleared(bench: Bench) -> None:
    bench.verified(RUNS[0])
    bench.station.pause_wide("ada")
    assert bench.station.clear_verified("kim", BulkClearRequest(runs=RUNS[:1])).runs_freed == 1
