"""Owns the station's database as an audit reads it: read-only, leaving nothing behind in the state directory."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from exlab_wizard.station.registry import Proof, read_row

NAME = "station.db"


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says of a run. `sending`: its NAS copy is about to be brought up to date."""

    state: str
    proof: Proof
    sending: bool


class RecordsUnreadableError(Exception):
    """The database is there and cannot be read; the message says why."""


class Records:
    """`station.db` of a station that may be running or not."""

    def __init__(self, state_dir: str) -> None:
        self._path = Path(state_dir, NAME)

    @property
    def exist(self) -> bool:
        """Whether there is a database at all."""
        return self._path.exists()

    @property
    def live(self) -> bool:
        """Whether a server has it open (or was killed while it had): what is read may change any moment."""
        return Path(f"{self._path}-wal").exists()

    def runs(self) -> list[str]:
        """Every run path known. Raises RecordsUnreadableError."""
        if not self.exist:
            return []
        with self._open() as connection:
            return [str(row[0]) for row in connection.execute("SELECT run_path FROM runs")]

    def of(self, run: str) -> Known | None:
        """One run's facts, None where it is not known. Raises RecordsUnreadableError."""
        if not self.exist:
            return None
        with self._open() as connection:
            row = connection.execute("SELECT state, doc FROM runs WHERE run_path = ?", (run,)).fetchone()
            waiting = connection.execute("SELECT 1 FROM outbox WHERE run_path = ?", (run,)).fetchone()
        if row is None:
            return None
        try:
            return Known(str(row[0]), read_row(run, row[0], row[1]).proof, waiting is not None)
        except (ValueError, TypeError) as error:
            raise RecordsUnreadableError(f"what {NAME} says of {run} cannot be read ({error})") from error

    def pinned(self, nas_root: str) -> str | None:
        """The NAS id pinned for a root. Raises RecordsUnreadableError."""
        if not self.exist:
            return None
        with self._open() as connection:
            row = connection.execute("SELECT nas_id FROM targets WHERE nas_root = ?", (nas_root,)).fetchone()
        return str(row[0]) if row else None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """`immutable` where no server has it open: only then does SQLite make no file beside it."""
        address = f"file:{quote(os.fsencode(self._path))}?" + ("mode=ro" if self.live else "mode=ro&immutable=1")
        try:
            with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise RecordsUnreadableError(f"{NAME} cannot be read ({error})") from error
