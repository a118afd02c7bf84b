"""Owns how long small runs take through the product: one of them, and a thousand that wait."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks.figures import Figure, Settings
from benchmarks.product import Product, Target, checksums_of

_BENCHMARK = "small_runs"
_EQUIPMENT = "CONFOCAL_01"
_TINY_SECONDS, _RUNS_A_SECOND = 1.0, 50.0
_TINY_BYTES = (512 << 10, 384 << 10, 128 << 10)  # 1 MiB in three files
_SMALL_BYTES = (8 << 10, 4 << 10, 1 << 10)
_RUNS = 1000
_TINY_ROUNDS = 10
_WORKERS = (1, 2, 4)


class ResultError(RuntimeError):
    """The product said "verified" of something that is not on the NAS as it is in staging."""


def small_runs(settings: Settings) -> list[Figure]:
    """One tiny run alone, several times; then many small ones, with one, two and four workers."""
    settings.work.mkdir(parents=True, exist_ok=True)
    figures = [_tiny(settings)]
    for workers in _WORKERS:
        figures += _many(settings, workers)
    return figures


def _tiny(settings: Settings) -> Figure:
    """From the last byte in staging, which settles at once, until the station says that the run is verified."""
    base = settings.work / "tiny"
    seconds: list[float] = []
    with _product(base, 2) as product:
        for number in range(1 + settings.scaled(_TINY_ROUNDS, 2)):
            data = _make(base / "data", number, _TINY_BYTES)
            began = time.perf_counter()
            run = product.bring(_EQUIPMENT, number, data)
            product.wait(run, "sync_verified")
            seconds.append(time.perf_counter() - began)
            check(product, run)
    settings.log(f"tiny run: {', '.join(f'{one:.2f}' for one in seconds)} s")
    return Figure(
        _BENCHMARK,
        "tiny run (3 files, 1 MiB): settled to verified",
        "s",
        seconds[1:],
        _TINY_SECONDS,
        note="with the time to notice it; workers are warm",
        details={"the first after the start of the server": seconds[0]},
    )


def _many(settings: Settings, workers: int) -> list[Figure]:
    """Runs that are complete and queued, all held; then let go, until the last one is verified."""
    base, count = settings.work / f"many-{workers}", settings.scaled(_RUNS, 10)
    with _product(base, workers) as product:
        product.client.pause()
        folders = [_make(base / "data", number, _SMALL_BYTES) for number in range(count)]
        runs = [product.bring(_EQUIPMENT, number, folder) for number, folder in enumerate(folders)]
        product.wait_all(runs, "sync_queued")
        cpu, began = product.cpu_seconds(), time.perf_counter()
        product.client.resume()
        product.wait_all(runs, "sync_verified")
        seconds, spent = time.perf_counter() - began, product.cpu_seconds() - cpu
        for run in runs:
            check(product, run)
        peak = product.worker_peak_mib()
    settings.log(
        f"{count} small runs, {workers} workers: {count / seconds:.1f} a second, {spent / count * 1e3:.1f} ms CPU each"
    )
    name = f"{count} small runs waiting, {workers} workers"
    target = _RUNS_A_SECOND if workers == max(_WORKERS) else None
    return [
        Figure(
            _BENCHMARK, name, "runs/s", [count / seconds], target, "at_least", details={"peak of a worker MiB": peak}
        ),
        Figure(_BENCHMARK, f"{name}: CPU", "ms/run", [spent / count * 1e3]),
    ]


def _product(base: Path, workers: int) -> Product:
    return Product(base, [Target(_EQUIPMENT, base / "nas")], workers)


def _make(folder: Path, number: int, sizes: Iterable[int]) -> Path:
    """The data of one run, each file different from every other."""
    data = folder / f"{number:05d}"
    data.mkdir(parents=True)
    for index, size in enumerate(sizes):
        (data / f"frame_{index}.tif").write_bytes(os.urandom(size))
    return data


def check(product: Product, run: str) -> None:
    """Whether the copy holds the very files of staging, and the manifest lists them. Raises ResultError if not."""
    source, copy = _sums(product.staging / run), _sums(product.on_nas(run))
    if not source or source != copy or source != checksums_of(product.on_nas(run)):
        raise ResultError(f"{run} is not on the NAS as it is in staging")


def _sums(run: Path) -> dict[str, str]:
    paths = [path for path in run.rglob("*") if path.is_file() and ".exlab-wizard" not in path.parts]
    return {path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
