"""Owns the proof that no figure was had by skipping the flush: each contestant's system calls, counted by strace."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from benchmarks.engine import Worker, placed
from benchmarks.figures import Figure, Settings
from benchmarks.peers import PEERS
from benchmarks.usage import run
from benchmarks.work import WORKS, generate

_FLUSHES = ("fsync", "fdatasync", "syncfs", "sync")
_COUNTED = (*_FLUSHES, "sync_file_range", "rename", "renameat", "renameat2", "linkat")
_LINE = re.compile(r"\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(\w+)$")


def durability(settings: Settings) -> list[Figure]:
    """For each work at a hundredth of its size: how often each contestant told the disk to keep what it wrote."""
    if shutil.which("strace") is None:
        settings.log("   strace is not here: flushes are not counted")
        return []
    figures = []
    for work in WORKS:
        small = work.scaled(min(0.05, settings.scale))
        base = settings.work / f"traced-{work.name}"
        data = base / "data"
        generate(small, data)
        figures.append(_figure(work.name, "ExLab-Wizard", _engine(data, base), small.file_count, least=1))
        for peer in PEERS:
            if all(map(shutil.which, peer.needs)):
                figures.append(_figure(work.name, peer.name, _peer(peer.name, data, base), small.file_count))
        shutil.rmtree(base)
    return figures


def _figure(work: str, name: str, counts: dict[str, int], files: int, least: int | None = None) -> Figure:
    flushes = float(sum(counts.get(call, 0) for call in _FLUSHES))
    details: dict[str, float | str] = {**{call: float(count) for call, count in counts.items()}, "files": float(files)}
    return Figure("durability", f"{work}: flushes by {name}", "", [flushes], least, "at_least", details=details)


def _engine(data: Path, base: Path) -> dict[str, int]:
    log = base / "trace-engine"
    with Worker(_strace(log)) as worker, placed(data, base / "nas", base / "place") as task:
        worker.run(task)
    return _counts(log)


def _peer(name: str, data: Path, base: Path) -> dict[str, int]:
    log, target = base / f"trace-{name}", base / f"copy-{name}"
    target.mkdir()
    script = "import sys; from pathlib import Path; from benchmarks.peers import PEERS; " + (
        "next(p for p in PEERS if p.name == sys.argv[1]).work(*map(Path, sys.argv[2:]))"
    )
    sums = base / f"sums-{name}"
    run(*_strace(log), sys.executable, "-c", script, name, str(data), str(target), str(sums))
    return _counts(log)


def _strace(log: Path) -> list[str]:
    return ["strace", "-f", "-qq", "-c", "-o", str(log), "-e", f"trace={','.join(_COUNTED)}"]


def _counts(log: Path) -> dict[str, int]:
    found = (_LINE.match(line) for line in log.read_text().splitlines())
    return {match[2]: int(match[1]) for match in found if match and match[2] in _COUNTED}
