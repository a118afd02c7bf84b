"""Owns the bodies that the listing is answered with: joined from ready pieces, and once for all who ask together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence

from exlab_wizard.api.models import Overview
from exlab_wizard.api.wire import to_json
from exlab_wizard.listing.index import Index
from exlab_wizard.listing.rendered import Rendered, overview_pieces, staged_pieces

_FRESH_SECONDS = 0.1  # ages have no finer digit
_CHUNK = 1_000
_BREATH_SECONDS = 20e-6


class Answers:
    """Thread-safe."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._made = (-1, 0.0, b"")  # of which revision, when, and the body

    def staged(self) -> bytes:
        """The body of `GET /staging`: as it is now, its ages a tenth of a second old at most."""
        with self._lock:  # who comes meanwhile takes what the first one made
            revision, at, body = self._made
            if revision != self._index.revision or not 0 <= time.time() - at < _FRESH_SECONDS:
                revision, at = self._index.revision, time.time()  # before the rows: they may be newer, never older
                body = b'{"runs":[%b]}' % _joined(self._index.table.rows(), staged_pieces, at)
                self._made = revision, at, body
            return body


def overview(envelope: Overview, rows: Sequence[Rendered]) -> bytes:
    """The body of an overview: `envelope`, which has no rows, with `rows`."""
    before, mark, after = to_json(envelope).partition(b'"runs":[')
    return b"".join((before, mark, _joined(rows, overview_pieces, envelope.at.timestamp()), after))


def _joined(rows: Sequence[Rendered], pieces: Callable[[Iterable[Rendered], float], list[bytes]], now: float) -> bytes:
    """The rows behind each other. Every now and then the notebook server's loop is let in."""
    chunks = []
    for start in range(0, len(rows), _CHUNK):
        chunks.append(b"".join(pieces(rows[start : start + _CHUNK], now)))
        time.sleep(_BREATH_SECONDS)
    return b"".join(chunks)[1:]
