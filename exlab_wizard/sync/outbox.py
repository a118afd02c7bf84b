"""Owns the list of runs whose NAS copy of ingest.json is behind, durable but for what has just arrived."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from exlab_wizard.station.store import Store

_FIRST_SECONDS, _LAST_SECONDS = 5.0, 600.0
_WORTH_WAITING = 3
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Pending:
    """One run to bring up to date; `version` tells whether it changed again while being sent."""

    run_path: str
    version: int
    attempts: int


class Outbox:
    """The outbox table behind short verbs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._arrived: dict[str, int] = {}  # versions that need not be sent again; not yet in the table
        self._newest: dict[str, int] = {}  # versions that were in the table: none comes twice in this process

    def put(self, run_path: str) -> None:
        """The run's control files changed: send them as they are when their turn comes."""
        self._store.execute(
            "INSERT INTO outbox VALUES (?, ?, 0, 0) ON CONFLICT (run_path) DO UPDATE SET version = version + 1,"
            " not_before = 0",
            (run_path, self._newest.get(run_path, 0) + 1),
        )

    def due(self, now: float | None = None) -> list[Pending]:
        """What should be sent now."""
        return list(self.in_turn(now))

    def in_turn(self, now: float | None = None) -> Iterator[Pending]:
        """The same, read a page at a time: who stops early has not read what thousands of runs have to send."""
        sql = (
            "SELECT run_path, version, attempts, not_before FROM outbox WHERE not_before <= ? AND not_before >= ?"
            " AND (not_before, run_path) > (?, ?) ORDER BY not_before, run_path LIMIT ?"
        )
        moment, since, path = time.time() if now is None else now, -1.0, ""
        while True:
            rows = self._store.rows(sql, (moment, since, since, path, _PAGE))
            found = [Pending(*row[:3]) for row in map(tuple, rows)]
            # told apart before the first is handed out: `settle` forgets what this page still has
            yield from [one for one in found if not self._is_sent(one.run_path, one.version)]
            if len(rows) < _PAGE:
                return
            since, path = rows[-1]["not_before"], rows[-1]["run_path"]

    def waiting(self, run_path: str) -> bool:
        """Whether this run still has something to send that is worth waiting for (not refused again and again)."""
        sql = "SELECT version FROM outbox WHERE run_path = ? AND attempts < ?"
        row = self._store.row(sql, (run_path, _WORTH_WAITING))
        return row is not None and not self._is_sent(run_path, row["version"])

    def sent(self, pending: Pending) -> None:
        """It arrived; kept when the run changed again meanwhile. Durable with `settle`: until then a crash sends it

        once more, which changes nothing.
        """
        self._arrived[pending.run_path] = pending.version

    def settle(self) -> None:
        """Write down what arrived, in one commit."""
        if not self._arrived:
            return
        arrived, sql = list(self._arrived.items()), "DELETE FROM outbox WHERE run_path = ? AND version = ?"
        self._store.write(lambda connection: connection.executemany(sql, arrived))
        self._newest.update(arrived)
        self._arrived.clear()

    def _is_sent(self, run_path: str, version: int) -> bool:
        return self._arrived.get(run_path) == version

    def failed(self, pending: Pending) -> None:
        """Try later, with growing pauses."""
        delay = min(_LAST_SECONDS, _FIRST_SECONDS * 2 ** min(pending.attempts, 10))
        self._store.execute(
            "UPDATE outbox SET attempts = attempts + 1, not_before = ? WHERE run_path = ?",
            (time.time() + delay, pending.run_path),
        )

    def no_copy(self, pending: Pending) -> None:
        """Its NAS copy is not where it should be: try later as well, but nothing stale is there to wait for."""
        self.failed(pending)
        self._store.execute(
            "UPDATE outbox SET attempts = MAX(attempts, ?) WHERE run_path = ?", (_WORTH_WAITING, pending.run_path)
        )

    def hurry(self, run_path: str) -> None:
        """A person asked for this run: what waits of it is due."""
        self._store.execute("UPDATE outbox SET not_before = 0 WHERE run_path = ?", (run_path,))

    def retry_all(self) -> None:
        """The NAS is back: everything is due."""
        self._store.execute("UPDATE outbox SET not_before = 0")
