"""Owns opening the leader's database: judged before it is believed, set aside whole when damaged, never deleted."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from exlab_wizard.clearing import receipts
from exlab_wizard.fsys import Dir, rename_noreplace
from exlab_wizard.runs.states import stamp, utc_now
from exlab_wizard.station.store import LATER_TABLES, SCHEMA, Reserve, Store, is_damage
from exlab_wizard.sync.fence import highest_token

DATABASE = "station.db"
_BESIDE = ("-wal", "-shm", "-journal")
_TRACES = ("manifests", "records", receipts.LEDGER_NAME)  # what only a station that had a database leaves
_JSON = (("jobs", "error"), ("overrides", "doc"))
_WAL_HEADER_BYTES = 32
_WAL_MAGIC = (0x377F0682, 0x377F0683)  # the second one: checksums in big-endian words


@dataclass(frozen=True, slots=True)
class Damage:
    """What was wrong with the database, when that was found (UTC stamp), and the name it is kept under ("": none)."""

    why: str
    at: str
    kept_as: str

    @property
    def message(self) -> str:
        """One sentence for people."""
        kept = f" and is kept as {self.kept_as}" if self.kept_as else ""
        return (
            f"{DATABASE} could not be used at {self.at} ({self.why}){kept}. A new one was built from the runs' own "
            "ingest.json; verified runs are verified again, and nothing is copied twice."
        )


def open_database(state: Dir, path: Path, reserve: Reserve) -> tuple[Store, Damage | None]:
    """The database in the state directory `state` (at `path`), or a new one, and then what became of the old.

    Only for the one server that leads. Raises sqlite3.OperationalError where the disk or a lock is in the way: that
    is no damage, and is tried again.
    """
    why = _problem(state, path / DATABASE)
    damage = Damage(why, stamp(utc_now()), _set_aside(state)) if why else None
    store = Store(path / DATABASE, reserve)
    # No token may be given out twice, or a worker left behind would take itself for the current one. A new database
    # knows none: the clock is ahead of every counter that began at 1 or at an earlier clock.
    store.raise_number("token", max(highest_token(state), int(time.time()) if damage else 0))
    return store, damage


def recalled_pins(state: Dir, nas_roots: Iterable[str]) -> dict[str, str]:
    """Which NAS each root was last known to be, by the receipts: a lost database must not let another one in."""
    wanted, found = set(nas_roots), dict[str, str]()
    with suppress(OSError):
        for entry in receipts.entries(receipts.read(state)):
            root = str(entry.get("nas_path")).removesuffix(f"/{entry.get('run_path')}")
            if root in wanted and entry.get("nas_id"):
                found[root] = str(entry["nas_id"])
    return found


def _problem(state: Dir, path: Path) -> str:
    """Why the database cannot be believed; empty when it can, or when there never was one."""
    if not path.exists() or not path.stat().st_size:
        what = "it is empty" if path.exists() else "it is missing"
        return what if any(map(state.exists, _TRACES)) else ""
    if _wal_is_garbage(Path(f"{path}-wal")):
        return "its write-ahead log is damaged"
    # read-only: what is set aside should be as it was found, not as a last checkpoint left it; but what a death in the
    # very first transaction left has to be rolled back before anything can be read
    mode = "rw" if Path(f"{path}-journal").exists() else "ro"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=10)) as connection:
        try:
            return next(_defects(connection), "")
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return str(error)


def _defects(connection: sqlite3.Connection) -> Iterator[str]:
    """Everything wrong, the cheapest look first (20 MB, 10,000 runs: 0.1 s)."""
    for (verdict,) in connection.execute("PRAGMA integrity_check(1)"):
        if verdict != "ok":
            yield str(verdict)
    with closing(sqlite3.connect(":memory:")) as model:
        model.executescript(SCHEMA)
        tables = model.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (table,) in tables.fetchall():
            columns, found = _columns(model, table), _columns(connection, table)
            if not found and table in LATER_TABLES:
                continue
            if found != columns:
                yield f"its table {table} is not as it was made"
            else:
                yield from _odd_values(connection, table, columns)
    for table, column in _JSON:
        for (text,) in connection.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"):
            try:
                json.loads(text)
            except ValueError:
                yield f"a row of {table} is garbled"


def _columns(connection: sqlite3.Connection, table: str) -> list[tuple[str, str, int]]:
    """Name, type and NOT NULL of each column; empty for a table that is not there."""
    return [(name, kind, notnull) for _, name, kind, notnull, *_ in connection.execute(f"PRAGMA table_info({table})")]


def _odd_values(connection: sqlite3.Connection, table: str, columns: list[tuple[str, str, int]]) -> Iterator[str]:
    """Values of another type than their column's, or text that is none (sqlite3 raises for that)."""
    kinds = ", ".join(f"typeof({name})" for name, _, _ in columns)
    expected = [{kind.lower(), "null" if not notnull else kind.lower()} for _, kind, notnull in columns]
    for found in connection.execute(f"SELECT DISTINCT {kinds} FROM {table}"):
        if any(kind not in allowed for kind, allowed in zip(found, expected, strict=True)):
            yield f"a row of {table} is garbled"
    for _ in connection.execute(f"SELECT * FROM {table}"):
        pass


def _wal_is_garbage(path: Path) -> bool:
    """Whether SQLite would silently pass over the whole log: its header does not hold. Zeros are one not begun."""
    try:
        with path.open("rb") as file:
            header = file.read(_WAL_HEADER_BYTES)
    except FileNotFoundError:
        return False
    if len(header) < _WAL_HEADER_BYTES or not any(header):
        return False
    magic = int.from_bytes(header[:4], "big")
    order = "big" if magic == _WAL_MAGIC[1] else "little"
    words = [int.from_bytes(header[at : at + 4], order) for at in range(0, 24, 4)]  # type: ignore[arg-type]
    first = second = 0
    for at in range(0, 6, 2):
        first = (first + words[at] + second) & 0xFFFFFFFF
        second = (second + words[at + 1] + first) & 0xFFFFFFFF
    sums = (int.from_bytes(header[24:28], "big"), int.from_bytes(header[28:32], "big"))
    return magic not in _WAL_MAGIC or sums != (first, second)


def _set_aside(state: Dir) -> str:
    """Rename database, log and shared memory to `station.db.damaged-<UTC>`, durably; the name, "" for none.

    They keep their endings, so that SQLite's own tools open what is kept.
    """
    base = f"{DATABASE}.damaged-{stamp(utc_now()).replace(':', '-')}"
    names = (base, *(f"{base}-{number}" for number in range(2, 100)))
    kept = next(name for name in names if not any(state.exists(name + ending) for ending in ("", *_BESIDE)))
    moved = False
    for ending in ("", *_BESIDE):
        with suppress(FileNotFoundError):
            rename_noreplace(state, DATABASE + ending, state, kept + ending)
            moved = True
    state.sync()
    return kept if moved else ""


def is_open_file(store: Store, path: Path) -> bool:
    """Whether `store` is open and the name still means its database (the leader may have set that aside)."""
    try:
        return os.stat(path / DATABASE).st_ino == store.inode
    except OSError:
        return False
