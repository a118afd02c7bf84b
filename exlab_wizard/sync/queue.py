"""Owns the durable queue: which job a run has, in what order they go, and that there is at most one live job a run."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from exlab_wizard.runs.states import stamp, utc_now
from exlab_wizard.station.store import Store

LIVE = ("queued", "running", "waiting")
NORMAL, EXPEDITED = 0, 10
_HIGHEST = 1 << 31  # above any priority
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the queue. `not_before` and `ended_at` are UNIX seconds; `attempt` counts from 0."""

    id: str
    run_path: str
    kind: str
    state: str
    priority: int
    attempt: int
    token: int
    not_before: float
    error: dict[str, Any] | None
    requested_by: str | None
    created_at: str
    ended_at: float | None = None

    @property
    def live(self) -> bool:
        """Whether it is queued, running or waiting."""
        return self.state in LIVE

    @property
    def due_at(self) -> datetime | None:
        """When a waiting job goes again."""
        return datetime.fromtimestamp(self.not_before, UTC) if self.not_before else None


def _job(row: sqlite3.Row) -> Job:
    values = {key: row[key] for key in row.keys() if key != "seq"}  # noqa: SIM118 - sqlite3.Row is no mapping
    values["error"] = json.loads(values["error"]) if values["error"] else None
    return Job(**values)


class Queue:
    """The jobs table behind short verbs; every change is durable when the call returns."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(
        self, run_path: str, kind: str, priority: int = NORMAL, by: str | None = None, running: bool = False
    ) -> Job:
        """Add a job; the run's finished jobs are forgotten. Raises sqlite3.IntegrityError when one is live."""
        with self._store.together():
            job = Job(
                id=secrets.token_hex(8),
                run_path=run_path,
                kind=kind,
                state="running" if running else "queued",
                priority=priority,
                attempt=0,
                token=self._store.next_number("token"),
                not_before=0.0,
                error=None,
                requested_by=by,
                created_at=stamp(utc_now()),
            )
            self._insert(job)
        return job

    def _insert(self, job: Job) -> None:
        def insert(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM jobs WHERE run_path = ? AND state NOT IN ('queued', 'running', 'waiting')", (job.run_path,)
            )
            connection.execute(
                "INSERT INTO jobs (id, run_path, kind, state, priority, attempt, token, not_before, requested_by,"
                " created_at) VALUES (:id, :run_path, :kind, :state, :priority, :attempt, :token, :not_before,"
                " :requested_by, :created_at)",
                asdict(job),
            )

        self._store.write(insert)

    def latest(self, run_path: str) -> Job | None:
        """The run's newest job, live or ended."""
        row = self._store.row("SELECT * FROM jobs WHERE run_path = ? ORDER BY seq DESC LIMIT 1", (run_path,))
        return _job(row) if row else None

    def all_latest(self) -> dict[str, Job]:
        """The newest job of every run."""
        rows = self._store.rows("SELECT * FROM jobs ORDER BY seq")
        return {row["run_path"]: _job(row) for row in rows}

    def get(self, job_id: str) -> Job | None:
        """A job by its id."""
        row = self._store.row("SELECT * FROM jobs WHERE id = ?", (job_id,))
        return _job(row) if row else None

    def due(self, now: float | None = None, verifying: bool = False) -> Iterator[Job]:
        """Queued and waiting jobs whose time has come, in the order they should go; read a page at a time.

        Verifications only, or all others: the two never wait for each other. What is paused is left out here: thousands
        of such jobs, read five times a second, would leave the server little time for anything else.

        Each page begins behind the last one, by the index `jobs_in_order`: no call costs more than what it reads.
        """
        sql = (
            "SELECT * FROM jobs WHERE state IN ('queued', 'waiting') AND (kind = 'verify') = ? AND -priority >= ?"
            " AND (-priority, seq) > (?, ?) AND not_before <= ?"
            " AND run_path NOT IN (SELECT scope FROM pauses)"
            " AND substr(run_path, 1, instr(run_path, '/') - 1) NOT IN (SELECT scope FROM pauses)"
            " ORDER BY -priority, seq LIMIT ?"
        )
        moment = time.time() if now is None else now
        urgency, seq = -_HIGHEST, 0
        while True:
            rows = self._store.rows(sql, (verifying, urgency, urgency, seq, moment, _PAGE))
            yield from map(_job, rows)
            if len(rows) < _PAGE:
                return
            urgency, seq = -rows[-1]["priority"], rows[-1]["seq"]

    def in_state(self, state: str) -> list[Job]:
        """All jobs in one state."""
        return [_job(row) for row in self._store.rows("SELECT * FROM jobs WHERE state = ? ORDER BY seq", (state,))]

    def queued_clears(self) -> list[Job]:
        """Clearings that wait: looked for several times a second, among thousands of other jobs."""
        sql = "SELECT * FROM jobs WHERE state = 'queued' AND kind = 'clear' ORDER BY seq"
        return [_job(row) for row in self._store.rows(sql)]

    def claim(self, job: Job) -> Job | None:
        """Make a due job running under a fresh fencing token; None when it is no longer there to take."""
        with self._store.together():
            taken = self._store.execute(
                "UPDATE jobs SET state = 'running', token = ? WHERE id = ? AND state IN ('queued', 'waiting')",
                (self._store.next_number("token"), job.id),
            )
        return self.get(job.id) if taken else None

    def finish(self, job_id: str, state: str, error: dict[str, Any] | None = None) -> Job | None:
        """End a job as done, failed or superseded."""
        return self._set(job_id, "state = ?, error = ?, ended_at = ?", state, _dump(error), time.time())

    def requeue(self, job_id: str, delay_seconds: float = 0.0, error: dict[str, Any] | None = None) -> Job | None:
        """Put a running job back without counting the attempt."""
        return self._set(
            job_id, "state = 'queued', not_before = ?, error = ?", time.time() + delay_seconds, _dump(error)
        )

    def retry(self, job_id: str, delay_seconds: float, error: dict[str, Any]) -> Job | None:
        """Let a running job wait for its next, counted, attempt."""
        return self._set(
            job_id,
            "state = 'waiting', attempt = attempt + 1, not_before = ?, error = ?",
            time.time() + delay_seconds,
            _dump(error),
        )

    def rearm(self, job_id: str, priority: int = NORMAL, by: str | None = None) -> Job | None:
        """Make a failed, waiting or queued job due now, attempts forgotten; keeps its id."""
        return self._set(
            job_id,
            "state = CASE WHEN state = 'running' THEN state ELSE 'queued' END, attempt = 0, not_before = 0,"
            " ended_at = NULL, priority = MAX(priority, ?), requested_by = COALESCE(?, requested_by)",
            priority,
            by,
        )

    def withdraw(self, job_ids: Sequence[str]) -> None:
        """End jobs that nobody has begun, all in one commit."""
        ended = [(time.time(), job_id) for job_id in job_ids]
        sql = "UPDATE jobs SET state = 'superseded', ended_at = ? WHERE id = ? AND state = 'queued'"
        self._store.write(lambda connection: connection.executemany(sql, ended))

    def forget(self, run_path: str) -> None:
        """Remove every job of a run."""
        self._store.execute("DELETE FROM jobs WHERE run_path = ?", (run_path,))

    def _set(self, job_id: str, change: str, *values: Any) -> Job | None:
        self._store.execute(f"UPDATE jobs SET {change} WHERE id = ?", (*values, job_id))
        return self.get(job_id)


def _dump(error: dict[str, Any] | None) -> str | None:
    return None if error is None else json.dumps(error)
