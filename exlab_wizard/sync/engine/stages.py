"""Owns having one batch finished in a thread of its own while the next one is prepared."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Batch = TypeVar("Batch")


class Stages(Generic[Batch]):
    """Hands each batch to `work`, in order and one at a time; `put` waits until the one before is done.

    `give_up` gets a batch that will not be worked on. As a context it ends only when nothing is under way any more.
    """

    def __init__(self, work: Callable[[Batch], None], give_up: Callable[[Batch], None]) -> None:
        self._work = work
        self._give_up = give_up
        self._thread: ThreadPoolExecutor | None = None  # made for the second batch: most runs have one
        self._pending: Future[None] | None = None

    def put(self, batch: Batch) -> None:
        """Have a batch worked on. Raises what the one before it raised."""
        try:
            self._wait()
        except BaseException:
            self._give_up(batch)
            raise
        self._thread = self._thread or ThreadPoolExecutor(1, "finish")
        self._pending = self._thread.submit(self._work, batch)

    def drain(self) -> None:
        """Wait for the batch under way. Raises what it raised."""
        self._wait()

    def _wait(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        thread, self._thread, self._pending = self._thread, None, None
        if thread is not None:
            thread.shutdown()
