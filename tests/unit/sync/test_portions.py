"""What is worked on together: so many bytes, but several big files on a local disk."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine import stream
from exlab_wizard.sync.engine.flush import can_share
from exlab_wizard.sync.engine.portions import LOAD_BYTES, Load
from exlab_wizard.sync.engine.stream import BIG_FILE
from tests.support.engine import Bench

GIB = 1 << 30
CORES = min(4, len(os.sched_getaffinity(0)))
several = pytest.mark.skipif(CORES < 2, reason="needs two processors")


@several
@pytest.mark.parametrize(
    ("local", "sizes", "files"),
    [
        (True, [LOAD_BYTES // 8] * 20, 8),
        (True, [BIG_FILE] * 20, CORES),
        (True, [BIG_FILE - 1] * 20, 3),
        (True, [GIB] * 20, 1),
        (True, [GIB // 2] * 20, 2),
        (True, [1, *[BIG_FILE] * 20], 1 + CORES),
        (False, [BIG_FILE] * 20, 2),
        (False, [GIB] * 20, 1),
        (False, [LOAD_BYTES // 8] * 20, 8),
    ],
)
def test_how_many_files_are_enough(local: bool, sizes: list[int], files: int) -> None:
    load = Load(local)
    for number, size in enumerate(sizes, 1):
        load.add(size)
        if load.full:
            assert number == files
            return
    raise AssertionError("never enough")


def test_a_very_big_file_waits_for_no_others() -> None:
    load = Load(local=True)
    assert load.takes(5 * GIB), "there is nothing to be finished first"
    load.add(BIG_FILE)
    assert load.takes(BIG_FILE) and load.takes(1) and not load.takes(GIB)


@several
def test_big_files_are_copied_and_read_back_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path)
    with Dir.open(bench.nas) as nas:
        if not can_share(nas):
            pytest.skip("needs a file system whose flush is one of every file")
    bench.write({f"{number}.bin": os.urandom(BIG_FILE) for number in range(4)})
    both, plain = threading.Barrier(2), stream._big

    def two_at_once(*more: Any) -> stream.Digest:
        both.wait(20)  # breaks where a second one does not come
        return plain(*more)

    monkeypatch.setattr(stream, "_big", two_at_once)
    assert bench.sync()["files_copied"] == 4
    assert bench.sha256sum_check().returncode == 0
