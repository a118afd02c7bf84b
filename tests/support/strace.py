"""Owns dying at a system call: a forked child under strace is killed just before its N-th call of a kind.

The child is forked from a process that has everything imported, and strace is attached to it before it begins: a point
costs a fork and an attach, not the start of an interpreter, and the counts begin with the work itself.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

# What can change a disk. Files are also created by openat; those calls are told apart by their O_CREAT.
CHANGES = (
    "write pwrite64 writev pwritev rename renameat renameat2 link linkat unlink unlinkat rmdir mkdir mkdirat symlinkat "
    "ftruncate fallocate fsync fdatasync syncfs fchmod fchmodat fchown fchownat utimensat"
).split()
_CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\(")
_ATTACH_SECONDS = 10
_LIFE_SECONDS = 120


class Point(NamedTuple):
    """The `number`-th call (from 1) of one system call, and how the trace of the whole life shows it."""

    call: str
    number: int
    text: str = ""


def need_strace() -> None:
    """Skip where no process can be traced."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")


def changes_of(work: Callable[[], object], log: Path, calls: Iterable[str] = CHANGES) -> list[Point]:
    """Run `work` to its end; every call that may change a disk, in order."""
    names = list(dict.fromkeys([*calls, "openat"]))
    child = _Child(work)
    code = child.run(["-e", f"trace={','.join(names)}", "-s", "80", "-y", "-o", str(log)])
    assert code == 0, f"the traced work ended with {code}"
    seen: Counter[str] = Counter()
    points = []
    for line in log.read_text(errors="replace").splitlines():
        found = _CALL.match(line)
        if found is None or found[1] not in names:
            continue
        seen[found[1]] += 1
        if found[1] != "openat" or "openat" in calls or "O_CREAT" in line:
            points.append(Point(found[1], seen[found[1]], line))
    return points


def dies_before(point: Point, work: Callable[[], object]) -> bool:
    """Run `work` in a child that is killed (SIGKILL) before the point; False when it got to its end before."""
    inject = f"inject={point.call}:signal=SIGKILL:when={point.number}"
    code = _Child(work).run(["-e", f"trace={point.call}", "-e", inject, "-o", "/dev/null"])
    assert code in (0, -signal.SIGKILL), f"the child ended with {code} at {point}"
    return code != 0


def fails_at(call: str, error: str, when: str, work: Callable[[], object]) -> int:
    """Run `work` in a child whose `call` fails with `error` at `when` (`3`, `3+`, as strace has it); its exit code."""
    inject = f"inject={call}:error={error}:when={when}"
    return _Child(work).run(["-e", f"trace={call}", "-e", inject, "-o", "/dev/null"])


class _Child:
    """A forked child that waits until it is traced."""

    def __init__(self, work: Callable[[], object]) -> None:
        ready, self._go = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            code = 1
            try:
                os.close(self._go)
                os.read(ready, 1)
                signal.alarm(_LIFE_SECONDS)  # nothing a child is made to suffer may hang the tests
                work()
                code = 0
            except BaseException:  # noqa: BLE001 - the child has no other way to tell
                if os.environ.get("EXLAB_WIZARD_SHOW_DEATHS"):
                    import traceback

                    traceback.print_exc()
            finally:
                os._exit(code)
        os.close(ready)

    def run(self, options: list[str]) -> int:
        """Attach, let it go, wait; its exit code, negative for a signal."""
        command = ["strace", "-f", "-qq", "-p", str(self._pid), *options]
        with subprocess.Popen(command, stderr=subprocess.PIPE) as tracer:
            try:
                self._await_attached(tracer)
                os.write(self._go, b"1")
                return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
            finally:
                os.close(self._go)
                tracer.terminate()

    def _await_attached(self, tracer: subprocess.Popen[bytes]) -> None:
        """Until the kernel says that the child is traced."""
        assert tracer.stderr is not None
        status = Path(f"/proc/{self._pid}/status")
        for _ in range(_ATTACH_SECONDS * 500):
            if f"TracerPid:\t{tracer.pid}\n" in status.read_text():
                return
            if tracer.poll() is not None:
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
                pytest.skip(f"needs ptrace ({tracer.stderr.read().decode(errors='replace').strip()[:200]})")
            select.select([], [], [], 0.002)
        raise AssertionError("strace did not attach")
