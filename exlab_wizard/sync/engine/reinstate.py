"""Owns verified versions whose successor never came to be: back in their place, the successor set aside."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from exlab_wizard.fsys import Dir, UnsupportedEntryError, rename_noreplace
from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.sync.engine.control import SUPERSEDED
from exlab_wizard.sync.engine.folders import split
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.publish import set_aside
from exlab_wizard.sync.engine.records import GONE, Record
from exlab_wizard.sync.engine.verify import hash_cold
from exlab_wizard.sync.failure import on_target


def reinstate(job: SyncJob, gone: Mapping[str, ManifestEntry]) -> None:
    """Of the verified files `gone` from staging, put back those that an unfinished sync had replaced on the NAS.

    The instrument changed such a file, its new version was published, and it was taken out of staging before that was
    proven: the list of what was verified still holds the old version. Which files these are, the records tell. Raises
    TaskFailedError as publishing does.
    """
    for path, wanted in gone.items():
        record = job.records.entries.get(path)
        if record is not None and record.published and record.sha256 != wanted.sha256:
            _put_back(job, path, wanted)


def _put_back(job: SyncJob, path: str, wanted: ManifestEntry) -> None:
    """The record changes last: killed in between, the next attempt comes by here again."""
    parent, name = split(path)
    with on_target(path), job.control.ensure(SUPERSEDED) as all_kept:
        try:
            folder = job.target.get(parent)
        except FileNotFoundError:
            return  # verification says what is missing
        if not _holds(folder, name, wanted):
            kept = _kept(all_kept, parent, name, wanted)
            if kept is None:
                return
            with kept:
                job.fence.check()
                if folder.exists(name):
                    set_aside(job, folder, name, path)
                rename_noreplace(kept, name, folder, name)
                job.sync_folder(folder)
                job.sync_folder(kept)
    job.records.append({path: Record(wanted.size, wanted.sha256, 0, 0, GONE, published=True)})


def _kept(all_kept: Dir, parent: str, name: str, wanted: ManifestEntry) -> Dir | None:
    """The folder below `superseded/` that has the wanted version, the newest first; None when there is none."""
    for stamp in reversed(all_kept.names()):
        with suppress(OSError):
            folder = all_kept.beneath(stamp, *(parent.split("/") if parent else []))
            if _holds(folder, name, wanted):
                return folder
            folder.close()
    return None


def _holds(folder: Dir, name: str, wanted: ManifestEntry) -> bool:
    with suppress(FileNotFoundError, UnsupportedEntryError):
        if folder.stat(name).st_size == wanted.size:
            return hash_cold(folder, name).sha256 == wanted.sha256
    return False
