"""Owns the work of the one server that leads a station: builds its parts, keeps the facts fresh, ends them."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exlab_wizard import units
from exlab_wizard.api.models import DiskSpace, LeaderStatus, Pauses, UnrecognisedEntry, WatcherStatus
from exlab_wizard.clearing.reserve import Reserve
from exlab_wizard.config import Config
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.gate.book import OverrideBook
from exlab_wizard.listing.index import Index
from exlab_wizard.listing.rows import Rows
from exlab_wizard.observer.observer import Observer
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.station.commands import Commands
from exlab_wizard.station.core import Core
from exlab_wizard.station.database import Damage
from exlab_wizard.station.forwarding import RequestServer
from exlab_wizard.station.pauses import PauseBook
from exlab_wizard.station.receipt_book import ReceiptBook
from exlab_wizard.station.registry import Registry, Run
from exlab_wizard.station.state_place import unfit
from exlab_wizard.station.store import Store
from exlab_wizard.station.transitions import Transitions
from exlab_wizard.sync.outbox import Outbox
from exlab_wizard.sync.queue import Queue
from exlab_wizard.sync.targets import Targets
from exlab_wizard.sync.thread import SyncThread

_REQUESTS_SECONDS = 0.1
_FACTS_SECONDS = 1.0
_RESERVE_SECONDS = 60.0
_ACTIVITY_SECONDS = 10.0


class Leader:
    """Observer, sync thread and clerk of a leading server; `commands` is what people may ask."""

    def __init__(
        self,
        config: Config,
        host: str,
        log: logging.Logger,
        staging: StagingRoot,
        store: Store,
        index: Index,
        state: Dir,
        on_change: Callable[[int], None],
        damage: Damage | None = None,
    ) -> None:
        self._config, self._host, self._index, self._log = config, host, index, log
        self._listed_before = bool(index.facts.get("ready"))  # an earlier session's listing answers until the new one
        self._reserve = Reserve(state)
        self._reserve.ensure()
        self.core = _build_core(config, host, log, staging, store, index, state, self._reserve)
        self.core.rows.on_change.append(on_change)
        self._state = state
        self.core.activity.load(state)
        self._observer = Observer(self.core)
        self._sync = SyncThread(self.core)
        self.commands = Commands(self.core, self._observer, self._sync.errands)
        self._database = _about_database(damage, self.core.registry.garbled)
        if self.core.registry.garbled:
            log.warning("%s", self._database)
        self._requests = RequestServer(store, self.commands.call, log)
        self._stop = threading.Event()
        self._clerk = threading.Thread(target=self._keep, name="exlab-clerk", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._index.put_facts(self._facts())  # an earlier session's are only good for telling that there was one
        self._observer.start()
        self._sync.start()
        self._clerk.start()

    def stop(self, timeout: float) -> None:
        """End within `timeout` seconds; whatever was under way goes on after the next start."""
        self._stop.set()
        self._requests.close()
        self._sync.stop(timeout * 0.7)
        self._observer.stop(timeout * 0.2)
        self._clerk.join(timeout * 0.1)
        if self._note_activity():
            self.core.activity.save(self._state)

    @property
    def unavailable(self) -> StagingError | None:
        """Why the staging disk cannot be worked with right now."""
        return self._observer.unavailable

    @property
    def paused(self) -> Pauses:
        """What people have paused; takes no lock."""
        return self.core.pauses.model()

    @property
    def active_jobs(self) -> int:
        """Jobs under way, or queued and not held by a pause: those wait for a person, and keep no server alive."""
        return sum(run.busy or self._is_queued(run) for run in self.core.registry)

    def _is_queued(self, run: Run) -> bool:
        job = run.job
        return job is not None and job.state == "queued" and (job.kind == "clear" or not self.core.pauses.of(run.path))

    def _keep(self) -> None:
        facts_at = reserve_at = activity_at = 0.0
        rests = False
        while not self._stop.wait(_REQUESTS_SECONDS):
            try:
                now = time.monotonic()
                self._requests.poll()
                if now - facts_at > _FACTS_SECONDS or self._just_ready():
                    facts_at = now
                    self._index.put_facts(self._facts())
                if now - activity_at > _ACTIVITY_SECONDS:
                    activity_at = now if self._note_activity() else activity_at
                if now - reserve_at > _RESERVE_SECONDS:
                    reserve_at = now
                    self._reserve.ensure()
                rests = rests or self._lay_to_rest()
            except Exception:  # noqa: BLE001 - a fault of one piece must not end the service
                if not self._stop.is_set():
                    self._log.exception("the clerk met an error; it goes on")

    def _just_ready(self) -> bool:
        """Whether the first listing is there and nobody has been told."""
        return self._observer.ready.is_set() and not self._index.facts.get("ready")

    def _note_activity(self) -> bool:
        """Put down how things are; False while the first look at staging is not done."""
        if not self._observer.ready.is_set():  # rows of an earlier session say nothing of what is here
            return False
        staged = sum(row.byte_total for row in self._index.table.rows())
        self.core.activity.note(self._state, time.time(), staged, self._index.facts.get("disk"))
        return True

    def _lay_to_rest(self) -> bool:
        """Once every run is known: searching them for garbage, again and again, would hold the server's loop."""
        ready = self._observer.ready.is_set()
        if ready:
            gc.freeze()
        return ready

    def _facts(self) -> dict[str, Any]:
        """What the overview says beside the rows, as JSON; shared with the other servers through the index."""
        mode, detail, seconds = self._observer.mode
        watcher = WatcherStatus(mode="events" if mode == "events" else "polling", detail=detail, rescan_seconds=seconds)
        leader = LeaderStatus(leads=False, host=self._host, pid=os.getpid())
        with self.core.lock:
            statuses = [self.core.targets.status(target.nas_root) for target in self.core.targets.all()]
        entries = [
            UnrecognisedEntry(path=one.path, bytes=one.bytes, reason=one.reason, remedy=one.remedy)
            for one in self._observer.unrecognised
        ]
        return {
            "ready": self._listed_before or self._observer.ready.is_set(),
            "unavailable": self.unavailable.to_dict() if self.unavailable else None,
            "label": self._config.orchestrator.label,
            "disk": _disk(self._config.orchestrator.staging_root),
            "watcher": watcher.model_dump(mode="json"),
            "leader": leader.model_dump(mode="json"),
            "targets": [status.model_dump(mode="json") for status in statuses if status],
            "unrecognised": [_printable(entry.model_dump(mode="json")) for entry in entries],
            "database": self._database,
            "paused": self.paused.model_dump(mode="json"),
            "at": datetime.now(UTC).isoformat(),
        }


