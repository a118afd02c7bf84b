"""Owns what this station remembers of a run's files: what it hashed and wrote, and the last verified manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from json.encoder import encode_basestring_ascii
from typing import Any, BinaryIO, NamedTuple, Self

from exlab_wizard.fsys import Dir, by_name
from exlab_wizard.runs.manifest import Manifest, ManifestEntry
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import Identity
from exlab_wizard.sync.engine.control import sweep_temporaries
from exlab_wizard.sync.failure import on_state

RECORDS = "records"
MANIFESTS = "manifests"
_COMPACT_SLACK = 4096  # lines more than twice the files there are: worth rewriting
GONE = -1  # an inode no file has: the record describes nothing in staging (any more)
_LONGEST = 1 << 20  # bytes; a path of `LEVELS` longest names, every byte escaped, is shorter
_HEX = frozenset("0123456789abcdef")


class Record(NamedTuple):
    """One file as last read from staging: bytes, SHA-256, the identity it had then.

    `published`: this station gave the file its name on the NAS (or was about to), so a differing file there is ours.
    """

    size: int
    sha256: str
    mtime_ns: int
    ctime_ns: int
    inode: int
    published: bool

    @classmethod
    def of(cls, identity: Identity, sha256: str, published: bool) -> Record:
        """The record of a file with this identity."""
        return cls(identity.size, sha256, identity.mtime_ns, identity.ctime_ns, identity.inode, published)

    @property
    def identity(self) -> Identity:
        """What the file must look like for the record to hold without reading it."""
        return Identity(self.size, self.mtime_ns, self.ctime_ns, self.inode)


class RunRecords:
    """The records of one run: an append-only file of JSON lines, the last line of a path wins.

    One writer at a time (the holder of the run's lock). A record lost to damage only means the file is read again.
    """

    def __init__(self, folder: Dir, name: str) -> None:
        self._folder = folder
        self._name = name
        self._lines = 0
        self._torn = False
        self.entries: dict[str, Record] = {}

    @classmethod
    def open(cls, state: Dir, run: RunPath) -> RunRecords:
        """Read a run's records (none yet: empty). Raises TaskFailedError when the state directory cannot be read."""
        name = f"{run.key}.jsonl"
        with on_state(f"{RECORDS}/{name}"):
            records = cls(state.ensure(RECORDS), name)
            records._load()
        return records

    def append(self, batch: Mapping[str, Record]) -> None:
        """Add records, durable on return."""
        if not batch:
            return
        text = _record_lines(batch)
        with on_state(f"{RECORDS}/{self._name}"):
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            created = not self._lines and not self._folder.exists(self._name)
            with os.fdopen(os.open(self._name, flags, 0o660, dir_fd=self._folder.fd), "ab") as file:
                file.write(b"\n" + text if self._torn else text)
                file.flush()
                os.fsync(file.fileno())
            if created:
                self._folder.sync()
        self._torn = False
        self._lines += len(batch)
        self.entries.update(batch)

    def compact(self, *, always: bool = False) -> None:
        """Rewrite the file with one line a path, atomically; without `always` only when it is worth it."""
        if not always and self._lines <= 2 * len(self.entries) + _COMPACT_SLACK:
            return
        text = _record_lines(self.entries)
        with on_state(f"{RECORDS}/{self._name}"):
            _replace(self._folder, self._name, text)
        self._torn = False
        self._lines = len(self.entries)

    def close(self) -> None:
        """Give the handle back."""
        self._folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _load(self) -> None:
        try:
            fd = self._folder.open_file(self._name)
        except FileNotFoundError:
            return
        with os.fdopen(fd, "rb") as file:
            for line in _bounded_lines(file):
                self._lines += 1
                self._torn = not line.endswith(b"\n")
                self._take(line)

    def _take(self, line: bytes) -> None:
        """Believe one line; a line that does not hold leaves its path unknown. A torn one never holds: no bracket."""
        path, record = _parse(line)
        if record is not None:
            self.entries[path] = record
        else:
            self.entries.pop(path, None)


def _record_lines(records: Mapping[str, Record]) -> bytes:
    """One line of JSON a record; put together here, because an encoder takes several times as long to begin and end."""
    quoted = encode_basestring_ascii  # ASCII: undecodable names survive as \udcxx
    return "".join(
        [
            f'[{quoted(path)},{size},"{sha256}",{mtime_ns},{ctime_ns},{inode},{"true" if published else "false"}]\n'
            for path, (size, sha256, mtime_ns, ctime_ns, inode, published) in records.items()
        ]
    ).encode()


def _manifest_lines(manifest: Manifest) -> bytes:
    """One line of JSON a file, in the order of their names."""
    quoted, files = encode_basestring_ascii, manifest.files
    lines = [f'[{quoted(path)},{files[path].size},"{files[path].sha256}"]\n' for path in by_name(files)]
    return "".join(lines).encode()


def _bounded_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; one longer than any of ours comes in pieces, and none of them holds."""
    return iter(lambda: file.readline(_LONGEST), b"")


def _parse(line: bytes) -> tuple[str, Record | None]:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        return "", None
    if not isinstance(raw, list) or not raw or not isinstance(raw[0], str):
        return "", None
    path, values = raw[0], raw[1:]
    return path, Record(*values) if _is_record(values) else None


def _is_record(values: list[Any]) -> bool:
    if len(values) != 6:
        return False
    size, sha256, *numbers, published = values
    whole = all(type(number) is int for number in (size, *numbers))
    return whole and size >= 0 and _is_sha256(sha256) and type(published) is bool


def _is_path(value: object) -> bool:
    """Whether it can be the path of a file below the run. Raises UnicodeEncodeError for what no file can be called."""
    if not isinstance(value, str) or b"\0" in os.fsencode(value):
        return False
    return not {"", ".", ".."}.intersection(value.split("/"))


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and _HEX.issuperset(value)


def sweep_records(state: Dir, run: RunPath) -> None:
    """Remove temporaries of a killed attempt; the run's lock is held. No folder is listed: it may hold every run's."""
    for name in (RECORDS, MANIFESTS):
        with on_state(name), state.ensure(name) as folder, suppress(FileNotFoundError):
            os.unlink(_temporary(f"{run.key}.jsonl"), dir_fd=folder.fd)


def sweep_all_records(state: Dir) -> None:
    """Remove every run's temporaries, whatever they are called; for the leader, before it starts any worker."""
    for name in (RECORDS, MANIFESTS):
        with state.ensure(name) as folder:
            sweep_temporaries(folder)


def _temporary(name: str) -> str:
    return f".{name}.tmp"


def _replace(folder: Dir, name: str, text: bytes) -> None:
    """Write a file anew, atomically; only the holder of the run's lock does, so that one name is enough."""
    with suppress(FileNotFoundError):
        os.unlink(_temporary(name), dir_fd=folder.fd)
    folder.write_atomic(name, text, temporary=_temporary(name))


def save_manifest(state: Dir, run: RunPath, manifest: Manifest) -> None:
    """Keep a verified manifest, durably: one line a file, then a line that seals them all."""
    text = _manifest_lines(manifest)
    seal = b'[%d,"%b"]\n' % (len(manifest.files), hashlib.sha256(text).hexdigest().encode())
    name = f"{run.key}.jsonl"
    with on_state(f"{MANIFESTS}/{name}"), state.ensure(MANIFESTS) as folder:
        _replace(folder, name, text + seal)


def load_manifest(state: Dir, run: RunPath) -> Manifest | None:
    """The last verified manifest as saved; None when there is none or it is damaged in any way."""
    name = f"{run.key}.jsonl"
    with on_state(f"{MANIFESTS}/{name}"):
        try:
            with state.beneath(MANIFESTS) as folder:
                fd = folder.open_file(name)
        except FileNotFoundError:
            return None
        with os.fdopen(fd, "rb") as file, suppress(ValueError, TypeError, StopIteration, RecursionError):
            return Manifest(_unseal(_bounded_lines(file)))
    return None


def _unseal(lines: Iterator[bytes]) -> dict[str, ManifestEntry]:
    """The files of a sealed list; raises ValueError, TypeError or StopIteration unless the seal fits exactly."""
    digest = hashlib.sha256()
    files: dict[str, ManifestEntry] = {}
    line = next(lines)
    for following in lines:
        digest.update(line)
        path, size, sha256 = json.loads(line)
        if not _is_path(path) or type(size) is not int or size < 0 or not _is_sha256(sha256):
            raise ValueError("not a file with size and hash")
        files[path] = ManifestEntry(size, sha256)
        line = following
    if json.loads(line) != [len(files), digest.hexdigest()]:
        raise ValueError("the seal does not fit")
    return files
