"""Owns measuring what reading a hostile file costs: a fresh process reads it and says its peak memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

_CHILD = r"""
import re, time
from {module} import {name} as read
data = open({path!r}, "rb").read()
started = time.process_time()
try:
    found = read(data{more})
    said = getattr(found, "problem", "") or "; ".join(getattr(found, "problems", ())) or "read"
except ValueError as error:
    said = str(error)
peak = re.search(r"VmHWM:\s*(\d+)", open("/proc/self/status").read())[1]  # getrusage would count the parent's too
print(int(peak) // 1024, time.process_time() - started, ascii(said)[:300])
"""


class Cost(NamedTuple):
    """Peak resident MiB of the whole process, seconds of CPU for the reading alone, and what came of it."""

    mib: int
    seconds: float
    said: str


def cost_of_reading(path: Path, module: str, name: str, more: str = "") -> Cost:
    """Read the file with `module.name(data, more)` in a process of its own. What raises but ValueError fails."""
    script = _CHILD.format(module=module, name=name, path=str(path), more=more)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    mib, seconds, said = done.stdout.split(" ", 2)
    return Cost(int(mib), float(seconds), said.strip())
