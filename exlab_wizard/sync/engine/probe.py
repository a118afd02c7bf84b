"""Owns asking a target whether it is there, which one it is, and how much room it has."""

from __future__ import annotations

import os

from exlab_wizard.sync.engine.meter import Report
from exlab_wizard.sync.engine.nas import open_target, target_marker
from exlab_wizard.sync.failure import on_target
from exlab_wizard.sync.tasks import Outcome, ProbeTask


def run_probe(task: ProbeTask, report: Report) -> Outcome:
    """Data: `nas_id`, `names`, `capabilities`, `free_bytes`, `total_bytes`. Raises TaskFailedError (TARGET, ...)."""
    with open_target(task.place) as root:
        marker = target_marker(root, task.place)
        with on_target(task.place.nas_root):
            space = os.fstatvfs(root.fd)
    data = {
        "nas_id": marker.nas_id,
        "names": marker.names,
        "capabilities": marker.capabilities.to_dict(),
        "free_bytes": space.f_bavail * space.f_frsize,
        "total_bytes": space.f_blocks * space.f_frsize,
    }
    return Outcome(task.job_id, data=data)
