"""Sizes, rates and durations, at the borders where words change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard import units

KIB, MIB, GIB, TIB = 2**10, 2**20, 2**30, 2**40


@pytest.mark.parametrize(
    ("byte_count", "said"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (9.94 * KIB, "9.9 KiB"),
        (9.96 * KIB, "10 KiB"),
        (1023.4 * KIB, "1023 KiB"),
        (1023.6 * KIB, "1.0 MiB"),
        (13 * GIB, "13 GiB"),
        (477 * GIB, "477 GiB"),
        (1.3 * TIB, "1.3 TiB"),
        (48293847234, "45 GiB"),
        (2000 * 2**60, "2000 EiB"),
        (-5, "0 B"),
    ],
)
def test_sizes_are_iec_with_two_figures_below_ten(byte_count: float, said: str) -> None:
    assert units.size(byte_count) == said


@given(st.integers(0, 2**70))
def test_a_size_is_never_far_from_the_truth(byte_count: int) -> None:
    number, unit = units.size(byte_count).split()
    factor = 1024 ** ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB").index(unit)
    assert abs(float(number) * factor - byte_count) <= max(0.06 * byte_count, 0)
    assert float(number) < 1024 or unit == "EiB"


@pytest.mark.parametrize(("number", "said"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1024, "1,024 files")])
def test_counts_have_their_plural_and_thousands(number: int, said: str) -> None:
    assert units.count(number, "file") == said


@pytest.mark.parametrize(
    ("fraction", "said"),
    [(0, "0 %"), (0.47, "47 %"), (0.29, "29 %"), (0.999, "99 %"), (1 - 1e-12, "99 %"), (1, "100 %"), (-1, "0 %")],
)
def test_percent_never_reaches_a_hundred_early(fraction: float, said: str) -> None:
    assert units.percent(fraction) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "a few seconds"),
        (9.9, "a few seconds"),
        (40, "about 40 s"),
        (54, "about 50 s"),
        (56, "about 1 min"),
        (8 * 60, "about 8 min"),
        (12 * 60, "about 10 min"),
        (57 * 60, "about 55 min"),
        (58 * 60, "about 1 h"),
        (3600, "about 1 h"),
        (5400, "about 1.5 h"),
        (86400, "about 24 h"),
        (86401, "more than a day"),
        (1e12, "more than a day"),
    ],
)
def test_what_is_left_is_said_roughly(seconds: float, said: str) -> None:
    assert units.time_left(seconds) == said


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_more_time_is_never_said_as_less(one: float, other: float) -> None:
    assert _seconds(units.time_left(min(one, other))) <= _seconds(units.time_left(max(one, other)))


def _seconds(words: str) -> float:
    if words == "a few seconds":
        return 0
    if words == "more than a day":
        return 1e9
    _, number, unit = words.split()
    return float(number) * {"s": 1, "min": 60, "h": 3600}[unit]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (86399, "23 h"), (86400, "1 day"),
     (200000, "2 days"), (-3, "0 s")],
)  # fmt: skip
def test_measured_spans_are_rounded_down(seconds: float, said: str) -> None:
    assert units.duration(seconds) == said


def test_ago_says_just_now_for_the_last_moments() -> None:
    assert units.ago(4) == "just now"
    assert units.ago(-2) == "just now"
    assert units.ago(3 * 3600) == "3 h ago"


def test_rates_are_sizes_a_second() -> None:
    assert units.rate(32 * MIB) == "32 MiB/s"


@given(st.text(max_size=80), st.integers(0, 60))
def test_cutting_in_the_middle_keeps_the_width(text: str, width: int) -> None:
    assert len(units.middle(text, width)) == min(len(text), width)


def test_cutting_in_the_middle_keeps_both_ends_and_more_of_the_last() -> None:
    cut = units.middle("CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32", 31)
    assert cut == "CONFOCAL_0…Run_2026-04-17T14-32"
