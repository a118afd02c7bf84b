"""Overrides: what counts, what never counts, and what may be recorded."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exlab_wizard.api.models import Override
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.gate.findings import Finding, ProblemClass, Severity
from exlab_wizard.gate.overrides import apply, blocking, in_force, new_override, parse_record, tombstone

NOW = datetime(2026, 4, 17, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
REASON = "The link is documented in the lab book."
LINK = ProblemClass.UNSUPPORTED_ENTRY


def stored(override: Override) -> dict[str, Any]:
    """As it comes back out of the database."""
    return dict(json.loads(override.model_dump_json()))


def record(**changes: Any) -> dict[str, Any]:
    return {**stored(new_override(LINK, "asmith", REASON, NOW)), "id": "o1", **changes}


def finding(problem_class: ProblemClass = LINK, severity: Severity = Severity.HARD) -> Finding:
    return Finding(problem_class, severity, "a", "It is odd.", "Mend it.")


def test_a_recorded_override_counts_for_its_class_only() -> None:
    override = new_override(LINK, "asmith", REASON, NOW)
    active = in_force([stored(override)], NOW)
    assert active == {"unsupported_entry": override}
    assert (override.operator, override.reason, override.recorded_at) == ("asmith", REASON, NOW)
    assert override.revoked is False and override.expires_at is None


def test_models_count_as_their_stored_form_does() -> None:
    override = new_override(LINK, "asmith", REASON, NOW)
    end = tombstone([override], override.id, "boss", REASON, NOW)
    assert in_force([override], NOW) == {"unsupported_entry": override}
    assert in_force([override, end], NOW) == {}
    naive = override.model_copy(update={"expires_at": datetime(2099, 1, 1)})
    assert in_force([naive], NOW) == {}


def test_ids_are_never_the_same() -> None:
    assert len({new_override(LINK, "a", REASON, NOW).id for _ in range(100)}) == 100


def test_it_ends_at_its_expiry() -> None:
    records = [stored(new_override(LINK, "asmith", REASON, NOW, NOW + HOUR))]
    assert in_force(records, NOW + HOUR - timedelta(seconds=1))
    assert not in_force(records, NOW + HOUR)
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-7)))
    assert in_force(records, elsewhere) and not in_force(records, elsewhere + HOUR)


@pytest.mark.parametrize(
    "expires_at",
    ["", "soon", "2026-13-01T00:00:00Z", "2099-01-01T00:00:00", "2099-01-01", 4102444800, "4102444800", True, [], {}],
)
def test_a_malformed_expiry_does_not_count(expires_at: object) -> None:
    assert in_force([record(expires_at=expires_at)], NOW) == {}


@pytest.mark.parametrize(
    "bad",
    [
        record(problem_class="orphan"),
        record(problem_class="everything"),
        record(problem_class=None),
        record(reason="short"),
        record(reason="x" * 501),
        record(reason=None),
        record(operator=5),
        record(id=None),
        record(recorded_at="2026-04-17T12:00:00"),
        record(recorded_at=1776427200),
        record(revoked="false"),
        record(revoked=0),
        record(revoked=True),
        record(revokes="o9"),
        record(extra="field"),
        {},
        {"problem_class": "unsupported_entry"},
        None,
        "unsupported_entry",
        [record()],
        5,
        {"id": NOW},
    ],
)
def test_a_malformed_record_never_counts_and_spoils_no_other(bad: Any) -> None:
    assert in_force([bad], NOW) == {}
    good = record(id="good")
    assert in_force([bad, good, bad], NOW)["unsupported_entry"].id == "good"


def test_the_latest_of_several_is_named() -> None:
    later = record(id="later", recorded_at="2026-04-17T12:30:00Z")
    for records in ([record(), later], [later, record()]):
        assert in_force(records, NOW)["unsupported_entry"].id == "later"
    expired = record(id="later", recorded_at="2026-04-17T12:30:00Z", expires_at="2026-04-17T11:00:00Z")
    assert in_force([record(), expired], NOW)["unsupported_entry"].id == "o1"


def test_a_tombstone_ends_one_override_for_good() -> None:
    first, second = record(), record(id="o2")
    end = stored(tombstone([first, second], "o1", "boss", "It was a mistake.", NOW + HOUR))
    assert (end["revokes"], end["revoked"], end["problem_class"]) == ("o1", True, "unsupported_entry")
    assert in_force([first, second, end], NOW)["unsupported_entry"].id == "o2"
    for order in ([first, end], [end, first], [first, end, first]):  # appending it again revives nothing
        assert in_force(order, NOW + 100 * HOUR) == {}
    assert in_force([first, end, record(id="o3")], NOW)["unsupported_entry"].id == "o3"


def test_a_damaged_tombstone_still_revokes() -> None:
    assert in_force([record(), {"revokes": "o1", "revoked": True, "reason": 5}], NOW) == {}
    assert in_force([record(), {"revokes": "o1", "revoked": "yes"}], NOW) != {}
    assert in_force([record(), {"revokes": ["o1"], "revoked": True}], NOW) != {}


def test_a_tombstone_cannot_be_revoked() -> None:
    first = record()
    end = stored(tombstone([first], "o1", "boss", "It was a mistake.", NOW))
    with pytest.raises(StagingError) as refusal:
        tombstone([first, end], end["id"], "asmith", "No, it was right.", NOW)
    assert refusal.value.details == {"field": "override_id"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"problem_class": "orphan"}, "problem_class"),
        ({"problem_class": "missing_required_field"}, "problem_class"),
        ({"problem_class": "nonsense"}, "problem_class"),
        ({"problem_class": ""}, "problem_class"),
        ({"reason": "too short"}, "reason"),
        ({"reason": "    padded    "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "lone surrogate \ud800"}, "reason"),
        ({"operator": " "}, "operator"),
        ({"operator": "x" * 201}, "operator"),
        ({"expires_at": NOW}, "expires_at"),
        ({"expires_at": NOW - HOUR}, "expires_at"),
        ({"expires_at": datetime(2099, 1, 1)}, "expires_at"),
    ],
)
def test_a_refused_override_names_the_field(changes: dict[str, Any], field: str) -> None:
    arguments: dict[str, Any] = {"problem_class": "unsupported_entry", "operator": "a", "reason": REASON, "now": NOW}
    with pytest.raises(StagingError) as refusal:
        new_override(**{**arguments, **changes})
    assert refusal.value.code is Code.INVALID_REQUEST and refusal.value.details == {"field": field}
    assert field in refusal.value.message


@pytest.mark.parametrize("length", [10, 500])
def test_the_limits_of_a_reason_are_inclusive(length: int) -> None:
    assert parse_record(stored(new_override(LINK, "a", "x" * length, NOW))) is not None


@pytest.mark.parametrize(
    ("override_id", "reason", "field"),
    [
        ("o2", REASON, "override_id"),
        ("", REASON, "override_id"),
        ("gone", REASON, "override_id"),
        ("o1", "no", "reason"),
    ],
)
def test_a_refused_revocation_names_the_field(override_id: str, reason: str, field: str) -> None:
    gone = record(id="gone")
    records = [record(), gone, stored(tombstone([gone], "gone", "boss", REASON, NOW)), {"id": "o2"}]
    with pytest.raises(StagingError) as refusal:
        tombstone(records, override_id, "boss", reason, NOW)
    assert refusal.value.code is Code.INVALID_REQUEST and refusal.value.details == {"field": field}


def test_apply_marks_what_is_covered_and_blocking_keeps_the_rest() -> None:
    soft, other = finding(severity=Severity.SOFT), finding(ProblemClass.LEFTOVER_JINJA_MARKER)
    found = apply([finding(), soft, other], [record()], NOW)
    assert [item.overridden_by for item in found] == ["o1", None, None]
    assert blocking(found) == [other]
    assert blocking([soft]) == []
    after = apply(found, [record(), {"revokes": "o1", "revoked": True}], NOW)
    assert [item.overridden_by for item in after] == [None, None, None]
    assert blocking(after) == [finding(), other]


_MOMENTS = st.sampled_from(["2026-04-17T11:59:59Z", "2026-04-17T12:00:01Z", "soon", None, 5])
_RECORDS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from("abc"), "revoked": st.sampled_from([True, False, "no"])},
        optional={
            "problem_class": st.sampled_from([*ProblemClass, "x"]),
            "revokes": st.sampled_from(["a", "b", None, 5]),
            "reason": st.sampled_from([REASON, "short"]),
            "operator": st.just("asmith"),
            "recorded_at": _MOMENTS,
            "expires_at": _MOMENTS,
            "more": st.just(1),
        },
    )
    | st.none()
    | st.text(max_size=3),
    max_size=6,
)


@settings(max_examples=500, deadline=None)
@given(_RECORDS)
def test_whatever_is_in_force_was_recorded_whole_not_expired_and_never_revoked(records: list[Any]) -> None:
    for problem_class, override in in_force(records, NOW).items():
        original = next(item for item in records if parse_record(item) == override)
        assert original["problem_class"] == problem_class and ProblemClass(problem_class).can_block
        assert original["reason"] == REASON and original["revoked"] is False
        assert original.get("expires_at") in (None, "2026-04-17T12:00:01Z")
        ends = [r for r in records if isinstance(r, dict) and r["revoked"] is True and r.get("revokes") == override.id]
        assert not ends
