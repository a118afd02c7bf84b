"""Owns clearing many verified runs on one word: each by the very way of a single clearing, whatever the others do."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime

from exlab_wizard.api.bulk_models import BulkClearRequest, BulkClearResponse, BulkClearRun
from exlab_wizard.api.models import ClearResponse
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.observer.observer import Observer
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.station import bulk_candidates, bulk_report
from exlab_wizard.station.bulk_selection import Choice, Criteria, choose
from exlab_wizard.station.core import Core
from exlab_wizard.sync.errands import Errands

_AT_ONCE = 200  # asked for ahead of the workers: their rows say that they wait; the others stay as they are till then
_WAIT_SECONDS = 7 * 24 * 3600.0
_Asked = tuple[str, "Future[ClearResponse]"]


class BulkClearing:
    """Selects under the station's lock and waits without it."""

    def __init__(self, core: Core, observer: Observer, errands: Errands) -> None:
        self._core, self._observer, self._errands = core, observer, errands

    def run(self, by: str, request: BulkClearRequest) -> BulkClearResponse:
        """Clear what the request selects, or say what it would; returns when all of it is done."""
        bulk_candidates.demand_choice(request)
        named, bad = self._named(request.runs)
        if not request.dry_run:
            self._look_at_unseen(named)
        with self._core.lock:
            choices = self._choices(named, request)
            runs = {choice.run_path: bulk_report.of(self._core, choice) for choice in choices}
        if not request.dry_run:
            self._clear([choice.run_path for choice in choices if choice.asked], by, runs)
        return bulk_report.answer(request.dry_run, [*runs.values(), *bad])

    def _named(self, texts: Sequence[str] | None) -> tuple[list[RunPath] | None, list[BulkClearRun]]:
        """Each named run once, in order; what is no run path is answered, never guessed at."""
        if texts is None:
            return None, []
        paths: dict[RunPath, None] = {}
        bad: list[BulkClearRun] = []
        for text in dict.fromkeys(texts):
            try:
                paths[RunPath.parse(text, self._core.staging.path)] = None
            except StagingError as error:
                bad.append(bulk_report.not_a_run(text, error))
        return list(paths), bad

    def _look_at_unseen(self, named: Sequence[RunPath] | None) -> None:
        """Just started: not looked at yet is not "no local data"."""
        with self._core.lock:
            known = self._core.registry if named is None else map(self._core.registry.get, named)
            unseen = [run.path for run in known if run is not None and bulk_candidates.is_unseen(run)]
        for path in unseen:
            self._observer.look_now(path)

    def _choices(self, named: Sequence[RunPath] | None, request: BulkClearRequest) -> list[Choice]:
        core, desk = self._core, self._errands.desk
        bulk_candidates.demand_known(core, request.equipment_id)
        paths = bulk_candidates.all_listed(core, request.equipment_id) if named is None else named
        candidates = [bulk_candidates.candidate(core, path, desk.objection) for path in paths]
        criteria = Criteria(request.equipment_id, request.older_than_days, request.keep_newest or 0)
        return choose(candidates, bulk_candidates.all_here(core), criteria, datetime.now(UTC))

    def _clear(self, run_paths: Sequence[str], by: str, runs: dict[str, BulkClearRun]) -> None:
        """Ask for one after the other, never for more than `_AT_ONCE` ahead, and write down what became of each."""
        asked: deque[_Asked] = deque()
        for run_path in run_paths:
            if len(asked) >= _AT_ONCE:
                self._await(*asked.popleft(), runs)
            try:
                asked.append((run_path, self._ask(run_path, by)))
            except Exception as error:  # noqa: BLE001 - what befalls one run must not keep the others from being cleared
                runs[run_path] = bulk_report.kept(runs[run_path], self._told(run_path, error))
        with self._core.lock:
            self._core.rows.flush()
        while asked:
            self._await(*asked.popleft(), runs)

    def _ask(self, run_path: str, by: str) -> Future[ClearResponse]:
        with self._core.lock:
            run = self._core.found(RunPath.parse(run_path))
            bulk_candidates.demand_signalled(run)  # it may have been synced anew since it was chosen, hours ago
            future = self._errands.ask_clear(run, by)
            self._core.rows.flush(now_please=False)
            return future

    def _await(self, run_path: str, future: Future[ClearResponse], runs: dict[str, BulkClearRun]) -> None:
        try:
            runs[run_path] = bulk_report.cleared(runs[run_path], future.result(_WAIT_SECONDS))
        except Exception as error:  # noqa: BLE001 - as above
            runs[run_path] = bulk_report.kept(runs[run_path], self._told(run_path, error))

    def _told(self, run_path: str, error: Exception) -> StagingError:
        if isinstance(error, StagingError):
            return error
        if isinstance(error, TimeoutError):
            return StagingError(Code.RUN_BUSY, f"{run_path} still waits to be cleared; ask again to wait for it.")
        self._core.log.error("%s: clearing it met an error", run_path, exc_info=error)
        if isinstance(error, sqlite3.Error):
            message = f"The station's database met an error ({error}); the clearing of {run_path} was not begun."
            return StagingError(Code.STAGING_UNAVAILABLE, message)
        message = (
            f"Clearing {run_path} met an error of ours ({type(error).__name__}: {error}); the log has the details."
        )
        return StagingError(Code.INTERNAL_ERROR, message)
