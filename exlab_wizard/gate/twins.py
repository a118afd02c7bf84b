"""Owns finding twins: names in one folder that a target which folds case or Unicode takes for one and the same."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from exlab_wizard.capabilities import Folding


class Twins(NamedTuple):
    """Two names of one folder, and what a target must fold to mix them up."""

    one: str
    other: str
    needs: frozenset[Folding]


class TwinFinder:
    """Told every entry of a walk, parents first and each folder's together; remembers the open folders' names only."""

    def __init__(self) -> None:
        self._folders: list[tuple[str, dict[str, str]]] = [("", {})]

    def add(self, path: str) -> Twins | None:
        """The entry's twin met before it in its folder, if there is one."""
        parent, _, name = path.rpartition("/")
        folder, known = self._folders[-1]
        while folder != parent:
            if parent.startswith(f"{folder}/") or not folder:
                folder, known = parent, {}
                self._folders.append((folder, known))
            else:
                self._folders.pop()
                folder, known = self._folders[-1]
        other = known.setdefault(_folded(name), name)
        return None if other is name or other == name else Twins(other, name, _needs(other, name))


def _folded(name: str) -> str:
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _needs(one: str, other: str) -> frozenset[Folding]:
    """The least a target must fold to take these two for one."""
    if one.casefold() == other.casefold():
        return frozenset({Folding.CASE})
    if unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other):
        return frozenset({Folding.UNICODE})
    return frozenset(Folding)
