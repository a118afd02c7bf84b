"""A copy on the NAS read again: on demand, by itself, before clearing; and what becomes of damage that is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.api.models import OverviewRow, RunDetail
from exlab_wizard.errors import Code
from exlab_wizard.station import scrubber
from exlab_wizard.sync.engine.meter import PACE_VARIABLE
from tests.station.conftest import FILES, RUN, Bench
from tests.support.clearing import flip
from tests.support.lab import Lab
from tests.support.waiting import wait_for

TOTAL = len(FILES) + 1  # and the sentinel


def verify(bench: Bench, run: str = RUN) -> Any:
    return bench.station.verify(bench.station.parse_run(run), "kim")


def detail(bench: Bench, run: str = RUN) -> RunDetail:
    return bench.station.detail(bench.station.parse_run(run))


def read_again(bench: Bench, run: str = RUN) -> OverviewRow:
    """Verify and wait for the end of it."""
    job = verify(bench, run).job_id

    def over() -> OverviewRow | None:
        seen = detail(bench, run)
        live = seen.job is not None and seen.job.id == job and seen.job.state in ("queued", "running", "waiting")
        return None if live else seen.row

    row = wait_for(over, 20, "the reading has ended")
    assert row is not None
    return row


def alarm(bench: Bench) -> bool:
    """Whether health says that a copy is damaged; then it is not ok as a whole."""
    health = bench.station.health()
    (check,) = [check for check in health.checks if check.name == "damage"]
    assert check.ok or not health.ok
    return not check.ok


def wait_alarm(bench: Bench, there: bool = True) -> None:
    wait_for(lambda: alarm(bench) is there, 30, f"alarm {there}")


def receipts(bench: Bench) -> list[str]:
    lines = (bench.lab.staging / ".exlab-wizard" / "receipts.jsonl").read_text().splitlines()
    return [line.split('"event":"', 1)[1].split('"', 1)[0] for line in lines]


def log(bench: Bench) -> str:
    return "\n".join(bench.station.log(bench.station.parse_run(RUN)).lines)


def on_nas(bench: Bench, name: str = "scan_0001.tif") -> Path:
    return bench.lab.nas / RUN / name


# ------------------------------------------------------------------ on demand


def test_a_verified_run_is_proven_once_more_and_stays_as_it_is(bench: Bench) -> None:
    bench.verified()
    before = detail(bench)
    row = read_again(bench)
    after = detail(bench)
    assert (row.current_state, row.display_state, row.needs_attention) == ("sync_verified", "Verified", False)
    assert (before.verify_passes, after.verify_passes) == (1, 2)
    assert after.manifest_digest == before.manifest_digest
    assert after.row.proven_at is not None and before.row.proven_at is not None
    assert after.row.proven_at >= before.row.proven_at
    assert len(after.history) == len(before.history)
    assert receipts(bench)[-2:] == ["verified", "verified"]
    assert "verified again for kim" in log(bench)
    wait_alarm(bench, there=False)


def test_a_cleared_run_too_also_after_its_folder_is_gone(bench: Bench) -> None:
    folder = bench.verified()
    bench.clear()
    bench.wait("cleared")
    assert read_again(bench).display_state == "Cleared"
    assert detail(bench).verify_passes == 2
    shutil.rmtree(folder)
    wait_for(lambda: (row := bench.row()) is not None and not row.local_data, 10)
    assert read_again(bench).display_state == "Cleared"
    assert detail(bench).verify_passes == 3


def test_a_cleared_run_whose_database_was_lost_is_proven_by_what_its_history_says(bench: Bench) -> None:
    bench.verified()
    before = detail(bench).manifest_digest
    bench.clear()
    bench.wait("cleared")
    state = bench.lab.staging / ".exlab-wizard"

    def lose() -> None:
        shutil.rmtree(state / "manifests")
        for path in state.glob("station.db*"):
            path.unlink()

    bench.restart(lose)
    bench.wait("cleared")
    read_again(bench)
    found = detail(bench)
    assert (found.manifest_digest, found.row.proven_at is not None) == (before, True)
    flip(on_nas(bench))
    read_again(bench)
    wait_alarm(bench)


def test_what_cannot_be_verified(bench: Bench) -> None:
    bench.push(done=False)
    bench.wait_shown("Receiving")
    error = bench.refused(lambda: verify(bench))
    assert (error.code, error.details["current_state"]) == (Code.STAGING_NOT_SYNC_VERIFIED, "staging")
    error = bench.refused(lambda: verify(bench, "CONFOCAL_01/none/Runs/Run_2020-01-01T00-00"))
    assert error.code is Code.RUN_NOT_FOUND


@pytest.fixture
def slow(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A station whose readings the test slows down with `crawling`."""
    bench = Bench(lab).start()
    yield bench
    bench.station.stop()


