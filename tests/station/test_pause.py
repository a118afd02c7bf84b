"""What a person pauses stops, stays stopped over restarts, and goes on from there; what failed is retried at once."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from exlab_wizard.api.models import OverviewRow, RunDetail
from exlab_wizard.doctor.state import check_paused
from exlab_wizard.errors import Code
from exlab_wizard.observer.observer import Observer
from exlab_wizard.station.leader import Leader
from exlab_wizard.station.station import Station
from exlab_wizard.sync.engine.meter import PACE_VARIABLE
from tests.station.conftest import RUN, Bench
from tests.support.clearing import flip
from tests.support.lab import Lab, equipment
from tests.support.waiting import wait_for

SEM = "SEM_02/PROJ-0042/Runs/Run_2026-04-17T15-00"
MANY = {f"frame_{number:04}.tif": b"%04d" % number * 64 for number in range(600)}  # a batch is 256


@pytest.fixture
def two(lab: Lab) -> Iterator[Bench]:
    """Two instruments on one station with one copy at a time."""
    lab.data["equipment"].append(equipment(lab.nas, id="SEM_02"))
    lab.data["sync"]["workers"] = 1
    bench = Bench(lab).start()
    yield bench
    bench.station.stop()


def pause(bench: Bench, run: str = RUN, by: str = "ada") -> Any:
    return bench.station.pause(bench.station.parse_run(run), by)


def resume(bench: Bench, run: str = RUN, by: str = "kim") -> Any:
    return bench.station.resume(bench.station.parse_run(run), by)


def retry(bench: Bench, run: str = RUN) -> Any:
    return bench.station.retry(bench.station.parse_run(run), "kim")


def detail(bench: Bench, run: str = RUN) -> RunDetail:
    return bench.station.detail(bench.station.parse_run(run))


def row(bench: Bench, run: str = RUN) -> OverviewRow:
    found = bench.row(run)
    assert found is not None
    return found


def log(bench: Bench, run: str = RUN) -> str:
    return "\n".join(bench.station.log(bench.station.parse_run(run)).lines)


def on_nas(bench: Bench, run: str = RUN) -> int:
    return sum(not path.name.startswith(".") for path in (bench.lab.nas / run).glob("*.*"))


def leader(bench: Bench) -> Leader:
    found = bench.station._leader
    assert found is not None
    return found


def at_work(bench: Bench) -> int:
    return sum(one.lane in ("sync", "verify") for one in leader(bench)._sync.crew.at_work)


# ------------------------------------------------------------------ one run


def test_a_copy_under_way_stops_keeps_its_files_and_goes_on_from_there(
    late_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = late_bench
    monkeypatch.setenv(PACE_VARIABLE, "0.1")
    bench.push(files=MANY)
    bench.start()
    wait_for(lambda: on_nas(bench) >= 256, 20, "the first batch is published")
    asked = time.monotonic()
    answer = pause(bench)
    assert (answer.paused, answer.by) == (True, "ada")
    shown = row(bench)
    assert shown.display_state == "Paused" and shown.why.startswith("Paused by ada since "), "in the very next answer"
    assert shown.next_step == "Resume it to go on." and shown.actions[0] == "resume" and not shown.needs_attention
    wait_for(lambda: not at_work(bench), 10, "the worker has stopped")
    assert time.monotonic() - asked < 2 * 3, "promised are 2 s"
    kept, job = on_nas(bench), detail(bench).job
    assert 256 <= kept < len(MANY) and job is not None
    assert (job.state, job.attempt, job.error) == ("queued", 0, None)
    wait_for(lambda: "safe point" not in row(bench).why, 5, "the row says that it has stopped")
    monkeypatch.delenv(PACE_VARIABLE)
    resume(bench)
    bench.wait("sync_verified")
    done = detail(bench)
    assert done.job is not None and (done.job.id, done.job.attempt) == (job.id, 0)
    lines = log(bench)
    assert "paused by ada" in lines and "sync stopped for a pause" in lines and "resumed by kim" in lines
    assert f"copied {len(MANY) + 1 - kept} (" in lines, "what was there is not copied again"
    assert "ERROR" not in lines and bench.sums_hold()


def test_a_paused_run_arrives_is_looked_at_and_waits_over_a_restart(bench: Bench) -> None:
    folder = bench.push(done=False)
    wait_for(bench.row, 20, "listed")
    pause(bench)
    shown = row(bench)
    assert shown.display_state == "Paused" and "acquisition_complete.flag" in shown.why
    (folder / "acquisition_complete.flag").touch()
    wait_for(lambda: row(bench).current_state == "sync_queued", 20, "complete, and queued")
    bench.restart()
    assert row(bench).display_state == "Paused"
    assert pause(bench, by="eve").by == "ada", "the first word stands"
    assert not (bench.lab.nas / RUN).exists()
    (check,) = [check for check in bench.station.health().checks if check.name == "paused"]
    assert RUN in check.message and check.severity == "warning"
    assert resume(bench).paused is False and resume(bench).paused is False
    bench.wait("sync_verified")


def test_force_sync_is_the_newer_word_of_a_person(bench: Bench) -> None:
    bench.push(done=False)
    wait_for(bench.row, 20, "listed")
    pause(bench)
    bench.force(even_if_incomplete=True)
    assert row(bench).display_state != "Paused"
    bench.wait("sync_verified")
    assert "resumed by kim, who asked for a sync" in log(bench)


def test_a_paused_verified_run_stays_verified_and_can_be_cleared(bench: Bench) -> None:
    bench.verified()
    pause(bench)
    shown = row(bench)
    assert shown.display_state == "Verified" and "Paused by ada" in shown.why and "clear" in shown.actions
    assert bench.clear().files_freed == 4
    assert bench.station.restore(bench.station.parse_run(RUN), "kim").state == "queued", "and that resumes it"
    bench.wait("sync_verified")
    assert "Paused" not in row(bench).why


def test_a_reading_stops_as_well(late_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = late_bench
    bench.lab.data["proof"] = {"min_verify_passes": 1}
    bench.start()
    bench.verified()
    bench.restart(lambda: monkeypatch.setenv(PACE_VARIABLE, str(6 / 1024)))
    bench.station.verify(bench.station.parse_run(RUN), "kim")
    bench.wait_shown("Verifying")
    pause(bench)
    wait_for(lambda: not at_work(bench), 10, "the reading has stopped")
    shown = bench.wait_shown("Verified")
    assert "waits to be read again" in shown.why and "Paused" in shown.why
    monkeypatch.delenv(PACE_VARIABLE)
    resume(bench)
    bench.wait("sync_verified")
    assert detail(bench).verify_passes == 2


def test_whoever_asks_for_a_run_that_waits_paused_is_told_of_the_pause(bench: Bench) -> None:
    bench.verified()
    bench.station.pause_wide("ada", "CONFOCAL_01")
    core = leader(bench).core
    with core.lock:
        run = core.registry.get(RUN)
        assert run is not None
        core.enqueue(run, "verify", "kim")
    error = bench.refused(bench.clear)
    assert error.code is Code.RUN_BUSY and "paused by ada" in error.message and "tried again" not in error.message
    assert "`exlab-wizard resume --equipment CONFOCAL_01`" in error.message


def test_a_pause_ends_with_its_run_or_by_its_whole_path(bench: Bench) -> None:
    folder = bench.push(done=False)
    wait_for(bench.row, 20, "listed")
    pause(bench)
    folder.rename(bench.lab.base / "moved away")
    wait_for(lambda: "acknowledge" in row(bench).actions, 20, "its loss is an alarm")
    bench.station.acknowledge(bench.station.parse_run(RUN), "kim")
    assert bench.row() is None and check_paused(bench.lab.config) == [], "nobody could resume it any more"

    leader(bench).core.pauses.put(RUN, "ada")
    (told,) = check_paused(bench.lab.config)
    assert told.remedy == f"exlab-wizard resume {RUN}"
    assert resume(bench).paused is False and check_paused(bench.lab.config) == []
    assert bench.refused(lambda: resume(bench)).code is Code.RUN_NOT_FOUND


# ------------------------------------------------------------------ instruments, everything


def test_a_paused_instrument_holds_up_no_other_and_says_how_to_resume(two: Bench) -> None:
    answer = two.station.pause_wide("ada", "CONFOCAL_01")
    assert answer.paused.equipment["CONFOCAL_01"].by == "ada" and answer.paused.all is None
    assert two.station.overview().paused == answer.paused, "at once, before any run is there"
    two.push()
    held = two.wait_shown("Paused")
    two.push(SEM)
    two.wait("sync_verified", SEM)
    assert held.why.startswith("CONFOCAL_01 is paused by ada since ")
    assert held.next_step == "Resume CONFOCAL_01 to go on." and held.actions == ["log"]
    for call in (lambda: two.force(), lambda: resume(two)):
        error = two.refused(call)
        assert error.code is Code.PAUSED and "ada" in error.message
        assert "exlab-wizard resume --equipment CONFOCAL_01" in error.message
    assert row(two).display_state == "Paused" and not (two.lab.nas / RUN).exists()
    two.station.resume_wide("kim", "CONFOCAL_01")
    two.wait("sync_verified")


def test_everything_paused_is_told_everywhere_and_outlives_a_restart(two: Bench) -> None:
    two.verified()
    two.station.pause_wide("ada")
    two.push(SEM)
    two.wait_shown("Paused", SEM)
    verified = row(two)
    assert verified.display_state == "Verified" and "aused" not in verified.why
    assert "clear" in verified.actions and "verify" not in verified.actions
    two.restart()
    paused = two.station.overview().paused
    assert paused.all is not None and paused.all.by == "ada"
    (check,) = [check for check in two.station.health().checks if check.name == "paused"]
    assert check.message.startswith("Everything is paused by ada since ") and "--all" in check.remedy
    (told,) = check_paused(two.lab.config)
    assert told.message.startswith("Everything is paused by ada since ") and told.remedy == "exlab-wizard resume --all"
    assert two.station.active_jobs == 0, "what waits for a person keeps no server alive"
    refused = two.refused(lambda: two.station.verify(two.station.parse_run(RUN), "kim"))
    assert refused.code is Code.PAUSED and "exlab-wizard resume --all" in refused.message
    assert two.clear().files_freed == 4, "clearing is not held"
    assert not (two.lab.nas / SEM).exists()
    two.station.resume_wide("kim")
    two.wait("sync_verified", SEM)


def test_an_instrument_nobody_knows_is_refused_by_name(bench: Bench) -> None:
    error = bench.refused(lambda: bench.station.pause_wide("ada", "LASER_9"))
    assert error.code is Code.INVALID_REQUEST and "CONFOCAL_01" in error.message


def test_the_revision_moves_although_no_row_does(bench: Bench) -> None:
    before = bench.station.revision
    bench.station.pause_wide("ada")
    assert bench.station.revision > before
    bench.station.resume_wide("ada")
    assert check_paused(bench.lab.config) == []


# ------------------------------------------------------------------ retry


def in_the_way(bench: Bench, run: str = RUN) -> Path:
    """Somebody else's file where ours belongs: the sync fails for good, until it is gone."""
    (bench.lab.nas / run).parent.mkdir(parents=True)
    (bench.lab.nas / run).write_bytes(b"not ours")
    return bench.lab.nas / run


