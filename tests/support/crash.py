"""Owns dying on purpose: a forked child that ends, without any clean-up, just before its N-th change to a disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from exlab_wizard import fsys

_DIED, _DONE, _RAISED = 9, 0, 1
_CHANGES = ("rename", "unlink", "rmdir", "mkdir", "fsync", "write", "ftruncate", "link")


def dies_at(point: int, work: Callable[[], Any]) -> bool:
    """Run `work` in a child that dies before change number `point` (from 1); False when it got to its end."""
    child = os.fork()
    if child == 0:
        try:
            _arm(point)
            work()
        except BaseException:  # noqa: BLE001 - the child has no other way to tell
            os._exit(_RAISED)
        os._exit(_DONE)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (_DIED, _DONE), f"the child ended with {code} at point {point}"
    return code == _DIED


def _arm(point: int) -> None:
    seen = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            nonlocal seen
            seen += 1
            if seen == point:
                os._exit(_DIED)
            return real(*args, **more)

        return call

    for name in _CHANGES:
        setattr(os, name, counted(getattr(os, name)))
    fsys._renameat2 = counted(fsys._renameat2)
