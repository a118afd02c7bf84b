"""Owns what an audit finds: the verdict on the station's ledger, on each run, and on all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from exlab_wizard.clearing.lines import LINE_LIMIT

ENDLESS = f"more than {LINE_LIMIT:,} bytes follow its last line, which no receipt has"
SHOWN = 20  # problems named of one ledger or run; a spoilt file could give millions


class Problems(list[str]):
    """Sentences, the first `SHOWN` of them; `total` counts all."""

    def __init__(self, found: Iterable[str] = ()) -> None:
        super().__init__()
        self.total = 0
        self.take(found)

    def take(self, found: Iterable[str]) -> None:
        """Add more."""
        for one in found:
            self.total += 1
            if len(self) < SHOWN:
                self.append(one)


@dataclass(slots=True)
class LedgerVerdict:
    """The station's own ledger: how many lines, what is wrong with it, what is merely worth saying.

    `damaged`: its file is, so that it would have to be set aside.
    """

    lines: int
    problems: list[str]
    total: int
    damaged: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(slots=True)
class RunVerdict:
    """One run: `state` as the station has it, receipts told by both ledgers, files and bytes read again on the NAS.

    `spoilt_nas_ledger`: the run's ledger on the NAS is damaged or tells otherwise; `lost_here`: it has receipts that
    the station's ledger has not.
    """

    run_path: str
    state: str = ""
    problems: Problems = field(default_factory=Problems)
    notes: list[str] = field(default_factory=list)
    remedy: str = ""
    receipts: int = 0
    files: int = 0
    bytes: int = 0
    rehashed: bool = False
    spoilt_nas_ledger: bool = False
    lost_here: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def problem(self, sentence: str, remedy: str) -> None:
        """Add a problem; the remedy of the first one is the run's."""
        self.problems.take([sentence])
        self.remedy = self.remedy or remedy


VERIFY_AGAIN = "Keep what is in staging, and have it verified again: exlab-wizard force-sync --wait RUN."
FROM_BACKUP = "Look at the NAS's disks, and put the files back from its backup or superseded/; staging may have them."
LEDGERS = "Find out who wrote there, then: exlab-wizard audit --set-aside (it keeps the damaged file)."
ITS_FOLDER = "Look at that folder on the NAS, put back what belongs there, then audit again."
WHOSE = "Find out whose folder that is; where it is this run's own, put claim.json back from a backup; audit again."
LOOK_AGAIN = "Mount the NAS, then audit again."
