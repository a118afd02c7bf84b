"""Owns the proof of a whole run on the NAS: names listed and compared both ways, every file read cold and hashed."""

from __future__ import annotations

import errno
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.runs.scan import Entry, EntryKind, walk
from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.reader import ColdReader, Expected
from exlab_wizard.sync.engine.verify import Reading, worst
from exlab_wizard.sync.failure import on_target

_LISTED = 20


@dataclass(slots=True)
class Comparison:
    """What the NAS holds beside what it must: paths that differ, paths not listed, names too many (at most 20).

    `bytes_read` counts what the medium gave back.
    """

    differing: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    extra_names: list[str] = field(default_factory=list)
    reading: Reading = Reading.FADVISE
    bytes_read: int = 0


class Comparer:
    """Compares a NAS run directory with what it must hold. Raises TaskFailedError as its reader does."""

    def __init__(self, target: Folders, reader: ColdReader) -> None:
        self._target = target
        self._reader = reader
        self.result = Comparison()

    def tree(self, files: Mapping[str, ManifestEntry], folders: set[str]) -> None:
        """List the tree byte for byte and read each expected file; `folders` must be there too (it is emptied)."""
        unmet = set(files)  # a listing may name a file twice and another not at all
        with on_target("the run's folder"), closing(self._listed(files, folders, unmet)) as listed:
            self._read(listed)
        self.result.missing += sorted(unmet) + sorted(folders)

    def files(self, files: Mapping[str, ManifestEntry]) -> None:
        """Read these files only, without listing (files copied again; unknown ones in `.exlab-wizard`)."""
        self._read(files.items())

    def _read(self, files: Iterable[Expected]) -> None:
        """Compare each file; one that was not read must never look like one that is equal."""
        count = _Counted(files)
        for found in self._reader.read(count):
            count.left -= 1
            self.result.reading = worst(self.result.reading, found.cold.reading)
            self.result.bytes_read += found.cold.size
            if not found.equal:
                self.result.differing.append(found.path)
        if count.left:
            raise AssertionError(f"{count.left} files were not read back")

    def _listed(self, files: Mapping[str, ManifestEntry], folders: set[str], unmet: set[str]) -> Generator[Expected]:
        """The files both listed on the NAS and expected, each once; they are taken out of `unmet`."""
        for entry in entries_of(self._target, files, folders):
            expected = files.get(entry.path)
            if expected is not None and entry.kind is EntryKind.FILE:
                if entry.path in unmet:
                    unmet.discard(entry.path)
                    yield entry.path, expected
            elif entry.kind is EntryKind.DIRECTORY:
                folders.discard(entry.path)
            else:
                self._extra(entry)

    def _extra(self, entry: Entry) -> None:
        if len(self.result.extra_names) < _LISTED:
            self.result.extra_names.append(entry.path)


class _Counted:
    """Files, and how many of those given out are `left` to be read."""

    def __init__(self, files: Iterable[Expected]) -> None:
        self._files = files
        self.left = 0

    def __iter__(self) -> Iterator[Expected]:
        for one in self._files:
            self.left += 1
            yield one


def entries_of(target: Folders, files: Collection[str], folders: Collection[str] = ()) -> Iterator[Entry]:
    """Every entry of a NAS copy. A folder on the way to what must be there, and that does not open, is no missing name.

    Raises OSError: such a folder is trouble of the NAS's, which may be over at the next try.
    """
    for entry in walk(target.get("")):
        if entry.kind is EntryKind.UNREADABLE and _leads_to(entry.path, files, folders):
            target.get(entry.path)  # says why, if it still is so
            raise OSError(errno.EIO, "it could not be opened a moment ago", entry.path)
        yield entry


def _leads_to(folder: str, files: Collection[str], folders: Collection[str]) -> bool:
    return folder in folders or any(path.startswith(f"{folder}/") for path in files)


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
