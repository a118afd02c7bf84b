"""Owns the order of the listing: rows in blocks, so that a change touches one block and the others stay joined."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from itertools import chain

from exlab_wizard.listing.rendered import Rendered, aged, template

BLOCK_ROWS = 512
_FEW = 64


class Block:
    """Some rows that follow each other. It never changes: another one takes its place."""

    __slots__ = ("_moments", "_template", "rows")

    def __init__(self, rows: list[Rendered]) -> None:
        self.rows = rows
        self._template = b""
        self._moments: list[float] = []

    def staged(self, now: float) -> bytes:
        """The rows as `GET /staging` has them, each behind a separator, with their ages at `now`."""
        if not self._template:
            self._moments = [row.active_at for row in self.rows]
            self._template = template(self.rows)
        return aged(self._template, self._moments, now)

    def without(self, row: Rendered) -> Block:
        """All but `row`."""
        at = bisect_left(self.rows, row.order, key=_order)
        return Block(self.rows[:at] + self.rows[at + 1 :])

    def with_row(self, row: Rendered) -> Block:
        """And `row`."""
        rows = self.rows.copy()
        insort(rows, row, key=_order)
        return Block(rows)


class Order:
    """The most recent activity first. Callers take care of threads."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []

    def change(self, old: list[Rendered], new: list[Rendered], everything: Iterable[Rendered]) -> None:
        """Rows that went, and rows that came, which leaves `everything`."""
        if len(old) + len(new) > max(_FEW, sum(len(block.rows) for block in self._blocks) // 8):
            self._blocks = _cut(sorted(everything, key=_order))
            return
        for row in old:
            at = self._place(row)
            left = self._blocks[at].without(row)
            self._blocks[at : at + 1] = [left] if left.rows else []
        for row in new:
            at = min(self._place(row), len(self._blocks) - 1)
            block = self._blocks[at].with_row(row) if self._blocks else Block([row])
            self._blocks[at : at + 1] = [block] if len(block.rows) <= 2 * BLOCK_ROWS else _cut(block.rows)

    def blocks(self) -> list[Block]:
        """All blocks, in order."""
        return self._blocks.copy()

    def rows(self) -> list[Rendered]:
        """All rows, in order."""
        return list(chain.from_iterable(block.rows for block in self._blocks))

    def first(self) -> Rendered | None:
        """The row with the most recent activity."""
        return self._blocks[0].rows[0] if self._blocks else None

    def _place(self, row: Rendered) -> int:
        """The block that has, or would have, a row; one more than there are when it comes after all."""
        return bisect_left(self._blocks, row.order, key=lambda block: block.rows[-1].order)


def _cut(rows: list[Rendered]) -> list[Block]:
    return [Block(rows[start : start + BLOCK_ROWS]) for start in range(0, len(rows), BLOCK_ROWS)]


def _order(row: Rendered) -> tuple[float, str]:
    return row.order
