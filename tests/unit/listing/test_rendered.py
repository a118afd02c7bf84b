from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from exlab_wizard.api.models import OverviewRow, StagedRunRow, StagingListResponse
from exlab_wizard.listing.index import with_age
from exlab_wizard.listing.rendered import SEPARATOR, aged, overview_pieces, render, template
from tests.support.pieces import AT, row

NOW = AT + timedelta(seconds=90.04)
LIKE_KEYS = '"elapsed_seconds_since_last_activity":7,"proof_age_seconds":7,"display_state":"x","revision":7}'


def joined(pieces: list[bytes]) -> bytes:
    return b"".join(pieces).removeprefix(SEPARATOR) + b"}" * bool(pieces)


def listed(*rows: OverviewRow, seconds: float = 90.04) -> list[StagedRunRow]:
    text = template([render(one, 1) for one in rows])
    body = aged(text, [one.last_activity_at.timestamp() for one in rows], AT.timestamp() + seconds)
    return StagingListResponse.model_validate_json(b'{"runs":[%b]}' % joined([body])).runs


def overview(*rows: OverviewRow, revision: int = 1) -> list[OverviewRow]:
    pieces = overview_pieces([render(one, revision) for one in rows], NOW.timestamp())
    return [OverviewRow.model_validate(found) for found in json.loads(b"[%b]" % joined(pieces))]


ROWS = [
    row(),
    row(proven_at=AT - timedelta(days=3), nas_path="/nas/ü", damage="One file is damaged."),
    row(path="CONFOCAL_01/100 %d %%/Runs/Run_2026-04-17T14-32"),
    row(why=LIKE_KEYS, next_step=LIKE_KEYS, nas_path=LIKE_KEYS, damage=LIKE_KEYS),
    row(last_activity_at=AT - timedelta(days=400), actions=["clear", "log"], needs_attention=True),
]


@pytest.mark.parametrize("one", ROWS)
def test_the_joined_overview_row_is_the_row_with_its_ages(one: OverviewRow) -> None:
    expected = with_age(one, NOW).model_copy(update={"revision": 12})
    assert overview(one, revision=12) == [expected]


@pytest.mark.parametrize("one", ROWS)
def test_the_joined_staged_row_is_exactly_the_nine_fields(one: OverviewRow) -> None:
    values = with_age(one, NOW).model_dump(include=set(StagedRunRow.model_fields))
    assert listed(one) == [StagedRunRow.model_validate(values)]
    assert len(values) == 9


@pytest.mark.parametrize("one", ROWS)
def test_a_row_comes_back_from_its_json(one: OverviewRow) -> None:
    assert render(one, 5).row() == one.model_copy(update={"revision": 5})


def test_rows_stand_one_behind_the_other() -> None:
    assert [found.path for found in listed(*ROWS)] == [one.path for one in ROWS]
    assert overview(*ROWS) == [with_age(one, NOW).model_copy(update={"revision": 1}) for one in ROWS]
    assert overview() == []


def test_ages_are_never_below_zero() -> None:
    assert listed(row(), seconds=-3600)[0].elapsed_seconds_since_last_activity == 0.0, "a clock set back"
    assert overview(row(proven_at=NOW + timedelta(hours=1)))[0].proof_age_seconds == 0.0


def test_a_name_that_is_not_unicode_is_shown_all_the_same() -> None:
    odd = row().model_copy(update={"why": "caf\udce9", "project_name": "caf\udce9"})
    assert listed(odd)[0].project_name == "caf?"
    assert overview(odd)[0].why == "caf?"


def test_what_says_the_same_is_told_from_what_does_not() -> None:
    assert render(row(), 3).says(render(row(), 4))
    assert not render(row(), 3).says(render(row(why="2 KiB so far."), 3))
    assert not render(row(), 3).says(render(row(last_activity_at=AT + timedelta(microseconds=1)), 3))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, False),
        ({"why": LIKE_KEYS, "nas_path": '"damage":null "resume"'}, False),
        ({"damage": "One file is damaged."}, True),
        ({"damage": '"damage":null'}, True),
        ({"actions": ["resume", "log"]}, True),
    ],
)
def test_the_health_report_names_what_is_damaged_or_paused(changes: dict[str, Any], named: bool) -> None:
    assert render(row(**changes), 1).in_health is named
