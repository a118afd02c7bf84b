"""Owns the wire shapes of pausing, resuming and trying again; `api.models` gives them to everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PauseResponse(_Model):
    """`POST /staging/{run_path}/pause` and `/resume`: who said so, and when; asking twice changes nothing."""

    run_path: str
    paused: bool
    by: str
    at: datetime


class PauseMark(_Model):
    """Who paused, and when (UTC)."""

    by: str
    at: datetime


class Pauses(_Model):
    """What people have paused beside single runs; a paused run says so in its row."""

    all: PauseMark | None = None
    equipment: dict[str, PauseMark] = Field(default_factory=dict, description="by equipment id")


class PausesRequest(_Model):
    """Body of `POST /staging/pause` and `/staging/resume`."""

    equipment_id: str | None = Field(None, description="one instrument's runs; null or absent: everything")


class PausesResponse(_Model):
    """`POST /staging/pause` and `/staging/resume`: what is paused now."""

    paused: Pauses


class RetryResponse(_Model):
    """`POST /staging/{run_path}/retry`: the job that failed or waited goes now; it keeps its id."""

    run_path: str
    job_id: str
    kind: Literal["sync", "recheck", "verify", "restore"]
