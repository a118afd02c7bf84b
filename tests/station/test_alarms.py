"""What the station does about damage, restores and readings that meet each other, in short lives by hand."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

from exlab_wizard.api.models import OverviewRow
from exlab_wizard.clearing import receipts
from exlab_wizard.clearing.receipts import Receipt, last_receipt
from exlab_wizard.client import reading
from exlab_wizard.client.waiting import WaitFailed, refusal
from exlab_wizard.doctor.state import check_damage
from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import stamp, utc_now
from exlab_wizard.station import verifying
from exlab_wizard.station.registry import Damage, Run
from exlab_wizard.station.verifying import STATION
from exlab_wizard.sync.tasks import Task
from tests.support.driver import Driver, InlineWorker, arrive, inline
from tests.support.lab import SENTINEL
from tests.support.life import FILES, Life

FRAME = "frame 1.tif"
BAD = b"BAD" * 1000


class Station:
    """One run's life and the station it is in."""

    def __init__(self, life: Life, driver: Driver) -> None:
        self.life, self.driver, self.path = life, driver, life.run
        self.commands = driver.leader.commands

    @property
    def run(self) -> Run:
        found = self.driver.run(self.path)
        assert found is not None
        return found

    @property
    def damage(self) -> Damage:
        assert self.run.durable.damage is not None
        return self.run.durable.damage

    @property
    def row(self) -> OverviewRow:
        return self.driver.core.rows.row(self.run)

    @property
    def nas(self) -> Path:
        return self.life.lab.nas / self.path

    def spoil(self, *names: str) -> None:
        for name in names:
            (self.nas / name).write_bytes(BAD)

    def mend(self) -> None:
        for name, data in FILES.items():
            (self.nas / name).write_bytes(data)

    def settle(self) -> None:
        """Until nothing is left to do."""
        self.driver.settle(rounds=12)

    def verify(self) -> None:
        self.commands.verify(self.path, "kim")
        self.settle()

    def restore(self) -> None:
        self.commands.restore(self.path, "kim")
        self.settle()


@pytest.fixture
def verified(tmp_path: Path) -> Iterator[Station]:
    """At rest, its data here."""
    with inline():
        life = Life(tmp_path)
        with Driver(life.lab.config) as driver:
            assert driver.settle(lambda: driver.verified(life.run) and driver.told(life.run))
            yield Station(life, driver)


@pytest.fixture
def cleared(tmp_path: Path) -> Iterator[Station]:
    with inline():
        life = Life(tmp_path)
        with Driver(life.lab.config) as driver:
            arrive(driver, life.run)
            yield Station(life, driver)


def test_a_restore_goes_before_the_stations_own_reading(cleared: Station) -> None:
    core = cleared.driver.core
    job = core.queue.claim(core.enqueue(cleared.run, "verify", STATION))
    assert job is not None
    cleared.run.job = core.queue.retry(job.id, 7200, {"message": "It hangs."})
    cleared.restore()
    assert cleared.driver.verified(cleared.path)
    assert (cleared.life.folder / FRAME).read_bytes() == FILES[FRAME]


def test_a_restore_that_read_the_whole_copy_ends_the_alarm(cleared: Station) -> None:
    cleared.spoil(FRAME)
    cleared.verify()
    cleared.mend()
    cleared.commands.restore(cleared.path, "kim")
    assert refusal(cleared.row) is None, "whoever waits for it goes on waiting"
    assert cleared.row.display_state == "Restoring"
    assert cleared.damage.sentence in cleared.row.why
    cleared.settle()
    assert (cleared.run.durable.damage, cleared.row.display_state) == (None, "Verified")


def test_one_damaged_file_met_does_not_belittle_what_is_known(cleared: Station) -> None:
    cleared.spoil(FRAME, "stack/plane 2.raw", "stack/deep/z.txt")
    cleared.verify()
    cleared.commands.acknowledge(cleared.path, "kim")
    cleared.restore()
    assert (cleared.damage.count, cleared.damage.acknowledged_by) == (3, "kim")
    assert cleared.damage.sentence.startswith("3 of 4 files")
    assert not cleared.row.damage, "no new alarm"


def test_a_further_damaged_file_met_is_told_with_the_others(cleared: Station) -> None:
    (cleared.nas / "stack/plane 2.raw").write_bytes(b"owt" * 2000)
    cleared.verify()
    cleared.commands.acknowledge(cleared.path, "kim")
    cleared.spoil(FRAME)  # of another size, which is met before any byte is read
    cleared.restore()
    assert (cleared.damage.count, cleared.damage.acknowledged_by) == (2, "")
    assert cleared.damage.paths == [FRAME, "stack/plane 2.raw"]
    assert cleared.row.damage, "an alarm again"


def test_whoever_waits_for_a_reading_hears_of_damage_that_is_healed_already(verified: Station) -> None:
    verified.spoil(FRAME)
    asked = verified.commands.verify(verified.path, "kim")
    verified.settle()
    assert (verified.row.display_state, verified.run.durable.damage) == ("Verified", None)
    with pytest.raises(WaitFailed, match="was damaged, and was synced again since") as caught:
        reading.verified(lambda: verified.commands.detail(verified.path), asked)
    assert caught.value.code == "copy_damaged"
    verified.commands.verify(verified.path, "kim")
    again = verified.commands.verify(verified.path, "kim")
    verified.settle()
    assert reading.verified(lambda: verified.commands.detail(verified.path), again).display_state == "Verified"


def test_a_first_pass_dated_in_the_future_ends_with_the_next_reading(verified: Station) -> None:
    """The clock was once wrong: no later reading would ever be far enough from it."""
    verified.run.durable.proof.first_at = stamp(utc_now() + timedelta(days=400))
    verified.verify()
    proof = verified.run.durable.proof
    assert proof.passes == 2
    assert proof.first_at <= proof.proven_at


