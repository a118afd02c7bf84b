"""Instruments, people, faults and clocks in any order: nothing is ever lost, and in the end everything arrives."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.driver import Driver, inline
from tests.support.figures import Effort
from tests.support.little_world import STAMPS, World

SHARDS, EXAMPLES, STEPS = 2, (26, 130, 2_600), 50
pytestmark = pytest.mark.sweep
LEAST_STEPS = (1_200, 10_000, 200_000)
DEPTH = {
    "sync_verified": 300,
    "clear": 150,
    "restore": 30,
    "crashed": 80,
    "audited": 100,
}  # in each shard of the table

RUNS = st.integers(0, 2)
NAMES = st.sampled_from(["a.tif", "deep/b.raw", "deep/er/c d.txt"])
SIZES = st.integers(1, 3)
DAMAGE = st.sampled_from(["cut", "flip", "empty"])
BELIEVED = st.sampled_from(["ingest.json", "NAS ingest.json", "manifest", "records", "receipts", "database"])
DEEDS: dict[str, Callable[[Driver, str], object]] = {
    "sync": lambda driver, run: driver.settle(rounds=3),
    "clear": lambda driver, run: driver.clear(run),
    "restore": lambda driver, run: driver.leader.commands.restore(run, "kim"),
    "verify": lambda driver, run: driver.leader.commands.verify(run, "kim"),
}


class StagingMachine(RuleBasedStateMachine):
    """One lab, two instruments, three runs, one or two servers, a NAS that comes and goes."""

    base = Path()
    happened: Counter[str]

    @initialize(damaging=st.sampled_from([False, False, True]), far=st.lists(st.integers(0, 4), min_size=3, max_size=3))
    def begin(self, damaging: bool, far: list[int]) -> None:
        """Each run is somewhere on its way: not there, pushed, verified, cleared, restored."""
        self.damaging = damaging  # without damage every run has to arrive
        self.stack = ExitStack()
        self.stack.enter_context(inline())
        folder = tempfile.mkdtemp(dir=self.base)
        self.stack.callback(shutil.rmtree, folder)
        self.world = World(Path(folder, "lab"), self.happened)
        self.stack.callback(self.world.shut)
        for number in (number for number in range(3) if far[number]):
            self.push(number, [2, 1, 3], done=True)
            self.world.bring(self.run_of(number), far[number])

    @invariant()
    def nothing_is_lost(self) -> None:
        self.happened["step"] += 1
        self.world.check()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            with self.stack:
                self.world.end()

    def run_of(self, number: int) -> str:
        return self.world.runs[number]

    # instruments

    @rule(number=RUNS, sizes=st.lists(SIZES, min_size=1, max_size=3), done=st.booleans())
    def push(self, number: int, sizes: list[int], done: bool) -> None:
        run = self.run_of(number)
        for name, size in zip(["a.tif", "deep/b.raw", "deep/er/c d.txt"], sizes, strict=False):
            self.world.write(run, name, self.world.news(size))
        if done:
            self.world.signal(run)

    @rule(number=RUNS, name=NAMES, size=SIZES)
    def write(self, number: int, name: str, size: int) -> None:
        self.world.write(self.run_of(number), name, self.world.news(size))

    @rule(number=RUNS, name=NAMES, how=st.sampled_from(["append", "truncate", "same size", "same times"]))
    def change(self, number: int, name: str, how: str) -> None:
        run = self.run_of(number)
        data = self.world.data(run).get(name)
        if data is None:
            return
        new = {"append": data + self.world.news(1), "truncate": data[: len(data) // 2]}.get(how)
        content = self.world.news(len(data) // 8) + data[: len(data) % 8] if new is None else new
        self.world.write(run, name, content, keep_times=how == "same times")

    @rule(number=RUNS, name=NAMES)
    def delete(self, number: int, name: str) -> None:
        if name in self.world.data(self.run_of(number)):
            self.world.delete(self.run_of(number), name)

    @rule(number=RUNS, kind=st.sampled_from(["good", "good", "no hashes", "wrong hash", "wrong size"]))
    def signal(self, number: int, kind: str) -> None:
        self.world.signal(self.run_of(number), kind)

    @rule(number=RUNS)
    def new_folder(self, number: int) -> None:
        (self.world.folder(self.run_of(number)) / "hollow" / "er").mkdir(parents=True, exist_ok=True)

    @rule(number=RUNS, name=NAMES, mode=st.sampled_from([0o600, 0o644, 0o444]))
    def touch(self, number: int, name: str, mode: int) -> None:
        path = self.world.folder(self.run_of(number)) / name
        if path.exists():
            path.chmod(mode)
            path.touch()

    @rule(number=RUNS, stamp=st.sampled_from(STAMPS))
    def rename(self, number: int, stamp: str) -> None:
        self.world.rename(number, stamp)

    @rule(number=RUNS)
    def take_away(self, number: int) -> None:
        self.world.take_away(self.run_of(number))

    @rule()
    def bring_back(self) -> None:
        for number in range(3):
            self.world.bring_back(self.run_of(number))

    # the station

    @rule()
    def look(self) -> None:
        self.world.driver.look()

    @rule()
    def step(self) -> None:
        self.world.driver.step()

    @rule()
    def settle(self) -> None:
        self.world.settle()

    @rule()
    def restart(self) -> None:
        self.world.close()
        self.world.open()

    @rule(number=RUNS, size=SIZES, deed=st.sampled_from(sorted(DEEDS)), point=st.integers(1, 110))
    def crash(self, number: int, size: int, deed: str, point: int) -> None:
        """While there is something to do: new data, a verified run to clear, a cleared one to restore."""
        run = self.run_of(number)
        if deed == "sync":
            self.push(number, [size], done=True)
        else:
            self.world.bring(run, 3 if deed == "restore" else 2)
        self.world.check()
        self.world.crash(point, lambda driver: DEEDS[deed](driver, run))

    @rule()
    def follow(self) -> None:
        self.world.follow()

    # people

    @rule(number=RUNS, incomplete=st.booleans())
    def force(self, number: int, incomplete: bool) -> None:
        self.world.command("force_sync", self.run_of(number), even_if_incomplete=incomplete)

    @rule(number=RUNS, verb=st.sampled_from(["clear", "restore", "verify", "acknowledge", "retry"]))
    def ask(self, number: int, verb: str) -> None:
        self.world.command(verb, self.run_of(number))

    @rule(number=RUNS, wide=st.sampled_from(["run", "equipment", "all"]))
    def pause(self, number: int, wide: str) -> None:
        self.world.pause(self.run_of(number), wide)

    @rule()
    def resume(self) -> None:
        self.world.resume()

    @rule(number=RUNS, far=st.integers(1, 4))
    def bring(self, number: int, far: int) -> None:
        self.world.bring(self.run_of(number), far)

    @rule()
    def audit(self) -> None:
        self.world.audit()

    # faults

    @rule(what=st.sampled_from(["right", "right", "nothing", "another"]))
    def mount(self, what: str) -> None:
        self.world.mount(what)

    @rule(hours=st.sampled_from([0, 0, 26, 24 * 9, -26, -24 * 9]))
    def set_clock(self, hours: int) -> None:
        self.world.jump(hours)

    @precondition(lambda self: self.damaging)
    @rule(number=RUNS, name=NAMES, how=st.sampled_from(["flip", "cut", "gone"]))
    def spoil(self, number: int, name: str, how: str) -> None:
        if (self.world.disk / self.run_of(number) / name).exists():
            self.world.spoil(self.run_of(number), name, how)

    @precondition(lambda self: self.damaging)
    @rule(what=BELIEVED, number=RUNS, how=DAMAGE)
    def damage(self, what: str, number: int, how: str) -> None:
        self.world.damage(what, self.run_of(number), how)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_anything_in_any_order(quick_path: Path, figure: Callable[[str], None], effort: Effort, shard: int) -> None:
    class Machine(StagingMachine):
        base, happened = quick_path, Counter[str]()

    chosen = settings(
        max_examples=effort.of(*EXAMPLES),
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(shard)(Machine), settings=chosen)
    happened = Machine.happened
    counts = ", ".join(f"{happened[what]} {what}" for what in DEPTH)
    figure(f"state machine, shard {shard}: {happened['step']} steps ({counts}), 0 lost, all arrived")
    assert happened["step"] >= effort.of(*LEAST_STEPS) // SHARDS
    assert effort is Effort.QUICK or all(happened[what] >= least for what, least in DEPTH.items()), happened
