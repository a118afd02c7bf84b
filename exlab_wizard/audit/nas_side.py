"""Owns one run's NAS copy as an audit reads it: its own ledger, its list of checksums, and every byte again, cold."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

from exlab_wizard.audit.findings import ENDLESS, Problems
from exlab_wizard.clearing.lines import LEDGER_NAME, RUN_LIMIT, Chain, Receipt, opened, read_lines, whole_receipt
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.manifest import CHECKSUMS_NAME, ManifestEntry, parse_checksums
from exlab_wizard.runs.scan import EntryKind, walk
from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.meter import Meter
from exlab_wizard.sync.engine.reader import ColdReader, Expected
from exlab_wizard.sync.failure import on_target

CHECKSUMS_LIMIT = 1 << 30
_THREADS = 4
_ENOUGH = 10_000  # damaged lines; what comes after is not read


@dataclass(slots=True)
class NasLedger:
    """The run's own ledger: its whole receipts and its defects. `torn`: its last line was cut short."""

    receipts: list[Receipt] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    torn: bool = False


def read_nas_ledger(control: Dir) -> NasLedger:
    """Never raises for what is in the file or in its place."""
    found, chain = NasLedger(), Chain()
    try:
        with opened(control) as fd:
            if fd is not None and os.fstat(fd).st_size > RUN_LIMIT:
                found.problems.take([f"{LEDGER_NAME} has {os.fstat(fd).st_size:,} bytes, which no run's has"])
            elif fd is not None:
                for line in read_lines(fd):
                    if not line.ended:
                        found.torn = line.data is not None
                        found.problems.take([] if found.torn else [ENDLESS])
                        break
                    found.problems.take(chain.problems(line))
                    receipt = whole_receipt(line)
                    found.receipts += [receipt] if receipt is not None else []
                    if found.problems.total > _ENOUGH:
                        break
    except OSError as error:
        found.problems.take([f"{LEDGER_NAME} cannot be read ({error.strerror or error})"])
    return found


def checksums_digest(control: Dir) -> str | None:
    """SHA-256 of checksums.sha256; None when there is none. Raises OSError."""
    with opened(control, CHECKSUMS_NAME) as fd:
        if fd is None:
            return None
        digest, offset = hashlib.sha256(), 0
        while block := os.pread(fd, 1 << 20, offset):
            digest.update(block)
            offset += len(block)
        return digest.hexdigest()


@dataclass(slots=True)
class Rehash:
    """What reading the copy again gave; the lists are cut, their `total` is not."""

    files: int = 0
    bytes: int = 0
    differing: Problems = field(default_factory=Problems)
    missing: Problems = field(default_factory=Problems)
    odd: Problems = field(default_factory=Problems)  # folders that cannot be listed
    extra: Problems = field(default_factory=Problems)  # names beyond the list: nobody's business here


def rehash(run: Dir, control: Dir, meter: Meter) -> Rehash:
    """Read every file of checksums.sha256 from the medium and compare. Names are met by listing, never by opening.

    Raises OSError or ValueError for the list itself, TaskFailedError(TARGET) for a file that cannot be read.
    """
    sums = parse_checksums(control.read(CHECKSUMS_NAME, CHECKSUMS_LIMIT))
    found = Rehash()
    with Folders(run) as folders, ThreadPoolExecutor(_THREADS, "audit") as pool:
        reader = ColdReader(folders, pool, meter, lambda: None)
        with closing(_listed(run, sums, found)) as listed:
            for one in reader.read(listed):
                found.files += 1
                found.bytes += one.cold.size
                if not one.equal:
                    found.differing.take([one.path])
    found.missing.take(sums)  # what was listed was taken out
    return found


def _listed(run: Dir, sums: dict[str, str], found: Rehash) -> Generator[Expected]:
    with on_target("the run's folder"):
        for path, kind, identity, _ in walk(run):
            if kind is EntryKind.FILE and path in sums:
                yield path, ManifestEntry(identity.size, sums.pop(path))
            elif kind is EntryKind.UNREADABLE:
                found.odd.take([path])
            elif kind is not EntryKind.DIRECTORY:
                found.extra.take([path])
