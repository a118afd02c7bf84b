"""Owns a NAS whose bytes come out of this computer's memory: pages that stay, and no way to read around them."""

from __future__ import annotations

import errno
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from exlab_wizard.sync.engine import verify


@contextmanager
def mapped(path: Path) -> Iterator[None]:
    """Its pages stay in memory whatever is advised, as while any program has it mapped."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as held:
        assert held[:]
        yield


def refuse_direct_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system without O_DIRECT."""
    real = os.open

    def refuse(path: str, flags: int, *rest: int, **more: int) -> int:
        if flags & os.O_DIRECT:
            raise OSError(errno.EINVAL, "not here")
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(verify.os, "open", refuse)
