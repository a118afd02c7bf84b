"""Nobody gets in without a token, nobody does what the authorizer forbids, and no unguarded verb ever runs."""

from __future__ import annotations

import ast
import functools
import inspect
from pathlib import Path
from typing import Any, ClassVar

import pytest
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.decorator import authorized as jupyter_authorized
from tornado import web

import exlab_wizard.api
from exlab_wizard.api.access import Access
from exlab_wizard.api.base import StagingHandler
from exlab_wizard.api.guard import Guard, authorized, guard_of, guarded_verbs
from exlab_wizard.api.routers.staging import UnknownCallHandler, build_staging_router
from exlab_wizard.extension import ExLabWizard
from tests.api.conftest import Send
from tests.api.recording import RUN, RecordingStation

METHODS = [method for method in web.RequestHandler.SUPPORTED_METHODS if method != "OPTIONS"]
BODIES = {
    "/overrides": {"problem_class": "orphan", "reason": "known and accepted"},
    "/revoke": {"reason": "no longer needed"},
    "/accept": {"nas_root": "/nas", "nas_id": "one"},
}


def address(pattern: str) -> str:
    """An address the rule's pattern matches."""
    filled = pattern.replace("(?P<run_path>(?:/.*)?)", "/" + RUN).replace("(?P<override_id>[^/]+)", "o1")
    return filled.replace(r"\.", ".").replace("/?", "").replace(".*", "no-such-call")


RULES = [(address(pattern), handler) for pattern, handler, _ in build_staging_router()]


def body_for(path: str, method: str) -> Any:
    return next((body for end, body in BODIES.items() if path.endswith(end)), {}) if method == "POST" else None


def test_the_crawler_sees_every_rule() -> None:
    assert len(RULES) == 23
    assert len({path for path, _ in RULES}) == len(RULES)


@pytest.mark.parametrize("token", [None, "", "wrong-token"], ids=["no-token", "empty-token", "wrong-token"])
async def test_no_rule_lets_a_stranger_in(send: Send, station: RecordingStation, token: str | None) -> None:
    for path, _ in RULES:
        for method in METHODS:
            answer = await send(method, path, token=token, body=body_for(path, method))
            assert answer.status == 403, (method, path, token, answer)
            if method != "HEAD":
                assert (answer.code, answer.body["reason"]) == ("forbidden", answer.body["message"])
                assert "token" in answer.body["message"]
    assert station.calls == []


async def test_a_self_made_xsrf_pair_is_no_key(send: Send, station: RecordingStation) -> None:
    pair = {"Cookie": "_xsrf=abc", "X-XSRFToken": "abc"}
    for path, _ in RULES:
        for method in METHODS:
            answer = await send(method, path, token=None, headers=pair, body=body_for(path, method))
            assert answer.status == 403, (method, path)
    assert station.calls == []


async def test_with_the_token_every_verb_does_its_work_and_no_other(send: Send, station: RecordingStation) -> None:
    for path, handler in RULES:
        for method in METHODS:
            answer = await send(method, path, body=body_for(path, method))
            if handler is UnknownCallHandler:
                assert answer.status == 404, (method, path)
            elif method in guarded_verbs(handler):
                assert answer.status == 200, (method, path, answer)
            else:
                assert answer.status == 405, (method, path, answer)
                assert answer.headers["Allow"] == ", ".join([*guarded_verbs(handler), "OPTIONS"])
    assert {call[0] for call in station.calls} == {
        "listing", "overview", "health", "detail", "log", "overrides", "force_sync", "clear", "verify", "add_override",
        "revoke_override", "acknowledge", "accept_nas", "restore", "pause", "resume", "pause_wide",
        "resume_wide", "retry", "clear_verified", "activity", "checksums",
    }  # fmt: skip


async def test_a_verb_nobody_ever_heard_of_is_405_json(send: Send) -> None:
    answer = await send("BREW", "/staging")
    assert (answer.status, answer.code) == (405, "invalid_request")


async def test_options_says_what_a_browser_asks_and_does_nothing(send: Send, station: RecordingStation) -> None:
    for path, _ in RULES:
        assert (await send("OPTIONS", path, token=None)).status in (200, 204), path
    assert station.calls == []


class OneAtATime(Authorizer):
    """Allows exactly one action on one resource, and remembers what it was asked."""

    allowed = ("", "")

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return (action, resource) == self.allowed


EVERY_RESOURCE = [
    ("read", "staging"),
    ("write", "staging_sync"),
    ("write", "staging_clear"),
    ("write", "staging_admin"),
]


