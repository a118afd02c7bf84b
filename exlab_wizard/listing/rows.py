"""Owns turning runs into rows: collects what changed and publishes it to the index in one go."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from exlab_wizard.api.models import OverviewRow, Progress
from exlab_wizard.config import Config, Equipment
from exlab_wizard.listing.display import Context, describe
from exlab_wizard.listing.index import Index
from exlab_wizard.listing.pace import Pace
from exlab_wizard.listing.rendered import render
from exlab_wizard.observer.completeness import wait_seconds
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.station.pauses import PauseBook
from exlab_wizard.station.registry import Registry, Run, parse_stamp
from exlab_wizard.sync.targets import Targets

_MIN_INTERVAL_SECONDS = 0.1


class Rows:
    """Marks runs as changed and publishes their rows. Callers hold the station's lock."""

    def __init__(self, config: Config, registry: Registry, index: Index, targets: Targets, pauses: PauseBook) -> None:
        self._config, self._registry, self._index, self._targets = config, registry, index, targets
        self._pauses, self._news = pauses, False
        self._changed: set[str] = set()
        self._removed: set[str] = set()
        self._in_line: dict[str, str] = {}  # live jobs by run path, as they came
        for run in registry:
            self._note_job(run)
        self._published_at = 0.0
        self.paces: dict[str, Pace] = {}
        self.on_change: list[Callable[[int], None]] = []

    def mark(self, run: Run) -> None:
        """The run's row may have changed."""
        self._changed.add(str(run.path))
        self._note_job(run)

    def mark_all(self) -> None:
        """Anything may have changed (a target went away)."""
        for run in self._registry:
            if not run.unseen or run.job is not None or self._config.by_equipment(run.path.equipment_id) is None:
                self.mark(run)  # others are when somebody has looked at them, which is soon

    def mark_paused(self) -> None:
        """What is paused has changed: told also where no row has."""
        self._news = True
        self.mark_all()

    def drop(self, run: Run) -> None:
        """The run is no longer listed."""
        self._changed.discard(str(run.path))
        self._removed.add(str(run.path))

    def flush(self, now_please: bool = True) -> None:
        """Publish what is marked; without `now_please` at most ten times a second."""
        tick = time.monotonic()
        if not (self._changed or self._removed or self._news) or (
            not now_please and tick - self._published_at < _MIN_INTERVAL_SECONDS
        ):
            return
        self._published_at = tick
        changed, removed, news = self._changed, self._removed, self._news
        self._changed, self._removed, self._news = set(), set(), False
        runs = [run for run in map(self._registry.get, changed) if run is not None]
        waits = any(run.job is not None and run.job.state == "queued" for run in runs)
        ahead = self._queue_positions() if waits else {}
        rows = [row for row in (self.row(run, ahead) for run in runs) if self._differs(row)]
        if rows or removed or news:
            facts = {**self._index.facts, "paused": self._pauses.model().model_dump(mode="json")} if news else None
            revision = self._index.publish(rows, removed, facts)
            for callback in self.on_change:
                callback(revision)

    def row(self, run: Run, ahead: dict[str, int] | None = None) -> OverviewRow:
        """The finished row of one run; its revision is set when published."""
        equipment = self._config.by_equipment(run.path.equipment_id)
        context = self._context(run, equipment, (ahead or {}).get(str(run.path), 0))
        words = describe(run, context)
        proof, (files, size) = run.durable.proof, self._here(run)
        activity = parse_stamp(run.durable.last_activity_at) or context.now
        return OverviewRow(
            path=str(run.path),
            current_state=run.state.value,
            equipment_id=run.path.equipment_id,
            project_name=run.path.project,
            run_kind=run.path.kind.value,
            file_count=files,
            byte_total=size,
            elapsed_seconds_since_last_activity=0.0,
            last_activity_at=activity,
            display_state=words.state,
            why=_printable(words.why),
            next_step=_printable(words.next_step),
            needs_attention=words.needs_attention,
            job_id=run.job.id if run.job and run.job.live else None,
            progress=self._progress(run, context.tick),
            proof_age_seconds=None,
            proven_at=parse_stamp(proof.proven_at) if proof.proven_at else None,
            nas_path=_printable(run.nas_path) or None,
            local_data=files > 0,
            damage=run.alarm.sentence if run.alarm else None,
            actions=list(words.actions),
            revision=0,
        )

    def listed(self, path: RunPath) -> tuple[int, int] | None:
        """Files and bytes of a run as the listing has them; None where it has no such run."""
        known = self._index.table.get(str(path))
        return (known.file_count, known.byte_total) if known is not None else None

    def _here(self, run: Run) -> tuple[int, int]:
        """Files and bytes in staging; as an earlier session knew them until somebody has looked."""
        known = self.listed(run.path) if run.unseen else None
        if known is not None:
            return known
        return run.local_files, run.scan.byte_total if run.scan and run.present else 0

    def _differs(self, row: OverviewRow) -> bool:
        old = self._index.table.get(row.path)
        return old is None or not old.says(render(row, 0))

    def _context(self, run: Run, equipment: Equipment | None, ahead: int) -> Context:
        now = datetime.now(UTC)
        if equipment is None:
            return Context(now, time.monotonic(), configured=False)
        return Context(
            now=now,
            tick=time.monotonic(),
            target=self._targets.status(equipment.nas_root),
            ahead=ahead,
            settle_seconds=wait_seconds(equipment),
            no_signal_after_hours=equipment.no_signal_after_hours,
            signal_rule=signal_rule(equipment),
            holds=self._pauses.of(run.path),
        )

    def _note_job(self, run: Run) -> None:
        """Whoever gives a run a job marks the run: so who stands in line is known without asking every run."""
        path, job = str(run.path), run.job
        if job is None or not job.live:
            self._in_line.pop(path, None)
        elif self._in_line.get(path) != job.id:
            self._in_line.pop(path, None)
            self._in_line[path] = job.id

    def _queue_positions(self) -> dict[str, int]:
        """How many jobs go before each queued one; clearings are a queue of their own, and what is paused in none."""
        jobs = [
            run.job
            for run in map(self._registry.get, self._in_line)
            if run
            and run.job
            and run.job.state in ("queued", "running")
            and (run.job.kind == "clear" or not self._pauses.of(run.path))
        ]
        jobs.sort(key=lambda job: (job.state != "running", -job.priority, job.created_at))
        clears = [job for job in jobs if job.kind == "clear"]
        others = [job for job in jobs if job.kind not in ("clear", "verify")]
        return {job.run_path: position for line in (clears, others) for position, job in enumerate(line)}

    def _progress(self, run: Run, tick: float) -> Progress | None:
        if run.job is None or run.job.state != "running" or run.progress is None:
            return None
        pace = self.paces.get(str(run.path))
        return pace.progress(run.progress, tick) if pace else None


def _printable(text: str) -> str:
    """Names that are not UTF-8 cannot be sent as JSON text; they are shown escaped (`scan_\\udcff.tif`)."""
    return text.encode("utf-8", "backslashreplace").decode()


def signal_rule(equipment: Equipment) -> str:
    """What this instrument's runs are waiting for, in words."""
    if equipment.completeness_signal == "sentinel_file":
        return equipment.sentinel_filename
    if equipment.completeness_signal == "manifest":
        return f"{equipment.manifest_filename} and every file it lists"
    return f"{equipment.quiet_minutes:g} min without a change"
