"""Owns the order of a clearing: prove, receipt, move aside, look again, unlink; anything unexpected undoes it."""

from __future__ import annotations

import errno
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from exlab_wizard.clearing.ending import finish, give_up, nothing_left, undo
from exlab_wizard.clearing.holding import DATA, Holding, Planned, finish_clearing, pending_clearings
from exlab_wizard.clearing.lease import WriterCheck
from exlab_wizard.clearing.ledgers import write_both
from exlab_wizard.clearing.moving import look_again, move_in
from exlab_wizard.clearing.proof import ClearProof, demand_no_writer, prove, renewed
from exlab_wizard.clearing.receipts import Event, Receipt, receipt
from exlab_wizard.clearing.recover import recover
from exlab_wizard.clearing.refusal import refused, shown
from exlab_wizard.clearing.reserve import with_reserves
from exlab_wizard.clearing.site import Local, NasCopy, open_local, open_nas
from exlab_wizard.clearing.unlink import Freed, remove_folders, unlink_proven
from exlab_wizard.clearing.witness import demand_whole_ledgers
from exlab_wizard.errors import Code
from exlab_wizard.runs.ingest import INGEST_NAME
from exlab_wizard.runs.scan import EntryKind, Identity, walk
from exlab_wizard.sync.engine.job import drop_incoming
from exlab_wizard.sync.engine.meter import Meter, Report, pace_from_environment
from exlab_wizard.sync.failure import FULL, TaskFailedError, source_failure
from exlab_wizard.sync.fence import Fence, FencedError, RunLock
from exlab_wizard.sync.tasks import ClearTask, ErrorClass, Outcome, TaskError

__all__ = ["finish_clearing", "pending_clearings", "run_clear"]
_FORBIDDEN = frozenset({errno.EPERM, errno.EACCES, errno.EROFS})
_NAS_TROUBLE = frozenset({ErrorClass.TARGET, ErrorClass.TARGET_FULL, ErrorClass.CONFIGURATION})


def run_clear(task: ClearTask, report: Report) -> Outcome:
    """Clear a run, or with `task.recover` end a clearing that was cut short. Never raises for what can go wrong.

    `data` of a finished clearing: `files_freed`, `bytes_freed` (what was really unlinked), `receipt` as written,
    `late` (put back into the run because it is not as in the manifest), `beside` (names data got where their own was
    taken), `nas_receipt` (whether the NAS's ledger is up to date), `clearing_ids` (folders left for
    `finish_clearing`). Of one undone: `undone` true, and with `partial` true some files had been unlinked and what was
    left is back, so that the run has to be re-opened.
    A REFUSED error with `code` leaves every byte and name where it was.
    """
    try:
        return Outcome(task.job_id, data=_run(task, report))
    except TaskFailedError as failure:
        return Outcome(task.job_id, error=_coded(failure.error))
    except OSError as error:
        return Outcome(task.job_id, error=_local_failure(error, task.run_path).error)


def _run(task: ClearTask, report: Report) -> dict[str, Any]:
    with ExitStack() as stack:
        local = stack.enter_context(open_local(task))
        stack.enter_context(RunLock(local.state, local.path))
        fence = stack.enter_context(Fence(local.state, local.path, task.token))
        fence.check()
        meter = Meter(report, fence.check_stop, pace_from_environment())
        if task.recover or pending_clearings(local.control):
            ended = recover(local, task, fence, meter)
            if task.recover or not _goes_on(local, ended):
                return ended
        with open_nas(task, local) as nas:
            return _Clearing(task, local, nas, fence, meter).run()


def _goes_on(local: Local, ended: dict[str, Any]) -> bool:
    """Whether there is still something to clear after an earlier clearing of the run was brought to its end."""
    if "partial" in ended:
        return False
    if "undone" not in ended and not any(entry.kind is not EntryKind.DIRECTORY for entry in walk(local.run)):
        return False
    for clearing_id in ended.get("clearing_ids", []):
        finish_clearing(local.control, clearing_id, local.run)
    return True


