"""Owns the threads that calls and requests run on: few, daemon, never waited for at exit; and how they give way.

`concurrent.futures.ThreadPoolExecutor` joins its threads at interpreter exit, so one call that hangs on a dead NAS
would keep the notebook server from ever stopping.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

_WORK_SECONDS, _AWAY_SECONDS = 0.002, 0.00005
T = TypeVar("T")
_Job = tuple["Future[Any]", Callable[[], Any]]


class DaemonThreads:
    """At most `limit` threads, started when there is work. Jobs beyond that queue up, first come first served."""

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._started = 0
        self._closed = False

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Run `work` on one of the threads; the future carries its result or exception."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                self._start(_run, future, work)
                return future
            self._jobs.put((future, work))
            if not self._idle.acquire(blocking=False) and self._started < self._limit:
                self._started += 1
                self._start(self._work)
        return future

    def close(self) -> None:
        """Let every thread end when its job does; waits for none. A late job gets a thread of its own."""
        with self._lock:
            self._closed = True
            for _ in range(self._started):
                self._jobs.put(None)

    def _start(self, target: Callable[..., None], *args: Any) -> None:
        threading.Thread(target=target, args=args, name=f"exlab-wizard-{self._name}", daemon=True).start()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            _run(*job)
            del job
            self._idle.release()


def _run(future: Future[Any], work: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the caller
        future.set_exception(error)
    else:
        future.set_result(result)


class Courtesy:
    """Lets other threads in while one does thousands of small things, the notebook server's loop above all.

    Whoever enters the kernel every few microseconds gives the interpreter's lock away as often, and has it back before
    a waiting thread is awake; and that one, woken each time, never comes to ask for the lock. Only sleep helps.
    """

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until = time.monotonic() + _WORK_SECONDS

    def step(self) -> None:
        """One small thing is done."""
        if time.monotonic() > self._until:
            time.sleep(_AWAY_SECONDS)
            self._until = time.monotonic() + _WORK_SECONDS
