"""Owns the product as it is measured: a real Jupyter server over a real staging directory, asked by its own client."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.usage import Cost, cpu_of, peak_mib
from exlab_wizard.api.models import DisplayState
from exlab_wizard.client.staging import StagingClient, connect
from exlab_wizard.config import load_config
from exlab_wizard.demo.processes import family
from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.markers import mark_nas, mark_staging

SENTINEL = "acquisition_complete.flag"
_WORKER = b"exlab_wizard.sync.engine.worker"
_POLL_SECONDS = 0.02
_SLOWEST_POLL_SECONDS = 0.1
_POLL_SHARE = 0.02  # of the time waited so far: asking must not take the processors from what is measured


@dataclass(frozen=True, slots=True)
class Target:
    """One NAS directory and the equipment whose runs go there."""

    equipment_id: str
    nas: Path


class Product:
    """One station in directories of its own below `base`; a context manager that ends with its server.

    `targets` are the NAS directories; each has its own equipment, settling at once.
    """

    def __init__(self, base: Path, targets: list[Target], workers: int = 2) -> None:
        self.base, self.targets = base, {target.equipment_id: target for target in targets}
        self.staging = base / "staging"
        self._workers = workers
        self._config_file = base / "exlab_wizard.yaml"
        settings = {"ExLabWizard": {"config_file": str(self._config_file)}}
        self.server = ServerProcess(base / "jupyter", base / "notebooks", "jupyter_server", settings)
        self.client: StagingClient

    def __enter__(self) -> Product:
        for folder in (self.staging, self.base / "notebooks", *(one.nas for one in self.targets.values())):
            folder.mkdir(parents=True)
        mark_staging(self.staging)
        for target in self.targets.values():
            mark_nas(target.nas)
        self._config_file.write_text(json.dumps(self._config()))
        load_config(self._config_file)
        self.server.start()
        self.client = connect(self.server.url, self.server.token)
        try:
            self._wait_started()
        except BaseException:
            self.server.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()
        self.server.stop()

    def _config(self) -> dict[str, Any]:
        equipment = [
            {
                "id": target.equipment_id,
                "completeness_signal": "sentinel_file",
                "sentinel_filename": SENTINEL,
                "settle_seconds": 0,
                "nas_root": str(target.nas),
            }
            for target in self.targets.values()
        ]
        return {
            "orchestrator": {"enabled": True, "label": "Benchmark", "staging_root": str(self.staging)},
            "equipment": equipment,
            "sync": {"workers": self._workers, "allow_same_storage": True},
        }

    def _wait_started(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                self.client.overview()
                return
            except StagingError as error:
                if error.code is not Code.STATION_STARTING or time.monotonic() > deadline:
                    raise
            time.sleep(_POLL_SECONDS)

    # ------------------------------------------------------------------ runs

    def bring(self, equipment_id: str, number: int, data: Path) -> str:
        """Move a folder with data into staging as a finished run (same disk: nothing is copied); its run path."""
        run_path = f"{equipment_id}/BENCH/Runs/Run_2026-04-{number // 60 + 1:02d}T10-{number % 60:02d}"
        run = self.staging / run_path
        run.parent.mkdir(parents=True, exist_ok=True)
        # what an earlier round left in it belongs to another run
        shutil.rmtree(data / ".exlab-wizard", ignore_errors=True)
        (data / ".exlab-wizard").mkdir()
        (data / ".exlab-wizard" / "creation.json").write_text(json.dumps(creation(run_path)))
        (data / SENTINEL).touch()
        os.rename(data, run)
        return run_path

    def take_back(self, run_path: str, data: Path) -> None:
        """The folder of `bring` back where it was; the station goes on knowing the run."""
        os.rename(self.staging / run_path, data)
        shutil.rmtree(data / ".exlab-wizard")
        (data / SENTINEL).unlink()

    def on_nas(self, run_path: str) -> Path:
        """The run's copy."""
        return self.targets[run_path.split("/")[0]].nas / run_path

    def sync(self, run_path: str) -> Cost:
        """From asking for a sync of a complete run until it is verified, with all its CPU seconds and workers' peak.

        The run is complete and held when this begins (`hold`). CPU seconds are those of the server and its workers, so
        those of answering this client too.
        """
        cpu, began = self.cpu_seconds(), time.perf_counter()
        self.client.resume()
        self.client.force_sync(run_path)
        self.wait(run_path, "sync_verified")
        seconds = time.perf_counter() - began
        return Cost(seconds, self.cpu_seconds() - cpu, self.worker_peak_mib())

    @contextmanager
    def held(self, equipment_id: str, number: int, data: Path) -> Iterator[str]:
        """A run brought in, looked at, and queued, while everything is paused: only its sync is still to do."""
        self.client.pause()
        run_path = self.bring(equipment_id, number, data)
        try:
            self.wait(run_path, "sync_queued")
            yield run_path
        finally:
            self.take_back(run_path, data)

    def wait(self, run_path: str, state: str) -> None:
        """As `wait_all`, for one run."""
        self.wait_all([run_path], state)

    def wait_all(self, runs: Iterable[str], state: str, timeout: float = 900) -> None:
        """Wait until all these runs are known and in this state, asking for changes only.

        Raises RuntimeError when one has failed or is blocked, or it takes longer.
        """
        left, revision, began = set(runs), None, time.monotonic()
        while True:
            overview = self.client.overview(revision)
            revision = overview.revision
            for row in overview.runs:
                if row.path in left and row.display_state in (DisplayState.FAILED, DisplayState.BLOCKED):
                    raise RuntimeError(f"{row.path} is {row.display_state}: {row.why}")
                if row.current_state == state:
                    left.discard(row.path)
            if not left:
                return
            waited = time.monotonic() - began
            if waited > timeout:
                log = self.server.log_text()[-2000:]
                raise RuntimeError(f"{len(left)} runs are not {state}, {min(left)} for one:\n{log}")
            time.sleep(min(_SLOWEST_POLL_SECONDS, max(_POLL_SECONDS, _POLL_SHARE * waited)))

    # ------------------------------------------------------------------ processes

    def pids(self) -> list[int]:
        """The server and everything below it."""
        return [process.pid for process in family(self.server.pid)]

    def cpu_seconds(self) -> float:
        """CPU seconds of the server and its workers so far."""
        return cpu_of(self.pids())

    def workers(self) -> list[int]:
        """The worker processes."""
        return [pid for pid in self.pids() if _WORKER in command_line(pid)]

    def worker_peak_mib(self) -> float:
        """The most memory that any worker has had."""
        return max(map(peak_mib, self.workers()), default=0.0)


def command_line(pid: int) -> bytes:
    """A process's arguments; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def creation(run_path: str) -> dict[str, Any]:
    """A creation.json as an instrument's wizard writes it."""
    equipment_id, project, _, _ = run_path.split("/")
    return {
        "schema_version": "1.8",
        "created_at": "2026-04-17T14:32:00Z",
        "created_by": "benchmark",
        "level": "run",
        "run_kind": "experimental",
        "lims_project": {"uid": "be9c4", "short_id": project, "name_at_creation": project},
        "paths": {"run": run_path},
        "orchestrator": {"equipment_id": equipment_id},
    }


def checksums_of(nas_run: Path) -> dict[str, str]:
    """The manifest that stands with the copy: SHA-256 by path."""
    text = (nas_run / ".exlab-wizard" / "checksums.sha256").read_text()
    return {path: digest for digest, _, path in (line.partition("  ") for line in text.splitlines())}
