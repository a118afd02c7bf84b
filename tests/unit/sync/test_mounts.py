from __future__ import annotations

from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.mounts import (
    Mount,
    find_mount,
    find_mount_id,
    is_in_memory,
    mount_of,
    same_source,
    same_storage,
)

TABLE = """\
36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
41 35 0:52 / /mnt/nas rw,relatime shared:9 - nfs4 nas:/export/lab rw,vers=4.2
42 35 0:53 / /mnt/smb rw - cifs //nas/lab rw
43 35 0:54 / /run rw
""".splitlines()


@pytest.mark.parametrize(
    ("mount_id", "mount"),
    [
        ("36", Mount("ext3", "/dev/root")),
        ("41", Mount("nfs4", "nas:/export/lab")),
        ("42", Mount("cifs", "//nas/lab")),
        ("43", None),
        ("99", None),
        ("", None),
    ],
)
def test_lines_of_the_mount_table(mount_id: str, mount: Mount | None) -> None:
    assert find_mount(TABLE, mount_id) == mount


def test_the_mount_id_of_a_handle() -> None:
    assert find_mount_id(["pos:\t0\n", "flags:\t02\n", "mnt_id:\t41\n"]) == "41"
    assert find_mount_id([]) == ""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Mount("btrfs", "/dev/sda1"), Mount("btrfs", "/dev/sda1"), True),
        (Mount("nfs", "nas:/a"), Mount("nfs", "nas:/a"), True),
        (Mount("nfs", "nas:/a"), Mount("nfs", "nas:/b"), False),
        (Mount("tmpfs", "tmpfs"), Mount("tmpfs", "tmpfs"), False),
        (None, Mount("ext4", "/dev/sda1"), False),
    ],
)
def test_when_two_mounts_are_the_same_storage(one: Mount | None, other: Mount | None, same: bool) -> None:
    assert same_source(one, other) is same


def test_a_real_handle_has_a_mount(tmp_path: Path) -> None:
    with Dir.open(tmp_path) as folder, Dir.open("/proc") as proc:
        assert mount_of(folder) is not None
        found = mount_of(proc)
        assert found is not None and found.fs_type == "proc"
        assert same_storage(folder, folder)
        assert not same_storage(folder, proc)


def test_what_lives_in_memory() -> None:
    with Dir.open("/dev/shm") as memory, Dir.open("/proc") as proc:
        assert is_in_memory(memory)
        assert not is_in_memory(proc)
