"""Owns the rows in memory: by run path, in the order of their revisions, and in that of the listing."""

from __future__ import annotations

import threading
from itertools import islice, takewhile

from exlab_wizard.listing.order import Block, Order
from exlab_wizard.listing.rendered import Rendered

_REMOVED_KEPT = 10_000


class Table:
    """Takes in changes at the cost of the change, not of the whole. Thread-safe; nobody waits for more than that.

    `base` is the revision from which on removals are known.
    """

    def __init__(self, kept: int = _REMOVED_KEPT) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, Rendered] = {}  # the latest revision last
        self._order = Order()
        self._removed: dict[str, int] = {}  # the latest removal last
        self._kept = kept
        self.base = 0

    def take(self, new: list[Rendered], gone: dict[str, int]) -> None:
        """Rows that are new or changed, and the revisions at which others went."""
        with self._lock:
            old = [row for path in (*gone, *(row.path for row in new)) if (row := self._rows.pop(path, None))]
            self._rows.update((row.path, row) for row in new)
            self._order.change(old, new, self._rows.values())
            for path in gone:
                self._removed.pop(path, None)
            self._removed.update(gone)
            for row in new:
                self._removed.pop(row.path, None)
            self._forget()

    def restart(self, base: int) -> None:
        """Forget everything: the revisions are those of another index now."""
        with self._lock:
            self._rows, self._order, self._removed, self.base = {}, Order(), {}, base

    def get(self, path: str) -> Rendered | None:
        """The row of a run."""
        return self._rows.get(path)

    def latest(self) -> Rendered | None:
        """The row with the most recent activity."""
        with self._lock:
            return self._order.first()

    def rows(self) -> list[Rendered]:
        """All rows, most recent activity first."""
        with self._lock:
            return self._order.rows()

    def blocks(self) -> list[Block]:
        """The same in blocks, which stay joined until they change."""
        with self._lock:
            return self._order.blocks()

    def removed(self) -> dict[str, int]:
        """The revisions at which runs went, the earliest first."""
        with self._lock:
            return self._removed.copy()

    def since(self, revision: int) -> tuple[list[Rendered], list[str]]:
        """What changed and what went after `revision`, at the cost of those."""
        with self._lock:
            rows = list(takewhile(lambda row: row.revision > revision, reversed(self._rows.values())))
            gone = [path for path, _ in takewhile(lambda item: item[1] > revision, reversed(self._removed.items()))]
        return sorted(rows, key=lambda row: row.order), gone[::-1]

    def _forget(self) -> None:
        """Removals are not kept for ever: who has not heard of a forgotten one must be sent everything."""
        for path in list(islice(self._removed, max(0, len(self._removed) - self._kept))):
            self.base = max(self.base, self._removed.pop(path))
