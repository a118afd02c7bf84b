"""Owns the fixtures every room shares, and the rule that a skip names the capability this machine lacks."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.demo.server import ServerProcess
from tests.support.lab import Lab
from tests.support.server import running_server

MISSING = re.compile(r"^(?:Skipped: )?needs \S")
_unexplained: list[str] = []


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


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember each skip whose reason does not say what the machine lacks."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not MISSING.match(reason):
            _unexplained.append(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI an unexplained skip fails the run: a test that silently does not run proves nothing."""
    if _unexplained and os.environ.get("CI"):
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which skips were unexplained."""
    for line in _unexplained:
        terminalreporter.write_line(f"skip without a missing capability ('needs ...'): {line}")
