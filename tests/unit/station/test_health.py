from __future__ import annotations

from typing import Any

import pytest

from exlab_wizard import __version__
from exlab_wizard.api.models import (
    DiskSpace,
    Health,
    HealthCheck,
    LeaderStatus,
    Overview,
    TargetStatus,
    UnrecognisedEntry,
    WatcherStatus,
)
from exlab_wizard.station.health import health_of
from tests.support.pieces import AT, RUN, row

GIB = 1 << 30
NAS = TargetStatus(nas_root="/mnt/nas", state="ok", why="", nas_id="nas-1", pinned=True)
STRAY = UnrecognisedEntry(path="stray", bytes=1, reason="a file outside any run", remedy="Move it.")


def report(**changes: Any) -> Health:
    values: dict[str, Any] = {
        "revision": 1,
        "label": "Station",
        "staging_root": "/staging",
        "runs": [],
        "disk": DiskSpace(total=100 * GIB, free=50 * GIB),
        "watcher": WatcherStatus(mode="events", detail="New files are noticed at once.", rescan_seconds=30),
        "leader": LeaderStatus(leads=True, host="labpc-04", pid=7),
        "targets": [NAS],
        "unrecognised": [],
        "at": AT,
    }
    return health_of(Overview(**{**values, **changes}))


def line(health: Health, name: str) -> HealthCheck:
    return next(check for check in health.checks if check.name == name)


def test_a_healthy_station_says_so_line_by_line() -> None:
    health = report()
    assert health.ok
    assert health.version == __version__
    assert [(check.name, check.severity) for check in health.checks] == [
        (name, "ok") for name in ("staging", "leader", "watcher", "disk", "nas /mnt/nas", "damage", "unrecognised")
    ]
    assert line(health, "leader").message == "This server leads."
    assert line(health, "disk").message == "50 GiB of 100 GiB free on the staging disk."
    assert line(health, "nas /mnt/nas").message == "Reachable, id nas-1 (pinned)."


MISMATCH = LeaderStatus(leads=False, host="x", pid=1, config_mismatch=True, message="Another configuration.")
CASES: dict[str, tuple[dict[str, Any], str, str, str, str]] = {
    "follower": (
        {"leader": LeaderStatus(leads=False, host="pc-2", pid=9)},
        "leader",
        "ok",
        "Another server leads (pc-2, process 9).",
        "",
    ),
    "mismatch": ({"leader": MISMATCH}, "leader", "error", "Another configuration.", "the same configuration"),
    "polling": (
        {"watcher": WatcherStatus(mode="polling", detail="By rescan only.", rescan_seconds=5)},
        "watcher",
        "warning",
        "By rescan only.",
        "only later",
    ),
    "disk nearly full": (
        {"disk": DiskSpace(total=100 * GIB, free=4 * GIB)},
        "disk",
        "warning",
        "4.0 GiB of 100 GiB free on the staging disk.",
        "Clear verified runs.",
    ),
    "nas away": (
        {"targets": [NAS.model_copy(update={"state": "unavailable", "why": "Not mounted."})]},
        "nas /mnt/nas",
        "error",
        "Not mounted.",
        "syncing goes on by itself",
    ),
    "nas full": (
        {"targets": [NAS.model_copy(update={"state": "full", "why": "No space left."})]},
        "nas /mnt/nas",
        "error",
        "No space left.",
        "free space there",
    ),
    "nas unknown": (
        {"targets": [NAS.model_copy(update={"state": "unknown", "why": "Not looked at yet."})]},
        "nas /mnt/nas",
        "warning",
        "Not looked at yet.",
        "within seconds",
    ),
    "damage": (
        {"runs": [row(damage="1 of 3 files of the copy on the NAS is damaged.")]},
        "damage",
        "error",
        f"The copies of 1 run on the NAS are damaged: {RUN}.",
        "which files",
    ),
    "one stray": (
        {"unrecognised": [STRAY]},
        "unrecognised",
        "warning",
        "1 entry is not part of any run and will not be synced.",
        "See the list",
    ),
    "many strays": (
        {"unrecognised": [STRAY] * 1200},
        "unrecognised",
        "warning",
        "1,200 entries are not part of any run and will not be synced.",
        "See the list",
    ),
}


@pytest.mark.parametrize(("changes", "name", "severity", "message", "remedy"), CASES.values(), ids=list(CASES))
def test_each_trouble_has_its_line(
    changes: dict[str, Any], name: str, severity: str, message: str, remedy: str
) -> None:
    health = report(**changes)
    check = line(health, name)
    assert (check.severity, check.message) == (severity, message)
    assert remedy in check.remedy
    assert check.ok == (severity != "error") == health.ok
    assert bool(check.remedy) == (severity != "ok")


def test_without_a_disk_to_ask_there_is_no_line_about_it() -> None:
    assert "disk" not in [check.name for check in report(disk=None).checks]
