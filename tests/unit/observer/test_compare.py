from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.observer.compare import Difference, compare_with_manifest
from exlab_wizard.runs.manifest import Manifest, ManifestEntry
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.sync.engine.records import save_manifest
from tests.support.engine import put, sha256

RUN = RunPath.parse("CONFOCAL_01/p/Runs/Run_2026-04-17T14-32")
FILES = {"a.tif": b"11", "stack/b.raw": b"222", "stack/c.raw": b""}


class Verified:
    """A run in staging, and the manifest it was verified with in the state directory."""

    def __init__(self, root: Path) -> None:
        self.staging, self.state = root / "staging", root / "state"
        self.run = self.staging / str(RUN)
        put(self.run, {**FILES, ".exlab-wizard/ingest.json": b"{}"})
        self.state.mkdir()
        self.keep({path: ManifestEntry(len(data), sha256(data)) for path, data in FILES.items()})

    def keep(self, files: dict[str, ManifestEntry]) -> None:
        with Dir.open(self.state) as state:
            save_manifest(state, RUN, Manifest(files))

    def difference(self, expected_files: int = 3) -> Difference:
        with Dir.open(self.staging) as staging, Dir.open(self.state) as state:
            return compare_with_manifest(staging, state, RUN, expected_files)


@pytest.fixture
def verified(tmp_path: Path) -> Verified:
    return Verified(tmp_path)


CASES: dict[str, tuple[Callable[[Path], object], Difference]] = {
    "nothing": (lambda run: None, Difference.ONLY_TIMES),
    "times": (lambda run: os.utime(run / "a.tif", (1, 1)), Difference.ONLY_TIMES),
    "rights": (lambda run: (run / "a.tif").chmod(0o600), Difference.ONLY_TIMES),
    "other bytes of the same length": (lambda run: (run / "a.tif").write_bytes(b"99"), Difference.ONLY_TIMES),
    "an empty folder": (lambda run: (run / "new").mkdir(), Difference.ONLY_TIMES),
    "control files": (lambda run: put(run, {".exlab-wizard/wizard.x.log": b"1"}), Difference.ONLY_TIMES),
    "a new file": (lambda run: put(run, {"stack/d.raw": b"1"}), Difference.NEW_FILES),
    "a longer file": (lambda run: put(run, {"a.tif": b"111"}), Difference.CHANGED),
    "an emptied file": (lambda run: put(run, {"a.tif": b""}), Difference.CHANGED),
    "a missing file": (lambda run: (run / "a.tif").unlink(), Difference.CHANGED),
    "a link": (lambda run: (run / "link").symlink_to("a.tif"), Difference.ONLY_TIMES),
    "a file become a link": (lambda run: (put(run, {"x": b"11"}), relink(run / "a.tif")), Difference.NEW_FILES),
    "a file become a folder": (lambda run: ((run / "a.tif").unlink(), (run / "a.tif").mkdir()), Difference.CHANGED),
}


def relink(path: Path) -> None:
    path.unlink()
    path.symlink_to("x")


@pytest.mark.parametrize(("change", "difference"), CASES.values(), ids=list(CASES))
def test_what_changed_is_told_by_names_and_sizes(
    verified: Verified, change: Callable[[Path], object], difference: Difference
) -> None:
    change(verified.run)
    assert verified.difference() is difference


def test_a_manifest_that_is_lost_cannot_vouch_for_anything(verified: Verified) -> None:
    (kept,) = (verified.state / "manifests").iterdir()
    kept.write_bytes(kept.read_bytes()[:-10])
    assert verified.difference() is Difference.CHANGED
    kept.unlink()
    assert verified.difference() is Difference.CHANGED


def test_entries_that_live_on_the_nas_alone_are_not_missed(verified: Verified) -> None:
    """A re-opened run's manifest is a union: what was cleared before is in it, and not in staging."""
    entries = {path: ManifestEntry(len(data), sha256(data)) for path, data in FILES.items()}
    verified.keep({**entries, "cleared last year.raw": ManifestEntry(9, "a" * 64)})
    assert verified.difference(expected_files=3) is Difference.ONLY_TIMES
    assert verified.difference(expected_files=4) is Difference.CHANGED
