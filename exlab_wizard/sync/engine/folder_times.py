"""Owns giving the run's folders on the NAS the modes and times they have in staging, once their contents are in."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress

from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.job import SyncJob

_OURS = 0o700  # a folder the station may not enter any more could never be verified or take a late file


def keep_folder_times(job: SyncJob, paths: Iterable[str]) -> None:
    """Best effort, folder by folder: where the NAS keeps neither, the run is as well synced as before."""
    for path in paths:
        job.fence.check_stop()
        with suppress(OSError):
            _keep(job.source, job.target, path)
        job.source.trim()
        job.target.trim()


def _keep(source: Folders, target: Folders, path: str) -> None:
    wanted, folder = os.fstat(source.get(path).fd), target.get(path)
    found = os.fstat(folder.fd)
    mode = wanted.st_mode & 0o777 | _OURS | found.st_mode & 0o7000  # the NAS's own: new files belong to its group
    if stat.S_IMODE(found.st_mode) != mode:
        with suppress(OSError):
            os.fchmod(folder.fd, mode)
    if found.st_mtime_ns != wanted.st_mtime_ns:
        os.utime(folder.fd, ns=(wanted.st_atime_ns, wanted.st_mtime_ns))
