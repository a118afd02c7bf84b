"""Owns "what next for this run?": a pure function of facts; doing it is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from exlab_wizard.runs.states import Lifecycle


class Step(StrEnum):
    """What the observer does next with a run it has just looked at."""

    NOTHING = "nothing"
    FLUSH = "flush"  # make the settled tree durable in staging first
    COMPLETE = "complete"  # freeze the tree as it is
    QUEUE = "queue"  # give it a job
    REOPEN_LATE = "reopen_late"  # back to staging: late_data
    REOPEN_CHANGED = "reopen_changed"  # back to staging: changed
    COMPARE = "compare"  # the verified tree looks different: find out how, file by file


@dataclass(frozen=True, slots=True)
class Facts:
    """All that counts. `same_tree` compares with the tree frozen at completion, or proven when verified."""

    state: Lifecycle
    file_count: int
    same_tree: bool
    grew: bool  # more files than then
    signalled: bool  # the completeness signal is there, or a person said to do without
    settled: bool
    flushed: bool  # what settled is on the staging medium, not in memory only
    held: bool  # refused as it is (a given hash differs); waits for a change
    blocked: bool  # a hard finding, not overridden
    job_live: bool
    job_failed: bool


def next_step(facts: Facts) -> Step:
    """One step; ask again after doing it."""
    if facts.state is Lifecycle.STAGING:
        ready = facts.signalled and facts.settled and facts.file_count > 0 and not facts.held
        if not ready:
            return Step.NOTHING
        return Step.COMPLETE if facts.flushed else Step.FLUSH
    if facts.state is Lifecycle.CLEARED:
        return Step.REOPEN_LATE if facts.file_count else Step.NOTHING
    if facts.state is Lifecycle.SYNC_VERIFIED:
        return Step.NOTHING if facts.same_tree or not facts.file_count else Step.COMPARE
    if not facts.same_tree:
        return Step.REOPEN_LATE if facts.grew else Step.REOPEN_CHANGED
    failed = facts.job_failed and facts.state is Lifecycle.SYNC_QUEUED  # else it was an earlier tree's
    return Step.NOTHING if facts.job_live or failed or facts.blocked else Step.QUEUE
