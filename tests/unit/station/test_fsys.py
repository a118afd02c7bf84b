from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard import fsys
from exlab_wizard.fsys import Dir, UnsupportedEntryError, drop_cached_pages, move_aside, rename_noreplace


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Dir]:
    with Dir.open(tmp_path) as folder:
        yield folder
    assert folder.fd == -1
    folder.close()


@pytest.fixture(autouse=True)
def _no_handle_is_left() -> Iterator[None]:
    before = set(os.listdir("/proc/self/fd"))
    yield
    assert set(os.listdir("/proc/self/fd")) == before


def test_no_step_of_the_way_follows_a_link(root: Dir, tmp_path: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "file").touch()
    with root.beneath("real", "deep") as deep:
        assert os.path.samestat(os.fstat(deep.fd), (tmp_path / "real" / "deep").stat())
    for parts in (("link", "deep"), ("link",), ("file",), ("missing",)):
        for way in (root.beneath, root.ensure):
            if parts != ("missing",) or way == root.beneath:
                with pytest.raises(OSError, match=r"Not a directory|No such file|symbolic"):
                    way(*parts)


def test_ensure_makes_what_is_missing_and_keeps_what_is_there(root: Dir, tmp_path: Path) -> None:
    for _ in range(2):
        with root.ensure("a", "b", "c", mode=0o700) as made:
            made.write_atomic("file", b"1")
    assert (tmp_path / "a/b/c/file").read_bytes() == b"1"
    assert (tmp_path / "a/b").stat().st_mode & 0o777 == 0o700


def test_only_regular_files_are_opened_and_nothing_blocks(root: Dir, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"data")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "device").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "socket"))
    assert root.read("file", 4) == b"data"
    for name in ("folder", "fifo"):
        with pytest.raises(UnsupportedEntryError):
            root.open_file(name)
    for name in ("link", "device", "socket"):
        with pytest.raises(OSError, match=r"symbolic|No such device"):
            root.open_file(name)


def test_reading_is_bounded(root: Dir, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    with pytest.raises(OSError, match="larger than 4 bytes") as caught:
        root.read("file", 4)
    assert caught.value.errno == errno.EFBIG


def test_a_new_file_never_replaces_one_nor_follows_a_link(root: Dir, tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("elsewhere")
    os.close(root.create_file("new"))
    for name in ("new", "dangling"):
        with pytest.raises(FileExistsError):
            root.create_file(name)
    assert not (tmp_path / "elsewhere").exists()


def test_an_atomic_write_replaces_whole_and_leaves_no_temporary(root: Dir, tmp_path: Path) -> None:
    for data in (b"old", b"new and longer", b""):
        root.write_atomic("file", data)
        assert (tmp_path / "file").read_bytes() == data
    (tmp_path / "taken").mkdir()
    with pytest.raises(IsADirectoryError):
        root.write_atomic("taken", b"x")
    assert sorted(os.listdir(tmp_path)) == ["file", "taken"]


def test_names_come_in_byte_order_with_their_stats(root: Dir, tmp_path: Path) -> None:
    for name in (b"b", b"Z", b"\xff", b"\xc3\xa4", b"a"):
        (tmp_path / os.fsdecode(name)).touch()
    assert [os.fsencode(name) for name in root.names()] == [b"Z", b"a", b"b", b"\xc3\xa4", b"\xff"]
    assert [name for name, info in root.entries() if info.st_size == 0] == root.names()
    assert root.exists("Z")
    assert not root.exists("missing")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert root.exists("dangling"), "the name is taken"


@pytest.mark.parametrize("offered", [True, False], ids=["renameat2", "link"])
def test_a_name_is_never_replaced(root: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: bool) -> None:
    if not offered:
        monkeypatch.setattr(fsys, "_libc", object)
    with root.ensure("there") as there:
        (tmp_path / "file").write_bytes(b"new")
        rename_noreplace(root, "file", there, "name")
        assert (tmp_path / "there" / "name").read_bytes() == b"new"
        assert not root.exists("file")
        (tmp_path / "file").write_bytes(b"newer")
        with pytest.raises(FileExistsError):
            rename_noreplace(root, "file", there, "name")
        with pytest.raises(FileNotFoundError):
            rename_noreplace(root, "missing", there, "other")
    assert (tmp_path / "there" / "name").read_bytes() == b"new"
    assert (tmp_path / "file").read_bytes() == b"newer"


@pytest.mark.parametrize("offered", [True, False], ids=["renameat2", "look and rename"])
def test_moving_aside_replaces_nothing_and_never_unlinks(
    root: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: bool
) -> None:
    if not offered:
        monkeypatch.setattr(fsys, "_libc", object)
    monkeypatch.setattr(fsys.os, "unlink", lambda *names, **more: pytest.fail("a name may be another file's by now"))
    with root.ensure("ours") as ours:
        (tmp_path / "file").write_bytes(b"one")
        move_aside(root, "file", ours, "0")
        (tmp_path / "file").write_bytes(b"two")
        with pytest.raises(FileExistsError):
            move_aside(root, "file", ours, "0")
    assert ((tmp_path / "ours/0").read_bytes(), (tmp_path / "file").read_bytes()) == (b"one", b"two")


def test_folders_move_only_where_the_kernel_can_do_it_exclusively(
    root: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder").mkdir()
    rename_noreplace(root, "folder", root, "moved")
    monkeypatch.setattr(fsys, "_libc", object)
    with pytest.raises(OSError, match="no exclusive rename of directories") as caught:
        rename_noreplace(root, "moved", root, "again")
    assert caught.value.errno == errno.ENOTSUP
    assert (tmp_path / "moved").is_dir()


def test_a_directory_is_flushed_and_pages_are_dropped(root: Dir, tmp_path: Path) -> None:
    assert root.sync()
    (tmp_path / "file").write_bytes(b"x" * 10_000)
    fd = root.open_file("file")
    os.fsync(fd)
    assert drop_cached_pages(fd)
    assert os.read(fd, 20_000) == b"x" * 10_000
    os.close(fd)


def test_where_a_directory_cannot_be_flushed_that_is_said_not_raised(
    root: Dir, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(number: int) -> None:
        monkeypatch.setattr(os, "fsync", lambda fd: (_ for _ in ()).throw(OSError(number, "fsync")))

    refuse(errno.EINVAL)
    assert not root.sync()
    refuse(errno.EIO)
    with pytest.raises(OSError, match="fsync"):
        root.sync()
