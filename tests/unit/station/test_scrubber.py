"""The station's own readings: which run gets one, one at a time, and an account that a restart does not empty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.runs.states import Lifecycle, stamp
from exlab_wizard.station import scrubber
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Damage, Proof, Run
from exlab_wizard.station.rounds import Budget, night_of
from exlab_wizard.station.scrubber import Scrubber, read_budget
from exlab_wizard.station.verifying import STATION
from tests.support.lab import Lab
from tests.support.pieces import a_core, a_run

NIGHT = datetime(2026, 4, 20, 22, 0, tzinfo=UTC)
GIB = 2**30


@pytest.fixture
def core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Core]:
    monkeypatch.setattr(scrubber, "_ROUND_SECONDS", 0.0)
    lab = Lab(tmp_path).mark()
    lab.data["proof"] = {"min_verify_passes": 1, "scrub_gib_per_day": 2}
    with a_core(lab.config) as made:
        yield made


def add(core: Core, number: int, hours: float = 100, size: int = GIB, **changes: Any) -> Run:
    """A verified run whose copy was read so many hours before `NIGHT`."""
    at = stamp(NIGHT - timedelta(hours=hours))
    run = a_run(Lifecycle.CLEARED, 0, f"CONFOCAL_01/P/Runs/Run_2026-04-17T14-{number:02}")
    run.durable.proof = Proof(f"digest {number}", at, 1, byte_total=size, first_at=at)
    for name, value in changes.items():
        setattr(run, name, value)
    core.registry.add(run)
    core.registry.save(run)
    return run


def look(core: Core, at: datetime = NIGHT) -> list[str]:
    """One look; the runs that then have a reading queued, by number."""
    Scrubber(core, lambda: at).look()
    return sorted(str(run.path)[-2:] for run in core.registry if run.job and run.job.live and run.job.kind == "verify")


def done(core: Core, at: datetime = NIGHT) -> None:
    """The queued reading ends well."""
    (run,) = [run for run in core.registry if run.job and run.job.live]
    assert run.job is not None
    run.job = core.queue.finish(run.job.id, "done")
    run.durable.proof.proven_at = stamp(at)


def test_oldest_first_one_at_a_time_until_the_budget_is_spent(core: Core) -> None:
    add(core, 1, hours=50)
    add(core, 2, hours=90)
    add(core, 3, hours=70)
    assert look(core) == look(core) == ["02"]
    done(core)
    assert look(core) == ["03"]
    done(core)
    assert look(core) == []
    assert look(core, NIGHT + timedelta(days=1)) == ["01"]


def test_a_restart_gives_nothing_back(core: Core) -> None:
    add(core, 1, size=7 * GIB)
    add(core, 2, hours=30)
    assert look(core) == ["01"], "larger than the budget, read all the same"
    assert read_budget(core.store) == Budget(night_of(NIGHT), 7 * GIB)
    done(core)
    assert look(core) == []
    nights = [look(core, NIGHT + timedelta(days=day)) for day in range(1, 4)]
    assert nights == [[], [], ["02"]], "5, 3 and 1 GiB of debt"


def test_by_day_nothing_is_scrubbed(core: Core) -> None:
    add(core, 1)
    assert look(core, NIGHT.replace(hour=14)) == []


def test_who_is_passed_over(core: Core) -> None:
    add(core, 1, foreign_major="2.0")
    add(core, 2, state=Lifecycle.STAGING)
    busy, failed, unproven = add(core, 3), add(core, 4), add(core, 5)
    core.enqueue(busy, "sync")
    job = core.enqueue(failed, "verify")
    failed.job = core.queue.finish(job.id, "failed", {"message": "lost"})
    unproven.durable.proof = Proof()
    assert look(core) == []


def test_a_nas_that_is_away_is_not_asked(core: Core) -> None:
    add(core, 1)
    (target,) = core.targets.all()
    core.targets.lost(target.nas_root, "Not mounted.")
    assert look(core) == []


def test_a_reading_that_waits_for_its_next_attempt_holds_up_no_other(core: Core) -> None:
    first = add(core, 1)
    add(core, 2, hours=50)
    assert look(core) == ["01"]
    assert first.job is not None
    first.job = core.queue.retry(first.job.id, 3600, {"message": "It hangs."})
    assert look(core) == ["01", "02"]


def test_a_persons_reading_does_not_count_as_its_own(core: Core) -> None:
    asked = add(core, 1)
    add(core, 2, hours=50)
    core.enqueue(asked, "verify", "kim")
    assert look(core) == ["01", "02"]


def test_damaged_copies_are_scrubbed_in_their_turn(core: Core) -> None:
    run = add(core, 1, hours=500)
    run.durable.damage = Damage(seen_at=stamp(NIGHT - timedelta(hours=40)))
    add(core, 2, hours=60)
    assert look(core) == ["02"]
    done(core)
    assert look(core) == ["01"], "somebody may have put the file back"


def test_the_second_pass_comes_by_day_too_and_costs_no_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubber, "_ROUND_SECONDS", 0.0)
    with a_core(Lab(tmp_path).mark().config) as core:
        run = add(core, 1, hours=10)
        assert look(core, NIGHT.replace(hour=14)) == []
        assert look(core, NIGHT + timedelta(hours=14)) == ["01"]
        assert run.job is not None and run.job.requested_by == STATION
        assert read_budget(core.store) == Budget(0, 0)


def test_looks_over_very_many_runs_are_rare(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that holds the lock for 0.3 s is taken every 30 s, one of a moment every few seconds."""
    tick, cost, looks = 1000.0, 0.0, 0

    def clock() -> float:
        return tick

    def walk(self: Scrubber) -> dict[str, list[Run]]:
        nonlocal tick, looks
        tick, looks = tick + cost, looks + 1
        return {}

    monkeypatch.setattr(scrubber, "_ROUND_SECONDS", 5.0)
    monkeypatch.setattr(scrubber.time, "monotonic", clock)
    monkeypatch.setattr(Scrubber, "_by_target", walk)
    for cost, expected in ((0.0, 24), (0.3, 4), (9.0, 2)):
        one, looks, start = Scrubber(core), 0, tick
        while tick < start + 119.5:
            one.look()
            tick += 1.0
        assert looks == pytest.approx(expected, abs=1), cost
