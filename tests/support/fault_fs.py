"""Owns a NAS that misbehaves on command: a FUSE file system over a folder, with errors, delays and hangs by operation.

Run as `python -m tests.support.fault_fs BACKING MOUNT ORDERS`. `ORDERS` is read at each call: a fault begins and ends
while the file system is in use.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import functools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.support.waiting import wait_for

Method = TypeVar("Method", bound=Callable[..., Any])
_POLL_SECONDS = 0.05


class FaultyMount:
    """The tests' handle: `path` is the mounted NAS, `backing` what really lies there."""

    def __init__(self, base: Path) -> None:
        self.path, self.backing, self._orders = base / "faulty", base / "backing", base / "orders.json"
        for folder in (self.path, self.backing):
            folder.mkdir(parents=True)
        self.heal()

    def fail(self, number: int, *operations: str) -> None:
        """From now on these operations fail with an errno."""
        self._order(errno=dict.fromkeys(operations, number))

    def hang(self, *operations: str) -> None:
        """From now on these operations do not answer ("*": none does)."""
        self._order(hang=list(operations))

    def slow(self, seconds: float, *operations: str) -> None:
        """From now on these operations take so long."""
        self._order(delay=dict.fromkeys(operations, seconds))

    def heal(self) -> None:
        """All is well again; what hung goes on."""
        self._order()

    def _order(self, **orders: Any) -> None:
        new = self._orders.with_suffix(".new")
        new.write_text(json.dumps(orders))
        new.rename(self._orders)


@contextmanager
def faulty_mount(base: Path) -> Iterator[FaultyMount]:
    """A mounted one; skips by name where FUSE is missing. Healed, unmounted and ended afterwards."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("needs /dev/fuse")
    pytest.importorskip("mfusepy", reason="needs mfusepy and libfuse", exc_type=(ImportError, OSError))
    mount = FaultyMount(base)
    command = [sys.executable, "-m", "tests.support.fault_fs", str(mount.backing), str(mount.path), str(mount._orders)]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        wait_for(lambda: os.path.ismount(mount.path) or process.poll() is not None, 20, "the FUSE mount")
        assert process.poll() is None, "the FUSE file system ended at once"
        yield mount
    finally:
        mount.heal()
        subprocess.run(["umount", "-l", str(mount.path)], check=False, capture_output=True)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        process.kill()
        process.wait(5)


def _serve(backing: str, mount: str, orders: Path) -> None:  # noqa: C901 - one short method an operation
    import mfusepy

    class Fuse(mfusepy.FUSE):  # type: ignore[misc, unused-ignore]
        """An exclusive rename is refused instead of silently replacing: mfusepy does not hand its flags on."""

        def rename_fuse_3(self, old: bytes, new: bytes, flags: int) -> int:
            return -errno.EINVAL if flags else super().rename_fuse_2(old, new)  # type: ignore[no-any-return, unused-ignore]

    def faulty(method: Method) -> Method:
        """Carry out what is ordered for an operation before doing it."""
        name = method.__name__

        @functools.wraps(method)
        def wrapped(*arguments: Any) -> Any:
            delay = _orders(orders).get("delay", {}).get(name, 0.0)
            time.sleep(delay)
            while {name, "*"} & set(_orders(orders).get("hang", ())):
                time.sleep(_POLL_SECONDS)
            number = _orders(orders).get("errno", {}).get(name)
            if number is not None:
                raise mfusepy.FuseOSError(number)
            return method(*arguments)

        return wrapped  # type: ignore[return-value]

    class Passthrough(mfusepy.Operations):  # type: ignore[misc, unused-ignore]
        use_ns = True

        def _at(self, path: str) -> str:
            return backing + path

        @faulty
        def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
            info = os.lstat(self._at(path))
            names = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size", "st_ino", "st_blocks")
            times = {f"st_{kind}time": getattr_ns(info, kind) for kind in "amc"}
            return {name: getattr(info, name) for name in names} | times

        @faulty
        def readdir(self, path: str, fh: int) -> list[str]:
            return [".", "..", *os.listdir(self._at(path))]

        @faulty
        def open(self, path: str, flags: int) -> int:
            return os.open(self._at(path), flags & ~(os.O_DIRECT | os.O_NOFOLLOW))

        @faulty
        def create(self, path: str, mode: int, fi: Any = None) -> int:
            return os.open(self._at(path), os.O_RDWR | os.O_CREAT, mode)

        @faulty
        def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
            return os.pread(fh, size, offset)

        @faulty
        def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
            return os.pwrite(fh, data, offset)

        @faulty
        def truncate(self, path: str, length: int, fh: int | None = None) -> int:
            os.truncate(self._at(path), length)
            return 0

        @faulty
        def flush(self, path: str, fh: int) -> int:
            return self.flush_written(path, fh) if fcntl.fcntl(fh, fcntl.F_GETFL) & os.O_ACCMODE else 0

        @faulty
        def flush_written(self, path: str, fh: int) -> int:
            return 0

        @faulty
        def fsync(self, path: str, datasync: int, fh: int) -> int:
            os.fsync(fh)
            return 0

        @faulty
        def fsyncdir(self, path: str, datasync: int, fh: int) -> int:
            return 0

        def release(self, path: str, fh: int) -> int:
            os.close(fh)
            return 0

        @faulty
        def mkdir(self, path: str, mode: int) -> int:
            os.mkdir(self._at(path), mode)
            return 0

        @faulty
        def rename(self, old: str, new: str) -> int:
            os.rename(self._at(old), self._at(new))
            return 0

        @faulty
        def link(self, target: str, source: str) -> int:
            os.link(self._at(source), self._at(target))
            return 0

        @faulty
        def unlink(self, path: str) -> int:
            os.unlink(self._at(path))
            return 0

        @faulty
        def rmdir(self, path: str) -> int:
            os.rmdir(self._at(path))
            return 0

        @faulty
        def chmod(self, path: str, mode: int) -> int:
            os.chmod(self._at(path), mode)
            return 0

        @faulty
        def utimens(self, path: str, times: tuple[int, int] | None = None) -> int:
            os.utime(self._at(path), ns=times)
            return 0

        @faulty
        def statfs(self, path: str) -> dict[str, int]:
            found = os.statvfs(backing)
            names = ("f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_files", "f_ffree", "f_frsize", "f_namemax")
            return {name: getattr(found, name) for name in names}

    _die_with_parent()
    Fuse(Passthrough(), mount, foreground=True, fsname="faulty", attr_timeout=0, entry_timeout=0)


def getattr_ns(info: os.stat_result, kind: str) -> int:
    """One of a file's times in nanoseconds."""
    return int(getattr(info, f"st_{kind}time_ns"))


def _orders(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def _die_with_parent() -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, 9)


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
