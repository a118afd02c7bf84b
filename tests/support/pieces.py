"""Owns single pieces of a station for unit tests: a store, a row, a run, and a core without its threads."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exlab_wizard.api.models import DisplayState, OverviewRow
from exlab_wizard.clearing.reserve import Reserve
from exlab_wizard.config import Config
from exlab_wizard.fsys import Dir
from exlab_wizard.listing.index import Index
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import RunScan
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.core import Core
from exlab_wizard.station.leader import _build_core
from exlab_wizard.station.registry import Run
from exlab_wizard.station.store import Store

RUN = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32"
AT = datetime(2026, 4, 17, 14, 40, tzinfo=UTC)


class NoReserve:
    """A reserve with nothing in it; counts how often it was wanted."""

    def __init__(self) -> None:
        self.released = 0

    def release(self) -> None:
        self.released += 1


def open_store(folder: Path) -> Store:
    """`station.db` in a folder."""
    return Store(folder / "station.db", NoReserve())


def row(path: str = RUN, **changes: Any) -> OverviewRow:
    """A row as the station publishes it."""
    run = RunPath.parse(path)
    values: dict[str, Any] = {
        "path": path,
        "current_state": "staging",
        "equipment_id": run.equipment_id,
        "project_name": run.project,
        "run_kind": run.kind.value,
        "file_count": 3,
        "byte_total": 1234,
        "elapsed_seconds_since_last_activity": 0.0,
        "last_activity_at": AT,
        "display_state": DisplayState.RECEIVING,
        "why": "1.2 KiB so far.",
        "next_step": "Nothing to do.",
        "revision": 0,
    }
    return OverviewRow(**{**values, **changes})


def a_run(state: Lifecycle = Lifecycle.STAGING, files: int = 3, path: str = RUN, **changes: Any) -> Run:
    """A run as the registry holds it, with `files` local data files of 1,024 bytes each."""
    run = Run(RunPath.parse(path), state, scan=RunScan("tree", files, files * 1024))
    run.durable.first_seen_at = run.durable.last_activity_at = "2026-04-17T14:35:00Z"
    for name, value in changes.items():
        setattr(run, name, value)
    return run


@contextmanager
def a_core(config: Config) -> Iterator[Core]:
    """The parts of a leading station over a marked lab, without any thread."""
    state_dir = Path(config.state_dir)
    state_dir.mkdir(parents=True, exist_ok=True)
    staging, index = StagingRoot(config.orchestrator.staging_root), Index(state_dir / "index.db")
    with Dir.open(state_dir) as state:
        reserve = Reserve(state, size=4096)
        store = Store(state_dir / "station.db", reserve)
        try:
            yield _build_core(config, "labpc-04", logging.getLogger("test"), staging, store, index, state, reserve)
        finally:
            store.close()
            index.close()