class TestOneResourceAtATime:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: Any) -> Any:
        jp_server_config.ServerApp.authorizer_class = OneAtATime
        return jp_server_config

    async def test_opens_its_verbs_only(self, send: Send, station: RecordingStation, jp_serverapp: Any) -> None:
        authorizer = jp_serverapp.web_app.settings["authorizer"]
        opened: dict[tuple[str, str], int] = {}
        for allowed in [*EVERY_RESOURCE, *reversed(EVERY_RESOURCE)]:
            authorizer.allowed = allowed
            for path, handler in RULES:
                for method, guard in guarded_verbs(handler).items():
                    answer = await send(method, path, body=body_for(path, method))
                    expected = 200 if (guard.action, guard.resource) == allowed else 403
                    assert answer.status == expected, (allowed, method, path, answer)
                    if expected == 403:
                        assert "does not allow" in answer.body["message"]
                    opened[allowed] = opened.get(allowed, 0) + (answer.status == 200)
        assert opened == {EVERY_RESOURCE[0]: 18, EVERY_RESOURCE[1]: 12, EVERY_RESOURCE[2]: 4, EVERY_RESOURCE[3]: 12}

    async def test_refusing_touches_nothing(self, send: Send, station: RecordingStation) -> None:
        assert (await send("POST", f"/staging/{RUN}/clear")).status == 403
        assert station.calls == []


class Open(StagingHandler):
    """What a careless hand might add."""

    ran: ClassVar[list[str]] = []

    def get(self) -> None:
        self.ran.append("get")

    @web.authenticated
    def post(self) -> None:
        self.ran.append("post")

    @authorized("write", "staging")
    async def put(self) -> None:
        self.ran.append("put")

    @authorized("write", "staging")
    @web.authenticated
    async def patch(self) -> None:
        self.ran.append("patch")

    def options(self) -> None:
        self.ran.append("options")


async def test_an_unguarded_verb_is_refused_even_with_the_token(
    send: Send, extension: ExLabWizard, jp_serverapp: Any, jp_base_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    jp_serverapp.web_app.add_handlers(".*$", [(jp_base_url + "open-door", Open, {"access": extension.access})])
    for method in ("GET", "POST", "PUT", "PATCH", "OPTIONS"):
        caplog.clear()
        answer = await send(method, "/open-door", body="{}" if method not in ("GET", "OPTIONS") else None)
        assert (answer.status, answer.code) == (403, "forbidden"), method
        assert f"Open.{method.lower()} is not guarded: refused (500)" in caplog.text
    assert Open.ran == []


async def verb(self: Any) -> None:
    """Something to decorate."""


def lookalike(method: Any) -> Any:
    """Wraps as `web.authenticated` does, and asks nothing."""

    @functools.wraps(method)
    async def wrapper(self: Any) -> Any:
        return await method(self)

    return wrapper


class TestGuardOf:
    def handler(self, method: Any) -> type[web.RequestHandler]:
        return type("Handler", (web.RequestHandler,), {"get": method})

    def test_reads_action_and_resource(self) -> None:
        guarded = web.authenticated(authorized("write", "staging_clear")(verb))
        assert guard_of(self.handler(guarded), "GET") == Guard("write", "staging_clear")

    @pytest.mark.parametrize(
        "method",
        [
            verb,
            web.authenticated(verb),
            authorized("read", "staging")(verb),
            authorized("read", "staging")(web.authenticated(verb)),  # type: ignore[type-var]
            web.authenticated(jupyter_authorized(verb)),  # its resource would be the first caller's
            lookalike(authorized("read", "staging")(verb)),
        ],
        ids=["bare", "only-authenticated", "only-authorized", "wrong-order", "without-arguments", "look-alike"],
    )
    def test_anything_less_is_no_guard(self, method: Any) -> None:
        assert guard_of(self.handler(method), "GET") is None


def test_each_verb_in_the_source_carries_both_decorators_of_its_own() -> None:
    verbs = {method.lower() for method in METHODS}
    seen = 0
    for file in (Path(inspect.getfile(exlab_wizard.api)).parent / "routers").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and node.name in verbs:
                decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
                assert decorators[0] == "web.authenticated" and decorators[1].startswith("authorized("), (
                    file,
                    node.name,
                )
                assert len(decorators) == 2
                seen += 1
    assert seen == 23


def test_no_two_handlers_share_a_verb() -> None:
    methods = [getattr(handler, verb.lower()) for _, handler in RULES for verb in guarded_verbs(handler)]
    assert len({id(method) for method in methods}) == len(methods)


async def test_without_a_station_the_authorizer_still_decides_first(send: Send, extension: ExLabWizard) -> None:
    assert isinstance(extension.access, Access)
    assert (await send("POST", "/staging/targets/accept", body={})).status == 503
    assert (await send("POST", "/staging/targets/accept", body={}, token=None)).status == 403
