from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.station.leadership import LOCK_NAME, LeaderInfo, LeaderLock, read_leader
from tests.support.waiting import wait_for

HERE = LeaderInfo("labpc-04", os.getpid(), "/state", "digest", "Microscopy")

HOLDER = """
import os, sys, time
from exlab_wizard.fsys import Dir
from exlab_wizard.station.leadership import LeaderInfo, LeaderLock
lock = LeaderLock(LeaderInfo("other", os.getpid(), "/state", "digest"))
with Dir.open(sys.argv[1]) as staging:
    print(lock.try_acquire(staging), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Dir]:
    (tmp_path / ".exlab-wizard").mkdir()
    with Dir.open(tmp_path) as folder:
        yield folder


@pytest.fixture
def lock() -> Iterator[LeaderLock]:
    made = LeaderLock(HERE)
    yield made
    made.release()


@contextmanager
def other_process(staging: Path) -> Iterator[tuple[subprocess.Popen[bytes], bool]]:
    """A process that tries to lead; and whether it does. Killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(staging)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline() == b"True\n"
        finally:
            process.kill()


def test_nobody_leads_at_first(staging: Dir) -> None:
    assert read_leader(staging) is None


def test_whoever_leads_says_who_it_is(staging: Dir, lock: LeaderLock) -> None:
    assert lock.try_acquire(staging)
    assert lock.try_acquire(staging), "it goes on leading"
    assert lock.held
    assert read_leader(staging) == HERE


def test_two_processes_never_lead_together(staging: Dir, lock: LeaderLock, tmp_path: Path) -> None:
    with other_process(tmp_path) as (process, leads):
        assert leads
        for _ in range(3):
            assert not lock.try_acquire(staging)
        found = read_leader(staging)
        assert found is not None
        assert (found.host, found.pid) == ("other", process.pid), "trying did not wipe what the leader wrote"
    assert not lock.held


def test_a_killed_leader_is_followed_at_once(staging: Dir, lock: LeaderLock, tmp_path: Path) -> None:
    with other_process(tmp_path) as (process, leads):
        assert leads
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_for(lambda: lock.try_acquire(staging), 5, "the lock is free")
    assert read_leader(staging) == HERE


def test_a_released_lock_is_for_the_next(staging: Dir, lock: LeaderLock, tmp_path: Path) -> None:
    assert lock.try_acquire(staging)
    with other_process(tmp_path) as (_, leads):
        assert not leads
    lock.release()
    lock.release()
    with other_process(tmp_path) as (_, leads):
        assert leads


def test_a_shorter_text_leaves_nothing_of_a_longer_one(staging: Dir) -> None:
    for info in (replace(HERE, label="a very long label" * 20), HERE):
        lock = LeaderLock(info)
        assert lock.try_acquire(staging)
        assert read_leader(staging) == info
        lock.release()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"5", b'{"host": "x"}', b'{"unknown": 1}', b"x" * 100_000])
def test_what_cannot_be_read_is_nobody(staging: Dir, tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".exlab-wizard" / LOCK_NAME).write_bytes(content)
    assert read_leader(staging) is None


def test_a_link_in_its_place_is_not_followed(staging: Dir, lock: LeaderLock, tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"precious")
    (tmp_path / ".exlab-wizard" / LOCK_NAME).symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic links"):
        lock.try_acquire(staging)
    assert read_leader(staging) is None
    assert (tmp_path / "target").read_bytes() == b"precious"


def test_without_a_control_folder_nobody_leads(lock: LeaderLock, tmp_path: Path) -> None:
    with Dir.open(tmp_path) as unmarked, pytest.raises(FileNotFoundError):
        lock.try_acquire(unmarked)


def test_differing_servers_are_told_how(staging: Dir) -> None:
    assert HERE.differs(replace(HERE, host="x", pid=1, label="y")) == ""
    assert "keeps its state in /state, this one would in /other" in HERE.differs(replace(HERE, state_dir="/other"))
    assert "another configuration" in HERE.differs(replace(HERE, config_digest="other"))


def test_a_lock_file_that_is_removed_or_replaced_is_lost(staging: Dir, lock: LeaderLock, tmp_path: Path) -> None:
    name = tmp_path / ".exlab-wizard" / LOCK_NAME
    assert not lock.lost(staging), "nothing held, nothing lost"
    assert lock.try_acquire(staging)
    assert not lock.lost(staging)
    name.rename(tmp_path / "kept")
    assert lock.lost(staging)
    name.write_bytes(b"")
    assert lock.lost(staging), "another file"
    assert lock.try_acquire(staging), "nobody holds the new one"
    assert not lock.lost(staging)
    assert read_leader(staging) == HERE


def test_a_lost_lock_is_not_kept_when_another_leads(staging: Dir, lock: LeaderLock, tmp_path: Path) -> None:
    assert lock.try_acquire(staging)
    (tmp_path / ".exlab-wizard" / LOCK_NAME).unlink()
    with other_process(tmp_path) as (_, other_leads):
        assert other_leads
        assert not lock.try_acquire(staging)
        assert not lock.held
