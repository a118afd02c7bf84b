from __future__ import annotations

import os
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.control import is_known, split_odd, sweep_temporaries, walk_unknown
from tests.support.engine import put


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("creation.json", True),
        ("ingest.json", True),
        ("ingest.json.damaged-2026-04-17T14-32-00Z", True),
        ("checksums.sha256", True),
        ("wizard.labpc-04.log", True),
        ("clearing-ab12", True),
        ("restoring-0123456789abcdef", True),
        ("restoring-by-hand", False),
        (".ingest.json.0a1b2c3d.tmp", True),
        ("claim.json", True),
        ("receipts.jsonl", True),
        ("receipts.jsonl.damaged-2026-04-17T14-35-00Z", True),
        ("superseded", True),
        ("incoming", True),
        ("creation.json.bak", False),
        ("my-ingest.json", False),
        ("notes.txt", False),
        (".hidden", False),
        ("wizard.log", False),
        ("creation.json\n", False),
    ],
)
def test_known_names(name: str, known: bool) -> None:
    assert is_known(name) is known


def test_unknown_entries_are_found_with_their_folders(tmp_path: Path) -> None:
    control = {"creation.json": b"", "notes.txt": b"hi", "deep/creation.json": b"x", "clearing-1/data": b"y"}
    put(tmp_path / ".exlab-wizard", control)
    os.mkfifo(tmp_path / ".exlab-wizard" / "pipe")
    (tmp_path / ".exlab-wizard" / "link").symlink_to("notes.txt")
    put(tmp_path, {"nested/.exlab-wizard/creation.json": b"data like any other"})
    with Dir.open(tmp_path) as run:
        good, odd = split_odd(walk_unknown(run))
    assert [entry.path for entry in good] == [
        ".exlab-wizard/deep",
        ".exlab-wizard/deep/creation.json",
        ".exlab-wizard/notes.txt",
    ]
    assert odd == [".exlab-wizard/link", ".exlab-wizard/pipe"]


def test_no_control_folder_or_a_link_in_its_place_holds_nothing(tmp_path: Path) -> None:
    with Dir.open(tmp_path) as run:
        assert list(walk_unknown(run)) == []
        put(tmp_path, {"elsewhere/file": b""})
        (tmp_path / ".exlab-wizard").symlink_to(tmp_path / "elsewhere")
        assert list(walk_unknown(run)) == []
        (tmp_path / ".exlab-wizard").unlink()
        (tmp_path / ".exlab-wizard").write_bytes(b"")
        assert list(walk_unknown(run)) == []


def test_only_temporaries_of_the_prefix_are_swept(tmp_path: Path) -> None:
    put(tmp_path, {".a.1.tmp": b"", ".b.1.tmp": b"", "a.tmp": b"", ".a.json": b""})
    with Dir.open(tmp_path) as folder:
        sweep_temporaries(folder, ".a.")
        assert folder.names() == [".a.json", ".b.1.tmp", "a.tmp"]
