from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import StationMarker, mark_staging, read_station_marker
from exlab_wizard.observer import root as root_module
from exlab_wizard.observer.root import StagingRoot


def refused(root: StagingRoot) -> StagingError:
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(StagingError) as caught:
        root.open()
    assert caught.value.code is Code.STAGING_UNAVAILABLE
    assert caught.value.status == 503
    assert "mark-staging" in caught.value.message or "from a backup" in caught.value.message
    assert len(os.listdir("/proc/self/fd")) == before
    return caught.value


def test_a_marked_root_is_opened_again_and_again(tmp_path: Path) -> None:
    station_id = mark_staging(tmp_path).station_id
    root = StagingRoot(str(tmp_path))
    for _ in range(2):
        with root.open() as folder:
            assert os.path.samestat(os.fstat(folder.fd), tmp_path.stat())
    assert root.station_id == station_id


def test_an_unmounted_disk_is_not_an_empty_staging_directory(tmp_path: Path) -> None:
    root = StagingRoot(str(tmp_path / "staging"))
    assert "cannot be opened" in refused(root).message
    (tmp_path / "staging").mkdir()
    assert "does not carry the station's marker" in refused(root).message
    mark_staging(tmp_path / "staging")
    root.open().close()
    shutil.rmtree(tmp_path / "staging" / ".exlab-wizard")
    assert "does not carry the station's marker" in refused(root).message


def test_another_stations_disk_in_its_place_is_refused_and_the_right_one_taken_again(tmp_path: Path) -> None:
    here = tmp_path / "staging"
    here.mkdir()
    mark_staging(here)
    root = StagingRoot(str(here))
    root.open().close()
    here.rename(tmp_path / "right")
    here.mkdir()
    other = mark_staging(here).station_id
    assert f"marker of another station, {other}" in refused(root).message
    shutil.rmtree(here)
    (tmp_path / "right").rename(here)
    root.open().close()


def test_a_damaged_marker_is_no_marker(tmp_path: Path) -> None:
    mark_staging(tmp_path)
    (tmp_path / ".exlab-wizard" / "station.json").write_bytes(b'{"station_id": ')
    message = refused(StagingRoot(str(tmp_path))).message
    assert "not JSON" in message and "mark-staging" not in message  # a new marker would be another station


def test_the_marker_is_read_again_when_it_is_not_the_same_file_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_staging(tmp_path)
    marker = tmp_path / ".exlab-wizard" / "station.json"
    root = StagingRoot(str(tmp_path))
    read: list[str] = []

    def reading(folder: Dir, place: str) -> StationMarker:
        read.append(place)
        return read_station_marker(folder, place)

    monkeypatch.setattr(root_module, "read_station_marker", reading)
    for _ in range(5):
        root.open().close()
    assert len(read) == 1
    for change in (
        lambda: marker.write_bytes(marker.read_bytes()),
        lambda: os.utime(marker, (1, 1)),
        lambda: (shutil.copy(marker, tmp_path / "copy"), (tmp_path / "copy").rename(marker)),
    ):
        before = len(read)
        change()
        root.open().close()
        root.open().close()
        assert len(read) == before + 1
    marker.write_bytes(b"{}")
    refused(root)
    refused(root)


def test_a_marker_that_was_refused_is_refused_again(tmp_path: Path) -> None:
    here = tmp_path / "staging"
    here.mkdir()
    mark_staging(here)
    root = StagingRoot(str(here))
    root.open().close()
    here.rename(tmp_path / "right")
    here.mkdir()
    mark_staging(here)
    for _ in range(3):
        assert "marker of another station" in refused(root).message


def test_a_link_to_the_markers_folder_is_no_marker(tmp_path: Path) -> None:
    mark_staging(tmp_path)
    root = StagingRoot(str(tmp_path))
    root.open().close()
    (tmp_path / ".exlab-wizard").rename(tmp_path / "moved")
    (tmp_path / ".exlab-wizard").symlink_to("moved", target_is_directory=True)
    with pytest.raises(StagingError, match="cannot be read"):
        root.open()
