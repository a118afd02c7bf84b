"""Owns the listing: finished rows with a revision, answered from memory and shared with the other servers."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exlab_wizard.api.models import OverviewRow, StagedRunRow

_SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=OFF;
CREATE TABLE IF NOT EXISTS rows (path TEXT PRIMARY KEY, revision INTEGER NOT NULL, row TEXT);
CREATE INDEX IF NOT EXISTS rows_by_revision ON rows (revision);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_STAGED_FIELDS = set(StagedRunRow.model_fields)
_REMOVED_KEPT = 10_000


class Index:
    """Rows by run path, newest activity first, with one revision for the whole.

    One server (the leader) publishes; the others refresh from the file. The file is a cache: losing it costs nothing.
    Readers never wait: they take the current dictionary, which is replaced and never changed.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = _connect(path)
        self._behind = False  # the file lacks something that was published
        self._base = 0  # removals are known from this revision on
        self.rows: dict[str, OverviewRow] = {}
        self.removed: dict[str, int] = {}
        self.facts: dict[str, Any] = {}
        self.revision = 0
        self.take_over()

    def publish(
        self, changed: Iterable[OverviewRow], removed: Iterable[str] = (), facts: dict[str, Any] | None = None
    ) -> int:
        """Make rows, removals and station facts visible under a new revision; the revision."""
        with self._lock:
            # a fresh cache starts above every earlier one, so that an old `since` never hides a row
            revision = max(self.revision + 1, 0 if self.revision else int(time.time() * 1000))
            fresh, self._base = not self.revision, self._base or revision
            new = [row.model_copy(update={"revision": revision}) for row in changed]
            here = {row.path for row in new}
            gone = {path: revision for path in removed if path in self.rows and path not in here}
            self._replace(new, gone)
            self.facts = facts if facts is not None else self.facts
            if self._behind:
                new, gone = list(self.rows.values()), self.removed
            self._behind = not self._write(new, gone, facts, revision, fresh)
            self.revision = revision
            return revision

    def put_facts(self, facts: dict[str, Any]) -> None:
        """Refresh station facts that change all the time (disk space) without a new revision."""
        with self._lock:
            self.facts = facts
            with suppress(sqlite3.Error):  # a full disk: other servers see it later
                self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('facts', ?)", (json.dumps(facts),))

    def refresh(self) -> bool:
        """Take over what the leader has published since; True when something is new.

        Raises sqlite3.Error, or ValueError for rows that another version of the program wrote.
        """
        with self._lock:
            meta, found = self._read()
            base = int(meta.get("base", self._base))
            new = [OverviewRow.model_validate_json(row) for _, _, row in found if row is not None]
            self.facts = json.loads(meta["facts"]) if "facts" in meta else self.facts
            if base != self._base:
                self._base, self.rows, self.removed = base, {}, {}
            self._replace(new, {path: revision for path, revision, row in found if row is None})
            old, self.revision = self.revision, int(meta.get("revision", self.revision))
            return self.revision != old

    def take_over(self) -> None:
        """As `refresh`, for whoever publishes next: a cache that cannot be read is as good as none."""
        with suppress(ValueError, sqlite3.Error):
            self.refresh()

    def _read(self) -> tuple[dict[str, str], list[tuple[str, int, str | None]]]:
        """Meta values and the rows after the own revision, of one moment: else a revision could hide rows."""
        connection = self._connection
        connection.execute("BEGIN")
        try:
            meta = dict(connection.execute("SELECT name, value FROM meta").fetchall())
            known = self.revision if int(meta.get("base", self._base)) == self._base else 0
            rows = connection.execute("SELECT path, revision, row FROM rows WHERE revision > ?", (known,))
            return meta, rows.fetchall()
        finally:
            connection.execute("ROLLBACK")

    def since(self, revision: int) -> tuple[list[OverviewRow], list[str]] | None:
        """Rows and removals after `revision`; None when that is not one of this index, so all must be sent."""
        if not 0 < self._base <= revision <= self.revision:
            return None
        rows = [row for row in self.rows.values() if row.revision > revision]
        return rows, [path for path, at in self.removed.items() if at > revision]

    def sorted(self) -> list[OverviewRow]:
        """All rows, most recent activity first."""
        return sorted(self.rows.values(), key=lambda row: (-row.last_activity_at.timestamp(), row.path))

    def close(self) -> None:
        """Close the cache file."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()

    def _replace(self, new: list[OverviewRow], gone: dict[str, int]) -> None:
        rows = {path: row for path, row in self.rows.items() if path not in gone}
        rows.update((row.path, row) for row in new)
        removed = {path: at for path, at in {**self.removed, **gone}.items() if path not in rows}
        forgotten = list(removed.values())[:-_REMOVED_KEPT]
        self._base = max([self._base, *forgotten])
        self.rows, self.removed = rows, dict(list(removed.items())[-_REMOVED_KEPT:])

    def _write(
        self, new: list[OverviewRow], gone: dict[str, int], facts: dict[str, Any] | None, revision: int, fresh: bool
    ) -> bool:
        """Bring the file up to date; False where it cannot be (disk full): that must not stop the station."""
        meta = {"revision": str(revision), "base": str(self._base)}
        connection = self._connection
        try:
            if facts is not None:
                meta["facts"] = json.dumps(facts)
            rows: list[tuple[str, int, str | None]] = [(row.path, row.revision, row.model_dump_json()) for row in new]
            connection.execute("BEGIN IMMEDIATE")
            if fresh:
                connection.execute("DELETE FROM rows")  # of a cache that could not be read
            rows += [(path, at, None) for path, at in gone.items()]
            connection.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", rows)
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta.items())
            connection.execute("COMMIT")
        except (sqlite3.Error, ValueError):  # ValueError: what cannot be written as JSON
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            return False
        return True


def _connect(path: Path) -> sqlite3.Connection:
    """Open the cache file; one that is damaged is thrown away."""
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
    try:
        connection.executescript(_SCHEMA)
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("damaged")
    except sqlite3.DatabaseError as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError):  # locked, full: not damaged
            raise
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return _connect(path)
    return connection


def with_age(row: OverviewRow, now: datetime) -> OverviewRow:
    """The row with the values that change by the second: seconds since last activity, and since the proof."""
    update: dict[str, Any] = {"elapsed_seconds_since_last_activity": _seconds(row.last_activity_at, now)}
    if row.proven_at is not None:
        update["proof_age_seconds"] = _seconds(row.proven_at, now)
    return row.model_copy(update=update)


def staged(row: OverviewRow, now: datetime) -> StagedRunRow:
    """The fixed nine fields of `GET /staging`."""
    values = {name: getattr(row, name) for name in _STAGED_FIELDS}
    values["elapsed_seconds_since_last_activity"] = _seconds(row.last_activity_at, now)
    return StagedRunRow.model_construct(**values)


def _seconds(at: datetime, now: datetime) -> float:
    return round(max(0.0, (now - at.astimezone(UTC)).total_seconds()), 1)
