"""Owns finding out whether a run really changed: files whose times or inode differ are hashed, all others believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.manifest import CHECKSUMS_NAME, Manifest
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.runs.scan import Entry, EntryKind, Summary, walk
from exlab_wizard.sync.engine.copy import Source, hash_source
from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.meter import Meter, Report, pace_from_environment
from exlab_wizard.sync.engine.nas import open_staging, open_state
from exlab_wizard.sync.engine.records import GONE, Record, RunRecords, load_manifest
from exlab_wizard.sync.failure import TaskFailedError, on_source
from exlab_wizard.sync.fence import Fence, RunLock
from exlab_wizard.sync.tasks import ErrorClass, Outcome, RecheckTask

_LISTED = 1000


@dataclass(slots=True)
class _Recheck:
    """One pass: what is remembered, what turned out different (`changed`), what only looks different (`fresh`)."""

    source: Folders
    records: RunRecords
    verified: Manifest | None
    fence: Fence
    tick: Callable[[int], None]
    changed: list[str] = field(default_factory=list)
    fresh: dict[str, Record] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        """Every entry of the run, each looked at on the way."""
        awaited = {path for path, record in self.records.entries.items() if record.inode != GONE}
        for entry in walk(self.source.get("")):
            yield entry
            awaited.discard(entry.path)
            if entry.kind is not EntryKind.DIRECTORY and not self._holds(entry):
                self.changed.append(entry.path)
        self.changed += sorted(path for path in awaited if not path.startswith(f"{CONTROL_DIR}/"))

    def _holds(self, entry: Entry) -> bool:
        """Whether a file has the bytes that were verified; read only when its identity differs from the record."""
        record = self.records.entries.get(entry.path)
        if record is None or entry.kind is not EntryKind.FILE or record.size != entry.identity.size:
            return False
        if self.verified is not None and self.verified.files.get(entry.path) != (record.size, record.sha256):
            return False
        if record.identity == entry.identity:
            return True
        self.fence.check()
        if self._hash(entry) != record.sha256:
            return False
        self.fresh[entry.path] = Record.of(entry.identity, record.sha256, record.published)
        return True

    def _hash(self, entry: Entry) -> str | None:
        """The file's SHA-256; None when it changed while it was read."""
        with on_source(entry.path):
            home, name = self.source.parent(entry.path)
        try:
            return hash_source(Source(home, name, entry.path, entry.identity), self.tick).sha256
        except TaskFailedError as failure:
            if failure.error.error_class is not ErrorClass.CHANGED:
                raise
            return None


def run_recheck(task: RecheckTask, report: Report) -> Outcome:
    """Compare staging with what was verified. Data: `changed` (paths new, missing, resized or with other bytes; at most
    1,000 named) and `fingerprint` of the tree as it is now. Raises TaskFailedError.
    """
    run = RunPath.parse(task.run_path)
    with ExitStack() as stack:
        keep = stack.enter_context
        state = keep(open_state(task.place))
        keep(RunLock(state, run))
        fence = keep(Fence(state, run, task.token))
        staging = keep(open_staging(task.place))
        with on_source(task.run_path):
            source = keep(Folders(keep(staging.beneath(*run.parts))))
        records = keep(RunRecords.open(state, run))
        verified = _verified(state, run, task.previous_digest)
        if verified is None and task.previous_digest is not None:
            return Outcome(task.job_id, data={"changed": [f"{CONTROL_DIR}/{CHECKSUMS_NAME}"], "fingerprint": ""})
        meter = Meter(report, fence.check_stop, pace_from_environment())
        meter.start("checking", 0, 0)
        recheck = _Recheck(source, records, verified, fence, meter.chunk)
        summary = Summary()
        with on_source(task.run_path):
            for entry in recheck.entries():
                summary.add(entry)
                source.trim()
        records.append(recheck.fresh)
    fingerprint = summary.result().fingerprint
    return Outcome(task.job_id, data={"changed": recheck.changed[:_LISTED], "fingerprint": fingerprint})


def _verified(state: Dir, run: RunPath, digest: str | None) -> Manifest | None:
    """The manifest a recheck answers for; None where it is lost: the next sync then finds it or says so."""
    manifest = load_manifest(state, run)
    return manifest if manifest is not None and manifest.digest == digest else None
