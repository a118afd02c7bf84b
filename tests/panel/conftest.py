"""Owns fixtures for the Python half of the panel: one real station for a module, found as from a shell beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.panel.line import LINE
from tests.support.lab import Lab
from tests.support.server import running_server
from tests.support.station import push
from tests.support.waiting import wait_for

__all__ = ["push"]


@pytest.fixture(scope="session")
def station_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """The directories of the `station`: each test pushes runs of its own."""
    return Lab(tmp_path_factory.mktemp("station") / "lab").mark()


@pytest.fixture(scope="session")
def station(station_lab: Lab) -> Iterator[ServerProcess]:
    """One station for all of these tests."""
    with running_server(station_lab.base / "server", station_lab.write_config()) as server:
        wait_for(lambda: server.get("staging/overview").status_code == 200, 30, "the first listing")
        yield server


@pytest.fixture(autouse=True)
def hang_up() -> Iterator[None]:
    """No test inherits the server of another."""
    yield
    LINE.close()


def _forget_servers(monkeypatch: pytest.MonkeyPatch, runtime: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("JUPYTER", "JPY_", "EXLAB_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(runtime))


@pytest.fixture
def beside(station: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> ServerProcess:
    """This process stands beside the `station`, as a kernel of its user does."""
    _forget_servers(monkeypatch, station.home / "runtime")
    return station


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process stands beside no server at all."""
    _forget_servers(monkeypatch, tmp_path / "no-runtime")
