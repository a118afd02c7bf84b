"""Owns waiting for a run: whether it arrived, may still arrive, or needs a person first."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from exlab_wizard import units
from exlab_wizard.api.models import DisplayState, LifecycleName, Overview, OverviewRow
from exlab_wizard.client.connection import ConnectionProblem
from exlab_wizard.client.feed import Feed, differs, passes
from exlab_wizard.errors import Code, StagingError

Until = Literal["complete", "sync_queued", "sync_verified", "cleared", "restored"]
ORDER: tuple[str, ...] = get_args(LifecycleName)
RESTORED = "restored"
POLL_SECONDS = 0.5
SERVER_AWAY_SECONDS = 60.0
_STOPPED = {DisplayState.BLOCKED: "run_blocked", DisplayState.FAILED: "run_failed"}


class WaitFailed(RuntimeError):  # noqa: N818 - reads as what happened
    """The run will not get there by itself.

    `code` is `run_blocked`, `run_failed`, `run_gone` or `wait_timeout`; `message` and `next_step` are sentences;
    `row` is the run as last seen (None if it is gone).
    """

    def __init__(self, code: str, message: str, next_step: str, row: OverviewRow | None) -> None:
        super().__init__(f"{message} {next_step}".strip())
        self.code = code
        self.message = message
        self.next_step = next_step
        self.row = row

    def to_dict(self) -> dict[str, Any]:
        """The shape of every error in `--json`."""
        row = self.row.model_dump(mode="json") if self.row is not None else None
        return {"code": self.code, "message": self.message, "next_step": self.next_step, "run": row}


class WaitTimeout(WaitFailed, TimeoutError):  # noqa: N818 - reads as what happened
    """The time given to `wait` is over; the run goes on without it."""


def reached(row: OverviewRow, until: str) -> bool:
    """Whether the run's lifecycle is at `until` or beyond: a cleared run has been verified.

    `restored` is no such state: the run is verified and its data are here.
    """
    if until == RESTORED:
        return row.current_state == "sync_verified" and row.local_data
    return ORDER.index(row.current_state) >= ORDER.index(until)


def refusal(row: OverviewRow) -> WaitFailed | None:
    """Why waiting is useless, or None while the run may still move by itself."""
    code = _STOPPED.get(row.display_state)
    if code is None:
        return None
    return WaitFailed(code, f"{row.path} is {row.display_state}: {row.why}", row.next_step, row)


@dataclass
class Wait:
    """One wait for `run` to reach `until`, fed by `fetch(since)`, which gives overviews.

    `timeout` in seconds, None for as long as it takes. A server that restarts is waited for
    `SERVER_AWAY_SECONDS`. `settle` is how long a state that needs a person must be seen before it counts: just after a
    request the list may still show what was before it.
    """

    fetch: Callable[[int | None], Overview]
    run: str
    until: str
    timeout: float | None = None
    on_update: Callable[[OverviewRow], None] | None = None
    settle: float = 1.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        if self.until not in (*ORDER, RESTORED):
            raise ValueError(f"until={self.until!r}: it is one of {', '.join((*ORDER[1:], RESTORED))}")
        self._started = self.clock()
        self._feed = Feed(self.fetch)
        self._row: OverviewRow | None = None
        self._stuck_since: float | None = None
        self._away_since: float | None = None

    def result(self) -> OverviewRow:
        """Block until the run is there; raises `WaitFailed`, `WaitTimeout`, `ConnectionProblem`, `StagingError`."""
        while True:
            self._look()
            if self._row is not None and reached(self._row, self.until):
                return self._row
            self._give_up_if_useless()
            self.sleep(POLL_SECONDS)

    def _look(self) -> None:
        try:
            self._feed.refresh()
        except (ConnectionProblem, StagingError) as problem:
            self._bear(problem)
            return
        self._away_since = None
        self._take(self._feed.row(self.run))

    def _bear(self, problem: ConnectionProblem | StagingError) -> None:
        """A server that only restarts comes back; one that refuses, or stays away, does not."""
        now = self.clock()
        self._away_since = now if self._away_since is None else self._away_since
        self._feed.forget()
        if not passes(problem) or now - self._away_since >= SERVER_AWAY_SECONDS:
            raise problem

    def _take(self, row: OverviewRow | None) -> None:
        if row is None:
            raise self._gone()
        if differs(row, self._row):
            self._row = row
            if self.on_update is not None:
                self.on_update(row)

    def _give_up_if_useless(self) -> None:
        now = self.clock()
        failure = refusal(self._row) if self._row is not None else None
        if failure is None:
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = now
        elif now - self._stuck_since >= self.settle:
            raise failure
        if self.timeout is not None and now - self._started >= self.timeout:
            raise self._late(self.timeout)

    def _gone(self) -> Exception:
        if self._row is None:
            return StagingError(Code.RUN_NOT_FOUND, f"{self.run} is not in staging.", run_path=self.run)
        message = f"{self.run} is no longer listed: its folder was moved, renamed or deleted."
        return WaitFailed("run_gone", message, "Look for it with `exlab-wizard list`.", None)

    def _late(self, timeout: float) -> WaitTimeout:
        state = f"it is {self._row.display_state}: {self._row.why}" if self._row else "the server did not answer"
        message = f"{self.run} was not {self.until} within {units.duration(timeout)}; {state}"
        return WaitTimeout("wait_timeout", message, "It goes on without you; wait again.", self._row)
