"""Owns the observer thread: looks at runs when hinted and by rescan, and takes each the next step of its lifecycle."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from exlab_wizard.errors import StagingError
from exlab_wizard.observer import glance
from exlab_wizard.observer.apply import Applier
from exlab_wizard.observer.discover import Unrecognised, discover
from exlab_wizard.observer.flush import flush_run
from exlab_wizard.observer.sight import Before, look
from exlab_wizard.observer.watcher import Watcher
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from exlab_wizard.threads import Courtesy, DaemonThreads

_UPPER = ""  # the agenda's key for the upper levels of the staging directory
RESCAN_SECONDS = 30.0
_POLL_SECONDS = 5.0
# Of a core, and of the time a disk is busy, a rescan may take one part: 2.5 % leaves room for all else at rest.
_PROCESSOR_PARTS, _TIME_PARTS = 40.0, 10.0
_UNAVAILABLE_PAUSE_SECONDS = 1.0
_IDLE_SECONDS = 0.1


class Observer:
    """One thread; `look_now` may be called from any other."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._apply = Applier(core)
        self._locks = [threading.Lock() for _ in range(64)]
        self._stop = threading.Event()
        self._watcher = Watcher(core.staging.path, self._hint, self._lost)
        self._flusher = DaemonThreads("flush", 1)
        self._pending: list[RunPath] = []  # what the rescan under way still has to look at
        self._gone: set[RunPath] = set()  # known runs whose folder the last look at the upper levels did not find
        self._pass_began = 0.0
        self._pass_cost = 0.0  # seconds the last rescan earns until the next
        self._spent = _Spent()
        self._courtesy = Courtesy()
        self._ids = frozenset(equipment.id for equipment in core.config.equipment)
        self.ready = threading.Event()
        self.unavailable: StagingError | None = None
        self.unrecognised: list[Unrecognised] = []
        core.staging_there = lambda: self.unavailable is None
        self._thread = threading.Thread(target=self._run, name="exlab-observer", daemon=True)

    def start(self) -> None:
        """Begin to watch and to look."""
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End within `timeout` seconds."""
        self._stop.set()
        self._core.agenda.close()
        self._watcher.stop()
        self._flusher.close()
        self._thread.join(timeout)

    @property
    def mode(self) -> tuple[str, str, float]:
        """Watcher mode, what to know about it, and the seconds between rescans."""
        if self._watcher.alive:
            return "events", "New files are noticed at once; a rescan checks that nothing was missed.", self._interval
        return "polling", f"New files are noticed by rescan only: {self._watcher.problem}.", self._interval

    @property
    def _interval(self) -> float:
        base = RESCAN_SECONDS if self._watcher.alive else _POLL_SECONDS
        return max(base, self._pass_cost)

    def look_now(self, path: RunPath) -> Run | None:
        """Look at one run and take its next steps; the run, or None when there is none (any more).

        Raises `StagingError(staging_unavailable)`.
        """
        core, equipment = self._core, self._core.equipment(path)
        if equipment is None:
            with core.lock:
                run = core.registry.get(path)
                if run is not None:
                    core.rows.mark(run)
                return run
        with self._locks[hash(path) % len(self._locks)]:
            with core.lock:
                run = core.registry.get(path)
                if run is not None and run.job is not None and run.job.live and run.job.kind in ("clear", "restore"):
                    return run  # its data are on the move: half of them is neither late nor missing
                before, epoch = self._before(run, equipment.nas_root), run.epoch if run else 0
            sight = look(core.staging, core.state, path, equipment, before)
            with core.lock:
                run = core.registry.get(path)
                if run is not None and run.epoch != epoch:  # cleared or synced meanwhile: what was seen is history
                    core.agenda.touch(str(path), 0.05)
                    return run
                run = self._apply.sight(path, equipment, sight)
                if self.ready.is_set():
                    core.rows.flush(now_please=False)
            if run is not None and run.flush_wanted:
                self._flush_soon(run, sight.scan.fingerprint)
        core.agenda.pause(str(path), max(0.1, 10 * sight.seconds))
        return run

    def _flush_soon(self, run: Run, fingerprint: str) -> None:
        """Make a settled run durable in staging: complete means that a power failure here takes nothing of it.

        On a thread of its own: gigabytes that are still in memory take their time.
        """
        run.flush_wanted, run.flushing = False, fingerprint
        self._flusher.submit(lambda: self._flush(run, fingerprint))

    def _flush(self, run: Run, fingerprint: str) -> None:
        try:
            problem = flush_run(self._core.staging, run.path)
        except StagingError:  # the disk went away: looked at again when it is back
            problem = None
        with self._core.lock:
            run.flushing = ""
            if problem:  # the kernel forgets such an error: only new bytes, or a person, go on from here
                run.durable.held = {"fingerprint": fingerprint, "why": problem}
                self._core.registry.save(run)
                self._core.transitions.note(run, "ERROR", problem)
            elif problem is not None:
                run.flushed = fingerprint
            self._core.rows.mark(run)
        self._core.agenda.touch(str(run.path))

    def _before(self, run: Run | None, nas_root: str) -> Before:
        target = self._core.targets.get(nas_root)
        fresh = Before(names=target.names, folds=target.folds) if target else Before()
        if run is None or run.scan is None:
            return fresh
        wanted = run.state is Lifecycle.STAGING
        if (run.names, run.folds) != (fresh.names, fresh.folds):  # what the target can store turned out otherwise
            run.names, run.folds = fresh.names, fresh.folds  # the gate looks again
            return replace(fresh, wants_signal=wanted)
        return Before(run.scan.fingerprint, run.control_seen, run.signal, wanted, run.names, run.folds)

    def _hint(self, key: str | None) -> None:
        """An event: look soon, and not once for each of a thousand writes."""
        self._core.agenda.touch(_UPPER if key is None else key, 0.05)

    def _lost(self) -> None:
        """Events were lost: everything is looked at, once what is hinted has been."""
        self._pass_began = 0.0
        self._core.agenda.touch(_UPPER)

    def _run(self) -> None:
        if len(self._core.registry):
            with self._guarded():
                self._what_changed()
        with self._guarded():
            self._watcher.start()  # a look at everything follows, so that nothing falls in between
        while not self._stop.is_set() and not self.ready.is_set():
            with self._guarded():
                self._everything()
        while not self._stop.is_set():
            with self._guarded():
                self._work()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Nothing one run does may end the thread; a missing staging disk is waited for."""
        try:
            yield
            if self.unavailable is not None:
                self._start_afresh()
        except StagingError as error:
            self.unavailable = error
            self._stop.wait(_UNAVAILABLE_PAUSE_SECONDS)
        except Exception:
            self._core.log.exception("the observer met an error; it goes on")
            self._stop.wait(_UNAVAILABLE_PAUSE_SECONDS)

    def _start_afresh(self) -> None:
        """The staging disk is back: its events have to be asked for again, and a rescan finds what was missed."""
        self._watcher.stop()
        self._watcher.start()
        self._pass_began = 0.0
        self.unavailable = None

    def _what_changed(self) -> None:
        """After a restart: what an earlier session listed is answered already, so what is no longer so goes first."""
        paths = self._paths()
        with self._core.staging.open() as root:
            self._look_at(glance.changed(self._core, root, paths))

    def _everything(self) -> None:
        """One whole pass, at the start: afterwards the listing is complete."""
        started = time.monotonic()
        self._look_at(self._paths())
        if self._stop.is_set():
            return
        self.ready.set()
        self._pass_began = started

    def _look_at(self, paths: Iterable[RunPath]) -> None:
        """Look at these runs, and publish what was seen. Raises `StagingError` when the staging disk is not there."""
        for path in paths:
            try:
                self.look_now(path)
            except StagingError:
                raise
            except Exception:
                self._core.log.exception("looking at %s met an error; it is looked at again by rescan", path)
            if self._stop.is_set():
                return
        with self._core.lock:
            self._core.rows.flush()

    def _work(self) -> None:
        """One piece of work: what is hinted or due goes before the rescan under way."""
        newcomers = self._apply.newcomers
        key = self._core.agenda.take(0.0 if self._pending or newcomers.waiting else _IDLE_SECONDS)
        if key == _UPPER:
            self._find_new()
        elif key is not None:
            self.look_now(RunPath.parse(key))
        elif newcomers.waiting:
            with self._core.lock:
                newcomers.write_some()
        elif self._pending:
            self._rescan_one()
        else:
            self._idle()

    def _idle(self) -> None:
        with self._core.lock:
            self._core.rows.flush()
        self._core.staging.open().close()  # notices within a moment that the staging disk went away
        if time.monotonic() - self._pass_began > self._interval:
            self._pass_began = time.monotonic()
            self._spent = _Spent()
            with self._spent:
                self._pending = self._paths()[::-1]

    def _rescan_one(self) -> None:
        with self._spent:
            self.look_now(self._pending.pop())
        if not self._pending:
            self._pass_cost = max(_PROCESSOR_PARTS * self._spent.processor, _TIME_PARTS * self._spent.time)
        self._courtesy.step()

    def _find_new(self) -> None:
        started = time.monotonic()
        for path in self._paths():
            run = self._core.registry.get(path)
            if run is None or not run.present or path in self._gone:
                self._core.agenda.touch(str(path))
        self._core.agenda.pause(_UPPER, max(0.1, 10 * (time.monotonic() - started)))

    def _known(self, path: str) -> RunPath | None:
        run = self._core.registry.get(path)
        return run.path if run is not None else None

    def _paths(self) -> list[RunPath]:
        """Every run there is or was; refreshes the unrecognised entries."""
        with self._core.staging.open() as root:
            try:
                found = discover(root, self._ids, self._known)
            except OSError as error:
                raise self._core.staging.unavailable(
                    f"{self._core.staging.path} cannot be listed ({error.strerror})"
                ) from error
        self.unrecognised = found.unrecognised
        here = set(found.runs)
        with self._core.lock:
            self._gone = {run.path for run in self._core.registry if run.present and run.path not in here}
        return [*found.runs, *self._gone]


class _Spent:
    """Seconds of time and of this thread's processor time within its `with` blocks: what a rescan itself took."""

    def __init__(self) -> None:
        self.time = self.processor = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic(), time.thread_time()

    def __exit__(self, *_: object) -> None:
        self.time += time.monotonic() - self._began[0]
        self.processor += time.thread_time() - self._began[1]
