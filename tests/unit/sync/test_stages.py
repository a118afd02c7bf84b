"""Batches one after the other: whatever ends the work, what the batch under way met is told."""

from __future__ import annotations

import threading

import pytest

from exlab_wizard.sync.engine.stages import Stages


def test_what_the_batch_under_way_raised_is_told_though_something_else_failed_meanwhile() -> None:
    go = threading.Event()

    def work(batch: str) -> None:
        assert go.wait(10)
        raise OSError(batch)

    def fail(stages: Stages[str]) -> None:
        with stages:
            stages.beside("refused")
            go.set()
            raise KeyError("else")

    with pytest.raises(OSError, match="refused"):
        fail(Stages(work, lambda batch: None))


def test_a_batch_left_for_later_is_worked_on_once_in_order_and_whatever_fails_meanwhile() -> None:
    done: list[str] = []

    def fail(stages: Stages[str]) -> None:
        with stages:
            stages.later("first")
            assert done == []
            stages.catch_up()
            stages.catch_up()
            stages.later("second")
            stages.later("third")
            assert done == ["first", "second"]
            stages.beside("fourth")
            stages.later("fifth")
            raise KeyError("else")

    with pytest.raises(KeyError):
        fail(Stages(done.append, lambda batch: None))
    assert done == ["first", "second", "third", "fourth", "fifth"]


def test_a_batch_is_given_up_when_the_one_left_before_it_fails() -> None:
    given_up: list[str] = []

    def work(batch: str) -> None:
        raise OSError(batch)

    stages = Stages(work, given_up.append)
    stages.later("refused")
    with pytest.raises(OSError, match="refused"):
        stages.later("next")
    assert given_up == ["next"]
    stages.drain()
