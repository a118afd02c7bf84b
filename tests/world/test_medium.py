"""Bits that flip on the NAS's medium, below its file system: found by verify, by clear, and never called verified."""

from __future__ import annotations

import hashlib
import mmap
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from exlab_wizard.errors import Code
from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.page_cache import cached_pages
from exlab_wizard.sync.engine.verify import ColdFile, Reading
from exlab_wizard.sync.engine.verify_task import run_verify
from tests.station.conftest import Bench as StationBench
from tests.station.test_verify import RUN, log, read_again, wait_alarm
from tests.support.engine import Bench
from tests.support.lab import Lab
from tests.support.machine import need
from tests.support.mounts import Mounts
from tests.support.waiting import wait_for
from tests.support.warm import mapped

pytestmark = pytest.mark.world
MARK = b"these bytes are found on the medium: "
FILES = {"scan_0001.tif": MARK + random.Random(5).randbytes(60_000), "notes.txt": b"hello"}
FLIPS = 1000


@dataclass
class Medium:
    """The disk a NAS is on: its image, and the file system mounted from it."""

    image: Path
    lab: Lab

    def places(self) -> list[int]:
        """Where in the image the marked file lies."""
        os.sync()
        data = self.image.read_bytes()
        found, at = [], data.find(MARK)
        while at >= 0:
            found.append(at)
            at = data.find(MARK, at + 1)
        return found

    def flip(self, at: int, bit: int = 1) -> None:
        """One bit, behind the back of the file system."""
        with self.image.open("r+b") as file:
            byte = os.pread(file.fileno(), 1, at)[0]
            os.pwrite(file.fileno(), bytes([byte ^ bit]), at)


@pytest.fixture
def medium(tmp_path: Path) -> Iterator[Medium]:
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a disk in a file")
    with Mounts(tmp_path / "disks") as mounts:
        lab = Lab(tmp_path / "lab")
        mounts.ext4(lab.nas, 16)
        yield Medium(tmp_path / "disks" / "disk1.img", lab)


def test_no_flip_is_ever_called_verified(medium: Medium, tmp_path: Path) -> None:
    bench = Bench(tmp_path / "bench", nas=medium.lab.nas)
    bench.write(FILES)
    digest = str(bench.sync()["manifest_digest"])
    path, (start,) = bench.nas_run / "scan_0001.tif", medium.places()
    dice, missed, warm = random.Random(7), 0, 0
    for _ in range(FLIPS):
        at, bit = start + dice.randrange(len(FILES["scan_0001.tif"])), 1 << dice.randrange(8)
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            file.read()  # good bytes in memory, as after any copy
        medium.flip(at, bit)
        warm += path.read_bytes() == FILES[path.name]
        missed += run_verify(bench.verify_task(digest), bench.messages.append).data["differing"] != ["scan_0001.tif"]
        medium.flip(at, bit)
    assert missed == 0
    assert warm > FLIPS * 0.9, "the control: read without dropping the cache, the flips are not seen"
    assert run_verify(bench.verify_task(digest), bench.messages.append).data["ok"]