def _build_core(
    config: Config,
    host: str,
    log: logging.Logger,
    staging: StagingRoot,
    store: Store,
    index: Index,
    state: Dir,
    reserve: Reserve,
) -> Core:
    registry, queue, outbox = Registry(store), Queue(store), Outbox(store)
    registry.load(queue.all_latest())
    targets, book = Targets(config, store), OverrideBook(store)
    pauses = PauseBook(store)
    rows = Rows(config, registry, index, targets, pauses)
    transitions = Transitions(store, registry, outbox, staging, state, reserve, host, log, rows.mark)

    def mirror(run: Run) -> list[dict[str, Any]]:
        return [record.model_dump(mode="json") for record in book.of(str(run.path))]

    transitions.mirror = mirror

    def publish(run: Run) -> None:
        """The NAS's own ledger follows with the next errand."""
        if run.durable.copy_begun:
            outbox.put(str(run.path))

    paper = ReceiptBook(state, host, log, publish)
    return Core(
        config,
        host,
        log,
        staging,
        state,
        store,
        registry,
        queue,
        outbox,
        targets,
        book,
        transitions,
        rows,
        paper,
        pauses,
    )


def _about_database(damage: Damage | None, garbled: list[str]) -> str:
    """What a person should know of the database until the next start; empty when it was as it should be."""
    words = [damage.message] if damage else []
    if garbled:
        words.append(
            f"What the database had of {units.count(len(garbled), 'run')} was not as it was saved ({garbled[0]!r}); "
            "verified runs are verified again."
        )
    return " ".join(words)


def _disk(path: str) -> dict[str, Any] | None:
    with contextlib.suppress(OSError):
        usage = os.statvfs(path)
        space = DiskSpace(total=usage.f_blocks * usage.f_frsize, free=usage.f_bavail * usage.f_frsize)
        return space.model_dump()
    return None


def _printable(entry: dict[str, Any]) -> dict[str, Any]:
    """Names that are not UTF-8 cannot be sent as JSON text; they are shown escaped."""
    path = os.fsencode(entry["path"]).decode("utf-8", "backslashreplace")
    return {**entry, "path": path}


def state_path(config: Config) -> Path:
    """The state directory, made private when it is new. Raises `StagingError(config_invalid)` for an unfit place."""
    path = Path(config.state_dir)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    problem = unfit(str(path))
    if problem is not None and problem.refused:
        raise StagingError(
            Code.CONFIG_INVALID,
            f"{problem.message} {problem.remedy}",
            key="orchestrator.state_dir",
            remedy=problem.remedy,
        )
    return path
