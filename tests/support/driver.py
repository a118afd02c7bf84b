"""Owns a whole station in one thread, without Jupyter: looks, ticks and worker tasks one after the other, by hand.

Everything is the product's own code; only its threads and worker processes are not there, so that a crash, a fault or a
clock can be put between any two steps, and thousands of lives fit into a test.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any
from unittest import mock

from exlab_wizard.config import Config
from exlab_wizard.errors import StagingError
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.station.files import open_leading
from exlab_wizard.station.leader import Leader, state_path
from exlab_wizard.station.registry import Run
from exlab_wizard.sync import crew
from exlab_wizard.sync.engine import worker
from exlab_wizard.sync.process import Inbox, WorkerProcess
from exlab_wizard.sync.tasks import Task, decode_message, decode_task, encode_message, encode_task

_LOG = logging.getLogger("driver")
_LOG.setLevel(logging.CRITICAL)
_ROUNDS = 60


class InlineWorker:
    """A worker that runs its task at once, in this thread; messages go through their wire form all the same."""

    pid, alive = 2**31 - 1, True  # no process has this one, so that no signal ever reaches anybody

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def send(self, task: Task) -> None:
        outcome = worker.run_task(decode_task(encode_task(task)), self._tell)
        self._tell(outcome)

    def _tell(self, message: Any) -> None:
        self._inbox.put((self, decode_message(encode_message(message))))  # type: ignore[arg-type]

    def ask_to_stop(self) -> None:
        """There is nothing to stop."""

    abandon = ask_to_stop

    def wait(self, timeout: float) -> bool:
        return True


class InlinePool:
    """A thread pool without threads."""

    def __init__(self, *_: object) -> None:
        """Whatever a pool is told."""

    def submit(self, work: Callable[..., Any], *args: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*args, **more))
        except Exception as error:  # noqa: BLE001 - a future carries any
            future.set_exception(error)
        return future

    def __enter__(self) -> InlinePool:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to wait for."""


@contextmanager
def inline() -> Iterator[None]:
    """Within it no worker process and no pool thread is started."""
    assert crew.WorkerProcess is WorkerProcess, "an earlier test did not give back what it patched"
    with (
        mock.patch("exlab_wizard.sync.crew.WorkerProcess", InlineWorker),
        mock.patch("exlab_wizard.sync.engine.sync_task.ThreadPoolExecutor", InlinePool),
        mock.patch("exlab_wizard.sync.thread._TICK_SECONDS", 0.0),
    ):
        yield


class Driver:
    """One life of a station over a configuration; use it within `inline()`. `close` and a new one are a restart."""

    def __init__(self, config: Config) -> None:
        self.config = config
        staging = StagingRoot(config.orchestrator.staging_root)
        staging.open().close()
        self._files, damage = open_leading(state_path(config), config, staging)
        self.store = self._files.store
        self._files.index.take_over()
        rest = (self.store, self._files.index, self._files.state, lambda revision: None, damage)
        self.leader = Leader(config, "labpc", _LOG, staging, *rest)
        self.core = self.leader.core
        self.observer, self.sync = self.leader._observer, self.leader._sync
        self.observer._flusher = InlinePool()  # type: ignore[assignment]
        self.sync.take_up()

    def close(self) -> None:
        self._files.close()

    def __enter__(self) -> Driver:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---------------------------------------------------------------- steps

    def look(self) -> None:
        """Look at every run once, as a rescan does."""
        newcomers = self.observer._apply.newcomers
        for path in self.observer._paths():
            self.observer.look_now(path)
            while newcomers.waiting:
                newcomers.write_some()

    def step(self) -> None:
        """Let all that waits be due, do it, and take in how it ended."""
        self.hurry()
        self.sync.step()

    def hurry(self) -> None:
        """Let the time pass that jobs, errands and targets wait for."""
        self.store.execute("UPDATE jobs SET not_before = 0 WHERE not_before > 0")
        self.store.execute("UPDATE outbox SET not_before = 0 WHERE not_before > 0")
        for target in self.core.targets.all():
            target.probe_due = 0.0

    def settle(self, done: Callable[[], bool] = lambda: False, rounds: int = _ROUNDS) -> bool:
        """Look and step until `done`, or until nothing is left to do; whether it is done."""
        for _ in range(rounds):
            self.look()
            self.step()
            if done():
                return True
        return done()

    # ------------------------------------------------------------- commands

    def force(self, run: str, **more: Any) -> Any:
        return self.leader.commands.force_sync(run, "kim", **more)

    def clear(self, run: str) -> Any:
        """Clear as the command does; raises its `StagingError`."""
        with self.core.lock:
            future = self.sync.errands.ask_clear(self.leader.commands._found(RunPath.parse(run)), "kim")
        for _ in range(_ROUNDS):
            if future.done():
                break
            self.step()
        return future.result(0)

    def run(self, run: str) -> Run | None:
        return self.core.registry.get(run)

    def state(self, run: str) -> str:
        found = self.run(run)
        return str(found.state) if found else ""

    def verified(self, run: str) -> bool:
        """Whether the run is at rest in sync_verified."""
        found = self.run(run)
        return found is not None and found.state == "sync_verified" and not (found.job and found.job.live)

    def told(self, run: str) -> bool:
        """Whether the NAS copy of the control files is up to date."""
        return self.store.row("SELECT 1 FROM outbox WHERE run_path = ?", (run,)) is None


def live(config: Config, run: str) -> None:
    """A run's whole way in one life, begun wherever the disks say it is: verified, cleared, and the NAS told so."""
    with inline(), Driver(config) as driver:
        arrive(driver, run)


def arrive(driver: Driver, run: str, seconds: float = 10) -> None:
    """Bring the run to `cleared`; fails when it does not get there."""
    deadline = time.monotonic() + seconds
    driver.settle(rounds=2)
    while not (driver.state(run) == "cleared" and driver.told(run) and not _busy(driver, run)):
        assert time.monotonic() < deadline, f"{run} is stuck in {driver.state(run)}: {driver.run(run)}"
        driver.settle(lambda: driver.verified(run) or driver.state(run) == "cleared", rounds=4)
        found = driver.run(run)
        if found is not None and found.durable.held:  # a disk that refused bytes needs a person's word
            driver.force(run)
        if driver.verified(run):
            try:
                driver.clear(run)
            except StagingError:
                continue


def _busy(driver: Driver, run: str) -> bool:
    found = driver.run(run)
    return found is not None and found.job is not None and found.job.live
