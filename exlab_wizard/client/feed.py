"""Owns following the overview: a whole answer first, then only what changed, through restarts of the server."""

from __future__ import annotations

from collections.abc import Callable

from exlab_wizard.api.models import Overview, OverviewRow
from exlab_wizard.client.connection import ConnectionProblem, ProblemCode
from exlab_wizard.errors import Code, StagingError

_AGE = "elapsed_seconds_since_last_activity"


class Feed:
    """The latest state of all runs, from `fetch(since)` calls.

    Not thread-safe. `overview` is the last answer with all rows in it, None before the first `refresh`.
    """

    def __init__(self, fetch: Callable[[int | None], Overview]) -> None:
        self._fetch = fetch
        self._rows: dict[str, OverviewRow] = {}
        self._revision: int | None = None
        self.overview: Overview | None = None

    def refresh(self) -> list[OverviewRow]:
        """Ask once and return the rows that are new or differ; a server that counts anew is asked for everything."""
        answer = self._fetch(self._revision)
        if self._revision is not None and answer.revision < self._revision:
            answer = self._fetch(None)
        return self._take(answer)

    def row(self, run_path: str) -> OverviewRow | None:
        """The run as last seen, or None when it is not listed (any more)."""
        return self._rows.get(run_path)

    def forget(self) -> None:
        """Ask for everything next time: after a pause the server may be another one."""
        self._revision = None

    def _take(self, answer: Overview) -> list[OverviewRow]:
        before, self._revision = self._rows, answer.revision
        kept = {} if answer.since is None else {p: row for p, row in before.items() if p not in answer.removed}
        self._rows = {**kept, **{row.path: row for row in answer.runs}}
        latest_first = sorted(self._rows.values(), key=lambda row: row.last_activity_at, reverse=True)
        self.overview = answer.model_copy(update={"runs": latest_first})
        return [row for row in answer.runs if differs(row, before.get(row.path))]


def differs(row: OverviewRow, before: OverviewRow | None) -> bool:
    """Whether anything but the age of the last activity, which always grows, is different."""
    return before is None or row.model_copy(update={_AGE: 0.0}) != before.model_copy(update={_AGE: 0.0})


def passes(error: ConnectionProblem | StagingError) -> bool:
    """Whether `error` is what a restart of the server looks like, and may pass by itself."""
    return error.code in (ProblemCode.NO_ANSWER, Code.STATION_STARTING)
