from __future__ import annotations

import mmap
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir, UnsupportedEntryError
from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.sync.engine import reader, verify
from exlab_wizard.sync.engine.compare import Comparer, differs_message, missing_message
from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.meter import Meter
from exlab_wizard.sync.engine.reader import ColdReader
from exlab_wizard.sync.engine.stream import BIG_FILE
from exlab_wizard.sync.engine.verify import ColdFile, Reading, hash_cold, worst
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.engine import put, sha256
from tests.support.warm import refuse_direct_reads

DATA = random.Random(2).randbytes(2 * 2**20 + 9)
SIZES = [0, 1, mmap.PAGESIZE, 2**20, len(DATA)]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Dir]:
    with Dir.open(tmp_path) as one:
        yield one


def flushed(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@pytest.mark.parametrize("size", SIZES)
def test_a_flushed_file_is_read_from_the_medium(folder: Dir, tmp_path: Path, size: int) -> None:
    flushed(tmp_path / "scan", DATA[:size])
    seen: list[int] = []
    assert hash_cold(folder, "scan", seen.append) == (size, sha256(DATA[:size]), Reading.FADVISE)
    assert sum(seen) == size


def test_a_big_file_too(folder: Dir, tmp_path: Path) -> None:
    data = DATA * (BIG_FILE // len(DATA) + 1)
    flushed(tmp_path / "scan", data)
    assert hash_cold(folder, "scan") == (len(data), sha256(data), Reading.FADVISE)


@pytest.mark.parametrize("size", SIZES[1:])
def test_pages_that_cannot_be_dropped_are_read_around(folder: Dir, tmp_path: Path, size: int) -> None:
    flushed(tmp_path / "scan", DATA[:size])
    with (tmp_path / "scan").open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as held:
        assert len(held[:]) == size  # mapped pages stay in memory whatever is advised
        assert hash_cold(folder, "scan") == (size, sha256(DATA[:size]), Reading.O_DIRECT)


@pytest.mark.parametrize("piece", [mmap.PAGESIZE, 5000, 300_001])
def test_a_direct_read_that_gives_less_than_asked_is_not_the_end(
    folder: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    """Some network clients answer with what they have; going on is only from an aligned place."""
    flushed(tmp_path / "scan", DATA)
    real = os.preadv

    def short(fd: int, buffers: list[memoryview], at: int, *flags: int) -> int:
        assert at % mmap.PAGESIZE == 0
        return min(real(fd, buffers, at, *flags), piece)

    read = os.readv
    monkeypatch.setattr(verify.os, "preadv", short)
    monkeypatch.setattr(verify.os, "readv", lambda fd, buffers: min(read(fd, buffers), piece))
    monkeypatch.setattr(verify, "drop_cached_pages", lambda fd: False)
    seen: list[int] = []
    assert hash_cold(folder, "scan", seen.append) == (len(DATA), sha256(DATA), Reading.O_DIRECT)
    assert sum(seen) == len(DATA)


def test_without_a_way_around_it_is_said_that_only_memory_was_read(
    folder: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed(tmp_path / "scan", DATA)
    monkeypatch.setattr(verify, "drop_cached_pages", lambda fd: False)
    refuse_direct_reads(monkeypatch)
    assert hash_cold(folder, "scan") == (len(DATA), sha256(DATA), Reading.WARM)


def test_pages_that_stay_only_for_a_moment_are_no_reason_to_give_up(
    folder: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed(tmp_path / "scan", DATA)
    real, asked = verify.drop_cached_pages, []

    def late(fd: int) -> bool:
        asked.append(fd)
        return len(asked) > 2 and real(fd)

    monkeypatch.setattr(verify, "drop_cached_pages", late)
    refuse_direct_reads(monkeypatch)
    assert hash_cold(folder, "scan").reading is Reading.FADVISE


def test_what_lives_in_memory_has_no_medium() -> None:
    path = Path("/dev/shm", f"exlab-test-{os.getpid()}")
    path.write_bytes(b"x")
    try:
        with Dir.open("/dev/shm") as memory:
            assert hash_cold(memory, path.name).reading is Reading.MEMORY
    finally:
        path.unlink()


def test_older_kernels_are_asked_by_a_read_that_does_not_wait(
    folder: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "_cached_pages", lambda fd: None)
    flushed(tmp_path / "scan", DATA)
    assert hash_cold(folder, "scan").reading is Reading.FADVISE
    with (tmp_path / "scan").open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as held:
        assert len(held[:]) == len(DATA)
        assert hash_cold(folder, "scan").reading is Reading.O_DIRECT


def test_links_and_pipes_are_no_files(folder: Dir, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError):
        hash_cold(folder, "link")
    with pytest.raises(UnsupportedEntryError):
        hash_cold(folder, "pipe")


def test_closing_twice_is_harmless(folder: Dir, tmp_path: Path) -> None:
    flushed(tmp_path / "scan", b"x")
    file = ColdFile(folder, "scan", prefetch=True)
    file.close()
    file.close()


def test_the_worst_reading_counts() -> None:
    assert worst(Reading.FADVISE, Reading.WARM) is Reading.WARM
    assert worst(Reading.O_DIRECT, Reading.FADVISE) is Reading.O_DIRECT
    assert worst(Reading.FADVISE, Reading.FADVISE) is Reading.FADVISE


class Proof:
    """A comparer over a real tree; `boundary` may be bent."""

    def __init__(self, root: Dir) -> None:
        self.pool = ThreadPoolExecutor(3)
        self.folders = Folders(root)
        self.boundary = lambda: None
        meter = Meter(lambda message: None, lambda: None)
        cold = ColdReader(self.folders, self.pool, meter, lambda: self.boundary())
        self.comparer = Comparer(self.folders, cold)


@pytest.fixture
def proof(folder: Dir) -> Iterator[Proof]:
    one = Proof(folder)
    with one.pool, one.folders:
        yield one


def entries(files: dict[str, bytes]) -> dict[str, ManifestEntry]:
    return {path: ManifestEntry(len(data), sha256(data)) for path, data in files.items()}


FILES = {f"d{number % 7}/f{number}": b"%d" % number * 100 for number in range(60)}


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "GROUP_FILES", 7)


@pytest.mark.usefixtures("small_groups")
def test_names_and_bytes_are_compared_both_ways(proof: Proof, tmp_path: Path) -> None:
    put(tmp_path, FILES)
    put(tmp_path, {"d3/f3": b"3" * 99 + b"x", "d4/f4": b"short", "extra": b"", ".exlab-wizard/claim.json": b""})
    (tmp_path / "d5/f5").unlink()
    (tmp_path / "d6/f6").unlink()
    (tmp_path / "d6/f6").symlink_to("f13")
    proof.comparer.tree(entries(FILES), {"d1", "gone"})
    result = proof.comparer.result
    assert result.differing == ["d3/f3", "d4/f4"]
    assert result.missing == ["d5/f5", "d6/f6", "gone"]
    assert sorted(result.extra_names) == ["d6/f6", "extra"]
    assert result.reading in (Reading.FADVISE, Reading.O_DIRECT)


@pytest.mark.usefixtures("small_groups")
def test_files_alone_are_read_without_listing(proof: Proof, tmp_path: Path) -> None:
    put(tmp_path, {**FILES, "d1/f1": b"?"})
    proof.comparer.files(entries(FILES))
    assert proof.comparer.result.differing == ["d1/f1"]
    with pytest.raises(TaskFailedError) as caught:
        proof.comparer.files(entries({"nowhere/x": b""}))
    assert (caught.value.error.error_class, caught.value.error.path) == (ErrorClass.TARGET, "nowhere/x")


@pytest.mark.usefixtures("small_groups")
def test_a_stop_between_files_gives_every_handle_back(proof: Proof, tmp_path: Path) -> None:
    put(tmp_path, FILES)
    count = iter(range(100))

    def stop() -> None:
        if next(count) == 20:
            raise KeyError("stop")

    proof.boundary = stop
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(KeyError):
        proof.comparer.tree(entries(FILES), set())
    proof.folders.close()
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.usefixtures("small_groups")
def test_a_file_that_cannot_be_opened_gives_the_others_back(proof: Proof, tmp_path: Path) -> None:
    put(tmp_path, FILES)
    missing = {**FILES, "d1/f1x": b""}
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(TaskFailedError):
        proof.comparer.files(entries(dict(sorted(missing.items()))))
    proof.folders.close()
    assert len(os.listdir("/proc/self/fd")) <= before


def test_the_sentences_count_and_name() -> None:
    assert differs_message(["scan_0017.h5", "b", "c"], 1024).startswith(
        "Checksum differs in 3 of 1,024 files (scan_0017.h5)"
    )
    assert missing_message(["dot."], 2).startswith("1 of 2 names are not listed on the NAS as they are here ('dot.')")
