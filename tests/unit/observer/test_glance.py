from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exlab_wizard.observer import glance
from exlab_wizard.observer.observer import Observer
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.core import Core
from tests.support.lab import Lab
from tests.support.pieces import a_core

STAMPS = ["2026-04-17T10-00", "2026-04-17T11-00", "2026-04-17T12-00"]


class Known:
    """Three runs that an earlier session listed; the middle one is what the tests change."""

    def __init__(self, lab: Lab, core: Core) -> None:
        self.lab, self.core = lab, core
        self.runs = [lab.run_path(stamp=stamp) for stamp in STAMPS]
        for run in self.runs:
            lab.push(run, {"a.tif": b"1"})
        self.folder = lab.staging / self.runs[1]
        self.observer = Observer(core)
        self.observer._everything()

    def in_state(self, state: Lifecycle) -> None:
        """As if the middle run had come so far with the tree as it is."""
        run = self.core.registry.get(self.runs[1])
        assert run is not None and run.scan is not None
        run.state, run.durable.frozen, run.durable.proof.fingerprint = state, run.scan.fingerprint, run.scan.fingerprint

    def first(self) -> list[str]:
        with self.core.staging.open() as root:
            return [str(path) for path in glance.changed(self.core, root, self.observer._paths())]


@pytest.fixture
def known(lab: Lab) -> Iterator[Known]:
    with a_core(lab.config) as core:
        yield Known(lab, core)


@pytest.mark.parametrize("state", [Lifecycle.STAGING, Lifecycle.COMPLETE, Lifecycle.SYNC_VERIFIED])
def test_what_is_as_it_was_listed_can_wait(known: Known, state: Lifecycle) -> None:
    known.in_state(state)
    assert known.first() == []


CHANGES: dict[str, Callable[[Path], object]] = {
    "a new file": lambda run: (run / "b.tif").touch(),
    "a longer file": lambda run: (run / "a.tif").write_bytes(b"22"),
    "a missing file": lambda run: (run / "a.tif").unlink(),
    "no folder": lambda run: shutil.rmtree(run),
    "another thing in its place": lambda run: (shutil.rmtree(run), run.touch()),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
@pytest.mark.parametrize("state", [Lifecycle.STAGING, Lifecycle.SYNC_QUEUED, Lifecycle.SYNC_VERIFIED])
def test_what_changed_goes_first(known: Known, state: Lifecycle, change: Callable[[Path], object]) -> None:
    known.in_state(state)
    change(known.folder)
    assert known.first() == [known.runs[1]]


def test_of_a_run_past_staging_its_times_count_too(known: Known) -> None:
    os.utime(known.folder / "a.tif", (1, 1))
    assert known.first() == []
    known.in_state(Lifecycle.COMPLETE)
    known.core.registry.get(known.runs[1]).durable.frozen = "as it was before"  # type: ignore[union-attr]
    os.utime(known.folder / "a.tif", (2, 2))
    assert known.first() == [known.runs[1]]


def test_a_run_nobody_knows_goes_first(known: Known) -> None:
    new = known.lab.run_path(stamp="2026-04-18T09-00")
    known.lab.push(new, {"a.tif": b"1"})
    assert known.first() == [new]


def test_what_was_cleared_is_as_listed_while_nothing_comes(known: Known) -> None:
    (known.folder / "a.tif").unlink()
    for left in known.folder.iterdir():
        if left.is_file():
            left.unlink()
    known.observer._everything()
    known.in_state(Lifecycle.CLEARED)
    assert known.first() == []
    (known.folder / "late.tif").touch()
    assert known.first() == [known.runs[1]]
