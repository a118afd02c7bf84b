"""Owns requests that one server passes to the leading one through the shared database, and their answers."""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.station.store import Store
from exlab_wizard.threads import DaemonThreads

_POLL_SECONDS = 0.05
_STALE_SECONDS = 600.0
_TOO_OLD_SECONDS = 60.0
_THREADS = 16

Handler = Callable[[str, dict[str, Any]], dict[str, Any]]


def ask_leader(store: Store, verb: str, args: dict[str, Any], timeout: float, stop: threading.Event) -> dict[str, Any]:
    """Have the leader do `verb`; its JSON answer. Raises the leader's `StagingError`, or station_starting."""
    try:
        return _ask(store, verb, args, timeout, stop)
    except sqlite3.Error as error:
        raise _unanswered(f"The database that the leading server is asked through cannot be used ({error}).") from error


def _ask(store: Store, verb: str, args: dict[str, Any], timeout: float, stop: threading.Event) -> dict[str, Any]:
    request = secrets.token_hex(8)
    values = (request, verb, json.dumps(args), time.time())
    store.execute("INSERT INTO requests VALUES (?, ?, ?, ?, NULL)", values)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and not stop.is_set():
        row = store.row("SELECT answer FROM requests WHERE id = ?", (request,))
        if row is None:
            raise _unanswered("The request was taken away before it was answered.")
        if row["answer"] is not None:
            answer: dict[str, Any] = json.loads(row["answer"])
            if "error" in answer:
                raise StagingError.from_dict(answer["error"])
            return dict(answer["result"])
        stop.wait(_POLL_SECONDS)
    store.execute("DELETE FROM requests WHERE id = ? AND answer IS NULL", (request,))
    raise _unanswered("The leading server did not answer in time; another takes over within seconds.")


def _unanswered(why: str) -> StagingError:
    return StagingError(Code.STATION_STARTING, f"{why} Ask again in a moment.")


class RequestServer:
    """The leader's side: takes requests off the table and answers each on one of a few threads."""

    def __init__(self, store: Store, handle: Handler, log: logging.Logger) -> None:
        self._store, self._handle, self._log = store, handle, log
        self._taken: set[str] = set()
        self._closed = False
        # daemon threads: a clearing under way must not keep the process from ending
        self._threads = DaemonThreads("request", _THREADS)

    def poll(self) -> None:
        """Start on every new request; forget answered ones after a while."""
        now = time.time()
        open_requests = self._store.rows("SELECT id, verb, args, created FROM requests WHERE answer IS NULL")
        # forgotten only once seen answered: one that ends between this query and the loop must not be done twice
        self._taken.intersection_update(row["id"] for row in open_requests)
        for row in open_requests:
            if row["id"] in self._taken:
                continue
            self._taken.add(row["id"])
            if now - row["created"] > _TOO_OLD_SECONDS:
                late = _unanswered("The request came when no server led the station, so it was not begun.")
                self._answer(row["id"], {"error": late.to_dict()})
            else:
                self._threads.submit(partial(self._serve, row["id"], row["verb"], row["args"]))
        limit = (now - _STALE_SECONDS,)
        if self._store.row("SELECT 1 FROM requests WHERE answer IS NOT NULL AND created < ?", limit):
            self._store.execute("DELETE FROM requests WHERE answer IS NOT NULL AND created < ?", limit)

    def _serve(self, request: str, verb: str, args: str) -> None:
        if self._closed:
            return
        try:
            answer: dict[str, Any] = {"result": self._handle(verb, json.loads(args))}
        except StagingError as error:
            answer = {"error": error.to_dict()}
        except Exception:  # noqa: BLE001 - a fault of one piece must not end the service
            self._log.exception("a forwarded %s failed", verb)
            failure = StagingError(Code.STATION_STARTING, "The leading server met an error; its log says which.")
            answer = {"error": failure.to_dict()}
        self._answer(request, answer)

    def _answer(self, request: str, answer: dict[str, Any]) -> None:
        """`created` becomes the time of the answer: however long it took, there is time to fetch it."""
        values = (json.dumps(answer), time.time(), request)
        self._store.execute("UPDATE requests SET answer = ?, created = ? WHERE id = ? AND answer IS NULL", values)

    def close(self) -> None:
        """Take no more requests; does not wait for those under way."""
        self._closed = True
        self._threads.close()
