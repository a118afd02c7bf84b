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
        self._connection = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
        self._connection.executescript(_SCHEMA)
        self.rows: dict[str, OverviewRow] = {}
        self.removed: dict[str, int] = {}
        self.facts: dict[str, Any] = {}
        self.revision = 0
        self.refresh()

    def publish(
        self, changed: Iterable[OverviewRow], removed: Iterable[str] = (), facts: dict[str, Any] | None = None
    ) -> int:
        """Make rows, removals and station facts visible under a new revision; the revision."""
        with self._lock:
            # a fresh cache starts above every earlier one, so that an old `since` never hides a row
            revision = max(self.revision + 1, 0 if self.revision else int(time.time() * 1000))
            new = [row.model_copy(update={"revision": revision}) for row in changed]
            gone = [path for path in removed if path in self.rows]
            self._write(new, gone, facts, revision)
            self._replace(new, dict.fromkeys(gone, revision), facts)
            self.revision = revision
            return revision

    def put_facts(self, facts: dict[str, Any]) -> None:
        """Refresh station facts that change all the time (disk space) without a new revision."""
        with self._lock:
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES ('facts', ?)", (json.dumps(facts),))
            self.facts = facts

    def refresh(self) -> bool:
        """Take over what the leader has published since; True when something is new."""
        with self._lock:
            facts = self._connection.execute("SELECT value FROM meta WHERE name = 'facts'").fetchone()
            if facts:
                self.facts = json.loads(facts[0])
            found = self._connection.execute(
                "SELECT path, revision, row FROM rows WHERE revision > ?", (self.revision,)
            ).fetchall()
            latest = self._connection.execute("SELECT value FROM meta WHERE name = 'revision'").fetchone()
            new = [OverviewRow.model_validate_json(row) for _, _, row in found if row is not None]
            self._replace(new, {path: revision for path, revision, row in found if row is None}, None)
            old, self.revision = self.revision, int(latest[0]) if latest else self.revision
            return self.revision != old

    def since(self, revision: int) -> tuple[list[OverviewRow], list[str]] | None:
        """Rows and removals after `revision`; None when that is not one of this index, so all must be sent."""
        if not 0 < revision <= self.revision:
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

    def _replace(self, new: list[OverviewRow], gone: dict[str, int], facts: dict[str, Any] | None) -> None:
        rows = {path: row for path, row in self.rows.items() if path not in gone}
        rows.update((row.path, row) for row in new)
        removed = {path: at for path, at in {**self.removed, **gone}.items() if path not in rows}
        self.rows, self.removed = rows, dict(list(removed.items())[-_REMOVED_KEPT:])
        if facts is not None:
            self.facts = facts

    def _write(self, new: list[OverviewRow], gone: list[str], facts: dict[str, Any] | None, revision: int) -> None:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(
                "INSERT OR REPLACE INTO rows VALUES (?, ?, ?)",
                [(row.path, revision, row.model_dump_json()) for row in new]
                + [(path, revision, None) for path in gone],
            )
            if facts is not None:
                connection.execute("INSERT OR REPLACE INTO meta VALUES ('facts', ?)", (json.dumps(facts),))
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('revision', ?)", (str(revision),))
            connection.execute("COMMIT")
        except sqlite3.Error:
            # a cache that cannot be written (disk full) must not stop the station; other servers see it later
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")


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
