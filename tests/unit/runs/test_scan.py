from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.scan import LEVELS, Entry, EntryKind, Identity, RunScan, Summary, identity_of, scan, walk
from tests.support.depths import nested
from tests.support.engine import put
from tests.support.mounts import Mounts


def look(folder: Path) -> RunScan:
    with Dir.open(folder) as run:
        return scan(run)


def listed(folder: Path) -> dict[str, EntryKind]:
    with Dir.open(folder) as run:
        return {entry.path: entry.kind for entry in walk(run)}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    put(folder, {"b.tif": b"22", "a/z.raw": b"333", "a/.exlab-wizard/nested.txt": b"4", ".exlab-wizard/x": b"no data"})
    return folder


def test_the_walk_is_in_byte_order_parents_first_without_the_control_folder(run: Path) -> None:
    put(run, {"a-b": b"", os.fsdecode(b"\xff"): b"", "Z": b""})
    paths = [*listed(run)]
    assert paths == ["Z", "a", "a/.exlab-wizard", "a/.exlab-wizard/nested.txt", "a/z.raw", "a-b", "b.tif", "\udcff"]


def test_counts_are_of_the_data(run: Path) -> None:
    found = look(run)
    assert (found.file_count, found.byte_total) == (3, 6)
    newest = max((run / name).stat().st_ctime_ns for name in ("b.tif", "a/z.raw", "a/.exlab-wizard/nested.txt"))
    assert found.newest_ns == newest
    assert found.odd == []


def test_everything_odd_is_found_and_nothing_followed(run: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"x" * 1000)
    (run / "link").symlink_to(tmp_path / "outside")
    (run / "dangling").symlink_to("nowhere")
    os.mkfifo(run / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(run / "socket"))
        kinds = listed(run)
    assert kinds["link"] is kinds["dangling"] is EntryKind.SYMLINK
    assert kinds["fifo"] is EntryKind.FIFO
    assert kinds["socket"] is EntryKind.SOCKET
    found = look(run)
    assert {entry.path for entry in found.odd} == {"link", "dangling", "fifo", "socket"}
    assert found.byte_total == 6


