"""Many files made durable with one flush: what is refused is never published, and every copy is made again."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine import flush, prepare, publish, push
from exlab_wizard.sync.engine.flush import SHARED_FROM, can_share
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.sync_task import run_sync
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.engine import Bench

FILES = {f"d{number % 3}/f{number:02}": b"%d" % number * 500 for number in range(SHARED_FROM + 8)}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.write(FILES)
    with Dir.open(made.nas) as nas:
        if not can_share(nas):
            pytest.skip("needs a file system whose flush is one of every file (ext4, xfs, btrfs, tmpfs)")
    return made


def refusing(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, at: int) -> list[int]:
    """The `at`-th call of `module.name` fails with EIO; the list holds one entry a call."""
    real: Callable[..., object] = getattr(module, name)
    calls: list[int] = []

    def call(*args: object) -> object:
        calls.append(1)
        if len(calls) == at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(*args)

    monkeypatch.setattr(module, name, call)
    return calls


def copied_alone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that are copied with a flush of their own from now on."""
    paths: list[str] = []
    copy_file = prepare.copy_file

    def noted(source: Any, *more: Any) -> Any:
        paths.append(source.path)
        return copy_file(source, *more)

    monkeypatch.setattr(prepare, "copy_file", noted)
    return paths


def names_given(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths in the order they are recorded as ours, just before they get their names."""
    paths: list[str] = []
    intent = publish._intent

    def noted(one: prepare.Prepared) -> Any:
        paths.append(one.item.source.path)
        return intent(one)

    monkeypatch.setattr(publish, "_intent", noted)
    return paths


def test_the_copies_are_flushed_before_the_first_name_is_given(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real, rename = Dir.sync_filesystem, publish.rename_noreplace

    def whole(folder: Dir) -> None:
        order.append("flush")
        real(folder)

    def name(source: Dir, temporary: str, *more: Any) -> None:
        order.append("name")
        rename(source, temporary, *more)

    monkeypatch.setattr(Dir, "sync_filesystem", whole)
    monkeypatch.setattr(publish, "rename_noreplace", name)
    bench.sync()
    assert order[: len(FILES) + 1] == ["flush"] + ["name"] * len(FILES)


@pytest.mark.parametrize(
    ("where", "name", "at"), [(Dir, "sync_filesystem", 1), (flush, "check_written", 5)], ids=["whole", "file"]
)
def test_when_any_is_refused_all_are_copied_again_and_flushed_one_by_one(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, at: int
) -> None:
    calls = refusing(monkeypatch, where, name, at)
    again = copied_alone(monkeypatch)
    bench.sync()
    assert calls and sorted(again) == sorted(FILES)
    assert bench.nas_files() == FILES
    bench.assert_no_temporaries()


def test_what_a_refused_flush_was_for_is_made_anew_and_what_was_flushed_before_stays(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = {f"late {turn}/f{number:02}": b"%d" % turn * 700 for turn in (1, 2) for number in range(SHARED_FROM)}
    bench.write(late)
    monkeypatch.setattr(push, "BATCH_FILES", SHARED_FROM)
    flushes = refusing(monkeypatch, Dir, "sync_filesystem", 3)
    given = names_given(monkeypatch)
    again = copied_alone(monkeypatch)
    bench.sync()
    assert len(flushes) == 3
    proven, doubtful = given[:SHARED_FROM], given[SHARED_FROM : 2 * SHARED_FROM]
    assert {*again} == {*FILES, *late} - {*proven}
    assert {*bench.superseded()} == {*doubtful}
    assert bench.nas_files() == {**FILES, **late}
    bench.assert_no_temporaries()


def test_folders_made_before_a_refused_flush_are_made_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[int] = set()

    def refuse(folder: Dir) -> None:
        seen.update(path.stat().st_ino for path in bench.nas_run.glob("d*"))
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Dir, "sync_filesystem", refuse)
    bench.sync()
    assert len(seen) == 3
    assert not seen & {path.stat().st_ino for path in bench.nas_run.glob("d*")}
    assert bench.nas_files() == FILES


def test_names_whose_folder_was_refused_its_flush_are_given_anew(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    refusing(monkeypatch, SyncJob, "sync_folder", 1)
    bench.sync()
    assert (bench.superseded(), bench.nas_files()) == (FILES, FILES)


def test_where_no_flush_is_shared_they_are_given_anew_by_the_next_attempt(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flush, "_SHARE", frozenset())
    refusing(monkeypatch, SyncJob, "sync_folder", 1)
    assert bench.sync_error().error_class is ErrorClass.TARGET
    assert (bench.superseded(), bench.nas_files()) == (FILES, {})
    assert bench.sync()["files_copied"] == len(FILES)
    assert bench.nas_files() == FILES


def test_a_close_that_tells_of_refused_bytes_has_that_file_copied_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refused = prepare._closed, list[int]()

    def closed(fd: int) -> bool:
        first = not refused
        refused.append(fd)
        return real(fd) and not first

    monkeypatch.setattr(prepare, "_closed", closed)
    again = copied_alone(monkeypatch)
    bench.sync()
    assert (len(again), bench.nas_files()) == (1, FILES)


def test_where_a_flush_cannot_be_shared_every_file_has_its_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flush, "_SHARE", frozenset())
    again = copied_alone(monkeypatch)
    bench.sync()
    assert sorted(again) == sorted(FILES)
    assert bench.nas_files() == FILES


def test_a_stop_between_copies_gives_every_descriptor_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    task = bench.task()
    before = len(os.listdir("/proc/self/fd"))
    real, count = prepare.check_given, iter(range(1000))

    def stop(*args: Any) -> None:
        if next(count) == 10:
            raise KeyError("stop")
        real(*args)

    monkeypatch.setattr(prepare, "check_given", stop)
    with pytest.raises(KeyError):
        run_sync(task, bench.messages.append)
    assert len(os.listdir("/proc/self/fd")) <= before
    assert bench.nas_files() == {}
