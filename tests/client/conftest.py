"""Owns fixtures around real servers for client and command: a shell beside one, clients that get closed, a station."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard import connect
from exlab_wizard.client import StagingClient
from exlab_wizard.demo.server import ServerProcess
from tests.support.lab import Lab
from tests.support.server import running_server
from tests.support.waiting import wait_for


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[ServerProcess | None], Path]:
    """Make this process a plain shell beside `server` (None: beside none); returns its runtime directory."""

    def beside(server: ServerProcess | None) -> Path:
        for name in list(os.environ):
            if name.startswith(("JUPYTER", "JPY_", "EXLAB_")):
                monkeypatch.delenv(name)
        runtime = server.home / "runtime" if server else tmp_path / "no-runtime"
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))
        return runtime

    return beside


@pytest.fixture
def attach() -> Iterator[Callable[..., StagingClient]]:
    """`connect`, closed after the test."""
    with ExitStack() as stack:

        def attached(*given: Any, **more: Any) -> StagingClient:
            return stack.enter_context(connect(*given, **more))

        yield attached


@pytest.fixture(scope="module")
def unconfigured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with the extension and no configuration."""
    with running_server(tmp_path_factory.mktemp("unconfigured"), None) as server:
        yield server


@pytest.fixture(scope="module")
def station_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """The directories of the `station`, shared by a module's tests: each pushes runs of its own."""
    return Lab(tmp_path_factory.mktemp("station") / "lab").mark()


@pytest.fixture(scope="module")
def station(station_lab: Lab) -> Iterator[ServerProcess]:
    """A server with a station over `station_lab`, past its start."""
    with running_server(station_lab.base / "server", station_lab.write_config()) as server:
        wait_for(lambda: server.get("staging/overview").status_code == 200, 30, "the first listing")
        yield server


@pytest.fixture
def client(station: ServerProcess) -> Iterator[StagingClient]:
    """A client of the `station`."""
    with connect(station.url, station.token) as found:
        yield found
