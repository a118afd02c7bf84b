"""The threads of station calls: bounded, daemon, reused, and ended without being waited for."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from typing import Any

import pytest

from exlab_wizard.threads import DaemonThreads
from tests.support.waiting import wait_for


@pytest.fixture
def threads() -> Any:
    made = DaemonThreads("test", 3)
    yield made
    made.close()


def running() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "exlab-wizard-test"]


def test_results_and_exceptions_come_back(threads: DaemonThreads) -> None:
    assert threads.submit(lambda: 6 * 7).result(5) == 42

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        threads.submit(fail).result(5)
    with pytest.raises(SystemExit):
        threads.submit(sys.exit).result(5)
    assert threads.submit(lambda: 1).result(5) == 1


def test_never_more_than_the_limit_and_in_order(threads: DaemonThreads) -> None:
    gate, order, guard = threading.Event(), [], threading.Lock()
    most = [0, 0]

    def job(number: int) -> None:
        with guard:
            most[0] += 1
            most[1] = max(most)
            order.append(number)
        gate.wait(10)
        with guard:
            most[0] -= 1

    futures = [threads.submit(lambda number=number: job(number)) for number in range(20)]  # type: ignore[misc]
    wait_for(lambda: most[0] == 3)
    assert len(running()) == 3
    gate.set()
    for future in futures:
        future.result(5)
    assert most[1] == 3
    assert sorted(order) == list(range(20)) and set(order[:3]) == {0, 1, 2}


def test_an_idle_thread_is_used_again(threads: DaemonThreads) -> None:
    for _ in range(50):
        threads.submit(lambda: None).result(5)
        wait_for(lambda: threads._idle._value > 0)  # type: ignore[attr-defined]
    assert len(running()) == 1


def test_all_are_daemons(threads: DaemonThreads) -> None:
    threads.submit(lambda: None).result(5)
    assert all(thread.daemon for thread in running())


def test_closing_ends_idle_and_busy_ones(threads: DaemonThreads) -> None:
    gate = threading.Event()
    threads.submit(lambda: gate.wait(10))
    threads.submit(lambda: None).result(5)
    threads.close()
    late = threads.submit(lambda: "late")
    assert late.result(5) == "late"
    gate.set()
    wait_for(lambda: not running(), what="every thread ended")


def test_a_cancelled_job_is_not_run(threads: DaemonThreads) -> None:
    gate, ran = threading.Event(), []
    for _ in range(3):
        threads.submit(lambda: gate.wait(10))
    waiting = threads.submit(lambda: ran.append(1))
    assert waiting.cancel()
    gate.set()
    threads.submit(lambda: None).result(5)
    assert ran == []


def test_a_hung_call_does_not_keep_the_interpreter_alive() -> None:
    code = (
        "import threading; from exlab_wizard.threads import DaemonThreads;"
        "busy = threading.Event();"
        "DaemonThreads('hung', 2).submit(lambda: (busy.set(), threading.Event().wait()));"
        "busy.wait(5)"
    )
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
    assert time.monotonic() - started < 20
