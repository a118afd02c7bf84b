from __future__ import annotations

import queue
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.sync.tasks import Outcome, Progress
from tests.support.driver import Driver, inline
from tests.support.life import Life


class Script:
    """An inbox that gives out what it was told, and notes which of it was waited for."""

    def __init__(self, *contents: Progress | Outcome) -> None:
        self.left: list[Any] = [(object(), content) for content in contents]
        self.waited: list[bool] = []

    def get(self, timeout: float) -> Any:
        self.waited.append(timeout > 0)
        return self._next()

    def get_nowait(self) -> Any:
        self.waited.append(False)
        return self._next()

    def _next(self) -> Any:
        if not self.left:
            raise queue.Empty
        return self.left.pop(0)


def test_nothing_is_looked_up_again_for_a_word_of_how_far_a_task_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a task is taken up at once; a thousand runs that tell of themselves must not have the queue read."""
    with inline(), Driver(Life(tmp_path).lab.config) as driver:
        script = Script(Progress("copying"), Progress("verifying"), Outcome("a"), Outcome("b"))
        driver.sync.crew.inbox = script  # type: ignore[assignment]
        monkeypatch.setattr("exlab_wizard.sync.thread._TICK_SECONDS", 60.0)
        driver.sync._hear()
    assert script.waited == [True, True, True, False, False]


def test_the_next_job_has_a_worker_before_the_end_of_the_last_is_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life(tmp_path)
    other = life.lab.run_path(stamp="2026-04-18T09-00")
    life.lab.push(other, {"small": b"x"})
    with inline(), Driver(life.lab.config) as driver:
        seen: list[tuple[str, set[str]]] = []
        real = driver.sync._outcomes.job_ended

        def job_ended(task: Any, *rest: Any) -> None:
            seen.append((task.run_path, {one.task.run_path for one in driver.sync.crew.at_work}))
            real(task, *rest)

        monkeypatch.setattr(driver.sync._outcomes, "job_ended", job_ended)
        assert driver.settle(lambda: driver.verified(life.run) and driver.verified(other))
    (first, at_work), (second, _) = seen
    assert {first, second} == {life.run, other}
    assert at_work == {second}
