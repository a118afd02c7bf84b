"""Owns the station's database: one connection, full durability, and space kept back for a full disk."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (run_path TEXT PRIMARY KEY, state TEXT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, run_path TEXT NOT NULL, kind TEXT NOT NULL,
  state TEXT NOT NULL, priority INTEGER NOT NULL, attempt INTEGER NOT NULL, token INTEGER NOT NULL,
  not_before REAL NOT NULL, error TEXT, requested_by TEXT, created_at TEXT NOT NULL, ended_at REAL);
CREATE UNIQUE INDEX IF NOT EXISTS one_live_job ON jobs (run_path) WHERE state IN ('queued', 'running', 'waiting');
CREATE INDEX IF NOT EXISTS jobs_by_run ON jobs (run_path, seq);
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state);
CREATE INDEX IF NOT EXISTS jobs_in_order ON jobs ((kind = 'verify'), -priority, seq)
  WHERE state IN ('queued', 'waiting');
CREATE INDEX IF NOT EXISTS jobs_by_kind ON jobs (kind, state, seq);
CREATE TABLE IF NOT EXISTS overrides (seq INTEGER PRIMARY KEY AUTOINCREMENT, run_path TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS overrides_by_run ON overrides (run_path, seq);
CREATE TABLE IF NOT EXISTS outbox (
  run_path TEXT PRIMARY KEY, version INTEGER NOT NULL, attempts INTEGER NOT NULL, not_before REAL NOT NULL);
CREATE INDEX IF NOT EXISTS outbox_in_order ON outbox (not_before, run_path);
CREATE TABLE IF NOT EXISTS targets (nas_root TEXT PRIMARY KEY, nas_id TEXT NOT NULL, pinned INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
  id TEXT PRIMARY KEY, verb TEXT NOT NULL, args TEXT NOT NULL, created REAL NOT NULL, answer TEXT);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS pauses (scope TEXT PRIMARY KEY, who TEXT NOT NULL, at TEXT NOT NULL);
"""
LATER_TABLES = frozenset({"pauses"})  # an earlier version's database lacks them: no damage, they are made


class Reserve(Protocol):
    """Space that can be given back when the disk is full."""

    def release(self) -> object:
        """Free the reserved bytes."""


class Store:
    """`station.db`: WAL with synchronous=FULL, because anything less loses acknowledged commits at power loss.

    `trouble` is empty until an error shows that the database is damaged or its disk fails: then it must be opened anew.
    """

    def __init__(self, path: Path, reserve: Reserve) -> None:
        self._reserve = reserve
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self.trouble = ""
        self._steps: list[Callable[[sqlite3.Connection], Any]] | None = None  # of `together`, while it is open
        self.write(self._prepare)
        self.inode = os.stat(path).st_ino

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(SCHEMA)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` and commit it durably; on a full disk the reserve is given back and it runs once more."""
        with self._lock, self._noticed():
            if self._steps is not None:
                return self._step(self._steps, work)
            try:
                return self._transact(work)
            except sqlite3.OperationalError as error:
                if not disk_is_full(error):
                    raise
                self._reserve.release()
                return self._transact(work)

    @contextmanager
    def together(self) -> Iterator[None]:
        """One durable commit, at the end of the block, for all that is written in it; an error takes all of it back.

        Within the block nothing is durable yet: nobody else may be told of it.
        """
        with self._lock, self._noticed():
            if self._steps is not None:  # part of a larger one
                yield
                return
            steps = self._steps = []
            try:
                self._step(steps, lambda connection: connection.execute("BEGIN IMMEDIATE"))
                yield
                self._step(steps, lambda connection: connection.execute("COMMIT"))
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._steps = None

    def _step(self, steps: list[Callable[[sqlite3.Connection], Any]], work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` after `steps`; on a full disk the reserve is given back and all of them are done once more."""
        try:
            result = work(self._connection)
        except sqlite3.OperationalError as error:
            if not disk_is_full(error):
                raise
            self._roll_back()
            self._reserve.release()
            for step in steps:
                step(self._connection)
            result = work(self._connection)
        steps.append(work)
        return result

    @contextmanager
    def _noticed(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if is_damage(error) or _disk_fails(error):
                self.trouble = str(error)
            raise

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if work == self._prepare:
            return work(self._connection)  # journal_mode cannot change inside a transaction
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(self._connection)
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        return result

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def execute(self, sql: str, args: Iterable[Any] = ()) -> int:
        """One durable statement; the number of rows it touched."""
        values = tuple(args)
        return self.write(lambda connection: connection.execute(sql, values).rowcount)

    def rows(self, sql: str, args: Iterable[Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock, self._noticed():
            return self._connection.execute(sql, tuple(args)).fetchall()

    def row(self, sql: str, args: Iterable[Any] = ()) -> sqlite3.Row | None:
        """The first row of a query."""
        found = self.rows(sql, args)
        return found[0] if found else None

    def next_number(self, name: str) -> int:
        """A durable counter: 1, 2, 3, ..."""

        def bump(connection: sqlite3.Connection) -> int:
            connection.execute(
                "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1", (name,)
            )
            return int(connection.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()[0])

        return self.write(bump)

    def raise_number(self, name: str, floor: int) -> None:
        """Let the next number of a counter be above `floor`."""
        self.execute(
            "INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = MAX(value, excluded.value)",
            (name, floor),
        )

    def close(self) -> None:
        """Close the connection; later calls raise sqlite3.ProgrammingError."""
        with self._lock:
            self.inode = -1
            self._connection.close()


def disk_is_full(error: sqlite3.DatabaseError) -> bool:
    """Whether SQLite ran out of space; it calls that an I/O error in some places."""
    return "full" in str(error).lower() or _disk_fails(error)


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether an error says that the file itself is damaged, rather than locked, full or out of reach."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "Could not decode" in str(error)


def _disk_fails(error: sqlite3.DatabaseError) -> bool:
    return "disk i/o error" in str(error).lower()
