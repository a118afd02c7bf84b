from __future__ import annotations

import os
import queue
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.sync.process import Inbox, WorkerProcess
from exlab_wizard.sync.tasks import ErrorClass, Outcome, Place, ProbeTask
from tests.support.waiting import wait_for


@pytest.fixture
def inbox() -> Inbox:
    return queue.SimpleQueue()


@pytest.fixture
def worker(inbox: Inbox) -> Iterator[WorkerProcess]:
    made = WorkerProcess(inbox)
    yield made
    made.abandon()
    assert made.wait(10)


def probe(nas: Path) -> ProbeTask:
    return ProbeTask("probe", 0, "", Place("", "", str(nas), None, ""))


def next_message(inbox: Inbox, worker: WorkerProcess) -> object:
    item = inbox.get(timeout=20)
    assert item is not None
    assert item[0] is worker
    return item[1]


def test_a_task_is_answered_through_the_inbox(worker: WorkerProcess, inbox: Inbox, tmp_path: Path) -> None:
    for _ in range(2):
        worker.send(probe(tmp_path))
        outcome = next_message(inbox, worker)
        assert isinstance(outcome, Outcome)
        assert outcome.error is not None
        assert outcome.error.error_class in (ErrorClass.TARGET, ErrorClass.CONFIGURATION)
    assert worker.alive


@pytest.mark.parametrize("how", ["killed", "abandoned", "asked"])
def test_the_end_of_a_worker_is_a_message_and_leaves_no_zombie(worker: WorkerProcess, inbox: Inbox, how: str) -> None:
    if how == "killed":
        os.kill(worker.pid, signal.SIGKILL)
    elif how == "abandoned":
        worker.abandon()
    else:
        worker.ask_to_stop()
    assert next_message(inbox, worker) is None
    assert not worker.alive
    with pytest.raises(ChildProcessError):
        os.waitpid(worker.pid, os.WNOHANG)


def test_speaking_to_a_dead_worker_harms_nobody(worker: WorkerProcess, inbox: Inbox, tmp_path: Path) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    assert next_message(inbox, worker) is None
    worker.send(probe(tmp_path))
    worker.ask_to_stop()
    worker.abandon()
    worker.abandon()
    assert inbox.empty()


def test_a_worker_that_hangs_is_killed_not_waited_for(worker: WorkerProcess, inbox: Inbox, tmp_path: Path) -> None:
    worker.send(probe(tmp_path))
    assert next_message(inbox, worker) is not None
    os.kill(worker.pid, signal.SIGSTOP)
    worker.ask_to_stop()
    assert not worker.wait(0.2)
    assert worker.alive
    worker.abandon()
    wait_for(lambda: not worker.alive, 10, "the stopped worker is gone")
    assert next_message(inbox, worker) is None


def test_closing_its_input_ends_it(worker: WorkerProcess, inbox: Inbox) -> None:
    stdin = worker._process.stdin
    assert stdin is not None
    stdin.close()
    assert next_message(inbox, worker) is None
    assert worker.wait(10)
