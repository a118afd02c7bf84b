"""Owns the points of the last day: what happened in each stretch of five minutes, as text and as an answer. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from exlab_wizard.api.activity_models import ActivityPoint, ActivityResponse

BUCKET_SECONDS = 300
DAY_SECONDS = 24 * 3600
_KEPT = 2 * DAY_SECONDS // BUCKET_SECONDS  # twice a day's: a clock that jumps ahead for a moment takes no history along
_LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class Point:
    """Bytes synced within a bucket, and the sizes at its end; disk sizes are None while the disk was away."""

    bytes_synced: int
    bytes_staged: int
    disk_free: int | None
    disk_total: int | None


Points = Mapping[int, Point]  # by the second since 1970 in which the bucket begins


def bucket_of(seconds: float) -> int:
    """Where the bucket of a moment (seconds since 1970) begins."""
    return int(seconds // BUCKET_SECONDS) * BUCKET_SECONDS


def with_point(points: Points, at: int, point: Point) -> dict[int, Point]:
    """The points with one more, bytes synced in the same bucket added up; what was noted longest ago is forgotten."""
    old = points.get(at)
    synced = point.bytes_synced + (old.bytes_synced if old else 0)
    new = {**points, at: Point(synced, point.bytes_staged, point.disk_free, point.disk_total)}
    return dict(list(new.items())[-_KEPT:])


def to_text(points: Points) -> str:
    """The points as one JSON document, in the order they were noted."""
    rows = [
        [at, point.bytes_synced, point.bytes_staged, point.disk_free, point.disk_total] for at, point in points.items()
    ]
    return json.dumps({"version": 1, "points": rows})


def from_text(text: str) -> dict[int, Point]:
    """The inverse of `to_text`; what cannot be believed is left out, whatever the text is."""
    try:
        found = json.loads(text)
        listed = found["points"]
        return {row[0]: Point(*row[1:]) for row in listed if _is_point(row)}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _is_point(row: object) -> bool:
    if not isinstance(row, list) or len(row) != 5:
        return False
    at, synced, staged, *disk = row
    sizes = [size for size in disk if size is not None]
    return all(type(size) is int and 0 <= size < _LARGEST for size in (at, synced, staged, *sizes))


def last_day(points: Points, now: datetime) -> ActivityResponse:
    """The answer at `now` (UTC): 24 h, oldest first; what seems to lie in the future is not told."""
    end = now.timestamp()
    shown = [(at, point) for at, point in sorted(points.items()) if end - DAY_SECONDS < at <= end]
    return ActivityResponse(
        at=now,
        bucket_seconds=BUCKET_SECONDS,
        points=[
            ActivityPoint(
                at=datetime.fromtimestamp(at, UTC),
                bytes_synced=point.bytes_synced,
                bytes_staged=point.bytes_staged,
                disk_free=point.disk_free,
                disk_total=point.disk_total,
            )
            for at, point in shown
        ],
    )
