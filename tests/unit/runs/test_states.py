from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest

from exlab_wizard.runs.states import Lifecycle, Reason, allowed, history_entry, stamp, utc_now

S = Lifecycle
FORWARD = {(S.STAGING, S.COMPLETE), (S.COMPLETE, S.SYNC_QUEUED), (S.SYNC_QUEUED, S.SYNC_VERIFIED)} | {
    (S.SYNC_VERIFIED, S.CLEARED)
}
SIDEWAYS = {
    (S.SYNC_VERIFIED, S.SYNC_QUEUED, Reason.FORCED),
    (S.SYNC_VERIFIED, S.SYNC_QUEUED, Reason.NAS_COPY_DAMAGED),
    (S.CLEARED, S.SYNC_VERIFIED, Reason.RESTORED),
}
BACK = {Reason.LATE_DATA, Reason.CHANGED, Reason.RENAMED}


@pytest.mark.parametrize("reason", [None, *Reason], ids=str)
def test_exactly_the_edges_of_the_design_exist(reason: Reason | None) -> None:
    for old, new in product(S, S):
        wanted = (
            ((old, new) in FORWARD and reason is None)
            or (new is S.STAGING and reason in BACK)
            or (old, new, reason) in SIDEWAYS
            or (reason is Reason.RECONCILED and new.rank <= old.rank)
        )
        assert allowed(old, new, reason) == wanted, (old, new, reason)


def test_nothing_but_a_step_or_a_restore_leads_forward() -> None:
    for old, new, reason in product(S, S, [None, *Reason]):
        if allowed(old, new, reason) and new.rank > old.rank:
            assert new.rank == old.rank + 1
            assert reason is None


def test_cleared_is_reached_from_verified_alone() -> None:
    reached = {old for old, reason in product(S, [None, *Reason]) if allowed(old, S.CLEARED, reason)}
    assert reached == {S.SYNC_VERIFIED, S.CLEARED}  # reconciling may keep a state, never raise one
    assert {reason for reason in [None, *Reason] if allowed(S.SYNC_VERIFIED, S.CLEARED, reason)} == {None}


def test_the_order_is_the_way_of_the_data() -> None:
    assert [state.rank for state in S] == [0, 1, 2, 3, 4]
    assert [str(state) for state in S] == ["staging", "complete", "sync_queued", "sync_verified", "cleared"]


def test_a_stamp_is_utc_whatever_the_zone() -> None:
    at = datetime(2026, 4, 17, 16, 35, 7, tzinfo=timezone(timedelta(hours=2)))
    assert stamp(at) == "2026-04-17T14:35:07Z"
    assert datetime.fromisoformat(stamp(at)) == at


def test_now_has_whole_seconds_in_utc() -> None:
    now = utc_now()
    assert now.tzinfo is UTC
    assert now.microsecond == 0


def test_an_entry_says_only_what_there_is_to_say() -> None:
    at = datetime(2026, 4, 17, 14, 35, tzinfo=UTC)
    assert history_entry(S.STAGING, at, "labpc-04") == {
        "state": "staging",
        "at": "2026-04-17T14:35:00Z",
        "host": "labpc-04",
    }
    full = history_entry(S.SYNC_QUEUED, at, "labpc-04", Reason.FORCED, "kim", files_received=3, nas_path=None)
    assert full["reason"] == "forced"
    assert full["by"] == "kim"
    assert full["files_received"] == 3
    assert "nas_path" not in full
