"""The headline, the notes and what is said about one job."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from exlab_wizard.api.models import DisplayState, LeaderStatus, Progress, TargetStatus, UnrecognisedEntry
from exlab_wizard.listing import wording
from tests.client.rows import NOW, OTHER, RUN, SINGLE, overview, row

GIB = 2**30


def job(**changes: Any) -> Progress:
    fields: dict[str, Any] = {
        "phase": "copying",
        "files_done": 10,
        "files_total": 142,
        "bytes_done": 70 * GIB,
        "bytes_total": 149 * GIB,
        "fraction": 0.4711,
        "bytes_per_second": 20 * 2**20,
        "seconds_left": 3600.0,
        "seconds_since_bytes": 0.5,
    }
    return Progress(**{**fields, **changes})


def syncing(path: str = RUN, **changes: Any) -> Any:
    return row(path, display_state=DisplayState.SYNCING, current_state="sync_queued", progress=job(**changes))


def test_a_job_says_percent_and_what_is_left() -> None:
    assert wording.job_progress(job()) == "47 %, 79 GiB to go, about 1 h"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seconds_left": None}, "47 %, 79 GiB to go"),
        ({"seconds_left": 100000.0}, "47 %, 79 GiB to go, more than a day"),
        ({"seconds_since_bytes": 40.0}, "47 %, 79 GiB to go, no bytes for 40 s"),
        ({"phase": "verifying", "fraction": 0.62}, "checking, 62 %"),
        ({"phase": "verifying", "fraction": 1.0}, "checking, 99 %"),
        ({"fraction": 1.0, "bytes_done": 149 * GIB, "seconds_left": 0}, "99 %, 0 B to go, a few seconds"),
        ({"phase": "clearing", "fraction": 0.5}, "clearing, 50 %"),
        ({"phase": "queued"}, ""),
    ],
)  # fmt: skip
def test_a_job_in_other_moments(changes: dict[str, Any], said: str) -> None:
    assert wording.job_progress(job(**changes)) == said


def test_only_a_verified_run_says_a_hundred_percent() -> None:
    assert wording.progress(row()) == "100 %"
    assert wording.progress(row(display_state=DisplayState.CLEARED, current_state="cleared")) == "100 %"
    assert wording.progress(syncing(fraction=1.0)).startswith("99 %")


def test_a_growing_run_has_no_total() -> None:
    growing = row(display_state=DisplayState.RECEIVING, current_state="staging", byte_total=13 * GIB)
    assert wording.progress(growing) == "13 GiB so far"


def test_the_headline_counts_what_is_here_and_who_needs_help() -> None:
    rows = [row(), row(OTHER, needs_attention=True), row(SINGLE, needs_attention=True)]
    assert wording.headline(overview(*rows)) == "3 runs, 135 GiB on this computer. 2 need attention. 640 GiB free."


def test_the_headline_says_when_everything_is_done() -> None:
    done = (NOW + timedelta(hours=2)).astimezone().strftime("%H:%M")
    said = wording.headline(overview(syncing(), syncing(OTHER, seconds_left=7200.0), disk=None))
    assert said == f"2 runs, 90 GiB on this computer. Syncing at 40 MiB/s, done about {done}."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seconds_left": None}, "Syncing at 20 MiB/s."),
        ({"bytes_per_second": None, "seconds_left": None}, "Syncing 1 run."),
        ({"seconds_left": 100000.0}, "Syncing at 20 MiB/s, done in more than a day."),
    ],
)
def test_the_headline_promises_nothing_it_does_not_know(changes: dict[str, Any], said: str) -> None:
    assert wording.headline(overview(syncing(**changes), disk=None)).endswith(said)


def test_the_headline_of_an_empty_station() -> None:
    assert wording.headline(overview()) == "Nothing is staged. 640 GiB free."


def test_one_run_needs() -> None:
    assert "1 needs attention." in wording.headline(overview(row(needs_attention=True)))


def test_notes_name_the_nas_the_leader_and_what_is_no_run() -> None:
    full = overview(
        targets=[
            TargetStatus(nas_root="/mnt/a", state="ok", why=""),
            TargetStatus(nas_root="/mnt/b", state="unavailable", why="not reachable since 14:02."),
        ],
        leader=LeaderStatus(leads=False, host="labpc-05", pid=2, message="labpc-05 works; this server reads."),
        unrecognised=[UnrecognisedEntry(path="old stuff", bytes=3 * GIB, reason="No equipment.", remedy="Move it.")],
    )
    assert wording.notes(full) == [
        "NAS /mnt/b: not reachable since 14:02.",
        "labpc-05 works; this server reads.",
        "Not a run: old stuff (3.0 GiB): No equipment. Move it.",
    ]
    assert wording.notes(overview()) == []
