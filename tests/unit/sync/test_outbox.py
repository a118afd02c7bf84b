from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from exlab_wizard.station.store import Store
from exlab_wizard.sync.outbox import Outbox, Pending
from tests.support.pieces import open_store

A, B = "CONFOCAL_01/p/Runs/Run_2026-04-17T14-32", "CONFOCAL_01/p/Runs/Run_2026-04-18T14-32"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return Outbox(store)


def test_a_run_is_sent_once_however_often_it_changed(outbox: Outbox) -> None:
    for _ in range(3):
        outbox.put(A)
    outbox.put(B)
    assert sorted(outbox.due(), key=lambda one: one.run_path) == [Pending(A, 3, 0), Pending(B, 1, 0)]
    for pending in outbox.due():
        outbox.sent(pending)
    assert outbox.due() == []
    assert not outbox.waiting(A)


def test_what_was_sent_is_written_down_in_one_commit_and_is_sent_again_after_a_crash_before(
    outbox: Outbox, store: Store
) -> None:
    outbox.put(A)
    outbox.put(B)
    pending = outbox.due()
    for one in pending:
        outbox.sent(one)
    assert Outbox(store).due() == pending, "another life of the station knows nothing of it yet"
    outbox.put(B)
    outbox.settle()
    assert Outbox(store).due() == outbox.due() == [Pending(B, 2, 0)]
    assert not outbox.waiting(A) and outbox.waiting(B)


def test_what_has_arrived_is_not_sent_again_by_who_still_has_the_page(outbox: Outbox) -> None:
    outbox.put(B)
    outbox.sent(*outbox.due())
    outbox.put(A)
    handed_out = []
    for pending in outbox.in_turn():
        handed_out.append(pending.run_path)
        outbox.settle()
    assert handed_out == [A]


def test_an_old_sending_never_stands_for_a_change_after_it(outbox: Outbox) -> None:
    outbox.put(A)
    (old,) = outbox.due()
    outbox.sent(old)
    outbox.settle()
    outbox.put(A)
    outbox.sent(old)
    assert outbox.waiting(A)
    outbox.settle()
    assert [one.run_path for one in outbox.due()] == [A]


def test_what_was_sent_and_then_not_committed_is_sent_again(outbox: Outbox, store: Store) -> None:
    outbox.put(A)
    (pending,) = outbox.due()
    outbox.sent(pending)
    with suppress(RuntimeError), store.together():
        outbox.settle()
        raise RuntimeError
    assert outbox.due() == [pending]


def test_a_change_while_sending_is_sent_again(outbox: Outbox) -> None:
    outbox.put(A)
    (under_way,) = outbox.due()
    outbox.put(A)
    outbox.sent(under_way)
    assert outbox.waiting(A)
    assert outbox.due() == [Pending(A, 2, 0)]


def test_failures_wait_longer_up_to_ten_minutes_and_stay_listed(outbox: Outbox) -> None:
    outbox.put(A)
    delays = []
    for _ in range(12):
        (pending,) = outbox.due(now=float("inf"))
        before = time.time()
        outbox.failed(pending)
        assert outbox.due() == []
        delays.append(next_due(outbox) - before)
    assert [round(delay) for delay in delays[:8]] == [5, 10, 20, 40, 80, 160, 320, 600]
    assert all(round(delay) == 600 for delay in delays[7:])


def next_due(outbox: Outbox) -> float:
    """The moment the one entry is due, to a tenth of a second."""
    low, high = time.time(), time.time() + 10_000
    while high - low > 0.1:
        middle = (low + high) / 2
        low, high = (low, middle) if outbox.due(now=middle) else (middle, high)
    return high


def test_an_outage_of_months_is_survived(outbox: Outbox) -> None:
    outbox.failed(Pending(A, 1, 100_000))


def test_a_new_change_and_a_nas_that_is_back_are_sent_at_once(outbox: Outbox) -> None:
    outbox.put(A)
    outbox.failed(outbox.due()[0])
    outbox.put(A)
    assert outbox.due() == [Pending(A, 2, 1)]
    outbox.failed(outbox.due()[0])
    outbox.retry_all()
    assert outbox.due() == [Pending(A, 2, 2)]


def test_what_is_waiting_survives_a_restart(outbox: Outbox, store: Store, tmp_path: Path) -> None:
    outbox.put(A)
    store.close()
    again = open_store(tmp_path)
    assert Outbox(again).due() == [Pending(A, 1, 0)]
    again.close()


def test_a_copy_that_is_not_there_is_tried_again_but_holds_up_nothing(outbox: Outbox) -> None:
    outbox.put(A)
    (pending,) = outbox.due()
    before = time.time()
    outbox.no_copy(pending)
    assert not outbox.waiting(A)
    assert outbox.due() == []
    assert round(next_due(outbox) - before) == 5
    outbox.put(A)
    assert [one.run_path for one in outbox.due()] == [A]


def test_a_person_who_asks_for_a_run_does_not_wait_for_its_pause(outbox: Outbox) -> None:
    outbox.put(A)
    outbox.put(B)
    for pending in outbox.due():
        outbox.failed(pending)
    outbox.hurry(A)
    assert outbox.due() == [Pending(A, 1, 1)]


def test_what_thousands_of_runs_have_to_send_is_read_a_page_at_a_time(store: Store, outbox: Outbox) -> None:
    paths = [f"CONFOCAL_01/p/Runs/Run_{number:03}" for number in range(120)]
    with store.together():
        for path in paths:
            outbox.put(path)
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    assert next(outbox.in_turn()) == Pending(paths[0], 1, 0)
    (first,) = statements
    store._connection.set_trace_callback(None)
    assert "LIMIT" in first
    assert [one.run_path for one in outbox.due()] == paths
    plan = " ".join(row["detail"] for row in store.rows(f"EXPLAIN QUERY PLAN {first}"))
    assert "USING INDEX outbox_in_order" in plan
    assert "TEMP B-TREE" not in plan
