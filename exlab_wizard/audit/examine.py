"""Owns an audit from the first look to the verdicts: the station's ledger, then one run after the other."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from functools import cached_property
from typing import NamedTuple

from exlab_wizard.audit import expected
from exlab_wizard.audit.book import StationBook
from exlab_wizard.audit.copies import Copies, Copy, Reach
from exlab_wizard.audit.findings import FROM_BACKUP, ITS_FOLDER, LEDGERS, VERIFY_AGAIN, LedgerVerdict, RunVerdict
from exlab_wizard.audit.nas_side import NasLedger, Rehash, checksums_digest, read_nas_ledger, rehash
from exlab_wizard.audit.records import Known, Records, RecordsUnreadableError
from exlab_wizard.clearing.agreement import contradictions, not_yet_there, receipt_id
from exlab_wizard.clearing.lines import Receipt
from exlab_wizard.clearing.refusal import named
from exlab_wizard.config import Config
from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import MarkerError, read_nas_marker
from exlab_wizard.observer.discover import discover
from exlab_wizard.runs.ingest import INGEST_NAME, SIZE_LIMIT, IngestStatus, parse_ingest
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath
from exlab_wizard.sync.engine.meter import Meter
from exlab_wizard.sync.failure import TaskFailedError

PATIENCE_SECONDS = 1.0  # how long a running server is given to write down what it just did


class _Facts(NamedTuple):
    """What was read of one run before it is judged."""

    known: Known | None
    ingest: str
    nas: NasLedger | None  # None: no copy, or none that can be reached
    checksums: str | None
    station: list[Receipt]
    older: list[Receipt]


class Audit:
    """One audit over a configuration. Changes nothing; `reach` is asked once for each NAS root."""

    def __init__(self, config: Config, state: Dir, reach: Reach, meter: Meter | None) -> None:
        """Without a `meter` nothing is hashed again."""
        self._config, self._meter = config, meter
        self.book, self._records = StationBook(state), Records(config.state_dir)
        self._copies = Copies(config, state, self._records, reach)
        self._database_problem = ""

    @cached_property
    def runs(self) -> list[str]:
        """Every run that ledger, database or staging know, sorted."""
        self.book.refresh()
        found = self.book.runs() | set(self._known_runs()) | set(self._staged_runs())
        return sorted(path for path in found if _is_run(path))

    def _known_runs(self) -> list[str]:
        try:
            return self._records.runs()
        except RecordsUnreadableError as error:
            self._database_problem = str(error)
            return []

    def _staged_runs(self) -> list[str]:
        with suppress(OSError), Dir.open(self._config.orchestrator.staging_root) as root:
            return [str(run) for run in discover(root, {one.id for one in self._config.equipment}).runs]
        return []

    def ledger(self) -> LedgerVerdict:
        """The verdict on the station's own ledger (and on the database as a whole)."""
        self.book.refresh()
        now, problems, notes = self.book.now, list(self.book.now.problems), []
        problems += self.book.kept_problems
        if self._database_problem:
            problems.append(self._database_problem)
        elif not self._records.exist and now.lines:
            problems.append("the station's database is missing, so states could not be compared")
        if now.torn:
            notes.append("its last line was cut short; the next receipt keeps that aside")
        if not os.path.isdir(self._config.orchestrator.staging_root):
            notes.append("staging is not there, so no ingest.json was compared")
        if now.origin.anew:
            notes.append(f"begun anew, a damaged one is kept as {now.begun_with.get('kept_as') or 'nothing'}")
        total = now.problems.total + len(problems) - len(now.problems)
        return LedgerVerdict(now.lines, problems, total, bool(now.problems), notes)

    def examine(self, run_path: str) -> RunVerdict:
        """One run. With a server running a contradiction is looked at twice: it may just be being written down."""
        run = RunPath.parse(run_path)
        with self._copies.open(run) as copy:
            found, facts = self._papers(run, copy)
            if not found.ok and self._records.live:
                time.sleep(PATIENCE_SECONDS)
                found, facts = self._papers(run, copy)
            if copy.folder is not None and self._meter is not None and facts.checksums is not None:
                self._read_again(found, facts, copy.folder)
        return found

    def _papers(self, run: RunPath, copy: Copy) -> tuple[RunVerdict, _Facts]:
        """Everything but the bytes. The NAS is read before the station's ledger, which is always ahead of it."""
        found = RunVerdict(str(run))
        facts = self._facts(run, copy.folder, found)
        states = (facts.known.state if facts.known else "", facts.ingest)
        told = expected.all_told(facts.older, facts.nas.receipts if facts.nas else [], facts.station)
        digest = facts.known.proof.manifest_digest if facts.known else ""
        claim = expected.claim_of(states, digest, told)
        found.state = next((state for state in states if state), "cleared" if claim.cleared else "")
        found.receipts = len(told)
        if copy.matters(claim.proven, bool(told)):
            found.problem(f"its NAS copy was not looked at: {copy.why}", copy.remedy)
        elif copy.why:
            found.notes.append(f"its place on the NAS was not looked at: {copy.why}")
        elif facts.nas is not None:
            self._compare(found, facts, claim.proven)
        if not copy.why:
            for sentence in expected.missing_receipts(claim, facts.checksums, told):
                found.problem(sentence, VERIFY_AGAIN)
            proof = expected.last_proof(told)
            if claim.proven and proof is not None and copy.folder is not None:
                self._same_nas(found, run, proof)
        return found, facts

    def _facts(self, run: RunPath, copy: Dir | None, found: RunVerdict) -> _Facts:
        nas, checksums, known = None, None, None
        try:
            known = self._records.of(str(run))
        except RecordsUnreadableError as error:
            found.problem(str(error), VERIFY_AGAIN)
        ingest = self._ingest(run)
        if copy is not None:
            try:
                with copy.child(CONTROL_DIR) as control:
                    nas, checksums = read_nas_ledger(control), _digest(control, found)
            except OSError as error:
                why = error.strerror or error
                found.problem(f"its {CONTROL_DIR} on the NAS cannot be opened ({why})", ITS_FOLDER)
        self.book.refresh()
        station, older = list[Receipt](), list[Receipt]()
        try:
            station, older = self.book.now.of(str(run)), self.book.older(str(run))
        except (OSError, ValueError) as error:
            found.problem(f"its receipts in the station's ledger cannot be read ({error})", LEDGERS)
        return _Facts(known, ingest, nas, checksums, station, older)

    def _ingest(self, run: RunPath) -> str:
        """The state that ingest.json in staging tells of this very run; "" for none."""
        with suppress(OSError), Dir.open(self._config.orchestrator.staging_root) as root:  # noqa: SIM117
            with root.beneath(*run.parts, CONTROL_DIR) as control:
                ingest = parse_ingest(control.read(INGEST_NAME, SIZE_LIMIT), run)
                return str(ingest.state) if ingest.status is IngestStatus.VALID else ""
        return ""

    def _compare(self, found: RunVerdict, facts: _Facts, proven: bool) -> None:
        """Both ledgers beside each other."""
        assert facts.nas is not None
        for sentence in facts.nas.problems:
            found.problem(f"its ledger on the NAS: {sentence}", LEDGERS)
        found.spoilt_nas_ledger = bool(facts.nas.problems)
        for one in contradictions(facts.station, facts.nas.receipts, self.book.now.origin):
            found.problem(one.sentence, LEDGERS)
            found.lost_here = True
            found.spoilt_nas_ledger = found.spoilt_nas_ledger or not one.missing
        for sentence in expected.vanished(facts.station):
            found.problem(sentence, LEDGERS)
            found.spoilt_nas_ledger = True
        behind = not_yet_there(facts.station, {receipt_id(one) for one in facts.nas.receipts})
        if behind and proven and not (facts.known and facts.known.sending):
            events = ", ".join(sorted({str(one.get("event"))[:40] for one in behind}))
            found.problem(f"{len(behind)} of its receipts are missing on the NAS ({events})", LEDGERS)
        elif behind:
            found.notes.append(f"{len(behind)} receipts are on their way to the NAS")
        if facts.nas.torn:
            found.notes.append(
                "the last line of its ledger on the NAS was cut short; the next receipt keeps that aside"
            )

    def _same_nas(self, found: RunVerdict, run: RunPath, proof: Receipt) -> None:
        equipment = self._config.by_equipment(run.equipment_id)
        assert equipment is not None
        with suppress(OSError, MarkerError), Dir.open(equipment.nas_root) as root:
            met = read_nas_marker(root, equipment.nas_root).nas_id
            if proof.get("nas_id") != met:
                remedy = "Mount that NAS, or have the run verified on this one: exlab-wizard force-sync --wait RUN."
                found.problem(f"it was verified on NAS {proof.get('nas_id')!r}, and this is {met}", remedy)

    def _read_again(self, found: RunVerdict, facts: _Facts, copy: Dir) -> None:
        """Hash the copy anew where its list of checksums is the one that was verified."""
        assert self._meter is not None
        told = expected.all_told(facts.older, facts.nas.receipts if facts.nas else [], facts.station)
        if facts.checksums not in expected.proven_digests(told):
            return  # nobody ever proved that list
        proof = expected.last_proof(told) or {}
        files, size = proof.get("file_count"), proof.get("byte_total")
        self._meter.start("verifying", files if type(files) is int else 0, size if type(size) is int else 0)
        try:
            with copy.child(CONTROL_DIR) as control:
                result = rehash(copy, control, self._meter)
                changed = checksums_digest(control) != facts.checksums
        except (OSError, ValueError, TaskFailedError) as error:
            found.problem(f"the NAS copy could not be read again: {error}", FROM_BACKUP)
            return
        found.files, found.bytes, found.rehashed = result.files, result.bytes, True
        if changed:
            found.problem("it was synced again while it was being read", "Audit it again.")
        else:
            _judge(found, result)


def _judge(found: RunVerdict, result: Rehash) -> None:
    for paths, what in (
        (result.differing, "differ"),
        (result.missing, "are missing"),
        (result.odd, "cannot be listed"),
    ):
        if paths:
            found.problem(f"{paths.total:,} of its files {what} on the NAS: {named(paths)}", FROM_BACKUP)
    if result.extra:
        found.notes.append(f"{result.extra.total:,} names on the NAS that are not in its list: {named(result.extra)}")


def _digest(control: Dir, found: RunVerdict) -> str | None:
    try:
        return checksums_digest(control)
    except OSError as error:
        found.problem(f"checksums.sha256 on the NAS cannot be read ({error.strerror or error})", FROM_BACKUP)
        return hashlib.sha256(b"unreadable").hexdigest()


def _is_run(path: str) -> bool:
    try:
        return str(RunPath.parse(path)) == path
    except StagingError:
        return False
