"""Owns `./run bench`: which benchmarks run, where, how much and how often; prints and keeps what they show."""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.durability import durability
from benchmarks.figures import Benchmark, Figure, Settings
from benchmarks.growth import growth
from benchmarks.listing import listing
from benchmarks.machine import describe
from benchmarks.profile import profile
from benchmarks.report import keep, show
from benchmarks.small_runs import small_runs
from benchmarks.transfers import transfers
from benchmarks.watching import watching

# Last those that delete many files, which slows whatever makes some after them.
BENCHMARKS: dict[str, Benchmark] = {
    "small_runs": small_runs,
    "watching": watching,
    "growth": growth,
    "listing": listing,
    "durability": durability,
    "profile": profile,
    "transfers": transfers,
}
_GIB_NEEDED = 24.0  # on the disk, for the largest tree with all its copies


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 whatever the figures say, 1 when something could not be measured, 2 for bad arguments."""
    options = _parser().parse_args(arguments)
    options.repeat = options.repeat or (3 if options.scale >= 0.5 else 1)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # so that everything is cleaned up
    console = Console(width=None if sys.stdout.isatty() else 170)
    if not options.disk.is_dir():
        sys.exit(f"--disk {options.disk} is not a directory.")
    base = Path(tempfile.mkdtemp(prefix="exlab-wizard-bench-", dir=options.disk)).resolve()
    memory = _memory()
    try:
        _check_room(base, options.scale)
        machine = describe(base, memory)
        for name, value in machine.items():
            console.print(f"{name}: {value}", highlight=False, markup=False, soft_wrap=True)
        began = time.monotonic()
        figures: list[Figure] = []
        try:
            for name in options.only or BENCHMARKS:
                figures += _one(console, name, base, memory, options)
        finally:  # what was measured before a failure is not lost
            settings = {
                "scale": options.scale,
                "repeat": options.repeat,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "took_seconds": round(time.monotonic() - began),
            }
            show(console, figures)
            if options.scale != 1:
                console.print("Targets of time are those of the full size; at another they say little.")
            if options.keep:
                console.print(f"kept: {keep(options.keep, machine, settings, figures)}")
    finally:
        for folder in filter(None, (base, memory)):
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _one(console: Console, name: str, base: Path, memory: Path | None, options: argparse.Namespace) -> list[Figure]:
    console.print(f"[bold]{name}[/]")
    places = [place / name for place in (base, memory) if place is not None]
    for place in places:
        place.mkdir()

    def log(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    began = time.monotonic()
    try:
        settings = Settings(options.scale, options.repeat, places[0], places[1] if memory else None, log)
        return BENCHMARKS[name](settings)
    finally:
        console.print(f"{name} took {time.monotonic() - began:.0f} s")
        # what is on the disk stays until the end: after many deletions ext4 makes files much more slowly, for minutes
        for place in places[1:]:
            shutil.rmtree(place, ignore_errors=True)


def _check_room(base: Path, scale: float) -> None:
    free, needed = shutil.disk_usage(base).free / 2**30, _GIB_NEEDED * scale + 1
    if free < needed:
        sys.exit(f"{base.parent} has {free:.0f} GiB free; {needed:.0f} are needed. Choose another place with --disk.")


def _memory() -> Path | None:
    """A folder on tmpfs, where there is one."""
    if not Path("/dev/shm").is_dir():
        return None
    return Path(tempfile.mkdtemp(prefix="exlab-wizard-bench-", dir="/dev/shm"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run bench", description="How fast, beside what people run today.")
    parser.add_argument("--scale", type=_positive, default=1.0, help="of the work: 1 (default), 0.1 for a few minutes")
    parser.add_argument(
        "--repeat", type=int, choices=range(1, 21), metavar="N", help="rounds (default 3, below 0.5: 1)"
    )
    parser.add_argument(
        "--only", nargs="+", choices=list(BENCHMARKS), metavar="NAME", help=f"of {', '.join(BENCHMARKS)}"
    )
    disk = Path(tempfile.gettempdir())
    parser.add_argument("--disk", type=Path, default=disk, help=f"a folder on the disk to use (default {disk})")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep the result as FILE.json and FILE.txt")
    return parser


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0 and at most 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
