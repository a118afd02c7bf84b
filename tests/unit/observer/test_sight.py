from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from exlab_wizard.config import Equipment
from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.observer.sight import Before, Sight, look
from exlab_wizard.runs.ingest import IngestStatus
from exlab_wizard.runs.paths import RunPath
from tests.support.depths import nested
from tests.support.lab import SENTINEL, Lab, equipment

FILES = {"a.tif": b"11", "stack/b.raw": b"222"}


class Looker:
    """Looks at one run of a lab, as the observer does."""

    def __init__(self, lab: Lab, state: Dir) -> None:
        self.lab, self.state = lab, state
        self.path = RunPath.parse(lab.run_path())
        self.folder = lab.push(str(self.path), FILES)
        self.control = self.folder / ".exlab-wizard"
        self.equipment: Equipment = lab.config.equipment[0]
        self.root = StagingRoot(str(lab.staging))

    def look(self, before: Before | None = None) -> Sight:
        return look(self.root, self.state, self.path, self.equipment, before or Before())

    def again(self, sight: Sight, **changes: object) -> Sight:
        """A second look that knows the first."""
        before = Before(sight.scan.fingerprint, sight.control_seen, sight.signal or "")
        return self.look(replace(before, **changes))


@pytest.fixture
def looker(lab: Lab, tmp_path: Path) -> Iterator[Looker]:
    (tmp_path / "state").mkdir()
    with Dir.open(tmp_path / "state") as state:
        yield Looker(lab, state)


def test_the_first_look_reads_everything(looker: Looker) -> None:
    sight = looker.look()
    assert sight.present
    assert (sight.scan.file_count, sight.scan.byte_total) == (3, 5)
    assert sight.findings == []
    assert sight.creation is not None
    assert sight.signal == ""
    assert sight.ingest is not None
    assert sight.ingest.status is IngestStatus.ABSENT
    assert not sight.read_only
    assert sight.seconds > 0


def test_a_second_look_reads_only_news(looker: Looker) -> None:
    first = looker.look()
    second = looker.again(first)
    assert (second.findings, second.creation, second.ingest) == (None, None, None)
    assert second.scan.fingerprint == first.scan.fingerprint
    (looker.folder / "new.tif").touch()
    assert looker.again(first).findings == []
    (looker.control / "ingest.json").write_bytes(b"{")
    assert looker.again(first).ingest is not None
    assert looker.again(first, wants_signal=False).signal is None


def test_a_folder_that_is_gone_is_not_present_and_a_disk_that_is_gone_raises(looker: Looker) -> None:
    shutil.rmtree(looker.folder)
    assert looker.look() == Sight(present=False)
    shutil.rmtree(looker.lab.staging)
    with pytest.raises(StagingError, match="Mount the staging disk"):
        looker.look()


@pytest.mark.parametrize("obstacle", ["file", "link"])
def test_what_stands_in_a_runs_place_is_unreadable_and_not_followed(looker: Looker, obstacle: str) -> None:
    moved = looker.folder.rename(looker.lab.base / "moved")
    if obstacle == "file":
        looker.folder.write_bytes(b"no folder")
    else:
        looker.folder.symlink_to(moved, target_is_directory=True)
    sight = looker.look()
    assert sight.present
    assert str(looker.path) in sight.unreadable


def test_a_torn_ingest_is_set_aside_and_said(looker: Looker) -> None:
    (looker.control / "ingest.json").write_bytes(b'{"schema_version": "1.1", ')
    sight = looker.look()
    assert sight.ingest is not None
    assert sight.ingest.status is IngestStatus.TORN
    assert not (looker.control / "ingest.json").exists()
    kept = [path for path in looker.control.iterdir() if path.name.startswith("ingest.json.damaged-")]
    assert [path.read_bytes() for path in kept] == [b'{"schema_version": "1.1", ']


def test_a_foreign_ingest_is_left_untouched(looker: Looker) -> None:
    foreign = b'{"schema_version": "2.0", "soul": "of another program"}'
    (looker.control / "ingest.json").write_bytes(foreign)
    sight = looker.look()
    assert sight.ingest is not None
    assert sight.ingest.status is IngestStatus.FOREIGN_MAJOR
    assert (looker.control / "ingest.json").read_bytes() == foreign


def test_odd_entries_and_names_are_findings(looker: Looker) -> None:
    (looker.folder / "link").symlink_to("/etc/passwd")
    (looker.folder / "<date>.tif").touch()
    sight = looker.look()
    assert sight.findings is not None
    assert {str(finding.problem_class) for finding in sight.findings} == {
        "unsupported_entry",
        "unresolved_placeholder_token",
    }
    assert [entry.path for entry in sight.scan.odd] == ["link"]


def test_a_control_folder_that_is_a_link_makes_the_run_read_only(looker: Looker) -> None:
    shutil.rmtree(looker.control)
    looker.control.symlink_to("/etc")
    sight = looker.look()
    assert sight.read_only
    assert not sight.unreadable
    assert sight.creation is not None, "no provenance was read through the link"
    assert not os.path.lexists("/etc/ingest.json")


def test_the_manifest_signal_needs_the_sizes_of_the_files(looker: Looker) -> None:
    raw = equipment(looker.lab.nas, completeness_signal="manifest", manifest_filename="m.json")
    looker.equipment = Equipment.model_validate(raw)
    (looker.folder / "m.json").write_text('{"files": [{"path": "stack/b.raw", "size": 3}]}')
    assert looker.look().signal == ""
    (looker.folder / "m.json").write_text('{"files": [{"path": "stack/b.raw", "size": 4}]}')
    signal = looker.look().signal
    assert signal is not None
    assert "'stack/b.raw' has 3 bytes" in signal


def test_a_missing_sentinel_is_said(looker: Looker) -> None:
    (looker.folder / SENTINEL).unlink()
    assert looker.look().signal == f"{SENTINEL} has not arrived"


def test_a_very_deep_folder_is_a_finding(looker: Looker) -> None:
    with nested(looker.folder, 1200):
        sight = looker.look()
    assert sight.unreadable == ""
    assert sight.findings is not None
    assert [finding.problem_class for finding in sight.findings] == ["unsupported_entry"]
    assert "folders deep" in sight.findings[0].message


def test_whatever_a_run_does_to_the_look_is_a_sight(looker: Looker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr("exlab_wizard.observer.sight.signal_missing", fail)
    sight = looker.look()
    assert "met an error, RecursionError" in sight.unreadable
    assert str(looker.path) in sight.unreadable
