"""Owns asking a target whether it is there, which one it is, whether it can be written, and how much room it has."""

from __future__ import annotations

import os

from exlab_wizard.fsys import Dir
from exlab_wizard.markers import NAS_MARKER
from exlab_wizard.sync.engine.meter import Report
from exlab_wizard.sync.engine.nas import check_storage, open_staging, open_target, target_marker
from exlab_wizard.sync.engine.verify import hash_cold
from exlab_wizard.sync.failure import TaskFailedError, on_target
from exlab_wizard.sync.tasks import ErrorClass, Outcome, Place, ProbeTask


def run_probe(task: ProbeTask, report: Report) -> Outcome:
    """Data: `nas_id`, `names`, `capabilities`, `free_bytes`, `total_bytes`, `reading` (how its
    marker could be read back). Raises TaskFailedError (TARGET, ...)."""
    with open_target(task.place) as root:
        marker = target_marker(root, task.place)
        with on_target(task.place.nas_root):
            space = os.fstatvfs(root.fd)
            reading = hash_cold(root, NAS_MARKER).reading
        if space.f_flag & os.ST_RDONLY:
            message = f"{task.place.nas_root} is mounted read-only. Mount it so that it can be written."
            raise TaskFailedError(ErrorClass.TARGET, message, task.place.nas_root)
        _check_storage(root, task.place)
    data = {
        "nas_id": marker.nas_id,
        "names": marker.names,
        "capabilities": marker.capabilities.to_dict(),
        "reading": str(reading),
        "free_bytes": space.f_bavail * space.f_frsize,
        "total_bytes": space.f_blocks * space.f_frsize,
    }
    return Outcome(task.job_id, data=data)


def _check_storage(root: Dir, place: Place) -> None:
    """As a sync does, so that a NAS mounted over a wrong folder is noticed. Staging's own trouble is not the NAS's."""
    try:
        staging = open_staging(place)
    except TaskFailedError:
        return
    with staging:
        check_storage(staging, root, place)
