"""Owns one sync attempt from lock to proof: data, checksums, cold verification, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from exlab_wizard.runs.instrument_manifest import MAX_BYTES, InstrumentManifestError, parse_instrument_manifest
from exlab_wizard.runs.manifest import Manifest, ManifestEntry
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.runs.scan import Entry, EntryKind, RunScan, fold, scan, walk
from exlab_wizard.sync.engine import checksums
from exlab_wizard.sync.engine.compare import Comparer, differs_message, missing_message
from exlab_wizard.sync.engine.control import split_odd, sweep_restoring, walk_unknown
from exlab_wizard.sync.engine.doubts import Doubts
from exlab_wizard.sync.engine.folder_times import keep_folder_times
from exlab_wizard.sync.engine.helper import helper_for
from exlab_wizard.sync.engine.job import SyncJob, leave_incoming, open_job
from exlab_wizard.sync.engine.meter import Report
from exlab_wizard.sync.engine.push import THREADS, Push, push
from exlab_wizard.sync.engine.reader import ColdReader
from exlab_wizard.sync.engine.records import GONE, save_manifest, sweep_records
from exlab_wizard.sync.engine.reinstate import reinstate
from exlab_wizard.sync.engine.repair import repair
from exlab_wizard.sync.engine.verify import worst
from exlab_wizard.sync.failure import TaskFailedError, on_source
from exlab_wizard.sync.tasks import ErrorClass, Outcome, SyncTask

_NAMED = 5
_REMEMBERED = 20_000  # entries, some 10 MiB; for more a second walk costs less than the memory


@dataclass(frozen=True, slots=True)
class _Unknown:
    """Unknown entries of the run's `.exlab-wizard`: copied and proven like data, outside the manifest."""

    entries: list[Entry]
    not_copied: list[str]

    @property
    def byte_total(self) -> int:
        return sum(entry.identity.size for entry in self.entries if entry.kind is EntryKind.FILE)


def run_sync(task: SyncTask, report: Report) -> Outcome:
    """Bring the run to the NAS and prove it there. Raises TaskFailedError; finished files stay whatever happens."""
    with open_job(task, report) as job, ThreadPoolExecutor(THREADS, "file") as pool:
        try:
            return Outcome(task.job_id, data=_run(job, pool))
        finally:
            leave_incoming(job)


def _run(job: SyncJob, pool: ThreadPoolExecutor) -> dict[str, Any]:
    _sweep_state(job)
    remembered: list[Entry] = []
    found = _frozen_scan(job, remembered)
    with on_source("the run's .exlab-wizard"):
        unknown = _Unknown(*split_odd(walk_unknown(job.source.get(""))))
    places = (job.source.get(""), job.target.get(""), job.incoming)
    with helper_for(found.file_count, job.shares_flush, *places) as job.helper:
        return _bring(job, pool, found, remembered, unknown)


def _bring(
    job: SyncJob, pool: ThreadPoolExecutor, found: RunScan, remembered: list[Entry], unknown: _Unknown
) -> dict[str, Any]:
    Doubts(job).settle()
    job.given = _given_hashes(job)
    previous = checksums.previous_manifest(job)
    job.meter.start("copying", found.file_count, found.byte_total + unknown.byte_total)
    data = push(job, pool, lambda: _entries(job, remembered))
    extra = push(job, pool, lambda: unknown.entries, steady=False)
    reinstate(job, {path: entry for path, entry in previous.files.items() if path not in data.local})
    manifest = previous.union(data.local)
    checksums.publish_checksums(job, manifest)
    keep_folder_times(job, data.folders)
    extra_names = _verify(job, pool, manifest, data, extra)
    _check_fingerprint(job, _scan(job))
    job.demand_changes()
    job.fence.check()
    _mark_gone(job, {*data.local, *extra.local})
    return {**_keep(job, manifest), "extra_names": extra_names, "not_copied": unknown.not_copied}


def _entries(job: SyncJob, remembered: list[Entry]) -> Iterator[Entry]:
    """As the run was found, if all of that is remembered: what is otherwise by now fails its copy or the last look."""
    entries = remembered or walk(job.source.get(""))
    return (entry for entry in entries if entry.path not in job.task.skip)


def _sweep_state(job: SyncJob) -> None:
    """Temporaries of a killed attempt in the state directory, and of a restore given up; the run's lock is held."""
    sweep_records(job.state, job.run)
    with suppress(OSError), job.source.get("").child(CONTROL_DIR) as control:
        sweep_restoring(control)


def _scan(job: SyncJob) -> RunScan:
    with on_source("the run's folder"):
        return scan(job.source.get(""))


def _remembering(entries: Iterable[Entry], remembered: list[Entry]) -> Iterator[Entry]:
    """The same entries; all of them are remembered, or none where they are too many."""
    for number, entry in enumerate(entries):
        if number < _REMEMBERED:
            remembered.append(entry)
        elif remembered:
            remembered.clear()
        yield entry


