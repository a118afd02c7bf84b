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
from tests.support.server import running_server
from tests.support.station import push, station, station_lab

__all__ = ["push", "station", "station_lab"]


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


@pytest.fixture
def client(station: ServerProcess) -> Iterator[StagingClient]:
    """A client of the `station`."""
    with connect(station.url, station.token) as found:
        yield found
