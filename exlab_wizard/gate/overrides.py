"""Owns overrides: who decided that a problem class of a run shall not block it. Pure over append-only records."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from exlab_wizard.api.models import Override
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.gate.findings import Finding, ProblemClass, Severity

REASON_LENGTH = (10, 500)  # characters, without blanks around it
MAX_OPERATOR = 200

Record = Override | Mapping[str, Any]


def in_force(records: Iterable[Record], now: datetime) -> dict[str, Override]:
    """The override that counts for each problem class at `now` (aware), the latest recorded where there are several.

    `records` are models or stored JSON objects, in any order. Nothing malformed, expired or of an unknown class counts,
    and a revocation is final: it holds wherever it stands, and even when the rest of the tombstone is damaged.
    """
    plain = _plain(records)
    revoked = _revoked_ids(plain)
    found: dict[str, Override] = {}
    for record in plain:
        override = parse_record(record)
        if override is None or override.id in revoked or not _counts(override, now):
            continue
        rival = found.get(override.problem_class)
        if rival is None or override.recorded_at >= rival.recorded_at:
            found[override.problem_class] = override
    return found


def _plain(records: Iterable[Record]) -> list[object]:
    return [record.model_dump(mode="json") if isinstance(record, Override) else record for record in records]


def parse_record(record: object) -> Override | None:
    """A stored record as the model, strictly; None for whatever is not exactly one."""
    if not isinstance(record, Mapping):
        return None
    try:
        override = Override.model_validate_json(json.dumps(dict(record)), strict=True)
    except (ValidationError, ValueError, TypeError, RecursionError):
        return None
    moments = (record[name] for name in ("recorded_at", "expires_at") if record.get(name) is not None)
    return override if all(map(_is_aware_iso, moments)) else None


def _is_aware_iso(text: str) -> bool:
    """ISO 8601 with a zone; the model alone would also take digits as seconds since 1970, and no zone."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _revoked_ids(records: Iterable[object]) -> set[str]:
    return {
        record["revokes"]
        for record in records
        if isinstance(record, Mapping) and record.get("revoked") is True and isinstance(record.get("revokes"), str)
    }


def _counts(override: Override, now: datetime) -> bool:
    if override.revoked or override.revokes is not None or override.problem_class not in _overridable():
        return False
    return override.expires_at is None or override.expires_at > now


def _overridable() -> frozenset[str]:
    return frozenset(item.value for item in ProblemClass if item.can_block)


def new_override(
    problem_class: str, operator: str, reason: str, now: datetime, expires_at: datetime | None = None
) -> Override:
    """A record to append. Raises `StagingError(invalid_request)` whose details name the `field` and what is allowed."""
    if problem_class not in _overridable():
        allowed = ", ".join(sorted(_overridable()))
        raise _invalid("problem_class", f"It must be one of the classes that block a run: {allowed}.")
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= now):
        raise _invalid("expires_at", "It must be a time in the future, with its time zone.")
    return _record(problem_class, operator, reason, now, expires_at=expires_at)


def tombstone(records: Iterable[Record], override_id: str, operator: str, reason: str, now: datetime) -> Override:
    """The record that ends an override for good. Raises as `new_override`, also when there is none left to end."""
    plain = _plain(records)
    target = next(
        (item for item in map(parse_record, plain) if item and item.id == override_id and item.revokes is None), None
    )
    if target is None:
        raise _invalid("override_id", "This run has no override with that id.")
    if target.revoked or override_id in _revoked_ids(plain):
        raise _invalid("override_id", "That override is already revoked.")
    return _record(target.problem_class, operator, reason, now, revoked=True, revokes=override_id)


def _record(problem_class: str, operator: str, reason: str, now: datetime, **rest: Any) -> Override:
    shortest, longest = REASON_LENGTH
    reason, operator = reason.strip(), operator.strip()
    if not shortest <= len(reason) <= longest:
        raise _invalid("reason", f"It must have {shortest} to {longest} characters: say why the run is fine as it is.")
    if not 0 < len(operator) <= MAX_OPERATOR:
        raise _invalid("operator", "It must name the person who decides.")
    if not all(_encodable(text) for text in (reason, operator)):
        raise _invalid("reason", "It contains characters that are not text.")
    at = now.astimezone(UTC).replace(microsecond=0)
    return Override(
        id=secrets.token_hex(8), problem_class=problem_class, operator=operator, recorded_at=at, reason=reason, **rest
    )


def _encodable(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _invalid(field: str, why: str) -> StagingError:
    return StagingError(
        Code.INVALID_REQUEST, f"The override was not recorded: {field} is not usable. {why}", field=field
    )


def apply(findings: Iterable[Finding], records: Iterable[Record], now: datetime) -> list[Finding]:
    """The findings with `overridden_by` as it is at `now`; soft ones need no override and get none."""
    active = in_force(records, now)
    return [replace(finding, overridden_by=_covering(finding, active)) for finding in findings]


def _covering(finding: Finding, active: Mapping[str, Override]) -> str | None:
    override = active.get(finding.problem_class) if finding.severity is Severity.HARD else None
    return override.id if override else None


def blocking(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that keep the run from syncing: hard and not overridden."""
    return [item for item in findings if item.severity is Severity.HARD and item.overridden_by is None]
