"""Owns working on one batch while the next one is prepared: by a thread, or by another process meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Batch = TypeVar("Batch")


class Stages(Generic[Batch]):
    """Hands each batch to `work`, in order and one at a time: whoever brings one waits until the one before is done.

    `give_up` gets a batch that will not be worked on. As a context it ends only when nothing is under way any more,
    and with what the batch under way raised, whatever else went wrong meanwhile.
    """

    def __init__(self, work: Callable[[Batch], None], give_up: Callable[[Batch], None]) -> None:
        self._work = work
        self._give_up = give_up
        self._thread: ThreadPoolExecutor | None = None  # made for the second batch: most runs have one
        self._pending: Future[None] | None = None
        self._kept: Batch | None = None

    def beside(self, batch: Batch) -> None:
        """Have a batch worked on in the other thread. Raises what the one before it raised."""
        self._wait_with(batch)
        self._thread = self._thread or ThreadPoolExecutor(1, "finish")
        self._pending = self._thread.submit(self._work, batch)

    def later(self, batch: Batch) -> None:
        """Have a batch worked on in this thread when `catch_up` is called. Raises what the one before it raised."""
        self._wait_with(batch)
        self._kept = batch

    def catch_up(self) -> None:
        """Work on the batch left for later, if there is one. Raises what it raises."""
        kept, self._kept = self._kept, None
        if kept is not None:
            self._work(kept)

    def here(self, batch: Batch) -> None:
        """Work on a batch in this thread. Raises what the one before it raised, or what this one does."""
        self._wait_with(batch)
        self._work(batch)

    def _wait_with(self, batch: Batch) -> None:
        try:
            self.drain()
        except BaseException:
            self._give_up(batch)
            raise

    def drain(self) -> None:
        """Wait for the batch under way; one left for later is worked on. Raises what it raised."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()
        self.catch_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown()
        self.drain()
