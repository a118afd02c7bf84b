"""Owns the closed list of error codes and the one exception that carries them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """Every error code an outside caller can meet. A new one joins docs, OpenAPI and tests in one commit."""

    INVALID_RUN_PATH = "invalid_run_path"
    INVALID_REQUEST = "invalid_request"
    FORBIDDEN = "forbidden"
    RUN_NOT_FOUND = "run_not_found"
    STAGING_NOT_SYNC_VERIFIED = "staging_not_sync_verified"
    RUN_NOT_COMPLETE = "run_not_complete"
    RUN_CHANGED_SINCE_VERIFIED = "run_changed_since_verified"
    NAS_COPY_NOT_PROVEN = "nas_copy_not_proven"
    RUN_BUSY = "run_busy"
    RUN_CLEARED = "run_cleared"
    INGEST_UNREADABLE = "ingest_unreadable"
    SCHEMA_MAJOR_MISMATCH = "schema_major_mismatch"
    NOT_PERMITTED = "not_permitted"
    LEDGER_DAMAGED = "ledger_damaged"
    PAUSED = "paused"
    NOTHING_TO_RETRY = "nothing_to_retry"
    ORCHESTRATOR_DISABLED = "orchestrator_disabled"
    CONFIG_INVALID = "config_invalid"
    CONFIG_MISMATCH = "config_mismatch"
    STATION_STARTING = "station_starting"
    STAGING_UNAVAILABLE = "staging_unavailable"
    NAS_UNAVAILABLE = "nas_unavailable"
    INTERNAL_ERROR = "internal_error"


HTTP_STATUS: dict[Code, int] = {
    Code.INVALID_RUN_PATH: 400,
    Code.INVALID_REQUEST: 400,
    Code.FORBIDDEN: 403,
    Code.RUN_NOT_FOUND: 404,
    Code.STAGING_NOT_SYNC_VERIFIED: 409,
    Code.RUN_NOT_COMPLETE: 409,
    Code.RUN_CHANGED_SINCE_VERIFIED: 409,
    Code.NAS_COPY_NOT_PROVEN: 409,
    Code.RUN_BUSY: 409,
    Code.RUN_CLEARED: 409,
    Code.INGEST_UNREADABLE: 409,
    Code.SCHEMA_MAJOR_MISMATCH: 409,
    Code.NOT_PERMITTED: 409,
    Code.LEDGER_DAMAGED: 409,
    Code.PAUSED: 409,
    Code.NOTHING_TO_RETRY: 409,
    Code.ORCHESTRATOR_DISABLED: 503,
    Code.CONFIG_INVALID: 503,
    Code.CONFIG_MISMATCH: 503,
    Code.STATION_STARTING: 503,
    Code.STAGING_UNAVAILABLE: 503,
    Code.NAS_UNAVAILABLE: 503,
    Code.INTERNAL_ERROR: 500,
}


ADVICE: dict[Code, str] = {
    Code.RUN_NOT_FOUND: "`exlab-wizard list` shows the runs there are.",
    Code.INVALID_RUN_PATH: "`exlab-wizard list` shows run paths; the end of one is enough if it is the only one.",
    Code.STATION_STARTING: "Ask again in a few seconds.",
    Code.RUN_BUSY: "Ask again when its job is done: `exlab-wizard watch`.",
    Code.NAS_COPY_NOT_PROVEN: "Ask again when it has been verified afresh: `exlab-wizard wait RUN`, then clear.",
    Code.STAGING_NOT_SYNC_VERIFIED: "`exlab-wizard force-sync --wait RUN`, then clear.",
    Code.RUN_CHANGED_SINCE_VERIFIED: "`exlab-wizard wait RUN` until it is verified again, then clear.",
    Code.RUN_NOT_COMPLETE: "Wait for the instrument, or `exlab-wizard force-sync --even-if-incomplete RUN`.",
    Code.RUN_CLEARED: "`exlab-wizard path RUN` prints where its data are.",
    Code.LEDGER_DAMAGED: "`exlab-wizard audit` says what is wrong; `exlab-wizard audit --set-aside` begins a new one.",
    Code.PAUSED: "`exlab-wizard resume --all`, or `--equipment ID`; `exlab-wizard doctor` says who paused what.",
    Code.NOTHING_TO_RETRY: "`exlab-wizard list` says what it waits for; `exlab-wizard force-sync RUN` syncs it now.",
    Code.ORCHESTRATOR_DISABLED: "`exlab-wizard init` writes a configuration; `exlab-wizard doctor` checks one.",
    Code.CONFIG_INVALID: "`exlab-wizard doctor` checks the configuration; then restart the Jupyter server.",
    Code.CONFIG_MISMATCH: "`exlab-wizard doctor` compares the two configurations.",
    Code.STAGING_UNAVAILABLE: "`exlab-wizard doctor` checks the staging directory.",
    Code.NAS_UNAVAILABLE: "`exlab-wizard doctor` checks the NAS.",
}


class StagingError(Exception):
    """A refusal or failure a caller can act on.

    `code` is one of `Code`; `message` is a sentence for a scientist that says what to do; `details` is JSON-able
    evidence (missing files, where the data is, when to ask again). Nothing in it is secret. `str()` gives
    `code: message`.
    """

    def __init__(self, code: Code, message: str, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    @property
    def next_step(self) -> str:
        """What to do about it: the remedy of this very case if there is one, else the advice for the code, or ""."""
        return str(self.details.get("next_step") or self.details.get("remedy") or ADVICE.get(self.code, ""))

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return HTTP_STATUS[self.code]

    def to_dict(self) -> dict[str, Any]:
        """The wire shape: `code`, `message`, `reason` (for Jupyter front ends) and any details."""
        return {"code": str(self.code), "message": self.message, "reason": self.message, **self.details}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> StagingError:
        """The inverse of `to_dict`, used where a request was answered by another process."""
        rest = {key: value for key, value in data.items() if key not in ("code", "message", "reason")}
        return cls(Code(data["code"]), str(data["message"]), **rest)
