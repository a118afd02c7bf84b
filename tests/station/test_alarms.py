"""What the station does about damage, restores and readings that meet each other, in short lives by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from exlab_wizard.api.models import OverviewRow
from exlab_wizard.client import reading
from exlab_wizard.client.waiting import WaitFailed, refusal
from exlab_wizard.doctor.state import check_damage
from exlab_wizard.runs.states import stamp, utc_now
from exlab_wizard.station import verifying
from exlab_wizard.station.registry import Damage, Run
from exlab_wizard.station.verifying import STATION
from tests.support.driver import Driver, arrive, inline
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
