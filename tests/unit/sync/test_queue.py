from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from exlab_wizard.station.pauses import EVERYTHING, PauseBook
from exlab_wizard.station.store import Store
from exlab_wizard.sync.queue import EXPEDITED, LIVE, NORMAL, Queue
from tests.support.pieces import open_store

RUNS = [f"CONFOCAL_01/p/Runs/Run_2026-04-17T14-{minute}" for minute in range(30, 36)]
ERROR = {"error_class": "target", "message": "The NAS does not answer."}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def queue(store: Store) -> Queue:
    return Queue(store)


def test_a_run_has_at_most_one_live_job(queue: Queue) -> None:
    job = queue.put(RUNS[0], "sync")
    for change in (
        lambda: None,
        lambda: queue.claim(job),
        lambda: queue.retry(job.id, 0, ERROR),
        lambda: queue.requeue(job.id),
    ):
        change()
        with pytest.raises(sqlite3.IntegrityError):
            queue.put(RUNS[0], "recheck")
        found = queue.get(job.id)
        assert found is not None
        assert found.live
        assert found.state in LIVE
    queue.put(RUNS[1], "sync")


@pytest.mark.parametrize("end", ["done", "failed", "superseded"])
def test_an_ended_job_makes_room_and_is_forgotten_with_the_next(queue: Queue, end: str) -> None:
    old = queue.put(RUNS[0], "sync")
    ended = queue.finish(old.id, end, ERROR)
    assert ended is not None
    assert (ended.state, ended.live, ended.error) == (end, False, ERROR)
    assert ended.ended_at == pytest.approx(time.time(), abs=60)
    new = queue.put(RUNS[0], "sync")
    assert queue.latest(RUNS[0]) == new
    assert queue.get(old.id) is None


def test_a_refused_second_job_leaves_the_first_untouched(queue: Queue) -> None:
    job = queue.put(RUNS[0], "sync")
    with pytest.raises(sqlite3.IntegrityError):
        queue.put(RUNS[0], "sync")
    assert queue.all_latest() == {RUNS[0]: job}


def test_expedited_jobs_go_first_and_else_the_oldest(queue: Queue) -> None:
    a, b = queue.put(RUNS[0], "sync"), queue.put(RUNS[1], "sync")
    c = queue.put(RUNS[2], "sync", EXPEDITED, by="kim")
    assert list(queue.due()) == [c, a, b]
    assert c.requested_by == "kim"
    queue.rearm(b.id, EXPEDITED)
    assert [job.id for job in queue.due()] == [b.id, c.id, a.id]


def test_a_long_queue_is_read_whole_and_in_order(queue: Queue) -> None:
    jobs = [queue.put(f"CONFOCAL_01/p{number}/Runs/Run_2026-04-17T14-32", "sync") for number in range(120)]
    assert list(queue.due()) == jobs


def test_a_waiting_job_is_due_when_its_time_has_come(queue: Queue) -> None:
    job = queue.put(RUNS[0], "sync")
    queue.claim(job)
    waiting = queue.retry(job.id, 30, ERROR)
    assert waiting is not None
    assert (waiting.state, waiting.attempt, waiting.error) == ("waiting", 1, ERROR)
    assert waiting.due_at is not None
    assert list(queue.due()) == []
    assert list(queue.due(now=time.time() + 31)) == [waiting]
    assert list(queue.due(now=waiting.not_before)) == [waiting]


def test_requeueing_counts_no_attempt(queue: Queue) -> None:
    job = queue.put(RUNS[0], "sync")
    queue.claim(job)
    again = queue.requeue(job.id, 5, ERROR)
    assert again is not None
    assert (again.state, again.attempt) == ("queued", 0)
    assert list(queue.due()) == []
    assert list(queue.due(now=time.time() + 6)) == [again]


def test_claiming_gives_a_fresh_token_each_time_and_one_taker(queue: Queue) -> None:
    job = queue.put(RUNS[0], "sync")
    tokens = [job.token]
    for _ in range(3):
        claimed = queue.claim(job)
        assert claimed is not None
        assert claimed.state == "running"
        tokens.append(claimed.token)
        assert queue.claim(job) is None, "it is taken"
        assert list(queue.due()) == []
        queue.requeue(job.id)
    assert all(earlier < later for earlier, later in pairwise(tokens))
    queue.finish(job.id, "superseded")
    assert queue.claim(job) is None, "it is over"


def test_tokens_of_all_runs_and_restarts_are_different(queue: Queue, store: Store, tmp_path: Path) -> None:
    tokens = [queue.put(run, "sync").token for run in RUNS[:3]]
    store.close()
    again = open_store(tmp_path)
    tokens += [Queue(again).put(run, "sync").token for run in RUNS[3:]]
    again.close()
    assert len(set(tokens)) == len(RUNS)
    assert tokens == sorted(tokens)


