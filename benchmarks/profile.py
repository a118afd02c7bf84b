"""Owns where the engine's time goes: its two phases, and what the machine's cores do in each."""

from __future__ import annotations

import os
import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.engine import Worker, placed
from benchmarks.figures import Figure, Settings
from benchmarks.work import WORKS, Work, cool, generate, warm
from exlab_wizard.sync.tasks import ProbeTask, Progress

_TICKS = os.sysconf("SC_CLK_TCK")
_PHASES = ("copying", "verifying")


class Moment(NamedTuple):
    """A time by the clock, and the seconds that all cores together have spent until then."""

    clock: float
    programs: float
    system: float
    disk: float  # with nothing to do but to wait for one
    idle: float

    @classmethod
    def now(cls) -> Moment:
        """This one. Interrupts count as the system's."""
        first = Path("/proc/stat").read_text().partition("\n")[0]
        user, nice, system, idle, disk, *interrupts = (int(field) / _TICKS for field in first.split()[1:8])
        return cls(time.perf_counter(), user + nice, system + sum(interrupts), disk, idle)


class Phase(NamedTuple):
    """What one phase took: seconds, and the shares (percent) of all cores' time."""

    seconds: float
    programs: float
    system: float
    disk: float
    idle: float

    @classmethod
    def between(cls, begin: Moment, end: Moment) -> Phase:
        """What the cores did from one moment to another."""
        spent = [after - before for before, after in zip(begin[1:], end[1:], strict=True)]
        whole = max(sum(spent), 1 / _TICKS)
        return cls(end.clock - begin.clock, *(100 * part / whole for part in spent))


def profile(settings: Settings) -> list[Figure]:
    """Each work by the engine alone, its source in memory; the rest of the machine has to be quiet."""
    return [figure for work in WORKS for figure in _figures(work.name, _rounds(work.scaled(settings.scale), settings))]


def _rounds(work: Work, settings: Settings) -> dict[str, list[Phase]]:
    base = settings.work / work.name
    data, found = base / "data", defaultdict[str, list[Phase]](list)
    generate(work, data)
    for number in range(settings.repeat):
        cool(data)
        warm(data)
        for name, phase in _phases(data, base / f"nas-{number}", base / f"place-{number}"):
            found[name].append(phase)
            settings.log(
                f"   {work.name} {name:9} {phase.seconds:5.2f} s; cores: programs {phase.programs:.0f} %, "
                f"system {phase.system:.0f} %, waiting for the disk {phase.disk:.0f} %, idle {phase.idle:.0f} %"
            )
    shutil.rmtree(data)
    return found


def _phases(data: Path, nas: Path, place: Path) -> Iterator[tuple[str, Phase]]:
    moments: dict[str, Moment] = {}

    def heard(progress: Progress) -> None:
        if progress.phase not in moments:
            moments[progress.phase] = Moment.now()

    with Worker() as worker, placed(data, nas, place) as task:
        worker.run(ProbeTask("warm", 1, "", task.place))
        worker.run(task, heard)
        moments[""] = Moment.now()
    ends = [*list(moments)[1:], ""]
    for name, end in zip(moments, ends, strict=False):
        if name in _PHASES:
            yield name, Phase.between(moments[name], moments[end])


def _figures(work: str, found: dict[str, list[Phase]]) -> Iterator[Figure]:
    for name, phases in found.items():
        yield Figure("profile", f"{work}, {name}", "s", [phase.seconds for phase in phases])
        for part in ("programs", "system", "disk", "idle"):
            yield Figure(
                "profile", f"{work}, {name}: all cores, {part}", "%", [getattr(phase, part) for phase in phases]
            )
