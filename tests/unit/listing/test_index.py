from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.api.models import OverviewRow
from exlab_wizard.listing import index as module
from exlab_wizard.listing.index import Index, with_age
from tests.support.mounts import Mounts, fill
from tests.support.pieces import AT, row
from tests.support.waiting import wait_for

A, B, C = (f"CONFOCAL_01/p/Runs/Run_2026-04-17T14-3{number}" for number in range(3))
FACTS: dict[str, Any] = {"ready": True, "label": "Test station"}
Opener = Callable[[], Index]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens the one cache file, as several servers do; all closed at the end."""
    made: list[Index] = []

    def one() -> Index:
        made.append(Index(tmp_path / "index.db"))
        return made[-1]

    yield one
    for index in made:
        index.close()


def paths(rows: list[OverviewRow]) -> list[str]:
    return [one.path for one in rows]


def test_every_publishing_has_a_higher_revision_and_stamps_its_rows(opened: Opener) -> None:
    index = opened()
    assert (index.revision, index.rows) == (0, {})
    first = index.publish([row(A), row(B)], facts=FACTS)
    second = index.publish([row(A, why="2 KiB so far.")])
    assert second == first + 1 == index.revision
    assert (index.rows[A].revision, index.rows[B].revision) == (second, first)
    assert index.facts == FACTS


def test_since_gives_what_changed_and_what_went(opened: Opener) -> None:
    index = opened()
    first = index.publish([row(A), row(B)])
    second = index.publish([row(C)], removed=[B])
    third = index.publish([row(B)])
    assert index.since(third) == ([], [])
    rows, removed = index.since(second) or ([], [])
    assert (paths(rows), removed) == ([B], [])
    rows, removed = index.since(first) or ([], [])
    assert (sorted(paths(rows)), removed) == ([B, C], []), "B is back"
    index.publish([], removed=[A, "never there"])
    assert index.since(third) == ([], [A])


def test_a_revision_that_is_not_of_this_index_gets_everything(opened: Opener) -> None:
    index = opened()
    revision = index.publish([row(A)])
    assert [index.since(odd) for odd in (0, -1, revision + 1, revision - 1, 7)] == [None] * 5


def test_a_run_that_goes_and_comes_in_one_breath_is_there(opened: Opener) -> None:
    leader = opened()
    leader.publish([row(A)])
    leader.publish([row(A, why="back")], removed=[A])
    assert leader.rows[A].why == "back"
    assert opened().rows[A].why == "back", "for the other servers too"


def test_the_listing_is_sorted_by_last_activity(opened: Opener) -> None:
    index = opened()
    index.publish([row(A), row(B, last_activity_at=AT + timedelta(hours=1)), row(C)])
    assert paths(index.sorted()) == [B, A, C]


def test_it_survives_a_restart(opened: Opener) -> None:
    first = opened()
    first.publish([row(A), row(B)], facts=FACTS)
    revision = first.publish([], removed=[B])
    first.close()
    again = opened()
    assert (again.revision, [*again.rows], again.facts) == (revision, [A], FACTS)
    assert again.publish([row(C)]) == revision + 1
    assert again.since(revision - 1) == ([again.rows[C]], [B]), "removals are remembered as well"


def test_a_second_server_follows_the_first(opened: Opener) -> None:
    leader, follower = opened(), opened()
    assert not follower.refresh()
    leader.publish([row(A), row(B)], facts=FACTS)
    assert follower.refresh()
    assert not follower.refresh()
    leader.publish([row(A, why="3 KiB so far.")], removed=[B])
    leader.put_facts({**FACTS, "disk": 7})
    assert follower.refresh()
    assert (follower.rows, follower.removed, follower.facts) == (leader.rows, leader.removed, leader.facts)
    assert follower.revision == leader.revision


def test_facts_come_without_a_new_revision(opened: Opener) -> None:
    leader, follower = opened(), opened()
    revision = leader.publish([row(A)])
    leader.put_facts(FACTS)
    assert follower.refresh()
    assert leader.revision == follower.revision == revision
    assert follower.facts == FACTS


def test_a_follower_misses_nothing_while_the_leader_writes(opened: Opener) -> None:
    """A revision and its rows are read at one moment; else a row published in between would be missed for good."""
    leader, follower = opened(), opened()
    leader.publish([row(A)])
    done = threading.Event()

    def publish() -> None:
        for number in range(400):
            leader.publish([row(f"CONFOCAL_01/p{number}/Runs/Run_2026-04-17T14-32")])
        done.set()

    writer = threading.Thread(target=publish)
    writer.start()
    while not done.is_set():
        follower.refresh()
        newest = max((one.revision for one in follower.rows.values()), default=0)
        assert newest in (0, follower.revision)
        assert len(follower.rows) in (0, follower.revision - leader._base + 1)
    writer.join()
    follower.refresh()
    assert follower.rows == leader.rows


def test_the_dictionary_a_reader_holds_never_changes(opened: Opener) -> None:
    index = opened()
    index.publish([row(A)])
    held = index.rows
    index.publish([row(B)], removed=[A])
    assert [*held] == [A]


# ------------------------------------------------------------------ a cache that is lost, damaged or full


def test_a_new_cache_starts_above_every_earlier_one(opened: Opener, tmp_path: Path) -> None:
    old = opened()
    for _ in range(5):
        earlier = old.publish([row(A), row(B)])
    old.close()
    (tmp_path / "index.db").unlink()
    wait_for(lambda: time.time() * 1000 > earlier + 1, 5, "the clock is past the revisions, as after ten a second")
    fresh = opened()
    assert fresh.publish([row(A)]) > earlier
    assert fresh.since(earlier) is None, "B is gone, and this cache cannot know it: send everything"


@pytest.mark.parametrize("content", [b"this is no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_cache_is_thrown_away(opened: Opener, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index.db").write_bytes(content)
    index = opened()
    assert index.rows == {}
    index.publish([row(A)], facts=FACTS)
    assert [*opened().rows] == [A]


def test_rows_of_another_version_count_as_no_cache(opened: Opener, tmp_path: Path) -> None:
    old = opened()
    earlier = old.publish([row(A), row(B)], facts=FACTS)
    with sqlite3.connect(tmp_path / "index.db") as connection:
        connection.execute("UPDATE rows SET row = json_set(row, '$.display_state', 'Dancing')")
    connection.close()
    index = opened()
    assert (index.rows, index.facts, index.revision) == ({}, {}, 0), "not ready, rather than an empty list"
    with pytest.raises(ValueError, match="display_state"):
        index.refresh()
    index.take_over()
    assert index.publish([row(C)], facts=FACTS) > earlier
    assert [*opened().rows] == [C]
    old.refresh()
    assert [*old.rows] == [C], "who followed the old cache starts over"


def test_removals_are_not_kept_for_ever(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REMOVED_KEPT", 2)
    index = opened()
    every = [f"CONFOCAL_01/p{number}/Runs/Run_2026-04-17T14-32" for number in range(4)]
    start = index.publish(map(row, every))
    revisions = [index.publish([], removed=[path]) for path in every]
    assert [*index.removed] == every[2:]
    assert index.since(start) is None
    assert index.since(revisions[1]) == ([], every[2:])


def test_a_full_disk_stops_neither_the_leader_nor_for_good_the_others(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a tmpfs")
    with Mounts(tmp_path / "mounts") as mounts:
        disk = mounts.tmpfs(tmp_path / "disk", "size=1m")
        leader, follower = Index(disk / "index.db"), Index(disk / "index.db")
        leader.publish([row(A)], facts=FACTS)
        filler = fill(disk)
        for number in range(40):
            leader.publish([row(B, why=f"{number} " * 2000)])
        leader.publish([], removed=[A])
        leader.put_facts({**FACTS, "disk": "full"})
        assert [*leader.rows] == [B]
        assert leader.facts["disk"] == "full"
        filler.unlink()
        leader.publish([row(C)])
        follower.refresh()
        assert follower.rows == leader.rows, "what could not be written then is written now"
        assert A in follower.removed
        leader.close()
        follower.close()


# ------------------------------------------------------------------ what is said of the moment


def test_ages_are_those_of_the_asking() -> None:
    one = row(proven_at=AT)
    aged = with_age(one, AT + timedelta(seconds=90.04))
    assert (aged.elapsed_seconds_since_last_activity, aged.proof_age_seconds) == (90.0, 90.0)
    assert with_age(row(), AT).proof_age_seconds is None
    assert with_age(one, AT - timedelta(hours=1)).elapsed_seconds_since_last_activity == 0.0, "a clock set back"


def test_a_row_that_cannot_be_written_does_not_stop_the_leader(opened: Opener) -> None:
    leader, follower = opened(), opened()
    leader.publish([row(A), row(B, why="bad \udcff")])
    assert [*leader.rows] == [A, B]
    leader.publish([row(B, why="good")])
    follower.refresh()
    assert follower.rows == leader.rows
