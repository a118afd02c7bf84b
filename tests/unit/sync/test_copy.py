from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.scan import identity_of
from exlab_wizard.sync.engine import copy
from exlab_wizard.sync.engine.copy import Source, Tally, copy_file, hash_source
from exlab_wizard.sync.engine.stream import BIG_FILE, SMALL_CHUNK, Digest
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.engine import sha256

DATA = random.Random(1).randbytes(3 * SMALL_CHUNK + 17)


class Counter:
    def __init__(self) -> None:
        self.size = 0
        self.tally = Tally(self._add, lambda size: self._add(-size))

    def _add(self, size: int) -> None:
        self.size += size


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[tuple[Dir, Dir]]:
    for name in ("from", "to"):
        (tmp_path / name).mkdir()
    with Dir.open(tmp_path / "from") as source, Dir.open(tmp_path / "to") as target:
        yield source, target


def source_of(folder: Dir, data: bytes, steady: bool = True) -> Source:
    with os.fdopen(folder.create_file("scan.h5"), "wb") as file:
        file.write(data)
    return Source(folder, "scan.h5", "deep/scan.h5", identity_of(folder.stat("scan.h5")), steady)


def failing(monkeypatch: pytest.MonkeyPatch, name: str, number: int, times: int) -> list[int]:
    """Make an os call fail its first calls with an errno; the list holds one entry a failure."""
    real: Callable[..., object] = getattr(os, name)
    failed: list[int] = []

    def call(*args: object) -> object:
        if len(failed) < times:
            failed.append(1)
            raise OSError(number, os.strerror(number))
        return real(*args)

    monkeypatch.setattr(copy.os, name, call)
    return failed


@pytest.mark.parametrize("size", [0, 1, SMALL_CHUNK, len(DATA)])
def test_a_copy_has_the_bytes_the_mode_the_time_and_the_digest(
    folders: tuple[Dir, Dir], tmp_path: Path, size: int
) -> None:
    one = source_of(folders[0], DATA[:size])
    os.utime(tmp_path / "from/scan.h5", ns=(10**18, 10**18 + 7))
    os.chmod(tmp_path / "from/scan.h5", 0o640)
    one = one._replace(identity=identity_of(folders[0].stat("scan.h5")))
    counter = Counter()
    digest = copy_file(one, folders[1], "7-1", counter.tally)
    assert digest == Digest(size, sha256(DATA[:size]))
    assert (tmp_path / "to/7-1").read_bytes() == DATA[:size]
    info = (tmp_path / "to/7-1").stat()
    assert (info.st_mode & 0o777, info.st_mtime_ns, counter.size) == (0o640, 10**18 + 7, size)


@pytest.mark.parametrize(("mode", "copied"), [(0o040, 0o440), (0o000, 0o400), (0o444, 0o444), (0o4755, 0o755)])
def test_a_copy_can_be_read_back_whatever_the_mode_of_its_source(
    folders: tuple[Dir, Dir], tmp_path: Path, mode: int, copied: int
) -> None:
    one = source_of(folders[0], DATA)
    os.chmod(tmp_path / "from/scan.h5", mode)
    copy_file(one._replace(identity=identity_of(folders[0].stat("scan.h5"))), folders[1], "7-1", Counter().tally)
    assert (tmp_path / "to/7-1").stat().st_mode & 0o7777 == copied


