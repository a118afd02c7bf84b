"""Owns a panel's `summary`: the figures of its first sentence, and the sentence, as ui/src/table says it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from exlab_wizard import units
from exlab_wizard.api.models import DisplayState, OverviewRow, UnrecognisedEntry

_SAFE = frozenset({DisplayState.VERIFIED, DisplayState.CLEARED, DisplayState.CLEARING})


def summary(rows: Sequence[OverviewRow], strangers: Sequence[UnrecognisedEntry], now: datetime) -> dict[str, Any]:
    """`runs`, `bytes_here`, `bytes_not_safe`, `needs_attention`, `bytes_per_second`, `seconds_left` and `text`.

    The first three count what is on this computer; `seconds_left` is None while nothing moves.
    """
    here = [row for row in rows if row.local_data]
    open_ = [row for row in here if row.display_state not in _SAFE]
    rate, left = _pace(rows)
    figures: dict[str, Any] = {
        "runs": len(here),
        "bytes_here": _bytes(here),
        "bytes_not_safe": _bytes(open_),
        "needs_attention": sum(row.needs_attention for row in rows),
        "bytes_per_second": rate,
        "seconds_left": left,
    }
    safety = _safety(bool(here), open_, strangers)
    return {**figures, "text": _text(figures, safety, now)}


def _bytes(rows: Sequence[OverviewRow]) -> int:
    return sum(row.byte_total for row in rows)


def _pace(rows: Sequence[OverviewRow]) -> tuple[float, float | None]:
    """Bytes a second of all copying together, and the seconds until the last byte that waits is verified."""
    jobs = [row.progress for row in rows if row.progress and row.display_state is DisplayState.SYNCING]
    rate = sum(job.bytes_per_second or 0.0 for job in jobs)
    if rate <= 0:
        return 0.0, None
    waiting = _bytes([row for row in rows if row.display_state is DisplayState.WAITING])
    # each byte is copied and then read back, and the rate counts both
    ahead = 2 * (waiting + sum((1 - job.fraction) * job.bytes_total for job in jobs))
    return rate, max([*(job.seconds_left or 0.0 for job in jobs), ahead / rate])


def _text(figures: dict[str, Any], safety: str, now: datetime) -> str:
    number = figures["needs_attention"]
    parts = [
        f"{units.count(figures['runs'], 'run')}, {units.size(figures['bytes_here'])} on this computer.",
        f"{number:,} need{'s' if number == 1 else ''} attention." if number else "",
        safety,
        _movement(figures["bytes_per_second"], figures["seconds_left"], now),
    ]
    return " ".join(part for part in parts if part)


def _safety(any_here: bool, open_: Sequence[OverviewRow], strangers: Sequence[UnrecognisedEntry]) -> str:
    if open_:
        return f"{units.size(_bytes(open_))} not verified on the NAS yet."
    if not any_here:
        return ""
    loose = sum(entry.bytes for entry in strangers)
    if not loose:
        return "All of it is verified on the NAS."
    others = "1 other entry" if len(strangers) == 1 else f"{len(strangers):,} other entries"
    verb = "is" if len(strangers) == 1 else "are"
    return f"All runs are verified on the NAS; {others} ({units.size(loose)}) {verb} not."


def _movement(rate: float, left: float | None, now: datetime) -> str:
    if rate <= 0:
        return ""
    return f"Syncing at {units.rate(rate)}{_done(left or 0.0, now)}."


def _done(seconds: float, now: datetime) -> str:
    if seconds <= 0:
        return ""
    if seconds < units.MINUTE or seconds >= units.DAY:
        return f", done in {units.time_left(seconds)}"
    end = (now + timedelta(seconds=seconds)).astimezone()
    day = "" if end.date() == now.astimezone().date() else f"{end.day} {end:%b}, "
    return f", done about {day}{end:%H:%M}"