def _frozen_scan(job: SyncJob, remembered: list[Entry]) -> RunScan:
    with on_source("the run's folder"):
        found = fold(_remembering(walk(job.source.get("")), remembered))
    _check_fingerprint(job, found)
    odd = [entry for entry in found.odd if entry.path not in job.task.skip]
    if odd:
        named = ", ".join(f"{entry.path} ({entry.kind})" for entry in odd[:_NAMED])
        message = f"The run holds {len(odd)} entries that are neither file nor folder: {named}. Remove them."
        raise TaskFailedError(ErrorClass.CHANGED, message, odd[0].path)
    return found


def _check_fingerprint(job: SyncJob, found: RunScan) -> None:
    if found.fingerprint != job.task.fingerprint:
        message = "The run changed in staging since it was complete; it is synced again once it has settled."
        raise TaskFailedError(ErrorClass.CHANGED, message, str(job.run))


def _given_hashes(job: SyncJob) -> dict[str, str]:
    name = job.task.instrument_manifest
    if name is None:
        return {}
    try:
        with on_source(name):
            listed = parse_instrument_manifest(job.source.get("").read(name, MAX_BYTES)).files
    except InstrumentManifestError as error:
        raise TaskFailedError(ErrorClass.CHANGED, str(error), name) from error
    return {path: file.sha256 for path, file in listed.items() if file.sha256 is not None}


def _verify(job: SyncJob, pool: ThreadPoolExecutor, manifest: Manifest, data: Push, extra: Push) -> list[str]:
    """Read everything cold, heal once what differs and is ours; the names on the NAS beyond ours."""
    total = len(manifest.files) + len(extra.local)
    byte_total = manifest.byte_total + sum(entry.size for entry in extra.local.values())
    job.meter.start("verifying", total, byte_total)
    comparer = _comparer(job, pool)
    comparer.tree(manifest.files, data.folders)
    comparer.files(extra.local)
    checksums.verify_checksums(job, manifest)
    result = comparer.result
    if result.missing:
        first = next((path for path in result.missing if path not in data.local), result.missing[0])
        raise TaskFailedError(ErrorClass.HASH_MISMATCH, missing_message(result.missing, total), first)
    if result.differing:
        expected = {**manifest.files, **extra.local}
        _heal(job, pool, expected, {*data.local, *extra.local}, result.differing)
    job.done.reading = worst(job.done.reading, result.reading)
    return result.extra_names


def _comparer(job: SyncJob, pool: ThreadPoolExecutor) -> Comparer:
    return Comparer(job.target, ColdReader(job.target, pool, job.meter, job.fence.check, job.helper))


def _heal(
    job: SyncJob, pool: ThreadPoolExecutor, expected: Mapping[str, ManifestEntry], local: set[str], differing: list[str]
) -> None:
    """Copy afresh what is ours and still local, verify that again. Raises TaskFailedError(HASH_MISMATCH)."""
    records = job.records.entries
    ours = [path for path in differing if path in local and path in records and records[path].published]
    # what staging has not got comes first: nothing here can heal it
    hopeless = sorted({*differing} - {*ours}, key=lambda path: (path in local, path))
    if not hopeless:
        repair(job, pool, ours, expected)
        again = _comparer(job, pool)
        again.files({path: expected[path] for path in ours})
        hopeless = again.result.differing
    if hopeless:
        raise TaskFailedError(ErrorClass.HASH_MISMATCH, differs_message(hopeless, len(expected)), hopeless[0])


def _mark_gone(job: SyncJob, local: set[str]) -> None:
    """Records of files no longer in staging stay (they say what on the NAS is ours) but describe no local file."""
    records = job.records
    gone = {path: old for path, old in records.entries.items() if old.inode != GONE and path not in local}
    records.append({path: old._replace(inode=GONE) for path, old in gone.items()})


def _keep(job: SyncJob, manifest: Manifest) -> dict[str, Any]:
    """Remember what was proven, here and in staging, and tell it."""
    local = checksums.keep_locally(job, manifest)
    save_manifest(job.state, job.run, manifest)
    job.records.compact()
    done = job.done
    return {
        "manifest_digest": manifest.digest,
        "file_count": len(manifest.files),
        "byte_total": manifest.byte_total,
        "files_copied": done.files_copied,
        "bytes_copied": done.bytes_copied,
        "files_adopted": done.files_adopted,
        "superseded": done.superseded,
        "reading": done.reading,
        "directory_fsync": done.directory_fsync,
        "nas_id": job.marker.nas_id,
        "nas_path": f"{job.task.place.nas_root.rstrip('/')}/{job.run}",
        "fingerprint": job.task.fingerprint,
        "verified_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "names": job.marker.names,
        "local_checksums": local,
    }
