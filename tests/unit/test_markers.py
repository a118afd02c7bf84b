from __future__ import annotations

import errno
import json
import os
import unicodedata
from pathlib import Path

import pytest

from exlab_wizard import capabilities, markers
from exlab_wizard.capabilities import AWKWARD_NAMES, Capabilities, Folding, probe_capabilities
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import (
    NAS_MARKER,
    MarkerDamagedError,
    MarkerMissingError,
    MarkerUnreadableError,
    mark_nas,
    mark_staging,
    read_nas_marker,
    read_station_marker,
)
from tests.support.durable import Durable


def read_nas(path: Path) -> markers.NasMarker:
    with Dir.open(path) as root:
        return read_nas_marker(root, str(path))


def test_a_nas_is_marked_once_and_the_marker_is_never_replaced(tmp_path: Path) -> None:
    first = mark_nas(tmp_path)
    before = (tmp_path / NAS_MARKER).read_bytes()
    second = mark_nas(tmp_path)
    assert not first.existed and second.existed
    assert first.nas_id == second.nas_id == read_nas(tmp_path).nas_id
    assert (tmp_path / NAS_MARKER).read_bytes() == before


def test_marking_leaves_nothing_but_the_marker(tmp_path: Path) -> None:
    mark_nas(tmp_path)
    assert os.listdir(tmp_path) == [NAS_MARKER]


def test_a_marker_is_on_its_medium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    durable = Durable(monkeypatch, tmp_path)
    mark_nas(tmp_path)
    mark_staging(tmp_path)
    assert durable.lacking() == []


def test_a_damaged_marker_is_refused_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / NAS_MARKER).write_bytes(b"{torn")
    with pytest.raises(MarkerDamagedError, match=r"not JSON.*Put it back"):
        mark_nas(tmp_path)
    assert (tmp_path / NAS_MARKER).read_bytes() == b"{torn"


