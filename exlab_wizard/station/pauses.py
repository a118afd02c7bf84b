"""Owns what people have paused: single runs, an instrument's, everything; durable, and answered from memory."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime

from exlab_wizard.api.models import PauseMark, Pauses
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import stamp, utc_now
from exlab_wizard.station.registry import parse_stamp
from exlab_wizard.station.store import Store

EVERYTHING = "*"  # no equipment id and no run path reads like that


@dataclass(frozen=True, slots=True)
class Hold:
    """One pause in force. `scope` is `EVERYTHING`, an equipment id or a run path; `at` is when it began, UTC."""

    scope: str
    by: str
    at: datetime

    @property
    def of_run(self) -> bool:
        """Whether it is of one run alone."""
        return "/" in self.scope

    @property
    def said(self) -> str:
        """Who and since when: `paused by ada since 2026-04-17 14:02 UTC`, which is still true tomorrow."""
        return f"paused by {self.by} since {self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

    @property
    def sentence(self) -> str:
        """As a row says it."""
        if self.of_run:
            return f"{self.said[0].upper()}{self.said[1:]}."
        return f"{'Everything' if self.scope == EVERYTHING else self.scope} is {self.said}."

    @property
    def command(self) -> str:
        """What ends it, in a shell."""
        if self.of_run:
            return f"exlab-wizard resume {shlex.quote(self.scope)}"  # all of it: its end may not be listed any more
        return f"exlab-wizard resume {'--all' if self.scope == EVERYTHING else f'--equipment {self.scope}'}"


class PauseBook:
    """The pauses in force; each change is durable when the call returns. Callers hold the station's lock.

    Their rows outlive the run's folder: one that is moved away and back is paused as before.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        rows = store.rows("SELECT scope, who, at FROM pauses")
        self._holds = {row["scope"]: read_hold(*row) for row in rows}

    def __bool__(self) -> bool:
        return bool(self._holds)

    @property
    def everything(self) -> bool:
        """Whether nothing at all may go on."""
        return EVERYTHING in self._holds

    def get(self, scope: str) -> Hold | None:
        """The pause of exactly this scope."""
        return self._holds.get(scope)

    def of(self, path: RunPath) -> tuple[Hold, ...]:
        """Every pause that holds a run, its own first."""
        if not self._holds:
            return ()
        scopes = (str(path), path.equipment_id, EVERYTHING)
        return tuple(self._holds[scope] for scope in scopes if scope in self._holds)

    def put(self, scope: str, by: str) -> Hold:
        """Pause; the first word stands where it is paused already."""
        if scope not in self._holds:
            at = stamp(utc_now())
            self._store.execute("INSERT OR REPLACE INTO pauses VALUES (?, ?, ?)", (scope, by, at))
            self._holds = {**self._holds, scope: read_hold(scope, by, at)}
        return self._holds[scope]

    def drop(self, scope: str) -> Hold | None:
        """Resume; the pause that ended, None if there was none."""
        ended = self._holds.get(scope)
        if ended is not None:
            self._store.execute("DELETE FROM pauses WHERE scope = ?", (scope,))
            self._holds = {key: hold for key, hold in self._holds.items() if key != scope}
        return ended

    def model(self) -> Pauses:
        """What is paused beside single runs, as the wire says it. Takes no lock: it is replaced, never changed."""
        wide = [hold for hold in self._holds.values() if not hold.of_run]
        marks = {hold.scope: PauseMark(by=hold.by, at=hold.at) for hold in wide}
        everything = marks.pop(EVERYTHING, None)
        return Pauses(all=everything, equipment=dict(sorted(marks.items())))


def read_hold(scope: str, by: str, text: str) -> Hold:
    """A row of the database; a garbled moment still pauses."""
    at = parse_stamp(text) or datetime.fromtimestamp(0, UTC)
    return Hold(scope, by, at if at.tzinfo else at.replace(tzinfo=UTC))
