from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from exlab_wizard.sync.crew import CLEAR_SLOTS, QUICK_ERRANDS, SERVICE_LIMIT, Assignment, Crew
from exlab_wizard.sync.process import WorkerProcess
from exlab_wizard.sync.tasks import ErrorClass, Outcome, Place, ProbeTask, Progress, TaskError
from tests.support.waiting import wait_for


def probe(nas: Path, name: str = "job", run_path: str = "") -> ProbeTask:
    return ProbeTask(name, 0, run_path, Place("", "", str(nas), None, ""))


# ------------------------------------------------------------------ the rule


def at_work(crew: Crew, *roots: str) -> Crew:
    """A crew whose sync slots are taken by jobs for these targets (nothing really runs)."""
    worker = cast(WorkerProcess, None)
    crew.at_work = [Assignment(worker, probe(Path(root)), root, "sync", 0.0, 0.0) for root in roots]
    return crew


def test_a_single_target_takes_every_slot() -> None:
    assert at_work(Crew(2)).may_take("a", targets=1)
    assert at_work(Crew(2), "a").may_take("a", targets=1)
    assert not at_work(Crew(2), "a", "a").may_take("a", targets=1)


def test_a_single_slot_goes_to_whoever_asks() -> None:
    assert at_work(Crew(1)).may_take("a", targets=2)
    assert not at_work(Crew(1), "b").may_take("a", targets=2)


def test_the_last_free_slot_is_kept_for_another_target() -> None:
    assert at_work(Crew(2)).may_take("a", targets=2)
    assert not at_work(Crew(2), "a").may_take("a", targets=2)
    assert at_work(Crew(2), "a").may_take("b", targets=2)
    assert at_work(Crew(3), "a").may_take("a", targets=2)
    assert not at_work(Crew(3), "a", "a").may_take("a", targets=2)
    assert at_work(Crew(3), "a", "b").may_take("a", targets=2)


@pytest.mark.parametrize("slots", [2, 3, 4])
@pytest.mark.parametrize("names", ["ab", "abc"])
def test_whatever_starts_and_ends_no_target_ever_holds_every_slot(slots: int, names: str) -> None:
    """A dead NAS must not stop the others: every reachable set of jobs leaves room for, or holds, another target."""
    seen: set[tuple[str, ...]] = set()
    pending: list[tuple[str, ...]] = [()]
    while pending:
        jobs = pending.pop()
        if jobs in seen:
            continue
        seen.add(jobs)
        assert len(jobs) <= slots
        assert not (len(jobs) == slots and len(set(jobs)) == 1)
        crew = at_work(Crew(slots), *jobs)
        takers = [name for name in names if crew.may_take(name, len(names))]
        assert takers or len(jobs) == slots, "a free slot is of use to somebody"
        pending += [tuple(sorted((*jobs, name))) for name in takers]
        pending += [jobs[:index] + jobs[index + 1 :] for index in range(len(jobs))]
    assert len(seen) > slots


def test_errands_take_no_sync_slot_and_are_bounded() -> None:
    crew = at_work(Crew(2), *["a"] * SERVICE_LIMIT)
    for one in crew.at_work:
        one.lane = "service"
    assert crew.free_slots() == 2
    assert crew.errands_full()
    crew.at_work.pop()
    assert not crew.errands_full()


def test_quick_errands_take_turns_and_slow_ones_are_not_waited_for() -> None:
    """A thousand short errands in a row must not start a process each; one NAS that is slow must not stop another's."""
    now = time.monotonic()
    crew = at_work(Crew(2), *["a"] * QUICK_ERRANDS)
    for one in crew.at_work:
        one.lane, one.started = "service", now
    assert crew.errands_full()
    crew.at_work[0].started = now - 60
    assert not crew.errands_full()


def test_clearings_have_slots_of_their_own() -> None:
    crew = at_work(Crew(1), *["a"] * CLEAR_SLOTS)
    assert crew.may_clear()
    for one in crew.at_work:
        one.lane = "clear"
    assert not crew.may_clear()
    assert (crew.free_slots(), crew.errands_full(), crew.may_verify(for_a_person=False)) == (1, False, True)


# ------------------------------------------------------------------ real workers


class Remembering(Crew):
    """A crew that knows whom it ever started."""

    everybody: list[WorkerProcess]

    def start(self, *args: Any, **more: Any) -> Assignment:
        assignment = Crew.start(self, *args, **more)
        self.everybody.append(assignment.worker)
        return assignment


