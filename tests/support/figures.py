"""Owns what the fault tests report beside passing: figures and the capabilities used, printed when all tests are done.

`--long` runs the sweeps at their long counts (`./run test --long tests/faults tests/world`).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_PROPERTY = "figure"
_seen: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`."""
    parser.addoption("--long", action="store_true", help="fault sweeps at their long counts (hours)")


@pytest.fixture
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether the long counts are asked for."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def figure(record_property: Callable[[str, Any], None]) -> Callable[[str], None]:
    """`figure("kill -9: 572 points, 0 bytes lost; used strace")`: a line for the summary."""
    return lambda text: record_property(_PROPERTY, text)


@pytest.fixture
def quick_path(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one, else `tmp_path`: for faults that have nothing to do with a medium."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="exlab-", dir=memory, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect what tests reported, from every worker."""
    if report.when == "call":
        _seen.extend(str(value) for name, value in report.user_properties if name == _PROPERTY)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print it."""
    if _seen:
        terminalreporter.section("what the fault tests did")
        for line in sorted(_seen):
            terminalreporter.write_line(line)
