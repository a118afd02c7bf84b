"""Owns one look at one run: everything read from the disk in one go, deciding nothing."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

from exlab_wizard.capabilities import Folding
from exlab_wizard.clearing.holding import pending_clearings
from exlab_wizard.config import Equipment
from exlab_wizard.fsys import Dir
from exlab_wizard.gate.findings import Finding
from exlab_wizard.gate.names import Names
from exlab_wizard.gate.rules import EntryRules, check_creation, check_entries, check_mount
from exlab_wizard.mount_points import same_mount
from exlab_wizard.observer.completeness import signal_missing
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.runs import scan as scanning
from exlab_wizard.runs.control import (
    CREATION_LIMIT,
    CREATION_NAME,
    control_stamp,
    open_control_in,
    read_control,
    read_ingest,
    set_damaged_aside,
)
from exlab_wizard.runs.creation import Creation, parse_creation
from exlab_wizard.runs.ingest import Ingest, IngestStatus, parse_ingest
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.runs.scan import EntryKind, RunScan

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Before:
    """What was known before the look, so that only news is read again."""

    fingerprint: str = ""
    control_seen: tuple[object, ...] = ()
    signal: str = "not looked at yet"
    wants_signal: bool = True
    names: Names = "posix"
    folds: frozenset[Folding] = frozenset()


@dataclass(slots=True)
class Sight:
    """What was seen. `None` in `findings`, `signal` or `ingest` means: as before."""

    present: bool = True
    entered: bool = True  # False: what has the run's place is no folder, or not to be opened
    unreadable: str = ""
    scan: RunScan = field(default_factory=RunScan)
    findings: list[Finding] | None = None
    creation: Creation | None = None
    signal: str | None = None
    ingest: Ingest | None = None
    control_seen: tuple[object, ...] = ()
    read_only: bool = False
    clearings: list[str] = field(default_factory=list)  # holding folders a clearing left in the run
    seconds: float = 0.0


def look(staging: StagingRoot, state: Dir, path: RunPath, equipment: Equipment, before: Before) -> Sight:
    """Look at a run. Raises `StagingError(staging_unavailable)`; a run that cannot be read is a sight, not an error."""
    started = time.monotonic()
    with staging.open() as root:
        try:
            folder = root.beneath(*path.parts)
        except FileNotFoundError:
            return Sight(present=False)
        except OSError as error:
            return Sight(unreadable=f"{error.strerror} ({path})", entered=False)
        with folder:
            try:
                sight = _read(root, folder, state, path, equipment, before)
            except OSError as error:
                sight = Sight(unreadable=f"{error.strerror} ({error.filename or path})")
            except Exception as error:  # noqa: BLE001 - one odd run must not keep the others from being looked at
                _log.exception("looking at %s met an error", path)
                sight = Sight(unreadable=f"looking at it met an error, {type(error).__name__}: {error} ({path})")
    sight.seconds = time.monotonic() - started
    return sight


def _read(root: Dir, folder: Dir, state: Dir, path: RunPath, equipment: Equipment, before: Before) -> Sight:
    rules = None if before.fingerprint else EntryRules(path, before.names, before.folds)
    sight = Sight(scan=_scan(folder, rules))
    _read_control(folder, state, path, before, sight)
    news = sight.scan.fingerprint != before.fingerprint
    if news or sight.ingest is not None:
        sight.creation = parse_creation(_creation_bytes(folder))
        sight.findings = [
            *(rules.findings() if rules else check_entries(path, scanning.walk(folder), before.names, before.folds)),
            *check_creation(path, sight.creation),
            *check_mount(_other_disk(root, folder)),
        ]
    if before.wants_signal:
        # only the manifest signal costs a walk; it can change only with the tree
        needs_sizes = equipment.completeness_signal == "manifest"
        if news or before.signal or not needs_sizes:
            sizes = _sizes(folder) if needs_sizes else {}
            sight.signal = signal_missing(equipment, folder, sizes)
    return sight


def _scan(folder: Dir, rules: EntryRules | None) -> RunScan:
    """One walk: what is there and, where every entry is news, what the gate says of it."""
    if rules is None:
        return scanning.scan(folder)
    summary = scanning.Summary()
    for entry in scanning.walk(folder):
        summary.add(entry)
        rules.add(entry)
    return summary.result()


def _other_disk(root: Dir, folder: Dir) -> bool:
    return not same_mount(root.fd, folder.fd)


def _sizes(folder: Dir) -> dict[str, int]:
    entries = scanning.walk(folder)
    return {entry.path: entry.identity.size for entry in entries if entry.kind is EntryKind.FILE}


def _creation_bytes(folder: Dir) -> bytes | None:
    try:
        with folder.child(CONTROL_DIR) as control:
            return read_control(control, CREATION_NAME, CREATION_LIMIT)
    except OSError:
        return None


def _read_control(folder: Dir, state: Dir, path: RunPath, before: Before, sight: Sight) -> None:
    control, own = open_control_in(folder, state, path)
    sight.read_only = not own
    with control:
        sight.clearings = pending_clearings(control) if own else []
        sight.control_seen = control_stamp(control)
        if sight.control_seen == before.control_seen:
            return
        sight.ingest = parse_ingest(read_ingest(control), path)
        if sight.ingest.status is IngestStatus.TORN:
            set_damaged_aside(control)
