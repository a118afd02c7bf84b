"""Owns what is told of each run of a bulk clearing, and the sums."""

from __future__ import annotations

from typing import Any

from exlab_wizard import units
from exlab_wizard.api.bulk_models import BulkClearResponse, BulkClearRun
from exlab_wizard.api.models import ClearResponse
from exlab_wizard.errors import StagingError
from exlab_wizard.station.bulk_selection import Choice
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import parse_stamp

_UNPROVEN = "Its copy on the NAS must be verified again first: `exlab-wizard verify {}`, or ask for its clearing alone."


def of(core: Core, choice: Choice) -> BulkClearRun:
    """A run as it is now, with what was chosen for it. The caller holds the lock."""
    path, told = choice.run_path, _told(choice)
    run = core.registry.get(path)
    if run is None:
        facts: dict[str, Any] = {"files": 0, "bytes": 0, "nas_path": None, "proven_at": None}
    else:
        scan, proof = run.scan, run.durable.proof
        facts = {
            "files": run.local_files,
            "bytes": scan.byte_total if scan and run.present else 0,
            "nas_path": run.nas_path.encode("utf-8", "backslashreplace").decode() or None,
            "proven_at": parse_stamp(proof.proven_at),
        }
    return BulkClearRun(run_path=path, equipment_id=path.split("/", 1)[0], **facts, **told)


def _told(choice: Choice) -> dict[str, Any]:
    leaf = choice.run_path.rsplit("/", 1)[-1]
    if choice.kept and choice.asked:  # only asking for it has it verified again, and a dry run does not
        return {"outcome": "kept", "code": choice.code, "message": _UNPROVEN.format(leaf)}
    if choice.kept:
        return {"outcome": "kept", "code": choice.code or None, "message": choice.kept}
    message = "Its copy on the NAS stays, and is proven again just before anything is deleted here."
    return {"outcome": "would_clear", "code": None, "message": message}


def not_a_run(text: str, error: StagingError) -> BulkClearRun:
    """What was named is no run path."""
    return BulkClearRun(
        run_path=text.encode("utf-8", "backslashreplace").decode(),
        equipment_id="",
        files=0,
        bytes=0,
        nas_path=None,
        proven_at=None,
        outcome="kept",
        code=error.code,
        message=error.message,
    )


def kept(run: BulkClearRun, error: StagingError) -> BulkClearRun:
    """It was asked for and refused; whatever had been put aside is back, or the message says otherwise."""
    return run.model_copy(update={"outcome": "kept", "code": str(error.code), "message": error.message})


def cleared(run: BulkClearRun, freed: ClearResponse) -> BulkClearRun:
    """It is gone from here."""
    amount = f"{units.count(freed.files_freed, 'file')}, {units.size(freed.bytes_freed)} freed."
    where = f" The data are at {run.nas_path}." if run.nas_path else ""
    update = {"files": freed.files_freed, "bytes": freed.bytes_freed, "outcome": "cleared", "code": None}
    return run.model_copy(update={**update, "message": f"{amount}{where}"})


def answer(dry_run: bool, runs: list[BulkClearRun]) -> BulkClearResponse:
    """The whole, with its sums."""
    freed = [run for run in runs if run.outcome != "kept"]
    return BulkClearResponse(
        dry_run=dry_run,
        runs=runs,
        runs_freed=len(freed),
        files_freed=sum(run.files for run in freed),
        bytes_freed=sum(run.bytes for run in freed),
    )
