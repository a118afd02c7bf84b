"""Owns the file-by-file answer to "what changed since this run was verified?", without reading any file."""

from __future__ import annotations

from enum import StrEnum

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import EntryKind, walk
from exlab_wizard.sync.engine.records import load_manifest


class Difference(StrEnum):
    """How the tree differs from the verified manifest."""

    ONLY_TIMES = "only_times"  # every name and size as verified: the bytes decide (chmod, antivirus, backup tools)
    NEW_FILES = "new_files"
    CHANGED = "changed"  # missing or resized files, or nothing to compare with


def compare_with_manifest(staging: Dir, state: Dir, run: RunPath, expected_files: int) -> Difference:
    """Compare names and sizes of the data now in staging with the `expected_files` that were there when verified."""
    manifest = load_manifest(state, run)
    if manifest is None:
        return Difference.CHANGED
    seen, grew = 0, False
    with staging.beneath(*run.parts) as folder:
        for entry in walk(folder):
            if entry.kind is not EntryKind.FILE:
                continue  # folders hold no bytes; an odd entry is the gate's, and never cleared
            known = manifest.files.get(entry.path)
            if known is None:
                grew = True
            elif known.size != entry.identity.size:
                return Difference.CHANGED
            seen += 1
    if grew:
        return Difference.NEW_FILES
    return Difference.ONLY_TIMES if seen == expected_files else Difference.CHANGED
