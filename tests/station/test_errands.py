"""What the station does beside the queue: control files reach the NAS whatever happens; clearings come to an end."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from exlab_wizard.errors import Code
from exlab_wizard.station.clearing_desk import ClearingDesk
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from exlab_wizard.sync import errands
from exlab_wizard.sync.crew import Crew
from exlab_wizard.sync.errands import Errands
from exlab_wizard.sync.outbox import Pending
from exlab_wizard.sync.tasks import ErrorClass, Outcome, TaskError
from tests.station.conftest import FILES, RUN, Bench
from tests.support.lab import equipment
from tests.support.waiting import wait_for

FOREVER = float("inf")


def core_of(bench: Bench) -> Core:
    return wait_for(lambda: bench.station._leader, 10, "the station leads").core


def told(bench: Bench) -> str:
    """What ingest.json says on the NAS; empty while there is none."""
    with suppress(FileNotFoundError):
        return str(bench.ingest(root=bench.lab.nas)["current_state"])
    return ""


def waiting(bench: Bench) -> list[Pending]:
    core = core_of(bench)
    with core.lock:
        return core.outbox.due(now=FOREVER)


def verified_and_told(bench: Bench) -> None:
    """A verified run with which nothing is under way any more: the NAS has been told."""
    bench.verified()
    wait_for(lambda: told(bench) == "sync_verified" and not waiting(bench), 10)


def untold(bench: Bench, old: bytes) -> None:
    """The NAS copy of ingest.json as if it had not been told yet; it is due. Callers hold the station's lock."""
    (bench.lab.nas / RUN / ".exlab-wizard" / "ingest.json").write_bytes(old)
    core_of(bench).outbox.put(RUN)


def cleared(bench: Bench) -> bytes:
    """A cleared run, told on the NAS; the NAS's ingest.json from before."""
    verified_and_told(bench)
    old = (bench.lab.nas / RUN / ".exlab-wizard" / "ingest.json").read_bytes()
    bench.clear()
    wait_for(lambda: told(bench) == "cleared" and not waiting(bench), 10)
    return old


def test_a_cleared_run_removed_by_hand_still_becomes_cleared_on_the_nas(bench: Bench) -> None:
    old = cleared(bench)
    with core_of(bench).lock:
        untold(bench, old)
        shutil.rmtree(bench.lab.staging / RUN)
    wait_for(lambda: told(bench) == "cleared" and not waiting(bench), 20, "the NAS is told")
    assert bench.ingest(root=bench.lab.nas)["history"][-1]["files_freed"] == len(FILES) + 1


def test_what_is_to_be_told_waits_for_staging(bench: Bench) -> None:
    old = cleared(bench)
    marker = bench.lab.staging / ".exlab-wizard" / "station.json"
    with core_of(bench).lock:
        untold(bench, old)
        marker.rename(marker.with_name("aside"))
    wait_for(lambda: any(one.attempts for one in waiting(bench)), 10, "it was tried")
    assert told(bench) == "sync_verified"
    marker.with_name("aside").rename(marker)
    wait_for(lambda: told(bench) == "cleared" and not waiting(bench), 20, "the NAS is told")


def test_what_is_to_be_told_waits_for_the_nas_copy(bench: Bench) -> None:
    cleared(bench)
    copy, aside = bench.lab.nas / RUN, bench.lab.base / "aside"
    with core_of(bench).lock:
        copy.rename(aside)
        core_of(bench).outbox.put(RUN)
    wait_for(lambda: any(one.attempts for one in waiting(bench)), 10, "it was tried")
    aside.rename(copy)
    wait_for(lambda: not waiting(bench), 20, "it arrived")


def test_a_nas_ledger_that_takes_no_receipt_is_told_in_the_runs_log_once(bench: Bench) -> None:
    cleared(bench)
    os.truncate(bench.lab.nas / RUN / ".exlab-wizard" / "receipts.jsonl", 32 << 20)
    for _ in range(2):
        before = sum(one.attempts for one in waiting(bench))
        with core_of(bench).lock:
            core_of(bench).outbox.put(RUN)
        wait_for(lambda before=before: sum(one.attempts for one in waiting(bench)) > before, 10, "it was tried")
    log = next((bench.lab.staging / RUN / ".exlab-wizard").glob("wizard.*.log")).read_text()
    assert log.count("cannot be trusted") == 1 and "audit --set-aside" in log


def test_what_is_to_be_told_waits_for_the_instrument_to_be_configured_again(bench: Bench) -> None:
    cleared(bench)
    bench.restart(lambda: bench.lab.data.update(equipment=[equipment(bench.lab.nas, id="OTHER_01")]))
    with core_of(bench).lock:
        core_of(bench).outbox.put(RUN)
    wait_for(lambda: any(one.attempts for one in waiting(bench)), 10, "it was tried")
    bench.restart(lambda: bench.lab.data.update(equipment=[equipment(bench.lab.nas)]))
    wait_for(lambda: not waiting(bench), 20, "it arrived")


# ------------------------------------------------------------------ clearings that were cut short


def cut_short(bench: Bench) -> Path:
    """One file of a verified run moved aside, as a clearing leaves it that ends before anything is unlinked.

    Callers hold the station's lock. Where the file lies now.
    """
    folder = bench.lab.staging / RUN
    holding = folder / ".exlab-wizard" / "clearing-abc123"
    (holding / "data").mkdir(parents=True)
    (holding / "taken").mkdir()
    (folder / "notes.txt").rename(holding / "data" / "notes.txt")
    core_of(bench).agenda.touch(RUN)
    return holding / "data" / "notes.txt"


