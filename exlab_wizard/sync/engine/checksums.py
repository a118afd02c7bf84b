"""Owns the checksums file of a run: the commit marker on the NAS, the copy in staging, and older ones as witnesses."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator

from exlab_wizard.fsys import Dir, UnsupportedEntryError, close_quietly, rename_noreplace
from exlab_wizard.runs.manifest import CHECKSUMS_NAME, Manifest, ManifestEntry, parse_checksums
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.engine.compare import differs_message
from exlab_wizard.sync.engine.control import SUPERSEDED, sweep_temporaries
from exlab_wizard.sync.engine.folders import Folders, split
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.publish import flush_file, publish_failure, set_aside
from exlab_wizard.sync.engine.records import load_manifest
from exlab_wizard.sync.engine.verify import hash_cold
from exlab_wizard.sync.failure import TaskFailedError, on_target, target_failure
from exlab_wizard.sync.tasks import ErrorClass

CHECKSUMS_PATH = f"{CONTROL_DIR}/{CHECKSUMS_NAME}"
LIMIT = 256 << 20  # bytes: a list of two million files; what is larger is none of ours, and is not read
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.EXDEV})


def publish_checksums(job: SyncJob, manifest: Manifest) -> None:
    """Put `.exlab-wizard/checksums.sha256` on the NAS, durably; an older differing one is kept in `superseded/`."""
    text = manifest.to_checksums()
    with on_target(CHECKSUMS_PATH):
        there = job.control.exists(CHECKSUMS_NAME)
        equal = there and _is_list(job.control, len(text), manifest.digest)
    if equal:
        flush_file(job.control, CHECKSUMS_NAME, CHECKSUMS_PATH)
    else:
        temporary = _write(job, text)
        job.fence.check()
        if there:
            set_aside(job, job.control, CHECKSUMS_NAME, CHECKSUMS_PATH)
        try:
            rename_noreplace(job.incoming, temporary, job.control, CHECKSUMS_NAME)
        except OSError as error:
            raise publish_failure(error, CHECKSUMS_PATH) from error
    with on_target(CHECKSUMS_PATH):
        job.sync_folder(job.control)


def verify_checksums(job: SyncJob, manifest: Manifest) -> None:
    """Read the published checksums file cold. Raises TaskFailedError(HASH_MISMATCH)."""
    if not checksums_hold(job.control, manifest.digest):
        raise TaskFailedError(ErrorClass.HASH_MISMATCH, differs_message([CHECKSUMS_PATH], 1), CHECKSUMS_PATH)


def checksums_hold(control: Dir, digest: str) -> bool:
    """Whether the published checksums file, read cold, is the manifest's with this digest.

    False where it is missing or no regular file: a NAS rolled back to an older snapshot has another one, or none.
    Raises TaskFailedError(TARGET).
    """
    try:
        return hash_cold(control, CHECKSUMS_NAME).sha256 == digest
    except (FileNotFoundError, UnsupportedEntryError):
        return False
    except OSError as error:
        raise target_failure(error, CHECKSUMS_PATH) from error


def keep_locally(job: SyncJob, manifest: Manifest) -> bool:
    """Write staging's own checksums file; False where the station may not write there."""
    try:
        with job.source.get("").ensure(CONTROL_DIR) as control:
            sweep_temporaries(control, f".{CHECKSUMS_NAME}.")
            control.write_atomic(CHECKSUMS_NAME, manifest.to_checksums())
    except OSError:
        return False
    return True


def previous_manifest(job: SyncJob) -> Manifest:
    """The manifest the run was last verified with; an empty one when it never was. Raises as `find_manifest`."""
    wanted = job.task.previous_digest
    if wanted is None:
        return Manifest({})
    return find_manifest(job.state, job.run, wanted, job.control, job.target)