def crawling(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the next start of the station on its workers read 2 KiB a second: a run of 24 KB takes ten seconds."""
    bench.restart(lambda: monkeypatch.setenv(PACE_VARIABLE, str(2 / 1024)))


def test_asking_twice_is_one_job_and_others_are_told_to_wait(slow: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    slow.verified()
    crawling(slow, monkeypatch)
    first = verify(slow)
    slow.wait_shown("Verifying")
    assert verify(slow).job_id == first.job_id
    assert slow.refused(lambda: slow.clear()).code is Code.RUN_BUSY
    row = slow.row()
    assert row is not None and row.current_state == "sync_verified"


def test_a_reading_holds_up_no_sync_and_force_sync_goes_first(slow: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    slow.lab.data["sync"]["workers"] = 1
    slow.verified()
    crawling(slow, monkeypatch)
    verify(slow)
    slow.wait_shown("Verifying")
    other = slow.lab.run_path(stamp="2026-04-18T09-00")
    slow.push(other, {"small": b"x"})
    slow.wait("sync_verified", other)
    row = slow.row()
    assert row is not None and row.display_state == "Verifying", "it is still read"
    slow.force()
    wait_for(lambda: slow.row().current_state == "sync_queued", 10)  # type: ignore[union-attr]
    wait_for(lambda: detail(slow).job.kind == "sync" and detail(slow).job.state == "running", 10)  # type: ignore[union-attr]


def test_a_late_file_ends_the_reading_at_once(slow: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = slow.verified()
    crawling(slow, monkeypatch)
    verify(slow)
    slow.wait_shown("Verifying")
    (folder / "late.tif").write_bytes(b"late")
    wait_for(lambda: slow.reasons() == ["late_data"], 10, "re-opened")


# ------------------------------------------------------------------ damage


def test_damage_of_a_run_in_staging_is_healed_and_the_damaged_version_kept(bench: Bench) -> None:
    bench.verified()
    flip(on_nas(bench))
    damaged = on_nas(bench).read_bytes()
    read_again(bench)
    wait_for(lambda: bench.reasons() == ["nas_copy_damaged"], 10, "pushed again")
    row = bench.wait("sync_verified")
    assert on_nas(bench).read_bytes() == FILES["scan_0001.tif"]
    assert bench.superseded() == {"scan_0001.tif": damaged}
    assert (row.display_state, row.needs_attention, row.damage) == ("Verified", False, None)
    wait_alarm(bench, there=False)
    assert bench.ingest()["history"][-1]["healed"] == ["scan_0001.tif"]
    assert "NAS copy damaged: 1 file (scan_0001.tif)" in log(bench)
    assert "healed: 1 file found damaged" in log(bench)


def test_the_alarm_is_there_while_healing_waits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.verified()
    monkeypatch.setattr("exlab_wizard.sync.thread.SyncThread._may_start", lambda *_: False)
    flip(on_nas(bench))
    row = read_again(bench)
    assert (row.current_state, row.display_state, row.needs_attention) == ("sync_queued", "Waiting", True)
    assert row.damage is not None and row.why.startswith(f"1 of {TOTAL} files of the copy on the NAS is damaged")
    wait_alarm(bench)


@pytest.fixture
def cleared(bench: Bench) -> Bench:
    """A cleared run, one of whose files has a flipped byte on the NAS."""
    bench.verified()
    bench.clear()
    bench.wait("cleared")
    flip(on_nas(bench))
    return bench


def test_damage_of_a_cleared_run_is_an_alarm_until_the_file_is_back(cleared: Bench) -> None:
    row = read_again(cleared)
    assert (row.current_state, row.display_state, row.needs_attention) == ("cleared", "Failed", True)
    assert row.why.startswith(f"1 of {TOTAL} files of the copy on the NAS is damaged (scan_0001.tif), found at ")
    assert "exlab-wizard verify" in row.next_step
    assert "acknowledge" in row.actions
    wait_alarm(cleared)
    cleared.restart()
    cleared.wait_shown("Failed")
    wait_alarm(cleared)  # a restart forgets nothing
    flip(on_nas(cleared))
    row = read_again(cleared)
    assert (row.display_state, row.damage, row.needs_attention) == ("Cleared", None, False)
    wait_alarm(cleared, there=False)
    assert detail(cleared).verify_passes == 1, "passes count from the damage on"


def test_a_missing_copy_is_damage_and_a_missing_nas_is_not(cleared: Bench) -> None:
    away = cleared.lab.base / "away"
    cleared.lab.nas.rename(away)
    verify(cleared)
    wait_for(lambda: any(target.state == "unavailable" for target in cleared.station.overview().targets), 20)
    assert detail(cleared).damage is None
    away.rename(cleared.lab.nas)
    (cleared.lab.nas / RUN).rename(cleared.lab.base / "aside")
    wait_alarm(cleared)  # it goes on by itself
    found = detail(cleared).damage
    assert found is not None
    assert (found.count, found.paths) == (TOTAL, sorted([*FILES, "acquisition_complete.flag"]))


def test_acknowledged_damage_is_shown_and_no_alarm_until_it_grows(cleared: Bench) -> None:
    read_again(cleared)
    cleared.station.acknowledge(cleared.station.parse_run(RUN), "robin")
    row = cleared.row()
    assert row is not None
    assert (row.display_state, row.needs_attention) == ("Cleared", False)
    assert "acknowledged by robin" in row.why
    wait_alarm(cleared, there=False)
    assert read_again(cleared).needs_attention is False, "the same damage is no news"
    flip(on_nas(cleared, "notes.txt"))
    assert read_again(cleared).needs_attention
    wait_alarm(cleared)
    error = cleared.refused(lambda: cleared.force())
    assert error.code is Code.RUN_CLEARED


def test_what_staging_lacks_cannot_be_healed_and_nothing_of_the_run_is_cleared(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a clearing that was cut short: some of the run is here, and the damaged file is not."""
    folder = bench.verified()
    monkeypatch.setattr("exlab_wizard.observer.apply.Applier._compare", lambda *_: None)
    (folder / "scan_0001.tif").unlink()
    flip(on_nas(bench))
    row = read_again(bench)
    assert (row.current_state, row.display_state, row.needs_attention) == ("sync_verified", "Failed", True)
    assert row.actions == ["force_sync", "verify", "acknowledge", "log"]
    bench.station.acknowledge(bench.station.parse_run(RUN), "robin")
    error = bench.refused(lambda: bench.clear())
    assert error.code is Code.NAS_COPY_NOT_PROVEN
    assert "damaged" in error.message
    assert (folder / "notes.txt").exists()


# ------------------------------------------------------------------ at the moment of clearing


def test_a_flipped_byte_is_found_by_clear_and_healed(bench: Bench) -> None:
    folder = bench.verified()
    flip(on_nas(bench))
    error = bench.refused(lambda: bench.clear())
    assert (error.code, error.details["path"]) == (Code.NAS_COPY_NOT_PROVEN, "scan_0001.tif")
    assert (folder / "scan_0001.tif").read_bytes() == FILES["scan_0001.tif"]
    wait_for(lambda: "nas_copy_damaged" in bench.reasons(), 10)
    bench.wait("sync_verified")
    assert bench.ingest()["history"][-1]["healed"] == ["scan_0001.tif"]
    wait_alarm(bench, there=False)
    assert bench.clear().files_freed == TOTAL


@pytest.mark.parametrize("reread", [True, False])
def test_a_nas_rolled_back_to_an_older_snapshot(late_bench: Bench, reread: bool) -> None:
    """All files of today are there, only the commit marker is yesterday's."""
    late_bench.lab.data["proof"] = {"reread_before_clear": reread}
    bench = Bench(late_bench.lab).start()
    late_bench.station = bench.station
    folder = bench.verified()
    sums = on_nas(bench, ".exlab-wizard/checksums.sha256")
    yesterday = sums.read_bytes()
    (folder / "late.tif").write_bytes(b"late")
    wait_for(lambda: bench.reasons() == ["late_data"], 10)
    bench.wait("sync_verified")
    sums.write_bytes(yesterday)
    assert bench.refused(lambda: bench.clear()).code is Code.NAS_COPY_NOT_PROVEN
    wait_for(lambda: "nas_copy_damaged" in bench.reasons(), 10)
    bench.wait("sync_verified")
    assert bench.clear().files_freed == TOTAL + 1


# ------------------------------------------------------------------ by itself


def with_proof(lab: Lab, monkeypatch: pytest.MonkeyPatch, **proof: Any) -> Bench:
    monkeypatch.setattr(scrubber, "_ROUND_SECONDS", 0.1)
    lab.data["proof"] = proof
    return Bench(lab).start()


@pytest.fixture
def stations() -> Iterator[Callable[[Bench], Bench]]:
    """Stations to be stopped at the end."""
    made: list[Bench] = []

    def keep(bench: Bench) -> Bench:
        made.append(bench)
        return bench

    yield keep
    for bench in made:
        bench.station.stop()


Keep = Callable[[Bench], Bench]


def test_the_further_passes_come_by_themselves(lab: Lab, monkeypatch: pytest.MonkeyPatch, stations: Keep) -> None:
    bench = stations(with_proof(lab, monkeypatch, min_verify_passes=3, min_age_hours=0))
    bench.verified()
    wait_for(lambda: detail(bench).verify_passes == 3, 30, "two more passes")
    bench.wait("sync_verified")
    assert receipts(bench).count("verified") == 3
    assert "verified again for station" in log(bench)


def test_the_scrub_finds_damage_of_a_cleared_run(lab: Lab, monkeypatch: pytest.MonkeyPatch, stations: Keep) -> None:
    monkeypatch.setattr("exlab_wizard.station.rounds.is_night", lambda local: True)
    bench = stations(with_proof(lab, monkeypatch, min_verify_passes=1, scrub_gib_per_day=0.001))
    bench.verified()
    bench.clear()
    bench.wait("cleared")
    flip(on_nas(bench))
    leader = bench.station._leader
    assert leader is not None
    with leader.core.lock:  # as if it had been proven a week ago
        run = leader.core.registry.get(RUN)
        assert run is not None
        run.durable.proof.proven_at = "2026-04-01T00:00:00Z"
    wait_alarm(bench)
    row = bench.wait_shown("Failed")
    assert "scan_0001.tif" in row.why


def test_a_person_who_clears_does_not_wait_for_the_stations_own_reading(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, stations: Keep
) -> None:
    bench = stations(with_proof(lab, monkeypatch, min_verify_passes=2, min_age_hours=0, reread_before_clear=False))
    monkeypatch.setattr("exlab_wizard.sync.thread.SyncThread._may_verify", lambda *_: False)
    bench.push()
    wait_for(lambda: bench.written_state() == "sync_verified", 20)
    wait_for(lambda: (job := detail(bench).job) is not None and job.kind == "verify", 20, "it is queued")
    assert bench.clear().files_freed == TOTAL
