"""The order of writes: no name before its bytes are flushed, and every folder that got one flushed after it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard import fsys
from tests.support.restoring import RestoreBench


class Trace:
    """What was flushed, named and made, in order: `(what, inode)`; a name also says whose and in which folder."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, int, str]] = []
        self._fsync, self._rename, self._mkdir = os.fsync, fsys._renameat2, os.mkdir
        monkeypatch.setattr(os, "fsync", self.fsync)
        monkeypatch.setattr(os, "mkdir", self.mkdir)
        monkeypatch.setattr(fsys, "_renameat2", self.rename)

    def fsync(self, fd: int) -> None:
        self._fsync(fd)
        self.events.append(("fsync", os.fstat(fd).st_ino, ""))

    def mkdir(self, name: str, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        self._mkdir(name, mode, dir_fd=dir_fd)
        if dir_fd is not None:
            self.events.append(("entry", os.fstat(dir_fd).st_ino, name))

    def rename(self, source: int, name: str, target: int, new_name: str) -> bool:
        self.events.append(("named", os.stat(name, dir_fd=source).st_ino, new_name))
        done: Any = self._rename(source, name, target, new_name)
        self.events.append(("entry", os.fstat(target).st_ino, new_name))
        return bool(done)

    def flushed_before_named(self, path: Path) -> bool:
        inode = path.stat().st_ino
        named = self.events.index(("named", inode, path.name))
        return ("fsync", inode, "") in self.events[:named]

    def flushed_after_last_entry(self, folder: Path) -> bool:
        inode = folder.stat().st_ino
        entries = [number for number, (what, of, _) in enumerate(self.events) if (what, of) == ("entry", inode)]
        return ("fsync", inode, "") in self.events[max(entries, default=-1) + 1 :]


@pytest.mark.parametrize("gone", [False, True], ids=["cleared", "folder gone"])
def test_every_byte_and_every_name_is_flushed_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: bool
) -> None:
    bench = RestoreBench(tmp_path)
    (bench.run / "empty/inner").mkdir(parents=True)
    bench.clear_all()
    if gone:
        bench.lose_folder()
    trace = Trace(monkeypatch)
    bench.restore()
    bench.assert_as_before()
    assert [path for path in bench.files if not trace.flushed_before_named(bench.run / path)] == []
    folders = [bench.run, *(path for path in bench.run.rglob("*") if path.is_dir()), *bench.run.parents]
    below = [path for path in folders if path == bench.staging or bench.staging in path.parents]
    assert [path for path in below if not trace.flushed_after_last_entry(path)] == []


def test_an_attempt_that_died_before_a_flush_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders and names that stand already may be in memory only: they are flushed as if they were new."""
    bench = RestoreBench(tmp_path)
    bench.clear_all()
    for path, data in bench.files.items():
        (bench.run / path).parent.mkdir(parents=True, exist_ok=True)
        (bench.run / path).write_bytes(data)
    trace = Trace(monkeypatch)
    assert bench.restore()["files_adopted"] == len(bench.files)
    assert all(("fsync", (bench.run / path).stat().st_ino, "") in trace.events for path in bench.files)
    folders = [bench.run, *(path for path in bench.run.rglob("*") if path.is_dir()), *bench.run.parents[:4]]
    assert [path for path in folders if not trace.flushed_after_last_entry(path)] == []