def test_a_big_file_is_hashed_in_a_second_thread_and_comes_out_the_same(
    folders: tuple[Dir, Dir], tmp_path: Path
) -> None:
    data = DATA * (BIG_FILE // len(DATA) + 2)
    digest = copy_file(source_of(folders[0], data), folders[1], "7-1", Counter().tally)
    assert digest == Digest(len(data), sha256(data))
    assert sha256((tmp_path / "to/7-1").read_bytes()) == digest.sha256


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_failed_write_or_flush_is_copied_afresh_never_flushed_again(
    folders: tuple[Dir, Dir], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    one = source_of(folders[0], DATA)
    made: list[str] = []
    flushed: list[int] = []
    create = Dir.create_file

    def note(self: Dir, name: str) -> int:
        made.append(name)
        return create(self, name)

    monkeypatch.setattr(Dir, "create_file", note)
    failed = failing(monkeypatch, call, errno.EIO, 1)
    flush = copy.os.fsync

    def count(fd: int) -> None:
        flushed.append(fd)
        flush(fd)

    monkeypatch.setattr(copy.os, "fsync", count)
    counter = Counter()
    assert copy_file(one, folders[1], "7-1", counter.tally).sha256 == sha256(DATA)
    assert (failed, made, counter.size) == ([1], ["7-1", "7-1"], len(DATA))
    assert len(flushed) == len(made) - (call == "write")


@pytest.mark.parametrize(
    ("number", "error_class", "copies"),
    [
        (errno.EIO, ErrorClass.TARGET, 2),
        (errno.ENOSPC, ErrorClass.TARGET_FULL, 1),
        (errno.EDQUOT, ErrorClass.TARGET_FULL, 1),
    ],
)
def test_a_target_that_goes_on_failing_ends_the_job_and_leaves_nothing(
    folders: tuple[Dir, Dir], monkeypatch: pytest.MonkeyPatch, number: int, error_class: ErrorClass, copies: int
) -> None:
    one = source_of(folders[0], DATA)
    failed = failing(monkeypatch, "fsync", number, 99)
    counter = Counter()
    with pytest.raises(TaskFailedError) as caught:
        copy_file(one, folders[1], "7-1", counter.tally)
    error = caught.value.error
    assert (error.error_class, error.path, error.number) == (error_class, "deep/scan.h5", number)
    assert (len(failed), counter.size, folders[1].names()) == (copies, 0, [])


def test_a_close_error_counts_like_a_write_error(folders: tuple[Dir, Dir], monkeypatch: pytest.MonkeyPatch) -> None:
    one = source_of(folders[0], DATA)
    real, writers, failed, made = os.close, set[int](), [], []
    create = Dir.create_file

    def note(self: Dir, name: str) -> int:
        fd = create(self, name)
        made.append(name)
        writers.add(fd)
        return fd

    def close(fd: int) -> None:
        real(fd)
        if fd in writers and not failed:
            failed.append(fd)
            raise OSError(errno.EIO, "write-back failed at close")

    monkeypatch.setattr(Dir, "create_file", note)
    monkeypatch.setattr(copy.os, "close", close)
    assert copy_file(one, folders[1], "7-1", Counter().tally).sha256 == sha256(DATA)
    assert (len(failed), made) == (1, ["7-1", "7-1"])


def test_a_short_write_is_carried_on(folders: tuple[Dir, Dir], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = source_of(folders[0], DATA)
    real = os.write
    monkeypatch.setattr(copy.os, "write", lambda fd, chunk: real(fd, chunk[:1000]))
    copy_file(one, folders[1], "7-1", Counter().tally)
    monkeypatch.undo()
    assert (tmp_path / "to/7-1").read_bytes() == DATA


@pytest.mark.parametrize(
    ("number", "error_class", "word"),
    [(errno.EIO, ErrorClass.SOURCE_IO, "local disk"), (errno.EACCES, ErrorClass.SOURCE_IO, "permission")],
)
def test_a_source_that_cannot_be_read_is_named_and_not_the_targets_fault(
    folders: tuple[Dir, Dir], monkeypatch: pytest.MonkeyPatch, number: int, error_class: ErrorClass, word: str
) -> None:
    one = source_of(folders[0], DATA)

    def fail(fd: int, buffers: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "readv", fail)
    with pytest.raises(TaskFailedError) as caught:
        copy_file(one, folders[1], "7-1", Counter().tally)
    error = caught.value.error
    assert (error.error_class, error.path, folders[1].names()) == (error_class, "deep/scan.h5", [])
    assert word in error.message


def test_a_file_that_changed_before_or_while_it_is_read_is_not_copied(folders: tuple[Dir, Dir], tmp_path: Path) -> None:
    one = source_of(folders[0], DATA)
    with pytest.raises(TaskFailedError) as caught:
        hash_source(one._replace(identity=one.identity._replace(mtime_ns=1)), lambda size: None)
    assert caught.value.error.error_class is ErrorClass.CHANGED
    with pytest.raises(TaskFailedError) as caught, (tmp_path / "from/scan.h5").open("a") as late:
        copy_file(one, folders[1], "7-1", Tally(lambda size: print(end="x", file=late, flush=True), lambda size: None))
    assert (caught.value.error.error_class, folders[1].names()) == (ErrorClass.CHANGED, [])


def test_other_bytes_of_the_same_length_while_it_is_read_are_noticed(folders: tuple[Dir, Dir], tmp_path: Path) -> None:
    one = source_of(folders[0], DATA)
    with pytest.raises(TaskFailedError) as caught, (tmp_path / "from/scan.h5").open("r+b", buffering=0) as late:
        hash_source(one, lambda size: late.write(b"x") and None)
    assert caught.value.error.error_class is ErrorClass.CHANGED


def test_a_file_that_may_change_is_copied_as_it_was_read(folders: tuple[Dir, Dir], tmp_path: Path) -> None:
    one = source_of(folders[0], b"first", steady=False)
    (tmp_path / "from/scan.h5").write_bytes(b"second, longer")
    assert copy_file(one, folders[1], "7-1", Counter().tally) == Digest(14, sha256(b"second, longer"))


@pytest.mark.parametrize("kind", ["gone", "link", "fifo", "folder"])
def test_what_is_no_file_any_more_is_never_followed(folders: tuple[Dir, Dir], tmp_path: Path, kind: str) -> None:
    one = source_of(folders[0], DATA)
    path = tmp_path / "from/scan.h5"
    path.rename(tmp_path / "secret")
    {"gone": lambda: None, "link": lambda: path.symlink_to(tmp_path / "secret"), "fifo": lambda: os.mkfifo(path),
     "folder": path.mkdir}[kind]()  # fmt: skip
    with pytest.raises(TaskFailedError) as caught:
        copy_file(one, folders[1], "7-1", Counter().tally)
    assert (caught.value.error.error_class, folders[1].names()) == (ErrorClass.CHANGED, [])


@pytest.mark.parametrize("piece", [len(DATA) + 1, len(DATA), 1000])
def test_a_steady_file_is_not_asked_for_more_than_it_is_and_every_short_read_is_followed(
    folders: tuple[Dir, Dir], monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    read, counts = os.readv, list[int]()

    def short(fd: int, buffers: list[memoryview]) -> int:
        counts.append(read(fd, [buffers[0][:piece]]))
        return counts[-1]

    one = source_of(folders[0], DATA)
    monkeypatch.setattr(os, "readv", short)
    assert hash_source(one, lambda size: None) == (len(DATA), sha256(DATA))
    assert 0 not in counts and sum(counts) == len(DATA)


def test_a_file_that_never_stops_growing_is_not_followed_for_ever(folders: tuple[Dir, Dir], tmp_path: Path) -> None:
    for size in (0, 100, len(DATA)):
        (tmp_path / "from/scan.h5").unlink(missing_ok=True)
        one = source_of(folders[0], DATA[:size], steady=False)
        with (tmp_path / "from/scan.h5").open("ab", buffering=0) as late:

            def grow(count: int, late: FileIO = late) -> None:
                late.write(bytes(count))

            late.write(b"x")
            digest = hash_source(one, grow)
        assert digest.size == size + 2


def test_a_stop_inside_a_file_leaves_no_temporary(folders: tuple[Dir, Dir]) -> None:
    one = source_of(folders[0], DATA)

    def stop(size: int) -> None:
        raise KeyError("stop")

    with pytest.raises(KeyError):
        copy_file(one, folders[1], "7-1", Tally(stop, stop))
    assert folders[1].names() == []
