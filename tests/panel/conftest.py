"""Owns fixtures for the Python half of the panel: one real station for a module, found as from a shell beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.panel.line import LINE
from tests.support.station import push, station, station_lab

__all__ = ["push", "station", "station_lab"]


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
