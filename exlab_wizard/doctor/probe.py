"""Owns asking one NAS root what it can do, through a worker process: a dead NAS hangs the worker, not us."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from contextlib import suppress

from exlab_wizard.sync.tasks import ErrorClass, Outcome, Place, ProbeTask, TaskError, decode_message, encode_task

PROBE_SECONDS = 10.0


def probe(place: Place, seconds: float = PROBE_SECONDS) -> Outcome:
    """What the worker found; after `seconds` an outcome with an error of class TARGET. Never hangs."""
    task = ProbeTask(job_id="doctor", token=0, run_path="", place=place)
    worker = subprocess.Popen(
        [sys.executable, "-m", "exlab_wizard.sync.engine.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        return _ask(worker, encode_task(task), time.monotonic() + seconds) or _no_answer(task.job_id, place, seconds)
    finally:
        _abandon(worker)


def _ask(worker: subprocess.Popen[bytes], line: bytes, deadline: float) -> Outcome | None:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(line)
    worker.stdin.flush()
    pending = b""
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([worker.stdout], [], [], left)[0]:
            return None
        chunk = os.read(worker.stdout.fileno(), 65536)
        if not chunk:
            return None
        *lines, pending = (pending + chunk).split(b"\n")
        for message in map(decode_message, lines):
            if isinstance(message, Outcome):
                return message
    return None


def _no_answer(job_id: str, place: Place, seconds: float) -> Outcome:
    message = f"{place.nas_root} did not answer within {seconds:g} s: the NAS hangs, or its share is gone."
    return Outcome(job_id, TaskError(ErrorClass.TARGET, message, place.nas_root))


def _abandon(worker: subprocess.Popen[bytes]) -> None:
    """End it without waiting for ever: a process in the kernel's D state goes when its NAS comes back."""
    worker.kill()
    for pipe in (worker.stdin, worker.stdout):
        with suppress(OSError):
            if pipe is not None:
                pipe.close()
    with suppress(subprocess.TimeoutExpired):
        worker.wait(1)