def find_manifest(state: Dir, run: RunPath, wanted: str, control: Dir, target: Folders) -> Manifest:
    """As `look_up_manifest`; TaskFailedError(CONFIGURATION) when it is lost: without it a manifest could shrink."""
    found = look_up_manifest(state, run, wanted, control, target)
    if found is None:
        raise lost_manifest(wanted, ErrorClass.CONFIGURATION, CHECKSUMS_PATH)
    return found


def lost_manifest(digest: str, error_class: ErrorClass, path: str) -> TaskFailedError:
    """The failure of whoever needs a verified manifest that nobody has any more."""
    message = (
        f"The list of this run's verified files (digest {digest[:12]}) is neither in the state directory nor on "
        f"the NAS. Put {CHECKSUMS_PATH} of the NAS copy back from a backup; nothing was changed."
    )
    return TaskFailedError(error_class, message, path)


def look_up_manifest(state: Dir, run: RunPath, digest: str, control: Dir, target: Folders) -> Manifest | None:
    """A verified manifest by its digest: kept in the state directory, else as a checksums file of the NAS copy.

    `control` is the `.exlab-wizard` of the NAS copy `target`. Raises TaskFailedError(TARGET).
    """
    kept = load_manifest(state, run)
    if kept is not None and kept.digest == digest:
        return kept
    with on_target(CHECKSUMS_PATH):
        text = _find(control, digest)  # what is damaged there is no list; another error is the NAS's
    return _sized(target, parse_checksums(text)) if text is not None else None


def _find(control: Dir, digest: str) -> bytes | None:
    """The checksums text with this SHA-256: the published one, or an older one set aside. Raises OSError."""
    return next((text for folder in _candidates(control) if (text := _text(folder, digest)) is not None), None)


def _candidates(control: Dir) -> Iterator[Dir]:
    """Every folder that may hold a list, the next one opened when it is asked for."""
    yield control
    kept = _child(control, SUPERSEDED)
    if kept is None:
        return
    with kept:
        for stamp in kept.names():
            folder = _child(kept, stamp, CONTROL_DIR)
            if folder is not None:
                with folder:
                    yield folder


def _child(folder: Dir, *parts: str) -> Dir | None:
    """A folder some levels down; None for nothing, and for a file, link or mount in the way."""
    try:
        return folder.beneath(*parts)
    except OSError as error:
        if error.errno not in _NOT_THERE:
            raise
        return None


def _text(folder: Dir, digest: str) -> bytes | None:
    """The list there if it has this SHA-256, which is told before it is held in memory."""
    try:
        if not _is_list(folder, None, digest):
            return None
        text = folder.read(CHECKSUMS_NAME, LIMIT)
    except OSError as error:
        if not (isinstance(error, UnsupportedEntryError) or error.errno in _NOT_THERE):
            raise
        return None
    return text if hashlib.sha256(text).hexdigest() == digest else None


def _is_list(folder: Dir, size: int | None, digest: str) -> bool:
    """Whether the checksums file has this size (None: any that ours could have) and SHA-256. Raises OSError."""
    fd = folder.open_file(CHECKSUMS_NAME)
    try:
        there = os.fstat(fd).st_size
    finally:
        close_quietly(fd)
    right = there <= LIMIT if size is None else there == size
    return right and hash_cold(folder, CHECKSUMS_NAME).sha256 == digest


def _sized(target: Folders, sums: dict[str, str]) -> Manifest:
    """Sizes come from the NAS: the hashes, which are proven afterwards, vouch for them. -1 where a file is missing."""
    files = {}
    for path, sha256 in sums.items():
        parent, name = split(path)
        try:
            size = target.get(parent).stat(name).st_size
        except OSError as error:
            if error.errno not in _NOT_THERE:
                raise target_failure(error, path) from error
            size = -1
        files[path] = ManifestEntry(size, sha256)
        target.trim()
    return Manifest(files)


def _write(job: SyncJob, text: bytes) -> str:
    temporary = job.temporary()
    with on_target(CHECKSUMS_PATH), os.fdopen(job.incoming.create_file(temporary), "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return temporary
