from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from exlab_wizard.listing.answers import Answers
from exlab_wizard.listing.index import Index
from exlab_wizard.listing.order import Block
from tests.support.pieces import AT, RUN, row

OTHER = RUN.replace("0042", "0043")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    made = Index(tmp_path / "index.db")
    made.publish([row()])
    yield made
    made.close()


def ages(answers: Answers) -> dict[str, float]:
    runs = json.loads(b"".join(answers.staged()))["runs"]
    return {one["path"]: one["elapsed_seconds_since_last_activity"] for one in runs}


def test_ages_grow_though_nothing_changes(index: Index) -> None:
    answers = Answers(index)
    with time_machine.travel(AT + timedelta(seconds=5), tick=False) as clock:
        assert ages(answers) == {RUN: 5.0}
        clock.shift(0.2)
        assert ages(answers) == {RUN: 5.2}
        clock.shift(-2)
        assert ages(answers) == {RUN: 3.2}, "the clock was set back"


def test_what_is_published_is_answered_at_once(index: Index) -> None:
    answers = Answers(index)
    with time_machine.travel(AT + timedelta(seconds=5), tick=False):
        assert ages(answers) == {RUN: 5.0}
        index.publish([row(OTHER, last_activity_at=AT + timedelta(seconds=1))])
        assert list(ages(answers).items()) == [(OTHER, 4.0), (RUN, 5.0)]
        index.publish([], removed=[RUN, OTHER])
        assert ages(answers) == {}


def test_very_many_rows_are_all_there(index: Index) -> None:
    paths = [f"CONFOCAL_01/p{number:05}/Runs/Run_2026-04-17T14-32" for number in range(2_345)]
    index.publish([row(path) for path in paths], removed=[RUN])
    assert [*ages(Answers(index))] == paths


def test_a_crowd_that_asks_together_is_answered_by_one_joining(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    joined: list[float] = []
    crowd, go = ThreadPoolExecutor(20), threading.Barrier(20)

    staged = Block.staged

    def counted(block: Block, now: float) -> bytes:
        joined.append(now)
        return staged(block, now)

    monkeypatch.setattr(Block, "staged", counted)
    answers = Answers(index)
    with time_machine.travel(AT, tick=False), crowd:
        found = list(crowd.map(lambda _: (go.wait(10), answers.staged())[1], range(20)))
    assert len(set(found)) == 1
    assert len(joined) == 1
