"""Owns a lab with a whole history: one run verified, one cleared, one cleared whose staging folder is gone."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.audit.examine import Audit
from exlab_wizard.audit.findings import LedgerVerdict, RunVerdict
from exlab_wizard.config import Config, parse_config
from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.meter import Meter
from tests.station.conftest import Bench
from tests.support.lab import Lab, equipment
from tests.support.waiting import wait_for

VERIFIED, CLEARED, GONE = (f"CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-3{number}" for number in (2, 3, 4))
RUNS = [VERIFIED, CLEARED, GONE]
FILES = {"a.tif": b"one" * 500, "odd näme/b": b"two", "empty": b""}


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once by a real station, which is stopped again."""
    base = tmp_path_factory.mktemp("history") / "lab"
    bench = Bench(Lab(base).mark()).start()
    try:
        for run in RUNS:
            bench.verified(run, FILES)
        for run in (CLEARED, GONE):
            bench.clear(run)
            bench.wait("cleared", run)
        (bench.lab.staging / GONE).rename(base / "taken away")  # whole: the station may be writing its log there
        wait_for(lambda: not _unsent(bench), 20, "every receipt is on the NAS")
    finally:
        bench.station.stop()
    return base


def _unsent(bench: Bench) -> int:
    with closing(sqlite3.connect(Path(bench.lab.config.state_dir, "station.db"))) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM outbox").fetchone()[0])


@dataclass
class Scene:
    """A copy of that lab, free to be spoilt."""

    base: Path

    @property
    def staging(self) -> Path:
        return self.base / "staging"

    @property
    def nas(self) -> Path:
        return self.base / "nas"

    @property
    def config(self) -> Config:
        return parse_config(self.data)

    @property
    def data(self) -> dict[str, Any]:
        return {
            "orchestrator": {"enabled": True, "staging_root": str(self.staging)},
            "equipment": [equipment(self.nas)],
            "sync": {"allow_same_storage": True},
        }

    @property
    def state_dir(self) -> Path:
        return Path(self.config.state_dir)

    @property
    def ledger(self) -> Path:
        return self.state_dir / "receipts.jsonl"

    @property
    def database(self) -> Path:
        return self.state_dir / "station.db"

    def nas_ledger(self, run: str = CLEARED) -> Path:
        return self.nas / run / ".exlab-wizard" / "receipts.jsonl"

    def audit(self, rehash: bool = True, unreachable: str = "") -> tuple[LedgerVerdict, dict[str, RunVerdict]]:
        meter = Meter(lambda progress: None, lambda: None) if rehash else None
        with Dir.open(self.state_dir) as state:
            audit = Audit(self.config, state, lambda nas_root: unreachable, meter)
            runs = {run: audit.examine(run) for run in audit.runs}
            return audit.ledger(), runs

    def problems(self, rehash: bool = False) -> list[str]:
        """Everything wrong, in one list."""
        ledger, runs = self.audit(rehash)
        return [*ledger.problems, *(problem for run in runs.values() for problem in run.problems)]


@pytest.fixture
def scene(history: Path, tmp_path: Path) -> Scene:
    shutil.copytree(history, tmp_path / "copy", symlinks=True)
    return Scene(tmp_path / "copy")


@pytest.fixture(scope="module")
def shared_scene(history: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """One for tests that put back what they spoil."""
    base = tmp_path_factory.mktemp("shared") / "copy"
    shutil.copytree(history, base, symlinks=True)
    return Scene(base)
