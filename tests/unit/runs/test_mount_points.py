from __future__ import annotations

import os
import select
from pathlib import Path

import pytest

from exlab_wizard import mount_points
from exlab_wizard.fsys import Dir
from exlab_wizard.mount_points import (
    mount_id,
    mounted_below,
    mounted_on_itself,
    parse_mountinfo,
    points_below,
    same_mount,
)
from exlab_wizard.runs.scan import EntryKind, walk

TABLE = rb"""
22 1 8:1 / / rw - ext4 /dev/sda1 rw
40 22 8:1 /other /staging/a\040run/with\012break rw,relatime shared:1 - ext4 /dev/sda1 rw
41 22 8:1 /file /staging/a\040run/deep/one.tif rw - ext4 /dev/sda1 rw
42 22 8:1 / /staging/a\040run rw - ext4 /dev/sda1 rw
43 22 8:1 / /staging/a\040runner/x rw - ext4 /dev/sda1 rw
44 22 8:1 / /staging/a\040run/back\134slash\011 rw - ext4 /dev/sda1 rw
half a line
"""


def test_the_kernels_table_is_read_with_its_escapes_and_only_what_lies_below() -> None:
    points = parse_mountinfo(TABLE)
    below = points_below(points, b"/staging/a run")
    assert below == {"with\nbreak", "deep/one.tif", "back\\slash\t"}
    assert "staging/a run" in points_below(points, b"/")
    assert parse_mountinfo(b"") == ()


def test_a_file_system_mounted_on_a_part_of_itself_is_told_from_another() -> None:
    assert mounted_on_itself(TABLE) == {22}
    other = b"22 1 8:1 / / rw - a b rw\n23 22 8:2 / /data rw - a b rw\n24 23 8:1 / /data/x rw - a b rw"
    assert mounted_on_itself(other) == frozenset()
    assert mounted_on_itself(other + b"\n25 23 8:2 /a /data/b rw - a b rw") == {23}


def test_the_table_is_read_again_when_something_was_mounted(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain file tells nobody of changes, so it is read each time; the kernel's own table is asked first."""
    table.write_bytes(TABLE)
    one = mount_points._MountTable(str(table))
    assert b"/staging/a run" in one.points()
    table.write_bytes(b"")
    assert one.points() == ()

    kernels = mount_points._MountTable()
    reads: list[int] = []
    real = kernels._read
    monkeypatch.setattr(kernels, "_read", lambda: reads.append(1) or real())
    assert kernels.points() == kernels.points() == kernels.points()
    assert reads == [1]
    kernels._poll = Changed()  # type: ignore[assignment]
    kernels.points()
    assert reads == [1, 1]


def test_a_table_that_could_not_be_read_is_not_taken_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    one = mount_points._MountTable()
    one.points()
    quiet, one._poll = one._poll, Changed()  # type: ignore[assignment]
    real = one._read
    monkeypatch.setattr(one, "_read", lambda: os.read(-1, 1))
    with pytest.raises(OSError):
        one.points()
    one._poll = quiet  # it says so once only
    reads: list[int] = []
    monkeypatch.setattr(one, "_read", lambda: reads.append(1) or real())
    one.points()
    assert reads == [1]


class Changed:
    """A poll that says that the table changed."""

    def poll(self, timeout: int) -> list[tuple[int, int]]:
        return [(0, select.POLLERR | select.POLLPRI)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "mountinfo"


def test_files_and_folders_of_one_disk_share_a_mount(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with Dir.open(tmp_path) as folder, Dir.open("/proc") as elsewhere:
        fd = folder.open_file("file")
        assert same_mount(fd, folder.fd)
        assert not same_mount(elsewhere.fd, folder.fd)
        assert mount_id(folder.fd) != mount_id(elsewhere.fd)
        os.close(fd)
        assert mounted_below(folder.fd) == frozenset()
    with Dir.open("/") as root:
        assert "proc" in mounted_below(root.fd)


def test_a_mount_made_after_the_table_was_read_is_not_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "foreign").touch()
    handles: list[int] = []

    def told(fd: int) -> int:
        handles.append(fd)
        return len(handles)  # every handle seems to come from another mount

    monkeypatch.setattr("exlab_wizard.runs.scan.mount_id", told)
    with Dir.open(tmp_path) as run:
        found = {entry.path: entry.kind for entry in walk(run)}
    assert found == {"inner": EntryKind.MOUNT_POINT}


def test_without_an_answer_from_the_system_the_device_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mount_points, "_statx", lambda: None)
    with Dir.open(tmp_path) as folder, Dir.open("/proc") as elsewhere:
        assert mount_id(folder.fd) is None
        assert same_mount(folder.fd, folder.fd)
        assert not same_mount(elsewhere.fd, folder.fd)
