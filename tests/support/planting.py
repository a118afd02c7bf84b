"""Owns planted bugs: a copy of package and tests in which one known bug is made, and what the tests say to it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_COPIED = ("exlab_wizard", "tests", "pyproject.toml")
_SECONDS = 300
_RESULT = re.compile(r"^(FAILED|ERROR|SKIPPED) ((?:tests/|\[\d+\] ).+)$", re.MULTILINE)
_UNCOMPILED = re.compile(r"^E +(?:\w+\.)?(SyntaxError|IndentationError|NameError|UnboundLocalError|ImportError)", re.M)


@dataclass(frozen=True, slots=True)
class Bug:
    """A way to break the promise: what it is, its module below `exlab_wizard`, the source before and after, and the
    tests that must not let it pass.
    """

    name: str
    module: str
    changes: tuple[tuple[str, str], ...]
    caught_by: tuple[str, ...]

    def plant(self, copy: Path) -> None:
        """Make the bug in a copy; fails when the source no longer has what is to be changed, exactly once."""
        path = copy / "exlab_wizard" / self.module
        text = path.read_text()
        for before, after in self.changes:
            assert text.count(before) == 1, f"{self.module} has this {text.count(before)} times, not once:\n{before}"
            text = text.replace(before, after)
        path.write_text(text)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run of tests in a copy ended: pytest's exit code, its summary lines by kind, and all that it said."""

    code: int
    lines: tuple[tuple[str, str], ...]
    text: str

    def of(self, kind: str) -> list[str]:
        """The summary lines of FAILED, ERROR or SKIPPED tests."""
        return [line for found, line in self.lines if found == kind]

    def demand_caught(self) -> str:
        """The test that failed, and failed because of what it saw; skips where this machine cannot run it."""
        if self.code == 0 and self.of("SKIPPED") and " passed" not in self.text:
            pytest.skip(self.of("SKIPPED")[0].partition(": ")[2].removeprefix("Skipped: "))
        assert self.code == 1 and self.of("FAILED"), f"not caught, pytest ended with {self.code}:\n{self.text}"
        assert not self.of("ERROR") and "Failed: Timeout" not in self.text, f"no verdict:\n{self.text}"
        assert not _UNCOMPILED.search(self.text), f"the bug is no bug but broken code:\n{self.text}"
        return self.of("FAILED")[0].split(" - ")[0].rpartition("/")[2]


def demand_caught(bug: Bug, base: Path) -> str:
    """Plant the bug in a copy below `base`; the test that caught it. Fails when none did."""
    copy = copy_into(base / "copy")
    bug.plant(copy)
    return run_tests(copy, bug.caught_by, base / "t").demand_caught()


def demand_all_pass(bugs: Sequence[Bug], base: Path) -> None:
    """Without a bug, all those tests pass in a copy."""
    chosen = tuple(dict.fromkeys(test for bug in bugs for test in bug.caught_by))
    verdict = run_tests(copy_into(base / "copy"), chosen, base / "t")
    assert verdict.code == 0, verdict.text


def copy_into(folder: Path) -> Path:
    """A copy of package and tests that imports itself, also in the worker processes it starts."""
    for name in _COPIED:
        source, target = _ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target)  # with __pycache__ and times, so that nothing is compiled again
        else:
            shutil.copy2(source, target)
    code = "import exlab_wizard; print(exlab_wizard.__file__)"
    command = [sys.executable, "-c", code]
    found = subprocess.run(command, cwd="/", env=_environment(folder), capture_output=True, text=True, check=False)
    assert found.stdout.strip() == str(folder / "exlab_wizard/__init__.py"), found
    return folder


def run_tests(copy: Path, tests: tuple[str, ...], base: Path) -> Verdict:
    """Run tests (node ids) in a copy; their temporary folders are below `base`."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    try:
        done = subprocess.run(
            [*command, f"--basetemp={base}", *tests],
            cwd=copy,
            env=_environment(copy),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    finally:
        _unmount_below(base)
    text = done.stdout + done.stderr
    return Verdict(done.returncode, tuple(_RESULT.findall(text)), text)


def _unmount_below(base: Path) -> None:
    """What tests that a bug got the better of have left mounted."""
    mounted = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in reversed([one for one in mounted if one.startswith(f"{base}/")]):
        subprocess.run(["umount", "-l", place], capture_output=True, check=False)


def _environment(copy: Path) -> dict[str, str]:
    """Ours, without what the outer pytest put there; and without CI, where pytest would draw a failure's every byte."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "COV_"))}
    clean = {key: value for key, value in ours.items() if key not in ("CI", "BUILD_NUMBER")}
    return {**clean, "PYTHONPATH": str(copy)}
