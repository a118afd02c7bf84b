"""Questions of a page that come through the kernel: each is one call to the real service, in time."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from exlab_wizard import StagingPanel
from exlab_wizard.client import StagingClient
from exlab_wizard.client.connection import Connection
from exlab_wizard.client.discovery import ServerAddress
from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.panel.line import Line
from exlab_wizard.panel.relay import Relay, question_of
from tests.client.rows import RUN

Push = Callable[..., str]
NOW = 1_000.0


class Page:
    """The page's end: `ask` sends a question as the browser does, `answer` is what comes back."""

    def __init__(self) -> None:
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.line = Line()
        self.relay = Relay(self.line, self.heard.put, clock=lambda: NOW)

    def ask(self, method: str, path: str, body: Any = None, until: float | None = None, number: str = "p-1") -> None:
        said = {"kind": "ask", "id": number, "method": method, "path": path, "body": body, "until": until}
        self.relay.hear(said)

    def answer(self, *question: Any) -> dict[str, Any]:
        self.ask(*question)
        assert self.heard.get(timeout=10) == {"kind": "began", "id": "p-1", "at": NOW}
        return self.heard.get(timeout=30)


@pytest.fixture
def page() -> Any:
    made = Page()
    yield made
    made.line.close()


def test_the_service_answers_through_the_kernel(beside: ServerProcess, push: Push, page: Page) -> None:
    run = push(done=False)
    answer = page.answer("GET", "overview")
    assert answer["status"] == 200 and answer["body"]["staging_root"] and answer["at"] == NOW
    synced = page.answer("POST", f"{run}/force-sync", {"even_if_incomplete": True})
    assert synced["body"].get("code", "queued") in ("queued", "run_not_found", "run_not_complete"), synced
    log = page.answer("GET", f"{run}/log?lines=3")
    assert log["status"] in (200, 404)


def test_a_refusal_comes_back_as_the_service_said_it(beside: ServerProcess, push: Push, page: Page) -> None:
    refused = page.answer("POST", f"{RUN}/clear")
    assert refused["status"] == 404 and refused["body"]["code"] == "run_not_found" and refused["body"]["message"]


@pytest.mark.usefixtures("alone")
def test_without_a_server_the_answer_says_what_to_do(page: Page) -> None:
    answer = page.answer("GET", "overview")
    assert answer["status"] == 0 and answer["body"]["code"] == "no_server"
    assert "jupyter lab" in answer["body"]["message"], "the remedy is in the sentence"


def test_what_the_page_gave_up_is_not_carried_out(beside: ServerProcess, push: Push, page: Page) -> None:
    run = push(done=False)
    page.ask("POST", f"{run}/force-sync", {"even_if_incomplete": True}, NOW - 0.1)
    assert page.heard.get(timeout=10) == {"kind": "expired", "id": "p-1", "at": NOW}
    assert page.heard.empty() and page.line._client is None, "the service was not even asked"


@pytest.mark.parametrize(
    "path",
    [
        "../api/kernels",
        "a/../../api",
        "%2e%2e/api",
        "a/%2E%2e/%2e%2e/api",
        "a%2f..%2f..%2fapi/contents",
        "..%252f..%252fapi",
        "a/%5c..%5c..%5capi",
        "a\n/b",
        "//elsewhere/x",
        "http://elsewhere/",
        "a\\..",
        "",
    ],
)
def test_only_what_lies_below_staging_is_asked(path: str) -> None:
    assert question_of({"kind": "ask", "id": "1", "method": "GET", "path": path}) is None


def test_a_run_with_an_odd_name_is_asked_for() -> None:
    path = "CONFOCAL_01/50%2525%20of%20%C3%A4%E2%80%8F/Runs/Run_2026-04-17T14-32/log?lines=500"
    question = question_of({"kind": "ask", "id": "1", "method": "GET", "path": path})
    assert question is not None and question.path == path


@pytest.mark.parametrize(
    "message",
    [
        None, "ask", {}, {"kind": "anywidget-command"}, {"kind": "ask", "id": 3, "method": "GET", "path": "overview"},
        {"kind": "ask", "id": "1", "method": "DELETE", "path": "overview"},
        {"kind": "ask", "id": "1", "method": "GET", "path": None},
    ],
)  # fmt: skip
def test_other_messages_are_left_alone(message: Any) -> None:
    assert question_of(message) is None


def test_many_questions_at_once_are_each_answered_once(beside: ServerProcess, page: Page) -> None:
    askers = [
        threading.Thread(target=page.ask, args=("GET", "overview"), kwargs={"number": f"p-{at}"}) for at in range(20)
    ]
    for asker in askers:
        asker.start()
    heard = [page.heard.get(timeout=30) for _ in range(40)]
    answered = sorted(message["id"] for message in heard if message["kind"] == "answer")
    assert answered == sorted(f"p-{at}" for at in range(20)) and page.heard.empty()
    assert all(message["status"] == 200 for message in heard if message["kind"] == "answer")


def test_a_server_that_came_back_elsewhere_is_found_again(beside: ServerProcess, page: Page) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        page.line._client = StagingClient(Connection(ServerAddress(gone, "old", "before")), "before")
        act = page.answer("POST", f"{RUN}/clear")
        assert act["status"] == 0 and gone in act["body"]["message"], "what acts is never sent twice"
        page.line._client = StagingClient(Connection(ServerAddress(gone, "old", "before")), "before")
        assert page.answer("GET", "overview")["status"] == 200


@pytest.mark.usefixtures("alone")
def test_a_panel_hears_its_page() -> None:
    panel, said = StagingPanel(), queue.Queue()
    panel._relay._send = said.put
    panel._handle_custom_msg({"kind": "ask", "id": "p-1", "method": "GET", "path": "overview"}, [])
    assert [said.get(timeout=10)["kind"] for _ in range(2)] == ["began", "answer"]
