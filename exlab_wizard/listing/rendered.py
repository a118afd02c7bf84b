"""Owns a row as ready JSON, cut where the values stand that change by the second. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exlab_wizard.api.models import OverviewRow
from exlab_wizard.api.wire import to_json

SEPARATOR = b"},"  # ends the row before and begins the next; the last one is ended by whoever joins them


class Rendered(NamedTuple):
    """One row. Moments are seconds since the epoch; the ages between the pieces are those of the asking."""

    path: str
    revision: int
    file_count: int
    byte_total: int
    active_at: float
    proven_at: float | None
    head: bytes  # from the separator before it up to the seconds since its last activity
    fixed: bytes  # the rest of the nine fields of `GET /staging`
    more: bytes  # the overview's, up to the age of its proof
    tail: bytes  # the rest, its revision last

    @property
    def order(self) -> tuple[float, str]:
        """Sorts the most recent activity first."""
        return -self.active_at, self.path

    @property
    def in_health(self) -> bool:
        """Whether the health report names it: its NAS copy is damaged, or a person paused it."""
        return b'"damage":null' not in self.tail or b'"resume"' in self.tail

    def says(self, other: Rendered) -> bool:
        """Whether both tell people the same, under whatever revisions."""
        return self._told() == other._told()

    def _told(self) -> tuple[bytes, ...]:
        return self.head, self.fixed, self.more, self.tail.rpartition(b":")[0]

    def row(self) -> OverviewRow:
        """The row as a model, with no age yet."""
        return OverviewRow.model_validate_json(self.whole()).model_copy(update={"path": self.path})

    def whole(self) -> bytes:
        """The row as JSON by itself, with no age yet."""
        return b"%b0.0%b%bnull%b}" % (self.head.removeprefix(SEPARATOR), self.fixed, self.more, self.tail)


def render(row: OverviewRow, revision: int) -> Rendered:
    """Write the row's JSON once. No text in it can look like a key: its quotes are escaped."""
    head, rest = _around(to_json(row), b"elapsed_seconds_since_last_activity")
    rest, tail = _around(rest, b"proof_age_seconds")
    tail, _ = _around(tail, b"revision")
    mark = rest.index(b',"display_state":')  # the first field that is not one of the nine
    return Rendered(
        row.path,
        revision,
        row.file_count,
        row.byte_total,
        row.last_activity_at.timestamp(),
        row.proven_at.timestamp() if row.proven_at is not None else None,
        SEPARATOR + head,
        rest[:mark],
        rest[mark:],
        b"%b%d" % (tail, revision),
    )


def template(rows: Sequence[Rendered]) -> bytes:
    """Rows as `GET /staging` has them, each behind a separator, with a place for each one's age."""
    return b"".join([b"%b\0%b" % (row.head, row.fixed) for row in rows]).replace(b"%", b"%%").replace(b"\0", b"%.1f")


def aged(text: bytes, moments: list[float], now: float) -> bytes:
    """A template with the seconds since `moments` put in: one formatting for all, which is what makes it fast."""
    ages = [now - at for at in moments]
    if min(ages) <= 0:  # the clock was set back
        ages = [max(0.0, age) for age in ages]
    return text % tuple(ages)


def overview_pieces(rows: Sequence[Rendered], now: float) -> list[bytes]:
    """The pieces of the overview's rows: each behind a separator, with its ages at `now`.

    Nothing is called here that need not be: there may be ten thousand rows.
    """
    pieces: list[bytes] = []
    add = pieces.append
    for _, _, _, _, active_at, proven_at, head, fixed, more, tail in rows:
        age = now - active_at
        add(head)
        add(b"%.1f" % age if age > 0 else b"0.0")
        add(fixed)
        add(more)
        add(b"null" if proven_at is None else b"%.1f" % max(0.0, now - proven_at))
        add(tail)
    return pieces


def _around(text: bytes, key: bytes) -> tuple[bytes, bytes]:
    """What comes before and after the value of `key`, which is a number or null."""
    start = text.index(b'"%b":' % key) + len(key) + 3
    end = min(at for at in (text.find(b",", start), text.find(b"}", start)) if at >= 0)
    return text[:start], text[end:]
