"""The list a person holds: filters, text, HTML."""

from __future__ import annotations

import pytest

from exlab_wizard.api.models import DisplayState
from exlab_wizard.client.run_list import COLUMNS, RunList
from tests.client.rows import OTHER, RUN, SINGLE, overview, row

FAILED = {"display_state": DisplayState.FAILED, "current_state": "sync_queued", "needs_attention": True}
CLEARED = {"display_state": DisplayState.CLEARED, "current_state": "cleared", "byte_total": 0, "file_count": 0}
ROWS = (row(RUN), row(OTHER, **FAILED, why="3 of 9 differ."), row(SINGLE, **CLEARED))


def runs() -> RunList:
    return RunList(overview(*ROWS))


@pytest.mark.parametrize(
    ("wanted", "paths"),
    [
        ({}, [RUN, OTHER, SINGLE]),
        ({"equipment": "confocal_01"}, [RUN, OTHER]),
        ({"equipment": ["SEM_02"]}, [SINGLE]),
        ({"states": "Verified"}, [RUN]),
        ({"states": ["failed", "CLEARED"]}, [OTHER, SINGLE]),
        ({"states": "sync_queued"}, [OTHER]),
        ({"project": "PROJ-0043"}, [OTHER]),
        ({"kind": "test"}, [SINGLE]),
        ({"attention": True}, [OTHER]),
        ({"attention": False}, [RUN, SINGLE]),
        ({"equipment": "CONFOCAL_01", "states": "Cleared"}, []),
    ],
)
def test_filters_hold_together(wanted: dict[str, object], paths: list[str]) -> None:
    assert runs().filter(**wanted).paths == paths  # type: ignore[arg-type]


def test_it_is_a_sequence_of_typed_rows() -> None:
    found = runs()
    assert len(found) == 3
    assert found[1].display_state is DisplayState.FAILED
    assert isinstance(found[:2], RunList) and found[:2].paths == [RUN, OTHER]
    assert [line["path"] for line in found.to_dicts()] == [RUN, OTHER, SINGLE]
    assert ROWS[0] in found


def test_a_filtered_list_counts_itself_and_keeps_the_whole_overview() -> None:
    found = runs().filter(states="Failed")
    assert found.headline.startswith("1 run, 45 GiB on this computer. 1 needs attention.")
    assert len(found.overview.runs) == 3


def test_text_has_one_line_a_run_with_the_reason() -> None:
    headline, head, *lines = repr(runs()).splitlines()
    assert headline == runs().headline
    assert head.split() == " ".join(COLUMNS).split()
    assert [line.split()[0] for line in lines] == ["Verified", "Failed", "Cleared"]
    assert "3 of 9 differ." in lines[1] and "142" in lines[1] and "1 h ago" in lines[1]


def test_numbers_end_in_the_same_column() -> None:
    _, head, *lines = repr(runs()).splitlines()
    end = head.index("Size") + len("Size")
    assert [line[:end][-3:] for line in lines] == ["GiB", "GiB", "0 B"]


def test_html_escapes_what_instruments_wrote() -> None:
    nasty = row("CONFOCAL_01/<img src=x onerror=alert(1)>/Runs/Run_2026-04-17T14-32", why="<b>&</b>")
    html = RunList(overview(nasty))._repr_html_()
    assert "<img" not in html and "<b>" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html and "&lt;b&gt;&amp;&lt;/b&gt;" in html


def test_nothing_there_and_nothing_matching_are_different_sentences() -> None:
    empty, filtered = RunList(overview()), runs().filter(project="none")
    assert "as soon as an instrument writes" in repr(empty) and "/staging" in repr(empty)
    assert "No run matches" in repr(filtered)
    assert "No run matches" in filtered._repr_html_()
