"""Owns waiting in tests: a condition polled up to a deadline, never a bare sleep."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(condition: Callable[[], T], seconds: float = 20, what: str = "") -> T:
    """The condition's first truthy value; fails with `what` and its last value when the deadline passes."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or condition}; last seen: {value!r}")
        time.sleep(0.02)
    return value
