"""The plug pulled: at a random change to a disk, staging, NAS or both lose what is not yet on their medium."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.support.driver import Driver, inline
from tests.support.figures import Effort
from tests.support.life import FILES, Life
from tests.support.machine import Medium, mounted, need
from tests.support.pieces import open_store
from tests.support.strace import Point, changes_of, dies_before, need_strace

pytestmark = [pytest.mark.world, pytest.mark.sweep]
CUTS = (20, 100, 1_000)
_MIB = 400  # the least that mkfs.xfs takes, and a bit


class Room:
    """Two media, staging (with the state directory) and NAS, that can lose power."""

    def __init__(self, staging: Medium, nas: Medium) -> None:
        self.media = {"staging": staging, "nas": nas}
        self._count = 0

    def life(self, *, flushed: bool = True) -> Life:
        """A fresh lab on both, with a run as an instrument left it; on the medium, or mostly in memory still."""
        self._count += 1
        self.base = self.media["staging"].path / str(self._count)
        self.there = self.media["nas"].path / str(self._count)
        life = Life(self.base, nas=_made(self.there))
        for medium in self.media.values() if flushed else ():
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


def killed_after(work: Callable[[], object]) -> None:
    """Do it in a child that ends without any clean-up: what it closed nothing of is what it got told to be durable."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_plug_of_staging_pulled_once_a_run_is_complete(room: Room) -> None:
    """An instrument's bytes are in memory only; from "complete" on they are promised, and the NAS has none of them."""
    life = room.life(flushed=False)

    def looked_at() -> None:
        with inline():
            driver = Driver(life.lab.config)
            while driver.state(life.run) not in ("complete", "sync_queued"):
                driver.look()

    killed_after(looked_at)
    assert life.promise.counts()["complete"] == 1
    life.check("before the cut")
    room.cut("staging")
    life.check("after the cut")
    life.live()
    life.check_end("after recovery")


def test_the_plug_pulled_once_the_database_has_acknowledged(room: Room) -> None:
    """A fencing token that was given out must never be given out again."""
    folder = _made(room.media["staging"].path / "state")

    def numbered() -> None:
        store = open_store(folder)
        assert [store.next_number("token") for _ in range(3)] == [1, 2, 3]

    killed_after(numbered)
    room.cut("staging")
    with closing(open_store(folder)) as store:
        assert store.next_number("token") == 4
