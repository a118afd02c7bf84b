"""Owns what is known of each NAS root: reachable or not, since when and why, and which id is the right one."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from exlab_wizard.api.models import TargetStatus
from exlab_wizard.capabilities import Folding
from exlab_wizard.config import Config
from exlab_wizard.gate.names import Names
from exlab_wizard.runs.states import utc_now
from exlab_wizard.station.store import Store

PROBE_OK_SECONDS = 30.0  # an idle NAS that hangs is noticed this long after, plus the probe's limit
PROBE_AWAY_SECONDS = 5.0
_FULL_LAST_SECONDS = 300.0
_MARGIN_BYTES = 16 << 20
TargetState = Literal["ok", "unavailable", "unknown", "full"]


@dataclass(slots=True)
class Target:
    """One NAS root. `probe_due` is monotonic seconds."""

    nas_root: str
    configured_id: str | None = None
    pinned_id: str | None = None
    state: TargetState = "unknown"
    why: str = "Not looked at yet."
    since: datetime | None = None
    names: Names = "posix"
    folds: frozenset[Folding] = frozenset()
    can_prove: list[str] = field(default_factory=list)
    probe_due: float = 0.0
    probing: bool = False
    met_id: str | None = None  # what the last probe found there, right or wrong
    free_bytes: int = 0  # as the last probe found
    overflows: int = 0  # times it was full since something was written and proven
    wanted_bytes: int = 0  # what it must have free before a full target counts as usable again

    @property
    def nas_id(self) -> str | None:
        """The id that must be met: from the config, else the pinned one."""
        return self.configured_id or self.pinned_id


class Targets:
    """All NAS roots of the configuration. Callers hold the station's lock."""

    def __init__(self, config: Config, store: Store) -> None:
        self._store = store
        pinned = {row["nas_root"]: row["nas_id"] for row in store.rows("SELECT * FROM targets")}
        self._targets: dict[str, Target] = {}
        for equipment in config.equipment:
            target = self._targets.setdefault(equipment.nas_root, Target(equipment.nas_root))
            target.configured_id = target.configured_id or equipment.nas_id
            target.pinned_id = pinned.get(equipment.nas_root)

    def __len__(self) -> int:
        return len(self._targets)

    def get(self, nas_root: str) -> Target | None:
        """The target, if it is configured."""
        return self._targets.get(nas_root)

    def all(self) -> list[Target]:
        """Every target."""
        return list(self._targets.values())

    def usable(self, nas_root: str) -> bool:
        """Whether jobs may start there; an unknown target may (the worker checks the marker itself)."""
        target = self._targets.get(nas_root)
        return target is not None and target.state in ("ok", "unknown")

    def answers(self, nas_root: str) -> bool:
        """Whether it can be worked with where nothing big is written: a full one can be read, and cleared against."""
        target = self._targets.get(nas_root)
        return target is not None and target.state in ("ok", "unknown", "full")

    def came_back(self, nas_root: str) -> bool:
        """Whether it is news that it answers: it was away or full, or is met for the first time."""
        return self._targets[nas_root].state != "ok"

    def takes(self, nas_root: str, byte_total: int) -> bool:
        """Whether a run of this size may start there: a small one also while a larger one waits for space."""
        target = self._targets.get(nas_root)
        fits = target is not None and target.state == "full" and byte_total + _MARGIN_BYTES < target.free_bytes
        return fits or self.usable(nas_root)

    def due_for_probe(self, tick: float) -> list[Target]:
        """Targets to look at now."""
        return [target for target in self._targets.values() if not target.probing and target.probe_due <= tick]

    def probe_soon(self, nas_root: str) -> None:
        """Look at it at the next opportunity."""
        if nas_root in self._targets:  # not one that was taken out of the configuration
            self._targets[nas_root].probe_due = 0.0

    def found(
        self, nas_root: str, nas_id: str, names: Names, can_prove: list[str], folds: frozenset[Folding] | None = None
    ) -> bool:
        """The right NAS answered; its id is pinned if none was known. True when that is news.

        `folds` None, `can_prove` empty: not asked this time, what was known before holds.
        """
        target = self._targets[nas_root]
        if target.nas_id is None:
            self.pin(nas_root, nas_id)
        target.names, target.met_id = names, nas_id
        target.can_prove = can_prove or target.can_prove
        target.folds = target.folds if folds is None else folds
        return self._set(target, "ok", "", PROBE_OK_SECONDS)

    def still_full(self, nas_root: str, free_bytes: int) -> bool:
        """Whether a target known to be full still has too little room for the run that met it."""
        target = self._targets[nas_root]
        target.free_bytes = free_bytes
        return target.state == "full" and free_bytes < target.wanted_bytes

    def lost(
        self, nas_root: str, why: str, full: bool = False, met_id: str | None = None, wanted_bytes: int = 0
    ) -> bool:
        """It did not answer, is full, or is another one. True when that is news."""
        target = self._targets[nas_root]
        target.wanted_bytes = wanted_bytes
        target.met_id = target.met_id if full else met_id
        return self._set(target, "full" if full else "unavailable", why, PROBE_AWAY_SECONDS)

    def overflowed(self, nas_root: str, why: str, wanted_bytes: int) -> bool:
        """A write met a full NAS. A quota looks like free space to a probe: it is left alone longer each time.

        True when that is news.
        """
        target, news = self._targets[nas_root], self.lost(nas_root, why, full=True, wanted_bytes=wanted_bytes)
        pause = min(_FULL_LAST_SECONDS, PROBE_AWAY_SECONDS * 2 ** min(target.overflows, 10))
        target.overflows, target.probe_due = target.overflows + 1, time.monotonic() + pause
        return news

    def written(self, nas_root: str) -> None:
        """A run arrived there whole: it has room."""
        if nas_root in self._targets:
            self._targets[nas_root].overflows = 0

    def pin(self, nas_root: str, nas_id: str) -> None:
        """From now on only a NAS with this id is the right one."""
        self._store.execute("INSERT OR REPLACE INTO targets VALUES (?, ?, 1)", (nas_root, nas_id))
        target = self._targets[nas_root]
        target.pinned_id, target.probe_due = nas_id, 0.0

    def status(self, nas_root: str) -> TargetStatus | None:
        """The wire shape."""
        target = self._targets.get(nas_root)
        if target is None:
            return None
        return TargetStatus(
            nas_root=nas_root,
            state=target.state,
            why=target.why,
            since=target.since,
            nas_id=target.nas_id,
            pinned=target.configured_id is None and target.pinned_id is not None,
            can_prove=target.can_prove,
        )

    def _set(self, target: Target, state: TargetState, why: str, pause_seconds: float) -> bool:
        news = target.state != state or target.why != why
        if target.state != state:
            target.since = utc_now()
        target.state, target.why, target.probing = state, why, False
        target.probe_due = time.monotonic() + pause_seconds
        return news
