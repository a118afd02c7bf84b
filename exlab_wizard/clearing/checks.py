"""Owns the single conditions of a clearing: lifecycle, age of the proof, local files unchanged, NAS copy complete."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from exlab_wizard.clearing.beneath import Folders
from exlab_wizard.clearing.refusal import refused, shown
from exlab_wizard.errors import Code
from exlab_wizard.fsys import Dir, UnsupportedEntryError, by_name
from exlab_wizard.runs.ingest import INGEST_NAME, SIZE_LIMIT, Ingest, IngestStatus, parse_ingest
from exlab_wizard.runs.manifest import Manifest, ManifestEntry
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import Entry, EntryKind, Identity, identity_of
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.sync.engine.checksums import CHECKSUMS_PATH, checksums_hold
from exlab_wizard.sync.engine.folders import Folders as NasFolders
from exlab_wizard.sync.engine.meter import Meter
from exlab_wizard.sync.engine.reader import ColdReader
from exlab_wizard.sync.engine.records import Record, load_manifest
from exlab_wizard.sync.engine.stream import digest_stream
from exlab_wizard.sync.engine.verify import Reading, worst
from exlab_wizard.sync.failure import on_source, target_failure

_THREADS = 4
_NO_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EXDEV})


def demand_verified(control: Dir, run: RunPath) -> None:
    """Refuse unless the run's ingest.json, read now, says `sync_verified` of this very run path."""
    try:
        data: bytes | None = control.read(INGEST_NAME, SIZE_LIMIT)
    except FileNotFoundError:
        data = None
    except OSError as error:
        raise refused(Code.INGEST_UNREADABLE, f"{INGEST_NAME} cannot be read ({error}).", [INGEST_NAME]) from error
    code, why = _lifecycle_problem(parse_ingest(data, run))
    if code is not None:
        raise refused(code, f"{INGEST_NAME} {why}", [INGEST_NAME])


def _lifecycle_problem(ingest: Ingest) -> tuple[Code | None, str]:
    """Why this ingest.json is no licence to delete; code None when it is one."""
    match ingest.status:
        case IngestStatus.VALID if ingest.state is Lifecycle.SYNC_VERIFIED:
            return None, ""
        case IngestStatus.TORN:
            return Code.INGEST_UNREADABLE, f"is damaged ({ingest.problem}); the run is verified again."
        case IngestStatus.FOREIGN_MAJOR:
            return Code.SCHEMA_MAJOR_MISMATCH, f"was written by another version ({ingest.problem})."
        case IngestStatus.ABSENT:
            return Code.STAGING_NOT_SYNC_VERIFIED, "is missing; the run has to be verified again."
        case IngestStatus.ELSEWHERE:
            return Code.STAGING_NOT_SYNC_VERIFIED, "belongs to another run; this one has to be synced first."
        case _:
            return Code.STAGING_NOT_SYNC_VERIFIED, f"says {ingest.state}, not {Lifecycle.SYNC_VERIFIED}; sync it first."


def demand_young(proven_at: str, now: datetime, reverify_after_hours: float) -> None:
    """Refuse unless the NAS copy was proven at most so many hours ago; a date in the future counts as expired."""
    try:
        at = datetime.fromisoformat(proven_at)
    except ValueError:
        raise refused(Code.NAS_COPY_NOT_PROVEN, "The NAS copy has not been proven yet.") from None
    age = now - (at if at.tzinfo else at.replace(tzinfo=UTC))
    if age < timedelta(0):
        raise refused(Code.NAS_COPY_NOT_PROVEN, f"The proof is dated in the future ({proven_at}); it is made again.")
    if age > timedelta(hours=reverify_after_hours):
        raise refused(
            Code.NAS_COPY_NOT_PROVEN,
            f"The NAS copy was last proven at {proven_at}, over {reverify_after_hours:g} h ago; it is proven again.",
        )


def demand_manifest(state: Dir, run: RunPath, digest: str) -> Manifest:
    """The verified manifest the task is about; refuses when it is missing, damaged, or another one."""
    manifest = load_manifest(state, run)
    if manifest is None:
        raise refused(Code.NAS_COPY_NOT_PROVEN, "The verified manifest is missing; the run has to be verified again.")
    if manifest.digest != digest:
        raise refused(Code.NAS_COPY_NOT_PROVEN, "The run was verified with another manifest; ask again.")
    return manifest


@dataclass(slots=True)
class Sorted:
    """Local entries by what they are to the manifest; paths as walked."""

    files: dict[str, Identity] = field(default_factory=dict)  # in the manifest, unchanged
    foreign: list[str] = field(default_factory=list)  # files the manifest does not have, or with other bytes
    odd: list[str] = field(default_factory=list)  # neither file nor directory
    folders: list[str] = field(default_factory=list)


