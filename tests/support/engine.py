"""Owns a bench for the sync engine: a real staging, NAS and state directory, one run, and tasks made for it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from exlab_wizard.fsys import Dir
from exlab_wizard.markers import mark_nas, mark_staging
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import scan
from exlab_wizard.sync.engine.records import RunRecords
from exlab_wizard.sync.engine.sync_task import run_sync
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.fence import issue_token
from exlab_wizard.sync.tasks import (
    Outcome,
    Place,
    Progress,
    RecheckTask,
    SyncTask,
    Task,
    TaskError,
    VerifyTask,
    decode_message,
    encode_task,
)

RUN = RunPath.parse("CONFOCAL_01/PROJ 0042/Runs/Run_2026-04-17T14-32")


class Bench:
    """Directories below `root` (the NAS elsewhere with `nas`), marked; `run` is the folder of one run in staging."""

    def __init__(self, root: Path, nas: Path | None = None, allow_same_storage: bool = True) -> None:
        self.staging, self.nas, self.state_dir = root / "staging", nas or root / "nas", root / "state"
        for folder in (self.staging, self.nas, self.state_dir):
            folder.mkdir(parents=True, exist_ok=True)
        self.run = self.staging.joinpath(*RUN.parts)
        self.run.mkdir(parents=True)
        self.nas_run = self.nas.joinpath(*RUN.parts)
        self.control = self.nas_run / ".exlab-wizard"
        self.marker = mark_nas(self.nas)
        self.place = Place(
            staging_root=str(self.staging),
            station_id=mark_staging(self.staging).station_id,
            nas_root=str(self.nas),
            nas_id=None,
            state_dir=str(self.state_dir),
            allow_same_storage=allow_same_storage,
        )
        self.token = 0
        self.messages: list[Progress] = []

    def write(self, files: dict[str, bytes]) -> None:
        """Put files into the run in staging."""
        put(self.run, files)

    def fingerprint(self) -> str:
        with Dir.open(self.run) as folder:
            return scan(folder).fingerprint

    def task(self, **more: Any) -> SyncTask:
        """A sync task with the run as it is now and a fresh token, already issued."""
        self.next_token()
        task = SyncTask(f"job-{self.token}", self.token, str(RUN), self.place, fingerprint=self.fingerprint())
        return replace(task, **more)

    def recheck_task(self, previous_digest: str | None) -> RecheckTask:
        self.next_token()
        return RecheckTask("recheck", self.token, str(RUN), self.place, "", previous_digest)

    def verify_task(self, digest: str) -> VerifyTask:
        token = self.next_token()
        return VerifyTask(f"verify-{token}", token, str(RUN), self.place, digest)

    def next_token(self) -> int:
        self.token += 1
        with Dir.open(self.state_dir) as state:
            issue_token(state, RUN, self.token)
        return self.token

    def sync(self, **more: Any) -> dict[str, Any]:
        """Sync in this process; the outcome's data. Raises TaskFailedError."""
        return run_sync(self.task(**more), self.messages.append).data

    def sync_error(self, **more: Any) -> TaskError:
        """The error a sync must end with."""
        try:
            data = self.sync(**more)
        except TaskFailedError as failure:
            return failure.error
        raise AssertionError(f"the sync went through: {data}")

    def records(self) -> RunRecords:
        with Dir.open(self.state_dir) as state:
            return RunRecords.open(state, RUN)

    def nas_files(self) -> dict[str, bytes]:
        """The data on the NAS by path, `.exlab-wizard` left out."""
        return {path: data for path, data in tree(self.nas_run).items() if not path.startswith(".exlab-wizard/")}

    def superseded(self) -> dict[str, bytes]:
        """Versions set aside, by path below `superseded/<UTC>`."""
        kept = tree(self.control / "superseded") if (self.control / "superseded").exists() else {}
        return {path.split("/", 1)[1]: data for path, data in kept.items()}

    def sha256sum_check(self) -> subprocess.CompletedProcess[str]:
        """`sha256sum -c` on the NAS copy, as anybody could run it."""
        command = ["sha256sum", "-c", "--quiet", "--strict", ".exlab-wizard/checksums.sha256"]
        return subprocess.run(command, cwd=self.nas_run, capture_output=True, text=True, check=False)

    def assert_no_temporaries(self) -> None:
        left = [path for root in (self.nas, self.staging, self.state_dir) for path in root.rglob("*.tmp")]
        assert left == []
        assert not (self.control / "incoming").exists()


def put(root: Path, files: dict[str, bytes]) -> None:
    """Write files by POSIX path (surrogateescape for undecodable names) below `root`."""
    for path, data in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def tree(root: Path) -> dict[str, bytes]:
    """Every regular file below `root` by relative path."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                found[str(path.relative_to(root))] = path.read_bytes()
    return found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def instrument_manifest(files: dict[str, bytes], **wrong: str) -> bytes:
    """A manifest with hashes as an instrument pushes it; `wrong` replaces hashes by path."""
    listed = [
        {"path": path, "size": len(data), "sha256": wrong.get(path, sha256(data))} for path, data in files.items()
    ]
    return json.dumps({"files": listed}).encode()


class WorkerProcess:
    """A real worker process on pipes; killed at the end of the context."""

    def __init__(self, wrapper: tuple[str, ...] = (), **environment: str) -> None:
        self.process = subprocess.Popen(
            [*wrapper, sys.executable, "-m", "exlab_wizard.sync.engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment},
        )

    def send(self, task: Task) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode_task(task))
        self.process.stdin.flush()

    def receive(self) -> Progress | Outcome:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the worker ended with {self.process.wait()}"
        return decode_message(line)

    def run(self, task: Task) -> Outcome:
        """Send a task and wait for its outcome."""
        self.send(task)
        while True:
            message = self.receive()
            if isinstance(message, Outcome):
                return message

    def wait_for(self, phase: str, files_done: int = 1) -> Progress:
        """Wait until a progress message says that much is done."""
        while True:
            message = self.receive()
            assert isinstance(message, Progress), f"the task ended before: {message}"
            if message.phase == phase and message.files_done >= files_done:
                return message

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
