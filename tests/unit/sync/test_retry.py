from __future__ import annotations

from itertools import product

import pytest

from exlab_wizard.sync.retry import BUSY_SECONDS, DELAYS_SECONDS, Decision, Next, decide
from exlab_wizard.sync.tasks import ErrorClass

ATTEMPTS = range(1, len(DELAYS_SECONDS) + 3)


def every() -> list[tuple[ErrorClass, int, bool, Decision]]:
    cases = product(ErrorClass, ATTEMPTS, (False, True))
    return [(error, attempt, ok, decide(error, attempt, ok)) for error, attempt, ok in cases]


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (ErrorClass.CONFIGURATION, Next.FAIL),
        (ErrorClass.CONFLICT, Next.FAIL),
        (ErrorClass.HASH_MISMATCH, Next.FAIL),
        (ErrorClass.REFUSED, Next.FAIL),
        (ErrorClass.GIVEN_HASH, Next.REOPEN),
        (ErrorClass.CHANGED, Next.REOPEN),
        (ErrorClass.FENCED, Next.DROP),
        (ErrorClass.BUSY, Next.REQUEUE),
        (ErrorClass.TARGET_FULL, Next.PAUSE_TARGET),
    ],
)
def test_some_errors_are_decided_at_once(error: ErrorClass, step: Next) -> None:
    delay = BUSY_SECONDS if error is ErrorClass.BUSY else 0.0
    decided = {decide(error, attempt, ok) for attempt, ok in product(ATTEMPTS, (False, True))}
    assert decided == {Decision(step, delay)}


@pytest.mark.parametrize("error", [ErrorClass.TARGET, ErrorClass.SOURCE_IO, ErrorClass.INTERNAL])
def test_the_others_wait_longer_each_time_and_fail_in_the_end(error: ErrorClass) -> None:
    for attempt, nominal in enumerate(DELAYS_SECONDS, 1):
        delays = [decide(error, attempt, target_ok=True).delay_seconds for _ in range(200)]
        assert all(0.8 * nominal <= delay <= 1.2 * nominal for delay in delays)
        assert len(set(delays)) > 100, "jitter: a thousand runs must not come back in one second"
    assert decide(error, len(DELAYS_SECONDS) + 1, target_ok=True) == Decision(Next.FAIL)


def test_the_delays_are_those_of_the_design() -> None:
    assert DELAYS_SECONDS == (30, 2 * 60, 8 * 60, 30 * 60, 2 * 3600)


def test_a_nas_that_is_away_costs_no_attempt() -> None:
    for error, _, target_ok, decision in every():
        if error is ErrorClass.TARGET and not target_ok:
            assert decision.step is Next.PAUSE_TARGET
        if decision.step is Next.PAUSE_TARGET:
            assert error is ErrorClass.TARGET_FULL or not target_ok


def test_a_bad_local_disk_is_never_blamed_on_the_nas() -> None:
    steps = {decision.step for error, _, _, decision in every() if error is ErrorClass.SOURCE_IO}
    assert steps == {Next.RETRY, Next.FAIL}


def test_every_class_has_an_answer_and_only_what_waits_has_a_delay() -> None:
    for _, _, _, decision in every():
        assert (decision.delay_seconds > 0) == (decision.step in (Next.RETRY, Next.REQUEUE))
