"""The engine against real faults: a damaged medium, a pulled plug, a full target, killed workers, failing flushes."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.sync.engine import sync_task
from exlab_wizard.sync.tasks import ErrorClass, Outcome
from tests.support.engine import Bench, WorkerProcess
from tests.support.machine import Medium, ext4, need, run, tmpfs

pytestmark = pytest.mark.world
FILES = {f"d{number % 4}/scan_{number:04}.h5": random.Random(number).randbytes(20_000 + number) for number in range(60)}


@pytest.fixture
def medium(tmp_path: Path) -> Iterator[Medium]:
    with ext4(tmp_path) as one:
        yield one


@pytest.fixture
def on_medium(medium: Medium, tmp_path: Path) -> Bench:
    """A bench whose NAS is its own mounted file system, so that nothing has to be allowed."""
    bench = Bench(tmp_path / "bench", nas=medium.path, allow_same_storage=False)
    bench.write(FILES)
    return bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    one = Bench(tmp_path / "bench")
    one.write(FILES)
    return one


def flip_before_verification(
    medium: Medium, pattern: bytes, monkeypatch: pytest.MonkeyPatch, seen: list[bytes]
) -> None:
    real = sync_task._verify

    def verify(job: sync_task.SyncJob, *rest: object) -> list[str]:
        medium.flip(pattern)
        victim = Path(job.task.place.nas_root, job.task.run_path, "d1/scan_0001.h5")
        seen.append(victim.read_bytes())
        return real(job, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(sync_task, "_verify", verify)


def test_a_bit_flipped_on_the_medium_is_caught_and_healed(
    on_medium: Bench, medium: Medium, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = FILES["d1/scan_0001.h5"]
    warm: list[bytes] = []
    flip_before_verification(medium, good[4096:4160], monkeypatch, warm)
    data = on_medium.sync()
    assert warm == [good]  # a plain reading would have found nothing
    bad = on_medium.superseded()["d1/scan_0001.h5"]
    assert [at for at in range(len(good)) if good[at] != bad[at]] == [4096]
    assert (data["reading"], data["files_copied"]) == ("fadvise", len(FILES) + 1)
    assert on_medium.nas_files() == FILES
    assert on_medium.sha256sum_check().returncode == 0


def test_a_bit_flipped_in_an_adopted_file_is_caught_and_nothing_is_moved(
    on_medium: Bench, medium: Medium, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(on_medium.run, on_medium.nas_run)
    flip_before_verification(medium, FILES["d1/scan_0001.h5"][4096:4160], monkeypatch, [])
    error = on_medium.sync_error()
    assert (error.error_class, error.path) == (ErrorClass.HASH_MISMATCH, "d1/scan_0001.h5")
    assert on_medium.superseded() == {}


def test_what_was_verified_survives_a_pulled_plug(on_medium: Bench, medium: Medium) -> None:
    need("xfs_io")
    (on_medium.run / "hollow/inside").mkdir(parents=True)
    on_medium.write({".exlab-wizard/notes.txt": b"unknown"})
    data = on_medium.sync()
    medium.lose_power()
    assert on_medium.nas_files() == FILES
    assert (on_medium.nas_run / "hollow/inside").is_dir()
    assert (on_medium.control / "notes.txt").read_bytes() == b"unknown"
    assert on_medium.sha256sum_check().returncode == 0
    assert on_medium.sync(previous_digest=data["manifest_digest"])["files_copied"] == 0


def test_an_adopted_copy_survives_a_pulled_plug(on_medium: Bench, medium: Medium) -> None:
    need("xfs_io")
    shutil.copytree(on_medium.run, on_medium.nas_run)
    assert on_medium.sync()["files_adopted"] == len(FILES)
    medium.lose_power()
    assert on_medium.nas_files() == FILES


def test_an_old_version_set_aside_survives_a_pulled_plug(on_medium: Bench, medium: Medium) -> None:
    need("xfs_io")
    digest = on_medium.sync()["manifest_digest"]
    on_medium.write({"d1/scan_0001.h5": b"new version"})
    on_medium.sync(previous_digest=digest)
    medium.lose_power()
    assert on_medium.superseded()["d1/scan_0001.h5"] == FILES["d1/scan_0001.h5"]
    assert on_medium.nas_files()["d1/scan_0001.h5"] == b"new version"


def test_a_read_only_target_is_the_targets_trouble(on_medium: Bench, medium: Medium) -> None:
    run("mount", "-o", "remount,ro", str(medium.path))
    assert on_medium.sync_error().error_class is ErrorClass.TARGET
    run("mount", "-o", "remount,rw", str(medium.path))
    assert on_medium.sync()["files_copied"] == len(FILES)


@pytest.mark.parametrize(("small", "big"), [("size=600k", "size=20m"), ("size=20m,nr_inodes=40", "nr_inodes=1000")])
def test_a_full_target_says_so_leaves_no_temporary_and_goes_on_when_there_is_room(
    tmp_path: Path, small: str, big: str
) -> None:
    with tmpfs(tmp_path / "nas", small) as nas:
        bench = Bench(tmp_path / "bench", nas=nas, allow_same_storage=False)
        bench.write(FILES)
        error = bench.sync_error()
        assert error.error_class is ErrorClass.TARGET_FULL
        assert "full" in error.message
        bench.assert_no_temporaries()
        run("mount", "-o", f"remount,{big}", str(nas))
        assert bench.sync()["reading"] == "memory"  # memory has no medium to read from, and it is said
        assert bench.nas_files() == FILES


def test_two_mounts_of_one_disk_are_the_same_storage(medium: Medium, tmp_path: Path) -> None:
    """Staging on the medium, the NAS a bind mount of another folder of it."""
    (medium.path / "other").mkdir()
    (tmp_path / "nas").mkdir()
    run("mount", "--bind", str(medium.path / "other"), str(tmp_path / "nas"))
    try:
        bench = Bench(medium.path, nas=tmp_path / "nas", allow_same_storage=False)
        assert bench.sync_error().error_class is ErrorClass.CONFIGURATION
    finally:
        run("umount", str(tmp_path / "nas"))


def test_a_staging_run_bound_into_the_nas_never_verifies_against_itself(bench: Bench) -> None:
    need("mount")
    bench.nas_run.mkdir(parents=True)
    run("mount", "--bind", str(bench.run), str(bench.nas_run))
    try:
        assert bench.sync_error().error_class is ErrorClass.CONFIGURATION
    finally:
        run("umount", str(bench.nas_run))


# --- killed workers


def assert_converges(bench: Bench, at_least_kept: int = 0) -> None:
    """The next attempt finishes: every byte, no temporary, and no second copy of what was finished."""
    finished = {path for path, data in bench.nas_files().items() if data == FILES.get(path)}
    assert set(bench.nas_files()) == finished, "a partial file stands under a final name"
    assert len(finished) >= at_least_kept
    records = bench.records().entries
    assert all(records[path].published for path in finished), "a file of ours is not known as ours"
    inodes = {path: (bench.nas_run / path).stat().st_ino for path in finished}
    data = bench.sync()
    assert bench.nas_files() == FILES
    assert data["files_copied"] == len(FILES) - len(finished)
    assert {path: (bench.nas_run / path).stat().st_ino for path in finished} == inodes
    assert bench.superseded().keys() <= {".exlab-wizard/checksums.sha256"}
    assert bench.sha256sum_check().returncode == 0
    bench.assert_no_temporaries()


@pytest.mark.parametrize(("phase", "files"), [("copying", 0), ("verifying", 0), ("verifying", 20)])
def test_a_worker_killed_on_the_way_is_finished_by_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, phase: str, files: int
) -> None:
    with WorkerProcess(EXLAB_WIZARD_PACE_MIB_S="2") as worker:
        worker.send(bench.task())
        worker.wait_for(phase, files)
        if phase == "copying":
            worker.receive()
        worker.process.send_signal(signal.SIGKILL)
        worker.process.wait()
    assert_converges(bench, at_least_kept=len(FILES) if phase == "verifying" else 0)


def strace(*options: str) -> tuple[str, ...]:
    """The worker under strace; injected faults count per thread."""
    need("strace", root=False)
    return ("strace", "-f", "-qq", "-o", os.devnull, *options)


@pytest.mark.parametrize(
    ("call", "when"),
    [
        ("mkdir,mkdirat", 1),
        ("mkdir,mkdirat", 6),
        ("mkdir,mkdirat", 9),
        ("fsync", 1),
        ("fsync", 7),
        ("fsync", 12),
        ("renameat2", 1),
        ("renameat2", 2),
        ("renameat2", 30),
        ("renameat2", 62),
        ("rename,renameat", 1),
        ("rename,renameat", 2),
        ("unlink,unlinkat", 1),
        ("rmdir,unlinkat", 2),
    ],
)
def test_a_worker_killed_at_a_system_call_is_finished_by_the_next(bench: Bench, call: str, when: int) -> None:
    wrapper = strace("-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={when}")
    with WorkerProcess(wrapper) as worker:
        worker.send(bench.task())
        while line := worker.process.stdout.readline():  # type: ignore[union-attr]
            assert b'"outcome"' not in line, "the fault was never met"
    assert_converges(bench)


# --- failing flushes


def temporary(bench: Bench, number: int) -> str:
    return str(bench.control / "incoming" / f"{bench.token + 1}-{number}")


def sync_under(bench: Bench, fault: str, *paths: str) -> Outcome:
    """Sync in a worker under strace with a fault on fsync of these paths."""
    only = [word for path in paths for word in ("-P", path)]
    with WorkerProcess(strace(*only, "-e", "trace=fsync", "-e", f"inject=fsync:{fault}")) as worker:
        return worker.run(bench.task())


def test_a_flush_that_fails_once_leads_to_a_fresh_copy(bench: Bench) -> None:
    outcome = sync_under(bench, "error=EIO:when=1", *(temporary(bench, number) for number in range(1, 9)))
    assert outcome.error is None
    assert outcome.data["files_copied"] == len(FILES)
    assert bench.nas_files() == FILES
    bench.assert_no_temporaries()


@pytest.mark.parametrize(("number", "error_class"), [("EIO", ErrorClass.TARGET), ("ENOSPC", ErrorClass.TARGET_FULL)])
def test_a_flush_that_goes_on_failing_ends_the_attempt(bench: Bench, number: str, error_class: ErrorClass) -> None:
    outcome = sync_under(bench, f"error={number}", temporary(bench, 5))
    assert outcome.error is not None
    assert outcome.error.error_class is error_class
    assert re.fullmatch(r"d\d/scan_\d+\.h5", outcome.error.path)
    assert bench.nas_files() == {}
    assert_converges(bench)


def test_a_directory_flush_not_offered_is_recorded(bench: Bench) -> None:
    bench.sync()
    outcome = sync_under(bench, "error=EINVAL", str(bench.nas_run / "d1"))
    assert outcome.error is None
    assert outcome.data["directory_fsync"] is False
