"""What answers mean that no healthy server of this version gives, from a small HTTP server that gives them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from exlab_wizard.api.models import AcknowledgeResponse, Overview
from exlab_wizard.client.connection import Connection, ConnectionProblem, ProblemCode, parse
from exlab_wizard.client.discovery import ServerAddress
from exlab_wizard.errors import Code, StagingError
from tests.client.rows import RUN, overview, row

Answer = tuple[int, dict[str, str], bytes]
FORBIDDEN = json.dumps({"code": "forbidden", "message": "Not you.", "reason": "Not you."}).encode()


@contextmanager
def serving(answers: dict[str, Answer]) -> Iterator[Connection]:
    """A connection to a server that answers these paths, and 404 otherwise."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answers.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    connection = Connection(ServerAddress(f"http://127.0.0.1:{server.server_port}/", "t", "a test"), 5)
    try:
        yield connection
    finally:
        connection.close()
        server.shutdown()
        server.server_close()
        thread.join(5)


def failure(answers: dict[str, Answer], call: Callable[[Connection], Any] | None = None) -> Exception:
    ask = call or (lambda connection: connection.get(Overview, "overview"))
    with serving(answers) as connection, pytest.raises((ConnectionProblem, StagingError)) as caught:
        ask(connection)
    return caught.value


def test_a_refusal_of_ours_keeps_code_message_and_evidence() -> None:
    body = {"code": "run_cleared", "message": "It is on the NAS.", "reason": "x", "nas_path": "/nas"}
    error = failure({"/staging/overview": (409, {}, json.dumps(body).encode())})
    assert isinstance(error, StagingError)
    assert (error.code, error.message, error.details) == (Code.RUN_CLEARED, "It is on the NAS.", {"nas_path": "/nas"})


def test_a_known_person_who_may_not_is_not_told_about_tokens() -> None:
    error = failure({"/staging/overview": (403, {}, FORBIDDEN), "/api/me": (200, {}, b"{}")})
    assert isinstance(error, StagingError) and error.code is Code.FORBIDDEN and error.message == "Not you."


@pytest.mark.parametrize("body", [FORBIDDEN, b'{"message": "\'_xsrf\' argument missing from POST"}', b"<html>"])
def test_an_unknown_person_is_told_about_tokens(body: bytes) -> None:
    error = failure({"/staging/overview": (403, {}, body), "/api/me": (403, {}, b"")})
    assert isinstance(error, ConnectionProblem) and error.code is ProblemCode.TOKEN_REFUSED


def test_a_login_page_means_the_token_is_wrong() -> None:
    login = (302, {"Location": "/hub/login"}, b"")
    error = failure({"/staging/overview": login, "/api/me": login})
    assert isinstance(error, ConnectionProblem) and error.code is ProblemCode.TOKEN_REFUSED


@pytest.mark.parametrize(
    "answer",
    [
        (502, {}, b"<html>Bad gateway</html>"),
        (500, {}, b'{"message": "Unhandled"}'),
        (409, {}, b'{"code": "a_code_of_the_future", "message": "It says so."}'),
        (200, {}, b"<html>A portal</html>"),
        (200, {}, b"[]"),
    ],
)
def test_anything_else_is_a_bad_answer(answer: Answer) -> None:
    error = failure({"/staging/overview": answer})
    assert isinstance(error, ConnectionProblem) and error.code is ProblemCode.BAD_ANSWER
    assert "exlab-wizard" in error.next_step


def test_a_refusal_of_the_future_still_says_its_sentence() -> None:
    body = b'{"code": "a_code_of_the_future", "message": "It says so."}'
    assert "It says so." in str(failure({"/staging/overview": (409, {}, body)}))


def test_a_server_that_is_no_jupyter_server() -> None:
    error = failure({})
    assert isinstance(error, ConnectionProblem) and error.code is ProblemCode.NO_SERVER


def test_what_a_newer_server_adds_is_dropped() -> None:
    data = overview(row(RUN), row(RUN)).model_dump(mode="json")
    data["weather"] = "rain"
    data["runs"][1]["mood"] = "calm"
    data["disk"]["colour"] = "blue"
    found = parse(Overview, data)
    assert found.runs[1].path == RUN and not hasattr(found, "weather")


def test_what_an_older_server_lacks_is_named() -> None:
    with pytest.raises(ConnectionProblem, match="acknowledged"):
        parse(AcknowledgeResponse, {"run_path": RUN, "extra": 1})