def test_a_mount_below_a_run_is_odd_and_not_entered(run: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a tmpfs")
    with Mounts(tmp_path / "mounts") as mounts:
        mounts.tmpfs(run / "mounted", "size=1m")
        (run / "mounted" / "file").write_bytes(b"x")
        kinds = listed(run)
    assert kinds["mounted"] is EntryKind.MOUNT_POINT
    assert "mounted/file" not in kinds


def test_a_scan_folds_what_the_walk_yields_into_the_fingerprint_that_is_kept(run: Path) -> None:
    (run / os.fsdecode(b"\xff link")).symlink_to("nowhere")
    with Dir.open(run) as opened:
        entries, found = [*walk(opened)], scan(opened)
    digest, odd = hashlib.sha256(), [entry for entry in entries if entry.kind is EntryKind.SYMLINK]
    for entry in entries:
        told = b"" if entry.kind is EntryKind.DIRECTORY else b"%d %d %d %d\0" % entry.identity
        digest.update((b"d" if not told else entry.kind.encode()) + os.fsencode(entry.path) + b"\0" + told)
    assert found.fingerprint == digest.hexdigest()
    assert found.odd == odd != []
    assert found.newest_ns == max(entry.identity.ctime_ns for entry in entries if entry.kind is not EntryKind.DIRECTORY)


def test_a_control_name_that_is_a_link_is_still_not_data(tmp_path: Path) -> None:
    (tmp_path / ".exlab-wizard").symlink_to("/etc")
    assert listed(tmp_path) == {}


# ------------------------------------------------------------------ the fingerprint

CHANGES: dict[str, Callable[[Path], object]] = {
    "a new file": lambda run: (run / "new").touch(),
    "a missing file": lambda run: (run / "b.tif").unlink(),
    "a longer file": lambda run: (run / "b.tif").write_bytes(b"222"),
    "other bytes of the same length": lambda run: (run / "b.tif").write_bytes(b"99"),
    "another name": lambda run: (run / "b.tif").rename(run / "c.tif"),
    "another time": lambda run: os.utime(run / "b.tif", (1, 1)),
    "other rights": lambda run: (run / "b.tif").chmod(0o600),
    "a file replaced by its copy": lambda run: (copy(run / "b.tif"), os.replace(run / "b.tif.copy", run / "b.tif")),
    "a new folder": lambda run: (run / "empty").mkdir(),
    "a new link": lambda run: (run / "link").symlink_to("b.tif"),
    "a nested control file": lambda run: (run / "a/.exlab-wizard/nested.txt").write_bytes(b"55"),
}


def copy(path: Path) -> None:
    path.with_name(path.name + ".copy").write_bytes(path.read_bytes())


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_a_change_of_any_entry_changes_the_fingerprint(run: Path, change: Callable[[Path], object]) -> None:
    before = look(run).fingerprint
    assert look(run).fingerprint == before
    change(run)
    assert look(run).fingerprint != before


def test_our_own_writing_and_reading_change_nothing(run: Path) -> None:
    before = look(run).fingerprint
    put(run, {".exlab-wizard/ingest.json": b"{}", ".exlab-wizard/deep/er": b"1"})
    (run / "b.tif").read_bytes()
    assert look(run).fingerprint == before


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
NUMBERS = st.integers(0, 2**63 - 1)
ENTRIES = st.builds(Entry, NAMES, st.sampled_from(EntryKind), st.builds(Identity, NUMBERS, NUMBERS, NUMBERS, NUMBERS))


def folded(entries: list[Entry]) -> str:
    summary = Summary()
    for entry in entries:
        summary.add(entry)
    return summary.result().fingerprint


def essence(entry: Entry) -> tuple[object, ...]:
    return (entry.path, entry.kind, None if entry.kind is EntryKind.DIRECTORY else entry.identity)


@given(st.lists(ENTRIES, max_size=6), st.lists(ENTRIES, max_size=6))
def test_two_trees_have_one_fingerprint_only_when_they_are_the_same(one: list[Entry], other: list[Entry]) -> None:
    same = [*map(essence, one)] == [*map(essence, other)]
    assert (folded(one) == folded(other)) == same


@given(st.lists(ENTRIES, min_size=1, max_size=6), st.data())
def test_each_number_of_a_file_counts(entries: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(Identity._fields))
    old = entries[place]
    new = old._replace(identity=old.identity._replace(**{field: getattr(old.identity, field) + 1}))
    changed = folded([*entries[:place], new, *entries[place + 1 :]])
    assert (changed == folded(entries)) == (old.kind is EntryKind.DIRECTORY)


def test_an_identity_is_taken_from_the_stat(run: Path) -> None:
    info = (run / "b.tif").stat()
    assert identity_of(info) == Identity(2, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)


def test_a_run_that_cannot_be_listed_raises(run: Path) -> None:
    with Dir.open(run) as folder:
        os.close(folder.fd)
        try:
            with pytest.raises(OSError, match="Bad file descriptor"):
                scan(folder)
        finally:
            folder.fd = -1


def open_handles() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_a_very_deep_folder_is_odd_and_never_an_error(run: Path) -> None:
    before = open_handles()
    with nested(run, 1500):
        found = look(run)
    assert [entry.kind for entry in found.odd] == [EntryKind.UNREADABLE]
    assert found.odd[0].path == "/".join("d" * (LEVELS + 1))
    assert found.file_count == 3, "what is beside it is seen"
    assert open_handles() == before


def test_the_deepest_allowed_folder_is_data(run: Path) -> None:
    with nested(run, LEVELS):
        found = look(run)
    assert found.odd == []
    assert found.file_count == 4


def test_a_walk_given_up_leaves_no_handle_open(run: Path) -> None:
    before = open_handles()
    with nested(run, 50), Dir.open(run) as opened:
        entries = walk(opened)
        for _ in range(30):
            next(entries)
        assert open_handles() > before + 20
        entries.close()  # type: ignore[attr-defined]
        assert opened.fd >= 0, "the run's own handle is its opener's"
    assert open_handles() == before
