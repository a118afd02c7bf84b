"""Owns what the page asks through the kernel where it cannot reach the server itself: each question is one call."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from exlab_wizard.client import ConnectionProblem
from exlab_wizard.errors import StagingError
from exlab_wizard.panel.line import Line

_log = logging.getLogger(__name__)
_METHODS = ("GET", "POST")
_DECODINGS = 8


@dataclass(frozen=True)
class Question:
    """`method staging/<path>`; `until` (seconds, this kernel's clock) is when the page gives up, None for never."""

    id: str
    method: str
    path: str
    body: dict[str, Any] | None
    until: float | None


def question_of(content: Any) -> Question | None:
    """The question in a message of the page; None for a message of another kind, or one that asks elsewhere."""
    if not isinstance(content, Mapping) or content.get("kind") != "ask":
        return None
    number, method, path = (content.get(name) for name in ("id", "method", "path"))
    body, until = content.get("body"), content.get("until")
    if not isinstance(number, str) or method not in _METHODS or not isinstance(path, str) or not _below_staging(path):
        return None
    return Question(
        number,
        str(method),
        path,
        dict(body) if isinstance(body, Mapping) else None,
        float(until) if isinstance(until, (int, float)) else None,
    )


def _below_staging(path: str) -> bool:
    """Whether `staging/<path>` stays below `staging/`, however its dots and slashes are written.

    A proxy on the way may decode `%2f` before it takes `..` for the folder above: what any decoding shows counts.
    """
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or parts.fragment or not path.isprintable():
        return False
    text = parts.path
    for _ in range(_DECODINGS):
        if any(segment in ("", ".", "..") for segment in re.split(r"[/\\]", text)):
            return False
        text, before = unquote(text), text
        if text == before:
            return True
    return False


class Relay:
    """Answers questions beside the kernel's cells, each in a thread of its own; `send` brings an answer to the page.

    A question waits in the kernel's queue while a cell runs. One that the page has given up by then is not carried
    out: nobody expects a run to be cleared an hour after the click.
    """

    def __init__(
        self, line: Line, send: Callable[[dict[str, Any]], None], clock: Callable[[], float] = time.time
    ) -> None:
        self._line, self._send, self._clock = line, send, clock
        self._sending = threading.Lock()

    def hear(self, content: Any) -> None:
        """Take one message of the page; returns at once."""
        question = question_of(content)
        if question is None:
            return
        if question.until is not None and self._clock() > question.until:
            self._say("expired", question)
            return
        self._say("began", question)
        threading.Thread(target=self._answer, args=(question,), name="exlab-panel-question", daemon=True).start()

    def _answer(self, question: Question) -> None:
        try:
            status, body = self._line.call(
                lambda client: client.relay(question.method, question.path, question.body),
                repeatable=question.method == "GET",
            )
        except StagingError as refused:
            status, body = refused.status, refused.to_dict()
        except ConnectionProblem as problem:
            status, body = 0, {**problem.to_dict(), "message": f"{problem.message} {problem.next_step}"}
        except Exception as error:  # noqa: BLE001 - a page that waits for ever is worse than one that knows
            _log.exception("a question of the staging panel failed")
            status, body = 0, {"code": "internal_error", "message": f"The kernel could not ask the server ({error})."}
        self._say("answer", question, status=status, body=body)

    def _say(self, kind: str, question: Question, **more: Any) -> None:
        with self._sending:
            self._send({"kind": kind, "id": question.id, "at": self._clock(), **more})
