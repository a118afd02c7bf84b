"""Owns the rule that a skip names the capability this machine lacks; in CI any other skip fails the run."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

EXPLAINED = re.compile(r"^(?:Skipped: )?needs \S")
_unexplained: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember each skipped test whose reason does not say what is missing."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _note(report.nodeid, report.longrepr)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """The same for a module that skips itself as a whole."""
    if report.skipped:
        _note(report.nodeid, report.longrepr)


def _note(nodeid: str, longrepr: Any) -> None:
    reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    if not EXPLAINED.match(reason):
        _unexplained.append(f"{nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that silently does not run proves nothing."""
    if _unexplained and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which skips were unexplained."""
    for line in _unexplained:
        terminalreporter.write_line(f"skip without a missing capability ('needs ...'): {line}")
