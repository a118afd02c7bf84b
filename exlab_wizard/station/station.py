"""Owns one station as a server sees it: leads or follows, answers reads, carries commands to whoever leads."""

from __future__ import annotations

import logging
import os
import socket
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exlab_wizard import __version__
from exlab_wizard.api.activity_models import ActivityResponse
from exlab_wizard.api.models import (
    DiskSpace,
    Health,
    LeaderStatus,
    LogResponse,
    Overview,
    Pauses,
    StagingListResponse,
    TargetStatus,
    UnrecognisedEntry,
    WatcherStatus,
)
from exlab_wizard.config import Config
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.listing import answers
from exlab_wizard.listing.index import Index, with_age
from exlab_wizard.listing.rendered import Rendered
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.runs import wizard_log
from exlab_wizard.runs.control import open_control
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.station.activity import read_points
from exlab_wizard.station.activity_points import last_day
from exlab_wizard.station.commands import READS, VERBS
from exlab_wizard.station.database import DATABASE, Damage, is_open_file
from exlab_wizard.station.files import Files, open_following, open_leading
from exlab_wizard.station.forwarding import ask_leader
from exlab_wizard.station.health import health_of
from exlab_wizard.station.leader import Leader, state_path
from exlab_wizard.station.leadership import LeaderInfo, LeaderLock, read_leader
from exlab_wizard.station.store import disk_is_full
from exlab_wizard.station.verbs import Verbs

_FOLLOW_SECONDS = 0.5
_STEP_DOWN_SECONDS = 3.0
_ANSWER_SECONDS = 60.0
_PATIENCE_SECONDS = {"clear": 24 * 3600.0, "clear_verified": 7 * 24 * 3600.0}


