"""Owns what the station knows of each run: the facts in memory and the part of them that is durable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from exlab_wizard.capabilities import Folding
from exlab_wizard.errors import StagingError
from exlab_wizard.gate.findings import Finding
from exlab_wizard.gate.names import Names
from exlab_wizard.observer.completeness import Settling
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import RunScan
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.store import Store
from exlab_wizard.sync.queue import Job
from exlab_wizard.sync.tasks import Progress


@dataclass(slots=True)
class Proof:
    """What is known of the NAS copy. `proven_at` is UTC; `fingerprint` the staging tree it was proven against."""

    manifest_digest: str = ""
    proven_at: str = ""
    passes: int = 0
    fingerprint: str = ""
    nas_path: str = ""
    nas_id: str = ""
    file_count: int = 0
    byte_total: int = 0
    reading: str = ""
    first_at: str = ""  # UTC, of the first of `passes`

    def first_pass(self, at: str) -> str:
        """When the first of the passes was, as a reading proven `at` counts it.

        A moment after `at` is none: the clock was once wrong, and no later pass would ever be far enough from it.
        """
        now = parse_stamp(at)
        for told in (self.first_at, self.proven_at) if self.passes else ():
            moment = parse_stamp(told)
            if moment is not None and now is not None and moment <= now:
                return told
        return at


@dataclass(slots=True)
class Damage:
    """A NAS copy that is not as it was verified: an alarm until healed, or until a person says it is known.

    `paths` are the first twenty of `count` files, printable; `seen_at` is the last reading that met it. UTC stamps.
    """

    found_at: str = ""
    seen_at: str = ""
    sentence: str = ""
    paths: list[str] = field(default_factory=list)
    count: int = 0
    acknowledged_by: str = ""


@dataclass(slots=True)
class Durable:
    """The part of a run that survives a restart, beside state and jobs (JSON in the database)."""

    history: list[dict[str, Any]] = field(default_factory=list)
    unknown: dict[str, Any] = field(default_factory=dict)  # other writers' fields of ingest.json
    proof: Proof = field(default_factory=Proof)
    frozen: str = ""  # fingerprint of the tree when the run became complete
    frozen_files: int = 0
    first_seen_at: str = ""
    last_activity_at: str = ""
    copy_begun: bool = False  # soon after the first copy; from then on transitions go to the NAS copy of ingest.json
    forced_incomplete: dict[str, str] | None = None  # {"by", "at"}: synced without its signal on a person's word
    held: dict[str, str] | None = None  # {"fingerprint", "why"}: not complete while the tree still looks like that
    missing_since: str | None = None
    acknowledged: bool = False
    freed: dict[str, int] | None = None
    had_data: bool = False
    damage: Damage | None = None


NOT_LOOKED_AT = "its completeness signal is being looked for"


@dataclass(slots=True)
class Run:
    """One run: durable facts, the last observation, the live or last job and its progress."""

    path: RunPath
    state: Lifecycle = Lifecycle.STAGING
    durable: Durable = field(default_factory=Durable)
    present: bool = True
    names: Names = "posix"  # which names the target can store, as the gate was last told
    folds: frozenset[Folding] = frozenset()  # and which it takes for one
    scan: RunScan | None = None
    settling: Settling = field(default_factory=Settling)
    flushed: str = ""  # fingerprint of the tree that was made durable in staging
    flushing: str = ""  # fingerprint of the tree that is being made durable
    flush_wanted: bool = False
    compared: str = ""  # fingerprint of the tree last compared with the verified one
    signal: str = ""  # why it is not complete yet; empty once signalled
    unreadable: str = ""
    foreign_major: str = ""
    read_only: bool = False
    expedite: bool = False
    findings: list[Finding] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)
    job: Job | None = None
    progress: Progress | None = None
    progress_at: float = 0.0  # monotonic seconds of the last bytes
    asked_at: str = ""
    epoch: int = 0  # counts transitions and jobs: a look begun in an earlier one is out of date
    control_seen: tuple[object, ...] = ()  # stat identity of the control files last read
    marked_at: float = float("-inf")  # monotonic seconds when a look last had its row made

    @property
    def local_files(self) -> int:
        """Data files now in staging; 0 when the folder is gone."""
        return self.scan.file_count if self.scan and self.present else 0

    @property
    def unseen(self) -> bool:
        """Whether nobody has looked since the server started what is here of it: unknown, which is not "nothing"."""
        return self.scan is None and self.present and self.state is not Lifecycle.CLEARED

    @property
    def nas_path(self) -> str:
        """Where its NAS copy is; from the history where the database was lost, empty when nobody knows."""
        told = (entry.get("nas_path") for entry in reversed(self.durable.history))
        return self.durable.proof.nas_path or next((path for path in told if isinstance(path, str)), "")

    @property
    def manifest_digest(self) -> str:
        """Of the manifest its NAS copy is held against; for a cleared run whose proof was lost, as its history says."""
        if self.durable.proof.manifest_digest or self.state is not Lifecycle.CLEARED:
            return self.durable.proof.manifest_digest
        told = (entry.get("manifest_digest") for entry in reversed(self.durable.history))
        return next((digest for digest in told if isinstance(digest, str)), "")

    @property
    def restoring(self) -> bool:
        """Whether its data are being brought back, or wait for that."""
        return self.job is not None and self.job.live and self.job.kind == "restore"

    @property
    def verifiable(self) -> bool:
        """Whether there is a verified copy on the NAS that can be held against its manifest."""
        verified = self.state in (Lifecycle.SYNC_VERIFIED, Lifecycle.CLEARED)
        return verified and bool(self.manifest_digest) and not self.foreign_major

    @property
    def retryable(self) -> Job | None:
        """Its job, where that failed or waits for its next attempt, and a person may have it go now."""
        job = self.job
        if job is None or job.state not in ("failed", "waiting") or job.kind == "clear" or self.foreign_major:
            return None
        overtaken = job.kind == "restore" and self.local_files > 0
        gone = job.kind in ("sync", "recheck") and not self.present
        return None if overtaken or gone else job

    @property
    def alarm(self) -> Damage | None:
        """The damage of its NAS copy that no person has taken note of."""
        damage = self.durable.damage
        return damage if damage is not None and not damage.acknowledged_by else None

    @property
    def busy(self) -> bool:
        """Whether a worker is on it."""
        return self.job is not None and self.job.state == "running"

    @property
    def syncing(self) -> bool:
        """Whether a sync of it is under way, which by itself holds the run against what was frozen."""
        return self.job is not None and self.busy and self.job.kind == "sync"


class Registry:
    """All runs by run path, written through to the database on `save`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runs: dict[str, Run] = {}
        self.garbled: list[str] = []  # rows that were not believed

    def load(self, jobs: dict[str, Job]) -> None:
        """Read every known run back; a row that is not exactly as it was saved is not believed, and begun afresh."""
        for row in self._store.rows("SELECT * FROM runs"):
            try:
                path, durable = RunPath.parse(row["run_path"]), read_row(row["run_path"], row["state"], row["doc"])
                run = Run(path, Lifecycle(row["state"]), durable, job=jobs.get(row["run_path"]))
            except (StagingError, ValueError, TypeError):
                self.garbled.append(row["run_path"])
            else:
                self._runs[row["run_path"]] = run

    def __iter__(self) -> Iterator[Run]:
        return iter(list(self._runs.values()))

    def __len__(self) -> int:
        return len(self._runs)

    def get(self, path: RunPath | str) -> Run | None:
        """The run, if it is known."""
        return self._runs.get(str(path))

    def add(self, run: Run) -> None:
        """Make a run known; durable with its first `save`."""
        self._runs[str(run.path)] = run

    def save(self, run: Run) -> None:
        """Write state and durable facts."""
        self._store.execute(_SAVE, _row(run))

    def save_all(self, runs: Iterable[Run]) -> None:
        """As `save`, all in one commit."""
        rows = [_row(run) for run in runs]
        self._store.write(lambda connection: connection.executemany(_SAVE, rows))

    def remove(self, run: Run) -> None:
        """Forget a run that was never more than an empty folder, or whose loss a person acknowledged."""
        self._store.execute("DELETE FROM runs WHERE run_path = ?", (str(run.path),))
        self._runs.pop(str(run.path), None)


