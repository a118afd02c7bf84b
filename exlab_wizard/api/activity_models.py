"""Owns the wire shapes of the record of the last day."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from exlab_wizard.api.wire import WireModel


class ActivityPoint(WireModel):
    """What happened in one stretch of five minutes that begins at `at`; sizes are those at its end."""

    at: datetime
    bytes_synced: int = Field(description="bytes that got their names on a NAS; adopted ones are not among them")
    bytes_staged: int = Field(description="bytes of data in staging")
    disk_free: int | None = Field(description="bytes free on the staging disk; null while it was away")
    disk_total: int | None


class ActivityResponse(WireModel):
    """`GET /staging/activity`: the last 24 h, oldest first; no point for a time when no server ran."""

    at: datetime
    bucket_seconds: int = 300
    points: list[ActivityPoint]
