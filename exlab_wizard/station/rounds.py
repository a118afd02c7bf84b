"""Owns which NAS copies are read again by themselves, and when: the second pass, and the nightly scrub. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

_NIGHT_FROM, _NIGHT_TO = 20, 6  # local hours
_NOON = timedelta(hours=12)
_SKEW = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that count. `scrub_bytes` a night; 0: no scrub."""

    min_passes: int
    min_age: timedelta
    scrub_bytes: int


@dataclass(frozen=True, slots=True)
class Copy:
    """One verified NAS copy that may be read now. `seen_at` is the last reading, whether it found damage or not."""

    run_path: str
    byte_total: int
    passes: int
    first_at: datetime
    proven_at: datetime
    seen_at: datetime
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Budget:
    """What scrubbing has read in one night (`day` is the ordinal of its evening), with what earlier nights overdrew."""

    day: int
    spent: int

    def on(self, day: int, per_day: int) -> Budget:
        """The budget of another night: each night in between pays back `per_day` bytes. Time never runs backwards."""
        if day <= self.day:
            return self
        return Budget(day, max(0, self.spent - per_day * (day - self.day)))

    def charge(self, size: int) -> Budget:
        """With a reading of `size` bytes taken."""
        return Budget(self.day, self.spent + size)


def night_of(local: datetime) -> int:
    """The ordinal of the evening a night belongs to: a night is one day's budget, midnight or not."""
    return (local - _NOON).toordinal()


def is_night(local: datetime) -> bool:
    """Whether it is between 20:00 and 06:00."""
    return local.hour >= _NIGHT_FROM or local.hour < _NIGHT_TO


def needs_pass(copy: Copy, rules: Rules, now: datetime) -> bool:
    """Whether a further pass is due: there are too few, or all came too soon after the first; damage waits for people.

    A proof dated in the future is none.
    """
    enough = copy.passes >= rules.min_passes
    first_at = min(copy.first_at, copy.proven_at)  # a first pass dated later is none, and the next sets it right
    apart = rules.min_passes <= 1 or copy.proven_at - first_at >= rules.min_age
    if copy.damaged or (enough and apart):
        return False
    age = now - copy.proven_at
    return age >= rules.min_age or age < -_SKEW


def next_pass(copies: Iterable[Copy], rules: Rules, now: datetime) -> Copy | None:
    """The copy whose further pass has been due longest."""
    due = [copy for copy in copies if needs_pass(copy, rules, now)]
    return min(due, key=lambda copy: copy.proven_at, default=None)


def next_scrub(copies: Iterable[Copy], rules: Rules, local: datetime, budget: Budget) -> Copy | None:
    """The copy with the oldest reading, at night and while the budget lasts; each at most once a night.

    What is larger than what is left is read all the same: later nights pay for it.
    """
    if not is_night(local) or budget.spent >= rules.scrub_bytes:
        return None
    noon = datetime.fromordinal(night_of(local)).replace(hour=12, tzinfo=local.tzinfo)
    due = [copy for copy in copies if copy.seen_at < noon or copy.seen_at > local + _SKEW]
    return min(due, key=lambda copy: (copy.seen_at <= local + _SKEW, copy.seen_at), default=None)
