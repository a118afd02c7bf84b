"""`exlab-wizard activity`: three lines of bars, or every point as a document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from exlab_wizard.api.activity_models import ActivityPoint, ActivityResponse
from exlab_wizard.cli.activity import lines
from tests.cli.conftest import Call
from tests.support.station import BYTES
from tests.support.waiting import wait_for

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_it_shows_what_this_station_did(call: Call, document: Callable[..., Any], pushed: Callable[..., str]) -> None:
    pushed(verified=True)

    def told() -> ActivityResponse | None:
        found = ActivityResponse.model_validate(document("activity"))
        return found if sum(point.bytes_synced for point in found.points) >= BYTES else None

    found = wait_for(told, 30, "it is recorded within seconds")
    assert found is not None and found.points[-1].bytes_staged >= BYTES
    done = call("activity")
    assert done.returncode == 0 and [line.split()[0] for line in done.stdout.splitlines()] == [
        "synced",
        "staging",
        "free",
    ]


def test_bars_have_gaps_and_never_hide_a_little() -> None:
    minutes = {0: (1 << 30, 7), 30: (1, 3), 60: (0, 1), 24 * 60 - 1: (5 << 30, 9)}
    points = [
        ActivityPoint(
            at=NOW - timedelta(minutes=ago), bytes_synced=synced, bytes_staged=1 << 20, disk_free=free, disk_total=10
        )
        for ago, (synced, free) in sorted(minutes.items(), reverse=True)
    ]
    synced, staging, free = lines(ActivityResponse(at=NOW, points=points))
    bars = synced[9:57]
    assert (bars[0], bars[1:45], bars[45:]) == ("█", " " * 44, "▁▂▃") and synced.endswith("  6.0 GiB in 24 h")
    assert staging.endswith("  1.0 MiB now") and free.endswith("  7 B now")
    assert lines(ActivityResponse(at=NOW, points=[]))[0].startswith("Nothing is recorded")
