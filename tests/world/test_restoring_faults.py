"""Restoring on real trouble: the plug of the staging disk pulled, a disk that fills up, SIGKILL at system calls."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from exlab_wizard.restoring import restore as restoring
from exlab_wizard.sync.tasks import RestoreTask
from tests.support.engine import WorkerProcess
from tests.support.machine import ext4, need, tmpfs
from tests.support.restoring import RestoreBench

pytestmark = pytest.mark.world
FILES = {f"plane {number % 5}/frame {number:03}.tif": os.urandom(4000 + number) for number in range(40)}
STEPS = {"mkdirat": 1, "mkdir": 1, "renameat2": 4, "unlinkat": 4, "fsync": 6, "write": 7}


def in_a_worker(task: RestoreTask, *wrapper: str) -> str:
    """The error class the restore ended with, or nothing."""
    with WorkerProcess(wrapper) as worker:
        outcome = worker.run(task)
    return str(outcome.error.error_class) if outcome.error else ""


@pytest.mark.parametrize("gone", [False, True], ids=["cleared", "folder gone"])
def test_the_plug_of_staging_is_pulled_once_it_is_told_as_restored(tmp_path: Path, gone: bool) -> None:
    need("xfs_io")
    with ext4(tmp_path) as medium:
        bench = RestoreBench(medium.path, FILES, nas=tmp_path / "nas", allow_same_storage=False)
        (bench.run / "empty" / "folder").mkdir(parents=True)
        bench.clear_all()
        if gone:
            bench.lose_folder()
        os.sync()
        assert in_a_worker(bench.restore_task()) == ""
        medium.lose_power()
        bench.assert_as_before()


def test_the_plug_is_pulled_in_the_middle(tmp_path: Path) -> None:
    """Whatever stands under a name afterwards is whole, and the restore goes on."""
    need("xfs_io", "strace")
    with ext4(tmp_path) as medium:
        bench = RestoreBench(medium.path, FILES, nas=tmp_path / "nas")
        bench.clear_all()
        os.sync()
        for number in (3, 20, 38):
            assert killed_at(bench, "renameat2", number)
            medium.lose_power()
            half = bench.local_data()
            assert half.items() <= FILES.items()
        assert in_a_worker(bench.restore_task()) == ""
        bench.assert_as_before()


def killed_at(bench: RestoreBench, call: str, number: int) -> bool:
    """Restore in a worker that gets SIGKILL at its `number`-th `call`; False when it came to its end."""
    inject = f"inject={call}:signal=SIGKILL:when={number}"
    try:
        error = in_a_worker(
            bench.restore_task(), "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject
        )
    except (AssertionError, BrokenPipeError):
        return True
    assert error == ""
    return False


@pytest.mark.parametrize("call", list(STEPS))
def test_sigkill_at_system_calls(tmp_path: Path, call: str) -> None:
    need("strace", root=False)
    for number in range(1, 100, STEPS[call]):
        bench = RestoreBench(tmp_path / str(number))
        bench.clear_all()
        if not killed_at(bench, call, number):
            return
        assert bench.local_data().items() <= bench.files.items()
        assert bench.restore()["files_restored"] == len(bench.files)
        bench.assert_as_before()
        shutil.rmtree(tmp_path / str(number))


def test_a_disk_that_fills_up_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    big = {f"plane {number}.raw": bytes([number]) * (1 << 20) for number in range(8)}
    with tmpfs(tmp_path / "disk", "size=24m") as small:
        bench = RestoreBench(small, big, nas=tmp_path / "nas")
        bench.clear_all()
        error = bench.restore_error()
        assert "no room" in error.message, "16 MiB are kept free"
        with (small / "ballast").open("wb") as file:
            file.write(bytes(shutil.disk_usage(small).free - (4 << 20)))
        monkeypatch.setattr(restoring, "free_bytes", lambda folder: 1 << 30)
        error = bench.restore_error()
        assert error.error_class == "refused" and "full" in error.message
        assert bench.local_data() == {} and bench.restoring_folders() == []
        (small / "ballast").unlink()
        bench.restore()
        bench.assert_as_before()
