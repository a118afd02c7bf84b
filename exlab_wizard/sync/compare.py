"""Owns the proof of a whole run on the NAS: names listed and compared both ways, every file read cold and hashed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import NamedTuple

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.runs.scan import Entry, EntryKind, walk
from exlab_wizard.sync.failure import on_target
from exlab_wizard.sync.folders import Folders
from exlab_wizard.sync.meter import Meter
from exlab_wizard.sync.verify import Reading, hash_cold, worst

_GROUP = 256
_LISTED = 20

Boundary = Callable[[], None]


class _Check(NamedTuple):
    path: str
    folder: Dir
    name: str
    expected: ManifestEntry


@dataclass(slots=True)
class Comparison:
    """What the NAS holds beside what it must: paths that differ, paths not listed, names too many (at most 20)."""

    differing: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra_names: list[str] = field(default_factory=list)
    reading: Reading = Reading.FADVISE


class Comparer:
    """Compares a NAS run directory with what it must hold; `boundary` runs before each file and may raise.

    Raises TaskFailedError(TARGET) for read errors, and what `boundary` raises.
    """

    def __init__(self, target: Folders, pool: ThreadPoolExecutor, meter: Meter, boundary: Boundary) -> None:
        self._target = target
        self._pool = pool
        self._meter = meter
        self._boundary = boundary
        self.result = Comparison()

    def tree(self, files: Mapping[str, ManifestEntry], folders: set[str]) -> None:
        """List the tree byte for byte and read each expected file; `folders` must be there too (it is emptied)."""
        seen = 0
        with on_target("the run's folder"):
            for group in _groups(self._expected(files, folders)):
                seen += len(group)
                self._read(group)
        if seen < len(files):
            self.result.missing += self._unlisted(files)
        self.result.missing += sorted(folders)

    def files(self, files: Mapping[str, ManifestEntry]) -> None:
        """Read these files only, without listing (files copied again; unknown ones in `.exlab-wizard`)."""
        for group in _groups(iter(files.items())):
            self._read(group)

    def _expected(self, files: Mapping[str, ManifestEntry], folders: set[str]) -> Iterator[tuple[str, ManifestEntry]]:
        for entry in walk(self._target.get("")):
            expected = files.get(entry.path)
            if expected is not None and entry.kind is EntryKind.FILE:
                yield entry.path, expected
            elif entry.kind is EntryKind.DIRECTORY:
                folders.discard(entry.path)
            else:
                self._extra(entry)

    def _extra(self, entry: Entry) -> None:
        if len(self.result.extra_names) < _LISTED:
            self.result.extra_names.append(entry.path)

    def _unlisted(self, files: Mapping[str, ManifestEntry]) -> list[str]:
        with on_target("the run's folder"):
            listed = {entry.path for entry in walk(self._target.get("")) if entry.kind is EntryKind.FILE}
        return sorted(path for path in files if path not in listed)

    def _read(self, group: list[tuple[str, ManifestEntry]]) -> None:
        checks = []
        for path, expected in group:
            with on_target(path):
                checks.append(_Check(path, *self._target.parent(path), expected))
        futures = [self._pool.submit(self._check, check) for check in checks]
        try:
            for check, future in zip(checks, futures, strict=True):
                if not future.result():
                    self.result.differing.append(check.path)
        except BaseException:
            for future in futures:
                future.cancel()
            wait(futures)
            raise
        self._target.trim()

    def _check(self, check: _Check) -> bool:
        self._boundary()
        with on_target(check.path):
            found = hash_cold(check.folder, check.name, self._meter.chunk)
        self._meter.add(1, 0)
        self.result.reading = worst(self.result.reading, found.reading)
        return (found.size, found.sha256) == check.expected


def _groups(pairs: Iterator[tuple[str, ManifestEntry]]) -> Iterator[list[tuple[str, ManifestEntry]]]:
    while group := list(itertools.islice(pairs, _GROUP)):
        yield group


def differs_message(paths: Iterable[str], total: int) -> str:
    """`Checksum differs in 3 of 1,024 files (scan_0017.h5)` and what to do."""
    named = list(paths)
    return (
        f"Checksum differs in {len(named):,} of {total:,} files ({named[0]}): the NAS copy is not what was read from "
        "staging. Keep the local files and check the NAS's disks; a forced sync verifies again."
    )


def missing_message(paths: Iterable[str], total: int) -> str:
    """`3 of 1,024 names are not on the NAS as they should be ('dot.')` and what to do."""
    named = list(paths)
    return (
        f"{len(named):,} of {total:,} names are not listed on the NAS as they are here ({named[0]!r}): it lost or "
        "altered them. Look at the run's folder there; rename the file at the instrument if the NAS cannot store it."
    )