def test_what_failed_is_tried_again_at_once(bench: Bench) -> None:
    wrong = in_the_way(bench)
    bench.push()
    failed = bench.wait_shown("Failed")
    assert failed.actions[0] == "retry" and failed.needs_attention
    pause(bench)
    still = row(bench)
    assert still.display_state == "Failed" and "Paused by ada" in still.why and still.why.startswith(failed.why)
    wrong.unlink()
    job = detail(bench).job
    answer = retry(bench)
    assert job is not None and (answer.job_id, answer.kind) == (job.id, "sync")
    bench.wait("sync_verified")
    assert "retry of sync asked by kim" in log(bench) and "who asked for a retry" in log(bench)


def test_there_is_nothing_to_retry_of_a_run_at_rest(bench: Bench) -> None:
    bench.verified()
    assert "verify" in row(bench).actions and "retry" not in row(bench).actions
    assert bench.refused(lambda: retry(bench)).code is Code.NOTHING_TO_RETRY


def test_a_run_that_is_gone_is_not_said_to_be_tried_again(bench: Bench) -> None:
    in_the_way(bench)
    folder = bench.push()
    bench.wait_shown("Failed")
    folder.rename(bench.lab.base / "moved away")
    wait_for(lambda: "vanished" in row(bench).why, 20, "its loss is an alarm")
    assert "retry" not in row(bench).actions
    error = bench.refused(lambda: retry(bench))
    assert error.code is Code.RUN_NOT_FOUND and "move it back" in error.message
    assert bench.station.active_jobs == 0, "a job that nobody can do would keep the server alive"


