"""Owns the bodies that the listing is answered with: joined from ready pieces, and once for all who ask together."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence

from exlab_wizard.api.models import Overview
from exlab_wizard.api.wire import to_json
from exlab_wizard.listing.index import Index
from exlab_wizard.listing.order import BLOCK_ROWS
from exlab_wizard.listing.rendered import SEPARATOR, Rendered, overview_pieces

Body = tuple[bytes, ...]  # in parts, as long ones are sent

_FRESH_SECONDS = 0.1  # ages have no finer digit
_BREATHLESS_SECONDS = 0.0005
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
                body = _framed(b'{"runs":[', (block.staged(at) for block in self._index.table.blocks()), b"]}")
                self._made = revision, at, body
            return body


def overview(envelope: Overview, rows: Sequence[Rendered]) -> Body:
    """The body of an overview: `envelope`, which has no rows, with `rows`."""
    before, mark, after = to_json(envelope).partition(b'"runs":[')
    now = envelope.at.timestamp()
    cuts = (rows[start : start + BLOCK_ROWS] for start in range(0, len(rows), BLOCK_ROWS))
    return _framed(before + mark, (b"".join(overview_pieces(cut, now)) for cut in cuts), after)


def _framed(before: bytes, parts: Iterable[bytes], after: bytes) -> Body:
    """Rows in their frame. Every now and then the notebook server's loop is let in."""
    made, breath = [], time.perf_counter()
    for part in parts:
        made.append(part)
        if time.perf_counter() - breath > _BREATHLESS_SECONDS:
            time.sleep(_BREATH_SECONDS)
            breath = time.perf_counter()
    if not made:
        return (before + after,)
    made[0] = before + made[0].removeprefix(SEPARATOR)
    return (*made, b"}" + after)
