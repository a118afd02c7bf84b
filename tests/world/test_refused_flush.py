"""A disk that refuses writes below an ext4, with and without a journal: what was lost is never called verified."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync import fence
from exlab_wizard.sync.engine import flush as engine_flush
from exlab_wizard.sync.engine import publish, push, sync_task
from exlab_wizard.sync.engine.distrust import distrust
from exlab_wizard.sync.engine.flush import SHARED_FROM, forgets_refusals
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.engine import Bench
from tests.support.machine import Medium, mounted, need, run, tmpfs
from tests.support.mounts import fill

pytestmark = pytest.mark.world
FILES = {f"d{number % 9}/f{number:03}": b"%d" % number * 500 for number in range(2 * SHARED_FROM + 8)}


class ThinDisk:
    """An ext4 whose image has no blocks yet: while the memory below it is full, the disk refuses them."""

    def __init__(self, folder: Path, *features: str) -> None:
        need("mount", "mkfs.ext4")
        self._memory = folder
        self.medium = Medium(folder, 400)
        # room for many inodes: those of new folders need blocks of their own
        options = ["-qF", "-b", "4096", "-N", "400000", "-E", "lazy_itable_init=0", *features]
        run("mkfs.ext4", *options, str(self.medium.image))

    @contextmanager
    def refusing(self) -> Iterator[None]:
        filler = fill(self._memory)
        try:
            yield
        finally:
            filler.unlink()

    def as_the_medium_has_it(self) -> None:
        """Mounted anew: what was in memory alone is gone."""
        self.medium.unmount()
        self.medium.mount()


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    with tmpfs(tmp_path / "memory", "size=60m") as path:
        yield path


def bench_on(disk: ThinDisk, tmp_path: Path) -> Bench:
    bench = Bench(tmp_path / "bench", nas=disk.medium.path, allow_same_storage=False)
    bench.write(FILES)
    with Dir.open(disk.medium.path) as nas:
        nas.sync_filesystem()
    return bench


@pytest.mark.parametrize("journal", [True, False])
def test_it_is_known_which_file_system_forgets(memory: Path, journal: bool) -> None:
    disk = ThinDisk(memory, *([] if journal else ["-O", "^has_journal"]))
    with mounted(disk.medium), Dir.open(disk.medium.path) as nas:
        assert forgets_refusals(nas) is not journal


def _go_on(job: SyncJob, paths: Iterable[str]) -> None:
    distrust(job, paths)


def _stop(job: SyncJob, paths: Iterable[str]) -> None:
    fence.request_stop()
    distrust(job, paths)


def _die(job: SyncJob, paths: Iterable[str]) -> None:
    raise SystemExit("killed")


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("then", [_go_on, _stop, _die])
def test_folders_and_names_that_were_refused_reach_the_medium_all_the_same(
    memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: Callable[..., None], shared: bool
) -> None:
    """Without a journal the file system tells it once, goes on, and shows from memory what the disk has not got.

    Whoever is told it may be told to stop, or be killed, at that very moment.
    """
    disk = ThinDisk(memory, "-O", "^has_journal")
    with mounted(disk.medium):
        bench = bench_on(disk, tmp_path)
        kind, name = (Dir, "sync_filesystem") if shared else (SyncJob, "sync_folder")
        real, told = getattr(kind, name), list[OSError]()

        def flush(*given: Any) -> Any:
            if told:
                return real(*given)
            with disk.refusing():
                try:
                    return real(*given)
                except OSError as error:
                    told.append(error)
                    raise

        monkeypatch.setattr(push, "BATCH_FILES", SHARED_FROM)
        if not shared:
            monkeypatch.setattr(engine_flush, "_SHARE", frozenset())
        monkeypatch.setattr(push, "distrust", then)
        monkeypatch.setattr(kind, name, flush)
        for _ in range(3):  # what was refused may be told again, by a folder of its own
            with suppress(TaskFailedError, SystemExit):
                bench.sync()
            fence._stop.clear()
            monkeypatch.setattr(push, "distrust", distrust)
        bench.sync()
        disk.as_the_medium_has_it()
        assert len(told) == 1
        assert bench.nas_files() == FILES
        assert bench.sha256sum_check().returncode == 0


def test_a_journal_lost_in_silence_is_noticed_before_a_run_counts_as_verified(
    memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's flush was told; to ours the file system says that all is well, until something is changed."""
    disk = ThinDisk(memory)
    with mounted(disk.medium):
        bench = bench_on(disk, tmp_path)
        verify, repair, rename = sync_task._verify, sync_task.repair, publish.rename_noreplace
        path = "d1/f001"

        def damage_first(*given: Any) -> list[str]:
            with (bench.nas_run / path).open("r+b") as file:
                file.write(b"x")
                os.fsync(file.fileno())
            return verify(*given)

        def lose_the_journal(source: Dir, name: str, target: Dir, new_name: str) -> None:
            rename(source, name, target, new_name)
            if name != new_name:  # a copy got its name; an older version keeps its own
                with disk.refusing(), Dir.open(disk.medium.path) as nas, suppress(OSError):
                    nas.sync_filesystem()

        def healing(*given: Any) -> None:
            monkeypatch.setattr(publish, "rename_noreplace", lose_the_journal)
            repair(*given)

        monkeypatch.setattr(sync_task, "_verify", damage_first)
        monkeypatch.setattr(sync_task, "repair", healing)
        assert bench.sync_error().error_class is ErrorClass.TARGET
