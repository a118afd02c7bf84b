"""The small parts clearing stands on: the way down, leases, the reserve, the proof value, the words."""

from __future__ import annotations

import copy
import dataclasses
import errno
import mmap
import os
import pickle
import signal
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.clearing import beneath, proof
from exlab_wizard.clearing.beneath import Folders, open_beneath
from exlab_wizard.clearing.clear import run_clear
from exlab_wizard.clearing.lease import WriterCheck
from exlab_wizard.clearing.proof import ClearProof
from exlab_wizard.clearing.refusal import named, shown
from exlab_wizard.clearing.reserve import Reserve, with_reserves
from exlab_wizard.fsys import Dir
from exlab_wizard.sync.failure import TaskFailedError
from tests.support.clearing import ClearBench, held_open
from tests.support.engine import put


@pytest.fixture(params=["openat2", "by segments"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways down must refuse the same."""
    if request.param == "by segments":
        monkeypatch.setattr(beneath, "_openat2", lambda root, path: None)
    return str(request.param)


def test_the_way_down(tmp_path: Path, way: str) -> None:
    put(tmp_path, {"a/b/file": b"data"})
    with Dir.open(tmp_path) as root:
        with open_beneath(root, ["a", "b"]) as found:
            assert found.names() == ["file"]
        with open_beneath(root, []) as found:
            assert found.names() == ["a"]


@pytest.mark.parametrize("link", ["a", "a/b"])
def test_no_link_on_the_way_is_followed(tmp_path: Path, way: str, link: str) -> None:
    put(tmp_path, {"a/b/c/file": b"data"})
    (tmp_path / link).rename(tmp_path / "real")
    (tmp_path / link).symlink_to(tmp_path / "real")
    with Dir.open(tmp_path) as root, pytest.raises(OSError) as caught:
        open_beneath(root, ["a", "b", "c"])
    assert caught.value.errno in (errno.ELOOP, errno.ENOTDIR)


def test_dots_do_not_lead_out(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    with Dir.open(tmp_path / "inner") as root, pytest.raises(OSError) as caught:
        open_beneath(root, ["..", "inner"])
    assert caught.value.errno == errno.EXDEV


def test_a_file_system_boundary_is_not_crossed(way: str) -> None:
    with Dir.open("/") as root, pytest.raises(OSError) as caught:
        open_beneath(root, ["proc", "self"] if way == "by segments" else ["proc"])
    assert caught.value.errno in (errno.EXDEV, errno.ELOOP, errno.ENOTDIR)


def test_a_path_longer_than_the_kernel_takes(tmp_path: Path) -> None:
    parts = ["d" * 200] * 30
    with Dir.open(tmp_path) as root:
        root.ensure(*parts).close()
        with open_beneath(root, parts) as found:
            assert found.names() == []


def test_an_old_kernel_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beneath, "_OPENAT2", 100_000)  # no such call: ENOSYS
    put(tmp_path, {"a/b/file": b"data"})
    with Dir.open(tmp_path) as root, Folders(root) as folders:
        folder, name = folders.of("a/b/file")
        assert (folder.names(), name) == (["file"], "file")


def _check(root: Path) -> WriterCheck:
    (root / "quiet").touch()
    with Dir.open(root) as folder:
        return WriterCheck(folder, "quiet")


def test_a_writer_is_seen_and_a_reader_is_not(tmp_path: Path) -> None:
    check = _check(tmp_path)
    assert check.offered
    path = tmp_path / "file"
    path.write_bytes(b"data")
    with held_open(path, os.O_RDONLY) as fd, held_open(path, os.O_RDONLY):
        assert check.take(fd) and check.still_held(fd)
    with held_open(path, os.O_RDONLY) as fd, held_open(path, os.O_WRONLY):
        assert not check.take(fd)


def test_a_writable_mapping_counts_as_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"data" * 2000)
    with held_open(path, os.O_RDWR) as fd:
        mapped = mmap.mmap(fd, 4096)
    with held_open(path, os.O_RDONLY) as fd, mapped:
        assert not _check(tmp_path).take(fd)


def test_a_knock_is_noticed_and_harmless(tmp_path: Path) -> None:
    """A writer that comes while the file is held: no signal may end this process."""
    path = tmp_path / "file"
    path.write_bytes(b"data")
    check = _check(tmp_path)
    with held_open(path, os.O_RDONLY) as fd:
        assert check.take(fd)
        with pytest.raises(BlockingIOError):
            os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        assert not check.still_held(fd)
    assert signal.getsignal(signal.SIGURG) == signal.SIG_DFL


def test_where_leases_are_not_offered_nobody_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "quiet").touch()
    with held_open(tmp_path / "quiet", os.O_WRONLY), Dir.open(tmp_path) as folder:
        check = WriterCheck(folder, "quiet")
        assert not check.offered
    with held_open(tmp_path / "quiet", os.O_RDONLY) as fd, held_open(tmp_path / "quiet", os.O_WRONLY):
        assert check.take(fd) and check.still_held(fd)


def test_the_reserve_takes_real_space_and_gives_it_back(tmp_path: Path) -> None:
    with Dir.open(tmp_path) as folder:
        reserve = Reserve(folder, 1 << 16)
        assert reserve.ensure() and reserve.ensure()
        assert (tmp_path / "reserve").stat().st_blocks * 512 >= 1 << 16
        assert reserve.release()
        assert not (tmp_path / "reserve").exists()
        assert not reserve.release()


def test_work_is_done_once_more_with_the_reserve(tmp_path: Path) -> None:
    tries: list[int] = []

    def work() -> str:
        tries.append(1)
        if (tmp_path / "reserve").exists():
            raise OSError(errno.ENOSPC, "full")
        return "done"

    with Dir.open(tmp_path) as folder:
        Reserve(folder, 4096).ensure()
        assert with_reserves([Reserve(folder)], work) == "done"
    assert len(tries) == 2


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_without_a_reserve_or_for_other_troubles_there_is_one_try(tmp_path: Path, number: int) -> None:
    seen: list[int] = []

    def work() -> None:
        seen.append(1)
        raise OSError(number, "trouble")

    with Dir.open(tmp_path) as folder:
        if number == errno.EIO:
            Reserve(folder, 4096).ensure()
        with pytest.raises(OSError, match="trouble"):
            with_reserves([Reserve(folder)], work)
    assert len(seen) == 1
    assert (tmp_path / "reserve").exists() == (number == errno.EIO)


@pytest.fixture
def made(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> ClearProof:
    """A proof as a real clearing made it."""
    caught: list[ClearProof] = []
    real = proof._proof

    def keep(*args: Any) -> ClearProof:
        caught.append(real(*args))
        return caught[-1]

    monkeypatch.setattr(proof, "_proof", keep)
    assert run_clear(bench.clear_task(), bench.messages.append).error is None
    return caught[0]


def test_a_proof_is_made_by_checking_alone(made: ClearProof) -> None:
    fields = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
    for forged in (None, object(), True):
        with pytest.raises(TypeError):
            ClearProof(**fields, made_by=forged)
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(made)
    with pytest.raises(TypeError):
        copy.copy(made)
    with pytest.raises(TypeError):
        pickle.dumps(made)
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.valid_until = 1e12  # type: ignore[misc]


def test_a_proof_is_of_one_run_and_manifest_and_expires(made: ClearProof, monkeypatch: pytest.MonkeyPatch) -> None:
    made.demand(made.run, made.manifest_digest)
    with pytest.raises(TaskFailedError):
        made.demand(dataclasses.replace(made.run, project="Other"), made.manifest_digest)
    with pytest.raises(TaskFailedError):
        made.demand(made.run, "0" * 64)
    monkeypatch.setattr(proof.time, "monotonic", lambda: made.valid_until)
    assert not made.fresh
    with pytest.raises(TaskFailedError):
        made.demand(made.run, made.manifest_digest)


def test_names_are_said_on_one_line() -> None:
    assert shown("a\nb") == "a\\nb"
    assert shown(os.fsdecode(b"\xff")) == "\\udcff"
    assert shown("\u2028\u202e") == "\\u2028\\u202e"
    assert named(["a", "b"]) == "a, b"
    assert named(list("abcde")) == "a, b, c and 2 more"