@pytest.mark.parametrize("before", ["queued", "waiting", "failed"])
def test_rearming_keeps_the_id_and_forgets_the_attempts(queue: Queue, before: str) -> None:
    job = queue.put(RUNS[0], "sync", by="robin")
    if before != "queued":
        queue.claim(job)
        queue.retry(job.id, 3600, ERROR)
    if before == "failed":
        queue.finish(job.id, "failed", ERROR)
    armed = queue.rearm(job.id, EXPEDITED, "kim")
    assert armed is not None
    assert (armed.id, armed.state, armed.attempt, armed.priority) == (job.id, "queued", 0, EXPEDITED)
    assert armed.requested_by == "kim"
    assert armed.ended_at is None
    assert list(queue.due()) == [armed]
    again = queue.rearm(job.id)
    assert again is not None
    assert (again.priority, again.requested_by) == (EXPEDITED, "kim"), "once asked for, it stays in front"


def test_rearming_does_not_stop_what_runs(queue: Queue) -> None:
    job = queue.put(RUNS[0], "sync")
    claimed = queue.claim(job)
    armed = queue.rearm(job.id, EXPEDITED)
    assert claimed is not None
    assert armed is not None
    assert (armed.state, armed.token) == ("running", claimed.token)


def test_a_job_can_be_running_from_the_start(queue: Queue) -> None:
    job = queue.put(RUNS[0], "clear", running=True)
    assert job.state == "running"
    assert list(queue.due()) == []
    assert queue.in_state("running") == [job]


def test_nothing_is_found_where_nothing_is(queue: Queue) -> None:
    assert queue.get("none") is None
    assert queue.latest(RUNS[0]) is None
    assert queue.finish("none", "done") is None
    assert queue.rearm("none") is None
    assert queue.all_latest() == {}


def test_every_state_survives_a_restart(queue: Queue, store: Store, tmp_path: Path) -> None:
    jobs = [queue.put(run, "sync") for run in RUNS[:4]]
    queue.claim(jobs[1])
    queue.retry(jobs[2].id, 30, ERROR)
    queue.finish(jobs[3].id, "failed", ERROR)
    before = queue.all_latest()
    store.close()
    again = open_store(tmp_path)
    assert Queue(again).all_latest() == before
    assert [job.state for job in before.values()] == ["queued", "running", "waiting", "failed"]
    again.close()


def test_forgetting_a_run_removes_all_its_jobs(queue: Queue) -> None:
    queue.put(RUNS[0], "sync")
    other = queue.put(RUNS[1], "sync")
    queue.forget(RUNS[0])
    assert queue.all_latest() == {RUNS[1]: other}


def test_what_is_paused_is_not_due(store: Store, queue: Queue) -> None:
    other = "SEM_01/p/Runs/Run_2026-04-17T14-30"
    for run in (*RUNS[:3], other):
        queue.put(run, "sync")
    pauses = PauseBook(store)

    def due() -> list[str]:
        return [job.run_path for job in queue.due()]

    pauses.put(RUNS[1], "ada")
    assert due() == [RUNS[0], RUNS[2], other]
    pauses.put("CONFOCAL_01", "ada")
    assert due() == [other]
    pauses.drop("CONFOCAL_01")
    pauses.drop(RUNS[1])
    assert due() == [*RUNS[:3], other]
    pauses.put(EVERYTHING, "ada")
    assert len(due()) == 4, "the sync thread does not even ask"


def test_thousands_of_jobs_come_in_order_and_no_page_reads_what_the_last_one_did(store: Store, queue: Queue) -> None:
    """10,000 jobs, all looked at once: read with an OFFSET, or sorted for each page, that took over a second."""
    count = 130
    with store.together():
        for number in range(count):
            queue.put(f"CONFOCAL_01/p/Runs/Run_{number}", "sync", EXPEDITED if number % 3 == 0 else NORMAL)
        queue.put("CONFOCAL_01/p/Runs/Run_to_verify", "verify", EXPEDITED)
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    due = [int(job.run_path.rpartition("_")[2]) for job in queue.due()]
    store._connection.set_trace_callback(None)
    assert due == [*range(0, count, 3), *(number for number in range(count) if number % 3)]
    assert len(statements) == 3
    for statement in statements:
        plan = " ".join(row["detail"] for row in store.rows(f"EXPLAIN QUERY PLAN {statement}"))
        assert "SEARCH jobs USING INDEX jobs_in_order (<expr>=? AND <expr>>?)" in plan
        assert "TEMP B-TREE" not in plan


def test_a_job_that_is_claimed_while_they_are_read_hides_no_other(store: Store, queue: Queue) -> None:
    with store.together():
        paths = [queue.put(f"CONFOCAL_01/p/Runs/Run_{number}", "sync").run_path for number in range(120)]
    taken = [job.run_path for job in queue.due() if queue.claim(job)]
    assert taken == paths


def test_clearings_are_found_without_reading_what_waits_for_its_sync(store: Store, queue: Queue) -> None:
    queue.put(RUNS[0], "sync")
    clearing = queue.put(RUNS[1], "clear")
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    assert queue.queued_clears() == [clearing]
    store._connection.set_trace_callback(None)
    (plan,) = store.rows(f"EXPLAIN QUERY PLAN {statements[0]}")
    assert "USING INDEX jobs_by_kind (kind=? AND state=?)" in plan["detail"]
