"""Owns ending processes we started: a whole family by pid, each known by its start time so none is mistaken."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

# Run as `python -c BOUND PROGRAM ...`: the program gets SIGTERM when its parent dies, even by SIGKILL.
BOUND = (
    "import ctypes,os,sys;p=os.getppid();ctypes.CDLL(None).prctl(1,15);os.getppid()==p or sys.exit(1);"
    "os.execv(sys.argv[1],sys.argv[1:])"
)


class Process(NamedTuple):
    """One live process; `started` (clock ticks since boot) tells it from a later one with the same pid."""

    pid: int
    parent: int
    started: int


def family(pid: int) -> list[Process]:
    """A process and all its descendants, children before their parents. Empty when it is gone."""
    everyone = _snapshot()
    found = [process for process in everyone if process.pid == pid]
    for process in found:
        found += [child for child in everyone if child.parent == process.pid]
    return found[::-1]


def alive(process: Process) -> bool:
    """Whether exactly this process still runs (a zombie does not)."""
    return _read(process.pid) == process


def end_all(processes: list[Process], grace_seconds: float = 3.0) -> list[Process]:
    """SIGTERM, then SIGKILL after the grace; returns those that would not go (in the kernel's D state)."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in filter(alive, processes):
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)
        if _gone(processes, grace_seconds):
            return []
    return [process for process in processes if alive(process)]


def _gone(processes: list[Process], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(alive, processes)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _snapshot() -> list[Process]:
    numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [process for process in map(_read, numbers) if process]


def _read(pid: int) -> Process | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # the command may hold spaces and brackets; the fields of interest come after the last one
    fields = text.rpartition(")")[2].split()
    return None if fields[0] == "Z" else Process(pid, int(fields[1]), int(fields[19]))
