"""Mounts inside a run (another disk, the same one once more, a single file): blocked, not read, never cleared."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.scan import EntryKind, walk
from exlab_wizard.sync.engine import spread
from exlab_wizard.sync.tasks import ErrorClass
from tests.station.conftest import FILES, RUN, Bench
from tests.support.clearing import ClearBench
from tests.support.engine import Bench as EngineBench
from tests.support.engine import tree
from tests.support.lab import SENTINEL, Lab
from tests.support.machine import need
from tests.support.mounts import Mounts

pytestmark = pytest.mark.world
SECRET = b"not of this run"


@pytest.fixture
def mounts(tmp_path: Path) -> Iterator[Mounts]:
    need("mount")
    with Mounts(tmp_path / "mounts") as one:
        yield one


@pytest.fixture
def bench(tmp_path: Path, mounts: Mounts) -> Iterator[Bench]:
    """A station that is stopped before its mounts go."""
    started = Bench(Lab(tmp_path / "lab").mark()).start()
    yield started
    started.station.stop()


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    folder = tmp_path / "victim"
    folder.mkdir()
    (folder / "secret.tif").write_bytes(SECRET)
    return folder


def mount_one(kind: str, mounts: Mounts, victim: Path, at: Path) -> None:
    if kind == "tmpfs":
        (mounts.tmpfs(at, "size=1m") / "secret.tif").write_bytes(SECRET)
    elif kind == "folder":
        mounts.bind(victim, at)
    else:
        mounts.bind(victim / "secret.tif", at)


KINDS = ["tmpfs", "folder", "file"]


@pytest.mark.parametrize("name", ["odd", "stack/o dd\n\\é"], ids=["plain", "escaped"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mount_is_seen_and_not_entered(tmp_path: Path, mounts: Mounts, victim: Path, kind: str, name: str) -> None:
    run = tmp_path / "run"
    (run / "stack").mkdir(parents=True)
    mount_one(kind, mounts, victim, run / name)
    with Dir.open(run) as folder:
        found = {entry.path: entry.kind for entry in walk(folder)}
    assert found == {"stack": EntryKind.DIRECTORY, name: EntryKind.MOUNT_POINT}


@pytest.mark.parametrize("kind", KINDS)
def test_a_mount_is_seen_where_a_folder_above_it_was_renamed(
    tmp_path: Path, mounts: Mounts, victim: Path, kind: str
) -> None:
    run = tmp_path / "run"
    (run / "stack").mkdir(parents=True)
    mount_one(kind, mounts, victim, run / "stack/odd")
    found = []
    for place in (run, tmp_path / "renamed"):
        if place != run:
            run.rename(place)
        with Dir.open(place) as folder:
            found.append({entry.path: entry.kind for entry in walk(folder)})
    mounts.away(place / "stack/odd")
    assert found == [{"stack": EntryKind.DIRECTORY, "stack/odd": EntryKind.MOUNT_POINT}] * 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_mount_blocks_its_run(bench: Bench, mounts: Mounts, victim: Path, kind: str) -> None:
    folder = bench.push(done=False)
    mount_one(kind, mounts, victim, folder / "odd")
    (folder / SENTINEL).touch()
    row = bench.wait_shown("Blocked")
    assert "odd" in row.why and "mounted" in row.why
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    assert SECRET not in tree(bench.lab.nas).values()
    mounts.away(folder / "odd")
    (folder / "odd").rmdir() if kind != "file" else (folder / "odd").unlink()
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == {**FILES, SENTINEL: b""}
    assert bench.clear().files_freed == len(FILES) + 1
    assert (victim / "secret.tif").read_bytes() == SECRET


def test_a_run_whose_own_folder_is_mounted_is_blocked(bench: Bench, mounts: Mounts, tmp_path: Path) -> None:
    """The same disk, so that the device number says nothing."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    at = bench.lab.staging / RUN
    at.parent.mkdir(parents=True)
    mounts.bind(elsewhere, at)
    folder = bench.push()
    row = bench.wait_shown("Blocked")
    assert "mounted at or above" in row.why
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    assert (elsewhere / "notes.txt").read_bytes() == (folder / "notes.txt").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_mounted_between_verification_and_clearing(tmp_path: Path, mounts: Mounts, victim: Path, kind: str) -> None:
    bench = ClearBench(tmp_path / "bench")
    bench.verify()
    at = bench.run / ("frame_0001.tif" if kind == "file" else "stack")
    mount_one(kind, mounts, victim, at)
    error = bench.error()
    assert error.code in ("not_permitted", "run_changed_since_verified")
    mounts.away(at)
    assert bench.local_data() == bench.files
    assert (victim / "secret.tif").read_bytes() == SECRET


@pytest.mark.parametrize("kind", KINDS)
def test_mounted_while_the_run_is_copied(
    tmp_path: Path, mounts: Mounts, victim: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tree was walked and found plain; then something is mounted, before the first file is read."""
    bench = EngineBench(tmp_path / "bench")
    bench.write({"a.tif": b"a", "deep/secret.tif": b"b", "z.tif": b"z"})
    at = bench.run / ("deep/secret.tif" if kind == "file" else "deep")
    real = spread.prepare_all

    def mount_first(*arguments: object) -> object:
        mount_one(kind, mounts, victim, at)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(spread, "prepare_all", mount_first)
    error = bench.sync_error()
    assert error.error_class is ErrorClass.CHANGED
    assert SECRET not in tree(bench.nas).values()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_mounted_just_after_the_table_was_read(
    tmp_path: Path, mounts: Mounts, victim: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each handle is looked at for itself, so nothing depends on the table being up to date."""
    bench = EngineBench(tmp_path / "bench")
    bench.write({"a.tif": b"a"})
    monkeypatch.setattr("exlab_wizard.runs.scan.mounted_below", lambda fd: frozenset())
    mount_one(kind, mounts, victim, bench.run / "odd")
    error = bench.sync_error()
    assert (error.error_class, error.path) == (ErrorClass.CHANGED, "odd")
    assert SECRET not in tree(bench.nas).values()


def test_a_walk_is_hardly_slower_for_it(tmp_path: Path) -> None:
    """Ten thousand files: the walk as it is, against the same without a look at mounts, in turns."""
    need()
    script = f"""
import time
from unittest.mock import patch
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.scan import walk
def seconds():
    started = time.process_time()
    with Dir.open({os.fspath(tmp_path)!r}) as run:
        for _ in walk(run): pass
    return time.process_time() - started
with_it, without = [], []
for _ in range(9):
    with_it.append(seconds())
    with patch("exlab_wizard.runs.scan.mount_id", lambda fd: 1), \\
         patch("exlab_wizard.runs.scan.mounted_below", lambda fd: ()):
        without.append(seconds())
print(min(with_it) / min(without))
"""
    for number in range(100):
        folder = tmp_path / f"d{number}"
        folder.mkdir()
        for file in range(100):
            (folder / f"f{file}.tif").touch()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 1.15, done.stdout
