"""`create_app`: routes on a given application, or a new one that is safe by itself."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from tornado import httpclient, httpserver, netutil, web

from exlab_wizard.api.app import create_app
from exlab_wizard.api.routers.staging import build_staging_router
from tests.api.recording import RUN, RecordingStation


@contextmanager
def served(app: web.Application) -> Iterator[str]:
    (sock,) = netutil.bind_sockets(0, "127.0.0.1")
    server = httpserver.HTTPServer(app)
    server.add_sockets([sock])
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.stop()


@asynccontextmanager
async def asking(app: web.Application) -> AsyncIterator[Any]:
    with served(app) as root:
        client = httpclient.AsyncHTTPClient(force_instance=True)

        async def ask(path: str, token: str | None = None, method: str = "GET", **headers: str) -> tuple[int, Any]:
            sent = {**headers, **({"Authorization": f"token {token}"} if token else {})}
            response = await client.fetch(
                root + path, method=method, headers=sent, raise_error=False, allow_nonstandard_methods=True,
                follow_redirects=False,
            )  # fmt: skip
            body = response.body or b"{}"
            return response.code, json.loads(body) if body.startswith(b"{") else body

        yield ask
        client.close()


async def test_alone_it_asks_for_the_token() -> None:
    app = create_app(RecordingStation())
    token = app.settings["identity_provider"].token
    assert len(token) >= 32
    async with asking(app) as ask:
        assert (await ask("/staging"))[0] == 403
        assert (await ask("/staging", "wrong"))[0] == 403
        assert (await ask(f"/staging/{RUN}/clear", method="POST", Cookie="_xsrf=a", **{"X-XSRFToken": "a"}))[0] == 403
        assert (await ask("/staging", token))[0] == 200
        assert (await ask(f"/staging/{RUN}/clear", token, "POST"))[1]["files_freed"] == 3


async def test_alone_and_without_a_station_it_says_so() -> None:
    app = create_app()
    async with asking(app) as ask:
        status, body = await ask("/staging", app.settings["identity_provider"].token)
        assert (status, body["code"]) == (503, "orchestrator_disabled")
        assert (await ask("/staging"))[0] == 403


@pytest.mark.parametrize("variable", ["JUPYTER_TOKEN_FILE", "JUPYTER_TOKEN"])
async def test_an_empty_token_never_opens_the_door(
    variable: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("")
    monkeypatch.setenv(variable, str(tmp_path / "token") if variable.endswith("FILE") else "")
    app = create_app(RecordingStation())
    async with asking(app) as ask:
        assert app.settings["identity_provider"].token
        assert (await ask("/staging"))[0] == 403


async def test_two_apps_have_two_keys() -> None:
    one, two = create_app(), create_app()
    assert one.settings["identity_provider"].token != two.settings["identity_provider"].token
    assert one.settings["cookie_secret"] != two.settings["cookie_secret"]


async def test_below_a_base_url() -> None:
    app = create_app(RecordingStation(), base_url="/user/kim+1.x/")
    token = app.settings["identity_provider"].token
    async with asking(app) as ask:
        assert (await ask("/user/kim+1.x/staging", token))[0] == 200
        assert (await ask("/user/kim+1.x/staging/health", token))[0] == 200
        assert (await ask("/staging", token))[0] == 404
        assert (await ask("/user/kimm1yx/staging", token))[0] == 404


async def test_a_given_app_keeps_its_own_base_url_and_keys() -> None:
    given = create_app(base_url="/lab/")
    other = web.Application(**given.settings)
    assert create_app(RecordingStation(), web_app=other) is other
    async with asking(other) as ask:
        assert (await ask("/lab/staging", given.settings["identity_provider"].token))[0] == 200
        assert (await ask("/lab/staging"))[0] == 403


def test_the_router_is_plain_tornado_rules() -> None:
    rules = build_staging_router()
    assert all(issubclass(handler, web.RequestHandler) and kwargs["access"] for _, handler, kwargs in rules)
    assert rules[0][0] == "/staging/?"
    assert build_staging_router() is not rules
    web.Application(rules)  # type: ignore[arg-type]


async def test_bare_rules_in_an_app_without_settings_are_no_open_door(recwarn: pytest.WarningsRecorder) -> None:
    app = web.Application(build_staging_router(RecordingStation()))  # type: ignore[arg-type]
    async with asking(app) as ask:
        assert (await ask("/staging"))[0] in (403, 500)
        assert (await ask(f"/staging/{RUN}/clear", method="POST"))[0] in (403, 500)