@dataclass
class Overlay:
    """An overlay; its files are those in `upper`, on the file system below it."""

    path: Path
    upper: Path

    def write(self, data: bytes) -> None:
        """A durable file "scan", in memory as after any copy."""
        with self.path.joinpath("scan").open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def cached(self) -> int | None:
        """How many of its pages are in memory, asked where they are."""
        with self.upper.joinpath("scan").open("rb") as file:
            return cached_pages(file.fileno())

    def read(self) -> tuple[Reading, int | None]:
        """How it is read back, with how much of it was in memory just before."""
        with Dir.open(self.path) as folder, ColdFile(folder, "scan") as cold:
            cached = self.cached()
            found = cold.hash(lambda size: None)
            assert (found.size, found.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
            return found.reading, cached


DATA = random.Random(6).randbytes(1 << 20)


@pytest.fixture(params=["ext4"])
def overlay(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Overlay]:
    need("mount")
    with Mounts(tmp_path / "disks") as mounts:
        below = tmp_path / "below"
        mounts.ext4(below, 16) if request.param == "ext4" else mounts.tmpfs(below, "size=16m")
        made = Overlay(mounts.overlay(below, tmp_path / "overlay"), below / "upper")
        made.write(DATA)
        if made.cached() is None:
            pytest.skip("needs cachestat (Linux 6.5)")
        yield made


def test_a_flip_below_an_overlay_is_not_called_verified(tmp_path: Path) -> None:
    need("mount")
    with Mounts(tmp_path / "disks") as mounts:
        below = mounts.ext4(tmp_path / "below", 16)
        bench = Bench(tmp_path / "bench", nas=mounts.overlay(below, tmp_path / "nas"))
        bench.write(FILES)
        digest = str(bench.sync()["manifest_digest"])
        medium = Medium(tmp_path / "disks" / "disk1.img", Lab(tmp_path / "lab"))
        assert bench.nas_run.joinpath("scan_0001.tif").read_bytes() == FILES["scan_0001.tif"]
        medium.flip(medium.places()[0] + 500)
        assert run_verify(bench.verify_task(digest), bench.messages.append).data["differing"] == ["scan_0001.tif"]


def test_an_overlays_file_is_dropped_where_its_pages_are(overlay: Overlay) -> None:
    assert overlay.cached() == len(DATA) // mmap.PAGESIZE
    assert overlay.read() == (Reading.FADVISE, 0)


def test_pages_that_stay_below_an_overlay_are_read_around(overlay: Overlay) -> None:
    with mapped(overlay.path / "scan"):
        assert overlay.read() == (Reading.O_DIRECT, len(DATA) // mmap.PAGESIZE)


@pytest.mark.parametrize("overlay", ["tmpfs"], indirect=True)
def test_what_an_overlay_keeps_in_memory_is_warm(overlay: Overlay) -> None:
    """That there is no medium at all cannot be seen from above, so it is not said."""
    assert overlay.read()[0] is Reading.WARM


@pytest.fixture
def bench(medium: Medium) -> Iterator[StationBench]:
    """A station whose NAS is on the medium, with a verified run."""
    medium.lab.data["sync"]["allow_same_storage"] = False
    made = StationBench(medium.lab.mark()).start()
    made.verified(files=FILES)
    yield made
    made.station.stop()


def test_verify_finds_it_while_staged_and_it_is_healed(bench: StationBench, medium: Medium) -> None:
    medium.flip(medium.places()[0] + 500)
    read_again(bench)
    wait_for(lambda: "nas_copy_damaged" in bench.reasons(), 20)
    bench.wait("sync_verified")
    assert "healed: 1 file" in log(bench)
    assert bench.sums_hold()
    assert list(bench.superseded()) == ["scan_0001.tif"]


def test_verify_finds_it_after_clearing_and_a_file_put_back_ends_the_alarm(bench: StationBench, medium: Medium) -> None:
    bench.clear()
    bench.wait("cleared")
    medium.flip(medium.places()[0] + 500)
    assert read_again(bench).display_state == "Failed"
    wait_alarm(bench)
    backup = medium.lab.nas / "backup"
    backup.write_bytes(FILES["scan_0001.tif"])
    backup.replace(medium.lab.nas / RUN / "scan_0001.tif")
    assert read_again(bench).display_state == "Cleared"
    wait_alarm(bench, there=False)


def test_clear_finds_it_and_deletes_nothing(bench: StationBench, medium: Medium) -> None:
    medium.flip(medium.places()[0] + 500)
    error = bench.refused(bench.clear)
    assert (error.code, error.details["path"]) == (Code.NAS_COPY_NOT_PROVEN, "scan_0001.tif")
    assert bench.lab.staging.joinpath(RUN, "scan_0001.tif").read_bytes() == FILES["scan_0001.tif"]
    wait_for(lambda: "nas_copy_damaged" in bench.reasons(), 20)
    bench.wait("sync_verified")
    assert bench.clear().files_freed == len(FILES) + 1
    assert bench.sums_hold()
