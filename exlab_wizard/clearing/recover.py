"""Owns what becomes of a clearing that a crash cut short: undone, finished after a new proof, or given up."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from exlab_wizard.clearing.ending import finish, give_up, undo
from exlab_wizard.clearing.holding import DATA, Holding, Planned, pending_clearings
from exlab_wizard.clearing.lease import WriterCheck
from exlab_wizard.clearing.ledgers import bring_up_to_date
from exlab_wizard.clearing.proof import demand_no_writer, prove_rest
from exlab_wizard.clearing.receipts import LEDGER_NAME, Event, Own, Receipt, last_receipt, receipt
from exlab_wizard.clearing.site import Local, NasCopy, open_nas
from exlab_wizard.clearing.unlink import Freed, remove_folders, unlink_proven
from exlab_wizard.clearing.witness import demand_whole_ledgers
from exlab_wizard.runs.ingest import INGEST_NAME
from exlab_wizard.runs.scan import EntryKind, walk
from exlab_wizard.sync.engine.meter import Meter
from exlab_wizard.sync.engine.records import load_manifest
from exlab_wizard.sync.failure import TaskFailedError, on_state
from exlab_wizard.sync.fence import Fence, FencedError
from exlab_wizard.sync.tasks import ClearTask

_FREED = ("files_freed", "bytes_freed")


def recover(local: Local, task: ClearTask, fence: Fence, meter: Meter) -> dict[str, Any]:
    """End every clearing of the run that was cut short; outcome data as `run_clear` describes.

    Nothing unlinked yet: all is put back. Otherwise the NAS copy is proven anew, read back cold, and the clearing is
    finished; where that cannot be proven now, what is left is put back. Raises TaskFailedError (FENCED) and OSError.
    """
    ended: dict[str, Any] = {"undone": True}
    for clearing_id in pending_clearings(local.control):
        with Holding(local.control, clearing_id) as holding:
            fence.check()
            one = _Recovery(local, task, fence, meter, holding).run()
        ended = one if "undone" in ended and "partial" not in ended else _together(ended, one)
    return ended


def _together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Several folders of one run (each clearing ends the one before, so this takes a crash of the recovery itself)."""
    counts = {key: one.get(key, 0) + other.get(key, 0) for key in ("files_freed", "bytes_freed")}
    partial = any("partial" in ended for ended in (one, other))
    ids = one.get("clearing_ids", []) + other.get("clearing_ids", [])
    return {**other, **one, **counts, "clearing_ids": ids, **({"undone": True, "partial": True} if partial else {})}


