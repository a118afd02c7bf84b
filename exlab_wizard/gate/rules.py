"""Owns the gate's rules over one run: its path, every entry below it and its creation.json. Pure; touches no disk."""

from __future__ import annotations

import os
from collections.abc import Iterable

from exlab_wizard.capabilities import Folding
from exlab_wizard.gate.findings import Finding, ProblemClass, Severity
from exlab_wizard.gate.names import Names, judge
from exlab_wizard.gate.twins import TwinFinder, Twins
from exlab_wizard.runs.creation import CREATION_NAME, Creation
from exlab_wizard.runs.foreign_json import shown
from exlab_wizard.runs.paths import CONTROL_DIR, RunKind, RunPath
from exlab_wizard.runs.scan import LEVELS, Entry, EntryKind

MAX_PER_CLASS = 50
_CREATION = f"{CONTROL_DIR}/{CREATION_NAME}"
_SEGMENTS = ("equipment folder", "project folder", "run's parent folder", "run folder")
_RENAME_TWIN = "Rename one of the two, here or in the acquisition software."
_DATA = frozenset({EntryKind.FILE, EntryKind.DIRECTORY})
_UNSUPPORTED = {
    EntryKind.SYMLINK: ("a symbolic link", "Put the file itself in its place, or delete the link."),
    EntryKind.MOUNT_POINT: (
        "another file system mounted inside the run",
        "Unmount it, or move its files into the run.",
    ),
    EntryKind.UNREADABLE: (
        f"a folder that cannot be opened, or more than {LEVELS} folders deep",
        "Make it readable for the account this station runs under, or move it further up.",
    ),
    EntryKind.FIFO: ("a named pipe (FIFO), not a file", "Delete it, or keep it outside the run."),
    EntryKind.SOCKET: ("a socket, not a file", "Delete it, or keep it outside the run."),
    EntryKind.DEVICE: ("a device, not a file", "Delete it, or keep it outside the run."),
}


class EntryRules:
    """Judges the entries of one walk as they pass; feed it every one, parents first, as `runs.scan.walk` gives them."""

    def __init__(self, run: RunPath, names: Names, folds: frozenset[Folding] = frozenset()) -> None:
        self._names = names
        self._folds = folds
        self._twins = TwinFinder()
        self._linked = 0
        self._kept: dict[tuple[ProblemClass, Severity], list[Finding]] = {}
        self._more: dict[tuple[ProblemClass, Severity], int] = {}
        for label, segment in zip(_SEGMENTS, run.parts, strict=True):
            self._judge(segment, "", f"The {label} {shown(segment)}")

    def add(self, entry: Entry) -> None:
        """Judge one entry: its kind, else the last segment of its path (its folders came before it)."""
        path = entry.path
        twins = self._twins.add(path)
        if entry.kind not in _DATA:
            what, remedy = _UNSUPPORTED[entry.kind]
            message = f"{shown(path)} is {what}: it cannot be copied to the NAS."
            remedy += " An override leaves it out of the copy."
            self._keep(Finding(ProblemClass.UNSUPPORTED_ENTRY, Severity.HARD, _encodable(path), message, remedy))
            return
        self._linked += entry.links > 1
        self._judge(path.rpartition("/")[2], path)
        if twins is not None:
            self._keep(self._collision(path, twins))

    def _judge(self, name: str, path: str, subject: str = "") -> None:
        problem = judge(name, self._names)
        if problem is not None:
            message = f"{subject or shown(path)} {problem.text}."
            self._keep(Finding(problem.problem_class, problem.severity, _encodable(path), message, problem.remedy))

    def _collision(self, path: str, twins: Twins) -> Finding:
        mixed_up = self._names == "windows" or twins.needs <= self._folds
        message = f"{shown(twins.one)} and {shown(twins.other)} in one folder are the same name to "
        message += "the NAS: only one of them could be stored there." if mixed_up else "Windows and macOS computers."
        severity = Severity.HARD if mixed_up else Severity.SOFT
        remedy = _RENAME_TWIN if mixed_up else f"Both are synced as they are. {_RENAME_TWIN}"
        return Finding(ProblemClass.COLLIDING_NAMES, severity, _encodable(path), message, remedy)

    def _keep(self, finding: Finding) -> None:
        group = (finding.problem_class, finding.severity)
        kept = self._kept.setdefault(group, [])
        if len(kept) < MAX_PER_CLASS:
            kept.append(finding)
        else:
            self._more[group] = self._more.get(group, 0) + 1

    def findings(self) -> list[Finding]:
        """At most `MAX_PER_CLASS` of each class and severity, then one that says how many more; hard ones first."""
        found = []
        for group in sorted(self._kept, key=lambda group: group[1] is Severity.SOFT):
            found += self._kept[group]
            if group in self._more:
                message = f"{self._more[group]:,} more entries of this run have the same kind of problem."
                found.append(Finding(*group, path="", message=message, remedy=self._kept[group][0].remedy))
        return [*found, *self._links()]

    def _links(self) -> list[Finding]:
        if not self._linked:
            return []
        message = f"{self._linked:,} files of this run have further names (hard links), here or elsewhere."
        remedy = "Each name is stored on the NAS as a file of its own. Clearing takes only the names in the run."
        return [Finding(ProblemClass.HARD_LINKS, Severity.SOFT, "", message, remedy)]


