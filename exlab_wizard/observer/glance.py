"""Owns which runs are looked at first after a restart: those that are not as an earlier session listed them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.scan import scan
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run


def changed(core: Core, root: Dir, paths: Iterable[RunPath]) -> Iterator[RunPath]:
    """The runs whose listed row is no longer right. It only puts them in front: a whole look at every run follows.

    A walk over names and sizes costs a quarter of a look, which also reads control files and judges every name.
    """
    for path in paths:
        run, listed = core.registry.get(path), core.rows.listed(path)
        if run is None or listed is None or not _is_as_listed(root, run, listed):
            yield path


def _is_as_listed(root: Dir, run: Run, listed: tuple[int, int]) -> bool:
    try:
        with root.beneath(*run.path.parts) as folder:
            seen = scan(folder)
    except OSError:
        return listed == (0, 0)
    if (seen.file_count, seen.byte_total) != listed:
        return False
    if run.state is Lifecycle.STAGING or not seen.file_count:
        return True
    return seen.fingerprint in (run.durable.frozen, run.durable.proof.fingerprint)
