"""Folders arrive with the modes and times they have in staging; failing at that never fails a sync."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from exlab_wizard.sync.engine import folder_times
from tests.support.engine import Bench

NOON = 1_700_000_000_000_000_000


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.write({"stack/deep/1.raw": b"1", "stack/2.raw": b"2", "3.raw": b"3"})
    (bench.run / "empty").mkdir()
    for number, path in enumerate(("stack/deep", "stack", "empty")):
        (bench.run / path).chmod(0o710)
        os.utime(bench.run / path, ns=(NOON, NOON + number * 1_000_000_000))
    return bench


def seen(root: Path) -> dict[str, tuple[int, int]]:
    folders = {path: (root / path).stat() for path in ("stack/deep", "stack", "empty")}
    return {path: (stat.S_IMODE(info.st_mode), info.st_mtime_ns) for path, info in folders.items()}


def test_modes_and_times_arrive_and_hold_through_another_sync(bench: Bench) -> None:
    bench.sync()
    assert seen(bench.nas_run) == seen(bench.run)
    bench.write({"stack/deep/late.raw": b"late"})
    os.utime(bench.run / "stack/deep", ns=(NOON, NOON))
    bench.sync()
    assert seen(bench.nas_run) == seen(bench.run)


def test_a_folder_nobody_may_write_can_still_take_a_late_file(bench: Bench) -> None:
    (bench.run / "stack").chmod(0o555)
    bench.sync()
    assert stat.S_IMODE((bench.nas_run / "stack").stat().st_mode) == 0o755


def test_a_nas_that_keeps_neither_is_no_failure(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("not here")

    monkeypatch.setattr(folder_times.os, "fchmod", refuse)
    monkeypatch.setattr(folder_times, "_keep", refuse)
    assert bench.sync()["file_count"] == 3
