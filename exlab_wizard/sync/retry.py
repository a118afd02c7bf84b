"""Owns what happens after a failure: a pure decision from error class, attempt and the target's health."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from exlab_wizard.sync.tasks import ErrorClass

DELAYS_SECONDS = (30.0, 120.0, 480.0, 1800.0, 7200.0)
REARM_SECONDS = 24 * 3600.0
BUSY_SECONDS = 5.0


class Next(StrEnum):
    """What becomes of the job."""

    RETRY = "retry"  # counted; again after `delay_seconds`
    REQUEUE = "requeue"  # not counted; again after `delay_seconds`
    PAUSE_TARGET = "pause_target"  # not counted; again when the target is back
    FAIL = "fail"
    REOPEN = "reopen"  # the run goes back to staging
    DROP = "drop"  # somebody else owns the run now


@dataclass(frozen=True, slots=True)
class Decision:
    """The next step and how long to wait for it, in seconds."""

    step: Next
    delay_seconds: float = 0.0


_AT_ONCE = {
    ErrorClass.CONFIGURATION: Decision(Next.FAIL),
    ErrorClass.CONFLICT: Decision(Next.FAIL),
    ErrorClass.HASH_MISMATCH: Decision(Next.FAIL),  # the worker has already made its one fresh copy
    ErrorClass.REFUSED: Decision(Next.FAIL),
    ErrorClass.GIVEN_HASH: Decision(Next.REOPEN),
    ErrorClass.CHANGED: Decision(Next.REOPEN),
    ErrorClass.FENCED: Decision(Next.DROP),
    ErrorClass.BUSY: Decision(Next.REQUEUE, BUSY_SECONDS),
    ErrorClass.TARGET_FULL: Decision(Next.PAUSE_TARGET),
}


def decide(error: ErrorClass, attempt: int, target_ok: bool) -> Decision:
    """What follows after attempt number `attempt` (from 1) ended with `error`; `target_ok` is the probe's word."""
    if error in _AT_ONCE:
        return _AT_ONCE[error]
    if error is ErrorClass.TARGET and not target_ok:
        return Decision(Next.PAUSE_TARGET)
    if attempt > len(DELAYS_SECONDS):
        return Decision(Next.FAIL)
    return Decision(Next.RETRY, DELAYS_SECONDS[attempt - 1] * random.uniform(0.8, 1.2))
