"""Owns the promise "nothing is ever lost", judged from the disks alone; imports nothing of the package.

At every instant, and after every crash, for every file of a run that ever became complete: its bytes as last frozen are
in staging, or at the right path on the NAS; and every version that was ever verified stays on the NAS.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

_LINE = re.compile(rb"(\\?)([0-9a-f]{64})  (.+)", re.DOTALL)
_CONTROL = ".exlab-wizard"


class Promise:
    """One run. Tell it what the instrument does (`wrote`, `removed`) and what the test breaks (`spoiled`)."""

    def __init__(self, staging: Path, nas: Path, run: str, files: dict[str, bytes] | None = None) -> None:
        self.staged, self.copy = staging / run, nas / run
        self.pushed: dict[str, str] = {}  # as the instrument left it
        self.frozen: dict[str, str] = {}  # as it was when the run last became complete
        self.proven: set[tuple[str, str]] = set()  # every version that was ever told to be verified
        self._told = {"complete": 0, "sync_verified": 0}
        for path, data in (files or {}).items():
            self.wrote(path, data)

    def wrote(self, path: str, data: bytes) -> None:
        """The instrument wrote a file (anew): from here on only its new bytes can be asked for."""
        self.removed(path)
        self.pushed[path] = hashlib.sha256(data).hexdigest()

    def removed(self, path: str) -> None:
        """The instrument (not the program) took a file away."""
        assert self.broken() == []
        self.pushed.pop(path, None)
        self.frozen.pop(path, None)

    def spoiled(self, path: str) -> None:
        """The test damages the NAS copy of a file: what was proven there is nobody's fault from now on."""
        assert self.broken() == []
        self.proven = {one for one in self.proven if one[0] != path}

    def broken(self) -> list[str]:
        """Every way in which the promise does not hold now, as sentences."""
        wrong = list(self._news())
        here = {sum_of(path) for path in _files(self.staged)}
        for path, digest in self.frozen.items():
            if digest not in here and sum_of(self.copy / path) != digest:
                wrong.append(f"LOST: {path!r} as frozen ({digest[:8]}) is neither in staging nor on the NAS")
        for path, digest in sorted(self.proven):
            if digest not in self._versions(path):
                wrong.append(f"GONE: {path!r} as once verified ({digest[:8]}) is not on the NAS any more")
        return wrong

    def _news(self) -> Iterator[str]:
        """Take in what the lifecycle says since the last look."""
        counts = self.counts()
        if counts["complete"] > self._told["complete"]:
            self.frozen.update(self.pushed)
        if counts["sync_verified"] > self._told["sync_verified"] and not self._on_its_way():
            yield from self._newly_verified()
        self._told = {name: max(counts[name], self._told[name]) for name in counts}

    def _on_its_way(self) -> bool:
        """Whether the run was changed after it was verified: its copy may be between two versions now."""
        histories = [_history(root / _CONTROL / "ingest.json") for root in (self.staged, self.copy)]
        last = next((str(history[-1].get("state")) for history in histories if history), "")
        return last not in ("sync_verified", "cleared")

    def _newly_verified(self) -> Iterator[str]:
        told = self._checksums()
        for path, digest in told.items():
            if sum_of(self.copy / path) != digest:
                yield f"FALSE: {path!r} was told to be verified, and the NAS has other bytes"
        for path in self.frozen.keys() - told.keys():
            yield f"FALSE: {path!r} was frozen, and the verified list does not have it"
        self.proven |= set(told.items())

    def counts(self) -> dict[str, int]:
        """How often the run became complete and verified, as staging or NAS remembers it."""
        found = dict.fromkeys(self._told, 0)
        for root in (self.staged, self.copy):
            states = [str(entry.get("state")) for entry in _history(root / _CONTROL / "ingest.json")]
            found = {name: max(count, states.count(name)) for name, count in found.items()}
        return found

    def _checksums(self) -> dict[str, str]:
        try:
            data = (self.copy / _CONTROL / "checksums.sha256").read_bytes()
        except OSError:
            return {}
        return dict(_entry(line) for line in data.removesuffix(b"\n").split(b"\n"))

    def _versions(self, path: str) -> set[str]:
        kept = (self.copy / _CONTROL / "superseded").glob("*")
        return {sum_of(self.copy / path), *(sum_of(stamp / path) for stamp in kept)}

    def cleared(self) -> bool:
        """Whether no data file is left in staging."""
        control = self.staged / _CONTROL
        return not [path for path in _files(self.staged) if control not in path.parents]

    def leftovers(self) -> list[str]:
        """Temporary names of ours on either side."""
        odd = re.compile(r"\..*\.tmp|incoming|(clearing|restoring)-.*")
        return sorted(
            str(path) for root in (self.staged, self.copy) for path in root.rglob("*") if odd.fullmatch(path.name)
        )


def _entry(line: bytes) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    assert match is not None, line
    mark, digest, name = match.groups()
    if mark:
        name = re.sub(rb"\\[\\nr]", lambda found: {b"\\\\": b"\\", b"\\n": b"\n", b"\\r": b"\r"}[found.group()], name)
    return os.fsdecode(name if name != b"./-" else b"-"), digest.decode()


def _history(path: Path) -> list[dict[str, object]]:
    try:
        return list(json.loads(path.read_bytes())["history"])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _files(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        yield from (path for path in (Path(folder, name) for name in names) if stat.S_ISREG(path.lstat().st_mode))


def sum_of(path: Path) -> str:
    """SHA-256 of a regular file; empty where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
