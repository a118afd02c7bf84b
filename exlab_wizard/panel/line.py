"""Owns the kernel's own line to the staging service for a panel: found once, found anew when it broke, thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from exlab_wizard.client import ConnectionProblem, StagingClient, connect

T = TypeVar("T")

# The first look belongs to the cell that shows the panel: a server that hangs must not hold it for long.
PATIENCE_SECONDS = 5.0


class Line:
    """One client for all panels of a kernel; a restarted server may have another port and token: it is found again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._client: StagingClient | None = None

    def call(self, ask: Callable[[StagingClient], T], *, repeatable: bool = True) -> T:
        """What `ask` answers; raises as the client does.

        A line that broke since its last use is made anew for a question that may be asked twice.
        """
        client, old = self._connected()
        try:
            return ask(client)
        except ConnectionProblem:
            self._drop(client)
            if not (old and repeatable):
                raise
        return self.call(ask, repeatable=False)

    def close(self) -> None:
        """Hang up; the next call looks for the server again."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _connected(self) -> tuple[StagingClient, bool]:
        """The client, and whether it was there before."""
        with self._lock:
            if self._client is not None:
                return self._client, True
            self._client = connect(timeout=PATIENCE_SECONDS)
            return self._client, False

    def _drop(self, client: StagingClient) -> None:
        # not closed: other threads may be in the midst of a call
        with self._lock:
            if self._client is client:
                self._client = None


LINE = Line()
