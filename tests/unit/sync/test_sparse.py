"""Holes stay holes, and every byte stays what it is."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exlab_wizard.sync.engine import sparse
from exlab_wizard.sync.engine.sparse import HOLE, end_sparse, room_for, write_sparse
from tests.support.engine import Bench

PIECES = st.lists(st.tuples(st.sampled_from([b"\0", b"\0", b"x"]), st.integers(0, 3 * HOLE)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(pieces=PIECES, cuts=st.lists(st.integers(1, 4 * HOLE), max_size=4))
def test_whatever_the_holes_the_bytes_are_equal(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[bytes, int]], cuts: list[int]
) -> None:
    data = b"".join(byte * count for byte, count in pieces)
    path = tmp_path_factory.mktemp("sparse") / "file"
    fd = os.open(path, os.O_WRONLY | os.O_CREAT)
    rest = memoryview(data)
    for cut in [*cuts, len(data)]:
        write_sparse(fd, rest[:cut])
        rest = rest[cut:]
    end_sparse(fd, len(data))
    os.close(fd)
    assert path.read_bytes() == data


@settings(max_examples=60, deadline=None)
@given(pieces=PIECES)
def test_a_copy_never_takes_more_room_than_was_reckoned(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[bytes, int]]
) -> None:
    folder, data = tmp_path_factory.mktemp("sparse"), b"".join(byte * count for byte, count in pieces)
    fds = [os.open(folder / name, os.O_RDWR | os.O_CREAT) for name in ("one", "copy")]
    for fd in fds:
        write_sparse(fd, memoryview(data))
        end_sparse(fd, len(data))
        os.fsync(fd)
    room, taken = room_for(fds[0]), os.fstat(fds[1]).st_blocks * 512
    for fd in fds:
        os.close(fd)
    assert taken - 4096 < room <= len(data)


def test_a_little_data_in_a_hole_takes_a_whole_piece(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb+") as file:
        file.truncate(10 * HOLE)
        for at in (4096, 12288, 5 * HOLE + 8192):
            os.pwrite(file.fileno(), b"x", at)
        os.fsync(file.fileno())
        assert room_for(file.fileno()) == 2 * HOLE


def test_where_holes_are_not_told_a_copy_may_take_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(fd: int, at: int, how: int) -> int:
        raise OSError(errno.EINVAL, "not told here")

    with (tmp_path / "file").open("wb+") as file:
        file.truncate(3 * HOLE)
        assert room_for(file.fileno()) == 0
        monkeypatch.setattr(sparse.os, "lseek", refuse)
        assert room_for(file.fileno()) == 3 * HOLE


def test_a_target_that_cannot_lengthen_a_file_gets_its_last_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(fd: int, size: int) -> None:
        raise OSError(errno.ENOSYS, "no truncate here")

    monkeypatch.setattr(sparse.os, "ftruncate", refuse)
    fd = os.open(tmp_path / "file", os.O_WRONLY | os.O_CREAT)
    write_sparse(fd, memoryview(bytes(3 * HOLE)))
    end_sparse(fd, 3 * HOLE)
    os.close(fd)
    assert (tmp_path / "file").read_bytes() == bytes(3 * HOLE)


def test_a_file_with_holes_takes_no_more_room_on_the_nas(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    size = 300 << 20
    with (bench.run / "sparse.raw").open("wb") as file:
        file.truncate(size)
        file.seek(100 << 20)
        file.write(os.urandom(1 << 20))
    bench.sync()
    copy = bench.nas_run / "sparse.raw"
    info = copy.stat()
    assert info.st_size == size
    assert info.st_blocks * 512 < 2 << 20
    with copy.open("rb") as one, (bench.run / "sparse.raw").open("rb") as other:
        assert hashlib.file_digest(one, "sha256").digest() == hashlib.file_digest(other, "sha256").digest()


def test_zeros_that_are_stored_in_staging_are_stored_on_the_nas(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.write({"zeros.raw": bytes(4 << 20)})
    bench.sync()
    assert (bench.nas_run / "zeros.raw").stat().st_blocks * 512 >= 4 << 20
