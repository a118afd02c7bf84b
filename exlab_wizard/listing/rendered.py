"""Owns a row as ready JSON, cut where the values stand that change by the second. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from exlab_wizard.api.models import OverviewRow
from exlab_wizard.api.wire import to_json


class Rendered(NamedTuple):
    """One row. Moments are seconds since the epoch; the ages between the pieces are those of the asking."""

    path: str
    revision: int
    active_at: float
    proven_at: float | None
    file_count: int
    byte_total: int
    head: bytes  # from the comma before it up to the seconds since its last activity
    fixed: bytes  # the rest of the nine fields of `GET /staging`, and the brace
    more: bytes  # the overview's, up to the age of its proof
    tail: bytes  # and up to its revision

    @property
    def order(self) -> tuple[float, str]:
        """Sorts the most recent activity first."""
        return -self.active_at, self.path

    def says(self, other: Rendered) -> bool:
        """Whether both tell people the same."""
        return self._replace(revision=other.revision) == other

    def whole(self) -> bytes:
        """The row as JSON by itself, with no age yet."""
        return b"%b0.0%b%bnull%b%d}" % (self.head[1:], self.fixed[:-1], self.more, self.tail, self.revision)

    def row(self) -> OverviewRow:
        """The row as a model."""
        return OverviewRow.model_validate_json(self.whole()).model_copy(update={"path": self.path})


def render(row: OverviewRow, revision: int) -> Rendered:
    """Write the row's JSON once. No text in it can look like a key: its quotes are escaped."""
    head, rest = _around(to_json(row), b"elapsed_seconds_since_last_activity")
    rest, tail = _around(rest, b"proof_age_seconds")
    tail, _ = _around(tail, b"revision")
    mark = rest.index(b',"display_state":')  # the first field that is not one of the nine
    return Rendered(
        row.path,
        revision,
        _seconds(row.last_activity_at),
        _seconds(row.proven_at) if row.proven_at is not None else None,
        row.file_count,
        row.byte_total,
        b"," + head,
        rest[:mark] + b"}",
        rest[mark:],
        tail,
    )


def staged_pieces(rows: Iterable[Rendered], now: float) -> list[bytes]:
    """The pieces of `GET /staging`: each row behind a comma, with its age at `now`."""
    pieces: list[bytes] = []
    add = pieces.append
    for row in rows:  # ten thousand times for one answer: nothing is called here that need not be
        age = now - row[2]
        add(row[6])
        add(b"%.1f" % age if age > 0 else b"0.0")
        add(row[7])
    return pieces


def overview_pieces(rows: Iterable[Rendered], now: float) -> list[bytes]:
    """The pieces of the overview's rows: each behind a comma, with its ages at `now`."""
    pieces: list[bytes] = []
    for row in rows:
        proof = b"null" if row.proven_at is None else _age(now - row.proven_at)
        age = _age(now - row.active_at)
        pieces += (row.head, age, row.fixed[:-1], row.more, proof, row.tail, b"%d}" % row.revision)
    return pieces


def _age(seconds: float) -> bytes:
    """Never below zero, though the clock was set back."""
    return b"%.1f" % max(0.0, seconds)


def _seconds(at: datetime) -> float:
    return at.astimezone(UTC).timestamp()


def _around(text: bytes, key: bytes) -> tuple[bytes, bytes]:
    """What comes before and after the value of `key`, which is a number or null."""
    start = text.index(b'"%b":' % key) + len(key) + 3
    end = min(at for at in (text.find(b",", start), text.find(b"}", start)) if at >= 0)
    return text[:start], text[end:]
