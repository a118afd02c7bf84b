"""One flipped bit in any file the station believes, while it is down: refused, or cleared with the NAS copy whole.

`EXLAB_WIZARD_FLIPS=10` does ten times as many (1: about 70).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from exlab_wizard.api.models import OverviewRow
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.runs.paths import RunPath
from tests.station.conftest import Bench
from tests.support.command import exlab_wizard
from tests.support.lab import Lab
from tests.support.oracle import RunOracle
from tests.support.waiting import wait_for

TIMES = int(os.environ.get("EXLAB_WIZARD_FLIPS", "1"))
Place = Callable[[Lab, str], Path]


def state(lab: Lab, *parts: str) -> Path:
    return Path(lab.config.state_dir, *parts)


def key(run: str) -> str:
    return RunPath.parse(run).key


def control(root: Path, run: str, name: str) -> Path:
    return root / run / ".exlab-wizard" / name


OF_A_RUN: dict[str, Place] = {
    "ingest.json": lambda lab, run: control(lab.staging, run, "ingest.json"),
    "its checksums": lambda lab, run: control(lab.staging, run, "checksums.sha256"),
    "NAS ingest.json": lambda lab, run: control(lab.nas, run, "ingest.json"),
    "NAS checksums": lambda lab, run: control(lab.nas, run, "checksums.sha256"),
    "claim.json": lambda lab, run: control(lab.nas, run, "claim.json"),
    "records": lambda lab, run: state(lab, "records", f"{key(run)}.jsonl"),
    "manifest": lambda lab, run: state(lab, "manifests", f"{key(run)}.jsonl"),
    "token": lambda lab, run: state(lab, "locks", f"{key(run)}.token"),
}
OF_THE_STATION: dict[str, Place] = {
    "station.db": lambda lab, run: state(lab, "station.db"),
    "index.db": lambda lab, run: state(lab, "index.db"),
    "receipts.jsonl": lambda lab, run: state(lab, "receipts.jsonl"),
    "station.id": lambda lab, run: state(lab, "station.id"),
    "station.json": lambda lab, run: lab.staging / ".exlab-wizard" / "station.json",
    "leader.lock": lambda lab, run: lab.staging / ".exlab-wizard" / "leader.lock",
    ".exlab-nas.json": lambda lab, run: lab.nas / ".exlab-nas.json",
}


@dataclass(frozen=True)
class Flip:
    """One bit of one file turned over; `before` is the remedy "put it back from a backup"."""

    kind: str
    run: str
    path: Path
    at: int
    before: bytes

    def mend(self) -> None:
        self.path.write_bytes(self.before)


def flip(lab: Lab, kind: str, run: str, place: Place, source: random.Random) -> Flip:
    path = place(lab, run)
    before = path.read_bytes()
    at = source.randrange(len(before))
    data = bytearray(before)
    data[at] ^= 1 << source.randrange(8)
    path.write_bytes(data)
    return Flip(kind, run, path, at, before)


def files_of(number: int) -> dict[str, bytes]:
    return {"a.tif": b"%d" % number * 3000, "deep/b.tif": b"%d" % (number + 1) * 500}


def set_ledger_aside(lab: Lab) -> None:
    """As `exlab-wizard audit --set-aside` does."""
    config = lab.write_config()
    done = exlab_wizard("audit", "--set-aside", env={"EXLAB_WIZARD_CONFIG": str(config)})
    assert done.returncode in (0, 1), done.stderr


class Judge:
    """Asks for the clearing of a run and looks from outside at what became of it."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.numbers = bench, dict[str, int]()

    def verified(self, run: str) -> None:
        self.numbers[run] = len(self.numbers)
        self.bench.push(run, files_of(self.numbers[run]))

    def oracle(self, run: str) -> RunOracle:
        return RunOracle(self.bench.lab.staging, self.bench.lab.nas, run, files_of(self.numbers[run]))

    def row(self, run: str) -> OverviewRow | None:
        with suppress(StagingError):
            return self.bench.row(run)
        return None

    def ask(self, one: Flip) -> bool:
        """Ask for the clearing: done, with the NAS copy whole; or refused with a code and a sentence."""
        run = one.run
        try:
            self.bench.clear(run)
        except StagingError as error:
            assert error.code in set(Code) - {Code.INTERNAL_ERROR} and len(error.message) > 20
            assert not self.oracle(run).lost()
            if error.code == Code.LEDGER_DAMAGED:  # the remedy the message names
                set_ledger_aside(self.bench.lab)
            if error.code == Code.NAS_UNAVAILABLE and one.path.name in error.message:
                one.mend()
                wait_for(lambda: self.bench.station.overview().targets[0].state == "ok", 20)
            return False
        self.whole(run)
        return True

    def whole(self, run: str) -> None:
        assert self.oracle(run).all_on_nas() and not self.oracle(run).local_data()

    def ends_cleared(self, one: Flip) -> None:
        """Verified again by itself or by the remedy, then cleared; at no time is a byte lost."""
        run, mended = one.run, False
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.ask(one):
                return
            row = wait_for(lambda: self.rested(run), 30, f"{one}: {self.row(run)}")
            if row.current_state == "cleared":
                self.whole(run)
                return
            if row.current_state != "sync_verified":
                self.remedy(one, row, mended)
                mended = True
        raise AssertionError(f"{one} is never cleared: {self.row(run)}")

    def rested(self, run: str) -> OverviewRow | None:
        """The run's row once nothing goes on by itself."""
        row = self.row(run)
        if row is None:
            return None
        at_rest = row.current_state in ("sync_verified", "cleared") and row.job_id is None
        return row if at_rest or (row.needs_attention and row.job_id is None) else None

    def remedy(self, one: Flip, row: OverviewRow, mended: bool) -> None:
        """What the row says: put the file back, then press Force sync."""
        assert len(row.why) > 20 and row.next_step, one
        if not mended:
            one.mend()
        with suppress(StagingError):
            self.bench.force(one.run)


