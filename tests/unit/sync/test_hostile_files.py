"""What lies in the state directory and on the NAS, written by anybody: refused with a sentence or left unbelieved."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exlab_wizard.clearing import ledger, receipts
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import MarkerError, mark_nas, read_nas_marker, read_station_marker
from exlab_wizard.runs.manifest import parse_checksums
from exlab_wizard.sync.engine.claim import open_claimed
from exlab_wizard.sync.engine.records import RunRecords, load_manifest
from exlab_wizard.sync.failure import TaskFailedError
from tests.support.engine import RUN

SHA = "a" * 64
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("../../etc/passwd")
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
NASTY = [
    b"",
    b"\x00" * 4096,
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b"[" * 60_000,
    b'{"a":' * 12_000,
    b"9" * 60_000,
    b"NaN",
    b'{"nas_id": NaN, "format": 1e999}',
    b'"\\ud800"',
    b'{"format": 1, "nas_id": ["x"], "names": ["posix"]}',
    b'{"format": 1, "nas_id": "x", "names": {"a": 1}, "capabilities": [[]]}',
    b'{"run_path": ["x"], "station_id": {"a": 1}}',
    b'{"run_path": "\\ud800\\n", "station_id": "' + b"x" * 60_000 + b'"}',
    b'{"run_path": "half',
]
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def documents() -> st.SearchStrategy[bytes]:
    keys = ["format", "nas_id", "station_id", "names", "capabilities", "created_at", "run_path", "claimed_at"]
    objects = st.dictionaries(st.sampled_from(keys), JSON | st.sampled_from([1, "x", "posix"]), max_size=6)
    return st.sampled_from(NASTY) | st.binary(max_size=60) | objects.map(lambda found: json.dumps(found).encode())


def a_sentence(error: Exception) -> None:
    said = str(error.error.message if isinstance(error, TaskFailedError) else error)
    assert len(said) < 1000
    assert "\n" not in said
    said.encode()  # can be stored, logged and sent


@SLOW
@given(documents())
def test_markers(tmp_path: Path, data: bytes) -> None:
    (tmp_path / ".exlab-wizard").mkdir(exist_ok=True)
    (tmp_path / ".exlab-wizard" / "station.json").write_bytes(data)
    (tmp_path / ".exlab-nas.json").write_bytes(data)
    with Dir.open(tmp_path) as root:
        for read in (read_nas_marker, read_station_marker):
            try:
                read(root)
            except MarkerError as error:
                a_sentence(error)
    try:
        mark_nas(tmp_path)
    except MarkerError as error:
        a_sentence(error)
    assert (tmp_path / ".exlab-nas.json").read_bytes() == data, "an existing marker is never replaced"


@SLOW
@given(documents())
def test_a_claim(tmp_path: Path, data: bytes) -> None:
    control = tmp_path.joinpath(*RUN.parts, ".exlab-wizard")
    control.mkdir(parents=True, exist_ok=True)
    (control / "claim.json").write_bytes(data)
    with Dir.open(tmp_path) as root, pytest.raises(TaskFailedError) as caught:
        open_claimed(root, RUN, "me")
    a_sentence(caught.value)


PATHS = st.text(max_size=12) | st.sampled_from(["\ud800", "../x", "/etc/passwd", "a\0b", "\udcff", "x" * 5000])
VALUES = st.lists(JSON | st.integers(-(2**70), 2**70) | st.just(SHA) | PATHS, max_size=7)
LINES = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(NASTY),
        st.tuples(PATHS, VALUES).map(lambda line: json.dumps([line[0], *line[1]]).encode()),
        PATHS.map(lambda path: json.dumps([path, 3, SHA, 1, 2, 3, True]).encode()),
    ),
    max_size=6,
)


def state_file(root: Path, folder: str, data: bytes) -> None:
    (root / folder).mkdir(exist_ok=True)
    (root / folder / f"{RUN.key}.jsonl").write_bytes(data)


@SLOW
@given(LINES)
def test_records(tmp_path: Path, lines: list[bytes]) -> None:
    state_file(tmp_path, "records", b"\n".join(lines))
    with Dir.open(tmp_path) as state, RunRecords.open(state, RUN) as records:
        for record in records.entries.values():
            assert record.size >= 0 and len(record.sha256) == 64
        records.compact(always=True)


def sealed(lines: list[bytes]) -> bytes:
    """A seal anybody can make: it tells damage, not malice."""
    text = b"".join(line.replace(b"\n", b" ") + b"\n" for line in lines)
    return text + json.dumps([len(lines), hashlib.sha256(text).hexdigest()], separators=(",", ":")).encode() + b"\n"


@SLOW
@given(
    st.lists(
        st.one_of(
            st.sampled_from(NASTY),
            st.tuples(PATHS, JSON | st.integers(), JSON | st.just(SHA)).map(lambda line: json.dumps(line).encode()),
            PATHS.map(lambda path: json.dumps([path, 3, SHA]).encode()),
        ),
        max_size=5,
    )
)
def test_a_kept_manifest(tmp_path: Path, lines: list[bytes]) -> None:
    state_file(tmp_path, "manifests", sealed(lines))
    with Dir.open(tmp_path) as state:
        found = load_manifest(state, RUN)
    if found is not None:
        assert found.digest and found.byte_total >= 0
        assert parse_checksums(found.to_checksums()).keys() == found.files.keys()


@pytest.mark.parametrize("path", ["\ud800", "../x", "a/../../x", "/etc/passwd", "a\0b", "", "a//b", "."])
def test_a_kept_manifest_with_what_lies_nowhere_in_a_run_is_not_believed(tmp_path: Path, path: str) -> None:
    state_file(tmp_path, "manifests", sealed([json.dumps([path, 3, SHA]).encode()]))
    with Dir.open(tmp_path) as state:
        assert load_manifest(state, RUN) is None


@SLOW
@given(st.lists(st.binary(max_size=90) | st.just(f"{SHA}  ../../x".encode()) | st.sampled_from(NASTY), max_size=5))
def test_checksums(lines: list[bytes]) -> None:
    try:
        found = parse_checksums(b"\n".join(lines))
    except ValueError as error:
        str(error).encode()
    else:
        assert all(os.fsdecode(os.fsencode(path)) == path for path in found)


RECEIPTS = st.dictionaries(
    st.sampled_from(["seq", "prev", "sha256", "receipt_id", "event", "run_path", "files_freed"]),
    JSON | st.just(10**4299) | st.just(str(RUN)),
    max_size=6,
)


def receipt_line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, separators=(",", ":")).encode()


@SLOW
@given(st.lists(RECEIPTS.map(receipt_line) | st.binary(max_size=40) | st.sampled_from(NASTY), max_size=5))
def test_ledgers_on_both_sides(tmp_path: Path, lines: list[bytes]) -> None:
    """Damage is told, nothing of it is overwritten, and what is added afterwards stands whole at the end."""
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir(exist_ok=True)
        (folder / "receipts.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    with Dir.open(here) as state, Dir.open(there) as control:
        before = ledger.read(control)
        assert isinstance(ledger.verify_chain(before), list)
        receipts.last_receipt(state, RUN)
        receipts.mirror(state, control, RUN)
        assert ledger.read(control).startswith(before)
        added = ledger.add(control, {"event": "verified", "run_path": str(RUN)})
        assert ledger.parse_line(ledger.read(control).splitlines()[-1]) == added


@pytest.mark.parametrize("plant", ["fifo", "link", "folder", "large"])
def test_a_claim_that_is_no_small_file(tmp_path: Path, plant: str) -> None:
    path = tmp_path.joinpath(*RUN.parts, ".exlab-wizard", "claim.json")
    path.parent.mkdir(parents=True)
    match plant:
        case "fifo":
            os.mkfifo(path)
        case "link":
            path.symlink_to("/etc/passwd")
        case "folder":
            path.mkdir()
        case _:
            path.write_bytes(b" " * 100_000)
    with Dir.open(tmp_path) as root, pytest.raises(TaskFailedError) as caught:
        open_claimed(root, RUN, "me")
    assert "claim.json is damaged" in caught.value.error.message