def test_two_who_mark_at_once_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other marks between our look and our rename: theirs stands."""
    other = tmp_path / "other"
    other.mkdir()
    theirs = mark_nas(other)
    real = probe_capabilities

    def probe_then_be_late(root: Dir) -> Capabilities:
        found = real(root)
        (tmp_path / NAS_MARKER).write_bytes((other / NAS_MARKER).read_bytes())
        return found

    monkeypatch.setattr(markers, "probe_capabilities", probe_then_be_late)
    assert mark_nas(tmp_path).nas_id == theirs.nas_id


def test_staging_gets_its_station_id_in_a_private_folder(tmp_path: Path) -> None:
    first, second = mark_staging(tmp_path), mark_staging(tmp_path)
    assert (first.existed, second.existed) == (False, True)
    assert first.station_id == second.station_id
    assert (tmp_path / ".exlab-wizard").stat().st_mode & 0o777 == 0o700
    with Dir.open(tmp_path) as root:
        assert read_station_marker(root).station_id == first.station_id


def test_missing_markers_name_the_file_and_the_remedy(tmp_path: Path) -> None:
    with Dir.open(tmp_path) as root:
        with pytest.raises(
            MarkerMissingError, match=rf"{tmp_path}/{NAS_MARKER} is missing.*mounted.*mark-nas {tmp_path}"
        ):
            read_nas_marker(root, str(tmp_path))
        with pytest.raises(MarkerMissingError, match=r"station\.json is missing.*mark-staging"):
            read_station_marker(root, str(tmp_path))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": 2}, "format 1"),
        ({"nas_id": ""}, "nas_id"),
        ({"nas_id": "../x"}, "nas_id"),
        ({"nas_id": 7}, "nas_id"),
        ({"names": "dos"}, "names"),
    ],
)
def test_what_a_marker_must_say(tmp_path: Path, change: dict[str, object], why: str) -> None:
    mark_nas(tmp_path)
    content = json.loads((tmp_path / NAS_MARKER).read_text())
    (tmp_path / NAS_MARKER).write_text(json.dumps({**content, **change}))
    with pytest.raises(MarkerDamagedError, match=why):
        read_nas(tmp_path)


@pytest.mark.parametrize("content", [b"[]", b"null", b"\xff", b'"x"'])
def test_a_marker_that_is_no_object_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAS_MARKER).write_bytes(content)
    with pytest.raises(MarkerDamagedError):
        read_nas(tmp_path)


def test_a_marker_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    mark_nas(real)
    (tmp_path / NAS_MARKER).symlink_to(real / NAS_MARKER)
    with pytest.raises(MarkerUnreadableError):
        read_nas(tmp_path)


def test_an_unreadable_marker_keeps_its_errno(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark_nas(tmp_path)

    def stale(self: Dir, name: str, limit: int) -> bytes:
        raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))

    monkeypatch.setattr(Dir, "read", stale)
    with pytest.raises(MarkerUnreadableError) as caught:
        read_nas(tmp_path)
    assert caught.value.number == errno.ESTALE


def test_an_ordinary_linux_disk_is_posix_and_offers_everything(tmp_path: Path) -> None:
    marker = mark_nas(tmp_path)
    assert (marker.names, marker.capabilities) == ("posix", Capabilities())


def test_a_target_that_refuses_or_changes_names_is_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create, listing = Dir.create_file, Dir.names

    def refuse_colons(self: Dir, name: str, mode: int = 0o666) -> int:
        if ":" in name:
            raise OSError(errno.EINVAL, "no colons here")
        return create(self, name, mode)

    monkeypatch.setattr(Dir, "create_file", refuse_colons)
    monkeypatch.setattr(Dir, "names", lambda self: [name.rstrip(".") for name in listing(self)])
    marker = mark_nas(tmp_path)
    assert marker.names == "windows"
    assert marker.capabilities.altered_names == ("a:b", "dot.")


def test_a_folding_target_loses_one_of_the_twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create = Dir.create_file

    def fold(self: Dir, name: str, mode: int = 0o666) -> int:
        return create(self, name.lower(), mode)

    monkeypatch.setattr(Dir, "create_file", fold)
    with Dir.open(tmp_path) as root:
        assert {"Twin", "twin"} <= set(probe_capabilities(root).altered_names)


def test_a_full_target_is_an_error_and_no_statement_about_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Dir, name: str, mode: int = 0o666) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(Dir, "create_file", full)
    with pytest.raises(OSError, match="full"):
        mark_nas(tmp_path)
    monkeypatch.undo()
    assert os.listdir(tmp_path) == []


def test_a_target_that_replaces_names_has_no_exclusive_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(source: Dir, name: str, target: Dir, new_name: str) -> None:
        os.rename(name, new_name, src_dir_fd=source.fd, dst_dir_fd=target.fd)

    monkeypatch.setattr(capabilities, "rename_noreplace", replace)
    with Dir.open(tmp_path) as root:
        assert not probe_capabilities(root).exclusive_publish


def test_directory_fsync_not_offered_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dir, "sync", lambda self: False)
    mark_nas(tmp_path)
    assert not read_nas(tmp_path).capabilities.directory_fsync


def test_capabilities_come_back_as_they_were_written() -> None:
    one = Capabilities(AWKWARD_NAMES[:3], False, False, (Folding.CASE, Folding.UNICODE))
    assert Capabilities.from_dict(json.loads(json.dumps(one.to_dict()))) == one
    assert Capabilities.from_dict("nonsense") == Capabilities()
    assert Capabilities.from_dict({"folds": ["shape", ["case"], "unicode"]}).folds == (Folding.UNICODE,)


@pytest.mark.parametrize("folding", Folding)
def test_a_target_that_folds_names_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folding: Folding
) -> None:
    """Names come back as they were given, and another spelling meets the same file: as ext4 or ZFS may be set up."""
    known = Dir.stat

    def fold(self: Dir, name: str) -> os.stat_result:
        for other in self.names():
            if folded(other) == folded(name):
                return known(self, other)
        return known(self, name)

    def folded(name: str) -> str:
        return name.lower() if folding is Folding.CASE else unicodedata.normalize("NFC", name)

    monkeypatch.setattr(Dir, "stat", fold)
    mark_nas(tmp_path)
    assert read_nas(tmp_path).capabilities.folds == (folding,)
