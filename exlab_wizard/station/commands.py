"""Owns what people and scripts may ask of a leading station: force-sync, clear, verify, overrides and decisions."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any

from exlab_wizard.api.bulk_models import BulkClearRequest, BulkClearResponse
from exlab_wizard.api.models import (
    AcceptNasRequest,
    AcceptNasResponse,
    AcknowledgeResponse,
    ChecksumsResponse,
    ClearResponse,
    DamageModel,
    FindingModel,
    ForceSyncResponse,
    HistoryEntry,
    JobModel,
    OverrideRequest,
    OverridesResponse,
    PauseResponse,
    PausesResponse,
    RestoreResponse,
    RetryResponse,
    RunDetail,
    VerifyResponse,
)
from exlab_wizard.clearing import receipts
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.gate.overrides import new_override, tombstone
from exlab_wizard.listing.index import with_age
from exlab_wizard.observer.observer import Observer
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import Lifecycle, stamp, utc_now
from exlab_wizard.runs.wizard_log import log_name
from exlab_wizard.station import damage, pausing, verifying
from exlab_wizard.station.bulk_clearing import BulkClearing
from exlab_wizard.station.checksum_list import checksums_page
from exlab_wizard.station.core import Core
from exlab_wizard.station.pause_commands import PauseCommands
from exlab_wizard.station.registry import Damage, Run
from exlab_wizard.sync.errands import Errands
from exlab_wizard.sync.queue import EXPEDITED, Job

_CLEAR_WAIT_SECONDS = 24 * 3600.0


class Commands(PauseCommands):
    """The verbs of the leader. Each takes plain JSON values and gives a wire model; all raise `StagingError`."""

    def __init__(self, core: Core, observer: Observer, errands: Errands) -> None:
        self._core, self._observer, self._errands = core, observer, errands
        self._bulk = BulkClearing(core, observer, errands)

    def call(self, verb: str, args: dict[str, Any]) -> dict[str, Any]:
        """Do a forwarded verb; its answer as JSON."""
        if verb not in VERBS:
            raise StagingError(Code.INVALID_REQUEST, f"{verb!r} is not something a station can do.")
        answer: dict[str, Any] = getattr(self, verb)(**args).model_dump(mode="json")
        return answer

    def force_sync(self, run: str, by: str, even_if_incomplete: bool = False) -> ForceSyncResponse:
        """Skip the waiting, not the safety: re-evaluate the run now and put it in front (DESIGN 4)."""
        path = RunPath.parse(run)
        known = self._core.registry.get(path)
        if known is None or not known.syncing:
            self._observer.look_now(path)
        with self._core.lock:
            found = self._found(path)
            answer = self._force(found, by, even_if_incomplete)
            pausing.overrule(self._core, found, by, "a sync")
            self._core.rows.mark(found)
            self._core.rows.flush()
            return answer

    def _found(self, path: RunPath) -> Run:
        return self._core.found(path)

    def _force(self, run: Run, by: str, even_if_incomplete: bool) -> ForceSyncResponse:
        path = str(run.path)
        self._refuse_force(run)
        run.expedite, run.asked_at = True, f"{utc_now():%H:%M} UTC"
        run.durable.held = None
        if verifying.is_verifying(run):
            self._core.cancel(run)  # a sync verifies as well
        arrived = run.state is not Lifecycle.STAGING or not run.signal
        if arrived and not run.busy and self._core.blocked(run):
            self._core.cancel(run)
            return ForceSyncResponse(run_path=path, state="blocked", job_id=None)
        if run.job is not None and run.job.live:
            return self._hurry(run, by)
        if run.state is Lifecycle.SYNC_VERIFIED:
            job = self._core.sync_again(run, by)
            return ForceSyncResponse(run_path=path, state="queued", job_id=job.id)
        if run.state is Lifecycle.STAGING:
            return self._force_staging(run, by, even_if_incomplete)
        return self._hurry(run, by)

    def _refuse_force(self, run: Run) -> None:
        path, where = str(run.path), run.nas_path
        if run.foreign_major:
            message = f"{path}: ingest.json is of another version ({run.foreign_major}); it is left untouched."
            raise StagingError(Code.SCHEMA_MAJOR_MISMATCH, message, run_path=path)
        if run.state is Lifecycle.CLEARED or (run.state is Lifecycle.SYNC_VERIFIED and not run.local_files):
            message = f"{path} has no local data any more. They are at {where}."
            raise StagingError(Code.RUN_CLEARED, message, run_path=path, nas_path=where)
        if run.job is not None and run.job.live and run.job.kind == "clear":
            raise StagingError(Code.RUN_BUSY, f"{path} is being cleared; ask again when that is done.", run_path=path)
        if not run.present:
            message = f"The folder of {path} is gone from staging since {run.durable.missing_since}."
            raise StagingError(Code.RUN_NOT_FOUND, message, run_path=path)
        pausing.refuse_wide(self._core, run, "synced")

    def _hurry(self, run: Run, by: str) -> ForceSyncResponse:
        """The job there is goes now: same id, attempts forgotten."""
        core, job = self._core, run.job
        core.outbox.hurry(str(run.path))
        if not core.targets.usable(core.nas_root(run.path)):
            core.targets.probe_soon(core.nas_root(run.path))
        if job is None or job.kind == "verify" or job.state in ("done", "superseded"):
            job = core.enqueue(run, "sync", by)
        elif job.state != "running":
            job = run.job = core.queue.rearm(job.id, EXPEDITED, by)
            core.wake_sync()
        assert job is not None
        return ForceSyncResponse(run_path=str(run.path), state="queued", job_id=job.id)

    def _force_staging(self, run: Run, by: str, even_if_incomplete: bool) -> ForceSyncResponse:
        core, path = self._core, str(run.path)
        if not run.local_files:
            raise StagingError(
                Code.RUN_NOT_COMPLETE, f"{path} has no data files yet.", run_path=path, missing="data files"
            )
        if run.signal and not even_if_incomplete and run.durable.forced_incomplete is None:
            raise StagingError(
                Code.RUN_NOT_COMPLETE,
                f"{path} is not complete: {run.signal}. Wait for it, or ask again with even_if_incomplete.",
                run_path=path,
                missing=run.signal,
            )
        if run.signal and run.durable.forced_incomplete is None:
            run.durable.forced_incomplete = {"by": by, "at": stamp(utc_now()), "missing": run.signal}
            core.registry.save(run)
            core.transitions.note(run, "WARNING", f"synced without its signal on the word of {by}: {run.signal}")
        core.agenda.touch(path)
        return ForceSyncResponse(run_path=path, state="queued", job_id=None)

    def clear(self, run: str, by: str) -> ClearResponse:
        """Clear a verified run's local data under proof; waits for the end and gives what was really freed."""
        path = RunPath.parse(run)
        known = self._core.registry.get(path)
        if known is None or known.scan is None:  # just started: not looked at yet is not "no local data"
            self._observer.look_now(path)
        with self._core.lock:  # what changed since the last look is found by the worker, at the moment of deletion
            future: Future[ClearResponse] = self._errands.ask_clear(self._found(path), by)
            self._core.rows.flush()
        try:
            return future.result(_CLEAR_WAIT_SECONDS)
        except TimeoutError:
            message = f"{path} is still being cleared, or waits for it; it goes on. Ask again to wait for its numbers."
            raise StagingError(Code.RUN_BUSY, message, run_path=str(path)) from None

    def clear_verified(self, by: str, request: dict[str, Any]) -> BulkClearResponse:
        """Clear every verified run the request selects, each as `clear` does; with `dry_run` only say which."""
        return self._bulk.run(by, BulkClearRequest.model_validate(request))

    def restore(self, run: str, by: str) -> RestoreResponse:
        """Bring a cleared run's data back from the NAS; queued, also while the NAS is away."""
        path = RunPath.parse(run)
        self._observer.look_now(path)
        with self._core.lock:
            found = self._found(path)
            pausing.refuse_wide(self._core, found, "restored")
            answer = self._errands.ask_restore(found, by)
            pausing.overrule(self._core, found, by, "its data")
            self._core.rows.flush()
            return answer

    def verify(self, run: str, by: str) -> VerifyResponse:
        """Read the run's NAS copy again, here or cleared; a person's goes in front."""
        path = RunPath.parse(run)
        self._observer.look_now(path)
        with self._core.lock:
            found = self._found(path)
            pausing.refuse_wide(self._core, found, "read again")
            job = verifying.ask(self._core, found, by)
            pausing.overrule(self._core, found, by, "a reading")
            self._core.transitions.note(found, "INFO", f"verify asked by {by}, job {job.id}")
            self._core.rows.mark(found)
            self._core.rows.flush()
        return VerifyResponse(run_path=str(path), state="queued", job_id=job.id)

    def overrides(self, run: str) -> OverridesResponse:
        """The run's override records."""
        path = RunPath.parse(run)
        with self._core.lock:
            self._found(path)
            return OverridesResponse(run_path=str(path), overrides=self._core.overrides.of(str(path)))

    def add_override(self, run: str, by: str, request: dict[str, Any]) -> OverridesResponse:
        """Record that a person lets a finding pass; the run is looked at again at once."""
        path, wish = RunPath.parse(run), OverrideRequest.model_validate(request)
        record = new_override(wish.problem_class, by, wish.reason, datetime.now(UTC), wish.expires_at)
        with self._core.lock:
            found = self._found(path)
            self._core.overrides.add(str(path), record)
            text = f"override {record.id} for {record.problem_class} by {by}: {record.reason}"
            self._core.transitions.note(found, "WARNING", text)
        self._look_again(path)
        return self.overrides(str(path))

    def revoke_override(self, run: str, by: str, override_id: str, reason: str) -> OverridesResponse:
        """End an override by a tombstone."""
        path = RunPath.parse(run)
        with self._core.lock:
            found = self._found(path)
            records = self._core.overrides.records(str(path))
            record = tombstone(records, override_id, operator=by, reason=reason, now=datetime.now(UTC))
            self._core.overrides.add(str(path), record)
            self._core.transitions.note(found, "WARNING", f"override {override_id} revoked by {by}: {reason}")
        self._look_again(path)
        return self.overrides(str(path))

    def _look_again(self, path: RunPath) -> None:
        self._observer.look_now(path)
        with self._core.lock:
            run = self._core.registry.get(path)
            if run is not None:
                self._core.refresh_findings(run)
                self._core.rows.mark(run)
            self._core.rows.flush()

    def acknowledge(self, run: str, by: str) -> AcknowledgeResponse:
        """A person takes note that a run is missing (it leaves the list), its copy damaged, or its restore failed."""
        path = RunPath.parse(run)
        self._observer.look_now(path)
        with self._core.lock:
            found = self._found(path)
            if self._noted(found, by):
                self._core.rows.flush()
                return AcknowledgeResponse(run_path=str(path), acknowledged=True)
            if found.present or not found.durable.missing_since:
                raise StagingError(
                    Code.INVALID_REQUEST,
                    f"{path} is neither missing nor damaged; there is nothing to acknowledge.",
                    run_path=str(path),
                )
            self._core.log.warning("%s: its loss was acknowledged by %s", path, by)
            self._core.queue.forget(str(path))
            if found.durable.proof.manifest_digest:  # what was verified before is on the NAS: it stays listed
                found.durable.acknowledged, found.job = True, None
                self._core.registry.save(found)
                self._core.rows.mark(found)
            else:
                self._core.registry.remove(found)
                self._core.pauses.drop(str(path))
                self._core.rows.drop(found)
            self._core.rows.flush()
        return AcknowledgeResponse(run_path=str(path), acknowledged=True)

    def _noted(self, run: Run, by: str) -> bool:
        """Take note of damage on the NAS, or of a restore that failed; whether there was either."""
        failed = run.job is not None and run.job.kind == "restore" and run.job.state == "failed"
        if failed:
            self._core.queue.forget(str(run.path))
            run.job = None
            self._core.transitions.note(run, "INFO", f"that it was not restored was acknowledged by {by}")
            self._core.rows.mark(run)
        if run.alarm is not None:
            damage.acknowledge(self._core, run, by)
            return True
        return failed

    def accept_nas(self, by: str, request: dict[str, Any]) -> AcceptNasResponse:
        """A person says that the NAS with this id is the right one from now on (where the config names none)."""
        wish = AcceptNasRequest.model_validate(request)
        with self._core.lock:
            target = self._core.targets.get(wish.nas_root)
            if target is None:
                raise StagingError(Code.INVALID_REQUEST, f"{wish.nas_root} is not a configured nas_root.")
            if target.configured_id is not None:
                message = f"The configuration names nas_id {target.configured_id}; change it there."
                raise StagingError(Code.NOT_PERMITTED, message)
            if wish.nas_id not in (target.met_id, target.nas_id):
                there = (
                    f"The NAS there has the id {target.met_id}." if target.met_id else "No marked NAS answers there."
                )
                raise StagingError(Code.INVALID_REQUEST, f"{wish.nas_id!r} is not at {wish.nas_root}. {there}")
            self._core.targets.pin(wish.nas_root, wish.nas_id)
            self._core.log.warning("%s: NAS id %s accepted by %s", wish.nas_root, wish.nas_id, by)
            self._core.rows.mark_all()
            self._core.wake_sync()
            status = self._core.targets.status(wish.nas_root)
            assert status is not None
            return AcceptNasResponse(target=status)

    def detail(self, run: str) -> RunDetail:
        """Everything about one run."""
        path = RunPath.parse(run)
        self._found_any(path)
        receipt = receipts.last_receipt(self._core.state, path)  # the ledger is long, and nobody waits for it here
        with self._core.lock:
            found = self._found_any(path)
            row = with_age(self._core.rows.row(found), datetime.now(UTC))
            proof = found.durable.proof
            return RunDetail(
                row=row,
                history=[HistoryEntry.model_validate(entry) for entry in found.durable.history],
                job=_job_model(found.job),
                findings=[_finding_model(finding) for finding in found.findings],
                disagreements=found.disagreements,
                overrides=self._core.overrides.of(str(path)),
                receipt=receipt,
                manifest_digest=proof.manifest_digest or None,
                verify_passes=proof.passes,
                log_path=f"{self._core.staging.path}/{path}/.exlab-wizard/{log_name(self._core.host)}",
                nas_path=found.nas_path or None,
                damage=_damage_model(found.durable.damage),
            )

    def checksums(self, run: str, offset: int, limit: int) -> ChecksumsResponse:
        """A page of the verified files; the list may be long, and nobody waits for it here."""
        path = RunPath.parse(run)
        with self._core.lock:
            found = self._found_any(path)
            digest, nas_path = found.manifest_digest, found.nas_path
        return checksums_page(self._core.state, path, digest, nas_path, offset, limit)

    def _found_any(self, path: RunPath) -> Run:
        run = self._core.registry.get(path)
        if run is None:
            raise StagingError(Code.RUN_NOT_FOUND, f"There is no run {path} in staging.", run_path=str(path))
        return run