class _Recovery:
    """One holding folder found at the start."""

    def __init__(self, local: Local, task: ClearTask, fence: Fence, meter: Meter, holding: Holding) -> None:
        self._local, self._task, self._fence, self._meter, self._holding = local, task, fence, meter, holding
        self._planned = holding.planned()

    def run(self) -> dict[str, Any]:
        if not self._holding.begun():
            return undo(self._local, self._holding, self._put_back("interrupted before any deletion"))
        self._holding.settle_taken(load_manifest(self._local.state, self._local.path))
        if self._planned is None or (self._holding.giving_up() and not self._all_gone()):
            return self._give_up("interrupted while it was being undone", Freed())
        with ExitStack() as stack:
            return self._go_on(stack, self._planned)

    def _all_gone(self) -> bool:
        """Whether nothing was left to put back: then it was cleared, and is told so."""
        return self._holding.empty() and all(entry.kind is EntryKind.DIRECTORY for entry in walk(self._local.run))

    def _go_on(self, stack: ExitStack, planned: Planned) -> dict[str, Any]:
        freed = Freed()
        if self._holding.empty():  # all is gone already: only the receipt may be missing
            if not self._was_ours_to_delete(planned):
                return self._give_up("nothing lies in it, and nobody wrote down that it was to be deleted", freed)
            self._remove_folders()
            return self._finish(planned, self._nas_if_there(stack), freed)
        try:
            nas = stack.enter_context(open_nas(self._task, self._local))
            self._unlink_rest(nas, planned, freed)
        except FencedError:
            raise
        except (TaskFailedError, OSError) as error:
            return self._give_up(str(error), freed)
        return self._finish(planned, nas, freed)

    def _was_ours_to_delete(self, planned: Planned) -> bool:
        """An empty folder is no proof: it was written down that it would be, and no file is back in the run."""
        with on_state(LEDGER_NAME):
            told = Own.read(self._local.state, self._local.path).receipts
        mine = [one for one in told if one.get("clearing_id") == self._holding.clearing_id]
        if any(one.get("event") == Event.CLEARED for one in mine):
            return True
        marks = {"event": Event.CLEAR_INTENDED, "manifest_digest": planned.manifest_digest}
        if not any(marks.items() <= one.items() for one in mine):
            return False
        manifest = load_manifest(self._local.state, self._local.path)
        known = manifest.files if manifest is not None else {}
        return not any(entry.path in known for entry in walk(self._local.run))

    def _nas_if_there(self, stack: ExitStack) -> NasCopy | None:
        """The NAS copy for its ledger's sake alone."""
        try:
            return stack.enter_context(open_nas(self._task, self._local))
        except TaskFailedError:
            return None

    def _unlink_rest(self, nas: NasCopy, planned: Planned, freed: Freed) -> None:
        demand_whole_ledgers(self._local, nas)
        entries = list(self._holding.walk())
        with self._holding.folder.child(DATA) as data:
            proof, freed.left = prove_rest(self._local, nas, planned.manifest_digest, (data, entries), self._meter)
            writers = WriterCheck(self._local.control, INGEST_NAME)
            demand_no_writer(data, writers, proof.files)
        self._fence.check()
        unlink_proven(proof, self._holding, proof.files, writers, self._fence, self._meter, freed)
        self._remove_folders()

    def _remove_folders(self) -> None:
        remove_folders(
            self._holding, [entry.path for entry in self._holding.walk() if entry.kind is EntryKind.DIRECTORY]
        )

    def _finish(self, planned: Planned, nas: NasCopy | None, freed: Freed) -> dict[str, Any]:
        """Totals are the marker's, less what was planned and is put back after all."""
        manifest = load_manifest(self._local.state, self._local.path)
        known = manifest.files if manifest is not None else {}
        kept = [path for path in freed.left if path in known]
        total = Freed(planned.files - len(kept), planned.bytes - sum(known[path].size for path in kept), freed.left)
        written = last_receipt(self._local.state, self._local.path)
        if self._holding.empty() and written is not None and self._is_ours(written):
            self._holding.discard(keep_marker=True)
            return _as_told(written, bring_up_to_date(self._local, nas))
        return finish(self._local, nas, self._holding, self._receipt(Event.CLEARED, recovered=True), total)

    def _is_ours(self, written: Receipt) -> bool:
        known = (written.get("event"), written.get("clearing_id")) == (Event.CLEARED, self._holding.clearing_id)
        return known and all(type(written.get(key)) is int for key in _FREED)

    def _give_up(self, why: str, freed: Freed) -> dict[str, Any]:
        return give_up(self._local, self._holding, self._put_back(why), freed)

    def _put_back(self, why: str) -> Receipt:
        return self._receipt(Event.PUT_BACK, why=why)

    def _receipt(self, event: Event, **extra: Any) -> Receipt:
        planned, place = self._planned, self._task.place
        return receipt(
            event,
            self._local.path,
            manifest_digest=planned.manifest_digest if planned else self._task.manifest_digest,
            file_count=planned.files if planned else 0,
            byte_total=planned.bytes if planned else 0,
            nas_id=place.nas_id or "",
            nas_path=f"{place.nas_root}/{self._local.path}",
            by=planned.by if planned else self._task.by,
            clearing_id=self._holding.clearing_id,
            **extra,
        )


def _as_told(written: Receipt, nas_receipt: bool) -> dict[str, Any]:
    """The crash came after the receipt: it says all there is to say."""
    freed = {key: written[key] for key in _FREED}
    ids = [written["clearing_id"]]
    return {**freed, "receipt": written, "late": [], "beside": [], "nas_receipt": nas_receipt, "clearing_ids": ids}
