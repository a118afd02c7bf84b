from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.manifest import Manifest, ManifestEntry
from exlab_wizard.runs.scan import Identity
from exlab_wizard.sync.engine.records import (
    Record,
    RunRecords,
    load_manifest,
    save_manifest,
    sweep_all_records,
    sweep_records,
)
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.engine import RUN, sha256

ONE = Record(3, sha256(b"one"), 10, 20, 30, True)
TWO = Record(4, sha256(b"two"), 11, 21, 31, False)
ODD = {"line\nbreak": ONE, "bad\udcffbytes": TWO, 'quo"te\\': ONE, "\u2028": TWO, " lead": ONE}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Dir]:
    with Dir.open(tmp_path) as folder:
        yield folder


def path_of(tmp_path: Path) -> Path:
    return tmp_path / "records" / f"{RUN.key}.jsonl"


def reopened(state: Dir) -> dict[str, Record]:
    with RunRecords.open(state, RUN) as records:
        return records.entries


def test_the_lines_are_json_as_any_encoder_writes_it(state: Dir, tmp_path: Path) -> None:
    with RunRecords.open(state, RUN) as records:
        records.append(ODD)
    lines = [json.dumps([path, *record], separators=(",", ":")) for path, record in ODD.items()]
    assert path_of(tmp_path).read_text(encoding="ascii").splitlines() == lines


def test_what_is_appended_is_there_again_odd_names_included(state: Dir) -> None:
    with RunRecords.open(state, RUN) as records:
        assert records.entries == {}
        records.append(ODD)
        records.append({})
        assert records.entries == ODD
    assert reopened(state) == ODD


def test_the_last_line_of_a_path_wins(state: Dir) -> None:
    with RunRecords.open(state, RUN) as records:
        records.append({"a": ONE, "b": ONE})
        records.append({"a": TWO})
    assert reopened(state) == {"a": TWO, "b": ONE}


def test_a_record_carries_the_identity_it_was_made_from() -> None:
    identity = Identity(5, 1, 2, 3)
    assert Record.of(identity, sha256(b""), True).identity == identity


@pytest.mark.parametrize("cut", [2, 5, 40])
def test_a_torn_last_line_is_ignored_and_the_next_append_is_not(state: Dir, tmp_path: Path, cut: int) -> None:
    with RunRecords.open(state, RUN) as records:
        records.append({"a": ONE})
        records.append({"b": ONE})
    whole = path_of(tmp_path).read_bytes()
    path_of(tmp_path).write_bytes(whole[:-cut])
    with RunRecords.open(state, RUN) as records:
        assert records.entries == {"a": ONE}
        records.append({"c": TWO})
    assert reopened(state) == {"a": ONE, "c": TWO}


def test_a_last_line_that_lost_only_its_newline_still_counts(state: Dir, tmp_path: Path) -> None:
    with RunRecords.open(state, RUN) as records:
        records.append({"a": ONE})
    path_of(tmp_path).write_bytes(path_of(tmp_path).read_bytes().rstrip())
    with RunRecords.open(state, RUN) as records:
        records.append({"b": TWO})
    assert reopened(state) == {"a": ONE, "b": TWO}


@pytest.mark.parametrize(
    "damage",
    [
        b"garbage\n",
        b"\xff\xfe\n",
        b"{}\n",
        b"[]\n",
        b"[1,2]\n",
        b'["a"]\n',
        b'["a",3,"short",1,2,3,true]\n',
        b'["a",-3,"' + b"0" * 64 + b'",1,2,3,true]\n',
        b'["a",3,"' + b"0" * 64 + b'",1,2,"3",true]\n',
        b'["a",3,"' + b"0" * 64 + b'",1,2,3,1]\n',
        b'["a",true,"' + b"0" * 64 + b'",1,2,3,true]\n',
    ],
)
def test_a_damaged_line_is_an_unknown_record(state: Dir, tmp_path: Path, damage: bytes) -> None:
    with RunRecords.open(state, RUN) as records:
        records.append({"a": ONE, "b": TWO})
    with path_of(tmp_path).open("ab") as file:
        file.write(damage)
    found = reopened(state)
    assert found["b"] == TWO
    named = json.loads(damage)[:1] == ["a"] if damage[:1] == b"[" else False
    assert ("a" in found) is not named


