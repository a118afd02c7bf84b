"""Owns what a measured thing costs besides time: CPU seconds and peak memory of processes."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, CPU seconds of every process involved, and the largest one's peak (MiB, 0: not asked)."""

    seconds: float
    cpu_seconds: float
    peak_mib: float = 0.0


class CommandError(RuntimeError):
    """A command of a peer failed; the message holds what it said."""


def run(*command: str, cwd: Path | None = None, stdout: Path | None = None) -> None:
    """Run one command to its end. Raises CommandError."""
    with (stdout or Path(os.devnull)).open("wb") as out:
        done = subprocess.run(command, cwd=cwd, stdout=out, stderr=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise CommandError(f"{' '.join(command)[:200]}: {done.stderr.decode(errors='replace')[-500:]}")


def run_shell(script: str, *arguments: str, cwd: Path | None = None) -> None:
    """Run a line of shell with arguments `$1`, `$2`, ...; a failure anywhere in a pipe counts. Raises CommandError."""
    run("bash", "-o", "pipefail", "-euc", script, "bash", *arguments, cwd=cwd)


def children_cpu() -> float:
    """CPU seconds of the children of this process that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cpu_of(pids: Sequence[int]) -> float:
    """CPU seconds so far of live processes and of those of their children that have ended."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended in between
            continue
        total += sum(map(int, fields[11:15]))
    return total / _TICKS


def peak_mib(pid: int) -> float:
    """The most memory a live process has had (its high-water mark); 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Stopwatch:
    """Measures a block by the clock and by the CPU seconds of the children that end in it."""

    def __enter__(self) -> Stopwatch:
        self._cpu, self._began = children_cpu(), time.perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        self._seconds, self._spent = time.perf_counter() - self._began, children_cpu() - self._cpu

    @property
    def cost(self) -> Cost:
        """What it took, once it is over."""
        return Cost(self._seconds, self._spent)
