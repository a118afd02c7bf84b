"""Owns the proof that no figure was had by skipping the flush: each contestant's system calls, counted by strace."""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter
from pathlib import Path

from benchmarks.engine import Worker, placed
from benchmarks.figures import Figure, Settings
from benchmarks.peers import PEERS
from benchmarks.usage import run
from benchmarks.work import WORKS, generate

_FLUSHES = ("fsync", "fdatasync", "syncfs", "sync")
_LINE = re.compile(r"\d+ +(\w+)\((?:\d+<(.*?)>)?.*(?:\) += 0|<unfinished \.\.\.>)$")


def durability(settings: Settings) -> list[Figure]:
    """For each work, small: how many of its files each had flushed, by an fsync of its own or by a syncfs."""
    if shutil.which("strace") is None:
        settings.log("   strace is not here: flushes are not counted")
        return []
    figures = []
    for work in WORKS:
        small = work.scaled(min(0.05, settings.scale / 4))
        base = settings.work / f"traced-{work.name}"
        data = base / "data"
        generate(small, data)
        figures.append(_figure(work.name, "the engine", _engine(data, base), small.file_count, judged=True))
        for peer in PEERS:
            if all(map(shutil.which, peer.needs)):
                figures.append(_figure(work.name, peer.name, _peer(peer.name, data, base), small.file_count))
    return figures


def _figure(work: str, name: str, calls: list[tuple[str, str]], files: int, judged: bool = False) -> Figure:
    """Of the data files; what is flushed of the engine's own records, markers and folders is counted beside."""
    counts = Counter(call for call, _ in calls)
    shared = files if counts["syncfs"] or counts["sync"] else 0
    alone = sum(call in ("fsync", "fdatasync") and "/incoming/" in path for call, path in calls)
    details: dict[str, float | str] = {**{call: float(count) for call, count in counts.items()}, "files": float(files)}
    covered = [float(min(files, shared + alone))]
    target = float(files) if judged else None
    return Figure("durability", f"{work}: files flushed by {name}", "", covered, target, "at_least", details=details)


def _engine(data: Path, base: Path) -> list[tuple[str, str]]:
    log = base / "trace-engine"
    with Worker(_strace(log)) as worker, placed(data, base / "nas", base / "place") as task:
        worker.run(task)
    return _calls(log)


def _peer(name: str, data: Path, base: Path) -> list[tuple[str, str]]:
    log, target = base / f"trace-{name}", base / f"copy-{name}"
    target.mkdir()
    script = "import sys; from pathlib import Path; from benchmarks.peers import PEERS; " + (
        "next(p for p in PEERS if p.name == sys.argv[1]).work(*map(Path, sys.argv[2:]))"
    )
    sums = base / f"sums-{name}"
    run(*_strace(log), sys.executable, "-c", script, name, str(data), str(target), str(sums))
    return _calls(log)


def _strace(log: Path) -> list[str]:
    which = ["-e", f"trace={','.join(_FLUSHES)}", "-e", "signal=none"]
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-o", str(log), *which]  # it stops at no other call


def _calls(log: Path) -> list[tuple[str, str]]:
    """Each flush: the call, and the file it was of."""
    found = (_LINE.match(line) for line in log.read_text(errors="replace").splitlines())
    return [(match[1], match[2] or "") for match in found if match]