@pytest.mark.parametrize("seed", range(6 * TIMES))
def test_a_flipped_bit_in_a_file_of_a_run(bench: Bench, seed: int) -> None:
    judge, source = Judge(bench), random.Random(seed)
    runs = {kind: bench.lab.run_path(f"P {number}") for number, kind in enumerate(OF_A_RUN)}
    for run in runs.values():
        judge.verified(run)
    for run in runs.values():
        bench.wait("sync_verified", run)
    wait_for(lambda: all(OF_A_RUN["NAS ingest.json"](bench.lab, run).exists() for run in runs.values()), 10)
    flips: list[Flip] = []

    def harm() -> None:
        flips.extend(flip(bench.lab, kind, run, OF_A_RUN[kind], source) for kind, run in runs.items())

    bench.restart(harm)
    for one in flips:
        judge.ends_cleared(one)


@pytest.mark.parametrize("kind", OF_THE_STATION)
@pytest.mark.parametrize("seed", range(4 * TIMES))
def test_a_flipped_bit_in_a_file_of_the_station(bench: Bench, seed: int, kind: str) -> None:
    judge, run = Judge(bench), bench.lab.run_path()
    judge.verified(run)
    bench.wait("sync_verified", run)
    wait_for(lambda: bench.station.overview().targets[0].state == "ok", 10)
    bench.station.stop()
    one = flip(bench.lab, kind, run, OF_THE_STATION[kind], random.Random(seed))
    bench.station = type(bench.station)(bench.lab.config)
    bench.station.start()
    try:
        wait_for(bench._ready, 3)
    except AssertionError:  # a person puts the file back, as the refusal says
        problem = bench.station.unavailable
        assert problem is not None and one.path.name in problem.message, (one, problem)
        one.mend()
        wait_for(bench._ready, 20)
    judge.ends_cleared(one)
