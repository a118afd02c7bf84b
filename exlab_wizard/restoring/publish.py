"""Owns giving restored files their names in the run: never over anything, equal bytes adopted, folders made."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress

from exlab_wizard.clearing.refusal import refused, shown
from exlab_wizard.errors import Code
from exlab_wizard.fsys import Dir, rename_noreplace
from exlab_wizard.restoring.fetch import flush
from exlab_wizard.restoring.refusal import in_staging, in_the_way
from exlab_wizard.restoring.site import Site
from exlab_wizard.restoring.survey import Piece
from exlab_wizard.runs.manifest import Manifest
from exlab_wizard.runs.scan import Entry, EntryKind, Identity, RunScan, Summary, identity_of, walk
from exlab_wizard.sync.engine.control import drop_temporary
from exlab_wizard.sync.engine.folders import split
from exlab_wizard.sync.engine.records import Record
from exlab_wizard.sync.engine.verify import hash_cold
from exlab_wizard.sync.failure import on_target

_MODE = 0o777
_OURS = 0o700  # whatever the NAS says: the station has to get in again


def already_here(site: Site, pieces: Sequence[Piece]) -> dict[str, Identity]:
    """What stands in staging with the right bytes. Raises TaskFailedError(REFUSED) for a name with any other bytes."""
    found = {}
    for piece in pieces:
        if _stands(site, piece):
            found[piece.path] = demand_equal(site, piece)
        site.here.trim()
    return found


def _stands(site: Site, piece: Piece) -> bool:
    with in_staging(piece.path):
        try:
            folder, name = site.here.parent(piece.path)
        except FileNotFoundError:
            return False
        return folder.exists(name)


def demand_equal(site: Site, piece: Piece) -> Identity:
    """A name that is taken must have the manifest's bytes, flushed and read back cold; it is kept as it is."""
    with in_staging(piece.path):
        folder, name = site.here.parent(piece.path)
        info = folder.stat(name)
        if not stat.S_ISREG(info.st_mode) or info.st_size != piece.entry.size:
            raise in_the_way(piece.path)
        flush(folder, name)
        cold = hash_cold(folder, name, site.meter.pace)
    if (cold.size, cold.sha256) != piece.entry:
        raise in_the_way(piece.path)
    return identity_of(info)


def make_folders(site: Site, folders: Sequence[str]) -> None:
    """Every folder, parents first. Raises TaskFailedError(REFUSED) where something else has the name."""
    for path in folders:
        site.fence.check_stop()
        parent, name = split(path)
        with in_staging(path):
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=site.here.get(parent).fd)
            site.here.get(path)
        site.here.trim()


def publish(site: Site, pieces: Sequence[Piece], proven: dict[str, Identity]) -> None:
    """Give each temporary its name; one that was taken meanwhile joins `proven`. Durable after `settle_folders`."""
    for piece in pieces:
        site.fence.check()
        with in_staging(piece.path):
            folder, name = site.here.parent(piece.path)
            try:
                rename_noreplace(site.incoming, piece.temporary, folder, name)
            except FileExistsError:
                proven[piece.path] = demand_equal(site, piece)
                drop_temporary(site.incoming, piece.temporary)
        site.here.trim()


def settle_folders(site: Site, folders: Sequence[str]) -> None:
    """Modes and times as on the NAS, where that is allowed, and every name durable: deepest first, the run last."""
    for path in [*reversed(folders), ""]:
        with on_target(path):
            info = os.fstat(site.nas.get(path).fd)
        with in_staging(path):
            folder = site.here.get(path)
            if path:
                _dress(folder, info)
            folder.sync()
        site.nas.trim()
        site.here.trim()


def _dress(folder: Dir, info: os.stat_result) -> None:
    with suppress(OSError):
        os.fchmod(folder.fd, info.st_mode & _MODE | _OURS)
        os.utime(folder.fd, ns=(info.st_atime_ns, info.st_mtime_ns))


def record_all(site: Site, manifest: Manifest, proven: Mapping[str, Identity]) -> RunScan:
    """Remember each restored file as it looks now; the scan is of these and of all folders.

    What is beyond the manifest, or no longer what was proven, came meanwhile: it is not in the scan, so that the
    station finds a changed run. Raises TaskFailedError(REFUSED) for a file that is gone already.
    """
    summary, fresh, met = Summary(), dict[str, Record](), set[str]()
    with in_staging(str(site.run)):
        for entry in walk(site.here.get("")):
            met.add(entry.path)
            if entry.kind is EntryKind.DIRECTORY:
                summary.add(entry)
            elif entry.path in proven and _unchanged(proven[entry.path], entry):
                summary.add(entry)
                fresh[entry.path] = Record.of(entry.identity, manifest.files[entry.path].sha256, published=True)
    missing = [path for path in proven if path not in met]
    if missing:
        message = f"{shown(missing[0])} was taken away while the run was being restored; restore again."
        raise refused(Code.RUN_CHANGED_SINCE_VERIFIED, message, missing)
    site.records.append(fresh)
    site.records.compact()
    return summary.result()


def _unchanged(proven: Identity, entry: Entry) -> bool:
    """Giving a name changes the ctime, and nothing else."""
    return entry.kind is EntryKind.FILE and entry.identity._replace(ctime_ns=proven.ctime_ns) == proven
