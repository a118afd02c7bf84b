"""Clearing and putting back what has the longest names there are."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clearing import ClearBench
from tests.support.crash import dies_at
from tests.support.far import tree_far, write_far

LONG = "n" * 255
FAR = ["d" * 255] * 20 + ["f" * 255]
POINTS = range(3, 60, 8)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[ClearBench]:
    bench = ClearBench(tmp_path, {LONG: b"long", "é" * 127 + "x": b"long in bytes", "plain.tif": b"plain"})
    write_far(bench.run, FAR, b"far")
    bench.files["/".join(FAR)] = b"far"
    bench.verify()
    yield bench
    subprocess.run(["rm", "-rf", str(tmp_path)], check=True)  # shutil cannot


def test_they_are_cleared(bench: ClearBench) -> None:
    assert tree_far(bench.nas_run) == bench.files
    assert bench.cleared()["files_freed"] == len(bench.files)
    assert os.listdir(bench.run) == [".exlab-wizard"]


@pytest.mark.parametrize("point", POINTS)
def test_a_clearing_cut_short_ends_well(bench: ClearBench, point: int) -> None:
    task = bench.clear_task(clearing_id="abc")
    dies_at(point, lambda: bench.run_to_its_end(task))
    bench.cleared(recover=True)
    assert all(map(bench.finish, bench.pending()))
    left = tree_far(bench.run)
    assert left in ({}, bench.files)
    assert tree_far(bench.nas_run) == bench.files


@pytest.mark.parametrize("point", POINTS)
def test_put_back_beside_names_taken_meanwhile(bench: ClearBench, point: int) -> None:
    """Nothing new is overwritten, nothing old is lost, though the names have no room for an ending."""
    task = bench.clear_task(clearing_id="abc")
    dies_at(point, lambda: bench.run_to_its_end(task))
    if not bench.pending():
        return
    moved = [name for name in (LONG, "plain.tif") if not (bench.run / name).exists()]
    for name in moved:
        (bench.run / name).write_bytes(b"new")
    (bench.control / "claim.json").write_text("{}")  # so that it cannot be finished and must be undone
    bench.cleared(recover=True)
    assert all(map(bench.finish, bench.pending()))
    here, there = tree_far(bench.run), tree_far(bench.nas_run)
    assert all(here[name] == b"new" for name in moved)
    assert all(data in here.values() or there[path] == data for path, data in bench.files.items())
