"""A skip that does not say what this machine lacks fails CI, and only CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXPLAINED = 'pytest.skip("needs a mount")'
UNEXPLAINED = 'pytest.skip("does not work today")'


def outcome(folder: Path, body: str, ci: bool) -> tuple[int, str]:
    """Exit code and output of a test session over one test."""
    (folder / "test_one.py").write_text(f"import pytest\n\n{body}\n")
    (folder / "empty.ini").write_text("[pytest]\n")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CI": "true" if ci else ""}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.skips", "-c", "empty.ini", "test_one.py"]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("statement", "ci", "code"),
    [(EXPLAINED, True, 0), (UNEXPLAINED, True, 1), (UNEXPLAINED, False, 0), ("assert True", True, 0)],
)
def test_a_skipped_test(tmp_path: Path, statement: str, ci: bool, code: int) -> None:
    found, output = outcome(tmp_path, f"def test_it():\n    {statement}", ci)
    assert found == code, output
    assert ("does not work today" in output) == (statement == UNEXPLAINED)


def test_a_module_that_skips_itself(tmp_path: Path) -> None:
    body = 'pytest.skip("no reason", allow_module_level=True)'
    assert outcome(tmp_path, body + "\n\ndef test_it(): ...", ci=True)[1].count("no reason") >= 1


def test_an_expected_failure_is_not_a_skip(tmp_path: Path) -> None:
    body = "@pytest.mark.xfail\ndef test_it():\n    assert False"
    assert outcome(tmp_path, body, ci=True)[0] == 0
