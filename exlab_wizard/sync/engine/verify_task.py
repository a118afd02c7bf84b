"""Owns reading a run's NAS copy again: cold, against the verified manifest, writing nothing there nor in staging."""

from __future__ import annotations

import errno
import stat
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from exlab_wizard.fsys import Dir
from exlab_wizard.markers import NasMarker
from exlab_wizard.runs.manifest import Manifest
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.engine.checksums import CHECKSUMS_PATH, checksums_hold, find_manifest
from exlab_wizard.sync.engine.claim import CLAIM_NAME, open_claimed
from exlab_wizard.sync.engine.compare import Comparer, Comparison
from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.meter import Check, Meter, Report, pace_from_environment
from exlab_wizard.sync.engine.nas import open_staging, open_state, open_target, refuse_same_directory, target_marker
from exlab_wizard.sync.engine.push import THREADS
from exlab_wizard.sync.engine.reader import ColdReader
from exlab_wizard.sync.engine.records import load_manifest
from exlab_wizard.sync.failure import TaskFailedError, on_source, on_target
from exlab_wizard.sync.fence import Fence, RunLock
from exlab_wizard.sync.tasks import ErrorClass, Outcome, VerifyTask

LISTED = 20
_CLAIM_PATH = f"{CONTROL_DIR}/{CLAIM_NAME}"
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_FENCE_SECONDS = 1.0


@dataclass(slots=True)
class _Found:
    """What the NAS copy turned out to be; `total` is the number of files of the manifest (0: not known any more)."""

    total: int
    byte_total: int
    compared: Comparison = field(default_factory=Comparison)

    @property
    def damaged(self) -> list[str]:
        return sorted({*self.compared.differing, *self.compared.missing})


def run_verify(task: VerifyTask, report: Report) -> Outcome:
    """Data: `ok`; `damaged` (how many files), `differing` and `missing` (the first twenty of each), `healable` (every
    damaged file is still in staging); `file_count`, `byte_total`, `bytes_read`, `reading`, `extra_names`,
    `manifest_digest`, `nas_id`, `nas_path`, `verified_at` (UTC). Raises TaskFailedError.
    """
    run, place = RunPath.parse(task.run_path), task.place
    with ExitStack() as stack:
        keep = stack.enter_context
        state = keep(open_state(place))
        keep(RunLock(state, run))
        fence = keep(Fence(state, run, task.token))
        fence.check()
        staging = keep(open_staging(place))
        target = keep(open_target(place, staging))
        marker = target_marker(target, place)
        source = _open_source(staging, run, keep)
        meter = Meter(report, _at_intervals(fence.check), pace_from_environment())
        found = _look(task, state, target, source, meter)
        fence.check()
        healable = source is not None and _all_here(source, found.damaged)
    return Outcome(task.job_id, data=_told(task, found, marker) | {"healable": healable})


def _told(task: VerifyTask, found: _Found, marker: NasMarker) -> dict[str, Any]:
    compared = found.compared
    return {
        "ok": not found.damaged,
        "damaged": len(found.damaged),
        "differing": sorted(compared.differing)[:LISTED],
        "missing": sorted(compared.missing)[:LISTED],
        "file_count": found.total,
        "byte_total": found.byte_total,
        "bytes_read": compared.bytes_read,
        "reading": compared.reading,
        "extra_names": compared.extra_names,
        "manifest_digest": task.manifest_digest,
        "nas_id": marker.nas_id,
        "nas_path": f"{task.place.nas_root.rstrip('/')}/{task.run_path}",
        "verified_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _open_source(staging: Dir, run: RunPath, keep: Callable[[Dir], Dir]) -> Dir | None:
    """The run's folder in staging, only looked at; None where it is gone."""
    with on_source(str(run)):
        try:
            return keep(staging.beneath(*run.parts))
        except OSError as error:
            if error.errno not in _GONE:
                raise
            return None


def _look(task: VerifyTask, state: Dir, target: Dir, source: Dir | None, meter: Meter) -> _Found:
    run = RunPath.parse(task.run_path)
    with ExitStack() as stack:
        with on_target(str(run)):
            try:
                folder = stack.enter_context(target.beneath(*run.parts))
            except OSError as error:
                if error.errno not in _GONE:
                    raise
                return _all_gone(state, run, task.manifest_digest)
        if source is not None:
            refuse_same_directory(source, folder, task.place)
        control = _claimed_control(task, target, stack)
        if control is None:
            return _Found(0, 0, Comparison(missing=[_CLAIM_PATH]))
        copy = stack.enter_context(Folders(folder))
        manifest = find_manifest(state, run, task.manifest_digest, control, copy)
        return _compare(manifest, copy, control, meter)


def _claimed_control(task: VerifyTask, target: Dir, stack: ExitStack) -> Dir | None:
    """The copy's `.exlab-wizard`; None where our claim does not stand there."""
    run = RunPath.parse(task.run_path)
    try:
        claimed = stack.enter_context(open_claimed(target, run, task.place.station_id))
        with on_target(CONTROL_DIR):
            return stack.enter_context(claimed.child(CONTROL_DIR))
    except TaskFailedError as failure:
        if failure.error.error_class is not ErrorClass.CONFLICT and failure.error.number not in _GONE:
            raise
        return None


def _all_gone(state: Dir, run: RunPath, digest: str) -> _Found:
    """There is no folder where the copy was, on the right NAS."""
    kept = load_manifest(state, run)
    known = kept if kept is not None and kept.digest == digest else Manifest({})
    return _Found(len(known.files), known.byte_total, Comparison(missing=list(known.files) or ["."]))


def _compare(manifest: Manifest, copy: Folders, control: Dir, meter: Meter) -> _Found:
    meter.start("verifying", len(manifest.files), manifest.byte_total)
    with ThreadPoolExecutor(THREADS, "file") as pool:
        comparer = Comparer(copy, ColdReader(copy, pool, meter, lambda: meter.pace(0)))
        comparer.tree(manifest.files, set())
    if not checksums_hold(control, manifest.digest):
        comparer.result.differing.append(CHECKSUMS_PATH)
    return _Found(len(manifest.files), manifest.byte_total, comparer.result)


def _all_here(source: Dir, damaged: Iterable[str]) -> bool:
    """Whether staging still has every damaged file of data; control files are written anew by a sync."""
    with Folders(source) as folders:
        for path in damaged:
            if not path.startswith(f"{CONTROL_DIR}/") and not _is_file(folders, path):
                return False
            folders.trim()
    return True


def _is_file(folders: Folders, path: str) -> bool:
    with suppress(OSError):
        folder, name = folders.parent(path)
        return stat.S_ISREG(folder.stat(name).st_mode)
    return False


def _at_intervals(check: Check) -> Check:
    """`check` once a second at most: cheap enough for every chunk, so that a reading ends inside a big file too."""
    due = 0.0

    def now_and_then() -> None:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + _FENCE_SECONDS
            check()

    return now_and_then
