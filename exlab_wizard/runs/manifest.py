"""Owns the verified manifest: which files a run has, with size and SHA-256, and its `sha256sum -c` form."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from exlab_wizard.fsys import by_name

CHECKSUMS_NAME = "checksums.sha256"
_LINE = re.compile(rb"(\\?)([0-9a-f]{64}) [ *](.+)", re.DOTALL)
_ODD = re.compile(r"[\\\n\r]")
_DASH = b"./-"
_ESCAPES = {b"\\\\": b"\\", b"\\n": b"\n", b"\\r": b"\r"}


class ManifestEntry(NamedTuple):
    """One file: bytes and lower-case hex SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The files of a run by POSIX path (surrogateescape for undecodable names)."""

    files: Mapping[str, ManifestEntry]

    @property
    def byte_total(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.files.values())

    def to_checksums(self) -> bytes:
        """The text `sha256sum -c` checks from inside the run directory, ordered by name, odd names escaped."""
        files = self.files
        if "-" not in files and _are_plain("".join(files)):  # the same text, sooner
            return "".join([f"{files[path].sha256}  {path}\n" for path in sorted(files)]).encode()
        return b"".join([format_line(path, files[path].sha256) for path in by_name(files)])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the checksums text: what receipts and proofs are bound to."""
        return hashlib.sha256(self.to_checksums()).hexdigest()

    def union(self, newer: Mapping[str, ManifestEntry]) -> Manifest:
        """This manifest with `newer` laid over it. A manifest never shrinks."""
        return Manifest({**self.files, **newer})


def _are_plain(names: str) -> bool:
    """Whether each name but `-` is written in a checksums file as it is."""
    return names.isascii() and not _ODD.search(names)


def format_line(path: str, sha256: str) -> bytes:
    """One checksum line, escaped as GNU coreutils does for backslash, newline and carriage return.

    A file called `-` is written `./-`: the bare name would make `sha256sum -c` read standard input.
    """
    name = os.fsencode(path) if path != "-" else _DASH
    escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"\\" if escaped != name else b""
    return b"%b%b  %b\n" % (mark, sha256.encode(), escaped)


def parse_checksums(data: bytes) -> dict[str, str]:
    """Path to SHA-256 of a checksums file; ValueError for any line that is not one, a name given twice or outside."""
    found: dict[str, str] = {}
    for number, line in enumerate(_lines(data), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"line {number} is not a checksum line")
        mark, digest, name = match.groups()
        path = os.fsdecode(_unescape(name) if mark else name) if name != _DASH else "-"
        if not _is_inside(path):
            raise ValueError(f"line {number} names {path!r}, which is not inside the run")
        if path in found:
            raise ValueError(f"line {number} names {path!r} a second time")
        found[path] = digest.decode()
    return found


def _lines(data: bytes) -> Iterable[bytes]:
    return data.removesuffix(b"\n").split(b"\n") if data else ()


def _is_inside(path: str) -> bool:
    return "\0" not in path and not any(part in ("", ".", "..") for part in path.split("/"))


def _unescape(name: bytes) -> bytes:
    return re.sub(rb"\\[\\nr]", lambda match: _ESCAPES[match.group()], name)
