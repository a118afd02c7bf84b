"""Owns what a target can do, found out by really trying it in a folder of its own that is removed again."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from exlab_wizard.fsys import Dir, rename_noreplace

AWKWARD_NAMES = (
    "a:b", "a?b", "a*b", 'a"b', "a<b", "a>b", "a|b", "a\\b",
    "dot.", "trailing ", "con", "aux.txt", "Twin", "twin",
)  # fmt: skip
_COMPOSED, _DECOMPOSED = "na\u00efve", "nai\u0308ve"  # one word in two spellings, equal to a person


class Folding(StrEnum):
    """What a target may take for equal in names."""

    CASE = "case"
    UNICODE = "unicode"  # a letter with its accent, and the letter followed by the accent


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one target offers.

    `altered_names`: awkward names it refused or listed differently; `directory_fsync`: a new name can be made durable;
    `exclusive_publish`: a name can be given without ever replacing one (without it nothing is synced there); `folds`:
    the `Folding`s by which two names are one to it.
    """

    altered_names: tuple[str, ...] = ()
    directory_fsync: bool = True
    exclusive_publish: bool = True
    folds: tuple[Folding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {**asdict(self), "altered_names": list(self.altered_names), "folds": list(self.folds)}

    @classmethod
    def from_dict(cls, raw: object) -> Capabilities:
        """The inverse of `to_dict`; what is absent or odd takes the default."""
        found = raw if isinstance(raw, dict) else {}
        names, folds = found.get("altered_names"), found.get("folds")
        return cls(
            tuple(str(name) for name in names) if isinstance(names, list) else (),
            found.get("directory_fsync") is not False,
            found.get("exclusive_publish") is not False,
            tuple(word for word in Folding if isinstance(folds, list) and word in folds),
        )


def probe_capabilities(root: Dir) -> Capabilities:
    """Try names, directory fsync and exclusive publish below `root`. Raises OSError when nothing can be written."""
    with _probe_folder(root, "names") as folder:
        altered = _altered_names(folder)
    with _probe_folder(root, "folds") as folder:
        folds = _foldings(folder)
    with _probe_folder(root, "publish") as folder:
        return Capabilities(altered, folder.sync(), _publishes_exclusively(folder), folds)


@contextmanager
def _probe_folder(root: Dir, what: str) -> Iterator[Dir]:
    name = f".exlab-probe-{what}-{secrets.token_hex(4)}"
    os.mkdir(name, 0o700, dir_fd=root.fd)
    try:
        with root.child(name) as folder:
            try:
                yield folder
            finally:
                _empty(folder)
    finally:
        with suppress(OSError):
            os.rmdir(name, dir_fd=root.fd)


def _empty(folder: Dir) -> None:
    for name in folder.names():
        with suppress(OSError):
            os.unlink(name, dir_fd=folder.fd)


def _altered_names(folder: Dir) -> tuple[str, ...]:
    """Which awkward names are refused, folded into another, or listed back with other bytes."""
    refused = []
    for name in AWKWARD_NAMES:
        try:
            os.close(folder.create_file(name))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO):
                raise
            refused.append(name)
    listed = set(folder.names())
    return tuple(name for name in AWKWARD_NAMES if name in refused or name not in listed)


def _foldings(folder: Dir) -> tuple[Folding, ...]:
    """Under which other spellings a file can be met. A target that refuses the name altogether folds nothing."""
    spellings = {Folding.CASE: ("Twin", "twin"), Folding.UNICODE: (_COMPOSED, _DECOMPOSED)}
    found = []
    for folding, (name, other) in spellings.items():
        with suppress(OSError):  # what cannot be written was said before; here it is no statement about names
            os.close(folder.create_file(name))
            if folder.exists(other) or other in folder.names():
                found.append(folding)
    return tuple(found)


def _publishes_exclusively(folder: Dir) -> bool:
    for name in ("first", "second"):
        os.close(folder.create_file(name))
    try:
        rename_noreplace(folder, "first", folder, "third")
        rename_noreplace(folder, "third", folder, "second")
    except FileExistsError:
        return folder.names() == ["second", "third"]
    except OSError:
        return False
    return False
