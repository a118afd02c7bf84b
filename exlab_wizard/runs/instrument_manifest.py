"""Owns the manifest an instrument pushes: which files a run must have, with sizes and perhaps hashes. Untrusted."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from exlab_wizard.runs.foreign_json import ForeignJsonError, parse_object, shown
from exlab_wizard.runs.paths import CONTROL_DIR

MAX_BYTES = 32 * 1024 * 1024  # some 250,000 files with hashes
MAX_ENTRIES = 2_000_000
MAX_SIZE = 2**63 - 1
_MAX_PATH_BYTES = 4096
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:[/\\]")
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")


class InstrumentManifestError(ValueError):
    """The instrument's manifest cannot be used; the text is a sentence for a scientist."""


class Listed(NamedTuple):
    """One listed file: bytes, and lower-case hex SHA-256 where the instrument gave one."""

    size: int
    sha256: str | None


@dataclass(frozen=True, slots=True)
class InstrumentManifest:
    """What the instrument says the run consists of, by POSIX path relative to the run; never empty."""

    files: dict[str, Listed]


def parse_instrument_manifest(data: bytes) -> InstrumentManifest:
    """Parse `{"files": [{"path", "size", "sha256"?}]}`; further keys are ignored.

    A UTF-8 byte order mark, a leading `./` and upper-case hashes are tolerated. Raises `InstrumentManifestError` for
    everything else that is odd: a manifest that is refused keeps the run waiting and says why, it is never guessed at.
    """
    try:
        entries = _entries(parse_object(data, MAX_BYTES))
        files: dict[str, Listed] = {}
        entries.reverse()
        for number in range(1, len(entries) + 1):
            path, listed = _entry(entries.pop(), number)  # taken away one by one: not everything is there twice
            if path in files:
                raise ForeignJsonError(f"it lists {shown(path)} twice")
            files[path] = listed
    except ForeignJsonError as error:
        raise InstrumentManifestError(f"The instrument's manifest cannot be used: {error}.") from None
    return InstrumentManifest(files)


def _entries(document: dict[str, Any]) -> list[Any]:
    entries = document.get("files")
    if not isinstance(entries, list):
        raise ForeignJsonError('it has no list "files"')
    if not entries:
        raise ForeignJsonError("it lists no files")
    if len(entries) > MAX_ENTRIES:
        raise ForeignJsonError(f"it lists more than {MAX_ENTRIES:,} files")
    return entries


def _entry(entry: Any, number: int) -> tuple[str, Listed]:
    if not isinstance(entry, dict):
        raise ForeignJsonError(f"entry {number} is not an object with path and size")
    path, size, sha256 = entry.get("path"), entry.get("size"), entry.get("sha256")
    if not isinstance(path, str) or not path:
        raise ForeignJsonError(f"entry {number} has no path")
    path = path.removeprefix("./")
    problem = _path_problem(path)
    if problem:
        raise ForeignJsonError(f"entry {number}, {shown(path)}, {problem}")
    if type(size) is not int or not 0 <= size <= MAX_SIZE:  # a bool is an int to isinstance
        raise ForeignJsonError(f"entry {number}, {shown(path)}, has no size in whole bytes")
    if sha256 is None:
        return path, Listed(size, None)
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise ForeignJsonError(f"entry {number}, {shown(path)}, has a sha256 that is not 64 hexadecimal digits")
    return path, Listed(size, sha256.lower())


def _path_problem(path: str) -> str | None:
    """Why a path cannot name a data file below the run, if so."""
    segments = path.split("/")
    if "\0" in path:
        return "contains NUL"
    if _ABSOLUTE.match(path):
        return "is an absolute path; paths must be relative to the run"
    if ".." in path and ".." in path.replace("\\", "/").split("/"):
        return 'contains ".."; paths must stay inside the run'
    if "" in segments or "." in segments:
        return "is not a plain relative path (an empty or dot segment)"
    if segments[0] == CONTROL_DIR:
        return f"lies in {CONTROL_DIR}, which is not data"
    if not _names_a_file(path):
        return "is not a possible file name"
    return None


def _names_a_file(path: str) -> bool:
    """Whether a scan can ever report exactly this string: encodable, canonical and not too long."""
    if path.isascii():
        return len(path) <= _MAX_PATH_BYTES
    try:
        name = os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return len(name) <= _MAX_PATH_BYTES and os.fsdecode(name) == path


def missing(manifest: InstrumentManifest, sizes: Mapping[str, int]) -> list[str]:
    """One sentence (without full stop) per listed file that `sizes` lacks or has at another size; empty: all is there.

    `sizes` maps the paths of the run's regular files to bytes.
    """
    return [
        _lack(path, listed.size, sizes) for path, listed in manifest.files.items() if sizes.get(path) != listed.size
    ]


def _lack(path: str, size: int, sizes: Mapping[str, int]) -> str:
    here = sizes.get(path)
    if here is not None:
        return f"{shown(path)} has {here:,} bytes, the instrument's manifest says {size:,}"
    if "\\" in path and path.replace("\\", "/") in sizes:
        return f"{shown(path)} is not there: the manifest must write / between folder and file name"
    return f"{shown(path)} is not there yet ({size:,} bytes)"
