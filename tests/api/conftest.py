"""Owns the fixtures of the API tests: an in-process Jupyter server with the real extension, and raw requests to it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pytest_jupyter.jupyter_server import *  # noqa: F403  # its fixtures and hooks, for this folder only
from traitlets.config import Config

from exlab_wizard.extension import ExLabWizard
from tests.api.recording import RecordingStation

TOKEN = "right-token"


@dataclass
class Answer:
    """Status, headers and decoded JSON body (None when empty)."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["code"])


Send = Callable[..., Awaitable[Answer]]


@pytest.fixture
def extension_config() -> dict[str, Any]:
    """What `c.ExLabWizard` is set to; tests override it."""
    return {}


@pytest.fixture
def jp_server_config(extension_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Config:
    """The extension alone, switched on as the wheel does it."""
    monkeypatch.delenv("EXLAB_WIZARD_CONFIG", raising=False)
    return Config(
        {
            "ServerApp": {"jpserver_extensions": {"exlab_wizard": True, "jupyter_server_terminals": False}},
            "IdentityProvider": {"token": TOKEN},
            "ExLabWizard": extension_config,
        }
    )


@pytest.fixture
def extension(jp_serverapp: Any) -> ExLabWizard:
    """The extension app inside the server."""
    app = jp_serverapp.extension_manager.extension_points["exlab_wizard"].app
    assert isinstance(app, ExLabWizard)
    return app


@pytest.fixture
def station(extension: ExLabWizard) -> RecordingStation:
    """A recording station, in place of whatever the configuration would have given."""
    recording = RecordingStation()
    extension.access.decide(recording)
    extension.host.ended.add_done_callback(lambda _: extension.access.decide(recording))
    return recording


@pytest.fixture
def send(http_server_client: Any, jp_base_url: str) -> Send:
    """`await send("GET", "/staging", token=..., body=...)`: the path goes over the wire exactly as given."""

    async def request(
        method: str, path: str, *, token: str | None = TOKEN, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"token {token}"
        response = await http_server_client.fetch(
            jp_base_url.rstrip("/") + path,
            method=method,
            headers=sent,
            body=body if isinstance(body, str | bytes | None) else json.dumps(body),
            raise_error=False,
            follow_redirects=False,
            allow_nonstandard_methods=True,
            request_timeout=20,
        )
        text = response.body or b""
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return Answer(response.code, dict(response.headers), json.loads(text) if text and is_json else text or None)

    return request


async def until(condition: Callable[[], Any], seconds: float = 20, what: str = "") -> Any:
    """The condition's first truthy value, polled on the running loop up to a deadline."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what or condition}"
        await asyncio.sleep(0.01)
    return value
