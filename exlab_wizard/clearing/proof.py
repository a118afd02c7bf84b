"""Owns ClearProof: the value that says "this run may lose its local copy now", made by checking and by nothing else."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import UTC, datetime
from typing import NoReturn

from exlab_wizard.clearing.beneath import Folders, open_beneath
from exlab_wizard.clearing.checks import (
    Sorted,
    demand_manifest,
    demand_nas_checksums,
    demand_nas_contents,
    demand_nas_folders,
    demand_nas_sizes,
    demand_verified,
    demand_young,
    sort_entries,
)
from exlab_wizard.clearing.lease import WriterCheck
from exlab_wizard.clearing.refusal import named, refused
from exlab_wizard.clearing.site import Local, NasCopy, may_change
from exlab_wizard.errors import Code
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.ingest import INGEST_NAME
from exlab_wizard.runs.manifest import Manifest
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import Entry, Identity, walk
from exlab_wizard.sync.engine.meter import Meter
from exlab_wizard.sync.engine.records import RunRecords
from exlab_wizard.sync.failure import on_source
from exlab_wizard.sync.tasks import ClearTask

PROOF_SECONDS = 60.0
_MADE_BY_CHECKING = object()


@dataclass(frozen=True, slots=True)
class ClearProof:
    """Every condition of a clearing held a moment ago. Cannot be made by hand, copied, or kept: it expires.

    `files` are the local data files that may go, with the identity each had when it was checked.
    """

    run: RunPath
    manifest: Manifest
    manifest_digest: str
    files: Mapping[str, Identity]
    nas_id: str
    nas_path: str
    reading: str
    valid_until: float  # monotonic seconds
    made_by: InitVar[object]

    def __post_init__(self, made_by: object) -> None:
        if made_by is not _MADE_BY_CHECKING:
            raise TypeError("a ClearProof is made by checking a run, never by hand")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a ClearProof is neither copied nor sent anywhere: prove the run again")

    @property
    def byte_total(self) -> int:
        """Bytes of the local files that may go."""
        return sum(identity.size for identity in self.files.values())

    @property
    def fresh(self) -> bool:
        """Whether it has not expired."""
        return time.monotonic() < self.valid_until

    def demand(self, run: RunPath, manifest_digest: str) -> None:
        """Refuse unless the proof is of this run and manifest, and still fresh."""
        if (run, manifest_digest) != (self.run, self.manifest_digest) or not self.fresh:
            raise refused(Code.NAS_COPY_NOT_PROVEN, "The proof is another run's or too old; ask again.")


def prove(local: Local, nas: NasCopy, task: ClearTask, meter: Meter) -> ClearProof:
    """Check every condition of DESIGN 6.1 now; with `task.reread` read the whole NAS copy back, however long it takes.

    What is local is held against the proof once more after the move (`moving.look_again`). Raises TaskFailedError
    (REFUSED with its code) and changes nothing.
    """
    demand_verified(local.control, local.path)
    manifest = demand_manifest(local.state, local.path, task.manifest_digest)
    demand_young(task.proven_at, datetime.now(UTC), task.reverify_after_hours)
    meter.start("verifying", len(manifest.files), manifest.byte_total)
    found = _local_files(local, manifest, meter)
    _demand_permission(local.run, found.folders)
    demand_no_writer(local.run, WriterCheck(local.control, INGEST_NAME), found.files)
    demand_nas_folders(nas.run, found.folders)
    demand_nas_sizes(nas.run, manifest, meter)
    demand_nas_checksums(nas.control, manifest.digest)
    if task.reread:
        reading = f"contents now, {demand_nas_contents(nas.run, manifest.files, meter)}"
    else:
        reading = f"sizes now, contents proven {task.proven_at}"
    return _proof(local.path, manifest, found.files, nas, reading)


def _local_files(local: Local, manifest: Manifest, meter: Meter) -> Sorted:
    with RunRecords.open(local.state, local.path) as records, on_source(str(local.path)):
        found = sort_entries(walk(local.run), local.run, manifest, records.entries, meter)
    if found.odd:
        raise refused(
            Code.NOT_PERMITTED,
            f"Not a plain file or folder, so never cleared: {named(found.odd)}. Take it away, then clear again.",
            found.odd,
        )
    if found.foreign:
        raise refused(
            Code.RUN_CHANGED_SINCE_VERIFIED,
            f"Not as verified: {named(found.foreign)}. The run is synced again; clear it after that.",
            found.foreign,
        )
    return found


def _demand_permission(run: Dir, folders: list[str]) -> None:
    """Refuse before anything moves where a folder of the run may not be changed."""
    for path in ["", *folders]:
        with open_beneath(run, path.split("/") if path else []) as folder:
            if not may_change(folder):
                name = path or "the run's folder"
                raise refused(Code.NOT_PERMITTED, f"The station may not delete in {named([name])}.", [path])


def demand_no_writer(root: Dir, check: WriterCheck, files: Mapping[str, Identity]) -> None:
    """Refuse while a program holds one of the files open for writing, where the kernel can tell."""
    if not check.offered:
        return
    with Folders(root) as folders:
        for path in files:
            with on_source(path), folders.file(path) as fd:
                if not check.take(fd):
                    raise refused(
                        Code.RUN_BUSY,
                        f"{named([path])} is still open for writing in some program; close it, then clear again.",
                        [path],
                    )


def prove_rest(
    local: Local, nas: NasCopy, digest: str, held: tuple[Dir, list[Entry]], meter: Meter
) -> tuple[ClearProof, list[str]]:
    """Prove anew what an interrupted clearing still holds: `held` is its `data` folder and every entry in it.

    The NAS copy of those files is read back cold, all others must be there at their size. Also returns the paths that
    are not as in the manifest: they are never unlinked. Raises TaskFailedError.
    """
    data, entries = held
    demand_verified(local.control, local.path)
    manifest = demand_manifest(local.state, local.path, digest)
    meter.start("verifying", len(manifest.files), manifest.byte_total)
    with RunRecords.open(local.state, local.path) as records:
        found = sort_entries(entries, data, manifest, records.entries, meter)
    demand_nas_sizes(nas.run, manifest, meter)
    demand_nas_checksums(nas.control, manifest.digest)
    reading = demand_nas_contents(nas.run, {path: manifest.files[path] for path in found.files}, meter)
    return _proof(local.path, manifest, found.files, nas, reading), found.foreign + found.odd


def renewed(proof: ClearProof, nas: NasCopy, meter: Meter) -> ClearProof:
    """The same proof for another minute, after looking at the NAS copy again; its local files are the caller's."""
    if proof.fresh:
        return proof
    demand_nas_sizes(nas.run, proof.manifest, meter)
    demand_nas_checksums(nas.control, proof.manifest_digest)
    return _proof(proof.run, proof.manifest, proof.files, nas, proof.reading)


def _proof(run: RunPath, manifest: Manifest, files: Mapping[str, Identity], nas: NasCopy, reading: str) -> ClearProof:
    until, made_by = time.monotonic() + PROOF_SECONDS, _MADE_BY_CHECKING
    return ClearProof(run, manifest, manifest.digest, files, nas.nas_id, nas.nas_path, reading, until, made_by)
