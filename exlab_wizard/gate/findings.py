"""Owns what the gate can find: the closed list of problem classes, and one finding with its words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """HARD blocks the run unless overridden; SOFT is only shown."""

    HARD = "hard"
    SOFT = "soft"


class ProblemClass(StrEnum):
    """Every class of finding; overrides name one of them. A new one joins the documentation in the same commit."""

    UNRESOLVED_PLACEHOLDER_TOKEN = "unresolved_placeholder_token"
    LEFTOVER_JINJA_MARKER = "leftover_jinja_marker"
    ILLEGAL_FILESYSTEM_CHARACTER = "illegal_filesystem_character"
    RESERVED_FILESYSTEM_NAME = "reserved_filesystem_name"
    MODE_PREFIX_MISMATCH = "mode_prefix_mismatch"
    UNSUPPORTED_ENTRY = "unsupported_entry"
    COLLIDING_NAMES = "colliding_names"
    ORPHAN = "orphan"
    MISSING_REQUIRED_FIELD = "missing_required_field"
    HARD_LINKS = "hard_links"

    @property
    def can_block(self) -> bool:
        """Whether findings of this class are ever hard, so that an override of it means something."""
        return self not in _ONLY_SHOWN


_ONLY_SHOWN = frozenset({ProblemClass.ORPHAN, ProblemClass.MISSING_REQUIRED_FIELD, ProblemClass.HARD_LINKS})


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `path` is relative to the run, empty for the run itself, and always encodable as UTF-8.

    `overridden_by` is the id of the override in force that covers it.
    """

    problem_class: ProblemClass
    severity: Severity
    path: str
    message: str
    remedy: str
    overridden_by: str | None = None
