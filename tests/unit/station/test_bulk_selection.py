"""Which runs a bulk clearing takes, and the sentence for each other one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from exlab_wizard.station.bulk_selection import Candidate, Choice, Criteria, choose

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MICRO, SEM = "CONFOCAL_01", "SEM_02"


def run(stamp: str, equipment: str = MICRO, project: str = "P", days: float = 10, **more: object) -> Candidate:
    path = f"{equipment}/{project}/Runs/Run_{stamp}"
    return Candidate(path, equipment, verified=True, verified_at=NOW - timedelta(days=days), **more)  # type: ignore[arg-type]


def taken(candidates: list[Candidate], others: list[Candidate] | None = None, **criteria: object) -> list[str]:
    choices = choose(candidates, others or [], Criteria(**criteria), NOW)  # type: ignore[arg-type]
    assert [choice.run_path for choice in choices] == [one.run_path for one in candidates], "one for each, in order"
    assert all(bool(choice.kept) != choice.asked for choice in choices)
    return [choice.run_path.rsplit("_", 1)[1] for choice in choices if choice.asked]


A, B, C = run("2026-04-01T10-00", days=30), run("2026-04-02T10-00", days=20), run("2026-04-02T10-00-30", days=10)


def test_without_criteria_all_are_taken() -> None:
    assert len(taken([A, B, C])) == 3


@pytest.mark.parametrize(("days", "count"), [(0, 3), (10, 3), (10.01, 2), (20, 2), (30, 1), (31, 0), (1e9, 0)])
def test_older_than_counts_from_becoming_verified(days: float, count: int) -> None:
    assert len(taken([A, B, C], older_than_days=days)) == count


def test_a_moment_in_the_future_or_unknown_is_not_old() -> None:
    future = run("2026-04-01T10-00", days=-1)
    unknown = Candidate(A.run_path, MICRO, verified=True)
    assert taken([future, unknown], older_than_days=0) == []
    assert len(taken([future, unknown])) == 2


def test_the_newest_of_each_instrument_stay_by_the_stamp_in_their_names() -> None:
    other = run("2026-04-01T09-00", SEM)
    assert taken([C, A, other, B], keep_newest=1) == ["2026-04-01T10-00", "2026-04-02T10-00"]
    assert taken([A, B, C], keep_newest=2) == ["2026-04-01T10-00"]
    assert taken([A, B, C], keep_newest=3) == []


def test_the_newest_are_those_of_the_station_not_of_the_set() -> None:
    assert len(taken([A], [A, B, C], keep_newest=2)) == 1
    assert taken([B], [A, B, C], keep_newest=2) == []


def test_a_run_that_is_not_verified_takes_no_place_among_the_newest() -> None:
    receiving = Candidate(f"{MICRO}/P/Runs/Run_2026-04-30T10-00", MICRO, code="staging_not_sync_verified", refusal="is")
    assert taken([A, B, receiving], keep_newest=1) == ["2026-04-01T10-00"]


def test_one_stamp_in_two_projects_is_two_runs() -> None:
    twin = run("2026-04-02T10-00-30", project="Q")
    assert len(taken([A, C, twin], keep_newest=1)) == 2


def test_criteria_hold_together() -> None:
    assert taken([A, B, C], older_than_days=15, keep_newest=2, equipment_id=MICRO) == ["2026-04-01T10-00"]
    assert taken([A, B, C], equipment_id=SEM) == []


def test_each_that_stays_says_why() -> None:
    def why(one: Candidate, **criteria: object) -> Choice:
        return choose([one], [], Criteria(**criteria), NOW)[0]  # type: ignore[arg-type]

    refused = Candidate(A.run_path, MICRO, code="run_busy", refusal="It is being worked on.")
    assert why(refused, equipment_id=SEM) == Choice(A.run_path, "It is being worked on.", "run_busy", asked=False)
    assert why(A, equipment_id=SEM).kept == f"It is a run of {MICRO}, and only those of {SEM} were asked for."
    assert "10 days ago" in why(C, older_than_days=30).kept and "30 days" in why(C, older_than_days=30).kept
    assert "newest 1" in why(A, keep_newest=1).kept
    assert why(A, keep_newest=1).code == ""


def test_what_asking_would_have_verified_again_is_asked_for_unless_it_shall_stay() -> None:
    stale = run("2026-04-01T10-00", code="nas_copy_not_proven", refusal="too long ago", again=True)
    (asked,) = choose([stale], [], Criteria(), NOW)
    assert (asked.asked, asked.code, asked.kept) == (True, "nas_copy_not_proven", "too long ago")
    (left,) = choose([stale], [], Criteria(keep_newest=1), NOW)
    assert (left.asked, left.code) == (False, "")
