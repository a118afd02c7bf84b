"""Owns real pieces of a machine for the world tests: mounted images, file systems in memory, given back afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def need(*programs: str, root: bool = True) -> None:
    """Skip, naming what this machine lacks."""
    if root and os.geteuid() != 0:
        pytest.skip("needs root")
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")


def run(*command: str) -> None:
    """Run a command; its words are in the error when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr or done.stdout}"


class Medium:
    """A file system in an image file, mounted by a loop device at `path`."""

    def __init__(self, folder: Path, size_mib: int, name: str = "medium") -> None:
        self.image, self.path = folder / f"{name}.img", folder / name
        self.path.mkdir()
        with self.image.open("wb") as file:
            file.truncate(size_mib << 20)

    def mount(self) -> None:
        run("mount", "-o", "loop", str(self.image), str(self.path))

    def unmount(self) -> None:
        run("umount", str(self.path))

    def format(self, kind: str) -> None:
        """Make a fresh ext4 or xfs in the image."""
        need("mount", f"mkfs.{kind}")
        run(f"mkfs.{kind}", *({"ext4": ["-qF"], "xfs": ["-qf"]}[kind]), str(self.image))

    def flush(self) -> None:
        """Let the medium have everything."""
        run("sync", "-f", str(self.path))

    def lose_power(self) -> None:
        """Everything not yet on the medium is gone, as when the plug is pulled; mounted again afterwards."""
        run("xfs_io", "-x", "-c", "shutdown", str(self.path))
        self.unmount()
        self.mount()

    def flip(self, pattern: bytes) -> None:
        """Damage one bit of these bytes on the medium, below the mounted file system and unseen by it."""
        with self.image.open("r+b") as file:
            data = file.read()
            at = data.find(pattern)
            assert at >= 0 and data.find(pattern, at + 1) < 0, "the pattern must be there exactly once"
            file.seek(at)
            file.write(bytes([pattern[0] ^ 1]))
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def ext4(folder: Path, size_mib: int = 64) -> Iterator[Medium]:
    """A fresh ext4, mounted; skips by name without root, mount or mkfs.ext4."""
    medium = Medium(folder, size_mib)
    medium.format("ext4")
    with mounted(medium):
        yield medium


@contextmanager
def mounted(medium: Medium) -> Iterator[None]:
    try:
        medium.mount()
    except AssertionError as error:
        pytest.skip(f"needs loop mounts ({error})")
    try:
        yield
    finally:
        medium.unmount()


@contextmanager
def tmpfs(path: Path, options: str) -> Iterator[Path]:
    """A file system in memory with these mount options, e.g. `size=1m`."""
    need("mount")
    path.mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path))
    try:
        yield path
    finally:
        run("umount", str(path))
