"""Owns the fixtures every room shares."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.demo.server import ServerProcess
from tests.support.lab import Lab
from tests.support.server import running_server

LEAN = Path(__file__).parent / "support" / "lean"
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(LEAN), os.environ.get("PYTHONPATH"))))

pytest_plugins = ["tests.support.figures", "tests.support.picture_flags", "tests.support.skips"]


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """Staging and NAS, marked, with one sentinel instrument configured."""
    return Lab(tmp_path / "lab").mark()


@pytest.fixture
def unmarked_lab(tmp_path: Path) -> Lab:
    """The same before anybody marked anything."""
    return Lab(tmp_path / "lab")


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    """`start_server(config_file, app=..., settings=...)`: a real Jupyter server process, stopped after the test."""
    with ExitStack() as stack:
        count = iter(range(100))

        def start(config_file: Path | None = None, **more: Any) -> ServerProcess:
            return stack.enter_context(running_server(tmp_path / f"server{next(count)}", config_file, **more))

        yield start
