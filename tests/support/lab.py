"""Owns a station's directories for tests: staging and a marked NAS in a temporary folder, and the config over them."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from exlab_wizard.config import Config, load_config, parse_config

SENTINEL = "acquisition_complete.flag"
STAMP = "2026-04-17T14-32"


def equipment(nas: Path, **changes: Any) -> dict[str, Any]:
    """One instrument with a sentinel, settling at once."""
    base = {
        "id": "CONFOCAL_01",
        "label": "Confocal Microscope 1",
        "completeness_signal": "sentinel_file",
        "sentinel_filename": SENTINEL,
        "settle_seconds": 0.2,
        "nas_root": str(nas),
    }
    return {**base, **changes}


@dataclass
class Lab:
    """`staging` and `nas` exist; `mark()` makes them usable; `data` is the config as plain data, free to change.

    Both are made below `base`, or are folders of mounts that are there already.
    """

    base: Path
    data: dict[str, Any] = field(default_factory=dict)
    mounted: tuple[Path, Path] | None = None

    def __post_init__(self) -> None:
        self.staging, self.nas = self.mounted or (self.base / "staging", self.base / "nas")
        self.staging.mkdir(parents=True, exist_ok=self.mounted is not None)
        self.nas.mkdir(exist_ok=self.mounted is not None)
        self.data = self.data or {
            "orchestrator": {"enabled": True, "label": "Test station", "staging_root": str(self.staging)},
            "equipment": [equipment(self.nas)],
            "sync": {"workers": 2, "allow_same_storage": True},
        }

    def mark(self) -> Lab:
        """Mark staging and NAS as `exlab-wizard mark-staging` and `mark-nas` do."""
        from exlab_wizard.markers import mark_nas, mark_staging

        mark_staging(self.staging)
        mark_nas(self.nas)
        return self

    @property
    def config(self) -> Config:
        """The configuration, checked."""
        return parse_config(self.data)

    def write_config(self, name: str = "exlab_wizard.yaml") -> Path:
        """The configuration as a file; loaded once, so that a broken one fails here."""
        path = self.base / name
        path.write_text(yaml.safe_dump(self.data, sort_keys=False))
        load_config(path)
        return path

    def run_path(self, project: str = "PROJ-0042", stamp: str = STAMP, equipment_id: str = "CONFOCAL_01") -> str:
        """An experimental run's path."""
        return f"{equipment_id}/{project}/Runs/Run_{stamp}"

    def push(self, run_path: str, files: dict[str, bytes], *, done: bool = True) -> Path:
        """Write a run as an instrument does: provenance, data, and the sentinel last. Returns its folder."""
        run = self.staging / run_path
        for name, content in files.items():
            (run / name).parent.mkdir(parents=True, exist_ok=True)
            (run / name).write_bytes(content)
        (run / ".exlab-wizard").mkdir(exist_ok=True)
        (run / ".exlab-wizard" / "creation.json").write_text(json.dumps(creation(run_path)))
        if done:
            (run / SENTINEL).touch()
        return run

    def on_nas(self, run_path: str) -> dict[str, bytes]:
        """The data files of a run's NAS copy, by path relative to the run."""
        return data_files(self.nas / run_path)


def data_files(run: Path) -> dict[str, bytes]:
    """Every data file below a run folder, without the top-level `.exlab-wizard`; what is being replaced is left out."""
    found: dict[str, bytes] = {}
    for folder, names, files in os.walk(run):
        if Path(folder) == run and ".exlab-wizard" in names:
            names.remove(".exlab-wizard")
        for name in files:
            path = Path(folder, name)
            with suppress(FileNotFoundError):
                found[path.relative_to(run).as_posix()] = path.read_bytes()
    return found


def creation(run_path: str) -> dict[str, Any]:
    """A creation.json (schema 1.8) as an instrument's wizard writes it."""
    equipment_id, project, folder, _ = run_path.split("/")
    return {
        "schema_version": "1.8",
        "created_at": "2026-04-17T14:32:00Z",
        "created_by": "kim",
        "level": "run",
        "run_kind": "test" if folder == "TestRuns" else "experimental",
        "lims_project": {"uid": "c0ffee", "short_id": project, "name_at_creation": project},
        "paths": {"run": run_path},
        "orchestrator": {"equipment_id": equipment_id},
    }