def test_a_reading_of_another_manifest_is_no_pass(verified: Station) -> None:
    verified.commands.verify(verified.path, "kim")
    run = verified.run
    assert run.job is not None
    job = verified.driver.core.queue.claim(run.job)
    assert job is not None
    verifying.ended(verified.driver.core, run, job, {"ok": True, "manifest_digest": "another"})
    assert (run.job and run.job.state, run.durable.proof.passes) == ("superseded", 1)


def test_the_doctor_tells_of_damage_in_a_row_that_cannot_be_believed(cleared: Station) -> None:
    cleared.spoil(FRAME)
    cleared.verify()
    config = cleared.driver.config
    (told,) = check_damage(config)
    assert told.message == f"{cleared.path}: {cleared.damage.sentence}"
    cleared.driver.store.execute("UPDATE runs SET doc = replace(doc, 'first_seen', 'first_sean')")
    (told,) = check_damage(config)
    assert not told.ok
    assert told.message.startswith(f"{cleared.path}: its row in the station's database is not as it was saved")


def test_damage_that_a_sync_meets_in_a_file_not_here_is_an_alarm_until_mended(cleared: Station) -> None:
    """Late data of a cleared run are synced, and an old file has gone bad on the NAS: nothing here can heal it."""
    cleared.spoil(FRAME)
    (cleared.life.folder / "late.tif").write_bytes(b"late")
    (cleared.life.folder / SENTINEL).touch()
    cleared.settle()
    assert cleared.row.display_state == "Failed"
    assert cleared.damage.paths == [FRAME]
    assert cleared.row.damage == cleared.damage.sentence, "health and the panel read it there"
    assert not check_damage(cleared.driver.config)[0].ok, "and so does the doctor"
    cleared.mend()
    cleared.driver.force(cleared.path)
    cleared.settle()
    assert (cleared.row.display_state, cleared.run.durable.damage) == ("Verified", None)


def test_a_file_here_that_differs_on_the_nas_is_no_alarm(tmp_path: Path) -> None:
    with inline():
        life = Life(tmp_path)
        there = life.lab.nas / life.run / FRAME
        there.parent.mkdir(parents=True)
        there.write_bytes(BAD)
        with Driver(life.lab.config) as driver:
            station = Station(life, driver)
            station.settle()
            assert (station.row.display_state, station.run.durable.damage) == ("Failed", None)


def test_why_a_clearing_has_to_wait_for_a_reading_is_said(verified: Station) -> None:
    verified.driver.core.targets.lost(str(verified.life.lab.nas), "The share is not mounted.")
    verified.commands.verify(verified.path, "kim")
    with pytest.raises(StagingError) as caught:
        verified.driver.clear(verified.path)
    assert caught.value.code == "run_busy"
    assert "is to be read again for kim as soon as" in caught.value.message
    assert "(The share is not mounted)" in caught.value.message
    assert (verified.life.folder / FRAME).exists()


class Busy(InlineWorker):
    """A worker that never comes to an end."""

    def send(self, task: Task) -> None:
        """It begins, and that is all."""


def test_clearings_wait_in_order_and_leave_room_for_errands(tmp_path: Path) -> None:
    with inline():
        life = Life(tmp_path)
        runs = [life.run, *(life.lab.run_path(stamp=f"2026-05-{day:02}T00-00") for day in range(1, 12))]
        for run in runs[1:]:
            life.lab.push(run, {"a": b"x"})
        # given back here: pytest would do it after `inline`, and put the worker without a process back for good
        busy = mock.patch("exlab_wizard.sync.crew.WorkerProcess", Busy)
        with Driver(life.lab.config) as driver, ExitStack() as stack:
            assert driver.settle(lambda: all(driver.verified(run) and driver.told(run) for run in runs), rounds=200)
            crew = driver.sync.crew
            crew._idle.clear()
            stack.enter_context(busy)
            with driver.core.lock:
                for run in runs:
                    driver.sync.errands.ask_clear(driver.leader.commands._found(RunPath.parse(run)), "kim")
            driver.sync.step()
            assert [(one.task.kind, one.task.run_path) for one in crew.at_work] == [("clear", run) for run in runs[:2]]
            ahead = driver.core.rows._queue_positions()
            last = driver.run(runs[-1])
            assert last is not None
            row = driver.core.rows.row(last, ahead)
            assert (row.display_state, row.why) == ("Clearing", "The local copy is cleared after 11 other runs.")
            assert not crew.errands_full()
            driver.core.outbox.put(runs[5])
            driver.sync.step()
            assert [one.task.kind for one in crew.at_work] == ["clear", "clear", "publish"]


def test_a_clearing_that_outlasts_the_call_is_told_as_one_that_goes_on(
    verified: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exlab_wizard.station.commands._CLEAR_WAIT_SECONDS", 0.0)
    with pytest.raises(StagingError, match="it goes on") as caught:
        verified.commands.clear(verified.path, "kim")
    assert caught.value.code == "run_busy"
    verified.settle()
    assert verified.row.current_state == "cleared"


def test_the_ledger_is_read_for_the_detail_without_the_lock(verified: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    free: list[bool] = []

    def try_lock() -> bool:
        taken = verified.driver.core.lock.acquire(blocking=False)
        if taken:
            verified.driver.core.lock.release()
        return taken

    def watched(state: Dir, run: RunPath) -> Receipt | None:
        with ThreadPoolExecutor(1) as other:
            free.append(other.submit(try_lock).result())
        return last_receipt(state, run)

    monkeypatch.setattr(receipts, "last_receipt", watched)
    told = verified.commands.detail(verified.path).receipt
    assert free == [True]
    assert told is not None
    assert told["event"] == "verified"
