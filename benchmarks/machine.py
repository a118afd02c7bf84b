"""Owns the description of the machine that a result belongs to."""

from __future__ import annotations

import mmap
import os
import platform
import shutil
import subprocess
import time
from pathlib import Path

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.mounts import mount_of

_TOUCHED = 256 << 20  # bytes
_PAGE_REPORTING = Path("/sys/module/page_reporting/parameters/page_reporting_order")
_LARGEST_ORDER = 10  # of free blocks: above it none is ever told to the host
# What is compared, and how each is asked for its version.
TOOLS = (("rsync", "--version"), ("rclone", "version"), ("openssl", "version"), ("sha256sum", "--version"))


def describe(work: Path, memory: Path | None) -> dict[str, str]:
    """Names to values: processor, memory, kernel, disks, tools; what a reader needs to make sense of the figures."""
    found = {
        "processor": f"{_field('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores"
        f"{', SHA-NI' if 'sha_ni' in _field('/proc/cpuinfo', 'flags').split() else ''}",
        "memory": f"{int(_field('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB",
        "system": f"{_field('/etc/os-release', 'PRETTY_NAME', '=')}, Linux {platform.release()}",
        "python": platform.python_version(),
        "memory never used before": f"{_first_touch():.2f} s of CPU a GiB (a virtual machine may have to be given it)",
        "free memory": _free_memory(),
        "disk": f"{_file_system(work)}, {shutil.disk_usage(work).free / 2**30:.0f} GiB free",
    }
    if memory is not None:
        found["memory disk"] = _file_system(memory)
    for tool, ask in TOOLS:
        found[tool] = _first_line(tool, ask)
    found["load before"] = " ".join(f"{load:.2f}" for load in os.getloadavg())
    return found


def _first_touch() -> float:
    """CPU seconds that one GiB of memory costs before anything is done with it; all who copy files need such memory."""
    began = time.process_time()
    with mmap.mmap(-1, _TOUCHED) as fresh:
        for page in range(0, _TOUCHED, mmap.PAGESIZE):
            fresh[page] = 1
    return (time.process_time() - began) * 2**30 / _TOUCHED


def _free_memory() -> str:
    """Whether a virtual machine gives it back, and pays for it anew: then copying costs everybody a multiple."""
    try:
        order = int(_PAGE_REPORTING.read_text())
    except (OSError, ValueError):
        return "stays"
    return "may go back to the host after seconds" if 0 <= order <= _LARGEST_ORDER else "stays"


def _field(file: str, name: str, separator: str = ":") -> str:
    try:
        lines = Path(file).read_text().splitlines()
    except OSError:
        return "unknown"
    for line in lines:
        key, _, value = line.partition(separator)
        if key.strip() == name:
            return value.strip().strip('"')
    return "unknown"


def _file_system(place: Path) -> str:
    with Dir.open(place) as folder:
        mount = mount_of(folder)
    return mount.fs_type if mount is not None else "unknown"


def _first_line(tool: str, ask: str) -> str:
    if shutil.which(tool) is None:
        return "not here: not compared"
    said = subprocess.run([tool, ask], capture_output=True, text=True, check=False).stdout
    return " ".join(said.splitlines()[:1])
