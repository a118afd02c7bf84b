"""Clearing on real trouble: a disk full to the last byte, SIGKILL at system calls, links swapped in while it works."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from exlab_wizard.clearing.reserve import Reserve
from exlab_wizard.fsys import Dir
from exlab_wizard.sync.tasks import ClearTask, Outcome
from tests.support.clearing import ClearBench, data_below
from tests.support.engine import WorkerProcess
from tests.support.flipper import flipping

pytestmark = pytest.mark.world
LEAST_POINTS = 40
LEAST_FLIPS = 1000
MANY = 1000


def in_a_worker(task: ClearTask, *wrapper: str) -> Outcome:
    with WorkerProcess(wrapper) as worker:
        return worker.run(task)


@contextmanager
def disk(path: Path, kind: str) -> Iterator[Path]:
    """A small file system of its own."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    path.mkdir()
    if kind == "ext4":
        image = path.with_suffix(".img")
        with image.open("wb") as file:
            file.truncate(32 << 20)
        subprocess.run(["mkfs.ext4", "-qF", "-m", "0", str(image)], check=True)
        subprocess.run(["mount", "-o", "loop", str(image), str(path)], check=True)
    else:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(path)], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", str(path)], check=True)


def fill(folder: Path) -> None:
    """Take every byte that is left."""
    with (folder / "ballast").open("wb", buffering=0) as file:
        for size in (1 << 16, 4096, 512, 1):
            with suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass
    assert os.statvfs(folder).f_bavail <= 1


@pytest.mark.parametrize("kind", ["tmpfs", "ext4"])
def test_a_staging_disk_full_to_the_last_byte(tmp_path: Path, kind: str) -> None:
    with disk(tmp_path / "disk", kind) as small:
        bench = ClearBench(small, nas=tmp_path / "nas")
        bench.verify()
        task = bench.clear_task()
        with Dir.open(bench.state_dir) as state:
            assert Reserve(state, 1 << 20).ensure()
            fill(small)
            outcome = in_a_worker(task)
            assert outcome.error is None, outcome.error
            assert outcome.data["files_freed"] == len(bench.files)
            assert bench.local_data() == {}
            assert bench.events() == ["clear_intended", "cleared"]
        bench.assert_nothing_lost()


def test_a_full_disk_with_nothing_kept_back_refuses_and_leaves_all(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "ext4") as small:
        bench = ClearBench(small, nas=tmp_path / "nas")
        bench.verify()
        task = bench.clear_task()
        fill(small)
        outcome = in_a_worker(task)
        assert outcome.error is not None
        assert "full" in outcome.error.message or "No space" in outcome.error.message
        assert bench.local_data() == bench.files
        (small / "ballast").unlink()
        assert bench.cleared()["files_freed"] == len(bench.files)


def test_a_nas_copy_that_is_the_run_itself_by_a_bind_mount(tmp_path: Path) -> None:
    """Every marker, claim, name and size is right, and still there is only one copy."""
    if os.geteuid() != 0:
        pytest.skip("needs root to bind a directory")
    bench = ClearBench(tmp_path)
    bench.verify()
    shutil.copy(bench.control / "claim.json", bench.run_control)
    subprocess.run(["mount", "--bind", str(bench.run), str(bench.nas_run)], check=True)
    try:
        error = bench.refusal()
    finally:
        subprocess.run(["umount", str(bench.nas_run)], check=True)
    assert error.code == "nas_unavailable"
    assert bench.local_data() == bench.files


STEPS = {"mkdirat": 1, "renameat": 1, "renameat2": 1, "unlinkat": 1, "fsync": 1, "write": 2}


def killed_at(bench: ClearBench, call: str, number: int) -> bool:
    """Clear in a worker that gets SIGKILL at its `number`-th `call`; False when it came to its end."""
    inject = f"inject={call}:signal=SIGKILL:when={number}"
    try:
        in_a_worker(bench.clear_task(), "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject)
    except (AssertionError, BrokenPipeError):
        return True
    return False


@pytest.mark.timeout(400)
def test_sigkill_at_system_calls(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    points = sum(_sweep(tmp_path / call, call, step) for call, step in STEPS.items())
    assert points >= LEAST_POINTS


def _sweep(root: Path, call: str, step: int) -> int:
    """Every `step`-th call of one kind, until the clearing gets through; how many deaths there were."""
    for points, number in enumerate(range(1, 200, step)):
        bench = ClearBench(root / str(number))
        bench.verify()
        if not killed_at(bench, call, number):
            return points
        bench.assert_nothing_lost()
        if bench.cleared(recover=True).get("undone"):
            assert bench.local_data() == bench.files
            bench.cleared()
        assert bench.local_data() == {}
        assert all(map(bench.finish, bench.pending()))
        assert bench.nas_files() == bench.files
        bench.assert_no_temporaries()
        shutil.rmtree(root / str(number))
    raise AssertionError(f"{call}: the clearing never came to its end")


def _many(tmp_path: Path) -> ClearBench:
    bench = ClearBench(tmp_path, {f"stack/{number:04}.raw": b"%d" % number for number in range(MANY)})
    bench.verify()
    return bench


@pytest.mark.parametrize("place", ["run", "holding"])
def test_links_swapped_in_lead_nowhere(tmp_path: Path, place: str) -> None:
    """A folder of the run is swapped for a link to a folder with the same names, thousands of times."""
    flips = [_trial(tmp_path / str(number), place) for number in range(4)]
    assert sum(flips) >= LEAST_FLIPS, flips


def _trial(root: Path, place: str) -> int:
    bench = _many(root)
    outside = root / "outside"
    shutil.copytree(bench.run / "stack", outside)
    wanted = data_below(outside)
    evil = bench.staging / "evil"
    evil.symlink_to(outside)
    target = bench.run / "stack" if place == "run" else bench.run_control / "clearing-abc/data/stack"
    with flipping(target, evil) as flipper:
        in_a_worker(bench.clear_task(clearing_id="abc"))
    if bench.pending():
        in_a_worker(bench.clear_task(recover=True))
    assert data_below(outside) == wanted
    bench.assert_nothing_lost()
    return flipper.flips


def test_the_naive_way_would_follow_them(tmp_path: Path) -> None:
    """The control: looked at by path, then deleted by path, the same swaps lead out."""
    real, evil, outside = tmp_path / "real", tmp_path / "evil", tmp_path / "outside"
    for folder in (real, outside):
        folder.mkdir()
    evil.symlink_to(outside)
    deadline = time.monotonic() + 60
    with flipping(real, evil):
        while time.monotonic() < deadline:
            for number in range(50):
                (outside / str(number)).touch()
            for number in range(50):
                path = tmp_path / "real" / str(number)
                with suppress(OSError):
                    if not os.path.realpath(path).startswith(str(outside)):
                        path.unlink()
            if len(list(outside.iterdir())) < 50:
                return
    raise AssertionError("the swaps were too slow to prove anything")
