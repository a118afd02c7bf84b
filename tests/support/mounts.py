"""Owns file systems a test may fill, freeze and take away: tmpfs, ext4 in a file, overlays, unmounted at the end."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from pathlib import Path
from shutil import which
from typing import Self

import pytest


class Mounts:
    """Mounts below one folder; leaving the context thaws and unmounts all of them."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._stack = ExitStack()
        self._count = 0

    def tmpfs(self, at: Path, options: str) -> Path:
        """A file system in memory at `at` (made where needed), for example with `size=1m`."""
        at.mkdir(parents=True, exist_ok=True)
        self._mount("-t", "tmpfs", "-o", options, "tmpfs", str(at))
        self._stack.callback(self.away, at)
        return at

    def grow(self, at: Path, options: str) -> None:
        """Give a tmpfs another size."""
        _run("mount", "-o", f"remount,{options}", str(at))

    def ext4(self, at: Path, mib: int) -> Path:
        """An ext4 of its own in a file; skips where the machine has no loop devices."""
        _need("mkfs.ext4", "mkfs.ext4 (e2fsprogs)")
        at.mkdir(parents=True, exist_ok=True)
        self._base.mkdir(parents=True, exist_ok=True)
        self._count += 1
        image = self._base / f"disk{self._count}.img"
        with image.open("wb") as file:
            file.truncate(mib << 20)
        _run("mkfs.ext4", "-qF", "-E", "lazy_itable_init=0", str(image))
        self._mount("-o", "loop", str(image), str(at))
        self._stack.callback(self.away, at)
        return at

    def overlay(self, on: Path, at: Path) -> Path:
        """An overlay at `at` whose files are kept below `on/upper`; skips where the kernel has none."""
        layers = [on / name for name in ("lower", "upper", "work")]
        for folder in (*layers, at):
            folder.mkdir(parents=True, exist_ok=True)
        options = "lowerdir={},upperdir={},workdir={}".format(*layers)
        self._mount("-t", "overlay", "-o", options, "overlay", str(at))
        self._stack.callback(self.away, at)
        return at

    def freeze(self, at: Path) -> None:
        """Let every write to the file system hang, as a NAS that does not answer."""
        _need("fsfreeze", "fsfreeze (util-linux)")
        _run("fsfreeze", "-f", str(at))
        self._stack.callback(self.thaw, at)

    def thaw(self, at: Path) -> None:
        """Let it go on; nothing happens when it is not frozen."""
        subprocess.run(["fsfreeze", "-u", str(at)], capture_output=True, check=False)

    def away(self, at: Path) -> None:
        """Take it away at once, whoever still uses it."""
        self.thaw(at)
        subprocess.run(["umount", "-l", str(at)], capture_output=True, check=False)

    def bind(self, source: Path, at: Path) -> Path:
        """The same file system, or one file of it, at another place."""
        if source.is_dir():
            at.mkdir(parents=True, exist_ok=True)
        else:
            at.touch()
        self._mount("--bind", str(source), str(at))
        self._stack.callback(self.away, at)
        return at

    def _mount(self, *arguments: str) -> None:
        done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"needs mounts ({done.stderr.strip()})")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def fill(folder: Path, name: str = "filler") -> Path:
    """Take the last byte of the file system `folder` is on."""
    path = folder / name
    with path.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 16, 4096, 512, 1):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue
    return path


def _need(program: str, what: str) -> None:
    if which(program) is None:
        pytest.skip(f"needs {what}")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
