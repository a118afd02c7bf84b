"""Owns the worker process: one task a line on standard input, messages on standard output, gone when the parent is."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Any

from exlab_wizard import handles
from exlab_wizard.sync.engine.meter import Report
from exlab_wizard.sync.engine.orphans import die_with_parent
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.fence import request_stop, stop_requested
from exlab_wizard.sync.tasks import (
    ClearTask,
    ErrorClass,
    Outcome,
    ProbeTask,
    Progress,
    PublishTask,
    RecheckTask,
    RestoreTask,
    SyncTask,
    Task,
    TaskError,
    VerifyTask,
    decode_task,
    encode_message,
)

Lines = queue.SimpleQueue[bytes | None]


class Messages:
    """The way back to the sync thread; nothing but messages is ever written there."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()

    def send(self, message: Progress | Outcome) -> None:
        """Write one message; when nobody reads any more, the process ends."""
        data = encode_message(message)
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._fd, data) :]
            except OSError:
                os._exit(1)


def run_task(task: Task, report: Report) -> Outcome:
    """Run one task to its end; whatever goes wrong is in the outcome."""
    try:
        return _runner(task)(task, report)
    except TaskFailedError as failure:
        return Outcome(task.job_id, failure.error)
    except Exception as error:  # noqa: BLE001 - the one place that must answer for any fault
        traceback.print_exc()
        return Outcome(task.job_id, internal_error(error))


def internal_error(error: BaseException) -> TaskError:
    """A fault of the program itself, said so that it can be reported."""
    message = f"An internal error stopped the job ({type(error).__name__}: {error}). Please report it with the log."
    return TaskError(ErrorClass.INTERNAL, message)


def _runner(task: Task) -> Callable[[Any, Report], Outcome]:
    """The function for this kind of task, imported when first needed: a probe must not wait for the copy engine."""
    if isinstance(task, SyncTask):
        from exlab_wizard.sync.engine.sync_task import run_sync as runner
    elif isinstance(task, RecheckTask):
        from exlab_wizard.sync.engine.recheck import run_recheck as runner  # type: ignore[assignment]
    elif isinstance(task, VerifyTask):
        from exlab_wizard.sync.engine.verify_task import run_verify as runner  # type: ignore[assignment]
    elif isinstance(task, ProbeTask):
        from exlab_wizard.sync.engine.probe import run_probe as runner  # type: ignore[assignment]
    elif isinstance(task, PublishTask):
        from exlab_wizard.sync.engine.publish_task import run_publish as runner  # type: ignore[assignment]
    elif isinstance(task, ClearTask):
        from exlab_wizard.clearing.clear import run_clear as runner  # type: ignore[assignment]
    elif isinstance(task, RestoreTask):
        from exlab_wizard.restoring.restore import run_restore as runner  # type: ignore[assignment]
    else:
        raise TypeError(f"no runner for {type(task).__name__}")
    return runner


def main() -> None:
    """Read tasks until standard input ends or SIGTERM comes."""
    messages = Messages(_take_stdout())
    die_with_parent()
    handles.raise_limit()
    lines: Lines = queue.SimpleQueue()
    _listen_to_signals(lines)
    threading.Thread(target=_read_lines, args=(lines,), name="stdin", daemon=True).start()
    while (line := lines.get()) is not None and not stop_requested():
        messages.send(_answer(line, messages.send))
    os._exit(0)  # at once: no thread stuck on a dead NAS is waited for


def _answer(line: bytes, report: Report) -> Outcome:
    try:
        task = decode_task(line)
    except (ValueError, KeyError, TypeError) as error:
        return Outcome("", internal_error(error))
    return run_task(task, report)


def _take_stdout() -> int:
    """A private descriptor of standard output; whatever else writes there goes to standard error."""
    fd = os.dup(1)
    os.dup2(2, 1)
    return fd


def _read_lines(lines: Lines) -> None:
    for line in sys.stdin.buffer:
        lines.put(line)
    os._exit(0)  # the parent is gone, or wants no more


def _listen_to_signals(lines: Lines) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        request_stop()
        lines.put(None)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the server


if __name__ == "__main__":
    main()
