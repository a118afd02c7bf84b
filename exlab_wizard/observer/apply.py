"""Owns what follows from a look at a run: reconcile with ingest.json, then take the lifecycle's next steps."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from exlab_wizard.clearing.receipts import Event
from exlab_wizard.config import Equipment
from exlab_wizard.gate.overrides import blocking
from exlab_wizard.observer.compare import Difference, compare_with_manifest
from exlab_wizard.observer.completeness import wait_seconds
from exlab_wizard.observer.decide import Facts, Step, next_step
from exlab_wizard.observer.newcomers import Newcomers
from exlab_wizard.observer.sight import Sight
from exlab_wizard.runs.creation import Creation, disagreements
from exlab_wizard.runs.ingest import Ingest, IngestStatus, reconcile, unknown_fields
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import RunScan
from exlab_wizard.runs.states import Lifecycle, Reason, history_entry, stamp, utc_now
from exlab_wizard.station import verifying
from exlab_wizard.station.core import Core
from exlab_wizard.station.recall import recall
from exlab_wizard.station.registry import NOT_LOOKED_AT, Run

_REMARK_SECONDS = 300.0  # some words change with time alone


class Applier:
    """Turns sights into transitions. Callers hold the station's lock."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.newcomers = Newcomers(core)

    def sight(self, path: RunPath, equipment: Equipment, sight: Sight) -> Run | None:
        """Take in one look; the run, or None when nothing is (or was) there."""
        run = self._core.registry.get(path)
        if not sight.present:
            return self._vanished(run) if run else None
        if run is None and not sight.entered:
            return None  # listed as unrecognised by the look at the upper levels
        if run is None:
            run = Run(path)
            run.durable.first_seen_at = stamp(utc_now())
            self._core.registry.add(run)
        before = _shown(run)
        self._take(run, equipment, sight)
        now = time.monotonic()
        if _shown(run) != before or now - run.marked_at > _REMARK_SECONDS:
            run.marked_at = now
            self._core.rows.mark(run)
        return run

    def _take(self, run: Run, equipment: Equipment, sight: Sight) -> None:
        run.unreadable = sight.unreadable
        if sight.unreadable:
            return
        self._back(run)
        self._take_in(run, sight)
        if sight.ingest is not None:
            self._reconcile(run, sight.ingest, sight.control_seen)
        if not run.foreign_major and not (sight.clearings and self._cut_short(run, sight.clearings)):
            self._steps(run, equipment)

    def _cut_short(self, run: Run, clearings: list[str]) -> bool:
        """A clearing left its holding folder: whether it has to be finished or undone before anything else.

        One without data is only swept, and stops nobody where it cannot be; of a verified run it may mean "cleared".
        """
        if run.job is not None and run.job.kind == "verify":
            self._core.cancel(run)
        if run.job is not None and run.job.live:
            return True
        if run.state is not Lifecycle.SYNC_VERIFIED and self._core.sweep_clearing(run, clearings):
            return False
        self._core.enqueue(run, "clear", "station")
        return True

    def _vanished(self, run: Run) -> Run | None:
        """A folder that is gone: an alarm until a person acknowledges it, unless the NAS copy was verified."""
        core, durable = self._core, run.durable
        if run.state is Lifecycle.STAGING and not durable.had_data and not durable.proof.manifest_digest:
            core.registry.remove(run)
            core.rows.drop(run)
            return None
        if not run.present:
            return run
        emptied = run.scan is not None and not run.scan.file_count and bool(durable.proof.manifest_digest)
        run.present, run.scan = False, None
        core.cancel(run)
        if run.state.rank < Lifecycle.SYNC_VERIFIED.rank and not emptied:
            durable.missing_since = durable.missing_since or stamp(utc_now())  # a restart is no news
            core.log.warning("%s: the run folder vanished before it was verified on the NAS", run.path)
        core.registry.save(run)
        core.rows.mark(run)
        return run

    def _back(self, run: Run) -> None:
        if not run.present or run.durable.missing_since:
            run.present, run.durable.missing_since, run.durable.acknowledged = True, None, False
            run.control_seen = ()

    def _take_in(self, run: Run, sight: Sight) -> None:
        """Note what was seen, on the monotonic clock; wall time is only for people."""
        changed = run.settling.observe(sight.scan.fingerprint, time.monotonic())
        run.scan, run.read_only = sight.scan, sight.read_only
        run.durable.had_data = run.durable.had_data or sight.scan.file_count > 0
        if changed:
            run.durable.last_activity_at = stamp(utc_now())
        elif not run.durable.last_activity_at:
            run.durable.last_activity_at = _first_activity(sight.scan.newest_ns)
        if sight.findings is not None:
            run.findings = sight.findings
        if sight.creation is not None:
            self._report_creation(run, sight.creation)
        if sight.signal is not None:
            run.signal = sight.signal
        if run.durable.held and run.durable.held["fingerprint"] != sight.scan.fingerprint:
            run.durable.held = None

    def _report_creation(self, run: Run, creation: Creation) -> None:
        """What creation.json says otherwise than place and config is reported once, and never followed."""
        equipment = self._core.equipment(run.path)
        expected = configured(equipment) if equipment else {}
        found = disagreements(creation, run.path, expected)
        if found == run.disagreements:
            return
        run.disagreements = found
        for sentence in run.disagreements:
            self._core.transitions.note(run, "WARNING", sentence)

    def _reconcile(self, run: Run, found: Ingest, control_seen: tuple[object, ...]) -> None:
        """Believe database or file, whichever is less advanced; see `ingest.reconcile`."""
        core = self._core
        run.control_seen = control_seen
        run.foreign_major = found.problem if found.status is IngestStatus.FOREIGN_MAJOR else ""
        if run.foreign_major:
            core.cancel(run)
            return
        known = run.state if run.durable.history else None
        verdict = reconcile(known, tuple(run.durable.history), found, run.local_files > 0)
        run.durable.unknown = unknown_fields(found.raw) or run.durable.unknown
        if verdict.state.rank < run.state.rank:
            core.cancel(run)
        if verdict.state is Lifecycle.STAGING and run.state is not Lifecycle.STAGING:
            run.signal = NOT_LOOKED_AT
            core.agenda.touch(str(run.path), 0.05)
        lost_words = known is None or len(verdict.history) > len(run.durable.history)
        run.state, run.durable.history = verdict.state, list(verdict.history)
        if lost_words and not verdict.renamed:
            recall(run.durable)
        self._note_reconciliation(run, verdict.renamed, verdict.reconciled, found)
        if known is None and found.status is IngestStatus.ABSENT:
            self.newcomers.add(run)
        elif verdict.rewrite or known is None:
            core.transitions.save(run)
            core.transitions.write_ingest(run)

    def _note_reconciliation(self, run: Run, renamed: bool, reconciled: bool, found: Ingest) -> None:
        reason = Reason.RENAMED if renamed else Reason.RECONCILED if reconciled else None
        if reason is None and run.durable.history:
            return
        entry = history_entry(run.state, utc_now(), self._core.host, reason)
        run.durable.history.append(entry)
        if reason is not None:
            detail = f"ingest.json was {found.status}" + (f" ({found.problem})" if found.problem else "")
            self._core.transitions.note(run, "WARNING", f"{reason}: {detail}; the run goes on from {run.state}")

    def _steps(self, run: Run, equipment: Equipment) -> None:
        self._core.refresh_findings(run)
        assert run.scan is not None
        for _ in range(4):  # staging -> complete -> queued is the longest way; a bound is a belt
            step = next_step(self._facts(run, equipment))
            if step is Step.FLUSH:
                run.flush_wanted = run.flushing != run.scan.fingerprint  # elsewhere, without the lock
            if step in (Step.NOTHING, Step.FLUSH):
                break
            self._do(run, step)
            if step is Step.COMPARE:
                break  # costs a walk; what it found shows at the next look
        if run.state is Lifecycle.STAGING and run.local_files and self._signalled(run):
            left = run.settling.remaining(wait_seconds(equipment), time.monotonic())
            self._core.agenda.touch(str(run.path), left + 0.01)

    def _signalled(self, run: Run) -> bool:
        return not run.signal or run.durable.forced_incomplete is not None

    def _facts(self, run: Run, equipment: Equipment) -> Facts:
        scan, proof = run.scan, run.durable.proof
        assert scan is not None
        verified = run.state is Lifecycle.SYNC_VERIFIED
        job = run.job
        return Facts(
            state=run.state,
            file_count=scan.file_count,
            same_tree=scan.fingerprint == (proof.fingerprint if verified else run.durable.frozen),
            grew=scan.file_count > run.durable.frozen_files,
            signalled=self._signalled(run),
            settled=run.settling.remaining(wait_seconds(equipment), time.monotonic()) == 0.0,
            flushed=run.flushed == scan.fingerprint,
            held=run.durable.held is not None,
            blocked=bool(blocking(run.findings)),
            job_live=job is not None and job.live,
            job_failed=job is not None and job.state == "failed" and job.kind == "sync",
        )

    def _do(self, run: Run, step: Step) -> None:
        transitions, scan = self._core.transitions, run.scan
        assert scan is not None
        if step is Step.COMPLETE:
            run.durable.frozen, run.durable.frozen_files = scan.fingerprint, scan.file_count
            word = run.durable.forced_incomplete or {}
            self._write_frozen(run, scan, word.get("by") or "station")
            transitions.advance(
                run,
                Lifecycle.COMPLETE,
                by=word.get("by"),
                files_received=scan.file_count,
                bytes_received=scan.byte_total,
                even_if_incomplete=word.get("missing"),
            )
            self._say_blocked(run)
        elif step is Step.QUEUE:
            if run.state is Lifecycle.COMPLETE:
                transitions.advance(run, Lifecycle.SYNC_QUEUED)
            self._core.enqueue(run, "sync")
        elif step is Step.COMPARE:
            self._compare(run)
        else:
            self._core.reopen(run, Reason.LATE_DATA if step is Step.REOPEN_LATE else Reason.CHANGED)

    def _write_frozen(self, run: Run, scan: RunScan, by: str) -> None:
        """The receipt of what the run was when it became complete; its manifest is not known before the copy."""
        nas_root = self._core.nas_root(run.path)
        target = self._core.targets.get(nas_root)
        self._core.receipts.write(
            Event.FROZEN,
            run,
            by,
            manifest_digest="",
            file_count=scan.file_count,
            byte_total=scan.byte_total,
            nas_id=(target.nas_id if target else "") or "",
            nas_path=f"{nas_root.rstrip('/')}/{run.path}" if nas_root else "",
            reading="",
            fingerprint=scan.fingerprint,
        )

    def _say_blocked(self, run: Run) -> None:
        hard = blocking(run.findings)
        if hard:
            self._core.transitions.note(run, "WARNING", f"blocked: {hard[0].message} {hard[0].remedy}")
            self._core.transitions.tell_creation(run, "blocked_by_validation")
        else:
            passed = [finding.problem_class for finding in run.findings if finding.overridden_by]
            note = f", overridden: {', '.join(sorted(set(passed)))}" if passed else ""
            self._core.transitions.note(run, "INFO", f"checked, nothing is in its way{note}")

    def _compare(self, run: Run) -> None:
        """The verified tree looks different: new, missing and resized files re-open it, other times are re-hashed."""
        core = self._core
        assert run.scan is not None
        busy = run.job is not None and run.job.live
        if busy and (not verifying.is_verifying(run) or run.compared == run.scan.fingerprint):
            return
        run.compared = run.scan.fingerprint
        with core.staging.open() as root:
            difference = compare_with_manifest(root, core.state, run.path, run.durable.frozen_files)
        if difference is Difference.ONLY_TIMES:
            if not busy:
                core.enqueue(run, "recheck")
            return
        self._core.reopen(run, Reason.LATE_DATA if difference is Difference.NEW_FILES else Reason.CHANGED)


def _shown(run: Run) -> tuple[object, ...]:
    """Of what a look can change, all that the listing tells: a rescan of thousands of runs makes no row anew."""
    durable = run.durable
    return (
        run.state,
        run.present,
        run.scan and run.scan.fingerprint,
        run.signal,
        run.unreadable,
        run.foreign_major,
        run.read_only,
        run.findings,
        run.disagreements,
        run.job,
        durable.last_activity_at,
        durable.missing_since,
        durable.held,
        durable.acknowledged,
        len(durable.history),
    )


def configured(equipment: Equipment) -> dict[str, str]:
    """The settings a creation.json might name otherwise, by field name."""
    fields = ("completeness_signal", "sentinel_filename", "manifest_filename", "nas_root")
    return {name: str(getattr(equipment, name)) for name in fields}


def _first_activity(newest_ns: int) -> str:
    """For a run first seen with its files there: their latest ctime (this computer's clock), never in the future."""
    now = utc_now()
    newest = datetime.fromtimestamp(newest_ns / 1e9, UTC) if newest_ns else now
    return stamp(min(now, newest))
