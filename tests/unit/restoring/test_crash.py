"""Every step of a restore is the last one once; doing it again makes a whole of it, and nothing is written over."""

from __future__ import annotations

import shutil
from pathlib import Path

from exlab_wizard.runs.states import Lifecycle
from tests.support.crash import dies_at
from tests.support.restoring import RestoreBench

LEAST_POINTS = 30
FILES = {"empty.flag": b"", "frame_0001.tif": b"one" * 1000, "stack/deep/plane 1.raw": b"three" * 300}


def restoring_dies(bench: RestoreBench, point: int) -> bool:
    task = bench.restore_task()
    return dies_at(point, lambda: bench.restore_to_its_end(task))


def converges(bench: RestoreBench) -> str:
    """Restore as a restarted station does; whether names had been given when it died."""
    bench.assert_nothing_lost()
    half = bench.local_data()
    assert half.items() <= bench.files.items(), "a name never has other bytes than it should"
    data = bench.restore()
    assert data["files_restored"] == len(bench.files)
    assert bench.local_data() == bench.files
    assert bench.restoring_folders() == []
    bench.assert_no_temporaries()
    bench.write_ingest(Lifecycle.SYNC_VERIFIED)
    assert bench.cleared()["files_freed"] == len(bench.files)
    return "names" if half else "none"


def sweep(root: Path, points: range = range(1, 500), gone: bool = False) -> list[str]:
    ended = []
    for point in points:
        bench = RestoreBench(root / str(point), FILES)
        bench.clear_all()
        if gone:
            bench.lose_folder()
        if not restoring_dies(bench, point):
            return ended
        ended.append(converges(bench))
        shutil.rmtree(root / str(point))
    return ended


def test_dying_before_each_step(tmp_path: Path) -> None:
    ended = sweep(tmp_path)
    assert len(ended) >= LEAST_POINTS
    assert {"none", "names"} == set(ended)


def test_dying_before_each_step_where_the_folder_is_gone(tmp_path: Path) -> None:
    assert len(sweep(tmp_path, range(1, 16), gone=True)) == 15, "it is made anew in the first steps"


def test_dying_again_in_the_second_attempt(tmp_path: Path) -> None:
    for first, second in ((12, 8), (24, 16), (30, 5)):
        bench = RestoreBench(tmp_path / f"{first}-{second}", FILES)
        bench.clear_all()
        assert restoring_dies(bench, first)
        assert restoring_dies(bench, second)
        converges(bench)
