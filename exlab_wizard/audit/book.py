"""Owns the station's ledger as an audit reads it: every line checked once, found again by run, in little memory."""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Iterator

from exlab_wizard.audit.findings import ENDLESS, Problems
from exlab_wizard.clearing.agreement import SET_ASIDE, Origin
from exlab_wizard.clearing.lines import (
    LEDGER_NAME,
    RUN_LIMIT,
    Chain,
    Line,
    Receipt,
    opened,
    parse_line,
    read_lines,
    whole_receipt,
)
from exlab_wizard.clearing.receipts import origin_of
from exlab_wizard.fsys import Dir

_GENERATIONS = 100
_ENOUGH = 10_000  # damaged lines; what comes after is not read


class LedgerFile:
    """One ledger file. `refresh` reads on where it stopped; a file that was replaced is read anew."""

    def __init__(self, folder: Dir, name: str = LEDGER_NAME) -> None:
        self._folder, self._name = folder, name
        self._forget()

    def _forget(self) -> None:
        self._chain, self._end, self._inode, self._head = Chain(), 0, -1, list[Line]()
        self._places: dict[str, array[int]] = {}  # by run path: offset and size of each line, one after the other
        self.problems, self.origin, self.begun_with, self.torn = Problems(), Origin("", False), Receipt(), False
        self._endless = False

    @property
    def lines(self) -> int:
        """How many lines were read."""
        return self._chain.number

    def refresh(self) -> None:
        """Check and remember what was added. What cannot be read is a problem, never an exception."""
        try:
            with opened(self._folder, self._name) as fd:
                if fd is None:
                    self._forget()
                else:
                    self._read_on(fd)
        except OSError as error:
            self._forget()
            self.problems.take([f"{self._name} cannot be read ({error.strerror or error})"])

    def _read_on(self, fd: int) -> None:
        info = os.fstat(fd)
        if info.st_ino != self._inode or info.st_size < self._end:
            self._forget()
            self._inode = info.st_ino
        self.torn = False
        if self.problems.total > _ENOUGH or self._endless:
            return
        for line in read_lines(fd, self._end, self._chain.number):
            if not line.ended:
                self._endless = line.data is None
                self.torn = not self._endless
                self.problems.take([ENDLESS] if self._endless else [])
                return
            self.problems.take(self._chain.problems(line))
            size = len(line.data) if line.data is not None else 0
            receipt = whole_receipt(line)
            if line.number <= 2:
                self._head.append(line)
                self.origin = origin_of(self._head)
            if line.number == 1:
                self.begun_with = receipt or {}
            if receipt is not None and isinstance(run := receipt.get("run_path"), str):
                self._places.setdefault(run, array("Q")).extend((line.offset, size))
            self._end = line.offset + size + 1 if line.data is not None else self._next_line(fd, line.offset)
            if self.problems.total > _ENOUGH:
                return

    def _next_line(self, fd: int, offset: int) -> int:
        """Where the line after one too long begins."""
        while (block := os.pread(fd, 1 << 18, offset)) and (at := block.find(b"\n")) < 0:
            offset += len(block)
        return offset + at + 1 if block else offset

    def runs(self) -> Iterator[str]:
        """Every run path that a whole receipt names."""
        return (run for run in self._places if run)

    def of(self, run: str) -> list[Receipt]:
        """The whole receipts of a run, oldest first. Raises OSError, and ValueError when there are absurdly many."""
        places = self._places.get(run, array("Q"))
        if sum(places[1::2]) > RUN_LIMIT:
            raise ValueError(f"{len(places) // 2:,} receipts of one run")
        with opened(self._folder, self._name) as fd:
            if fd is None:
                return []
            found = (parse_line(os.pread(fd, size, at)) for at, size in zip(places[::2], places[1::2], strict=True))
            return [receipt for receipt in found if receipt is not None]


class StationBook:
    """The station's ledger, and the damaged ones it was begun after: kept files that are still as they were kept."""

    def __init__(self, state: Dir) -> None:
        self._state = state
        self.now = LedgerFile(state)
        self.kept: list[LedgerFile] = []
        self.kept_problems = Problems()
        self._opened_for = Origin("", False)

    def refresh(self) -> None:
        """Read on in the ledger; kept files once."""
        self.now.refresh()
        if self.now.origin != self._opened_for:
            self._opened_for, self.kept, self.kept_problems = self.now.origin, [], Problems()
            self._open_kept(self.now)

    def _open_kept(self, ledger: LedgerFile) -> None:
        for _ in range(_GENERATIONS):
            told = ledger.begun_with
            name = told.get("kept_as")
            if (
                told.get("event") != SET_ASIDE
                or not isinstance(name, str)
                or "/" in name
                or not told.get("kept_sha256")
            ):
                return  # nothing, or nothing that could be read, was kept
            problem = _kept_problem(self._state, name, told)
            if problem:
                self.kept_problems.take([problem])
                return
            ledger = LedgerFile(self._state, name)
            ledger.refresh()
            self.kept.append(ledger)

    def older(self, run: str) -> list[Receipt]:
        """The run's whole receipts in ledgers that were set aside, oldest first. Raises as `LedgerFile.of`."""
        return [receipt for ledger in reversed(self.kept) for receipt in ledger.of(run)]

    def runs(self) -> set[str]:
        """Every run path named in it."""
        return {run for ledger in (self.now, *self.kept) for run in ledger.runs()}


def _kept_problem(state: Dir, name: str, told: Receipt) -> str:
    try:
        with opened(state, name) as fd:
            if fd is None:
                return f"{name}, kept when the ledger was begun anew, is gone"
            digest, offset = hashlib.sha256(), 0
            while block := os.pread(fd, 1 << 20, offset):
                digest.update(block)
                offset += len(block)
    except OSError as error:
        return f"{name} cannot be read ({error.strerror or error})"
    as_kept = (offset, digest.hexdigest()) == (told.get("kept_bytes"), told.get("kept_sha256"))
    return "" if as_kept else f"{name} is not as it was kept"