def check_entries(
    run: RunPath, entries: Iterable[Entry], names: Names, folds: frozenset[Folding] = frozenset()
) -> list[Finding]:
    """Judge a run's path and all its entries; `names` and `folds` say what its NAS can store and tell apart."""
    rules = EntryRules(run, names, folds)
    for entry in entries:
        rules.add(entry)
    return rules.findings()


def check_mount(on_another_disk: bool) -> list[Finding]:
    """A run folder that lies on another disk than the staging root: something is mounted at or above it."""
    if not on_another_disk:
        return []
    message = "Another disk is mounted at or above the run's folder, so its files may vanish with it."
    remedy = "Unmount it, or copy the run into the staging directory itself."
    return [Finding(ProblemClass.UNSUPPORTED_ENTRY, Severity.HARD, "", message, remedy)]


def check_creation(run: RunPath, creation: Creation) -> list[Finding]:
    """What creation.json lacks, and whether the run's kind is the same everywhere it is said."""
    return _check_provenance(creation) + check_mode(run, creation)


def _check_provenance(creation: Creation) -> list[Finding]:
    if not creation.present:
        message = "The run has no creation.json: nothing says who made it, when, or for which project."
        return [_soft(ProblemClass.ORPHAN, "", message, "Let the instrument push one; it counts when it comes later.")]
    if creation.raw is None:
        message = f"The run's creation.json cannot be used: {'; '.join(creation.problems)}."
        return [_soft(ProblemClass.ORPHAN, _CREATION, message, "Let the instrument push it again.")]
    texts = [f"creation.json does not say {name}" for name in creation.missing]
    covered = {f"its {name} is not usable" for name in creation.missing}
    texts += [f"In creation.json, {text}; its default counts" for text in creation.problems if text not in covered]
    remedy = "Correct it where the instrument writes it, and push it again."
    return [_soft(ProblemClass.MISSING_REQUIRED_FIELD, _CREATION, f"{text}.", remedy) for text in texts]


def _soft(problem_class: ProblemClass, path: str, message: str, remedy: str) -> Finding:
    return Finding(problem_class, Severity.SOFT, path, message, f"The run is synced all the same. {remedy}")


def check_mode(run: RunPath, creation: Creation) -> list[Finding]:
    """The leaf's prefix, the parent folder and, where it states one, creation.json's `run_kind` must agree.

    A creation.json without `run_kind` (older minors) contradicts nobody.
    """
    texts = []
    prefix = run.leaf.partition("_")[0]
    if (prefix, run.folder) not in (("Run", "Runs"), ("TestRun", "TestRuns")):
        texts.append(f"the folder is called {shown(run.leaf)} but lies in {shown(run.folder)}")
    if creation.run_kind_stated and creation.run_kind != run.kind.value:
        texts.append(f"creation.json says run_kind {shown(creation.run_kind)} but the run lies in {shown(run.folder)}")
    return [_mismatch(text, run) for text in texts]


def _mismatch(text: str, run: RunPath) -> Finding:
    other = "Runs" if run.kind is RunKind.TEST else "TestRuns"
    remedy = f"Move the run to {other}, or correct its name or creation.json; if it is right as it is, override."
    message = f"It is not clear whether this is a test run: {text}."
    return Finding(ProblemClass.MODE_PREFIX_MISMATCH, Severity.HARD, "", message, remedy)


def _encodable(path: str) -> str:
    """The path with undecodable bytes written as escapes, so that it can be stored and sent."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")
