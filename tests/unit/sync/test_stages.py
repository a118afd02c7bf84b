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
