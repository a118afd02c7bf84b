from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exlab_wizard.clearing.putback import beside_name, give, merge
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.scan import LEVELS
from tests.support.depths import nested
from tests.support.engine import put, tree

MARK = "abc"
names = st.sampled_from(["a", "b", "c"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


def _free_of_conflicts(files: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out paths that would need a file to be a folder."""
    folders = {"/".join(path.split("/")[:end]) for path in files for end in range(1, path.count("/") + 1)}
    return {path: data for path, data in files.items() if path not in folders}


trees = st.dictionaries(paths, st.binary(max_size=3), max_size=6).map(_free_of_conflicts)


@settings(max_examples=60)
@given(held=trees, taken=trees)
def test_nothing_is_overwritten_and_nothing_stays_behind(held: dict[str, bytes], taken: dict[str, bytes]) -> None:
    root = Path(tempfile.mkdtemp())
    try:
        for name, files in (("held", held), ("run", taken)):
            (root / name).mkdir()
            put(root / name, files)
        with Dir.open(root / "held") as source, Dir.open(root / "run") as target:
            beside = merge(source, target, MARK)
        after = tree(root / "run")
        assert list((root / "held").iterdir()) == []
        assert taken.items() <= after.items()
        assert sorted(after.values()) == sorted([*held.values(), *taken.values()])
        assert bool(beside) == any(path not in held and path not in taken for path in after)
    finally:
        shutil.rmtree(root)


def _pair(root: Path) -> tuple[Dir, Dir]:
    (root / "held").mkdir()
    (root / "run").mkdir()
    return Dir.open(root / "held"), Dir.open(root / "run")


def test_a_folder_in_the_way_of_a_file_and_the_other_way_round(tmp_path: Path) -> None:
    source, target = _pair(tmp_path)
    put(tmp_path / "held", {"one": b"file", "two/inner": b"inner"})
    put(tmp_path / "run", {"one/other": b"other", "two": b"file too"})
    with source, target:
        assert merge(source, target, MARK) == ["one.put-back-abc", "two.put-back-abc"]
    assert tree(tmp_path / "run") == {
        "one/other": b"other",
        "one.put-back-abc": b"file",
        "two": b"file too",
        "two.put-back-abc/inner": b"inner",
    }


def test_links_and_fifos_are_moved_as_they_are(tmp_path: Path) -> None:
    source, target = _pair(tmp_path)
    (tmp_path / "held/link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "held/fifo")
    with source, target:
        assert merge(source, target, MARK) == []
    assert os.readlink(tmp_path / "run/link") == "/etc/passwd"
    assert (tmp_path / "run/fifo").is_fifo()


def test_a_link_in_the_way_is_not_merged_through(tmp_path: Path) -> None:
    source, target = _pair(tmp_path)
    (tmp_path / "outside").mkdir()
    put(tmp_path / "held", {"sub/file": b"data"})
    (tmp_path / "run/sub").symlink_to(tmp_path / "outside")
    with source, target:
        assert merge(source, target, MARK) == ["sub.put-back-abc"]
    assert list((tmp_path / "outside").iterdir()) == []


def test_names_beside_are_counted_up(tmp_path: Path) -> None:
    source, target = _pair(tmp_path)
    put(tmp_path / "run", {"a": b"1", "a.put-back-abc": b"2", "a.put-back-abc-2": b"3"})
    put(tmp_path / "held", {"a": b"4"})
    with source, target:
        assert give(source, "a", target, MARK) == ["a.put-back-abc-3"]
    assert (tmp_path / "run/a.put-back-abc-3").read_bytes() == b"4"


@pytest.mark.parametrize("name", ["x" * 255, "ä" * 127, os.fsdecode(b"\xff" * 255)])
def test_a_name_beside_is_never_too_long(name: str) -> None:
    found = beside_name(name, "a" * 12, 10)
    assert len(os.fsencode(found)) <= 255
    assert found.endswith(".put-back-aaaaaaaaaaaa-10")


def test_folders_too_deep_to_be_merged_go_beside(tmp_path: Path) -> None:
    """Both sides hold the same very deep chain: no recursion without an end, and nothing is lost."""
    for side in ("from", "to"):
        (tmp_path / side).mkdir()
    with (
        nested(tmp_path / "from", 1200),
        nested(tmp_path / "to", 1200),
        Dir.open(tmp_path / "from") as source,
        Dir.open(tmp_path / "to") as target,
    ):
        assert merge(source, target, MARK) == ["d/" * LEVELS + f"d.put-back-{MARK}"]
        assert source.names() == []
