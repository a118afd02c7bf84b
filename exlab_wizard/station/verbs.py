"""Owns what may be asked of a station about single runs, typed: each goes to whoever leads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from exlab_wizard.api.bulk_models import BulkClearRequest, BulkClearResponse
from exlab_wizard.api.models import (
    AcceptNasRequest,
    AcceptNasResponse,
    AcknowledgeResponse,
    ChecksumsResponse,
    ClearResponse,
    ForceSyncResponse,
    OverrideRequest,
    OverridesResponse,
    PauseResponse,
    PausesResponse,
    RestoreResponse,
    RetryResponse,
    RunDetail,
    VerifyResponse,
)
from exlab_wizard.runs.paths import RunPath


class Verbs(ABC):
    """One method a verb; all block until the leader has answered and raise `StagingError` only."""

    @abstractmethod
    def _command(self, verb: str, **args: Any) -> Any:
        """Have the leader do a verb; its wire model."""

    def detail(self, run: RunPath) -> RunDetail:
        """Everything about one run."""
        answer: RunDetail = self._command("detail", run=str(run))
        return answer

    def checksums(self, run: RunPath, offset: int = 0, limit: int = 500) -> ChecksumsResponse:
        """A page of a run's verified files."""
        answer: ChecksumsResponse = self._command("checksums", run=str(run), offset=offset, limit=limit)
        return answer

    def overrides(self, run: RunPath) -> OverridesResponse:
        """A run's override records."""
        answer: OverridesResponse = self._command("overrides", run=str(run))
        return answer

    def force_sync(self, run: RunPath, by: str, even_if_incomplete: bool = False) -> ForceSyncResponse:
        """Skip the waiting, not the safety."""
        answer: ForceSyncResponse = self._command(
            "force_sync", run=str(run), by=by, even_if_incomplete=even_if_incomplete
        )
        return answer

    def clear(self, run: RunPath, by: str) -> ClearResponse:
        """Clear a verified run under proof; returns when it is done."""
        answer: ClearResponse = self._command("clear", run=str(run), by=by)
        return answer

    def clear_verified(self, by: str, request: BulkClearRequest) -> BulkClearResponse:
        """Clear every verified run that `request` selects; returns when all of it is done."""
        answer: BulkClearResponse = self._command("clear_verified", by=by, request=request.model_dump(mode="json"))
        return answer

    def restore(self, run: RunPath, by: str) -> RestoreResponse:
        """Queue bringing a cleared run's data back."""
        answer: RestoreResponse = self._command("restore", run=str(run), by=by)
        return answer

    def verify(self, run: RunPath, by: str) -> VerifyResponse:
        """Have the run's NAS copy read again."""
        answer: VerifyResponse = self._command("verify", run=str(run), by=by)
        return answer

    def add_override(self, run: RunPath, by: str, request: OverrideRequest) -> OverridesResponse:
        """Let a finding pass, on a person's word."""
        answer: OverridesResponse = self._command(
            "add_override", run=str(run), by=by, request=request.model_dump(mode="json")
        )
        return answer

    def revoke_override(self, run: RunPath, by: str, override_id: str, reason: str) -> OverridesResponse:
        """End an override."""
        answer: OverridesResponse = self._command(
            "revoke_override", run=str(run), by=by, override_id=override_id, reason=reason
        )
        return answer

    def pause(self, run: RunPath, by: str) -> PauseResponse:
        """Hold a run until it is resumed."""
        answer: PauseResponse = self._command("pause", run=str(run), by=by)
        return answer

    def resume(self, run: RunPath, by: str) -> PauseResponse:
        """Let a paused run go on."""
        answer: PauseResponse = self._command("resume", run=str(run), by=by)
        return answer

    def pause_wide(self, by: str, equipment_id: str | None = None) -> PausesResponse:
        """Hold one instrument's runs, or everything."""
        answer: PausesResponse = self._command("pause_wide", by=by, equipment_id=equipment_id)
        return answer

    def resume_wide(self, by: str, equipment_id: str | None = None) -> PausesResponse:
        """End the pause of one instrument, or of everything."""
        answer: PausesResponse = self._command("resume_wide", by=by, equipment_id=equipment_id)
        return answer

    def retry(self, run: RunPath, by: str) -> RetryResponse:
        """Have a failed or waiting job go now."""
        answer: RetryResponse = self._command("retry", run=str(run), by=by)
        return answer

    def acknowledge(self, run: RunPath, by: str) -> AcknowledgeResponse:
        """Take note of a missing run, or of a damaged copy."""
        answer: AcknowledgeResponse = self._command("acknowledge", run=str(run), by=by)
        return answer

    def accept_nas(self, by: str, request: AcceptNasRequest) -> AcceptNasResponse:
        """Pin another NAS id, on a person's word."""
        answer: AcceptNasResponse = self._command("accept_nas", by=by, request=request.model_dump(mode="json"))
        return answer
