"""Owns a database connection that fails at one statement, once, as a locked, full or damaged one does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from exlab_wizard.station.store import Store

LOCKED = sqlite3.OperationalError("database is locked")
FULL = sqlite3.OperationalError("database or disk is full")


class FailingConnection:
    """The connection of a store; the next statement that begins with `at` raises `error` instead."""

    def __init__(self, real: sqlite3.Connection, at: str, error: BaseException) -> None:
        self._real, self._at, self._error = real, at, error
        self.failed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if sql.startswith(self._at) and not self.failed:
            self.failed = True
            raise self._error
        return self._real.execute(sql, *args)


@contextmanager
def failing(store: Store, at: str, error: BaseException) -> Iterator[FailingConnection]:
    """Within it the store's next statement that begins with `at` fails, and no other."""
    real = store._connection
    connection = FailingConnection(real, at, error)
    store._connection = connection  # type: ignore[assignment]
    try:
        yield connection
    finally:
        store._connection = real
