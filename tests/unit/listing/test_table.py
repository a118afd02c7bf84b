from __future__ import annotations

import random
from datetime import timedelta

import pytest

from exlab_wizard.listing import order
from exlab_wizard.listing.rendered import Rendered, render
from exlab_wizard.listing.table import Table
from tests.support.pieces import AT, row


def a_row(number: int, revision: int, minute: int = 0) -> Rendered:
    path = f"CONFOCAL_01/p{number:03}/Runs/Run_2026-04-17T14-32"
    return render(row(path, last_activity_at=AT + timedelta(minutes=minute)), revision)


def paths(rows: list[Rendered]) -> list[str]:
    return [one.path for one in rows]


@pytest.mark.parametrize("most", [3, 12, 100])
def test_whatever_comes_and_goes_it_is_as_if_all_were_sorted_afresh(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "BLOCK_ROWS", 4)
    chance, table = random.Random(most), Table()
    rows: dict[str, Rendered] = {}
    removed: dict[str, int] = {}
    for revision in range(1, 120):
        numbers = chance.sample(range(150), chance.randrange(most))
        new = [a_row(number, revision, chance.randrange(6)) for number in numbers]
        gone = dict.fromkeys(chance.sample(sorted(rows), min(len(rows), chance.randrange(most))), revision)
        gone = {path: at for path, at in gone.items() if path not in paths(new)}
        table.take(new, gone)
        rows = {path: one for path, one in rows.items() if path not in gone} | {one.path: one for one in new}
        removed = {path: at for path, at in (removed | gone).items() if path not in rows}
        expected = sorted(rows.values(), key=lambda one: one.order)
        assert table.rows() == expected
        blocks = table.blocks()
        assert all(0 < len(block.rows) <= 8 for block in blocks)
        assert [one for block in blocks for one in block.rows] == expected
        assert table.latest() == (expected[0] if expected else None)
        assert table.removed() == removed
        since = chance.randrange(revision + 1)
        changed, went = table.since(since)
        assert changed == [one for one in expected if one.revision > since]
        assert sorted(went) == sorted(path for path, at in removed.items() if at > since)


def test_what_a_reader_holds_never_changes() -> None:
    table = Table()
    table.take([a_row(1, 1), a_row(2, 1)], {})
    held = table.rows()
    table.take([a_row(3, 2)], {held[0].path: 2})
    assert held == [a_row(1, 1), a_row(2, 1)]


def test_what_did_not_change_stays_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "BLOCK_ROWS", 10)
    table = Table()
    table.take([a_row(number, 1) for number in range(200)], {})
    before, now = table.blocks(), AT.timestamp() + 5
    told = b"".join(block.staged(now) for block in before)
    assert told.count(b":5.0,") == 200
    table.take([a_row(55, 2, minute=1)], {})
    after = table.blocks()
    assert len(set(map(id, after)) - set(map(id, before))) == 2, "where it was, and where it is"
    assert b"".join(block.staged(now) for block in before) == told


def test_a_forgotten_removal_raises_the_base() -> None:
    table = Table(kept=1)
    table.take([a_row(number, 1) for number in range(3)], {})
    table.take([], {a_row(0, 1).path: 2})
    assert (table.base, [*table.removed()]) == (0, [a_row(0, 1).path])
    table.take([], {a_row(1, 1).path: 3})
    assert (table.base, [*table.removed()]) == (2, [a_row(1, 1).path])


def test_who_heard_of_a_removal_twice_knows_the_later_one() -> None:
    """As a server does that did not look while the run was back."""
    table = Table()
    first, second = a_row(1, 1).path, a_row(2, 1).path
    table.take([], {first: 2, second: 3})
    table.take([], {first: 5})
    assert table.since(4) == ([], [first])
    assert [*table.removed().items()] == [(second, 3), (first, 5)]


def test_another_index_starts_from_nothing() -> None:
    table = Table()
    table.take([a_row(1, 1), a_row(2, 1)], {})
    table.take([], {a_row(1, 1).path: 2})
    table.restart(70)
    assert (table.rows(), table.removed(), table.base, table.latest()) == ([], {}, 70, None)
    assert table.since(0) == ([], [])
