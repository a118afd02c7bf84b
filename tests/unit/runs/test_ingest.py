from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.runs.ingest import (
    Ingest,
    IngestStatus,
    Reconciliation,
    format_ingest,
    parse_ingest,
    reconcile,
    unknown_fields,
)
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import Lifecycle

RUN = RunPath.parse("CONFOCAL_01/PROJ 0042/Runs/Run_2026-04-17T14-32")
ENTRY = {"state": "staging", "at": "2026-04-17T14:35:00Z", "host": "labpc-04"}
ENTRIES = (ENTRY, {**ENTRY, "state": "complete", "by": "kim"})
WITHOUT_FILE = (IngestStatus.ABSENT, IngestStatus.TORN, IngestStatus.ELSEWHERE)


def document(**changes: Any) -> bytes:
    base = json.loads(format_ingest(RUN, Lifecycle.COMPLETE, list(ENTRIES), {}))
    return json.dumps({**base, **changes}).encode()


# ------------------------------------------------------------------ reading and writing


def test_what_is_written_is_read_back() -> None:
    found = parse_ingest(format_ingest(RUN, Lifecycle.SYNC_QUEUED, list(ENTRIES), {"lab_note": "keep me"}), RUN)
    assert (found.status, found.state, found.history) == (IngestStatus.VALID, Lifecycle.SYNC_QUEUED, ENTRIES)
    assert unknown_fields(found.raw) == {"lab_note": "keep me"}


def test_the_file_says_what_the_design_says() -> None:
    written = json.loads(format_ingest(RUN, Lifecycle.COMPLETE, [ENTRY], {}))
    assert written == {
        "schema_version": "1.1",
        "project_name": "PROJ 0042",
        "equipment_id": "CONFOCAL_01",
        "run_kind": "experimental",
        "run_path": str(RUN),
        "transport": "mount",
        "current_state": "complete",
        "history": [ENTRY],
    }


def test_an_unknown_field_never_overrules_ours() -> None:
    written = json.loads(format_ingest(RUN, Lifecycle.STAGING, [], {"current_state": "cleared", "extra": 1}))
    assert written["current_state"] == "staging"
    assert written["extra"] == 1


@pytest.mark.parametrize(
    ("data", "status", "problem"),
    [
        (None, IngestStatus.ABSENT, ""),
        (b"", IngestStatus.TORN, "it is empty"),
        (document()[:-20], IngestStatus.TORN, "only half written"),
        (b"\xff\xfe\x00", IngestStatus.TORN, "UTF-16"),
        (b"[" * 100_000, IngestStatus.TORN, "nested too deeply"),
        (b"[]", IngestStatus.TORN, "not a JSON object"),
        (b"{}", IngestStatus.TORN, "no schema_version"),
        (document(schema_version=1), IngestStatus.TORN, "no schema_version"),
        (document(schema_version="2.0"), IngestStatus.FOREIGN_MAJOR, "'2.0' is not 1.x"),
        (document(schema_version="10.1"), IngestStatus.FOREIGN_MAJOR, "'10.1' is not 1.x"),
        (document(schema_version="1.99"), IngestStatus.VALID, ""),
        (document(current_state="finished"), IngestStatus.TORN, "current_state"),
        (document(current_state=["staging"]), IngestStatus.TORN, "current_state"),
        (document(history={}), IngestStatus.TORN, "history"),
        (document(history=["staging"]), IngestStatus.TORN, "history"),
        (document(history=[{"state": "staging"}]), IngestStatus.TORN, "history"),
        (document(history=[{**ENTRY, "host": 4}]), IngestStatus.TORN, "history"),
        (document(history=[{**ENTRY, "by": ["kim"]}]), IngestStatus.TORN, "history"),
        (document(history=[{**ENTRY, "reason": 7}]), IngestStatus.TORN, "history"),
        (document(run_path="CONFOCAL_01/other/Runs/Run_2026-04-17T14-32"), IngestStatus.ELSEWHERE, ""),
        (document(run_path=None), IngestStatus.ELSEWHERE, ""),
    ],
)
def test_every_defect_is_a_status(data: bytes | None, status: IngestStatus, problem: str) -> None:
    found = parse_ingest(data, RUN)
    assert found.status is status
    assert problem in found.problem
    assert bool(found.problem) == (status in (IngestStatus.TORN, IngestStatus.FOREIGN_MAJOR))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(["schema_version", "run_path", "current_state", "history", "equipment_id", "more"])


