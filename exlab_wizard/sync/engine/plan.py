"""Owns the decision for one file: what stands on the NAS, what we remember of it, and so what has to be done."""

from __future__ import annotations

import os
import stat
from enum import StrEnum

from exlab_wizard.runs.scan import Identity
from exlab_wizard.sync.engine.records import Record


class Step(StrEnum):
    """What one file needs before verification."""

    KEEP = "keep"  # ours and unchanged since: not read, verification reads the NAS copy anyway
    COPY = "copy"  # nothing there
    COMPARE = "compare"  # something of the same size is there: equal bytes are adopted
    REPLACE = "replace"  # ours, and it cannot be equal: set aside, then copy
    CONFLICT = "conflict"  # not ours, and it cannot be equal


def decide(identity: Identity, record: Record | None, found: os.stat_result | None) -> Step:
    """The step for a staging file of this identity, given its record and the lstat of its name on the NAS."""
    if found is None:
        return Step.COPY
    if not stat.S_ISREG(found.st_mode):
        return Step.CONFLICT
    if found.st_size == identity.size:
        return Step.KEEP if record is not None and record.identity == identity else Step.COMPARE
    return when_different(record)


def when_different(record: Record | None) -> Step:
    """The step once the NAS file is known to differ: only what this station wrote for this run may be moved."""
    return Step.REPLACE if record is not None and record.published else Step.CONFLICT
