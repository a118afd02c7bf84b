from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from exlab_wizard.clearing.reserve import Reserve
from exlab_wizard.fsys import Dir
from exlab_wizard.station.store import Store
from tests.support.failing import FULL, failing
from tests.support.mounts import Mounts, fill
from tests.support.pieces import NoReserve, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path)
    yield made
    made.close()


def names(store: Store) -> list[str]:
    return [row["name"] for row in store.rows("SELECT name FROM counters ORDER BY name")]


def test_every_commit_is_flushed_to_the_disk(store: Store) -> None:
    """WAL with synchronous below FULL loses commits that were acknowledged when the power goes."""
    assert [row[0] for row in store.rows("PRAGMA journal_mode")] == ["wal"]
    assert [row[0] for row in store.rows("PRAGMA synchronous")] == [2]


def test_a_second_connection_is_as_durable(store: Store, tmp_path: Path) -> None:
    again = open_store(tmp_path)
    assert [row[0] for row in again.rows("PRAGMA synchronous")] == [2]
    again.execute("INSERT INTO counters VALUES ('from the other', 1)")
    again.close()
    assert names(store) == ["from the other"]


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    code = (
        "import sys, os, signal; from pathlib import Path; from tests.support.pieces import open_store\n"
        "store = open_store(Path(sys.argv[1]))\n"
        "store.execute(\"INSERT INTO counters VALUES ('kept', 1)\")\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    again = open_store(tmp_path)
    assert names(again) == ["kept"]
    again.close()


def test_work_is_done_whole_or_not_at_all(store: Store) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO counters VALUES ('half', 1)")
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        store.write(half)
    assert names(store) == []
    assert store.write(lambda connection: 7) == 7, "and the next one is not in its way"


def committed(tmp_path: Path) -> list[str]:
    """What another connection, and so a restart, would find."""
    with closing(sqlite3.connect(f"file:{tmp_path / 'station.db'}?mode=ro", uri=True)) as other:
        return [name for (name,) in other.execute("SELECT name FROM counters ORDER BY name")]


def test_what_is_written_together_is_one_commit(store: Store, tmp_path: Path) -> None:
    with store.together():
        store.next_number("first")
        with store.together():
            store.next_number("second")
        assert names(store) == ["first", "second"], "whoever writes reads what is not committed yet"
        assert committed(tmp_path) == []
    assert committed(tmp_path) == ["first", "second"]
    store.next_number("third")
    assert committed(tmp_path) == ["first", "second", "third"], "what is written alone is not held back"


def test_what_is_written_together_is_there_whole_or_not_at_all(store: Store, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), store.together():  # noqa: PT012 - the block is the thing
        store.next_number("half")
        raise RuntimeError("in the middle")
    assert committed(tmp_path) == names(store) == []
    with store.together():
        store.next_number("next")
    assert committed(tmp_path) == ["next"]


def test_an_error_of_the_statement_is_no_full_disk(store: Store) -> None:
    reserve = store._reserve
    assert isinstance(reserve, NoReserve)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        store.execute("INSERT INTO nonsense VALUES (1)")
    assert reserve.released == 0


def test_counters_count_for_all_threads_and_restarts(store: Store, tmp_path: Path) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.extend(store.next_number("token") for _ in range(25))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [*range(1, 101)]
    assert store.next_number("another") == 1
    again = open_store(tmp_path)
    assert again.next_number("token") == 101
    again.close()


def test_rows_are_read_by_name_and_counted_when_touched(store: Store) -> None:
    store.next_number("a")
    row = store.row("SELECT * FROM counters WHERE name = ?", ("a",))
    assert row is not None
    assert row["value"] == 1
    assert store.row("SELECT * FROM counters WHERE name = 'b'") is None
    assert store.execute("UPDATE counters SET value = 5") == 1
    assert store.execute("DELETE FROM counters WHERE name = 'b'") == 0


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.close()
    with pytest.raises(sqlite3.ProgrammingError):
        store.rows("SELECT 1")


def test_on_a_full_disk_the_reserve_is_given_back_and_the_work_done(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a tmpfs")
    with Mounts(tmp_path / "mounts") as mounts:
        disk = mounts.tmpfs(tmp_path / "disk", "size=4m")
        with Dir.open(disk) as folder:
            reserve = Reserve(folder, size=1 << 20)
            store = Store(disk / "station.db", reserve)
            assert reserve.ensure()
            fill(disk)
            for number in range(10):
                store.execute("INSERT INTO counters VALUES (?, ?)", (f"{number:03}" + "x" * 4000, number))
            assert len(names(store)) == 10
            assert not (disk / "reserve").exists()
            fill(disk)
            with pytest.raises(sqlite3.OperationalError, match="full"):
                store.execute("INSERT INTO counters VALUES (?, ?)", ("more" + "x" * (2 << 20), 1))
            assert len(names(store)) >= 10, "what was acknowledged is still there"
            store.close()


def test_what_is_written_together_on_a_full_disk_is_done_once_more_with_the_reserve(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a tmpfs")
    with Mounts(tmp_path / "mounts") as mounts:
        disk = mounts.tmpfs(tmp_path / "disk", "size=4m")
        with Dir.open(disk) as folder:
            reserve = Reserve(folder, size=1 << 20)
            store = Store(disk / "station.db", reserve)
            assert reserve.ensure()
            fill(disk)
            with store.together():
                for number in range(10):
                    store.execute("INSERT INTO counters VALUES (?, ?)", (f"{number:03}" + "x" * 4000, number))
            assert not (disk / "reserve").exists()
            assert len(committed(disk)) == 10
            store.close()


@pytest.mark.parametrize("at", ["BEGIN", "INSERT INTO counters VALUES ('second'", "COMMIT"])
def test_wherever_a_full_disk_is_met_all_that_is_written_together_is_done(
    store: Store, tmp_path: Path, at: str
) -> None:
    with failing(store, at, FULL) as connection, store.together():
        assert store.next_number("first") == 1
        store.execute("INSERT INTO counters VALUES ('second', 1)")
        assert store.next_number("first") == 2
    assert connection.failed
    assert committed(tmp_path) == ["first", "second"]
    assert store.next_number("first") == 3
    assert store._reserve.released == 1  # type: ignore[attr-defined]


def test_a_disk_that_stays_full_takes_all_of_it_back(store: Store, tmp_path: Path) -> None:
    def too_much(connection: sqlite3.Connection) -> None:
        raise FULL

    with pytest.raises(sqlite3.OperationalError, match="full"), store.together():  # noqa: PT012 - the block is the thing
        store.next_number("first")
        store.write(too_much)
    store.next_number("next")
    assert committed(tmp_path) == ["next"]
    assert store._reserve.released == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "error", [sqlite3.DatabaseError("database disk image is malformed"), KeyboardInterrupt()], ids=["damage", "stopped"]
)
def test_after_any_error_at_the_commit_nothing_is_left_open(store: Store, tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)), failing(store, "COMMIT", error), store.together():
        store.next_number("lost")
    assert not store._connection.in_transaction
    store.next_number("next")
    assert committed(tmp_path) == ["next"]
