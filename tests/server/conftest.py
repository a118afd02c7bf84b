"""Owns the fixtures of the fault tests: a lab, and any number of real servers over it, each ended by pid."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.lab import Lab
from tests.support.mounts import Mounts
from tests.support.serving import LabServer

StartServer = Callable[..., LabServer]


@pytest.fixture
def serve(lab: Lab, tmp_path: Path) -> Iterator[StartServer]:
    """`serve(config_file=..., pace=...)`: a started server over the lab as it is configured now."""
    yield from _servers(lab, tmp_path)


@pytest.fixture
def serve_unmarked(unmarked_lab: Lab, tmp_path: Path) -> Iterator[StartServer]:
    """As `serve`, over a lab that the test mounts and marks itself."""
    yield from _servers(unmarked_lab, tmp_path)


def _servers(lab: Lab, tmp_path: Path) -> Iterator[StartServer]:
    with ExitStack() as stack:
        count = iter(range(100))

        def start(config_file: Path | None = None, pace: float | None = None, **more: Any) -> LabServer:
            number = next(count)
            file = config_file or lab.write_config(f"config{number}.yaml")
            server = LabServer(tmp_path / f"server{number}", file, pace, **more)
            stack.callback(server.end)
            server.start()
            return server

        yield start


@pytest.fixture
def mounts(tmp_path: Path) -> Iterator[Mounts]:
    """File systems of one's own, all unmounted after the test."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount file systems")
    with Mounts(tmp_path / "mounts") as made:
        yield made