VERBS: dict[str, type[Any]] = {
    "force_sync": ForceSyncResponse,
    "clear": ClearResponse,
    "clear_verified": BulkClearResponse,
    "restore": RestoreResponse,
    "verify": VerifyResponse,
    "overrides": OverridesResponse,
    "add_override": OverridesResponse,
    "revoke_override": OverridesResponse,
    "acknowledge": AcknowledgeResponse,
    "pause": PauseResponse,
    "resume": PauseResponse,
    "pause_wide": PausesResponse,
    "resume_wide": PausesResponse,
    "retry": RetryResponse,
    "accept_nas": AcceptNasResponse,
    "detail": RunDetail,
    "checksums": ChecksumsResponse,
}
READS = frozenset({"overrides", "detail", "checksums"})


def _job_model(job: Job | None) -> JobModel | None:
    if job is None:
        return None
    return JobModel.model_validate(
        {
            "id": job.id,
            "kind": job.kind,
            "state": job.state,
            "attempt": job.attempt,
            "created_at": job.created_at,
            "not_before": job.due_at,
            "error": job.error,
            "requested_by": job.requested_by,
        }
    )


def _damage_model(known: Damage | None) -> DamageModel | None:
    if known is None:
        return None
    return DamageModel(
        found_at=known.found_at,
        sentence=known.sentence,
        paths=known.paths,
        count=known.count,
        acknowledged_by=known.acknowledged_by or None,
    )


def _finding_model(finding: Any) -> FindingModel:
    return FindingModel(
        problem_class=str(finding.problem_class),
        severity=str(finding.severity),
        path=finding.path,
        message=finding.message,
        remedy=finding.remedy,
        overridden_by=finding.overridden_by,
    )
