"""Owns the engine by itself: one worker process that is already there, one task, no server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.usage import Cost, cpu_of, peak_mib
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import mark_nas, mark_staging
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.runs.scan import scan
from exlab_wizard.sync.fence import issue_token
from exlab_wizard.sync.tasks import Outcome, Place, ProbeTask, Progress, SyncTask, Task, decode_message, encode_task

RUN = RunPath.parse("ENGINE_01/BENCH/Runs/Run_2026-04-17T14-32")


class Worker:
    """A worker process on pipes, as the sync thread has them; `before` goes in front of its command (for a tracer)."""

    def __init__(self, before: Sequence[str] = ()) -> None:
        command = [*before, sys.executable, "-m", "exlab_wizard.sync.engine.worker"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def run(self, task: Task, heard: Callable[[Progress], object] = lambda progress: None) -> Outcome:
        """Send a task, wait for its outcome; `heard` is told how far it is. Raises RuntimeError when it failed."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(encode_task(task))
        self._process.stdin.flush()
        for line in self._process.stdout:
            message = decode_message(line)
            if isinstance(message, Outcome):
                if message.error is not None:
                    raise RuntimeError(f"{message.error.error_class}: {message.error.message}")
                return message
            heard(message)
        raise RuntimeError("the worker ended")

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *error: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@contextmanager
def placed(data: Path, nas: Path, base: Path) -> Iterator[SyncTask]:
    """A task to bring `data` to `nas`: both get what they need, and `data` is moved back afterwards."""
    staging, state = base / "staging", base / "state"
    for folder in (staging, state, nas):
        folder.mkdir(parents=True)
    run = staging.joinpath(*RUN.parts)
    run.parent.mkdir(parents=True)
    station = mark_staging(staging).station_id
    mark_nas(nas)
    place = Place(str(staging), station, str(nas), None, str(state), allow_same_storage=True)
    with Dir.open(state) as handle:
        issue_token(handle, RUN, 1)
    os.rename(data, run)
    try:
        with Dir.open(run) as handle:
            fingerprint = scan(handle).fingerprint
        yield SyncTask("engine", 1, str(RUN), place, fingerprint=fingerprint)
    finally:
        shutil.rmtree(run / CONTROL_DIR, ignore_errors=True)
        os.rename(run, data)


def sync_alone(data: Path, nas: Path, base: Path) -> tuple[Cost, Path]:
    """Bring `data` to `nas`; what it took in a worker that was there already, and the copy's folder."""
    with Worker() as worker, placed(data, nas, base) as task:
        worker.run(ProbeTask("warm", 1, "", task.place))
        cpu, began = cpu_of([worker.pid]), time.perf_counter()
        worker.run(task)
        seconds = time.perf_counter() - began
        cost = Cost(seconds, cpu_of([worker.pid]) - cpu, peak_mib(worker.pid))
    return cost, nas.joinpath(*RUN.parts)
