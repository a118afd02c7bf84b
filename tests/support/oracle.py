"""Owns an independent judgement of a run's bytes and leftovers: reads disks only, imports nothing of the package."""

from __future__ import annotations

import hashlib
import json
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.waiting import wait_for

_OWN_NAMES = re.compile(
    r"creation\.json|ingest\.json|checksums\.sha256|claim\.json|wizard\..*\.log|receipts\.(jsonl|lock)"
)
_TEMPORARY = re.compile(r".*\.tmp|incoming|clearing-.*")


class RunOracle:
    """One run as it was pushed. `phase` says, from the disks alone, what a kill just cut short."""

    def __init__(self, staging: Path, nas: Path, run_path: str, files: dict[str, bytes]) -> None:
        self.staging_root, self.nas_root = staging, nas
        self.staged, self.copy = staging / run_path, nas / run_path
        self._sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}

    def lost(self) -> list[str]:
        """Files whose bytes are neither in the run in staging nor at their place on the NAS."""
        away = [name for name in self._sums if not self._on_nas(name)]
        here = {_sum(path) for path in _files(self.staged)} if away else set()
        return [name for name in away if self._sums[name] not in here]

    def wrong_on_nas(self) -> list[str]:
        """Files under their final name on the NAS with other bytes: never, at no moment."""
        return [name for name in self._sums if (self.copy / name).exists() and not self._on_nas(name)]

    def _on_nas(self, name: str) -> bool:
        path = self.copy / name
        return path.is_file() and _sum(path) == self._sums[name]

    def all_on_nas(self) -> bool:
        return all(map(self._on_nas, self._sums))

    def state(self, root: Path | None = None) -> str:
        """`current_state` in staging's ingest.json, or in the one below `root`; empty without one."""
        try:
            return str(json.loads(self._ingest(root or self.staged).read_bytes())["current_state"])
        except (OSError, ValueError):
            return ""

    def _ingest(self, run: Path) -> Path:
        return run / ".exlab-wizard" / "ingest.json"

    def phase(self) -> str:
        """copy, verify, publish or clear; "rest" when none of them was under way."""
        here, there = self.state(), self.state(self.copy)
        if self.holding():
            return "clear"
        if here == "sync_queued":
            return self._copy_or_verify()
        if self._publishing() or (here in ("sync_verified", "cleared") and there != here):
            return "publish"
        return "rest"

    def _copy_or_verify(self) -> str:
        if not self.copy.is_dir():
            return "rest"
        whole = all((self.copy / name).is_file() for name in self._sums)
        if not whole:
            return "copy"
        sums = self.copy / ".exlab-wizard" / "checksums.sha256"
        return "publish" if self._publishing() or not sums.exists() else "verify"

    def _publishing(self) -> bool:
        return any((self.copy / ".exlab-wizard").glob(".*.tmp"))

    def holding(self) -> list[Path]:
        """Folders of a clearing under way."""
        return list((self.staged / ".exlab-wizard").glob("clearing-*"))

    def local_data(self) -> list[str]:
        """Data files still in staging."""
        control = self.staged / ".exlab-wizard"
        return [str(path.relative_to(self.staged)) for path in _files(self.staged) if control not in path.parents]

    def sha256sum_check(self) -> subprocess.CompletedProcess[str]:
        """`sha256sum -c` on the NAS copy, as anybody could run it."""
        command = ["sha256sum", "-c", "--quiet", "--strict", ".exlab-wizard/checksums.sha256"]
        return subprocess.run(command, cwd=self.copy, capture_output=True, text=True, check=False)

    def tidy(self) -> bool:
        """Nothing temporary is left, at the latest when what follows a proof (log, creation.json) has been brought."""
        return wait_for(lambda: not self.leftovers(), 10, f"nothing temporary is left: {self.leftovers()}")

    def leftovers(self) -> list[str]:
        """Temporary names on either side, and names in either `.exlab-wizard` that nobody knows."""
        found = [path for root in (self.staging_root, self.nas_root) for path in root.rglob("*")]
        odd = [path for path in found if _TEMPORARY.fullmatch(path.name)]
        for run in (self.staged, self.copy):
            odd += [path for path in (run / ".exlab-wizard").iterdir() if not _OWN_NAMES.fullmatch(path.name)]
        return sorted(map(str, odd))


def random_files(seed: int, count: int, total_bytes: int) -> dict[str, bytes]:
    """`count` files of uneven sizes in folders, `total_bytes` in all, no two alike."""
    source = random.Random(seed)
    weights = [source.random() + 0.05 for _ in range(count)]
    scale = total_bytes / sum(weights)
    return {
        f"plane_{number % 7}/frame {number:04d}.tif": b"%08d" % number + source.randbytes(max(1, int(weight * scale)))
        for number, weight in enumerate(weights)
    }


def _files(root: Path) -> Iterator[Path]:
    yield from (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _sum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
