"""Owns the bodies that the listing is answered with: joined from ready pieces, and once for all who ask together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from exlab_wizard.api.models import Overview
from exlab_wizard.api.wire import to_json
from exlab_wizard.listing.index import Index
from exlab_wizard.listing.rendered import SEPARATOR, Rendered, overview_pieces, staged_pieces

Body = tuple[bytes, ...]  # in parts, as long ones are sent

_FRESH_SECONDS = 0.1  # ages have no finer digit
_ROWS_A_PART = 1_000
_BREATH_SECONDS = 20e-6


class Answers:
    """Thread-safe."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._made: tuple[int, float, Body] = (-1, 0.0, ())  # of which revision, when, and the body

    def staged(self) -> Body:
        """The body of `GET /staging`: as it is now, its ages a tenth of a second old at most."""
        with self._lock:  # who comes meanwhile takes what the first one made
            revision, at, body = self._made
            if revision != self._index.revision or not 0 <= time.time() - at < _FRESH_SECONDS:
                revision, at = self._index.revision, time.time()  # before the rows: they may be newer, never older
                body = _joined(b'{"runs":[', self._index.table.rows(), staged_pieces, at, b"]}")
                self._made = revision, at, body
            return body


def overview(envelope: Overview, rows: Sequence[Rendered]) -> Body:
    """The body of an overview: `envelope`, which has no rows, with `rows`."""
    before, mark, after = to_json(envelope).partition(b'"runs":[')
    return _joined(before + mark, rows, overview_pieces, envelope.at.timestamp(), after)


def _joined(
    before: bytes,
    rows: Sequence[Rendered],
    pieces: Callable[[Sequence[Rendered], float], list[bytes]],
    now: float,
    after: bytes,
) -> Body:
    """The rows in their frame. After each part the notebook server's loop is let in."""
    parts = []
    for start in range(0, len(rows), _ROWS_A_PART):
        parts.append(b"".join(pieces(rows[start : start + _ROWS_A_PART], now)))
        time.sleep(_BREATH_SECONDS)
    if not parts:
        return (before + after,)
    parts[0] = before + parts[0].removeprefix(SEPARATOR)
    return (*parts, b"}" + after)
