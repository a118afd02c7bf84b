"""Owns overview rows and whole overviews for tests of what is said about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from exlab_wizard.api.models import DiskSpace, DisplayState, LeaderStatus, Overview, OverviewRow, WatcherStatus

NOW = datetime(2026, 4, 17, 15, 0, tzinfo=UTC)
RUN = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32"
OTHER = "CONFOCAL_01/PROJ-0043/Runs/Run_2026-04-17T14-32"
SINGLE = "SEM_02/cell wall/TestRuns/TestRun_2026-04-18T09-00"


def row(path: str = RUN, **changes: Any) -> OverviewRow:
    """A verified run of 142 files and 45 GiB, last active an hour before `NOW`."""
    equipment, project, folder, _ = path.split("/")
    fields: dict[str, Any] = {
        "path": path,
        "current_state": "sync_verified",
        "equipment_id": equipment,
        "project_name": project,
        "run_kind": "test" if folder == "TestRuns" else "experimental",
        "file_count": 142,
        "byte_total": 48293847234,
        "elapsed_seconds_since_last_activity": 3600.0,
        "last_activity_at": NOW - timedelta(hours=1),
        "display_state": DisplayState.VERIFIED,
        "why": "All 142 files are on the NAS.",
        "next_step": "Clear it when you need the space.",
        "revision": 1,
    }
    return OverviewRow(**{**fields, **changes})


def overview(*rows: OverviewRow, revision: int = 1, **changes: Any) -> Overview:
    """A whole overview of `rows` at `NOW`."""
    fields: dict[str, Any] = {
        "revision": revision,
        "label": "Lab 4",
        "staging_root": "/staging",
        "runs": list(rows),
        "disk": DiskSpace(total=2 * 2**40, free=640 * 2**30),
        "watcher": WatcherStatus(mode="events", detail="", rescan_seconds=30),
        "leader": LeaderStatus(leads=True, host="labpc-04", pid=1),
        "targets": [],
        "unrecognised": [],
        "at": NOW,
    }
    return Overview(**{**fields, **changes})
