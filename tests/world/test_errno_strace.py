"""System calls that fail, also those of SQLite: once and from some moment on, injected by strace into a whole life."""

from __future__ import annotations

import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.driver import Driver, inline
from tests.support.figures import Effort
from tests.support.life import Life
from tests.support.strace import changes_of, fails_at, need_strace

pytestmark = [pytest.mark.world, pytest.mark.sweep]
# Not close: strace leaves a file open whose close "fails", which Linux never does; the in-process seam closes it.
CALLS = (
    "openat read pread64 write pwrite64 fsync fdatasync renameat renameat2 unlinkat unlink mkdirat newfstatat "
    "ftruncate getdents64"
).split()
ERRORS = ["EIO", "ENOSPC", "EDQUOT", "ESTALE", "EROFS", "EACCES"]


def troubled(life: Life) -> None:
    """A station that goes on through whatever fails, as its threads do."""
    with inline():
        try:
            driver = Driver(life.lab.config)
        except Exception:  # noqa: BLE001 - it is tried again, in the next life
            return
        for work in (driver.look, driver.step) * 5 + (lambda: driver.clear(life.run),) + (driver.look, driver.step) * 2:
            try:
                work()
            except Exception:  # noqa: BLE001 - refused, or logged and tried again
                continue


@pytest.mark.timeout(3600)
def test_system_calls_that_fail(quick_path: Path, effort: Effort, figure: Callable[[str], None]) -> None:
    need_strace()
    life, chance = Life(quick_path / "counted"), random.Random(5)
    counts = Counter(point.call for point in changes_of(lambda: troubled(life), quick_path / "trace", CALLS))
    assert counts["fdatasync"] and counts["pwrite64"], "SQLite's calls must be among them"
    cases = 0
    for turn in range(effort.of(1, 6, 60)):
        for number, call in enumerate(call for call in CALLS if counts[call]):
            for lasting in ("", "+"):
                cases += 1
                when = f"{chance.randint(1, counts[call])}{lasting}"
                fail_and_recover(quick_path / "case", call, ERRORS[(turn + number + bool(lasting)) % 6], when)
    figure(f"errno by strace: {cases} cases over {len(counts)} system calls, 0 false verified, 0 lost; used strace")


def fail_and_recover(base: Path, call: str, error: str, when: str) -> None:
    life = Life(base)
    assert fails_at(call, error, when, lambda: troubled(life)) != -signal.SIGALRM, f"hung: {call, error, when}"
    life.check((call, error, when))
    life.live()
    life.check((call, error, when, "after recovery"))
    assert life.promise.cleared(), (call, error, when)
    shutil.rmtree(base)
