"""Owns what a panel may be told to show: equipment, states, height and runs, as people write them, checked by name."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from typing import Any, Final

import traitlets

from exlab_wizard.api.models import DisplayState, OverviewRow

STATES: Final = tuple(str(state) for state in DisplayState)
_HEIGHT = re.compile(r"\d+(\.\d+)?(px|em|rem|vh|%)")


def equipment_ids(value: Any) -> list[str]:
    """Equipment ids in capitals: None (all of them), one, or several. Raises `TraitError`."""
    return list(dict.fromkeys(word.upper() for word in _words("equipment", value, "an id as 'CONFOCAL_01'")))


def state_words(value: Any) -> list[str]:
    """Display states as people read them, in any case: None (all), one, or several. Raises `TraitError`."""
    known = {state.lower(): state for state in STATES}
    words = _words("states", value, "a word as 'Verified'")
    for word in words:
        if word.lower() not in known:
            valid = ", ".join(STATES)
            raise traitlets.TraitError(f"{word!r} is no state{_meant(word, known)}. The states are: {valid}.")
    return list(dict.fromkeys(known[word.lower()] for word in words))


def css_height(value: Any) -> str:
    """A height for the page: None (as high as it needs), pixels as a number, or CSS as "30em". Raises `TraitError`."""
    if value is None or value == "":
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
        return f"{value:g}px"
    if isinstance(value, str) and _HEIGHT.fullmatch(value.strip()):
        return value.strip()
    raise traitlets.TraitError(f"height is a number of pixels, or text as '400px', '30em' or '60vh'; not {value!r}.")


def run_paths(value: Any) -> list[str]:
    """Run paths: None (no run), one path or row of a list, or several. Raises `TraitError`."""
    one = isinstance(value, (str, OverviewRow)) or value is None
    many = [] if value is None else [value] if one else value
    if not isinstance(many, Iterable):
        raise traitlets.TraitError(f"selected is a list of run paths, not {value!r}.")
    paths = [run.path if isinstance(run, OverviewRow) else os.fspath(run) for run in many]
    return list(dict.fromkeys(_words("selected", paths, "a run path")))


def _words(name: str, value: Any, example: str) -> list[str]:
    """`value` as a list of words without blanks around them."""
    words = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(words, Iterable) or isinstance(words, (bytes, dict)):
        raise traitlets.TraitError(f"{name} is {example}, or a list of them; not {value!r}.")
    checked = list(words)
    for word in checked:
        if not isinstance(word, str) or not word.strip():
            raise traitlets.TraitError(f"{name} is {example}, or a list of them; {word!r} is neither.")
    return [str(word).strip() for word in checked]


def _meant(word: str, known: dict[str, str]) -> str:
    near = difflib.get_close_matches(word.lower(), known, 1)
    return f" (did you mean {known[near[0]]!r}?)" if near else ""
