"""Which servers are found, from what a person pastes, the environment, and the files running servers leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.client.discovery import (
    ServerAddress,
    environment_address,
    given_address,
    is_loopback,
    kernel_address,
    running_addresses,
)


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty runtime directory, and an environment that names no server."""
    for name in list(os.environ):
        if name.startswith(("JUPYTER", "JPY_", "EXLAB_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def announce(runtime: Path, pid: int, name: str | None = None, **changes: Any) -> None:
    """The file a running server writes."""
    info = {"pid": pid, "url": "http://localhost:8888/", "base_url": "/", "token": "s3cret", "sock": "", **changes}
    (runtime / f"jpserver-{name or pid}.json").write_text(json.dumps(info))


@pytest.mark.parametrize(
    ("pasted", "url", "token"),
    [
        ("http://127.0.0.1:8888/lab?token=abc", "http://127.0.0.1:8888/", "abc"),
        ("http://127.0.0.1:8888/lab/tree/a%20b/staging.ipynb?token=abc", "http://127.0.0.1:8888/", "abc"),
        ("http://localhost:8888/tree", "http://localhost:8888/", ""),
        ("https://hub.lab/user/kim/lab", "https://hub.lab/user/kim/", ""),
        ("https://hub.lab/user/lab/lab?token=x", "https://hub.lab/user/lab/", "x"),
        ("http://host:8888/jupyter/", "http://host:8888/jupyter/", ""),
        ("http://host:8888/jupyter", "http://host:8888/jupyter/", ""),
        ("labpc-04:8888", "http://labpc-04:8888/", ""),
        ("http://host:8888/staging", "http://host:8888/", ""),
    ],
)
def test_a_pasted_page_leads_to_its_server(pasted: str, url: str, token: str) -> None:
    address = given_address(pasted, None, {})
    assert (address.url, address.token) == (url, token)


def test_a_token_given_by_hand_comes_first(runtime: Path) -> None:
    announce(runtime, os.getpid())
    env = {"EXLAB_WIZARD_TOKEN": "environment"}
    assert given_address("http://localhost:8888/lab?token=page", "hand", env).token == "hand"
    assert given_address("http://localhost:8888/lab?token=page", None, env).token == "page"
    assert given_address("http://localhost:8888/lab", None, env).token == "environment"
    assert given_address("http://localhost:8888/lab", None, {}).token == "s3cret"


def test_localhost_by_another_name_is_the_same_server(runtime: Path) -> None:
    announce(runtime, os.getpid(), base_url="/lab1/", url="http://localhost:8888/lab1/")
    assert given_address("http://127.0.0.1:8888/lab1/", None, {}).token == "s3cret"


@pytest.mark.parametrize(
    "other", ["http://evil.example:8888/", "http://localhost:8889/", "http://localhost:8888/other/"]
)
def test_a_token_never_goes_to_another_server(runtime: Path, other: str) -> None:
    announce(runtime, os.getpid())
    env = {"EXLAB_WIZARD_URL": "http://localhost:8888/", "EXLAB_WIZARD_TOKEN": "environment"}
    assert given_address(other, None, env).token == ""


def test_the_environment_names_a_server() -> None:
    assert environment_address({}) is None
    env = {"EXLAB_WIZARD_URL": "http://labpc-04:8888/lab?token=page", "EXLAB_WIZARD_TOKEN": "environment"}
    address = environment_address(env)
    assert address == ServerAddress("http://labpc-04:8888/", "environment", "$EXLAB_WIZARD_URL")
    page_only = environment_address({"EXLAB_WIZARD_URL": env["EXLAB_WIZARD_URL"]})
    assert page_only is not None and page_only.token == "page"


def test_a_kernel_finds_the_server_above_it(runtime: Path) -> None:
    announce(runtime, 4242)
    address = kernel_address({"JPY_PARENT_PID": "4242"})
    assert address == ServerAddress("http://localhost:8888/", "s3cret", "the server this kernel runs under")
    assert kernel_address({"JPY_PARENT_PID": "4243"}) is None
    (runtime / "jpserver-x").mkdir()
    assert kernel_address({"JPY_PARENT_PID": "x/../jpserver-4242"}) is None
    assert kernel_address({}) is None


def test_under_a_hub_the_token_is_the_hubs(runtime: Path) -> None:
    announce(runtime, 4242, token="", url="http://127.0.0.1:40000/user/kim/")
    address = kernel_address({"JPY_PARENT_PID": "4242", "JUPYTERHUB_API_TOKEN": "hub"})
    assert address is not None and address.token == "hub" and address.url.endswith("/user/kim/")


def test_only_living_servers_count_the_latest_first(runtime: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    announce(runtime, dead.pid, url="http://localhost:1/")
    announce(runtime, os.getpid(), "old", url="http://localhost:2/")
    announce(runtime, os.getpid(), "new", url="http://localhost:3/")
    os.utime(runtime / "jpserver-old.json", (1, 1))
    assert [address.url for address in running_addresses()] == ["http://localhost:3/", "http://localhost:2/"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"url": 7}', '{"url": "http://localhost:1/", "pid": "1"}'])
def test_half_written_files_are_no_servers(runtime: Path, content: str) -> None:
    (runtime / "jpserver-1.json").write_text(content)
    assert running_addresses() == []


def test_a_unix_socket_is_an_address(runtime: Path) -> None:
    announce(runtime, os.getpid(), url="http+unix://%2Frun%2Fjupyter.sock/b/", base_url="/b/", sock="/run/jupyter.sock")
    (address,) = running_addresses()
    assert (address.url, address.socket, address.is_local) == ("http://localhost/b/", "/run/jupyter.sock", True)


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("lab.localhost", True), ("127.0.0.5", True), ("::1", True), ("labpc-04", False),
     ("10.0.0.7", False), ("localhost.example", False), ("", False)],
)  # fmt: skip
def test_loopback_is_known_by_name(host: str, local: bool) -> None:
    assert is_loopback(host) is local


def test_a_token_is_not_shown() -> None:
    assert "s3cret" not in repr(ServerAddress("http://localhost:8888/", "s3cret", "a test"))
