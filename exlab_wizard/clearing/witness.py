"""Owns what a clearing demands of the ledgers before anything goes: whole where it looks, and both telling the same."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

from exlab_wizard.clearing.agreement import contradictions
from exlab_wizard.clearing.lines import (
    FIRST_PREV,
    RUN_LIMIT,
    Chain,
    Line,
    Receipt,
    ledger_lines,
    line_hash,
    opened,
    whole_receipt,
)
from exlab_wizard.clearing.receipts import LEDGER_NAME, Own, receipts_lock
from exlab_wizard.clearing.refusal import ledger_damaged
from exlab_wizard.clearing.site import Local, NasCopy
from exlab_wizard.fsys import Dir, UnsupportedEntryError
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.sync.failure import TaskFailedError, target_failure


def demand_whole_ledgers(local: Local, nas: NasCopy) -> None:
    """Refuse where the ledgers give reason to doubt, reading them once.

    Looked at: the end of the station's ledger, every line of this run in it, the whole of the run's own on the NAS,
    and whether both tell the same. Raises TaskFailedError (REFUSED; TARGET when the NAS cannot be read; BUSY).
    """
    with receipts_lock(local.state, local.path):  # nobody mirrors meanwhile
        own = _station_side(local)
        try:
            problem = next(_nas_problems(nas.control, own), "")
        except OSError as error:
            raise _unreadable_on_nas(error) from error
    if problem:
        raise ledger_damaged(problem)


def _station_side(local: Local) -> Own:
    try:
        own = Own.read(local.state, local.path)
    except OSError as error:
        raise ledger_damaged(f"the station's ledger cannot be read, {error.strerror or error}") from error
    problem = tail_problem(own.tail)
    if own.damaged:
        problem = f"{own.damaged} of this run's lines in the station's ledger do not match their own checksums"
    if problem:
        raise ledger_damaged(problem)
    return own


def tail_problem(tail: list[Line]) -> str:
    """What is wrong with the last lines (at most two) of the station's ledger; "" when they are whole and bound."""
    if not tail:
        return ""
    chain = Chain()
    chain.number, chain.previous = tail[0].number, line_hash(tail[0])
    if len(tail) == 1:
        chain.number, chain.previous = 0, FIRST_PREV
    found = chain.problems(tail[-1])
    return f"the end of the station's ledger: {found[0]}" if found else ""


def _nas_problems(control: Dir, own: Own) -> Iterator[str]:
    """Streams the run's ledger on the NAS; a line not ended is the next writer's to keep, an endless one damage."""
    with opened(control) as fd:
        if fd is not None and os.fstat(fd).st_size > RUN_LIMIT:
            yield f"the run's ledger on the NAS has more than {RUN_LIMIT:,} bytes, which no run's has"
            return
    chain, found = Chain(), list[str]()

    def whole() -> Iterator[Receipt]:
        for line in ledger_lines(control):
            if line.ended or line.data is None:
                found.extend(chain.problems(line))
                receipt = whole_receipt(line)
                if found or receipt is None:
                    found.append(f"line {line.number} is not a receipt")
                    return
                yield receipt

    yield from (one.sentence for one in contradictions(own.receipts, whole(), own.origin))
    yield from (f"the run's ledger on the NAS: {problem}" for problem in found)


def _unreadable_on_nas(error: OSError) -> TaskFailedError:
    if isinstance(error, UnsupportedEntryError) or error.errno in (errno.ELOOP, errno.EISDIR):
        return ledger_damaged("the run's ledger on the NAS is not a regular file")
    return target_failure(error, f"{CONTROL_DIR}/{LEDGER_NAME}")
