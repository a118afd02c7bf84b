"""Every way a NAS can be wrong: local data untouched, the trouble said, recovery by itself when it is right again."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from exlab_wizard.api.models import TargetStatus
from exlab_wizard.errors import StagingError
from exlab_wizard.markers import NAS_MARKER, mark_nas, mark_staging
from exlab_wizard.sync import errands, retry, targets, thread
from tests.station.conftest import FILES, RUN, Bench
from tests.support.fault_fs import FaultyMount, faulty_mount
from tests.support.lab import Lab
from tests.support.machine import need
from tests.support.mounts import Mounts, fill
from tests.support.oracle import RunOracle, random_files
from tests.support.waiting import wait_for

pytestmark = pytest.mark.world
NEW = RUN.replace("0042", "0043")
NEW_FILES = random_files(3, 20, 3 << 20)
Change = Callable[["World"], None]


def test_a_hung_nas_is_noticed_within_a_minute_whatever_it_was_doing() -> None:
    """The real limits; the tests below wait for shorter ones."""
    assert thread._SILENT_SECONDS + errands._PROBE_SECONDS < 35 and thread._HUNG_SECONDS <= 45
    assert targets.PROBE_OK_SECONDS + errands._PROBE_SECONDS < 45


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread, "_SILENT_SECONDS", 1.5)
    monkeypatch.setattr(thread, "_HUNG_SECONDS", 4.0)
    monkeypatch.setattr(errands, "_PROBE_SECONDS", 2.0)
    monkeypatch.setattr(targets, "PROBE_OK_SECONDS", 2.0)
    monkeypatch.setattr(targets, "PROBE_AWAY_SECONDS", 1.0)
    monkeypatch.setattr(retry, "DELAYS_SECONDS", (1.0, 2.0, 2.0, 2.0, 2.0))


class World:
    """A lab whose NAS is a file system of its own, and its running station with one verified run."""

    def __init__(self, base: Path, stack: ExitStack, kind: str) -> None:
        self.lab = Lab(base / "lab")
        self.mounts = stack.enter_context(Mounts(base / "mounts"))
        self.faults: FaultyMount | None = None
        if kind == "fuse":
            self.faults = stack.enter_context(faulty_mount(base / "fuse"))
            self.lab.nas = self.faults.path
        elif kind == "tmpfs":
            self.mounts.tmpfs(self.lab.nas, "size=2m")
        elif kind == "btrfs":
            self._btrfs(base / "btrfs.img")
        else:
            self.mounts.ext4(self.lab.nas, 32)
        self.lab.data["equipment"][0]["nas_root"] = str(self.lab.nas)
        self.lab.data["sync"]["allow_same_storage"] = False
        mark_staging(self.lab.staging)
        mark_nas(self.lab.nas)
        self.marker = self.lab.nas / NAS_MARKER
        self.kept = self.marker.read_bytes()
        self.bench = Bench(self.lab)

    def _btrfs(self, image: Path) -> None:
        need("mkfs.btrfs", "btrfs")
        with image.open("wb") as file:
            file.truncate(128 << 20)
        self.run("mkfs.btrfs", "-q", "-f", str(image))
        self.mounts._mount("-o", "loop", str(image), str(self.lab.nas))
        self.mounts._stack.callback(self.mounts.away, self.lab.nas)
        self.run("btrfs", "quota", "enable", str(self.lab.nas))

    def run(self, *command: str) -> None:
        subprocess.run(command, check=True, capture_output=True)

    def fuse(self) -> FaultyMount:
        assert self.faults is not None
        return self.faults


@pytest.fixture
def world(tmp_path: Path, impatient: None) -> Iterator[Callable[[str], World]]:
    need("mount")
    with ExitStack() as stack:

        def make(kind: str) -> World:
            made = World(tmp_path, stack, kind)
            stack.callback(made.bench.station.stop)
            if made.faults is not None:
                stack.callback(made.faults.heal)
            return made

        yield make


def no_marker(world: World) -> None:
    world.marker.unlink()


def put_back(world: World) -> None:
    world.marker.write_bytes(world.kept)


def another(world: World) -> None:
    world.marker.write_text(json.dumps(json.loads(world.kept) | {"nas_id": "another-nas"}))


def garbled(world: World) -> None:
    world.marker.write_bytes(world.kept[:40])


def unmounted(world: World) -> None:
    world.run("umount", "-l", str(world.lab.nas))


def mounted(world: World) -> None:
    world.mounts._mount("-o", "loop", str(next((world.lab.base.parent / "mounts").glob("*.img"))), str(world.lab.nas))


def read_only(world: World) -> None:
    world.run("mount", "-o", "remount,ro", str(world.lab.nas))


def writable(world: World) -> None:
    world.run("mount", "-o", "remount,rw", str(world.lab.nas))


def full(world: World) -> None:
    fill(world.lab.nas)


def room(world: World) -> None:
    (world.lab.nas / "filler").unlink()
    world.mounts.grow(world.lab.nas, "size=16m")


def quota(world: World) -> None:
    world.run("btrfs", "qgroup", "limit", "600K", "0/5", str(world.lab.nas))


def no_quota(world: World) -> None:
    world.run("btrfs", "qgroup", "limit", "none", "0/5", str(world.lab.nas))


def hung(world: World) -> None:
    world.fuse().hang("*")


def stale(world: World) -> None:
    world.fuse().fail(errno.ESTALE, "getattr", "open", "readdir", "create", "mkdir", "statfs")


def broken_close(world: World) -> None:
    world.fuse().fail(errno.EIO, "flush")


def broken_close_of_copies(world: World) -> None:
    world.fuse().fail(errno.EIO, "flush_written")


def unreadable(world: World) -> None:
    world.fuse().fail(errno.EIO, "read", "write", "create", "fsync")


def healed(world: World) -> None:
    world.fuse().heal()


# kind of NAS, what befalls it, what mends it, target state, what people read
CASES: dict[str, tuple[str, Change, Change, str, str]] = {
    "marker missing": ("ext4", no_marker, put_back, "unavailable", "is missing"),
    "another marker": ("ext4", another, put_back, "unavailable", "accept-nas"),
    "marker garbled": ("ext4", garbled, put_back, "unavailable", "backup"),
    "unmounted": ("ext4", unmounted, mounted, "unavailable", "mounted"),
    "read-only": ("ext4", read_only, writable, "unavailable", "read-only"),
    "full": ("tmpfs", full, room, "full", "full"),
    "quota": ("btrfs", quota, no_quota, "full", "quota"),
    "hung": ("fuse", hung, healed, "unavailable", "does not answer"),
    "ESTALE": ("fuse", stale, healed, "unavailable", "Stale file handle"),
    "EIO": ("fuse", unreadable, healed, "unavailable", "Input/output error"),
    "EIO on close": ("fuse", broken_close, healed, "unavailable", "Input/output error"),
    "EIO on close of copies": ("fuse", broken_close_of_copies, healed, "ok", "Input/output error"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_nas_is_said_costs_nothing_and_recovers_by_itself(world: Callable[[str], World], case: str) -> None:
    kind, befall, mend, state, words = CASES[case]
    here = world(kind)
    bench = here.bench.start()
    old = bench.verified()
    wait_for(lambda: target(bench).state == "ok", 10)
    oracle = RunOracle(here.lab.staging, here.lab.nas, NEW, NEW_FILES)
    befall(here)
    bench.push(NEW, NEW_FILES)
    row = wait_for(lambda: (row := bench.row(NEW)) and words in row.why and row, 60, f"{case}: {words}")
    assert row.current_state != "sync_verified" and row.next_step
    told = wait_for(lambda: (one := target(bench)).state == state and one, 30, case)
    if state != "ok":
        assert words in told.why
        assert bench.station.health().ok is False
    if state == "unavailable":
        error = bench.refused(bench.clear)
        assert error.code == "nas_unavailable" and len(error.message) > 40
    assert (old / "notes.txt").read_bytes() == FILES["notes.txt"]
    assert len(oracle.local_data()) == len(NEW_FILES) + 1
    if case == "unmounted":
        assert not list(here.lab.nas.iterdir()), "nothing is written below an empty mount point"
    mend(here)
    bench.wait("sync_verified", NEW, 40)
    wait_for(lambda: target(bench).state == "ok", 10)
    assert oracle.all_on_nas() and oracle.sha256sum_check().returncode == 0
    assert oracle.tidy()
    if state != "ok":
        job = bench.station.detail(bench.station.parse_run(NEW)).job
        assert job is not None and job.attempt == 0, "what the NAS did is no attempt of the run"
    assert bench.clear().files_freed == len(FILES) + 1


def target(bench: Bench) -> TargetStatus:
    return bench.station.overview().targets[0]


def test_a_nas_unmounted_in_the_middle_of_a_copy_swallows_nothing(
    world: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXLAB_WIZARD_PACE_MIB_S", "2")
    here = world("ext4")
    bench, oracle = here.bench.start(), RunOracle(here.lab.staging, here.lab.nas, NEW, NEW_FILES)
    bench.push(NEW, NEW_FILES)
    wait_for(lambda: (row := bench.row(NEW)) and row.progress and row.progress.bytes_done > 100_000, 20)
    unmounted(here)
    wait_for(lambda: target(bench).state == "unavailable", 30, "noticed")
    assert len(oracle.local_data()) == len(NEW_FILES) + 1
    assert bench.refused(lambda: bench.clear(NEW)).code in ("run_busy", "nas_unavailable", "staging_not_sync_verified")
    assert not list(here.lab.nas.iterdir())
    mounted(here)
    bench.wait("sync_verified", NEW, 40)
    assert oracle.all_on_nas() and not oracle.lost()


def test_a_slow_nas_is_a_living_one(world: Callable[[str], World], caplog: pytest.LogCaptureFixture) -> None:
    """Each write takes longer than a silent worker is believed: the NAS answers a probe, so it is waited for."""
    here = world("fuse")
    bench = here.bench.start()
    wait_for(lambda: target(bench).state == "ok", 10)
    here.fuse().slow(5.0, "write")
    files = {"a.tif": b"a" * 100_000}
    bench.push(NEW, files)
    bench.wait("sync_verified", NEW, 60)
    assert "abandoned" not in caplog.text
    job = bench.station.detail(bench.station.parse_run(NEW)).job
    assert job is not None and job.attempt == 0


def test_no_more_probes_are_sent_after_those_that_hang(world: Callable[[str], World]) -> None:
    """A weekend of a hung NAS must not fill the process table."""
    here = world("fuse")
    bench = here.bench.start()
    wait_for(lambda: target(bench).state == "ok", 10)
    here.fuse().hang("*")
    leader = bench.station._leader
    assert leader is not None
    crew = leader._sync.crew
    wait_for(lambda: crew.stuck(str(here.lab.nas)) == errands._STUCK_LIMIT, 40, "probes hang in the kernel")
    due = next(iter(leader.core.targets.all())).probe_due
    wait_for(lambda: wait_over(due, 3.0), 20)
    assert crew.stuck(str(here.lab.nas)) == errands._STUCK_LIMIT
    here.fuse().heal()
    wait_for(lambda: target(bench).state == "ok", 20, "a further one is sent when they have ended")


def wait_over(due: float, seconds: float) -> bool:
    """Whether the next probe would have been due so long ago."""
    import time

    return time.monotonic() > due + seconds


def test_a_folder_on_the_staging_disk_is_no_nas_until_one_is_mounted_there(
    world: Callable[[str], World],
) -> None:
    here = world("ext4")
    unmounted(here)
    here.marker.write_bytes(here.kept)
    bench = here.bench.start()
    bench.push()
    row = bench.wait_shown("Paused")
    assert "same storage" in row.why
    wait_for(lambda: "same storage" in target(bench).why, 10)
    assert [path.name for path in here.lab.nas.iterdir()] == [NAS_MARKER]
    mounted(here)
    bench.wait("sync_verified", seconds=30)


@pytest.mark.parametrize("older", ["files missing", "files of before, same size"])
def test_a_nas_put_back_to_an_older_snapshot_is_found_out_and_filled_again(
    world: Callable[[str], World], older: str
) -> None:
    here = world("ext4")
    bench, folder, snapshot = here.bench.start(), here.lab.staging / RUN, here.lab.base / "snapshot"
    if older == "files missing":
        shutil.copytree(here.lab.nas, snapshot, ignore=shutil.ignore_patterns("lost+found"))
        bench.verified()
    else:
        bench.verified()
        wait_for(lambda: (here.lab.nas / RUN / ".exlab-wizard" / "ingest.json").exists(), 10)
        shutil.copytree(here.lab.nas, snapshot, ignore=shutil.ignore_patterns("lost+found"))
        (folder / "notes.txt").write_bytes(FILES["notes.txt"].swapcase())
        wait_for(lambda: "changed" in bench.reasons(), 20)
        bench.wait("sync_verified")
    now = {path: (folder / path).read_bytes() for path in FILES}
    oracle = RunOracle(here.lab.staging, here.lab.nas, RUN, now)
    for path in here.lab.nas.iterdir():
        if path.is_dir() and path.name != "lost+found":
            shutil.rmtree(path)
    shutil.copytree(snapshot, here.lab.nas, dirs_exist_ok=True)
    assert not oracle.all_on_nas()
    error = bench.refused(bench.clear)
    assert error.code == "nas_copy_not_proven" and not oracle.lost()

    def filled() -> bool:
        try:
            return bool(bench.clear().files_freed)
        except StagingError:
            return False

    wait_for(filled, 40, "verified again, pushed again, then cleared")
    assert oracle.all_on_nas() and not oracle.local_data()
