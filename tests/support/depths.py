"""Owns chains of folders deeper than any path may be long, and takes them away again: `shutil.rmtree` cannot."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def nested(folder: Path, levels: int) -> Iterator[None]:
    """`folder/d/d/d/...` with `deepest.tif` in the last; `folder` is removed at the end."""
    fd = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=fd)
        inner = os.open("d", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = inner
    os.close(os.open("deepest.tif", os.O_CREAT | os.O_WRONLY, dir_fd=fd))
    os.close(fd)
    try:
        yield
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)
