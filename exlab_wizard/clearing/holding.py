"""Owns the holding folder `<run>/.exlab-wizard/clearing-<id>/`, where data wait between "may go" and "gone"."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Self

from exlab_wizard.clearing.putback import give, merge
from exlab_wizard.fsys import Dir, by_name
from exlab_wizard.runs.manifest import Manifest
from exlab_wizard.runs.scan import LEVELS, Entry, EntryKind, walk

HOLDING_PREFIX = "clearing-"
DATA, TAKEN = "data", "taken"
UNLINKING, PUTTING_BACK = "unlinking.json", "putting-back.json"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_LIMIT = 1 << 16
_OWN = re.compile(r"(\.)?(unlinking|putting-back)\.json(?(1)\.[0-9a-f]+\.tmp)")


@dataclass(frozen=True, slots=True)
class Planned:
    """What the durable marker says: from here on files are being unlinked, these many and no others."""

    run_path: str
    manifest_digest: str
    files: int
    bytes: int
    by: str
    at: str


class Holding:
    """One holding folder, open. `data` mirrors the run; `taken` holds the one file just being unlinked."""

    def __init__(self, control: Dir, clearing_id: str) -> None:
        """Open an existing one. Raises FileNotFoundError, and OSError for a link."""
        self.clearing_id = clearing_id
        self._control = control
        self.folder = control.child(holding_name(clearing_id))

    @classmethod
    def create(cls, control: Dir, clearing_id: str, like: Dir) -> Holding:
        """Make one, durably; as private as `like` (the state directory). Safe to repeat."""
        shared = os.fstat(like.fd)
        with control.ensure(holding_name(clearing_id), mode=0o700) as folder:
            with suppress(OSError):  # several accounts may serve one station: the next leader has to get in
                os.fchown(folder.fd, -1, shared.st_gid)
                os.fchmod(folder.fd, 0o700 | shared.st_mode & 0o070)
            for name in (DATA, TAKEN):
                folder.ensure(name, mode=0o770).close()
        return cls(control, clearing_id)

    def sub(self, name: str) -> Dir | None:
        """A handle on `data` or `taken`; None once it is gone."""
        with suppress(FileNotFoundError):
            return self.folder.child(name)
        return None

    def walk(self) -> Iterator[Entry]:
        """Every entry below `data`, paths as in the run; what lies beside it is left to `put_back`."""
        prefix = DATA + "/"
        for entry in walk(self.folder, LEVELS + 1):  # `data` is one level more than in the run
            if entry.path.startswith(prefix):
                yield entry._replace(path=entry.path.removeprefix(prefix))

    def begin(self, planned: Planned) -> None:
        """The point of no quiet return: durable before the first file is unlinked."""
        self.folder.write_atomic(UNLINKING, json.dumps(asdict(planned)).encode() + b"\n")

    def planned(self) -> Planned | None:
        """What `begin` wrote; None when it did not come to that, or the file does not say it any more."""
        name = PUTTING_BACK if self.giving_up() else UNLINKING  # the same file, renamed
        try:
            return Planned(**json.loads(self.folder.read(name, _LIMIT)))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def begun(self) -> bool:
        """Whether a file may have been unlinked."""
        return self.folder.exists(UNLINKING) or self.folder.exists(PUTTING_BACK)

    def giving_up(self) -> bool:
        """Whether what is left was already being put back."""
        return self.folder.exists(PUTTING_BACK)

    def empty(self) -> bool:
        """Whether nothing but folders is left in it (a file in `taken` is settled into `data` first)."""
        taken = self.sub(TAKEN)
        if taken is not None:
            with taken:
                if taken.names():
                    return False
        return all(entry.kind is EntryKind.DIRECTORY for entry in self.walk())

    def give_up(self) -> None:
        """Turn "unlinking" into "putting back", durably and without needing space."""
        with suppress(FileNotFoundError):
            os.rename(UNLINKING, PUTTING_BACK, src_dir_fd=self.folder.fd, dst_dir_fd=self.folder.fd)
        self.folder.sync()

    def forget(self) -> None:
        """Take the marker back, durably: only where nothing was unlinked."""
        with suppress(FileNotFoundError):
            os.unlink(UNLINKING, dir_fd=self.folder.fd)
            self.folder.sync()

    def settle_taken(self, manifest: Manifest | None) -> None:
        """Give the file a crash left in `taken` its place in `data` again; `taken` names it by its number."""
        taken, data = self.sub(TAKEN), self.sub(DATA)
        if taken is None or data is None:
            return
        ordered = numbered(manifest) if manifest is not None else []
        with taken, data:
            for name in taken.names():
                self._settle(taken, name, data, ordered)

    def _settle(self, taken: Dir, name: str, data: Dir, ordered: list[str]) -> None:
        known = name.isdecimal() and int(name) < len(ordered)
        path = ordered[int(name)] if known else f"{name}.put-back-{self.clearing_id}"
        *parts, leaf = path.split("/")
        with data.ensure(*parts) as folder:
            give(taken, name, folder, self.clearing_id, leaf)

    def put_back(self, run: Dir) -> list[str]:
        """Everything left goes back into the run; the names that had to go beside a taken one. Safe to repeat."""
        beside: list[str] = []
        data = self.sub(DATA)
        if data is not None:
            with data:
                beside = merge(data, run, self.clearing_id)
        for name in self.folder.names():
            if name not in (DATA, TAKEN) and not _OWN.fullmatch(name):
                beside += give(self.folder, name, run, self.clearing_id)
        run.sync()
        return beside

    def discard(self, *, keep_marker: bool = False) -> None:
        """Remove the empty folders and, unless kept, the marker and the holding folder. Raises OSError (ENOTEMPTY)."""
        for name in (TAKEN, DATA):
            with suppress(FileNotFoundError):
                os.rmdir(name, dir_fd=self.folder.fd)
        self.folder.sync()
        if keep_marker:
            return
        for name in filter(_OWN.fullmatch, self.folder.names()):
            os.unlink(name, dir_fd=self.folder.fd)
        os.rmdir(holding_name(self.clearing_id), dir_fd=self._control.fd)
        self._control.sync()

    def close(self) -> None:
        """Give the handle back."""
        self.folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def holding_name(clearing_id: str) -> str:
    """`clearing-<id>`. Raises ValueError for an id that is not letters, digits, `-` and `_`."""
    if not _ID.fullmatch(clearing_id):
        raise ValueError(f"{clearing_id!r} is not a clearing id")
    return HOLDING_PREFIX + clearing_id


def numbered(manifest: Manifest) -> list[str]:
    """The manifest's paths in the order that gives each its number in `taken`."""
    return by_name(manifest.files)


def pending_clearings(control: Dir) -> list[str]:
    """The ids of clearings that were cut short, or wait for `finish_clearing`, in a run's `.exlab-wizard`."""
    found = []
    for name in control.names():
        clearing_id = name.removeprefix(HOLDING_PREFIX)
        if name != clearing_id and _ID.fullmatch(clearing_id) and _is_folder(control, name):
            found.append(clearing_id)
    return found


def _is_folder(control: Dir, name: str) -> bool:
    try:
        return stat.S_ISDIR(control.stat(name).st_mode)
    except FileNotFoundError:
        return False


def finish_clearing(control: Dir, clearing_id: str, run: Dir) -> bool:
    """Take away the empty holding folder once the database says `cleared`. Local, quick, idempotent.

    What some other program put beside the data goes into the run. False when data are still in it: that clearing has
    to be recovered instead. Raises OSError.
    """
    try:
        holding = Holding(control, clearing_id)
    except FileNotFoundError:
        return True
    with holding:
        data = holding.sub(DATA)
        if data is not None:
            data.close()
            return False
        holding.put_back(run)
        holding.discard()
    return True
