"""Owns one small run and its whole life for the fault sweeps: what an instrument pushed, and the judge beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.driver import live
from tests.support.lab import SENTINEL, Lab, equipment
from tests.support.promise import Promise

FILES = {"frame 1.tif": b"one" * 1000, "stack/plane 2.raw": b"two" * 2000, "stack/deep/z.txt": b"x", SENTINEL: b""}


class Life:
    """A lab below `base` with one pushed run; NAS and staging may be mounts made before. `promise` is the judge."""

    def __init__(self, base: Path, staging: Path | None = None, nas: Path | None = None, stamp: str = "") -> None:
        self.lab = _lab(base, staging, nas)
        self.run = self.lab.run_path(stamp=stamp or "2026-04-17T14-32")
        self.lab.push(self.run, FILES)
        self.folder = self.lab.staging / self.run
        (self.folder / "hollow").mkdir()
        self.promise = Promise(self.lab.staging, self.lab.nas, self.run, FILES)

    def live(self) -> None:
        """The run's way to its end in this process, from wherever the disks say it is."""
        live(self.lab.config, self.run)

    def check(self, where: object) -> None:
        """The promise holds now."""
        assert self.promise.broken() == [], where

    def check_end(self, where: object) -> None:
        """After recovery: cleared, proven, and nothing of ours left lying about."""
        self.check(where)
        assert self.promise.cleared(), where
        left = self.promise.leftovers()
        assert left == [], (left, where)
        assert (self.lab.nas / self.run / "hollow").is_dir(), where


def _lab(base: Path, staging: Path | None, nas: Path | None) -> Lab:
    lab = Lab(base, mounted=(staging or base / "staging", nas or base / "nas"))
    data: dict[str, Any] = lab.data
    data["equipment"] = [equipment(lab.nas, settle_seconds=0)]
    data["sync"]["workers"] = 1
    return lab.mark()
