"""Owns what is to be brought back: the verified manifest, the folders as on the NAS, and what there is too much of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from exlab_wizard.clearing.holding import numbered
from exlab_wizard.restoring.refusal import damaged
from exlab_wizard.restoring.site import Site
from exlab_wizard.runs.manifest import CHECKSUMS_NAME, Manifest, ManifestEntry
from exlab_wizard.runs.scan import Entry, EntryKind
from exlab_wizard.sync.engine.checksums import look_up_manifest, lost_manifest
from exlab_wizard.sync.engine.compare import entries_of
from exlab_wizard.sync.engine.folders import split
from exlab_wizard.sync.failure import on_target
from exlab_wizard.sync.tasks import ErrorClass


class Piece(NamedTuple):
    """One file to bring back; `temporary` is its name in the `restoring-<id>` folder, the same in every attempt."""

    path: str
    entry: ManifestEntry
    temporary: str


@dataclass(slots=True)
class Survey:
    """What the NAS copy holds beside the manifest. `folders` come back (parents first), `extra` files do not."""

    folders: list[str] = field(default_factory=list)
    extra: int = 0


def wanted_manifest(site: Site) -> Manifest:
    """The manifest the run was verified with. Raises TaskFailedError(REFUSED) when nobody has it any more."""
    digest = site.task.manifest_digest
    found = look_up_manifest(site.state, site.run, digest, site.nas_control, site.nas)
    if found is None:
        raise lost_manifest(digest, ErrorClass.REFUSED, CHECKSUMS_NAME)
    return found


def pieces_of(manifest: Manifest) -> list[Piece]:
    """Every file with its number."""
    return [Piece(path, manifest.files[path], str(number)) for number, path in enumerate(numbered(manifest))]


def look_over(site: Site, manifest: Manifest) -> Survey:
    """List the NAS copy. Raises TaskFailedError(HASH_MISMATCH) for files that are missing or of another size."""
    with on_target("the run's folder"):
        survey, good = sort_entries(entries_of(site.nas, manifest.files), manifest)
    bad = [path for path in numbered(manifest) if path not in good]
    if bad:
        raise damaged(bad, len(manifest.files))
    return survey


def sort_entries(entries: Iterable[Entry], manifest: Manifest) -> tuple[Survey, set[str]]:
    """The survey, and the files that are there at their size.

    A folder comes back when it holds files of the manifest, or no file at all: one with nothing but extra files in it
    (a NAS's own thumbnails, say) is not the run's.
    """
    survey, good, folders = Survey(), set[str](), list[str]()
    foreign: set[str] = set()
    for path, kind, identity, _ in entries:
        known = manifest.files.get(path)
        if kind is EntryKind.DIRECTORY:
            folders.append(path)
        elif known is not None and kind is EntryKind.FILE and known.size == identity.size:
            good.add(path)
        elif known is None:
            survey.extra += 1
            foreign |= _above(path)
    ours = set[str]()
    for path in manifest.files:  # never a set for each file at once
        ours |= _above(path)
    survey.folders = [path for path in folders if path in ours or path not in foreign]
    return survey, good


def _above(path: str) -> set[str]:
    """Every folder on the way to a path."""
    found = set()
    while path := split(path)[0]:
        found.add(path)
    return found
