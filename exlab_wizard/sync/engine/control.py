"""Owns which entries of a run's own `.exlab-wizard` are the program's, and which are unknown: copied like data."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.runs.scan import Entry, EntryKind, walk

INCOMING = "incoming"
SUPERSEDED = "superseded"
RESTORING = re.compile(r"restoring-[0-9a-f]{16}")
_KNOWN = re.compile(
    r"creation\.json|ingest\.json|ingest\.json\.damaged-.*|checksums\.sha256|wizard\..*\.log"
    rf"|\..*\.tmp|clearing-[^/]*|{RESTORING.pattern}"
    # the NAS side, restored by hand
    rf"|claim\.json|receipts\.(jsonl(\.(torn|damaged)-.*)?|lock)|{INCOMING}|{SUPERSEDED}",
    re.DOTALL,
)


def is_known(name: str) -> bool:
    """Whether a name directly below `.exlab-wizard` is one of the program's own."""
    return _KNOWN.fullmatch(name) is not None


def walk_unknown(run: Dir) -> Iterator[Entry]:
    """Unknown entries of the run's top-level `.exlab-wizard`, as paths below the run; odd ones are yielded too.

    None where `.exlab-wizard` is missing, a link or a file: it is never followed. Raises OSError when it cannot be
    listed.
    """
    try:
        control = run.child(CONTROL_DIR)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP):
            return
        raise
    with control:
        for entry in walk(control):
            if not is_known(entry.path.split("/", 1)[0]):
                yield entry._replace(path=f"{CONTROL_DIR}/{entry.path}")


def split_odd(entries: Iterator[Entry]) -> tuple[list[Entry], list[str]]:
    """What can be copied (files, directories), and the paths of what cannot."""
    good: list[Entry] = []
    odd: list[str] = []
    for entry in entries:
        if entry.kind in (EntryKind.FILE, EntryKind.DIRECTORY):
            good.append(entry)
        else:
            odd.append(entry.path)
    return good, odd


def sweep_temporaries(folder: Dir, prefix: str = ".") -> None:
    """Remove temporary files (`.<name>.<random>.tmp`) a killed writer left; only for the sole writer of the folder."""
    for name in folder.names():
        if name.startswith(prefix) and name.endswith(".tmp"):
            with suppress(OSError):
                os.unlink(name, dir_fd=folder.fd)


def sweep_restoring(control: Dir, keep: str = "") -> None:
    """Remove what restores left: flat `restoring-<id>` folders of numbered temporaries. The run's lock is held.

    The folder called `keep` stays, and so does whatever in such a folder is not a restore's. Raises OSError.
    """
    for name, info in control.entries():
        if RESTORING.fullmatch(name) and name != keep and stat.S_ISDIR(info.st_mode):
            with control.child(name) as folder:
                for temporary in filter(str.isdecimal, folder.names()):
                    drop_temporary(folder, temporary)
            with suppress(OSError):  # not empty: something of somebody else's is in it
                os.rmdir(name, dir_fd=control.fd)


def drop_temporary(folder: Dir, name: str) -> None:
    """Remove one temporary of a restore, if it is there. Raises OSError."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder.fd)
