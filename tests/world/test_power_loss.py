"""The plug pulled: at a random change to a disk, staging, NAS or both lose what is not yet on their medium."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.figures import Effort
from tests.support.life import FILES, Life
from tests.support.machine import Medium, mounted, need
from tests.support.strace import Point, changes_of, dies_before, need_strace

pytestmark = pytest.mark.world
CUTS = (20, 100, 1_000)
_MIB = 400  # the least that mkfs.xfs takes, and a bit


class Room:
    """Two media, staging (with the state directory) and NAS, that can lose power."""

    def __init__(self, staging: Medium, nas: Medium) -> None:
        self.media = {"staging": staging, "nas": nas}
        self._count = 0

    def life(self) -> Life:
        """A fresh lab on both, with a run as an instrument left it, on the medium."""
        self._count += 1
        self.base = self.media["staging"].path / str(self._count)
        self.there = self.media["nas"].path / str(self._count)
        life = Life(self.base, nas=_made(self.there))
        for medium in self.media.values():
            medium.flush()
        return life

    def forget(self) -> None:
        for path in (self.base, self.there):
            shutil.rmtree(path)

    def cut(self, whose: str) -> None:
        """Power loss, and back again."""
        for name in ("staging", "nas") if whose == "both" else (whose,):
            self.media[name].lose_power()


def _made(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.fixture(params=["ext4", "xfs"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    need_strace()
    need("xfs_io", "mount", "sync")
    with ExitStack() as stack:
        media = [Medium(tmp_path, _MIB, name) for name in ("here", "there")]
        for medium in media:
            medium.format(request.param)
            stack.enter_context(mounted(medium))
        yield Room(*media)


@pytest.mark.timeout(7200)
def test_the_plug_pulled_at_any_moment(
    room: Room, tmp_path: Path, request: pytest.FixtureRequest, effort: Effort, figure: Callable[[str], None]
) -> None:
    points = changes_of(room.life().live, tmp_path / "trace.txt")
    chance, hits = random.Random(7), Counter[str]()
    for _ in range(effort.of(*CUTS)):
        whose = chance.choice(("staging", "nas", "both"))
        hits[whose] += cut_once(room, chance.choice(points), whose)
    kind = request.node.callspec.params["room"]
    figure(
        f"power loss, {kind}: {hits.total()} cuts {dict(hits)}, 0 files lost; used root, loop mounts, xfs_io, strace"
    )
    assert hits.total() >= 0.9 * effort.of(*CUTS)


def cut_once(room: Room, point: Point, whose: str) -> bool:
    """Die at the point, pull the plug at that instant, switch on again, recover; whether it died there."""
    life = room.life()
    died = dies_before(point, life.live)
    promised = bool(life.promise.counts()["complete"])
    life.check((point, whose, "before the cut"))
    room.cut(whose)
    if not promised:
        life.lab.push(life.run, FILES)  # nothing was promised yet: the instrument sends it again
        (life.folder / "hollow").mkdir(exist_ok=True)
    life.check((point, whose, "after the cut"))
    life.live()
    life.check_end((point, whose, "after recovery"))
    room.forget()
    return died


@pytest.mark.timeout(600)
@pytest.mark.parametrize("whose", ["staging", "nas", "both"])
def test_the_plug_pulled_when_all_is_told(room: Room, whose: str) -> None:
    """Cleared and told so: at this moment the NAS has the only copy, and it has to be on its medium."""
    life = room.life()
    life.live()
    room.cut(whose)
    life.check_end(whose)
    life.live()
    life.check_end(whose)