def sort_entries(
    entries: Iterable[Entry], root: Dir, manifest: Manifest, records: Mapping[str, Record], meter: Meter
) -> Sorted:
    """Hold every entry below `root` against the manifest; what the records do not vouch for is read and hashed."""
    found = Sorted()
    with Folders(root) as folders:
        for path, kind, identity, _ in entries:
            if kind is EntryKind.DIRECTORY:
                found.folders.append(path)
            elif kind is not EntryKind.FILE:
                found.odd.append(path)
            elif _unchanged(folders, path, identity, manifest, records.get(path), meter):
                found.files[path] = identity
            else:
                found.foreign.append(path)
    return found


def _unchanged(
    folders: Folders, path: str, identity: Identity, manifest: Manifest, record: Record | None, meter: Meter
) -> bool:
    known = manifest.files.get(path)
    if known is None or known.size != identity.size:
        return False
    if record is not None and record.identity == identity and record.sha256 == known.sha256:
        return True
    with on_source(path), folders.file(path) as fd:
        if identity_of(os.fstat(fd)) != identity:
            return False
        read = digest_stream(fd, identity.size, meter.chunk)
        return read.sha256 == known.sha256 and identity_of(os.fstat(fd)) == identity


def demand_nas_folders(nas_run: Dir, folders: Iterable[str]) -> None:
    """Refuse unless the NAS has every local folder: an empty one is data too."""
    for path in folders:
        try:
            nas_run.beneath(*path.split("/")).close()
        except OSError as error:
            if error.errno not in _NO_FILE:
                raise target_failure(error, path) from error
            raise refused(
                Code.RUN_CHANGED_SINCE_VERIFIED, f"The folder {shown(path)} is not on the NAS; it syncs again.", [path]
            ) from error


def demand_nas_sizes(nas_run: Dir, manifest: Manifest, meter: Meter) -> None:
    """Refuse unless the NAS has every file of the manifest as a regular file of its size. Contents: `sync.verify`."""
    with Folders(nas_run) as folders:
        for path in by_name(manifest.files):
            meter.pace(0)
            problem = _nas_problem(folders, path, manifest.files[path].size)
            if problem:
                raise refused(
                    Code.NAS_COPY_NOT_PROVEN, f"{shown(path)} {problem} on the NAS; the run is verified again.", [path]
                )


def _nas_problem(folders: Folders, path: str, size: int) -> str:
    try:
        folder, name = folders.of(path)
        info = folder.stat(name)
    except UnsupportedEntryError:
        return "is not a regular file"
    except OSError as error:
        if error.errno in _NO_FILE:
            return "is missing"
        raise target_failure(error, path) from error
    if not stat.S_ISREG(info.st_mode):
        return "is not a regular file"
    return "" if info.st_size == size else f"has {info.st_size} bytes instead of {size}"


def demand_nas_checksums(control: Dir, digest: str) -> None:
    """Refuse unless the copy's checksums file, read cold, is the manifest's: a NAS rolled back has another, or none.

    Raises TaskFailedError(TARGET) when the NAS cannot be read.
    """
    if not checksums_hold(control, digest):
        raise refused(
            Code.NAS_COPY_NOT_PROVEN,
            f"{CHECKSUMS_PATH} on the NAS is not the one that was verified (damaged, or the NAS was rolled back); "
            "the run is synced again.",
            [CHECKSUMS_PATH],
        )


def demand_nas_contents(nas_run: Dir, files: Mapping[str, ManifestEntry], meter: Meter) -> str:
    """Read these files of the NAS copy back cold, several at a time; how they were read.

    Refuses at the first that differs, or that came out of this computer's memory although the NAS has a medium. Raises
    TaskFailedError(TARGET) when the NAS cannot be read.
    """
    reading = Reading.FADVISE
    meter.start("verifying", len(files), sum(entry.size for entry in files.values()))
    with ThreadPoolExecutor(_THREADS, "read") as pool, NasFolders(nas_run) as folders:
        reader = ColdReader(folders, pool, meter, lambda: meter.pace(0))
        with closing(reader.read((path, files[path]) for path in by_name(files))) as found:
            for one in found:
                reading = worst(reading, one.cold.reading)
                if not one.equal:
                    raise refused(
                        Code.NAS_COPY_NOT_PROVEN,
                        f"{shown(one.path)} differs on the NAS from what was verified; the run is synced again.",
                        [one.path],
                    )
                demand_cold(one.cold.reading, one.path)
    return str(reading)


def demand_cold(reading: str, path: str) -> None:
    """Refuse what was read from this computer's memory: it says nothing about the NAS, nor that the copy is damaged."""
    if reading == Reading.WARM:
        raise refused(
            Code.NAS_COPY_NOT_PROVEN,
            f"{shown(path)} on the NAS could only be read from this computer's memory, which proves nothing. Close the "
            "programs here that have it open, or mount the NAS anew (`exlab-wizard doctor` says what it can prove), "
            "then clear again.",
        )
