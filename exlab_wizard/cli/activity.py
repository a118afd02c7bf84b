"""Owns `exlab-wizard activity`: the last day at a glance, as bars in a terminal."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from exlab_wizard import units
from exlab_wizard.cli.options import Subparsers, add_command, client_of
from exlab_wizard.cli.output import show, show_json

if TYPE_CHECKING:
    from exlab_wizard.api.activity_models import ActivityPoint, ActivityResponse

_BARS = "▁▂▃▄▅▆▇█"
_COLUMNS = 48  # half an hour each
_STRETCH = timedelta(minutes=30)


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `activity`."""
    details = "Half an hour a column; a gap is a time when no server ran."
    add_command(
        subparsers, "activity", activity, "Show what was synced over the last day, and how full staging was", details
    )


def activity(arguments: argparse.Namespace) -> int:
    """Print three lines, or with `--json` every point."""
    with client_of(arguments) as client:
        found = client.activity()
    if arguments.json:
        show_json(found)
    else:
        show("\n".join(lines(found)))
    return 0


def lines(found: ActivityResponse) -> list[str]:
    """Synced, staging and free disk space, each with its bars and its number now."""
    if not found.points:
        return ["Nothing is recorded of the last 24 h yet; the first point comes within a minute."]
    columns = _columns(found)
    last = found.points[-1]
    synced = [sum(point.bytes_synced for point in column) if column else None for column in columns]
    staged = [column[-1].bytes_staged if column else None for column in columns]
    free = [column[-1].disk_free if column else None for column in columns]
    total = sum(point.bytes_synced for point in found.points)
    now = "unknown" if last.disk_free is None else units.size(last.disk_free)
    return [
        f"synced   {_bars(synced, _largest(synced))}  {units.size(total)} in 24 h",
        f"staging  {_bars(staged, _largest(staged))}  {units.size(last.bytes_staged)} now",
        f"free     {_bars(free, last.disk_total or _largest(free))}  {now} now",
    ]


def _columns(found: ActivityResponse) -> list[list[ActivityPoint]]:
    """The points of each half hour, the last column ending now."""
    columns: list[list[ActivityPoint]] = [[] for _ in range(_COLUMNS)]
    for point in found.points:
        ago = int((found.at - point.at) / _STRETCH)
        if 0 <= ago < _COLUMNS:
            columns[-1 - ago].append(point)
    return columns


def _largest(values: Sequence[int | None]) -> int:
    """The largest of the known values; 0 for none."""
    return max((value for value in values if value is not None), default=0)


def _bars(values: Sequence[int | None], top: int) -> str:
    return "".join(" " if value is None else _bar(value, top) for value in values)


def _bar(value: int, top: int) -> str:
    """Anything above nothing is seen to be more than nothing."""
    if value <= 0 or top <= 0:
        return _BARS[0]
    return _BARS[min(len(_BARS) - 1, 1 + value * (len(_BARS) - 2) // top)]