@pytest.fixture
def crew() -> Iterator[Crew]:
    made = Remembering(2)
    made.everybody = []
    yield made
    made.stop(5)
    for worker in made.everybody:
        worker.abandon()
        assert worker.wait(5)


def heard(crew: Crew) -> tuple[WorkerProcess, Progress | Outcome | None]:
    message = crew.inbox.get(timeout=20)
    assert message is not None
    return message


def test_a_worker_answers_and_is_used_again(crew: Crew, tmp_path: Path) -> None:
    first = crew.start(probe(tmp_path, "one"), "nas", "service", limit_seconds=10, pending=None)
    assert first.deadline is not None
    worker, message = heard(crew)
    assert isinstance(message, Outcome)
    assert message.job_id == "one"
    assert message.error is not None, "nothing is marked there"
    assert crew.of(worker) is first
    crew.done(first)
    assert crew.of(worker) is None
    second = crew.start(probe(tmp_path, "two"), "nas", "sync")
    assert second.worker is worker
    assert second.deadline is None
    assert heard(crew)[1] == Outcome("two", message.error)


def test_two_tasks_at_once_have_two_workers(crew: Crew, tmp_path: Path) -> None:
    first = crew.start(probe(tmp_path, "one", "run a"), "nas", "sync")
    second = crew.start(probe(tmp_path, "two", "run b"), "nas", "sync")
    assert first.worker is not second.worker
    assert crew.on_run("run a")
    assert not crew.on_run("run c")
    assert crew.free_slots() == 0
    assert {heard(crew)[0], heard(crew)[0]} == {first.worker, second.worker}


def test_a_worker_that_dies_gives_its_task_back(crew: Crew, tmp_path: Path) -> None:
    assignment = crew.start(probe(tmp_path), "nas", "sync")
    heard(crew)
    os.kill(assignment.worker.pid, signal.SIGKILL)
    worker, message = heard(crew)
    assert message is None
    assert crew.ended(worker) is assignment
    assert crew.at_work == []
    assert crew.ended(worker) is None
    again = crew.start(probe(tmp_path), "nas", "sync")
    assert again.worker is not worker, "a dead worker is not idle"


def test_an_idle_worker_that_dies_is_not_used_again(crew: Crew, tmp_path: Path) -> None:
    assignment = crew.start(probe(tmp_path), "nas", "sync")
    heard(crew)
    crew.done(assignment)
    os.kill(assignment.worker.pid, signal.SIGKILL)
    worker, message = heard(crew)
    assert message is None
    assert crew.ended(worker) is None
    assert crew.start(probe(tmp_path), "nas", "sync").worker is not worker


def test_a_hanging_worker_is_abandoned_at_once(crew: Crew, tmp_path: Path) -> None:
    assignment = crew.start(probe(tmp_path), "nas", "sync")
    os.kill(assignment.worker.pid, signal.SIGSTOP)
    crew.abandon(assignment)
    assert crew.at_work == []
    wait_for(lambda: not assignment.worker.alive, 10, "it is gone")
    assert crew.stuck("nas") == 0, "it has ended"


def test_stopping_ends_everybody_even_who_does_not_listen(crew: Crew, tmp_path: Path) -> None:
    willing = crew.start(probe(tmp_path), "nas", "sync")
    stubborn = crew.start(probe(tmp_path), "nas", "sync")
    os.kill(stubborn.worker.pid, signal.SIGSTOP)
    assert crew.stop(1.0) == []
    assert not willing.worker.alive
    assert not stubborn.worker.alive


# ------------------------------------------------------------------ what is heard


def test_progress_is_not_heard_once_the_good_end_of_its_task_is_there() -> None:
    one, other = cast(WorkerProcess, object()), cast(WorkerProcess, object())
    crew, far = Crew(2), Progress("copying")
    failed = Outcome("b", TaskError(ErrorClass.TARGET, "away"))
    for message in ((one, far), (other, far), None, (one, far), (one, Outcome("a")), (one, far), (other, failed)):
        crew.inbox.put(message)
    heard = [crew.inbox.get_nowait() for _ in range(crew.inbox.qsize())]
    assert heard == [(other, far), None, (one, Outcome("a")), (one, far), (other, failed)]
