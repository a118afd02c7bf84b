"""Owns how sizes, counts, rates and durations are said; client, CLI, log and panel use the same words (IEC units)."""

from __future__ import annotations

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
NO_BYTES_AFTER_SECONDS = 30.0


def size(byte_count: float) -> str:
    """`13 GiB`, `1.3 TiB`, `512 B`: one decimal below ten, none above; negative counts are said as 0 B."""
    value, unit = max(0.0, float(byte_count)), 0
    while unit < len(_UNITS) - 1 and round(value) >= 1024:
        value, unit = value / 1024, unit + 1
    digits = 1 if unit and value < 9.95 else 0
    return f"{value:.{digits}f} {_UNITS[unit]}"


def count(number: int, noun: str) -> str:
    """`1 file`, `1,024 files`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def rate(bytes_per_second: float) -> str:
    """`32 MiB/s`."""
    return f"{size(bytes_per_second)}/s"


def percent(fraction: float) -> str:
    """`47 %`, rounded down: 100 % only for the whole."""
    whole = 100 if fraction >= 1 else min(99, int(max(0.0, fraction) * 100 + 1e-9))
    return f"{whole} %"


def time_left(seconds: float) -> str:
    """`a few seconds`, `about 40 s`, `about 12 min`, `about 1.5 h`, `more than a day`."""
    if seconds > DAY:
        return "more than a day"
    if seconds < 10:
        return "a few seconds"
    if seconds < 55:
        return f"about {round(seconds / 10) * 10} s"
    if seconds < 57.5 * MINUTE:
        return f"about {_minutes(seconds)} min"
    return f"about {round(seconds / HOUR * 2) / 2:g} h"


def _minutes(seconds: float) -> int:
    """Whole minutes up to ten, then steps of five: an estimate must not pretend to know better."""
    minutes = max(1, round(seconds / MINUTE))
    return minutes if minutes <= 10 else round(minutes / 5) * 5


def duration(seconds: float) -> str:
    """A measured span in one unit, rounded down: `40 s`, `12 min`, `3 h`, `2 days`."""
    seconds = max(0.0, seconds)
    if seconds < MINUTE:
        return f"{int(seconds)} s"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < DAY:
        return f"{int(seconds // HOUR)} h"
    return count(int(seconds // DAY), "day")


def ago(seconds: float) -> str:
    """`just now`, `40 s ago`, `2 days ago`."""
    return "just now" if seconds < 5 else f"{duration(seconds)} ago"


def middle(text: str, width: int) -> str:
    """`text` cut in the middle to at most `width` characters: the informative end of a run path stays."""
    if len(text) <= width:
        return text
    if width <= 1:
        return text[:width]
    tail = (width - 1) * 2 // 3
    return f"{text[: width - 1 - tail]}…{text[-tail:] if tail else ''}"
