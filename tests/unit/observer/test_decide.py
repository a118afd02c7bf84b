from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from itertools import product

import pytest

from exlab_wizard.observer.decide import Facts, Step, next_step
from exlab_wizard.runs.states import Lifecycle

FLAGS = [item.name for item in fields(Facts) if item.name not in ("state", "file_count")]


def every(state: Lifecycle) -> Iterator[Facts]:
    """All combinations of all facts of one state."""
    for count, *flags in product((0, 3), *([(False, True)] * len(FLAGS))):
        yield Facts(state, count, **dict(zip(FLAGS, flags, strict=True)))


def test_all_combinations_are_looked_at() -> None:
    assert len(FLAGS) == 9
    assert len(set(every(Lifecycle.STAGING))) == 2 * 2**9


def test_complete_means_data_signal_settled_and_not_held_and_nothing_else() -> None:
    for facts in every(Lifecycle.STAGING):
        ready = facts.file_count > 0 and facts.signalled and facts.settled and not facts.held
        step = Step.COMPLETE if facts.flushed else Step.FLUSH
        assert next_step(facts) is (step if ready else Step.NOTHING), facts


@pytest.mark.parametrize("state", [Lifecycle.COMPLETE, Lifecycle.SYNC_QUEUED])
def test_a_frozen_run_is_queued_or_reopened(state: Lifecycle) -> None:
    for facts in every(state):
        step = next_step(facts)
        if not facts.same_tree:
            assert step is (Step.REOPEN_LATE if facts.grew else Step.REOPEN_CHANGED), facts
        elif facts.job_live or (facts.job_failed and state is Lifecycle.SYNC_QUEUED) or facts.blocked:
            assert step is Step.NOTHING, facts
        else:
            assert step is Step.QUEUE, facts


def test_a_verified_run_is_compared_never_reopened_unseen() -> None:
    for facts in every(Lifecycle.SYNC_VERIFIED):
        differs = facts.file_count > 0 and not facts.same_tree
        assert next_step(facts) is (Step.COMPARE if differs else Step.NOTHING), facts


def test_a_cleared_run_reopens_with_its_first_new_file() -> None:
    for facts in every(Lifecycle.CLEARED):
        assert next_step(facts) is (Step.REOPEN_LATE if facts.file_count else Step.NOTHING), facts


@pytest.mark.parametrize("state", Lifecycle)
def test_whatever_the_state_some_things_never_happen(state: Lifecycle) -> None:
    for facts in every(state):
        step = next_step(facts)
        if facts.blocked:
            assert step is not Step.QUEUE, "what the gate blocks is not synced"
        if facts.job_live:
            assert step is not Step.QUEUE, "one live job a run"
        if not facts.file_count:
            assert step is not Step.COMPLETE, "a run without data is never complete"
        if not facts.settled:
            assert step is not Step.COMPLETE, "settling is never skipped"
        if step is Step.COMPLETE:
            assert state is Lifecycle.STAGING
        if step is Step.QUEUE:
            assert facts.same_tree, "only what was frozen is queued"
