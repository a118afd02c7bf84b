"""Owns how cost grows: time and memory against files, bytes, runs and history, each over three decades."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import Figure, Settings
from benchmarks.product import SENTINEL, Product, Target, creation
from benchmarks.small_runs import check
from benchmarks.usage import peak_mib

_BENCHMARK = "growth"
_EQUIPMENT = "CONFOCAL_01"
_EXPONENT = 1.05
_DECADES = 3
_MIB = 1 << 20
_SMALL_FILE = 1 << 10
_WARM_RUNS = 20
_REPEAT_BELOW_SECONDS = 0.5  # of CPU: what costs less is measured three times, the counter has steps of 10 ms


class Point(NamedTuple):
    """One measurement: what it cost, and the most memory that any process has had by then."""

    cpu_seconds: float
    seconds: float
    peak_mib: float


class Axis(NamedTuple):
    """What grows, up to how much at scale 1, and one measurement of it in a station of its own."""

    name: str
    most: int
    measure: Callable[[Bench, int], Point]


def growth(settings: Settings) -> list[Figure]:
    """The exponent of CPU seconds and of peak memory along each axis, in its last decade."""
    return [figure for axis in _axes() for figure in _along(axis, settings)]


def _axes() -> list[Axis]:
    return [
        Axis("files in a run", 10_000, lambda bench, amount: bench.one_run([_SMALL_FILE] * amount)),
        Axis("MiB in a run", 1_000, lambda bench, amount: bench.one_run([amount * _MIB])),
        Axis("runs", 1_000, lambda bench, amount: bench.many_runs(amount)),
        Axis("entries of a run's history", 1_000, lambda bench, amount: bench.one_run([_SMALL_FILE], history=amount)),
    ]


def _along(axis: Axis, settings: Settings) -> list[Figure]:
    base = settings.work / "".join(letter if letter.isalnum() else "-" for letter in axis.name)
    amounts = sorted({max(1, round(axis.most * settings.scale / 10**below)) for below in range(_DECADES + 1)})
    with Product(base, [Target(_EQUIPMENT, base / "nas")]) as product:
        bench = Bench(product)
        bench.many_runs(_WARM_RUNS)  # every worker is there, with its modules loaded
        points = [_median(axis, bench, amount) for amount in amounts]
    for amount, point in zip(amounts, points, strict=True):
        settings.log(
            f"{amount:>6} {axis.name}: {point.cpu_seconds:.2f} s CPU, {point.seconds:.2f} s, {point.peak_mib:.0f} MiB"
        )
    cpu, memory = [point.cpu_seconds for point in points], [point.peak_mib for point in points]
    return [
        _figure(f"CPU against {axis.name}", amounts, cpu, "s"),
        _figure(f"peak memory against {axis.name}", amounts, memory, "MiB"),
    ]


def _median(axis: Axis, bench: Bench, amount: int) -> Point:
    points = [axis.measure(bench, amount)]
    if points[0].cpu_seconds < _REPEAT_BELOW_SECONDS:
        points += [axis.measure(bench, amount) for _ in range(2)]
    return sorted(points, key=lambda point: point.cpu_seconds)[len(points) // 2]


def _figure(name: str, amounts: Sequence[int], costs: Sequence[float], unit: str) -> Figure:
    """The exponent of the last decade, where what is fixed counts least; that over all decades beside it."""
    details: dict[str, float | str] = {
        f"at {amount} ({unit})": cost for amount, cost in zip(amounts, costs, strict=True)
    }
    details["exponent over all"] = exponent(amounts, costs)
    return Figure(_BENCHMARK, name, "exponent", [exponent(amounts[-2:], costs[-2:])], _EXPONENT, details=details)


def exponent(amounts: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of the straight line through the logarithms: 1 is proportional, 2 quadratic, 0 a fixed cost."""
    across, up = [math.log(amount) for amount in amounts], [math.log(max(cost, 0.005)) for cost in costs]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    spread = sum((one - middle) ** 2 for one in across)
    return sum((a - middle) * (b - height) for a, b in zip(across, up, strict=True)) / spread if spread else 0.0


class Bench:
    """A station to which runs are brought while it is held; what is measured begins when it is let go."""

    def __init__(self, product: Product) -> None:
        self._product, self._count = product, 0

    def one_run(self, sizes: Sequence[int], history: int = 0) -> Point:
        """One run with files of these sizes, and with so much of a history behind it."""
        return self._synced([self._data(sizes)], history)

    def many_runs(self, amount: int) -> Point:
        """So many runs of one small file."""
        return self._synced([self._data([_SMALL_FILE]) for _ in range(amount)])

    def _synced(self, folders: list[Path], history: int = 0) -> Point:
        product = self._product
        product.client.pause()
        runs = [self._bring(folder, history) for folder in folders]
        product.wait_all(runs, "sync_queued")
        cpu, began = product.cpu_seconds(), time.perf_counter()
        product.client.resume()
        product.wait_all(runs, "sync_verified")
        seconds, spent = time.perf_counter() - began, product.cpu_seconds() - cpu
        for run in runs:
            check(product, run)
        return Point(spent, seconds, max(map(peak_mib, product.pids())))

    def _data(self, sizes: Sequence[int]) -> Path:
        """A folder with files of these sizes, a hundred in a directory."""
        self._count += 1
        folder = self._product.base / "data" / f"{self._count}"
        folder.mkdir(parents=True)
        for number, size in enumerate(sizes):
            path = folder / f"part_{number // 100:03d}" / f"frame_{number:05d}.tif"
            path.parent.mkdir(exist_ok=True)
            with path.open("wb") as file:
                for start in range(0, size, _MIB):
                    file.write(os.urandom(min(_MIB, size - start)))
        return folder

    def _bring(self, data: Path, history: int) -> str:
        """Move it into staging as a finished run; with `history` as one that had been elsewhere for long."""
        number = int(data.name)
        run_path = f"{_EQUIPMENT}/GROWTH/Runs/Run_2026-04-{number // 60 + 1:02d}T10-{number % 60:02d}"
        control = data / ".exlab-wizard"
        control.mkdir()
        (control / "creation.json").write_text(json.dumps(creation(run_path)))
        if history:
            (control / "ingest.json").write_text(json.dumps(_ingest(history)))
        (data / SENTINEL).touch()
        run = self._product.staging / run_path
        run.parent.mkdir(parents=True, exist_ok=True)
        data.rename(run)
        return run_path


def _ingest(entries: int) -> dict[str, object]:
    """What another station wrote of a run that was opened again and again."""
    history = [{"state": "staging", "at": "2026-04-17T14:35:00Z", "host": "labpc-04", "reason": "late_data"}] * entries
    return {"schema_version": "1.1", "run_path": "elsewhere", "current_state": "staging", "history": history}
