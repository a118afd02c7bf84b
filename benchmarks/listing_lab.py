"""Owns what the listing is measured on: a lab with very many runs under a real Jupyter server process."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.http_load import Address, Connection
from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.markers import mark_nas, mark_staging

_EQUIPMENT = "CONFOCAL_01"
_SENTINEL = "acquisition_complete.flag"
_PER_PROJECT = 100
_FIRST = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_OTHERS = ("jupyter_lsp", "jupyter_server_terminals", "voila", "jupyterlab", "notebook", "notebook_shim")


class Lab:
    """A staging directory below `fast`, its NAS and its records below `work`, and the server over them."""

    def __init__(self, work: Path, fast: Path, workers: int = 4) -> None:
        self.work, self.fast, self.staging, self.nas = work, fast, fast / "staging", work / "nas"
        for folder in (self.staging, self.nas, work / "notebooks", work / "jupyter"):
            folder.mkdir(parents=True)
        mark_staging(self.staging)
        mark_nas(self.nas)
        (work / "state").mkdir(mode=0o700)
        config = work / "exlab_wizard.yaml"
        config.write_text(json.dumps(self._config(workers)))  # JSON is YAML
        extensions = {"exlab_wizard": True, **dict.fromkeys(_OTHERS, False)}
        settings = {
            "ServerApp": {"jpserver_extensions": extensions},
            "ExLabWizard": {"config_file": str(config)},
        }
        self.server = ServerProcess(work / "jupyter", work / "notebooks", "jupyter_server", settings)

    def _config(self, workers: int) -> dict[str, Any]:
        instrument = {
            "id": _EQUIPMENT,
            "label": "Confocal Microscope 1",
            "completeness_signal": "sentinel_file",
            "sentinel_filename": _SENTINEL,
            "settle_seconds": 0.2,
            "nas_root": str(self.nas),
        }
        return {
            "orchestrator": {
                "enabled": True,
                "label": "Benchmark",
                "staging_root": str(self.staging),
                "state_dir": str(self.work / "state"),
            },
            "equipment": [instrument],
            "sync": {"workers": workers, "allow_same_storage": True},
        }

    @property
    def address(self) -> Address:
        """Where the started server is."""
        return Address(self.server.url, self.server.token)

    def small_runs(self, number: int) -> list[str]:
        """As many runs still being received, of one file each; their run paths."""
        paths = [run_path(f"P-{index // _PER_PROJECT:04}", index % _PER_PROJECT) for index in range(number)]
        for path in paths:
            folder = self.staging / path
            folder.mkdir(parents=True)
            (folder / "image_0001.tif").write_bytes(b"x" * 64)
        return paths

    def deep_run(self, files: int, folders: int) -> str:
        """One run of very many empty files, moved in at once; its run path."""
        path = run_path("P-SCAN", 0)
        made = self.fast / "made"
        for number in range(folders):
            folder = made / f"series_{number:05}"
            folder.mkdir(parents=True)
            handle = os.open(folder, os.O_RDONLY)
            for file in range(number, files, folders):
                os.close(os.open(f"image_{file:07}.tif", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=handle))
            os.close(handle)
        (self.staging / path).parent.mkdir(parents=True)
        made.rename(self.staging / path)
        return path

    def complete_runs(self, number: int, files: int, size: int) -> list[str]:
        """As many complete runs, each of `files` files of `size` bytes; their run paths."""
        paths = [run_path("P-SYNC", index) for index in range(number)]
        block = os.urandom(1 << 20)
        for path in paths:
            folder = self.staging / path
            folder.mkdir(parents=True)
            for index in range(files):
                with (folder / f"image_{index:04}.tif").open("wb") as file:
                    for start in range(0, size, len(block)):
                        file.write(block[: size - start])
        for path in paths:
            (self.staging / path / _SENTINEL).touch()
        return paths

    def grow(self, path: str, number: int) -> None:
        """One more file for a run."""
        (self.staging / path / f"more_{number:04}.tif").write_bytes(b"y" * 64)

    def cpu_seconds(self) -> float:
        """Processor time of the server process itself, its workers left out."""
        fields = Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_path(project: str, index: int) -> str:
    """The path of an experimental run; one a minute."""
    return f"{_EQUIPMENT}/{project}/Runs/Run_{_FIRST + timedelta(minutes=index):%Y-%m-%dT%H-%M}"


@contextmanager
def started(lab: Lab) -> Iterator[None]:
    """The lab's server runs."""
    lab.server.start()
    try:
        yield
    finally:
        lab.server.stop()


Rows = dict[str, dict[str, Any]]


def rows_of(connection: Connection, path: str = "staging") -> Rows:
    """The rows by run path; none while the station is starting. Raises RuntimeError for any other answer."""
    status, _, body = connection.get(path)
    answer = json.loads(bytes(body))
    if status == 200:
        return {row["path"]: row for row in answer["runs"]}
    if answer.get("code") == "station_starting":
        return {}
    raise RuntimeError(f"{path}: {status} {answer}")


def wait_rows(connection: Connection, wanted: Callable[[Rows], bool], what: str, seconds: float, pause: float) -> Rows:
    """The listing once it is as `wanted`; asked for every `pause` seconds. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not wanted(rows := rows_of(connection)):
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(pause)
    return rows