_SAVE = (
    "INSERT INTO runs VALUES (?, ?, ?) ON CONFLICT (run_path) DO UPDATE SET state = excluded.state, doc = excluded.doc"
)


def _row(run: Run) -> tuple[str, str, str]:
    path, state = str(run.path), str(run.state)
    return path, state, _seal(path, state, json.dumps(asdict(run.durable)))


def _seal(run_path: str, state: str, document: str) -> str:
    """The document behind its SHA-256: SQLite has no checksums, and a flipped digit could make a proof younger."""
    return hashlib.sha256(f"{run_path}\0{state}\0{document}".encode()).hexdigest() + document


def _unseal(run_path: str, state: str, text: str) -> str:
    document = text[64:]
    if _seal(run_path, state, document) != text:
        raise ValueError("not as it was saved")
    return document


def read_row(run_path: str, state: str, text: str) -> Durable:
    """What a row of the table says, its seal checked. Raises ValueError or TypeError where it cannot be believed."""
    return parse_durable(_unseal(run_path, state, text))


def parse_durable(text: str) -> Durable:
    """Read a row's document; keys of a newer version are ignored. Raises ValueError or TypeError for anything else."""
    raw = json.loads(text)
    if not isinstance(raw, dict):
        raise ValueError("not a JSON object")
    proof = raw.get("proof")
    raw["proof"] = Proof(**_known(Proof, proof if isinstance(proof, dict) else {}))
    damage = raw.get("damage")
    raw["damage"] = Damage(**_known(Damage, damage)) if isinstance(damage, dict) else None
    return Durable(**_known(Durable, raw))


def _known(kind: type[Any], raw: dict[str, Any]) -> dict[str, Any]:
    names = {item.name for item in fields(kind)}
    return {key: value for key, value in raw.items() if key in names}


def parse_stamp(text: str) -> datetime | None:
    """The moment in a `...Z` stamp, or None for anything else."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
