"""Owns the question before anything is deleted."""

from __future__ import annotations

import sys

from exlab_wizard.cli.failures import NotConfirmed
from exlab_wizard.cli.output import say


def demand_yes(question: str) -> None:
    """Ask, and wait for a yes; anything else, or no terminal, raises `NotConfirmed`."""
    if not sys.stdin.isatty():
        raise NotConfirmed("Nobody can answer here, so nothing was deleted.", "Give --yes if you are sure.")
    say(question)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise NotConfirmed("Nothing was deleted.", "")
