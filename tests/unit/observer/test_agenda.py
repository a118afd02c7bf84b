from __future__ import annotations

import threading
import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.observer import agenda as module
from exlab_wizard.observer.agenda import Agenda
from tests.support.waiting import wait_for


class Clock:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


def drain(agenda: Agenda) -> list[str]:
    return [*iter(lambda: agenda.take(0), None)]


def test_the_earliest_goes_first(clock: Clock) -> None:
    agenda = Agenda()
    for key, delay in (("c", 3.0), ("a", 1.0), ("b", 2.0)):
        agenda.touch(key, delay)
    assert drain(agenda) == []
    clock.now += 2
    assert drain(agenda) == ["a", "b"]
    clock.now += 1
    assert drain(agenda) == ["c"]
    clock.now += 1000
    assert drain(agenda) == []


def test_the_earliest_wish_counts_and_each_is_looked_at_once(clock: Clock) -> None:
    agenda = Agenda()
    for delay in (5.0, 1.0, 3.0, 1.0):
        agenda.touch("a", delay)
    clock.now += 1
    assert drain(agenda) == ["a"]
    clock.now += 10
    assert drain(agenda) == []


def test_the_same_moment_wished_for_again_and_again_takes_no_memory(clock: Clock) -> None:
    """A rescan wishes, for each run that settles, for the moment at which it will have."""
    agenda = Agenda()
    for number in range(1000):
        agenda.touch("a", 5.0 - number * 1e-7)
    assert len(agenda._heap) == 1
    agenda.touch("a", 4.0)
    clock.now += 4
    assert drain(agenda) == ["a"]


def test_a_pause_holds_for_later_wishes(clock: Clock) -> None:
    agenda = Agenda()
    agenda.pause("a", 2)
    agenda.touch("a")
    agenda.touch("b")
    assert drain(agenda) == ["b"]
    clock.now += 2
    assert drain(agenda) == ["a"]


def test_a_pause_holds_for_a_wish_made_during_the_look(clock: Clock) -> None:
    agenda = Agenda()
    agenda.touch("a")
    agenda.pause("a", 2)
    clock.now += 1.9
    assert drain(agenda) == []
    clock.now += 0.2
    assert drain(agenda) == ["a"]


def test_a_pause_never_brings_a_look_forward(clock: Clock) -> None:
    agenda = Agenda()
    agenda.touch("a", 10)
    agenda.pause("a", 2)
    clock.now += 9
    assert drain(agenda) == []
    clock.now += 1
    assert drain(agenda) == ["a"]


def test_what_is_forgotten_is_not_looked_at_and_starts_without_its_pause(clock: Clock) -> None:
    agenda = Agenda()
    agenda.touch("a")
    agenda.pause("a", 50)
    agenda.forget("a")
    agenda.forget("never known")
    clock.now += 100
    assert drain(agenda) == []
    agenda.pause("a", 50)
    agenda.forget("a")
    agenda.touch("a")
    assert drain(agenda) == ["a"]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0, 9)), max_size=30))
def test_everything_touched_comes_exactly_once_in_order_of_its_earliest_wish(wishes: list[tuple[str, float]]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", clock)
        agenda = Agenda()
        for key, delay in wishes:
            agenda.touch(key, delay)
        clock.now += 10
        earliest = {key: min(delay for other, delay in wishes if other == key) for key, _ in wishes}
        taken = drain(agenda)
        assert sorted(taken) == sorted(earliest)
        late = module._SAME_SECONDS + 1e-9  # a wish that much earlier than another is the same
        for sooner, later in combinations([earliest[key] for key in taken], 2):
            assert sooner <= later + late


def test_a_waiter_is_woken_by_an_earlier_wish() -> None:
    agenda = Agenda()
    agenda.touch("late", 60)
    taken: list[str | None] = []
    waiter = threading.Thread(target=lambda: taken.append(agenda.take(30)))
    waiter.start()
    agenda.touch("now")
    waiter.join(10)
    assert taken == ["now"]


def test_take_gives_up_after_its_time() -> None:
    agenda = Agenda()
    agenda.touch("late", 60)
    started = time.monotonic()
    assert agenda.take(0.05) is None
    assert 0.04 < time.monotonic() - started < 5


def test_closing_ends_every_waiter_and_all_later_ones() -> None:
    agenda = Agenda()
    waiters = [threading.Thread(target=agenda.take, args=(60,)) for _ in range(3)]
    for waiter in waiters:
        waiter.start()
    agenda.close()
    wait_for(lambda: not any(waiter.is_alive() for waiter in waiters), 10, "the waiters end")
    agenda.touch("a")
    assert agenda.take(60) is None
