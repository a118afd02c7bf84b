"""Owns what a row's words are made of: the display, its actions, and how a moment reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from exlab_wizard.api.models import ActionName, DisplayState
from exlab_wizard.station.registry import parse_stamp

Action = ActionName


@dataclass(frozen=True, slots=True)
class Display:
    """The words for one row."""

    state: DisplayState
    why: str
    next_step: str
    needs_attention: bool = False
    actions: tuple[Action, ...] = ("log",)


def moment(stamp: str) -> str:
    """A stored stamp as people read it: `2026-04-17 14:35 UTC`."""
    at = parse_stamp(stamp)
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else stamp
