"""Owns making a settled run durable in staging, before it may be called complete."""

from __future__ import annotations

import logging

from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.runs.paths import RunPath

_log = logging.getLogger(__name__)


def flush_run(staging: StagingRoot, path: RunPath) -> str:
    """Flush the file system the run lies on: an instrument's bytes may still be in memory only.

    A whole file system at once is quicker than thousands of files, and mostly there is nothing to do after settling.
    Returns the problem as words, empty when all is on the medium. Raises `StagingError(staging_unavailable)`.
    """
    with staging.open() as root:
        try:
            with root.beneath(*path.parts) as folder:
                folder.sync_filesystem()
        except OSError as error:
            _log.warning("%s: cannot be made durable in staging: %s", path, error)
            return f"the local disk does not take its bytes ({error.strerror})"
    return ""
