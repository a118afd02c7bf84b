"""Owns what a benchmark is given and what it hands back: settings in, figures with their targets out."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """How much work, how often, and where.

    `scale` multiplies files and bytes (1.0: the sizes of the targets; 0.1: minutes in all; smaller: a smoke test);
    `work` is a directory of this benchmark's own on a disk, `memory` one on tmpfs (None where there is none).
    """

    scale: float
    repeat: int
    work: Path
    memory: Path | None
    log: Callable[[str], None]

    def scaled(self, count: int, least: int = 1) -> int:
        """`count` at this scale, never below `least`."""
        return max(least, round(count * self.scale))


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quantity: every value seen, its unit, and what it is held against.

    `target` is met by a median at or above (`at_least`) or at or below (`at_most`) it; None: reported, not judged.
    """

    benchmark: str
    name: str
    unit: str
    values: list[float]
    target: float | None = None
    judge: Literal["at_least", "at_most"] = "at_most"
    note: str = ""
    details: dict[str, float | str] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without one."""
        if self.target is None:
            return None
        return self.median >= self.target if self.judge == "at_least" else self.median <= self.target


Benchmark = Callable[[Settings], list[Figure]]
