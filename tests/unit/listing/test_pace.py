from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.listing.pace import SILENT_SECONDS, WINDOW_SECONDS, Pace
from exlab_wizard.sync.tasks import Progress

MIB = 1 << 20
TOTAL = 1000 * MIB


def copying(done_mib: int) -> Progress:
    return Progress("copying", 1, 10, done_mib * MIB, TOTAL)


def test_nothing_is_guessed_from_one_sample() -> None:
    pace = Pace()
    assert pace.rate() is None
    pace.note(copying(0), 100.0)
    shown = pace.progress(copying(0), 100.0)
    assert (shown.bytes_per_second, shown.seconds_left, shown.seconds_since_bytes) == (None, None, None)


def test_the_rate_is_that_of_the_last_minute() -> None:
    pace = Pace()
    for second in range(200):  # 1 MiB/s for a while, then 4 MiB/s
        done = second if second < 100 else 100 + 4 * (second - 100)
        pace.note(copying(done), 1000.0 + second)
    assert pace.rate() == pytest.approx(4 * MIB)
    shown = pace.progress(copying(496), 1199.0)
    assert shown.bytes_per_second == pytest.approx(4 * MIB)
    assert shown.seconds_left == pytest.approx((2000 - 496) / 4), "the copy, and as many bytes to read back"


def test_verifying_is_the_second_half_of_the_way() -> None:
    pace = Pace()
    verifying = Progress("verifying", 5, 10, TOTAL // 2, TOTAL)
    pace.note(verifying, 10.0)
    shown = pace.progress(verifying, 10.0)
    assert shown.phase == "verifying"
    assert shown.fraction == 0.75
    assert pace.progress(copying(1000), 10.0).fraction == 0.5, "merely copied is half way"


def test_no_estimate_after_half_a_minute_without_bytes() -> None:
    pace = Pace()
    pace.note(copying(0), 100.0)
    pace.note(copying(10), 110.0)
    for second in range(1, 40):  # messages come, bytes do not
        pace.note(copying(10), 110.0 + second)
    before = pace.progress(copying(10), 110.0 + SILENT_SECONDS - 1)
    assert before.seconds_left is not None
    after = pace.progress(copying(10), 110.0 + SILENT_SECONDS)
    assert (after.bytes_per_second, after.seconds_left) == (None, None)
    assert after.seconds_since_bytes == SILENT_SECONDS
    assert pace.moved_at == 110.0


def test_a_job_that_starts_again_has_no_negative_rate() -> None:
    pace = Pace()
    pace.note(copying(500), 100.0)
    pace.note(copying(10), 110.0)
    assert pace.rate() == 0.0
    assert pace.progress(copying(10), 110.0).seconds_left is None


def test_an_unknown_phase_is_said_as_copying_and_an_empty_run_is_no_division() -> None:
    shown = Pace().progress(Progress("publishing"), 5.0)
    assert (shown.phase, shown.fraction) == ("copying", 0.0)


MESSAGES = st.builds(
    Progress,
    st.sampled_from(["copying", "verifying", "clearing", "else"]),
    st.integers(0, 10),
    st.integers(0, 10),
    st.integers(0, 2 * TOTAL),
    st.integers(0, TOTAL),
)


@given(st.lists(st.tuples(MESSAGES, st.floats(0.01, 100)), min_size=1, max_size=20))
def test_whatever_comes_the_bar_stays_below_the_end_and_the_estimate_sane(
    messages: list[tuple[Progress, float]],
) -> None:
    pace, tick = Pace(), 1000.0
    for message, pause in messages:
        tick += pause
        pace.note(message, tick)
        shown = pace.progress(message, tick)
        assert 0 <= shown.fraction < 1
        assert shown.seconds_left is None or shown.seconds_left >= 0
        assert shown.bytes_per_second is None or shown.bytes_per_second >= 0
    assert replace(messages[-1][0]) == messages[-1][0]


def test_a_reading_alone_is_the_whole_way() -> None:
    pace = Pace(reading_only=True)
    half = Progress("verifying", 1, 2, 50, 100)
    pace.note(half, 1.0)
    assert pace.progress(half, 1.0).fraction == 0.5


def test_the_window_holds_a_minute_of_samples_not_all_of_them() -> None:
    pace = Pace()
    for second in range(10_000):
        pace.note(copying(second), float(second))
    assert len(pace._samples) <= WINDOW_SECONDS + 2
