"""Owns a run's list of verified files as people read it: page by page, from the station's records, without the NAS."""

from __future__ import annotations

import os

from exlab_wizard.api.models import ChecksumsResponse, FileSum
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir, by_name
from exlab_wizard.runs.manifest import CHECKSUMS_NAME, Manifest
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.engine.records import load_manifest
from exlab_wizard.sync.failure import TaskFailedError


def checksums_page(state: Dir, run: RunPath, digest: str, nas_path: str, offset: int, limit: int) -> ChecksumsResponse:
    """`limit` files from `offset` on, in the order of checksums.sha256.

    `digest` is that of the manifest the run was verified with. Raises `StagingError`: `staging_not_sync_verified`
    where there is none, `nas_copy_not_proven` where the station's own list of it is lost.
    """
    if not digest:
        message = f"{run} has no list of verified files yet: it is made when the copy on the NAS is verified."
        raise StagingError(Code.STAGING_NOT_SYNC_VERIFIED, message, run_path=str(run))
    manifest, place = _kept(state, run, digest), f"{nas_path}/{CONTROL_DIR}/{CHECKSUMS_NAME}" if nas_path else None
    if manifest is None:
        raise _lost(run, place)
    names = by_name(manifest.files)[offset : offset + limit]
    return ChecksumsResponse(
        run_path=str(run),
        manifest_digest=digest,
        checksums_path=place,
        file_total=len(manifest.files),
        byte_total=manifest.byte_total,
        offset=offset,
        files=[
            FileSum(path=_text(name), size=manifest.files[name].size, sha256=manifest.files[name].sha256)
            for name in names
        ],
    )


def _kept(state: Dir, run: RunPath, digest: str) -> Manifest | None:
    """The list with this digest; None where it is lost, damaged, unreadable or another one."""
    try:
        kept = load_manifest(state, run)
    except TaskFailedError:
        return None
    return kept if kept is not None and kept.digest == digest else None


def _lost(run: RunPath, place: str | None) -> StagingError:
    where = f"{place} on the NAS still has it." if place else "checksums.sha256 of the NAS copy still has it."
    message = f"The station's own list of {run}'s verified files is lost; {where}"
    advice = "Verify the run again: its copy is read anew against that file."
    return StagingError(Code.NAS_COPY_NOT_PROVEN, message, run_path=str(run), checksums_path=place, next_step=advice)


def _text(path: str) -> str:
    r"""A path that JSON can carry: bytes of no known letter are written `\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
