"""Owns a bench for restoring: a run verified and really cleared, orders to bring it back, and what it looked like."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

from exlab_wizard.fsys import Dir
from exlab_wizard.restoring.restore import run_restore
from exlab_wizard.runs.ingest import format_ingest
from exlab_wizard.runs.scan import RunScan, scan
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.sync.engine.worker import run_task
from exlab_wizard.sync.tasks import Outcome, RestoreTask, TaskError
from tests.support.clearing import FILES, ClearBench
from tests.support.engine import RUN

Look = dict[str, tuple[Any, ...]]


class RestoreBench(ClearBench):
    """`ClearBench` with a run that is cleared; `before` is how its data looked when they were verified."""

    def __init__(self, root: Path, files: dict[str, bytes] | None = None, **more: Any) -> None:
        super().__init__(root, FILES if files is None else files, **more)

    def clear_all(self) -> None:
        """Verify and clear as the station does."""
        self.verify()
        self.before = look(self.run)
        data = self.cleared()
        assert all(map(self.finish, data["clearing_ids"]))
        self.write_ingest(Lifecycle.CLEARED)
        assert self.local_data() == {}

    def lose_folder(self) -> None:
        shutil.rmtree(self.run)

    def restore_task(self, **more: Any) -> RestoreTask:
        """An order as the station gives it now, with a fresh token."""
        token = self.next_token()
        ingest = format_ingest(RUN, Lifecycle.SYNC_VERIFIED, [], {}).decode()
        digest = self.verified["manifest_digest"]
        return replace(RestoreTask(f"restore-{token}", token, str(RUN), self.place, digest, ingest), **more)

    def restore(self, **more: Any) -> dict[str, Any]:
        """A restore that must succeed; its data."""
        outcome = run_task(self.restore_task(**more), self.messages.append)
        assert outcome.error is None, outcome.error
        return outcome.data

    def restore_to_its_end(self, task: RestoreTask) -> None:
        """A restore already ordered, that must succeed where nothing stops the process."""
        run_restore(task, lambda progress: None)

    def restore_error(self, **more: Any) -> TaskError:
        """The error a restore must end with."""
        outcome: Outcome = run_task(self.restore_task(**more), self.messages.append)
        assert outcome.error is not None, outcome.data
        return outcome.error

    def restoring_folders(self) -> list[Path]:
        return list(self.run_control.glob("restoring-*"))

    def assert_as_before(self) -> None:
        """Every name, byte, mode and time of the files as when they were verified; every folder; nothing left over."""
        assert look(self.run) == self.before
        assert self.restoring_folders() == []
        self.assert_no_temporaries()

    def scanned(self) -> RunScan:
        with Dir.open(self.run) as folder:
            return scan(folder)


def look(run: Path) -> Look:
    """The data as people see them: folders by name, files with mode, modification time and bytes."""
    found: Look = {}
    for folder, names, files in os.walk(run):
        if Path(folder) == run and ".exlab-wizard" in names:
            names.remove(".exlab-wizard")
        for path in (Path(folder, name) for name in names):
            found[path.relative_to(run).as_posix()] = ("folder",)
        for path in (Path(folder, name) for name in files):
            info = path.lstat()
            found[path.relative_to(run).as_posix()] = (
                stat.S_IMODE(info.st_mode),
                info.st_mtime_ns,
                path.read_bytes(),
            )
    return found
