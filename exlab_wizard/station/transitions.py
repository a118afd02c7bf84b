"""Owns the one way a run changes state: database first, then ingest.json, then outbox, log and listing."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import fields
from typing import Any, TypeVar

from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir, UnsupportedEntryError
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.runs import wizard_log
from exlab_wizard.runs.control import CREATION_LIMIT, CREATION_NAME, control_stamp, open_control, read_control
from exlab_wizard.runs.creation import with_sync_status
from exlab_wizard.runs.ingest import INGEST_NAME, format_ingest
from exlab_wizard.runs.states import Lifecycle, Reason, allowed, history_entry, utc_now
from exlab_wizard.station.registry import NOT_LOOKED_AT, Registry, Run
from exlab_wizard.station.store import Reserve, Store
from exlab_wizard.sync.outbox import Outbox

T = TypeVar("T")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Transitions:
    """Advances runs. Callers hold the station's lock."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        outbox: Outbox,
        staging: StagingRoot,
        state: Dir,
        reserve: Reserve,
        host: str,
        log: logging.Logger,
        changed: Callable[[Run], None],
    ) -> None:
        self._store, self._registry, self._outbox, self._staging, self._state = store, registry, outbox, staging, state
        self._reserve, self._host, self._log, self._changed = reserve, host, log, changed
        self._open: tuple[Run, Dir, bool] | None = None  # the control folder that `at` keeps open
        self._untold: list[tuple[Run, str, str]] | None = None  # notes of what `changing` has not committed yet
        self._named = False  # something in it got a name that is not flushed yet
        self.mirror: Callable[[Run], list[dict[str, Any]]] = lambda run: []  # overrides for creation.json

    def advance(
        self,
        run: Run,
        to: Lifecycle,
        reason: Reason | None = None,
        by: str | None = None,
        first: Callable[[], object] = lambda: None,
        **extra: Any,
    ) -> None:
        """Take one edge of the lifecycle, durably; what `first` changes goes with it, as in `changing`.

        Raises ValueError for an edge that does not exist.
        """
        if not allowed(run.state, to, reason):
            raise ValueError(f"{run.path}: no edge from {run.state} to {to} ({reason})")
        old = run.state
        with self.changing(run):
            first()
            run.state = to
            run.epoch += 1
            if to is Lifecycle.STAGING:
                run.signal = NOT_LOOKED_AT  # an earlier answer was for an earlier tree
            run.durable.history.append(history_entry(to, utc_now(), self._host, reason, by, **extra))
        with self.at(run):
            self.write_ingest(run)
            self.note(run, "INFO", _sentence(old, to, reason, by, extra))
            self.tell_creation(run, _COURTESY[to])
        self._changed(run)

    @contextmanager
    def changing(self, run: Run, tell: bool = True) -> Iterator[None]:
        """What is changed in it, of the run and in the database, is one commit; after an error all is as before.

        Memory must never say more than the database: a run that only seems verified would wait for nobody. Without
        `tell` nothing is changed that ingest.json says, and its NAS copy need not be told.
        """
        outermost = self._untold is None
        if outermost:
            self._untold = []
        before = copy(run)
        before.durable = copy(run.durable)
        before.durable.history, before.durable.proof = list(run.durable.history), copy(run.durable.proof)
        try:
            with self._store.together():
                yield
                (self.save if tell else self._registry.save)(run)
        except BaseException:
            for field in fields(run):
                setattr(run, field.name, getattr(before, field.name))
            self._changed(run)
            if outermost:
                self._untold = None
            raise
        if outermost:
            untold, self._untold = self._untold, None
            for told in untold or ():
                self.note(*told)

    def save(self, run: Run) -> None:
        """The run into the database; from the first copy on its NAS copy is to be told as well."""
        with self._store.together():
            self._registry.save(run)
            if run.durable.copy_begun:
                self._outbox.put(str(run.path))

    def write_ingest(self, run: Run) -> None:
        """Bring ingest.json to what the database says."""
        data = format_ingest(run.path, run.state, run.durable.history, run.durable.unknown)
        self._with_control(run, lambda control: control.replace(INGEST_NAME, data, last=False), names=True)
        run.control_seen = ()

    def write_first_ingest(self, run: Run) -> None:
        """The ingest.json of a run that had none and whose state is the least advanced: no need to read it back."""
        seen, own = run.control_seen, list[object]()
        data = format_ingest(run.path, run.state, run.durable.history, run.durable.unknown)

        def write(control: Dir) -> None:
            control.replace(INGEST_NAME, data, last=False)
            own.append(control_stamp(control)[0])

        self._with_control(run, write, names=True)
        # creation.json counts as it was when it was read: a newer one is read by the next look
        run.control_seen = (own[0], *seen[1:]) if own else ()

    def note(self, run: Run, level: str, message: str) -> None:
        """One line in the run's wizard log and in the server's; within `changing` once that is committed."""
        if self._untold is not None:
            self._untold.append((run, level, message))
            return
        self._log.log(logging.getLevelName(level), "%s: %s", run.path, message.encode("unicode_escape").decode())
        line = wizard_log.format_line(utc_now(), level, self._host, run.path, message)
        self._with_control(run, lambda control: wizard_log.append(control, self._host, line))

    def tell_creation(self, run: Run, status: str) -> None:
        """Mirror the sync status into creation.json: a courtesy to the instrument, never read back as truth."""

        def mirror(control: Dir) -> None:
            data = read_control(control, CREATION_NAME, CREATION_LIMIT)
            new = with_sync_status(data, status, self.mirror(run)) if data else None
            if new is not None:
                control.replace(CREATION_NAME, new, last=False)

        self._with_control(run, mirror, own_only=True, names=True)

    @contextmanager
    def at(self, run: Run) -> Iterator[None]:
        """Within it the run's control folder is opened once for all that is written there."""
        if not run.present or self._open is not None:
            yield
            return
        try:
            with self._staging.open() as staging:
                control, run_is_own = open_control(staging, self._state, run.path)
        except (StagingError, OSError) as error:
            self._log.warning("%s: control files not written: %s", run.path, error)
            yield
            return
        run.read_only = not run_is_own
        self._open = (run, control, run_is_own)
        try:
            with control:
                yield
                if self._named:
                    self._retry_when_full(run, control.sync)
        finally:
            self._open, self._named = None, False

    def _with_control(
        self, run: Run, work: Callable[[Dir], object], own_only: bool = False, names: bool = False
    ) -> None:
        """Write control files; a failure is logged and mended by the next look at the run, which reconciles.

        What `work` writes is durable at once; the `names` that it gives are so when `at` ends, all with one flush.
        """
        with self.at(run):
            if self._open is not None and self._open[0] is run:
                _, control, run_is_own = self._open
                if run_is_own or not own_only:
                    self._named = self._named or names
                    self._retry_when_full(run, lambda: work(control))

    def _retry_when_full(self, run: Run, work: Callable[[], object]) -> None:
        try:
            work()
        except UnsupportedEntryError as error:
            self._log.warning("%s: %s is not a regular file; not written", run.path, error.filename)
        except OSError as error:
            if error.errno not in _FULL:
                self._log.warning("%s: control file not written: %s", run.path, error)
                return
            self._reserve.release()
            with suppress(OSError):
                work()


_COURTESY = {
    Lifecycle.STAGING: "pending",
    Lifecycle.COMPLETE: "pending",
    Lifecycle.SYNC_QUEUED: "pending",
    Lifecycle.SYNC_VERIFIED: "synced",
    Lifecycle.CLEARED: "synced",
}


def _sentence(old: Lifecycle, to: Lifecycle, reason: Reason | None, by: str | None, extra: dict[str, Any]) -> str:
    parts = [f"{old} -> {to}"]
    parts += [f"reason {reason}"] if reason else []
    parts += [f"by {by}"] if by else []
    parts += [f"{key} {value}" for key, value in extra.items() if value is not None]
    return ", ".join(parts)
