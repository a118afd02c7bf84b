"""A step of a run that the database does not take: nobody is told of it, and the run goes on all the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from exlab_wizard.errors import StagingError
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station import verifying
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from exlab_wizard.sync.queue import Job
from tests.support.clearing import flip
from tests.support.driver import Driver, inline
from tests.support.failing import LOCKED, failing
from tests.support.life import Life

Step = tuple[Lifecycle, Lifecycle]
STAGING, COMPLETE, QUEUED, VERIFIED, CLEARED = Lifecycle
WAY = [(STAGING, COMPLETE), (COMPLETE, QUEUED), (QUEUED, VERIFIED), (VERIFIED, CLEARED), (CLEARED, VERIFIED)]


@pytest.fixture
def life(quick_path: Path) -> Life:
    return Life(quick_path)


@pytest.fixture
def driver(life: Life) -> Iterator[Driver]:
    with inline(), Driver(life.lab.config) as one:
        yield one


def agree(driver: Driver, run: Run) -> bool:
    """Whether memory and database tell the same of the run and of its job."""
    stored = driver.store.row("SELECT state FROM runs")
    known = Lifecycle(stored["state"]) if stored else STAGING
    return run.state is known and run.job == driver.core.queue.latest(str(run.path))


def fails_once(driver: Driver, step: Step, at: str, met: list[Step]) -> Callable[..., None]:
    """`advance`, whose commit fails the first time that it takes `step`; right after that all must agree."""
    real = driver.core.transitions.advance

    def advance(run: Run, to: Lifecycle, *args: Any, **more: Any) -> None:
        if met or (run.state, to) != step:
            real(run, to, *args, **more)
            return
        met.append(step)
        with pytest.raises(sqlite3.OperationalError), failing(driver.store, at, LOCKED):
            real(run, to, *args, **more)
        assert agree(driver, run)
        assert driver.core.rows.row(run).current_state == str(step[0])
        raise LOCKED

    return advance


def go_on(driver: Driver, done: Callable[[], bool]) -> None:
    for _ in range(30):
        driver.sync._housekept = float("-inf")
        with suppress(sqlite3.OperationalError):
            driver.look()
        with suppress(sqlite3.OperationalError):
            driver.step()
        if done():
            return
    raise AssertionError("stuck")


def live(driver: Driver, life: Life) -> None:
    """Verified, cleared and restored, each asked for once."""
    go_on(driver, lambda: driver.verified(life.run))
    with suppress(sqlite3.OperationalError, StagingError, TimeoutError):  # the person who waits may hear nothing
        driver.clear(life.run)
    go_on(driver, lambda: driver.state(life.run) == "cleared" and not driver.run(life.run).busy)  # type: ignore[union-attr]
    driver.leader.commands.restore(life.run, "kim")
    go_on(driver, lambda: driver.verified(life.run))


@pytest.mark.parametrize("at", ["BEGIN", "COMMIT"])
@pytest.mark.parametrize("step", WAY, ids=lambda step: f"{step[0]} to {step[1]}")
def test_a_step_that_is_not_committed_is_told_to_nobody_and_taken_again(
    life: Life, driver: Driver, step: Step, at: str
) -> None:
    met: list[Step] = []
    with mock.patch.object(driver.core.transitions, "advance", fails_once(driver, step, at, met)):
        live(driver, life)
    run = driver.run(life.run)
    assert met == [step]
    assert run is not None
    assert agree(driver, run)
    assert [entry["state"] for entry in run.durable.history] == ["staging", *(str(to) for _, to in WAY)]
    life.check(step)


def log(life: Life) -> str:
    (found,) = (life.folder / ".exlab-wizard").glob("wizard.*.log")
    return found.read_text()


@pytest.mark.parametrize("at", ["INSERT INTO runs", "COMMIT"])
@pytest.mark.parametrize("damaged", [False, True], ids=["passed", "damaged"])
def test_a_reading_whose_end_is_not_committed_is_taken_in_again(
    life: Life, driver: Driver, damaged: bool, at: str
) -> None:
    go_on(driver, lambda: driver.verified(life.run))
    if damaged:
        flip(life.lab.nas / life.run / "frame 1.tif")
    driver.leader.commands.verify(life.run, "kim")
    real, met = verifying.ended, list[bool]()

    def ended(core: Core, run: Run, job: Job, data: dict[str, Any]) -> None:
        if not met:
            met.append(data["ok"])
            before = deepcopy(run.durable)
            with pytest.raises(sqlite3.OperationalError), failing(driver.store, at, LOCKED):
                real(core, run, job, data)
            assert agree(driver, run) and run.durable == before
            assert "damaged" not in log(life) and "verified again" not in log(life)
            raise LOCKED
        real(core, run, job, data)

    with mock.patch.object(verifying, "ended", ended):
        go_on(driver, lambda: bool(met))
        go_on(driver, lambda: driver.verified(life.run))
    run = driver.run(life.run)
    assert met == [not damaged] and run is not None
    assert run.durable.damage is None and agree(driver, run)
    assert log(life).count("NAS copy damaged") == damaged
    reasons = [entry.get("reason") for entry in run.durable.history]
    assert ("nas_copy_damaged" in reasons) is damaged and run.durable.proof.passes == (1 if damaged else 2)
    life.check("a reading")