@dataclass(frozen=True, slots=True)
class _Clearing:
    """One clearing from proof to receipt."""

    task: ClearTask
    local: Local
    nas: NasCopy
    fence: Fence
    meter: Meter

    def run(self) -> dict[str, Any]:
        drop_incoming(self.nas.control, self.task.token)
        demand_whole_ledgers(self.local, self.nas)
        proof = prove(self.local, self.nas, self.task, self.meter)
        planned = write_both(self.local, self.nas, self._receipt(Event.CLEAR_INTENDED, proof))
        self.fence.check()
        with self._hold() as holding:
            try:
                proof, held, folders = self._move_aside(holding, proof, planned)
            except FencedError:
                raise  # a newer attempt recovers what this one leaves
            except (TaskFailedError, OSError) as error:
                undo(self.local, holding, self._receipt(Event.PUT_BACK, proof, why=str(error)))
                raise
            return self._unlink(holding, proof, held, folders)

    def _hold(self) -> Holding:
        local, clearing_id = self.local, self.task.clearing_id
        return with_reserves(local.reserves, lambda: Holding.create(local.control, clearing_id, local.state))

    def _move_aside(
        self, holding: Holding, proof: ClearProof, planned: Receipt
    ) -> tuple[ClearProof, dict[str, Identity], list[str]]:
        """Up to the durable marker after which files may be missing; until then everything can be undone."""
        proof.demand(self.local.path, self.task.manifest_digest)
        with_reserves(self.local.reserves, lambda: move_in(self.local.run, holding, proof))
        held, folders = look_again(holding, proof)
        with holding.folder.child(DATA) as data:
            demand_no_writer(data, self._writers(), held)
        proof = renewed(proof, self.nas, self.meter)
        self.fence.check()
        marker = Planned(
            str(self.local.path), proof.manifest_digest, len(held), proof.byte_total, self.task.by, planned["at"]
        )
        with_reserves(self.local.reserves, lambda: holding.begin(marker))
        return proof, held, folders

    def _unlink(
        self, holding: Holding, proof: ClearProof, held: dict[str, Identity], folders: list[str]
    ) -> dict[str, Any]:
        freed = Freed()
        try:
            unlink_proven(proof, holding, held, self._writers(), self.fence, self.meter, freed)
            remove_folders(holding, folders)
        except FencedError:
            raise
        except (TaskFailedError, OSError) as error:
            if freed.files and nothing_left(holding):
                return finish(self.local, self.nas, holding, self._receipt(Event.CLEARED, proof), freed)
            ended = give_up(self.local, holding, self._receipt(Event.PUT_BACK, proof, why=str(error)), freed)
            if not freed.files:
                raise
            return ended
        return finish(self.local, self.nas, holding, self._receipt(Event.CLEARED, proof), freed)

    def _writers(self) -> WriterCheck:
        return WriterCheck(self.local.control, INGEST_NAME)

    def _receipt(self, event: Event, proof: ClearProof, **extra: Any) -> Receipt:
        return receipt(
            event,
            self.local.path,
            manifest_digest=proof.manifest_digest,
            file_count=len(proof.files),
            byte_total=proof.byte_total,
            nas_id=proof.nas_id,
            nas_path=proof.nas_path,
            reading=proof.reading,
            by=self.task.by,
            clearing_id=self.task.clearing_id,
            **extra,
        )


def _local_failure(error: OSError, run_path: str) -> TaskFailedError:
    """Staging would not let the clearing be done; what had been moved is back, or is put back by recovery."""
    path = error.filename if isinstance(error.filename, str) else run_path
    if error.errno in _FORBIDDEN:
        return refused(Code.NOT_PERMITTED, f"{shown(path)} may not be changed here ({error.strerror}).", [path])
    if error.errno in FULL:
        message = "The staging disk is full to the last byte and nothing is kept back: free a little space first."
        return TaskFailedError(ErrorClass.SOURCE_IO, message, path, error.errno)
    return source_failure(error, path)


def _coded(error: TaskError) -> TaskError:
    """Give failures the code a caller of `clear` meets; a file that moved under our eyes is a changed run."""
    if error.error_class in _NAS_TROUBLE and error.code is None:
        return replace(error, code=str(Code.NAS_UNAVAILABLE))
    if error.error_class is ErrorClass.CHANGED:
        code = str(Code.RUN_CHANGED_SINCE_VERIFIED)
        return replace(error, error_class=ErrorClass.REFUSED, code=code)
    if error.error_class is ErrorClass.BUSY:
        return replace(error, code=str(Code.RUN_BUSY))
    return error
