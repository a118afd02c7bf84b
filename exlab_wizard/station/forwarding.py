"""Owns requests that one server passes to the leading one through the shared database, and their answers."""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.station.store import Store

_POLL_SECONDS = 0.05
_STALE_SECONDS = 600.0
_TOO_OLD_SECONDS = 60.0

Handler = Callable[[str, dict[str, Any]], dict[str, Any]]


def ask_leader(store: Store, verb: str, args: dict[str, Any], timeout: float, stop: threading.Event) -> dict[str, Any]:
    """Have the leader do `verb`; its JSON answer. Raises the leader's `StagingError`, or station_starting."""
    request = secrets.token_hex(8)
    values = (request, verb, json.dumps(args), time.time())
    store.execute("INSERT INTO requests VALUES (?, ?, ?, ?, NULL)", values)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and not stop.is_set():
        row = store.row("SELECT answer FROM requests WHERE id = ?", (request,))
        if row is not None and row["answer"] is not None:
            answer: dict[str, Any] = json.loads(row["answer"])
            if "error" in answer:
                raise StagingError.from_dict(answer["error"])
            return dict(answer["result"])
        stop.wait(_POLL_SECONDS)
    store.execute("DELETE FROM requests WHERE id = ? AND answer IS NULL", (request,))
    raise StagingError(
        Code.STATION_STARTING,
        "The leading server did not answer in time; another takes over within seconds. Ask again in a moment.",
    )


class RequestServer:
    """The leader's side: takes requests off the table and answers each from a small pool of threads."""

    def __init__(self, store: Store, handle: Handler, log: logging.Logger) -> None:
        self._store, self._handle, self._log = store, handle, log
        self._taken: set[str] = set()
        self._pool = ThreadPoolExecutor(16, thread_name_prefix="exlab-request")

    def poll(self) -> None:
        """Start on every new request; forget old ones."""
        now = time.time()
        open_requests = self._store.rows("SELECT id, verb, args, created FROM requests WHERE answer IS NULL")
        # forgotten only once seen answered: one that ends between this query and the loop must not be done twice
        self._taken.intersection_update(row["id"] for row in open_requests)
        for row in open_requests:
            if row["id"] in self._taken or now - row["created"] > _TOO_OLD_SECONDS:
                continue
            self._taken.add(row["id"])
            self._pool.submit(self._serve, row["id"], row["verb"], row["args"])
        if self._store.row("SELECT 1 FROM requests WHERE created < ?", (now - _STALE_SECONDS,)):
            self._store.execute("DELETE FROM requests WHERE created < ?", (now - _STALE_SECONDS,))

    def _serve(self, request: str, verb: str, args: str) -> None:
        try:
            answer: dict[str, Any] = {"result": self._handle(verb, json.loads(args))}
        except StagingError as error:
            answer = {"error": error.to_dict()}
        except Exception:  # noqa: BLE001 - a fault of one piece must not end the service
            self._log.exception("a forwarded %s failed", verb)
            failure = StagingError(Code.STATION_STARTING, "The leading server met an error; its log says which.")
            answer = {"error": failure.to_dict()}
        self._store.execute("UPDATE requests SET answer = ? WHERE id = ?", (json.dumps(answer), request))

    def close(self) -> None:
        """Take no more requests; does not wait for those under way."""
        self._pool.shutdown(wait=False, cancel_futures=True)
