"""Owns the wire shapes of clearing many runs at once."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from exlab_wizard.api.wire import WireModel


class BulkClearRequest(WireModel):
    """Body of `POST /staging/clear-verified`: every condition given must hold; `keep_newest: 0` asks for every run.

    One that chooses nothing is refused, but for a dry run: an empty body must not clear a whole station.
    """

    runs: list[str] | None = Field(None, description="these runs only; null: every run that is or was verified")
    equipment_id: str | None = Field(None, description="runs of this instrument only")
    older_than_days: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="only runs that became Verified at least so many days ago"
    )
    keep_newest: int | None = Field(
        None, ge=0, description="of each instrument so many of the newest verified runs stay; 0 or null: none of them"
    )
    dry_run: bool = Field(False, description="only say what would be cleared; changes nothing")

    @property
    def chooses(self) -> bool:
        """Whether it says which runs."""
        given = (self.runs, self.equipment_id, self.older_than_days, self.keep_newest)
        return any(one is not None for one in given)


class BulkClearRun(WireModel):
    """What became, or would become, of one run. Counts of a cleared run are what was really unlinked."""

    run_path: str
    equipment_id: str
    files: int
    bytes: int
    nas_path: str | None
    proven_at: datetime | None
    outcome: Literal["would_clear", "cleared", "kept"]
    code: str | None = Field(None, description="the error code for a kept run that could not be cleared")
    message: str


class BulkClearResponse(WireModel):
    """`POST /staging/clear-verified`; the sums are of cleared runs, in a dry run of those that would be."""

    dry_run: bool
    runs: list[BulkClearRun]
    runs_freed: int
    files_freed: int
    bytes_freed: int
