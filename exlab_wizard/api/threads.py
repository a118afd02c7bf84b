"""Owns the lanes that station calls run in, so that one that hangs holds up only its like."""

from __future__ import annotations

from enum import StrEnum


class Lane(StrEnum):
    """Calls that may wait for each other. A hung log file or a long clear never holds up the list."""

    INDEX = "index"
    FILES = "files"
    CHANGE = "change"
    CLEAR = "clear"
