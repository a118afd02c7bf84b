"""Owns the station's own verifications: queues what `rounds` chooses, one at a time for each NAS, and keeps account."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run, parse_stamp
from exlab_wizard.station.rounds import Budget, Copy, Rules, next_pass, next_scrub, night_of
from exlab_wizard.station.store import Store
from exlab_wizard.station.verifying import STATION, is_own_round, is_verifiable

_ROUND_SECONDS, _RARELY_SECONDS = 5.0, 60.0
_SHARE = 0.01  # of the time at most: a look goes over every run there is, and holds the lock
_NEVER = datetime.fromtimestamp(0, UTC)
_DAY, _SPENT = "scrub_day", "scrub_spent"


def local_now() -> datetime:
    """This computer's wall clock with its time zone."""
    return datetime.now().astimezone()


class Scrubber:
    """Looks every few seconds whether a copy should be read again, with very many runs every minute.

    Callers hold the station's lock.
    """

    def __init__(self, core: Core, clock: Callable[[], datetime] = local_now) -> None:
        proof = core.config.proof
        self._core, self._clock, self._look_at = core, clock, float("-inf")
        self._rules = Rules(
            proof.min_verify_passes, timedelta(hours=proof.min_age_hours), int(proof.scrub_gib_per_day * 2**30)
        )

    def look(self) -> None:
        """Queue what is due, if it is time to look."""
        begun = time.monotonic()
        if begun < self._look_at:
            return
        self._look_at = begun + _ROUND_SECONDS
        for runs in self._by_target().values():
            if not any(map(_is_at_work, runs)):
                self._choose(runs)
        took = time.monotonic() - begun
        self._look_at = begun + max(_ROUND_SECONDS, min(_RARELY_SECONDS, took / _SHARE))

    def _by_target(self) -> dict[str, list[Run]]:
        """The runs of each NAS that is there."""
        targets = self._core.targets
        found = {one.nas_root: list[Run]() for one in targets.all() if targets.answers(one.nas_root)}
        for run in self._core.registry if found else ():
            if self._core.held(run.path):  # one that waits for a person must hold up no other
                continue
            if (runs := found.get(self._core.nas_root(run.path))) is not None:
                runs.append(run)
        return found

    def _choose(self, runs: list[Run]) -> None:
        copies, local = [_copy(run) for run in runs if _is_free(run)], self._clock()
        chosen = next_pass(copies, self._rules, local)
        if chosen is None and self._rules.scrub_bytes:
            budget = read_budget(self._core.store).on(night_of(local), self._rules.scrub_bytes)
            chosen = next_scrub(copies, self._rules, local, budget)
            if chosen is not None:  # before the reading: a crash in between must not give the bytes back
                write_budget(self._core.store, budget.charge(chosen.byte_total))
        run = self._core.registry.get(chosen.run_path) if chosen is not None else None
        if run is not None:
            self._core.enqueue(run, "verify", STATION)


def _is_at_work(run: Run) -> bool:
    """Whether one of its own is queued or under way; one that waits for its next attempt holds up no other."""
    return is_own_round(run) and run.job is not None and run.job.state != "waiting"


def _is_free(run: Run) -> bool:
    """Whether it may be read: nothing else is on it, and no reading has just failed (those are re-armed once a day)."""
    job = run.job
    return is_verifiable(run) and (job is None or not (job.live or (job.kind == "verify" and job.state == "failed")))


def _copy(run: Run) -> Copy:
    proof, damage = run.durable.proof, run.durable.damage
    proven = _moment(proof.proven_at)
    seen = max(proven, _moment(damage.seen_at)) if damage else proven
    first = _moment(proof.first_at) if proof.first_at else proven
    return Copy(str(run.path), proof.byte_total, proof.passes, first, proven, seen, damage is not None)


def _moment(text: str) -> datetime:
    at = parse_stamp(text)
    return _NEVER if at is None else at if at.tzinfo else at.replace(tzinfo=UTC)


def read_budget(store: Store) -> Budget:
    """What was written down of the night's spending."""
    rows = store.rows("SELECT name, value FROM counters WHERE name IN (?, ?)", (_DAY, _SPENT))
    found = {row["name"]: int(row["value"]) for row in rows}
    return Budget(found.get(_DAY, 0), found.get(_SPENT, 0))


def write_budget(store: Store, budget: Budget) -> None:
    """Write it down, durably, in one go."""

    def put(connection: sqlite3.Connection) -> None:
        values = [(_DAY, budget.day), (_SPENT, budget.spent)]
        connection.executemany("INSERT OR REPLACE INTO counters VALUES (?, ?)", values)

    store.write(put)
