"""Owns ingest.json (schema 1.1): reading what stands there, writing ours, and who is right when they disagree."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from exlab_wizard.runs.foreign_json import ForeignJsonError, parse_object
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import Lifecycle

INGEST_NAME = "ingest.json"
SCHEMA_VERSION = "1.1"
SIZE_LIMIT = 16 << 20


class IngestStatus(StrEnum):
    """What was found where ingest.json belongs."""

    ABSENT = "absent"
    TORN = "torn"
    FOREIGN_MAJOR = "foreign_major"
    ELSEWHERE = "elsewhere"  # a valid file of another run path: the folder was renamed or copied
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class Ingest:
    """The parsed file. `state` and `history` are meaningful for VALID and ELSEWHERE; `raw` keeps unknown fields."""

    status: IngestStatus
    state: Lifecycle | None = None
    history: tuple[dict[str, Any], ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def parse_ingest(data: bytes | None, run: RunPath) -> Ingest:
    """Read the bytes of an ingest.json; every defect is a status, never an exception."""
    if data is None:
        return Ingest(IngestStatus.ABSENT)
    try:
        raw = parse_object(data, SIZE_LIMIT)
    except ForeignJsonError as error:
        return Ingest(IngestStatus.TORN, problem=str(error))
    if not isinstance(raw.get("schema_version"), str):
        return Ingest(IngestStatus.TORN, problem="no schema_version")
    if raw["schema_version"].split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        version = raw["schema_version"][:20]
        return Ingest(IngestStatus.FOREIGN_MAJOR, raw=raw, problem=f"schema_version {version!r} is not 1.x")
    return _parse_known(raw, run)


def _parse_known(raw: dict[str, Any], run: RunPath) -> Ingest:
    history = raw.get("history")
    try:
        state = Lifecycle(raw.get("current_state", ""))
    except ValueError:
        return Ingest(IngestStatus.TORN, problem="current_state is not a lifecycle state")
    if not isinstance(history, list) or not all(_is_entry(entry) for entry in history):
        return Ingest(IngestStatus.TORN, problem="history is not a list of entries")
    place = IngestStatus.VALID if raw.get("run_path") == str(run) else IngestStatus.ELSEWHERE
    return Ingest(place, state, tuple(history), raw)


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("state", "at", "host")):
        return False
    return all(isinstance(entry.get(key), str | None) for key in ("reason", "by"))


def format_ingest(run: RunPath, state: Lifecycle, history: list[dict[str, Any]], unknown: dict[str, Any]) -> bytes:
    """The bytes of ingest.json. `unknown` holds top-level fields of other writers, which survive."""
    document = {
        **unknown,
        "schema_version": SCHEMA_VERSION,
        "project_name": run.project,
        "equipment_id": run.equipment_id,
        "run_kind": str(run.kind),
        "run_path": str(run),
        "transport": "mount",
        "current_state": str(state),
        "history": history,
    }
    return json.dumps(document, indent=1).encode() + b"\n"


_OWN = frozenset("schema_version project_name equipment_id run_kind run_path transport current_state history".split())


def unknown_fields(raw: dict[str, Any]) -> dict[str, Any]:
    """The top-level fields that are not ours."""
    return {key: value for key, value in raw.items() if key not in _OWN}


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What to believe: `state`; whether ingest.json must be rewritten; whether the torn file is set aside."""

    state: Lifecycle
    history: tuple[dict[str, Any], ...]
    rewrite: bool = False
    reconciled: bool = False
    renamed: bool = False
    keep_damaged: bool = False


def reconcile(
    known: Lifecycle | None, known_history: tuple[dict[str, Any], ...], found: Ingest, has_data: bool
) -> Reconciliation:
    """Decide between the database (`known`, None when it knows nothing) and the file; the less advanced state wins.

    No missing or unreadable file is a licence to delete: a verified run whose file is gone or torn is verified again.
    A cleared run without data has nothing to lose and stays cleared.
    """
    if found.status is IngestStatus.FOREIGN_MAJOR:
        return Reconciliation(known or Lifecycle.STAGING, known_history)  # left untouched, listed with the reason
    if found.status is IngestStatus.ELSEWHERE and known is None:
        return Reconciliation(Lifecycle.STAGING, found.history, rewrite=True, renamed=True)
    if found.status is not IngestStatus.VALID or found.state is None:
        return _without_file(known, known_history, found)
    if known is None:
        resting = Lifecycle.CLEARED if found.state is Lifecycle.CLEARED and not has_data else Lifecycle.STAGING
        return Reconciliation(resting, found.history, rewrite=resting is not found.state, reconciled=True)
    history = _longer(known_history, found.history)
    if known is found.state:
        return Reconciliation(known, history)
    if known is Lifecycle.CLEARED and not has_data:
        return Reconciliation(known, known_history, rewrite=True)
    if known is Lifecycle.SYNC_VERIFIED and found.state is Lifecycle.CLEARED and not has_data:
        return Reconciliation(Lifecycle.CLEARED, history, rewrite=True)  # told first to a database that lost it
    lower = min(known, found.state, key=lambda state: state.rank)
    return Reconciliation(lower, history, rewrite=True, reconciled=True)


def _longer(known: tuple[dict[str, Any], ...], found: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """The file's history where it only goes on from the database's: that one lost its last words."""
    return found if found[: len(known)] == known else known


def _without_file(known: Lifecycle | None, known_history: tuple[dict[str, Any], ...], found: Ingest) -> Reconciliation:
    torn = found.status is IngestStatus.TORN
    if known is None:
        return Reconciliation(Lifecycle.STAGING, (), rewrite=True, keep_damaged=torn)
    again = Lifecycle.SYNC_QUEUED if known is Lifecycle.SYNC_VERIFIED else known
    return Reconciliation(again, known_history, rewrite=True, reconciled=again is not known, keep_damaged=torn)
