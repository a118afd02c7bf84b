"""Every step of a clearing is the last one once; recovery has to make a whole of it again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.clearing import ClearBench
from tests.support.crash import dies_at

LEAST_POINTS = 45


def converges(bench: ClearBench) -> str:
    """Recover as a restarted station does; how it ended. Nothing may be lost, nothing may be left over."""
    bench.assert_nothing_lost()
    data = bench.cleared(recover=True)
    bench.assert_nothing_lost()
    if data.get("undone"):
        assert "partial" not in data
        assert bench.local_data() == bench.files
        ended = "undone"
        data = bench.cleared()
    else:
        ended = "finished"
    assert data["files_freed"] == len(bench.files)
    assert data["bytes_freed"] == sum(map(len, bench.files.values()))
    assert bench.local_data() == {}
    assert all(map(bench.finish, bench.pending()))
    assert bench.nas_files() == bench.files
    assert bench.events()[-1] == bench.events(bench.control)[-1] == "cleared"
    bench.assert_no_temporaries()
    assert not list(bench.run_control.glob("clearing-*"))
    return ended


def clearing_dies(bench: ClearBench, point: int, **more: Any) -> bool:
    task = bench.clear_task(**more)
    return dies_at(point, lambda: bench.run_to_its_end(task))


def sweep(root: Path, crash: Callable[[ClearBench, int], bool], check: Callable[[ClearBench], str]) -> list[str]:
    """Die before change 1, 2, 3, ... until the work gets through; how each recovery ended."""
    ended = []
    for point in range(1, 500):
        bench = ClearBench(root / str(point))
        bench.verify()
        if not crash(bench, point):
            return ended
        ended.append(check(bench))
        shutil.rmtree(root / str(point))
    raise AssertionError("the work never came to its end")


def test_dying_before_each_step_of_a_clearing(tmp_path: Path) -> None:
    ended = sweep(tmp_path, clearing_dies, converges)
    assert len(ended) >= LEAST_POINTS
    first = ended.index("finished")
    assert set(ended[:first]) == {"undone"}
    assert set(ended[first:]) == {"finished"}


def _dies_in_recovery(first: int) -> Callable[[ClearBench, int], bool]:
    def crash(bench: ClearBench, point: int) -> bool:
        assert clearing_dies(bench, first)
        return clearing_dies(bench, point, recover=True)

    return crash


@pytest.mark.parametrize("first", [19, 41])
def test_dying_again_in_recovery(tmp_path: Path, first: int) -> None:
    ended = sweep(tmp_path, _dies_in_recovery(first), converges)
    assert len(ended) >= 8


def _given_up(bench: ClearBench) -> str:
    """Recovery without a NAS: what is left is back, the run is whole again together with the NAS."""
    away = bench.nas.rename(bench.nas.with_name("away"))
    bench.nas.mkdir()
    data = bench.cleared(recover=True)
    bench.nas.rmdir()
    away.rename(bench.nas)
    assert data.get("undone")
    assert bench.pending() == []
    bench.assert_nothing_lost()
    assert not list(bench.run_control.glob("clearing-*"))
    left = bench.local_data()
    assert left.items() <= bench.files.items()
    if len(left) < len(bench.files):
        assert data["partial"]
    bench.verify(previous_digest=bench.verified["manifest_digest"])
    assert bench.cleared()["files_freed"] == len(left)
    return "partial" if data.get("partial") else "undone"


def test_a_nas_that_is_gone_at_recovery(tmp_path: Path) -> None:
    def crash(bench: ClearBench, point: int) -> bool:
        return clearing_dies(bench, 10 + 4 * point)

    def check(bench: ClearBench) -> str:
        held = [path for path in bench.run_control.glob("clearing-*/*/**/*") if path.is_file()]
        return _given_up(bench) if held else "all gone"

    ended = sweep(tmp_path, crash, check)
    assert {"undone", "partial"} <= set(ended)


def test_the_sweep_would_see_a_loss(tmp_path: Path) -> None:
    """The oracle itself: bytes that are nowhere are noticed."""
    bench = ClearBench(tmp_path)
    bench.verify()
    bench.cleared()
    (bench.nas_run / "frame_0001.tif").write_bytes(b"rot")
    with pytest.raises(AssertionError, match=r"frame_0001\.tif"):
        bench.assert_nothing_lost()
