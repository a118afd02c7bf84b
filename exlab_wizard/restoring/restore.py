"""Owns the order of a restore: everything fetched aside and proven first, then every name given, then remembered."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from exlab_wizard.fsys import Dir, close_quietly
from exlab_wizard.restoring.fetch import fetch_all
from exlab_wizard.restoring.publish import already_here, make_folders, publish, record_all, settle_folders
from exlab_wizard.restoring.refusal import in_staging, no_room
from exlab_wizard.restoring.site import Site, open_site
from exlab_wizard.restoring.survey import Piece, look_over, pieces_of, wanted_manifest
from exlab_wizard.runs.control import CREATION_LIMIT, CREATION_NAME
from exlab_wizard.runs.manifest import CHECKSUMS_NAME, Manifest
from exlab_wizard.runs.scan import Identity
from exlab_wizard.sync.engine.control import sweep_restoring
from exlab_wizard.sync.engine.meter import Report
from exlab_wizard.sync.engine.push import THREADS
from exlab_wizard.sync.engine.records import save_manifest, sweep_records
from exlab_wizard.sync.engine.sparse import has_holes, room_for
from exlab_wizard.sync.failure import TaskFailedError, on_target
from exlab_wizard.sync.tasks import ErrorClass, Outcome, RestoreTask

_MARGIN_BYTES = 16 << 20
_MARGIN_SHARE = 100  # and one part in so many of the run
_FOR_GOOD = frozenset({ErrorClass.HASH_MISMATCH, ErrorClass.REFUSED, ErrorClass.CONFLICT})


def run_restore(task: RestoreTask, report: Report) -> Outcome:
    """Bring a run's data back into staging. No name is given before all files are here, on the medium and proven.

    `data`: `files_restored`, `bytes_restored`, of these `files_adopted` (stood there already, with the right bytes),
    `files_extra` (on the NAS, not in the manifest: left there), `fingerprint` and `file_count` of the tree,
    `manifest_digest`, `nas_id`, `nas_path`, `reading`.
    Raises TaskFailedError. What was fetched is kept for the next attempt unless the restore has failed for good; names
    that were given stay: they are proven copies. Safe to repeat.
    """
    with open_site(task, report) as site:
        try:
            return Outcome(task.job_id, data=_run(site))
        except TaskFailedError as failure:
            if failure.error.error_class in _FOR_GOOD:
                with suppress(OSError):
                    sweep_restoring(site.control)
            raise


def _run(site: Site) -> dict[str, Any]:
    manifest = wanted_manifest(site)
    survey = look_over(site, manifest)
    pieces = pieces_of(manifest)
    sweep_records(site.state, site.run)
    with in_staging(site.incoming_name):
        sweep_restoring(site.control, keep=site.incoming_name)
    site.meter.start("restoring", len(pieces), manifest.byte_total)
    here = already_here(site, pieces)
    wanted = [piece for piece in pieces if piece.path not in here]
    site.meter.add(len(here), sum(manifest.files[path].size for path in here))
    demand_room(site, wanted)
    with ThreadPoolExecutor(THREADS, "file") as pool:
        proven, reading = fetch_all(site, pool, wanted, len(pieces))
    proven |= here
    make_folders(site, survey.folders)
    publish(site, wanted, proven)
    settle_folders(site, survey.folders)
    fingerprint = _remember(site, manifest, proven)
    return {
        "files_restored": len(pieces),
        "bytes_restored": manifest.byte_total,
        "files_adopted": len(here),
        "files_extra": survey.extra,
        "fingerprint": fingerprint,
        "file_count": len(pieces),
        "manifest_digest": manifest.digest,
        "nas_id": site.nas_id,
        "nas_path": f"{site.task.place.nas_root.rstrip('/')}/{site.run}",
        "reading": str(reading),
    }


def demand_room(site: Site, pieces: Sequence[Piece]) -> None:
    """Refuse unless staging has room for what is not fetched yet, and some more. Holes on the NAS take none here.

    Raises TaskFailedError: REFUSED, TARGET, SOURCE_IO.
    """
    with in_staging(site.incoming_name):
        have = {name: info.st_size for name, info in site.incoming.entries()}
        free = free_bytes(site.incoming)
    missing = [piece for piece in pieces if have.get(piece.temporary, 0) < piece.entry.size]
    wanted = sum(piece.entry.size - have.get(piece.temporary, 0) for piece in missing)
    if not _fits(wanted, free):  # every file is opened only when it matters
        wanted = sum(_room_for(site, piece) for piece in missing)
        if not _fits(wanted, free):
            raise no_room(wanted, free)


def _fits(wanted: int, free: int) -> bool:
    return not wanted or free >= wanted + max(_MARGIN_BYTES, wanted // _MARGIN_SHARE)


def _room_for(site: Site, piece: Piece) -> int:
    site.meter.pace(0)
    with on_target(piece.path):
        folder, name = site.nas.parent(piece.path)
        if not has_holes(folder.stat(name)):
            return piece.entry.size
        fd = folder.open_file(name)
        try:
            return room_for(fd)
        finally:
            close_quietly(fd)
            site.nas.trim()


def free_bytes(folder: Dir) -> int:
    """Bytes this process may still write on the folder's disk."""
    found = os.fstatvfs(folder.fd)
    return found.f_bavail * found.f_frsize


def _remember(site: Site, manifest: Manifest, proven: Mapping[str, Identity]) -> str:
    """Records, manifest and control files as after a sync; the fingerprint of the tree."""
    found = record_all(site, manifest, proven)
    site.fence.check()
    save_manifest(site.state, site.run, manifest)
    with in_staging(site.incoming_name):
        _bring_control(site, manifest)
        sweep_restoring(site.control)
        site.control.sync()
    return found.fingerprint


def _bring_control(site: Site, manifest: Manifest) -> None:
    """Where the run's folder was gone altogether: its checksums and provenance too. ingest.json is the station's."""
    if not site.control.exists(CHECKSUMS_NAME):
        site.control.replace(CHECKSUMS_NAME, manifest.to_checksums())
    if not site.control.exists(CREATION_NAME):
        with suppress(OSError):  # a courtesy: without it the run is an orphan, and said to be
            site.control.replace(CREATION_NAME, site.nas_control.read(CREATION_NAME, CREATION_LIMIT))
