"""Owns waiting for one reading of a NAS copy that somebody asked for: proven, damaged, failed, or overtaken."""

from __future__ import annotations

import time
from collections.abc import Callable

from exlab_wizard import units
from exlab_wizard.api.models import OverviewRow, RunDetail, VerifyResponse
from exlab_wizard.client.connection import ConnectionProblem
from exlab_wizard.client.feed import passes
from exlab_wizard.client.waiting import POLL_SECONDS, SERVER_AWAY_SECONDS, WaitFailed, WaitTimeout
from exlab_wizard.errors import StagingError

_LIVE = ("queued", "running", "waiting")


def verified(
    fetch: Callable[[], RunDetail],
    asked: VerifyResponse,
    timeout: float | None = None,
    on_update: Callable[[OverviewRow], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> OverviewRow:
    """Poll `fetch` until the job of `asked` has ended; the run's row when its copy is proven.

    Raises `WaitFailed`, `WaitTimeout` after `timeout` seconds, and what `fetch` raises, though a server that restarts
    is waited for.
    """
    started = answered = time.monotonic()
    while True:
        now = time.monotonic()
        try:
            seen = fetch()
        except (ConnectionProblem, StagingError) as problem:
            if not passes(problem) or now - answered >= SERVER_AWAY_SECONDS:
                raise
        else:
            answered = now
            if on_update is not None:
                on_update(seen.row)
            if not _under_way(seen, asked):
                return _result(seen, asked)
        if timeout is not None and now - started >= timeout:
            message = f"{asked.run_path} was not read to the end within {units.duration(timeout)}."
            raise WaitTimeout("wait_timeout", message, "It goes on without you: `exlab-wizard detail`.", None)
        sleep(POLL_SECONDS)


def _under_way(seen: RunDetail, asked: VerifyResponse) -> bool:
    return seen.job is not None and seen.job.id == asked.job_id and seen.job.state in _LIVE


def _result(seen: RunDetail, asked: VerifyResponse) -> OverviewRow:
    row, job = seen.row, seen.job
    if seen.damage is not None:
        raise WaitFailed("copy_damaged", f"{row.path}: {seen.damage.sentence}", row.next_step, row)
    if any((entry.model_extra or {}).get("found_by") == asked.job_id for entry in seen.history):
        message = f"{row.path}: the copy on the NAS was damaged, and was synced again since. It is {row.display_state}."
        raise WaitFailed("copy_damaged", message, "`exlab-wizard detail` tells which files were healed.", row)
    if job is None or job.id != asked.job_id or job.state == "superseded":
        message = f"{row.path} is {row.display_state}: something else came before the reading."
        raise WaitFailed("reading_overtaken", message, "Verify it again when it is at rest.", row)
    if job.state == "failed":
        why = str((job.error or {}).get("message", row.why))
        raise WaitFailed("run_failed", f"{row.path} could not be verified: {why}", row.next_step, row)
    return row
