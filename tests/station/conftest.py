"""Owns a running station over a lab: started, spoken to as the API does, stopped."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.api.models import OverviewRow
from exlab_wizard.errors import StagingError
from exlab_wizard.station.station import Station
from exlab_wizard.sync import errands, outbox, targets
from tests.support.lab import Lab
from tests.support.waiting import wait_for

FILES = {"scan_0001.tif": b"one" * 5000, "stack/plane 1.raw": b"two" * 3000, "notes.txt": b"hello"}
RUN = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32"


class Bench:
    """A lab with its station; words are the station's own."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.station = Station(lab.config)

    def start(self) -> Bench:
        self.station.start()
        wait_for(self._ready, 20, "the station is ready")
        return self

    def _ready(self) -> bool:
        with suppress(StagingError):
            self.station.listing()
            return True
        return False

    def restart(self, between: Callable[[], None] = lambda: None) -> None:
        """Stop, change the world, start again."""
        self.station.stop()
        between()
        self.station = Station(self.lab.config)
        self.start()

    def push(self, run: str = RUN, files: dict[str, bytes] | None = None, done: bool = True) -> Path:
        return self.lab.push(run, FILES if files is None else files, done=done)

    def row(self, run: str = RUN) -> OverviewRow | None:
        return next((row for row in self.station.overview().runs if row.path == run), None)

    def wait(self, state: str, run: str = RUN, seconds: float = 20) -> OverviewRow:
        """Wait until the run is in a lifecycle state and nothing is under way."""

        def there() -> OverviewRow | None:
            row = self.row(run)
            settled = row is not None and row.current_state == state and row.job_id is None
            return row if settled and self.written_state(run) == state else None

        found = wait_for(there, seconds, f"{run} {state}: {self.row(run)}")
        assert found is not None
        return found

    def wait_shown(self, word: str, run: str = RUN, seconds: float = 20) -> OverviewRow:
        """Wait until people see a display state."""

        def there() -> OverviewRow | None:
            row = self.row(run)
            return row if row and row.display_state == word else None

        found = wait_for(there, seconds, f"{run} shown as {word}")
        assert found is not None
        return found

    def verified(self, run: str = RUN, files: dict[str, bytes] | None = None) -> Path:
        folder = self.push(run, files)
        self.wait("sync_verified", run)
        return folder

    def force(self, run: str = RUN, **more: Any) -> Any:
        return self.station.force_sync(self.station.parse_run(run), "kim", **more)

    def clear(self, run: str = RUN) -> Any:
        return self.station.clear(self.station.parse_run(run), "kim")

    def refused(self, call: Callable[[], Any]) -> StagingError:
        with pytest.raises(StagingError) as caught:
            call()
        return caught.value

    def ingest(self, run: str = RUN, root: Path | None = None) -> dict[str, Any]:
        path = (root or self.lab.staging) / run / ".exlab-wizard" / "ingest.json"
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found

    def written_state(self, run: str = RUN) -> str:
        """What ingest.json says; empty while it is torn or missing."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return str(self.ingest(run)["current_state"])
        return ""

    def reasons(self, run: str = RUN) -> list[str]:
        """The reasons in the run's history, in order."""
        if not self.written_state(run):
            return []
        return [entry["reason"] for entry in self.ingest(run)["history"] if "reason" in entry]

    def superseded(self, run: str = RUN) -> dict[str, bytes]:
        """Versions kept aside on the NAS, by path."""
        root = self.lab.nas / run / ".exlab-wizard" / "superseded"
        found = [path for path in root.rglob("*") if path.is_file()]
        return {path.relative_to(root).as_posix().split("/", 1)[1]: path.read_bytes() for path in found}

    def sums_hold(self, run: str = RUN) -> bool:
        """`sha256sum -c` in the NAS copy, as anybody could run it."""
        command = ["sha256sum", "-c", "--quiet", "--strict", ".exlab-wizard/checksums.sha256"]
        return subprocess.run(command, cwd=self.lab.nas / run, capture_output=True, check=False).returncode == 0


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at again, or tried again, after five seconds: after one."""
    monkeypatch.setattr(targets, "PROBE_AWAY_SECONDS", 1.0)
    monkeypatch.setattr(errands, "_AGAIN_SECONDS", 1.0)
    monkeypatch.setattr(outbox, "_FIRST_SECONDS", 1.0)


@pytest.fixture
def bench(lab: Lab) -> Iterator[Bench]:
    """A started station over a marked lab."""
    started = Bench(lab).start()
    yield started
    started.station.stop()


@pytest.fixture
def late_bench(lab: Lab) -> Iterator[Bench]:
    """A bench whose station the test starts itself."""
    made = Bench(lab)
    yield made
    made.station.stop()
