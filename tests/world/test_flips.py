"""An attacker swaps each part of a run's path for a link to a twin tree, as fast as it can: nothing of ours goes there.

The twin has the run's names, sizes and control files, so that only the way to it gives it away. The naive ways
(look at the path, then copy or delete by path) are caught following the same swaps.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.observer.sight import Before, look
from exlab_wizard.runs.scan import scan, walk
from exlab_wizard.sync.engine import push, spread
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.clearing import ClearBench, snapshot
from tests.support.engine import RUN, tree
from tests.support.flipper import flipping
from tests.support.lab import Lab

pytestmark = pytest.mark.world

MARK = b"of the twin, not of the run "
NAMES = [*RUN.parts, "stack", "deep"]
IDS = ["equipment", "project", "folder", "leaf", "inside", "deeper"]
FOLDERS = {"": 30, "stack/": 60, "stack/deep/": 30}
FILES = {f"{folder}{n:03}.raw": b"%05d" % n * 40 for folder, count in FOLDERS.items() for n in range(count)}
SECONDS = 0.6
LEAST_FLIPS = 10_000


class Stage:
    """A verified run, and for one component of its path, below staging or NAS, a twin that lies outside both.

    The twin's files have the marker for their bytes, or `equal` ones.
    """

    def __init__(self, root: Path, side: str, component: int, *, equal: bool = False) -> None:
        self.bench = ClearBench(root / "bench", FILES)
        self.bench.verify()
        top = self.bench.staging if side == "staging" else self.bench.nas
        self.place, self.evil, self.twin = top.joinpath(*NAMES[: component + 1]), top / "evil", root / "twin"
        shutil.copytree(self.place, self.twin)
        for path in self.twin.rglob("*.raw") if not equal else ():
            path.write_bytes((MARK * 20)[: path.stat().st_size])
        self.evil.symlink_to(self.twin)
        self.before = snapshot(self.twin)
        self.inodes = {path.lstat().st_ino for path in self.twin.rglob("*")}
        self.folders = {folder: os.open(self.bench.run / folder, os.O_RDONLY) for folder in FOLDERS}
        self.sweep = 0

    def change(self) -> None:
        """New bytes in one file of each folder, by handle: the way there is being swapped."""
        self.sweep += 1
        for fd in self.folders.values():
            with os.fdopen(os.open("000.raw", os.O_WRONLY | os.O_TRUNC, dir_fd=fd), "wb") as file:
                file.write(b"version %d" % self.sweep)

    def fingerprint(self) -> str:
        """Of the run itself, seen at a moment when nothing inside is swapped."""
        while True:
            with Dir(os.dup(self.folders[""])) as run:
                found = scan(run)
            if not found.odd and found.file_count == len(FILES):
                return found.fingerprint

    @contextmanager
    def attacked(self) -> Iterator[list[int]]:
        """Swapped all the while; put right afterwards, and judged. Yields where the number of swaps will stand."""
        flips: list[int] = []
        with flipping(self.place, self.evil) as flipper:
            yield flips
        flips.append(flipper.flips)
        if self.place.is_symlink():
            self.place.rename(self.place.with_name("link"))
            self.evil.rename(self.place)
            self.place.with_name("link").rename(self.evil)
        assert snapshot(self.twin) == self.before
        assert not any(MARK[:10] in data for data in tree(self.bench.nas).values())
        assert not any(MARK[:10] in data for data in tree(self.bench.staging).values())

    def close(self) -> None:
        for fd in self.folders.values():
            os.close(fd)


def for_a_while(work: Callable[[], object]) -> int:
    """Again and again; how often it went through. What is refused is refused."""
    deadline, through = time.monotonic() + SECONDS, 0
    while time.monotonic() < deadline:
        with suppress(TaskFailedError, StagingError, OSError):
            work()
            through += 1
    return through


def scanned(stage: Stage, root: Path) -> Callable[[], None]:
    """A look as the observer takes it (which makes the run's `.exlab-wizard`), and a walk whose inodes are checked."""
    staging = StagingRoot(str(stage.bench.staging))
    instrument = Lab(root / "lab").config.equipment[0]

    def work() -> None:
        with Dir.open(stage.bench.state_dir) as state:
            sight = look(staging, state, RUN, instrument, Before())
        assert not sight.present or sight.unreadable or sight.scan.file_count <= len(FILES)
        with Dir.open(stage.bench.staging) as top, top.beneath(*RUN.parts) as run:
            seen = {entry.identity.inode for entry in walk(run)}
        assert not seen & stage.inodes

    return work


def synced(stage: Stage) -> Callable[[], None]:
    def work() -> None:
        stage.change()
        stage.bench.sync(fingerprint=stage.fingerprint())

    return work


@pytest.mark.parametrize("component", range(len(NAMES)), ids=IDS)
def test_a_swapped_part_of_the_path_leads_nowhere(tmp_path: Path, component: int) -> None:
    """Looking, copying and clearing while staging is attacked; copying and publishing while the NAS is."""
    total, went_through = [], 0
    for side in ("staging", "nas"):
        stage = Stage(tmp_path / side, side, component)
        with stage.attacked() as flips:
            if side == "staging":
                for_a_while(scanned(stage, tmp_path / "look"))
            went_through += for_a_while(synced(stage))
        total += flips
        stage.close()
    total.append(_cleared(tmp_path / "clear", component))
    assert sum(total) >= LEAST_FLIPS, total
    assert went_through or component < 4, "no sync ever got through: nothing was shown"


def _cleared(root: Path, component: int) -> int:
    stage = Stage(root, "staging", component, equal=True)  # or its bytes would give it away
    bench = stage.bench
    with stage.attacked() as flips:
        for_a_while(lambda: bench.clear(clearing_id=f"c{bench.token}"))
    bench.clear(recover=True)
    assert snapshot(stage.twin) == stage.before
    bench.assert_nothing_lost()
    stage.close()
    return flips[0]


def test_the_naive_ways_are_caught(tmp_path: Path) -> None:
    """The same swaps; realpath says all is well, then the tree is copied or deleted by its path."""
    real, evil, twin = tmp_path / "EQ", tmp_path / "evil", tmp_path / "twin"
    for top in (real, twin):
        (top / "run").mkdir(parents=True)
    (twin / "run" / "secret").write_bytes(MARK)
    evil.symlink_to(twin)
    fd = os.open(real, os.O_RDONLY)
    copied = deleted = False
    deadline = time.monotonic() + 30
    with flipping(real, evil) as flipper:
        for number in range(1_000_000):
            run = real / "run"
            with suppress(OSError, shutil.Error):
                if os.path.realpath(run) == str(run):
                    shutil.copytree(run, tmp_path / f"copy{number}")
                    copied = copied or (tmp_path / f"copy{number}" / "secret").exists()
            with suppress(OSError):
                if copied and os.path.realpath(run) == str(run):
                    shutil.rmtree(run)
            with suppress(FileExistsError):
                os.mkdir("run", dir_fd=fd)
            deleted = not (twin / "run").exists()
            if (copied and deleted) or time.monotonic() > deadline:
                break
    os.close(fd)
    assert copied and deleted, f"the swaps were too slow to prove anything: {flipper.flips}"


PLANTED: dict[str, Callable[[Path, Path], None]] = {
    "fifo": lambda path, twin: os.mkfifo(path),
    "link to a file": lambda path, twin: path.symlink_to(twin / "005.raw"),
    "link to a folder": lambda path, twin: path.symlink_to(twin),
    "dangling link": lambda path, twin: path.symlink_to("nowhere"),
    "folder": lambda path, twin: path.mkdir(),
    "another file": lambda path, twin: shutil.copy2(twin / "005.raw", path),
    "hard link": lambda path, twin: os.link(twin / "005.raw", path),
}


@pytest.mark.parametrize("plant", PLANTED.values(), ids=list(PLANTED))
def test_planted_between_the_walk_and_the_copy(
    tmp_path: Path, plant: Callable[[Path, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place of files already walked, and beside them: the run is looked at again, nothing of it is believed."""
    bench = ClearBench(tmp_path / "bench", FILES)
    twin = tmp_path / "bench" / "twin"
    twin.mkdir()
    (twin / "005.raw").write_bytes((MARK * 20)[: len(FILES["005.raw"])])
    os.utime(twin / "005.raw", ns=(1, (bench.run / "005.raw").stat().st_mtime_ns))
    real = spread.prepare_all

    def plant_first(*arguments: object) -> object:
        if not (tmp_path / "005.raw").exists():
            (bench.run / "005.raw").rename(tmp_path / "005.raw")
            plant(bench.run / "005.raw", twin)
            plant(bench.run / "stack" / "planted", twin)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(spread, "prepare_all", plant_first)
    monkeypatch.setattr(push, "BATCH_FILES", 500)
    started = time.monotonic()
    error = bench.sync_error()
    assert time.monotonic() - started < 10
    assert error.error_class is ErrorClass.CHANGED, error
    assert not any(MARK[:10] in data for data in tree(bench.nas).values())