class Station(Verbs):
    """All methods are thread-safe, may block (call them off the event loop) and raise `StagingError` only."""

    def __init__(self, config: Config, log: logging.Logger | None = None) -> None:
        self.config = config
        self._log = log or logging.getLogger("exlab_wizard")
        self._host = socket.gethostname()
        self._staging = StagingRoot(config.orchestrator.staging_root)
        info = LeaderInfo(self._host, os.getpid(), config.state_dir, config.digest, config.orchestrator.label)
        self._info, self._lock = info, LeaderLock(info)
        self._files: Files | None = None
        self._leader: Leader | None = None
        self._mismatch = ""
        self._damage: Damage | None = None  # what was wrong with the database since this server began
        self._problem: StagingError | None = _starting()
        self._callbacks: list[Callable[[int], None]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="exlab-station", daemon=True)

    # ------------------------------------------------------------------ life

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, timeout: float = 3.0) -> None:
        """End within `timeout` seconds; never raises. Nothing depends on it: a kill loses nothing either."""
        self._stop.set()
        try:
            leader = self._leader
            if leader is not None:
                leader.stop(timeout * 0.85)
            if self._thread.is_alive():
                self._thread.join(timeout * 0.15)
            self._close()
        except Exception:  # noqa: BLE001 - a fault of one piece must not end the service
            self._log.exception("stopping the station met an error")

    def _close(self) -> None:
        self._lock.release()
        if self._files is not None:
            self._files.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if self._leader is None:
                    self._lead_or_follow()
                elif self._lock_is_lost():
                    self._step_down(self._leader, "leader.lock was removed or replaced")
                elif self._files is not None and self._files.store.trouble:
                    self._step_down(self._leader, f"the station's database failed ({self._files.store.trouble})")
            except StagingError as error:
                self._problem = error
            except Exception as error:  # noqa: BLE001 - a fault of one piece must not end the service
                self._met(error)
            self._stop.wait(_FOLLOW_SECONDS)

    def _met(self, error: Exception) -> None:
        """Say what keeps the station from working: to readers each time, in the log once."""
        message = f"The station cannot work: {error}. Check the disk of {self.config.state_dir}; it tries again."
        if self._problem is None or self._problem.message != message:
            self._log.error("the station met an error; it tries again", exc_info=error)
        self._problem = StagingError(Code.STAGING_UNAVAILABLE, message)

    def _lock_is_lost(self) -> bool:
        """Whether somebody removed or replaced the lock file; a staging disk that is away is waited for instead."""
        try:
            with self._staging.open() as staging:
                return self._lock.lost(staging)
        except (OSError, StagingError):
            return False

    def _step_down(self, leader: Leader, why: str) -> None:
        """Stop leading at once: another server may have taken the lead already. Afterwards this one stands again."""
        self._log.error("%s; this server stops leading and stands again", why)
        self._problem, self._leader = _starting(), None
        try:
            leader.stop(_STEP_DOWN_SECONDS)
        finally:
            if self._files is not None:
                self._files.store.close()  # who leads next may move the file
            self._lock.release()

    def _lead_or_follow(self) -> None:
        """Take the lead if nobody has it; else refresh the listing from the one who does."""
        with self._staging.open() as staging:
            if self._lock.try_acquire(staging):
                self._lead()
                return
            leader = read_leader(staging)
        if leader is not None:
            self._follow(leader)

    def _lead(self) -> None:
        self._mismatch = ""
        self._open(state_path(self.config), leads=True)
        assert self._files is not None
        files, base = self._files, (self.config, self._host, self._log, self._staging)
        leader = Leader(*base, files.store, files.index, files.state, self._changed, self._damage)
        if not self._stop.is_set():
            leader.start()
            self._leader, self._problem = leader, None
            self._log.info("leading the station at %s", self._staging.path)

    def _follow(self, leader: LeaderInfo) -> None:
        self._mismatch = leader.differs(self._info)
        path = Path(leader.state_dir)
        here = self._files is not None and is_open_file(self._files.store, path)
        if not here and (path / "index.db").exists() and (path / DATABASE).exists():
            self._open(path, leads=False)
        self._problem = None if self._index is not None else _starting()
        if self._index is not None and self._index.refresh():
            self._changed(self._index.revision)

    def _open(self, path: Path, leads: bool) -> None:
        """Open database and listing in `path`; who leads judges the database first."""
        old = self._files
        if not leads:
            self._files = open_following(path)
        else:
            if old is not None:
                old.store.close()  # a file with an open connection must not be moved
            self._files, damage = open_leading(path, self.config, self._staging)
            if damage is not None:
                self._damage = damage
                self._log.error("%s", damage.message)
        if old is not None:
            old.close()

    def _changed(self, revision: int) -> None:
        for callback in self._callbacks:
            with suppress(Exception):
                callback(revision)

    @property
    def _index(self) -> Index | None:
        files = self._files
        return files.index if files is not None else None

    def on_change(self, callback: Callable[[int], None]) -> None:
        """Call `callback(revision)` from a station thread whenever the listing changes."""
        self._callbacks.append(callback)

    # ------------------------------------------------------------------ reads

    @property
    def revision(self) -> int:
        """The listing's revision; 0 before there is one. Takes no lock."""
        index = self._index
        return index.revision if index is not None else 0

    @property
    def active_jobs(self) -> int:
        """Jobs queued or under way on this server."""
        leader = self._leader
        return leader.active_jobs if leader else 0

    @property
    def last_activity(self) -> datetime | None:
        """When the station last had something to do (UTC): now while jobs are there, None when it never had."""
        if self.active_jobs:
            return datetime.now(UTC)
        index = self._index
        latest = index.table.latest() if index is not None else None
        return datetime.fromtimestamp(latest.active_at, UTC) if latest is not None else None

    def parse_run(self, text: str) -> RunPath:
        """A run path, or an absolute path inside the staging directory."""
        return RunPath.parse(text, self._staging.path)

    @property
    def unavailable(self) -> StagingError | None:
        """Why reads are refused now; None when they are answered. Takes no lock."""
        leader = self._leader
        problem = self._problem or (leader.unavailable if leader else None)
        if problem is not None:
            return problem
        index = self._index
        if index is None or not index.facts.get("ready"):
            return _starting()
        if leader is None and index.facts.get("unavailable"):
            return StagingError.from_dict(index.facts["unavailable"])
        return None

    def _readable(self) -> Index:
        problem, index = self.unavailable, self._index
        if problem is not None or index is None:
            # a fresh one each time: a shared exception would gather the tracebacks of every reader
            raise StagingError.from_dict((problem or _starting()).to_dict())
        return index

    def listing(self) -> StagingListResponse:
        """`GET /staging`, as a model."""
        return StagingListResponse.model_validate_json(b"".join(self.listing_json()))

    def listing_json(self) -> answers.Body:
        """The body of `GET /staging`."""
        self._readable()
        assert self._files is not None
        return self._files.answers.staged()

    def overview(self, since: int | None = None) -> Overview:
        """`GET /staging/overview`, as a model."""
        envelope, rows = self._overview(since)
        return envelope.model_copy(update={"runs": [with_age(row.row(), envelope.at) for row in rows]})

    def overview_json(self, since: int | None = None) -> answers.Body:
        """The body of `GET /staging/overview`; with a known `since` only what changed after it."""
        return answers.overview(*self._overview(since))

    def _overview(self, since: int | None) -> tuple[Overview, list[Rendered]]:
        """Everything but the rows, and those."""
        index, now = self._readable(), datetime.now(UTC)
        revision, facts = index.revision, index.facts
        changed = index.changes(since) if since is not None else None
        rows, removed = changed if changed is not None else (index.table.rows(), [])
        envelope = Overview(
            revision=revision,
            since=since if changed is not None else None,
            version=__version__,
            label=facts["label"],
            staging_root=self._staging.path,
            runs=[],
            removed=removed,
            disk=DiskSpace.model_validate(facts["disk"]) if facts["disk"] else None,
            watcher=WatcherStatus.model_validate(facts["watcher"]),
            leader=self._leader_status(facts),
            targets=[TargetStatus.model_validate(target) for target in facts["targets"]],
            unrecognised=[UnrecognisedEntry.model_validate(entry) for entry in facts["unrecognised"]],
            paused=self._paused(facts),
            at=now,
        )
        return envelope, rows

    def _leader_status(self, facts: dict[str, Any]) -> LeaderStatus:
        status = LeaderStatus.model_validate(facts["leader"])
        update = {
            "leads": self._leader is not None,
            "config_mismatch": bool(self._mismatch),
            "message": self._mismatch_message() if self._mismatch else "",
        }
        return status.model_copy(update=update)

    def _paused(self, facts: dict[str, Any]) -> Pauses:
        """The leader knows at once; the others hear of it with the listing."""
        leader = self._leader
        return leader.paused if leader is not None else Pauses.model_validate(facts.get("paused") or {})

    def health(self) -> Health:
        """`GET /staging/health`."""
        envelope, rows = self._overview(None)
        named = [row.row() for row in rows if row.in_health]  # of ten thousand, a few
        overview = envelope.model_copy(update={"runs": named})
        return health_of(overview, self._readable().facts.get("database", ""))

    def log(self, run: RunPath, lines: int = 500) -> LogResponse:
        """The last lines of a run's wizard log; empty when nothing was written yet."""
        index, files = self._readable(), self._files
        if index.table.get(str(run)) is None or files is None:
            raise StagingError(Code.RUN_NOT_FOUND, f"There is no run {run} in staging.", run_path=str(run))
        try:
            with self._staging.open() as staging:
                if not _exists(staging, run):
                    return self._log_response(run, [])
                control, _ = open_control(staging, files.state, run)
            with control:
                found = wizard_log.tail(control, self._host, lines)
        except OSError as error:
            found = [f"The log cannot be read: {error.strerror}."]
        return self._log_response(run, found)

    def _log_response(self, run: RunPath, lines: list[str]) -> LogResponse:
        path = f"{self._staging.path}/{run}/.exlab-wizard/{wizard_log.log_name(self._host)}"
        return LogResponse(run_path=str(run), log_path=path, lines=lines)

    def activity(self) -> ActivityResponse:
        """`GET /staging/activity`; of a server that does not lead, up to five minutes old."""
        self._readable()
        leader, files, now = self._leader, self._files, datetime.now(UTC)
        if leader is not None:
            points = leader.core.activity.points
        else:
            points = read_points(files.state) if files is not None else {}
        return last_day(points, now)

    # ------------------------------------------------------------------ commands

    def _command(self, verb: str, **args: Any) -> Any:
        self._readable()
        leader = self._leader
        if leader is not None:
            return self._lead_command(leader, verb, args)
        if self._mismatch and verb not in READS:
            raise StagingError(Code.CONFIG_MISMATCH, self._mismatch_message())
        assert self._files is not None
        timeout = _PATIENCE_SECONDS.get(verb, _ANSWER_SECONDS)
        return VERBS[verb].model_validate(ask_leader(self._files.store, verb, args, timeout, self._stop))

    def _lead_command(self, leader: Leader, verb: str, args: dict[str, Any]) -> Any:
        try:
            return getattr(leader.commands, verb)(**args)
        except sqlite3.DatabaseError as error:
            if not disk_is_full(error):
                message = f"The station's database met an error ({error}); it is looked at now. Ask again in a moment."
                raise StagingError(Code.STATION_STARTING, message) from error
            raise StagingError(
                Code.STAGING_UNAVAILABLE,
                f"The disk of the state directory ({self.config.state_dir}) is full or fails ({error}), so nothing "
                "was begun. Free a little space there by hand, then ask again.",
            ) from error

    def _mismatch_message(self) -> str:
        return (
            f"This server only answers reads, because {self._mismatch}. "
            "Give both servers the same configuration, or ask the leading one."
        )


def _exists(staging: Dir, run: RunPath) -> bool:
    try:
        staging.beneath(*run.parts).close()
    except OSError:
        return False
    return True


def _starting() -> StagingError:
    return StagingError(
        Code.STATION_STARTING, "The station is looking through the staging directory. Ask again in a few seconds."
    )
