from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.station.rounds import Budget, Copy, Rules, is_night, needs_pass, next_pass, next_scrub, night_of

BERLIN = timezone(timedelta(hours=2))
NOW = datetime(2026, 4, 20, 22, 0, tzinfo=BERLIN)
GIB = 2**30
RULES = Rules(min_passes=2, min_age=timedelta(hours=24), scrub_bytes=10 * GIB)
FRESH = Budget(night_of(NOW), 0)


def copy(name: str = "a", hours: float = 48, size: int = GIB, **changes: Any) -> Copy:
    """A copy that was proven so many hours ago, for the first time unless said otherwise."""
    at = NOW.astimezone(UTC) - timedelta(hours=hours)
    values: dict[str, Any] = {"passes": 1, "first_at": at, "proven_at": at, "seen_at": at}
    return Copy(name, size, **{**values, **changes})


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


# ------------------------------------------------------------------ the second pass

PASSES: dict[str, tuple[Copy, dict[str, Any], bool]] = {
    "one pass, a day old": (copy(hours=24), {}, True),
    "one pass, not yet a day old": (copy(hours=23.9), {}, False),
    "two passes a day apart": (copy(passes=2, first_at=ago(72)), {}, False),
    "two passes too close together, long ago": (copy(passes=2, first_at=ago(48.1)), {}, True),
    "two passes too close together, just now": (copy(hours=1, passes=2, first_at=ago(1.1)), {}, False),
    "two of three": (copy(hours=25, passes=2, first_at=ago(72)), {"min_passes": 3}, True),
    "one is enough": (copy(hours=999), {"min_passes": 1}, False),
    "no age asked for": (copy(hours=0), {"min_age": timedelta(0)}, True),
    "no age asked for, two passes at once": (copy(hours=0, passes=2), {"min_age": timedelta(0)}, False),
    "dated in the future": (copy(hours=-5), {}, True),
    "none at all, as after damage was found": (copy(passes=0), {}, True),
    "two passes, the first dated after the other": (copy(hours=25, passes=2, first_at=ago(-9000)), {}, True),
    "damaged": (copy(passes=0, damaged=True), {}, False),
}


@pytest.mark.parametrize(("one", "rules", "due"), PASSES.values(), ids=list(PASSES))
def test_when_a_further_pass_is_due(one: Copy, rules: dict[str, Any], due: bool) -> None:
    wanted = Rules(**{name: getattr(RULES, name) for name in Rules.__slots__} | rules)
    assert needs_pass(one, wanted, NOW) is due
    assert next_pass([one], wanted, NOW) == (one if due else None)


def test_what_has_waited_longest_goes_first() -> None:
    assert next_pass([copy("a", 30), copy("b", 50), copy("c", 40)], RULES, NOW) == copy("b", 50)
    assert next_pass([], RULES, NOW) is None


# ------------------------------------------------------------------ the scrub


@pytest.mark.parametrize(("hour", "night"), [(19, False), (20, True), (23, True), (0, True), (5, True), (6, False)])
def test_it_scrubs_at_night_by_the_local_clock(hour: int, night: bool) -> None:
    at = NOW.replace(hour=hour)
    assert is_night(at) is night
    assert (next_scrub([copy()], RULES, at, Budget(night_of(at), 0)) is not None) is night


def test_a_night_is_one_day_of_budget() -> None:
    assert night_of(NOW) == night_of(NOW + timedelta(hours=7)) == night_of(NOW.replace(hour=20))
    assert night_of(NOW.replace(hour=11)) == night_of(NOW) - 1


def test_the_oldest_reading_goes_first_and_each_once_a_night() -> None:
    copies = [copy("a", 30), copy("b", 50), copy("c", 40), copy("d", 2)]
    assert next_scrub(copies, RULES, NOW, FRESH) == copies[1]
    assert next_scrub([copies[3]], RULES, NOW, FRESH) is None, "it was read this evening"
    assert next_scrub([copy(seen_at=ago(1))], RULES, NOW, FRESH) is None, "and so was this, though it is damaged"
    future = copy("future", -100)
    assert next_scrub([*copies, future], RULES, NOW, FRESH) == future, "a date in the future is no proof at all"


@pytest.mark.parametrize(
    ("spent", "size", "goes"), [(9 * GIB, GIB, True), (9 * GIB, 500 * GIB, True), (10 * GIB, 1, False)]
)
def test_what_is_larger_than_the_budget_is_read_and_overdraws_it(spent: int, size: int, goes: bool) -> None:
    one = copy(size=size)
    assert next_scrub([one], RULES, NOW, Budget(night_of(NOW), spent)) == (one if goes else None)


def test_a_debt_is_paid_night_by_night() -> None:
    budget = FRESH.charge(35 * GIB)
    left = [budget.on(budget.day + nights, RULES.scrub_bytes).spent // GIB for nights in range(6)]
    assert left == [35, 25, 15, 5, 0, 0]
    assert budget.on(budget.day - 3, RULES.scrub_bytes) == budget, "a clock set back gives nothing"


@given(st.lists(st.integers(0, 40), min_size=1, max_size=200), st.integers(1, 20))
def test_in_the_long_run_no_more_is_read_than_was_given(sizes: list[int], per_night: int) -> None:
    rules, budget, read, nights = Rules(1, timedelta(0), per_night), FRESH, 0, 1
    for size in sizes:
        while next_scrub([copy(size=size)], rules, NOW, budget) is None:
            budget, nights = budget.on(budget.day + 1, per_night), nights + 1
        budget, read = budget.charge(size), read + size
        assert read <= per_night * nights + 40