def test_compaction_keeps_the_entries_and_shrinks_the_file(state: Dir, tmp_path: Path) -> None:
    with RunRecords.open(state, RUN) as records:
        for _ in range(20):
            records.append({"a": ONE, "b": TWO})
        size = path_of(tmp_path).stat().st_size
        records.compact()
        assert path_of(tmp_path).stat().st_size == size  # not worth it yet
        records.compact(always=True)
        assert path_of(tmp_path).stat().st_size == size // 20
        records.append({"c": ONE})
    assert reopened(state) == {"a": ONE, "b": TWO, "c": ONE}


def test_many_stale_lines_are_worth_compacting(state: Dir, tmp_path: Path) -> None:
    with RunRecords.open(state, RUN) as records:
        records.append({"a": ONE})
    line = path_of(tmp_path).read_bytes()
    path_of(tmp_path).write_bytes(line * 5000)
    with RunRecords.open(state, RUN) as records:
        records.compact()
    assert path_of(tmp_path).read_bytes() == line


def test_records_that_are_a_link_are_not_followed(state: Dir, tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "elsewhere").write_bytes(b"")
    path_of(tmp_path).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TaskFailedError) as caught:
        RunRecords.open(state, RUN)
    assert caught.value.error.error_class is ErrorClass.SOURCE_IO
    assert "state directory" in caught.value.error.message


MANIFEST = Manifest({path: ManifestEntry(record.size, record.sha256) for path, record in ODD.items()})


def test_a_manifest_comes_back_as_it_was_saved(state: Dir) -> None:
    assert load_manifest(state, RUN) is None
    for manifest in (MANIFEST, Manifest({})):
        save_manifest(state, RUN, manifest)
        found = load_manifest(state, RUN)
        assert found == manifest
        assert found is not None and found.digest == manifest.digest


@given(st.data())
def test_any_damage_to_a_saved_manifest_loses_it_whole(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("state")
    with Dir.open(folder) as state:
        save_manifest(state, RUN, MANIFEST)
        path = folder / "manifests" / f"{RUN.key}.jsonl"
        good = path.read_bytes()
        at = data.draw(st.integers(0, len(good) - 2))
        bad = data.draw(
            st.sampled_from([good[:at], good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :], good[at + 1 :]])
        )
        path.write_bytes(bad)
        assert load_manifest(state, RUN) is None


def left_by_a_killed_attempt(folder: Path) -> list[Path]:
    left = [folder / name / f".{RUN.key}.jsonl.tmp" for name in ("records", "manifests")]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half a li")
    return left


def test_what_a_killed_attempt_left_is_swept_without_looking_at_other_runs(
    state: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A state directory holds the records of every run there was: listing them at each sync costs the more of them."""
    left = left_by_a_killed_attempt(tmp_path)
    other = tmp_path / "records" / ".another.jsonl.tmp"
    other.write_bytes(b"being written")
    with monkeypatch.context() as patch:
        patch.setattr(Dir, "names", lambda self: pytest.fail("a folder was listed"))
        sweep_records(state, RUN)
        sweep_records(state, RUN)
    assert not any(path.exists() for path in left)
    assert other.exists()


def test_what_a_killed_attempt_left_is_in_nobodys_way(state: Dir, tmp_path: Path) -> None:
    left_by_a_killed_attempt(tmp_path)
    save_manifest(state, RUN, MANIFEST)
    assert load_manifest(state, RUN) == MANIFEST
    with RunRecords.open(state, RUN) as records:
        records.append(ODD)
        records.compact(always=True)
    with RunRecords.open(state, RUN) as records:
        assert records.entries == ODD


def test_a_leader_sweeps_the_temporaries_of_every_run(state: Dir, tmp_path: Path) -> None:
    left = [*left_by_a_killed_attempt(tmp_path), tmp_path / "records" / ".another.jsonl.0a1b2c3d.tmp"]
    left[-1].write_bytes(b"an earlier version's")
    save_manifest(state, RUN, MANIFEST)
    sweep_all_records(state)
    assert not any(path.exists() for path in left)
    assert load_manifest(state, RUN) == MANIFEST