def test_a_restore_that_failed_can_be_retried(bench: Bench) -> None:
    bench.verified()
    bench.clear()
    copy = bench.lab.nas / RUN / "scan_0001.tif"
    good = copy.read_bytes()
    flip(copy)
    bench.station.restore(bench.station.parse_run(RUN), "kim")
    assert "retry" in bench.wait_shown("Failed").actions
    copy.chmod(0o644)
    copy.write_bytes(good)
    assert retry(bench).kind == "restore"
    bench.wait("sync_verified")
    assert (bench.lab.staging / RUN / "scan_0001.tif").read_bytes() == good


def test_a_lost_database_forgets_pauses_and_nothing_else_breaks(bench: Bench) -> None:
    bench.station.pause_wide("ada")
    bench.push()
    bench.wait_shown("Paused")

    def lose() -> None:
        for path in (bench.lab.staging / ".exlab-wizard").glob("station.db*"):
            path.unlink()

    bench.restart(lose)
    bench.wait("sync_verified")


def test_a_database_of_before_there_were_pauses_is_no_damage(bench: Bench) -> None:
    bench.verified()

    def drop() -> None:
        with closing(sqlite3.connect(bench.lab.staging / ".exlab-wizard" / "station.db")) as connection:
            connection.execute("DROP TABLE pauses")

    bench.restart(drop)
    assert not list((bench.lab.staging / ".exlab-wizard").glob("station.db.damaged*"))
    pause(bench)
    assert "Paused by ada" in row(bench).why


def test_a_restart_never_says_that_what_is_here_is_gone(bench: Bench) -> None:
    bench.verified()
    before = row(bench)
    bench.station.stop()
    bench.station = Station(bench.lab.config)
    with mock.patch.object(Observer, "start"):  # nobody looks, as with very many runs before it is this one's turn
        bench.start()
        bench.station.pause_wide("ada")  # every row is made anew
        shown = row(bench)
        pause(bench)
        assert row(bench).local_data
    assert (shown.local_data, shown.file_count, shown.byte_total) == (True, before.file_count, before.byte_total)
    assert "gone" not in shown.why and "being looked at" in shown.why and "restore" not in shown.actions
