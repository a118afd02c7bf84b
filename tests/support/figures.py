"""Owns how much the fault sweeps do, and what they report beside passing: figures and the capabilities used.

Three efforts: `quick` (the default: every sweep, at a part of its points), `table` (`--table`, and in CI: the counts
docs/SAFETY.md promises) and `long` (`--long`: hours). Figures are printed when all tests are done.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest

_PROPERTY = "figure"
_seen: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--table` and `--long`."""
    parser.addoption("--table", action="store_true", help="fault sweeps at the counts of docs/SAFETY.md (as in CI)")
    parser.addoption("--long", action="store_true", help="fault sweeps at their long counts (hours)")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The sweeps go first: what is long must not be what one of two workers is left with at the end."""
    items.sort(key=lambda item: item.get_closest_marker("sweep") is None)


class Effort(IntEnum):
    """How much a sweep does; an index into `(quick, table, long)`."""

    QUICK = 0
    TABLE = 1
    LONG = 2

    def of(self, quick: int, table: int, long: int) -> int:
        """The count for this effort."""
        return (quick, table, long)[self]


@pytest.fixture
def effort(request: pytest.FixtureRequest) -> Effort:
    """The effort asked for."""
    if request.config.getoption("--long"):
        return Effort.LONG
    return Effort.TABLE if request.config.getoption("--table") or os.environ.get("CI") else Effort.QUICK


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
