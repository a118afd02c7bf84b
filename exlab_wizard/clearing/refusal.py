"""Owns how clearing says no: the code, one sentence, and the files it is about."""

from __future__ import annotations

from collections.abc import Sequence

from exlab_wizard.clearing.lines import LEDGER_NAME
from exlab_wizard.errors import Code
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass

_NAMED = 3
LEDGER_REMEDY = (
    "Run `exlab-wizard audit`; once you know why, `exlab-wizard audit --set-aside` keeps it and begins a new one."
)


def refused(code: Code, message: str, paths: Sequence[str] = ()) -> TaskFailedError:
    """A clearing condition does not hold; `paths` are the files concerned, the first becomes the error's path."""
    return TaskFailedError(ErrorClass.REFUSED, message, paths[0] if paths else "", code=str(code))


def ledger_damaged(why: str) -> TaskFailedError:
    """A ledger cannot be trusted, or not be added to."""
    message = f"What was written down of this run cannot be trusted ({why}), so nothing is deleted. {LEDGER_REMEDY}"
    return refused(Code.LEDGER_DAMAGED, message, [LEDGER_NAME])


def shown(path: str) -> str:
    """A path on one line and printable, whatever bytes are in it."""
    text = path.encode("utf-8", "backslashreplace").decode()
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text)


def named(paths: Sequence[str]) -> str:
    """`a.tif, b.tif and 40 more`."""
    rest = len(paths) - _NAMED
    text = ", ".join(shown(path) for path in paths[:_NAMED])
    return f"{text} and {rest} more" if rest > 0 else text
