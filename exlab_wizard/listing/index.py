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

from exlab_wizard.api.models import OverviewRow
from exlab_wizard.listing.rendered import Rendered, render
from exlab_wizard.listing.table import Table

_SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=OFF;
CREATE TABLE IF NOT EXISTS rows (path TEXT PRIMARY KEY, revision INTEGER NOT NULL, row TEXT);
CREATE INDEX IF NOT EXISTS rows_by_revision ON rows (revision);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_REMOVED_KEPT = 10_000


class Index:
    """Rows by run path, newest activity first, with one revision for the whole.

    One server (the leader) publishes; the others refresh from the file. The file is a cache: losing it costs nothing.
    Readers never wait for the file. Publishing one row costs one row, however many there are.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = _connect(path)
        self._behind = False  # the file lacks something that was published
        self.table = Table(_REMOVED_KEPT)
        self.facts: dict[str, Any] = {}
        self.revision = 0
        self.take_over()

    @property
    def rows(self) -> dict[str, OverviewRow]:
        """Every row as a model, made for the asking: for few rows, or seldom."""
        return {row.path: row.row() for row in self.table.rows()}

    @property
    def removed(self) -> dict[str, int]:
        """The revisions at which runs went, as far as they are remembered."""
        return self.table.removed()

    @property
    def _base(self) -> int:
        return self.table.base

    def publish(
        self, changed: Iterable[OverviewRow], removed: Iterable[str] = (), facts: dict[str, Any] | None = None
    ) -> int:
        """Make rows, removals and station facts visible under a new revision; the revision."""
        with self._lock:
            # a fresh cache starts above every earlier one, so that an old `since` never hides a row
            revision = max(self.revision + 1, 0 if self.revision else int(time.time() * 1000))
            fresh, self.table.base = not self.revision, self.table.base or revision
            new = [render(row, revision) for row in changed]
            here = {row.path for row in new}
            gone = {path: revision for path in removed if self.table.get(path) and path not in here}
            self.table.take(new, gone)
            self.facts = facts if facts is not None else self.facts
            if self._behind:
                new, gone = self.table.rows(), self.table.removed()
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
            new = [_rendered(row) for _, _, row in found if row is not None]
            self.facts = json.loads(meta["facts"]) if "facts" in meta else self.facts
            gone = {path: revision for path, revision, row in found if row is None}
            if base != self._base:
                self.table.restart(base)
            self.table.take(new, gone)
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

    def changes(self, revision: int) -> tuple[list[Rendered], list[str]] | None:
        """Rows and removals after `revision`; None when that is not one of this index, so all must be sent."""
        if not 0 < self._base <= revision <= self.revision:
            return None
        return self.table.since(revision)

    def since(self, revision: int) -> tuple[list[OverviewRow], list[str]] | None:
        """As `changes`, the rows as models."""
        found = self.changes(revision)
        return None if found is None else ([row.row() for row in found[0]], found[1])

    def sorted(self) -> list[OverviewRow]:
        """All rows as models, most recent activity first."""
        return [row.row() for row in self.table.rows()]

    def close(self) -> None:
        """Close the cache file."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()

    def _write(
        self, new: list[Rendered], gone: dict[str, int], facts: dict[str, Any] | None, revision: int, fresh: bool
    ) -> bool:
        """Bring the file up to date; False where it cannot be (disk full): that must not stop the station."""
        meta = {"revision": str(revision), "base": str(self._base)}
        connection = self._connection
        try:
            if facts is not None:
                meta["facts"] = json.dumps(facts)
            rows: list[tuple[str, int, str | None]] = [(row.path, row.revision, row.whole().decode()) for row in new]
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


def _rendered(text: str) -> Rendered:
    row = OverviewRow.model_validate_json(text)
    return render(row, row.revision)


def with_age(row: OverviewRow, now: datetime) -> OverviewRow:
    """The row with the values that change by the second: seconds since last activity, and since the proof."""
    update: dict[str, Any] = {"elapsed_seconds_since_last_activity": _seconds(row.last_activity_at, now)}
    if row.proven_at is not None:
        update["proof_age_seconds"] = _seconds(row.proven_at, now)
    return row.model_copy(update=update)


def _seconds(at: datetime, now: datetime) -> float:
    return round(max(0.0, (now - at.astimezone(UTC)).total_seconds()), 1)
