"""Owns the simulated instruments: what their runs hold, and pushing them as real ones do, file by file over time."""

from __future__ import annotations

import hashlib
import json
import os
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.units import MINUTE

_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Instrument:
    """One simulated instrument. A run has `file_count` files of about `file_bytes`, `pause_seconds` apart.

    `atomic` instruments write beside and rename, as careful software does; the others let half a file be seen.
    """

    equipment_id: str
    label: str
    signal: str
    projects: tuple[str, ...]
    file_pattern: str
    file_count: int
    file_bytes: int
    pause_seconds: float
    atomic: bool = False
    kind: str = "experimental"

    def config(self, nas_root: str) -> dict[str, Any]:
        """This instrument's entry under `equipment`, with a demo's short times."""
        return {
            "id": self.equipment_id,
            "label": self.label,
            "completeness_signal": self.signal,
            "sentinel_filename": SENTINEL,
            "manifest_filename": MANIFEST,
            "quiet_minutes": QUIET_SECONDS / MINUTE,
            "settle_seconds": SETTLE_SECONDS,
            "nas_root": nas_root,
        }


SENTINEL, MANIFEST = "acquisition_complete.flag", "manifest.json"
UNREADY, UNREADY_RUN = ("<sample>_notes.txt",), (0, 1)  # what a template left behind: the gate blocks this run
QUIET_SECONDS, SETTLE_SECONDS = 6.0, 1.5

INSTRUMENTS = (
    Instrument(
        equipment_id="CONFOCAL_01",
        label="Confocal microscope",
        signal="sentinel_file",
        projects=("PROJ-0042 Zebrafish heart", "PROJ-0043 Organoids"),
        file_pattern="tile_{:04d}.tif",
        file_count=24,
        file_bytes=1_000_000,
        pause_seconds=0.4,
    ),
    Instrument(
        equipment_id="SEQUENCER_01",
        label="Sequencer",
        signal="manifest",
        projects=("SEQ-7 Soil metagenome",),
        file_pattern="lane1/reads_{:03d}.fastq.gz",
        file_count=8,
        file_bytes=4_000_000,
        pause_seconds=1.0,
        atomic=True,
    ),
    Instrument(
        equipment_id="PLATEREADER_02",
        label="Plate reader",
        signal="quiet_period",
        projects=("ASSAY-19 Dose response",),
        file_pattern="plate/well_{:03d}.csv",
        file_count=48,
        file_bytes=4_000,
        pause_seconds=0.15,
        kind="test",
    ),
)


@dataclass
class Push:
    """One run on its way into staging; `extra` names further small files.

    `expected` gets each file's SHA-256 as pushed, by path below the run.
    """

    instrument: Instrument
    staging: Path
    run_path: str
    seed: int
    speed: float = 1.0
    extra: tuple[str, ...] = ()
    expected: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the run is pushed to."""
        return self.staging / self.run_path

    def write(self, pause: Callable[[float], bool]) -> bool:
        """Push everything; `pause(seconds)` waits and says whether to stop. False when stopped."""
        self._control()
        for path, content in self._files():
            self._put(path, content, pause)
            if pause(self.instrument.pause_seconds / self.speed):
                return False
        self._signal()
        return True

    def _files(self) -> Iterator[tuple[str, bytes]]:
        chance = random.Random(self.seed)
        for number in range(self.instrument.file_count):
            size = int(self.instrument.file_bytes * chance.uniform(0.6, 1.4))
            yield self.instrument.file_pattern.format(number), chance.randbytes(size)
        for name in self.extra:
            yield name, chance.randbytes(200)

    def _put(self, path: str, content: bytes, pause: Callable[[float], bool]) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        written = target.with_name(f".{target.name}.part") if self.instrument.atomic else target
        with written.open("wb") as file:
            for start in range(0, len(content), _BLOCK):
                file.write(content[start : start + _BLOCK])
                file.flush()
                pause(0.01 / self.speed)
        if written != target:
            os.replace(written, target)
        self.expected[path] = hashlib.sha256(content).hexdigest()

    def _control(self) -> None:
        folder = self.folder / CONTROL_DIR
        folder.mkdir(parents=True, exist_ok=True)  # the station, which sees the run's folder at once, may have made it
        (folder / "creation.json").write_text(json.dumps(self._creation(), indent=2))

    def _creation(self) -> dict[str, Any]:
        project = self.run_path.split("/")[1]
        return {
            "schema_version": "1.8",
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "created_by": "demo",
            "level": "run",
            "run_kind": self.instrument.kind,
            "lims_project": {"uid": f"demo-{self.seed}", "short_id": project.split()[0], "name_at_creation": project},
            "paths": {"run": self.run_path},
            "orchestrator": {"equipment_id": self.instrument.equipment_id},
        }

    def _signal(self) -> None:
        """What ends the run: a sentinel, a manifest, or nothing (a quiet period)."""
        if self.instrument.signal == "sentinel_file":
            self._put(SENTINEL, b"", _at_once)
        elif self.instrument.signal == "manifest":
            sizes = ((path, (self.folder / path).stat().st_size) for path in self.expected)
            listed = [{"path": path, "size": size, "sha256": self.expected[path]} for path, size in sizes]
            self._put(MANIFEST, json.dumps({"files": listed}).encode(), _at_once)


def _at_once(seconds: float) -> bool:
    return False


def run_paths(instrument: Instrument, start: datetime) -> Iterator[str]:
    """Run paths a minute apart, the projects in turn, without end."""
    folder, prefix = ("TestRuns", "TestRun_") if instrument.kind == "test" else ("Runs", "Run_")
    number = 0
    while True:
        stamp = (start + timedelta(minutes=number)).strftime("%Y-%m-%dT%H-%M")
        project = instrument.projects[number % len(instrument.projects)]
        yield f"{instrument.equipment_id}/{project}/{folder}/{prefix}{stamp}"
        number += 1


class Bench:
    """All instruments at work, each in a thread, each with pauses between its runs, until stopped."""

    def __init__(self, staging: Path, between_seconds: float = 12.0, runs_each: int = 6) -> None:
        self._staging = staging
        self._between = between_seconds
        self._runs_each = runs_each
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(number, item), name=item.equipment_id, daemon=True)
            for number, item in enumerate(INSTRUMENTS)
        ]

    def start(self) -> None:
        """Begin; the instruments start one after the other."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop within a moment; half-pushed runs stay as they are."""
        self._stop.set()
        for thread in self._threads:
            thread.join(2)

    def _work(self, number: int, instrument: Instrument) -> None:
        paths = run_paths(instrument, datetime.now(UTC))
        self._stop.wait(number * 3.0)
        for count, run_path in zip(range(self._runs_each), paths, strict=False):
            extra = UNREADY if (number, count) == UNREADY_RUN else ()
            push = Push(instrument, self._staging, run_path, seed=number * 100 + count, extra=extra)
            if not push.write(self._stop.wait):
                return
            if self._stop.wait(self._between):
                return