def run_of(bench: Bench) -> Run:
    run = core_of(bench).registry.get(RUN)
    assert run is not None
    return run


def errands_of(bench: Bench) -> Errands:
    leader = bench.station._leader
    assert leader is not None
    return leader._sync.errands


def test_data_of_a_clearing_cut_short_come_back_although_the_nas_is_away(bench: Bench) -> None:
    folder, core = bench.verified(), core_of(bench)
    with core.lock:
        bench.lab.nas.rename(bench.lab.base / "away")
        core.targets.lost(str(bench.lab.nas), "The NAS is away.")
        hidden = cut_short(bench)
    wait_for((folder / "notes.txt").exists, 20, "the file is back")
    assert (folder / "notes.txt").read_bytes() == FILES["notes.txt"]
    wait_for(lambda: not hidden.exists(), 10)
    (bench.lab.base / "away").rename(bench.lab.nas)
    bench.wait("sync_verified")


def test_a_clearing_that_cannot_be_ended_is_tried_ever_more_rarely(bench: Bench) -> None:
    bench.verified()
    core, desk = core_of(bench), errands_of(bench).desk
    with core.lock:
        cut_short(bench)
        run, pauses = run_of(bench), []
        core.enqueue(run, "clear", "station")
        for _ in range(10):
            pauses.append(refused_pause(bench, desk))
        assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
        assert run.job is not None and run.job.requested_by == "station"
        run.job = core.queue.rearm(run.job.id)
    bench.wait("sync_verified")
    assert not list((bench.lab.staging / RUN / ".exlab-wizard").glob("clearing-*"))


def refused_pause(bench: Bench, desk: ClearingDesk) -> int:
    """Let the run's clearing job end refused; the seconds until it goes again."""
    core, run = core_of(bench), run_of(bench)
    assert run.job is not None
    run.job = core.queue.claim(run.job)
    assert run.job is not None
    error = TaskError(ErrorClass.REFUSED, "The folder may not be changed.", code=str(Code.NOT_PERMITTED))
    before = time.time()
    desk.ended(desk.task(run, run.job, errands_of(bench).place(run.path)), Outcome(run.job.id, error))
    assert run.job.state == "queued"
    return round(run.job.not_before - before)


def test_a_recovery_waits_for_its_time(bench: Bench) -> None:
    bench.verified()
    core = core_of(bench)
    with core.lock:
        run = run_of(bench)
        job = core.enqueue(run, "clear", "station")
        run.job = core.queue.requeue(job.id, 3600.0)
        errands_of(bench).start_due(time.monotonic())
        waits = core.queue.get(job.id)
        assert waits is not None and waits.state == "queued"
        run.job = core.queue.rearm(job.id)
    bench.wait("sync_verified")


def test_who_waits_for_a_clearing_is_told_that_the_server_stops(bench: Bench) -> None:
    folder, desk = bench.verified(), errands_of(bench).desk
    with core_of(bench).lock:
        future = desk.ask(run_of(bench), "kim")
        desk.give_up_waiting()
        assert not desk.is_awaited(run_of(bench))
    error = bench.refused(lambda: future.result(0))
    assert error.code == Code.RUN_BUSY
    assert "stopping" in str(error)
    bench.wait("sync_verified")
    assert (folder / "notes.txt").read_bytes() == FILES["notes.txt"]


# ------------------------------------------------------------------ no worker to be had


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> Callable[[Bench], None]:
    """Let everything due begin while no process can be started."""

    def start(*args: object, **more: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    def begin(bench: Bench) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Crew, "start", start)
            errands_of(bench).start_due(time.monotonic())

    return begin


def test_a_clearing_begins_later_when_no_worker_can_be_started(
    bench: Bench, no_worker: Callable[[Bench], None]
) -> None:
    verified_and_told(bench)  # a clearing does not begin while the run's control files are published
    with core_of(bench).lock:
        future = errands_of(bench).ask_clear(run_of(bench), "kim")
        before = time.time()
        no_worker(bench)
        job = run_of(bench).job
        assert job is not None
        assert (job.state, job.requested_by) == ("queued", "kim")
        assert before + errands._AGAIN_SECONDS <= job.not_before <= time.time() + errands._AGAIN_SECONDS
    assert future.result(30).files_freed == len(FILES) + 1
    bench.wait("cleared")


def test_a_nas_is_looked_at_later_when_no_worker_can_be_started(
    bench: Bench, no_worker: Callable[[Bench], None]
) -> None:
    core, nas = core_of(bench), str(bench.lab.nas)
    target = core.targets.get(nas)
    assert target is not None
    wait_for(lambda: not target.probing and target.state == "ok", 10)
    with core.lock:
        core.targets.probe_soon(nas)
        before = time.monotonic()
        no_worker(bench)
        assert not target.probing
        assert before + errands._AGAIN_SECONDS <= target.probe_due <= time.monotonic() + errands._AGAIN_SECONDS
    wait_for(lambda: target.probe_due - time.monotonic() > 10, 20, "it was looked at")


def test_the_nas_is_told_later_when_no_worker_can_be_started(bench: Bench, no_worker: Callable[[Bench], None]) -> None:
    old = cleared(bench)
    with core_of(bench).lock:
        untold(bench, old)
        no_worker(bench)
        assert [one.attempts for one in waiting(bench)] == [1]
    wait_for(lambda: told(bench) == "cleared" and not waiting(bench), 20, "the NAS is told")