@given(st.binary(max_size=300))
def test_parsing_bytes_never_raises(data: bytes) -> None:
    parse_ingest(data, RUN)


@given(st.dictionaries(FIELDS, JSON))
def test_parsing_odd_documents_never_raises_and_never_believes_half(changes: dict[str, Any]) -> None:
    found = parse_ingest(document(**changes), RUN)
    believed = found.status in (IngestStatus.VALID, IngestStatus.ELSEWHERE)
    assert (found.state is not None) == believed
    if found.status is IngestStatus.VALID:
        assert found.raw["run_path"] == str(RUN)
        assert isinstance(format_ingest(RUN, Lifecycle.STAGING, list(found.history), unknown_fields(found.raw)), bytes)


# ------------------------------------------------------------------ who is right


def found_as(status: IngestStatus, state: Lifecycle) -> Ingest:
    believed = status in (IngestStatus.VALID, IngestStatus.ELSEWHERE)
    return Ingest(status, state if believed else None, ENTRIES if believed else ())


def pairs() -> list[tuple[Lifecycle | None, Ingest, bool, Reconciliation]]:
    """Every database state, file state, file status, with and without local data; and the verdict."""
    every = product([None, *Lifecycle], Lifecycle, IngestStatus, (False, True))
    cases = [(known, found_as(status, state), has_data) for known, state, status, has_data in every]
    return [(known, found, data, reconcile(known, (ENTRY,), found, data)) for known, found, data in cases]


def test_a_state_never_advances_by_disagreement() -> None:
    for known, found, has_data, verdict in pairs():
        nothing_to_lose = verdict.state is Lifecycle.CLEARED and not has_data
        for said in (known, found.state if found.status is IngestStatus.VALID else None):
            if said is not None and not nothing_to_lose:
                assert verdict.state.rank <= said.rank, (known, found, has_data)


def test_nothing_makes_a_run_with_data_verified_unless_both_say_so() -> None:
    for known, found, has_data, verdict in pairs():
        if verdict.state is Lifecycle.SYNC_VERIFIED:
            assert known is not None and known.rank >= Lifecycle.SYNC_VERIFIED.rank
            assert found.status in (IngestStatus.VALID, IngestStatus.FOREIGN_MAJOR)
        if verdict.state is Lifecycle.CLEARED and has_data:
            assert known is Lifecycle.CLEARED, "then it re-opens, because there is data"


def test_a_verified_run_whose_file_is_lost_is_verified_again() -> None:
    for status in WITHOUT_FILE:
        verdict = reconcile(Lifecycle.SYNC_VERIFIED, (ENTRY,), found_as(status, Lifecycle.SYNC_VERIFIED), True)
        assert verdict.state is Lifecycle.SYNC_QUEUED
        assert verdict.reconciled
        assert verdict.rewrite
        assert verdict.keep_damaged == (status is IngestStatus.TORN)


def test_an_unknown_run_starts_at_staging_whatever_its_file_claims() -> None:
    for known, found, has_data, verdict in pairs():
        resting = found.status is IngestStatus.VALID and found.state is Lifecycle.CLEARED and not has_data
        if known is None and not resting:
            assert verdict.state is Lifecycle.STAGING, (found, has_data)


def test_a_renamed_folder_keeps_its_history_and_starts_over() -> None:
    verdict = reconcile(None, (), found_as(IngestStatus.ELSEWHERE, Lifecycle.SYNC_VERIFIED), True)
    assert verdict == Reconciliation(Lifecycle.STAGING, ENTRIES, rewrite=True, renamed=True)


def test_a_cleared_run_without_data_stays_cleared_even_when_the_database_was_lost() -> None:
    verdict = reconcile(None, (), found_as(IngestStatus.VALID, Lifecycle.CLEARED), has_data=False)
    assert verdict.state is Lifecycle.CLEARED
    assert verdict.history == ENTRIES


def test_history_of_the_database_is_never_dropped() -> None:
    for known, _, _, verdict in pairs():
        if known is not None:
            assert verdict.history[:1] == (ENTRY,)


def test_agreement_writes_nothing_and_disagreement_mends_the_file() -> None:
    for known, found, _, verdict in pairs():
        if found.status is IngestStatus.FOREIGN_MAJOR:
            assert not verdict.rewrite, "a foreign major is left untouched"
            assert not verdict.keep_damaged
        elif known is not None and found.status is IngestStatus.VALID:
            assert verdict.rewrite == (known is not found.state)
        elif found.status is not IngestStatus.VALID:
            assert verdict.rewrite
