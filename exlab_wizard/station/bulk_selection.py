"""Owns which runs a bulk clearing takes, and why each other one stays. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exlab_wizard import units


@dataclass(frozen=True, slots=True)
class Candidate:
    """One run that may be cleared. `verified_at` is UTC, None where nobody knows.

    `code` and `refusal` say why it cannot be cleared now; both are empty when it can. `again`: asking for its clearing
    has its copy on the NAS verified afresh, so it is asked for all the same.
    """

    run_path: str
    equipment_id: str
    verified: bool = False  # with data here
    verified_at: datetime | None = None
    code: str = ""
    refusal: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a person narrowed it to; every one must hold."""

    equipment_id: str | None = None
    older_than_days: float | None = None
    keep_newest: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One candidate and why it stays: with a `code` because it cannot be cleared, without one because it shall not."""

    run_path: str
    kept: str = ""
    code: str = ""
    asked: bool = True  # its clearing is asked for


def stamp_of(run_path: str) -> str:
    """When the instrument began a run, as its name says: `2026-04-17T14-32`; orders an instrument's runs."""
    return run_path.rsplit("_", 1)[-1]


def choose(
    candidates: Sequence[Candidate], others: Sequence[Candidate], criteria: Criteria, now: datetime
) -> list[Choice]:
    """One choice for each candidate, in their order; `others` are further runs, which count among the newest."""
    newest = _newest([*candidates, *others], criteria.keep_newest)
    return [_choice(one, criteria, newest, now) for one in candidates]


def _choice(one: Candidate, criteria: Criteria, newest: set[str], now: datetime) -> Choice:
    if one.refusal and not one.again:
        return Choice(one.run_path, one.refusal, one.code, asked=False)
    spared = _spared(one, criteria, newest, now)
    if spared:
        return Choice(one.run_path, spared, asked=False)
    return Choice(one.run_path, one.refusal, one.code)


def _spared(one: Candidate, criteria: Criteria, newest: set[str], now: datetime) -> str:
    if criteria.equipment_id is not None and one.equipment_id != criteria.equipment_id:
        return f"It is a run of {one.equipment_id}, and only those of {criteria.equipment_id} were asked for."
    if criteria.older_than_days is not None:
        limit = f"only runs verified at least {criteria.older_than_days:g} days ago were asked for"
        if one.verified_at is None:
            return f"When it was verified is not known, and {limit}."
        age_seconds = (now - one.verified_at).total_seconds()
        if age_seconds < criteria.older_than_days * units.DAY:
            return f"It was verified {units.ago(age_seconds)}, and {limit}."
    if one.run_path in newest:
        return f"It is one of the newest {criteria.keep_newest} verified runs of {one.equipment_id}, which stay."
    return ""


def _newest(runs: Sequence[Candidate], count: int) -> set[str]:
    """The newest `count` verified runs of each instrument that have their data here, cleared or not in the end."""
    if not count:
        return set()
    kept: set[str] = set()
    seen: dict[str, int] = {}
    for one in sorted({run.run_path: run for run in runs}.values(), key=_age)[::-1]:
        place = seen[one.equipment_id] = seen.get(one.equipment_id, 0) + one.verified
        if one.verified and place <= count:
            kept.add(one.run_path)
    return kept


def _age(run: Candidate) -> tuple[str, str]:
    return stamp_of(run.run_path), run.run_path
