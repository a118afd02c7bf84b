"""Owns a bench for clearing: a run really synced and verified, tasks to clear it, and a look at every name and byte."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exlab_wizard.clearing.clear import run_clear
from exlab_wizard.clearing.holding import finish_clearing, pending_clearings
from exlab_wizard.clearing.ledger import read
from exlab_wizard.clearing.receipts import entries, verify_chain
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.ingest import format_ingest
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.sync.tasks import ClearTask, Outcome, TaskError
from tests.support.engine import RUN, Bench

FILES = {
    "acquisition_complete.flag": b"",
    "frame_0001.tif": b"one" * 1000,
    "frame_0002.tif": b"two" * 2000,
    "stack/deep/plane 1.raw": b"three" * 300,
    "stack/.exlab-wizard/nested.json": b"{}",
}


class ClearBench(Bench):
    """`Bench` with a run that is verified on the NAS; `run_control` is the run's own `.exlab-wizard`."""

    def __init__(self, root: Path, files: dict[str, bytes] | None = None, **more: Any) -> None:
        super().__init__(root, **more)
        self.run_control = self.run / ".exlab-wizard"
        self.files = dict(FILES if files is None else files)
        self.write(self.files)

    def verify(self, **more: Any) -> dict[str, Any]:
        """Sync as the station does and write the lifecycle down."""
        self.verified = self.sync(**more)
        self.write_ingest(Lifecycle.SYNC_VERIFIED)
        return self.verified

    def write_ingest(self, state: Lifecycle, **changed: Any) -> None:
        self.run_control.mkdir(exist_ok=True)
        (self.run_control / "ingest.json").write_bytes(format_ingest(RUN, state, [], {}))

    def clear_task(self, **more: Any) -> ClearTask:
        """An order as the station gives it now, with a fresh token."""
        token = self.next_token()
        task = ClearTask(
            f"clear-{token}",
            token,
            str(RUN),
            self.place,
            clearing_id=f"c{token}",
            manifest_digest=self.verified["manifest_digest"],
            by="kim",
            proven_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        return replace(task, **more)

    def clear(self, **more: Any) -> Outcome:
        return run_clear(self.clear_task(**more), self.messages.append)

    def run_to_its_end(self, task: ClearTask) -> None:
        """A clearing already ordered, that must succeed where nothing stops the process."""
        outcome = run_clear(task, lambda progress: None)
        assert outcome.error is None, outcome.error

    def cleared(self, **more: Any) -> dict[str, Any]:
        """A clearing that must succeed; its data."""
        outcome = self.clear(**more)
        assert outcome.error is None, outcome.error
        return outcome.data

    def refusal(self, **more: Any) -> TaskError:
        """A clearing that must be refused, leaving every name, byte, time and mode of the run as it was."""
        before = snapshot(self.run)
        error = self.error(**more)
        assert snapshot(self.run) == before
        return error

    def error(self, **more: Any) -> TaskError:
        outcome = self.clear(**more)
        assert outcome.error is not None, outcome.data
        assert outcome.data == {}
        return outcome.error

    def pending(self) -> list[str]:
        with Dir.open(self.run_control) as control:
            return pending_clearings(control)

    def finish(self, clearing_id: str) -> bool:
        with Dir.open(self.run_control) as control, Dir.open(self.run) as run:
            return finish_clearing(control, clearing_id, run)

    def local_data(self) -> dict[str, bytes]:
        """The data files in the run's folder, its `.exlab-wizard` left out."""
        return data_below(self.run)

    def ledger(self, of: Path | None = None) -> list[dict[str, Any]]:
        """A ledger's receipts, its chain checked; the station's, or the one in folder `of`."""
        with Dir.open(of or self.state_dir) as folder:
            data = read(folder)
        assert verify_chain(data) == []
        return list(entries(data))

    def events(self, of: Path | None = None) -> list[str]:
        return [entry["event"] for entry in self.ledger(of)]

    def assert_nothing_lost(self, files: dict[str, bytes] | None = None) -> None:
        """The promise, looked at from outside: each file's bytes are in staging or at its place on the NAS."""
        here, there = set(bytes_below(self.run)), data_below(self.nas_run)
        for path, data in (files or self.files).items():
            assert there.get(path) == data or data in here, path


def flip(path: Path, at: int = 0) -> None:
    """Another byte at one place; size, times and every name stay as they are."""
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    with path.open("r+b") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def data_below(run: Path) -> dict[str, bytes]:
    """Regular files by POSIX path, the top-level `.exlab-wizard` left out."""
    found = {}
    for folder, names, files in os.walk(run):
        if Path(folder) == run and ".exlab-wizard" in names:
            names.remove(".exlab-wizard")
        for path in (Path(folder, name) for name in files):
            if stat.S_ISREG(path.lstat().st_mode):
                found[path.relative_to(run).as_posix()] = path.read_bytes()
    return found


def bytes_below(root: Path) -> Iterator[bytes]:
    """The contents of every regular file below `root`, wherever it lies."""
    for path in root.rglob("*"):
        if stat.S_ISREG(path.lstat().st_mode):
            yield path.read_bytes()


def snapshot(root: Path) -> dict[str, tuple[Any, ...]]:
    """Every entry below `root` with type, mode, inode, times and bytes; times of folders are left out."""
    found: dict[str, tuple[Any, ...]] = {}
    for path in [root, *root.rglob("*")]:
        info = path.lstat()
        times = () if stat.S_ISDIR(info.st_mode) else (info.st_mtime_ns, info.st_ctime_ns)
        data = path.read_bytes() if stat.S_ISREG(info.st_mode) else b""
        target = os.readlink(path) if path.is_symlink() else ""
        found[os.fspath(path.relative_to(root))] = (info.st_mode, info.st_ino, *times, data, target)
    return found


@contextmanager
def held_open(path: Path, flags: int = os.O_WRONLY) -> Iterator[int]:
    fd = os.open(path, flags)
    try:
        yield fd
    finally:
        os.close(fd)
