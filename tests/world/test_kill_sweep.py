"""kill -9 before every system call that can change a disk, over the whole life of a run; and again during recovery."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.figures import Effort
from tests.support.life import Life
from tests.support.strace import Point, changes_of, dies_before, need_strace

pytestmark = [pytest.mark.world, pytest.mark.sweep]
LEAST_POINTS, PAIRS = 500, (40, 200, 5_000)
_SHARDS = 4


def points_of_a_life(base: Path) -> list[Point]:
    """Every state-changing system call of a run that is completed, synced, verified, cleared and told."""
    need_strace()
    life = Life(base / "counted")
    found = changes_of(life.live, base / "trace.txt")
    life.check_end("the counted life")
    return found


def die_and_recover(base: Path, first: Point, second: Point | None = None) -> bool:
    """Die before `first`, maybe die again before `second` in recovery, then recover; whether all deaths happened."""
    life = Life(base)
    died = dies_before(first, life.live)
    life.check((first, "after the kill"))
    if second is not None:
        died = dies_before(second, life.live) and died
        life.check((first, second, "after the second kill"))
    life.live()
    life.check_end((first, second))
    shutil.rmtree(base)
    return died


@pytest.mark.timeout(600)
@pytest.mark.parametrize("shard", range(_SHARDS))
def test_killed_before_every_change_to_a_disk(
    quick_path: Path, figure: Callable[[str], None], shard: int, effort: Effort
) -> None:
    points = points_of_a_life(quick_path)
    assert len(points) >= LEAST_POINTS
    mine = points[shard :: _SHARDS * effort.of(4, 1, 1)]
    died = sum(die_and_recover(quick_path / str(number), point) for number, point in enumerate(mine))
    assert died >= len(mine) * 0.97  # the counts of a life differ by a few from one to the next
    figure(f"kill -9, shard {shard}: {died} of {len(points)} points, 0 bytes lost, all converged; used strace")


@pytest.mark.timeout(7200)
def test_killed_again_during_recovery(quick_path: Path, figure: Callable[[str], None], effort: Effort) -> None:
    points = points_of_a_life(quick_path)
    chance = random.Random(1)
    wanted, pairs, tried = effort.of(*PAIRS), 0, 0
    while pairs < wanted:
        tried += 1
        assert tried < 3 * wanted, f"only {pairs} of {tried} lives were killed twice"
        first, second = chance.choice(points), _early(chance, points)
        pairs += die_and_recover(quick_path / str(tried), first, second)
    figure(f"kill -9 twice: {pairs} pairs ({tried} tried), 0 bytes lost, all converged; used strace")


def _early(chance: random.Random, points: list[Point]) -> Point:
    """A point that recovery is likely to reach: it does not do the whole life again."""
    return points[min(int(chance.expovariate(4) * len(points)), len(points) - 1)]
