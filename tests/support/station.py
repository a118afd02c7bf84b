"""Owns a real station that a module's tests share, for client and command."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from exlab_wizard.demo.server import ServerProcess
from tests.support.lab import Lab
from tests.support.server import running_server
from tests.support.waiting import wait_for

FILES = {"scan_0001.tif": b"one" * 4000, "meta/notes.txt": b"two"}
BYTES = sum(map(len, FILES.values()))
_minutes = itertools.count()


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
def push(station_lab: Lab) -> Callable[..., str]:
    """Push a new run of three files (`FILES` and the sentinel); returns its run path."""

    def pushed(project: str = "PROJ-0042", **more: bool) -> str:
        number = next(_minutes)
        run = station_lab.run_path(project, f"2026-04-17T{number // 60:02}-{number % 60:02}")
        station_lab.push(run, FILES, **more)
        return run

    return pushed
