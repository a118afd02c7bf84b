"""Owns finding processes by a mark in their command line or environment: what a test started and must not leave."""

from __future__ import annotations

from contextlib import suppress

import psutil


def processes_with(mark: str) -> list[str]:
    """The command lines of live processes that mention `mark` in arguments or environment, this one's kin left out."""
    own = {process.pid for process in [psutil.Process(), *psutil.Process().parents()]}
    return [line for process in psutil.process_iter() if process.pid not in own and (line := _mention(process, mark))]


def _mention(process: psutil.Process, mark: str) -> str:
    with suppress(psutil.Error):
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        line = " ".join(process.cmdline())
        if mark in line or any(mark in value for value in process.environ().values()):
            return f"{process.pid} {line}"
    return ""
