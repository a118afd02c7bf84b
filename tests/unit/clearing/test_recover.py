"""What a clearing cut short becomes, looked at case by case (every point of time: test_crash)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from exlab_wizard.clearing.holding import Planned
from exlab_wizard.runs.manifest import Manifest
from tests.support.clearing import ClearBench, snapshot
from tests.support.crash import dies_at

IN_THE_MIDDLE = 38  # the change before which three files are gone and two are left


@pytest.fixture
def cut(bench: ClearBench) -> ClearBench:
    """A run whose clearing died with some files unlinked."""
    task = bench.clear_task(clearing_id="abc")
    assert dies_at(IN_THE_MIDDLE, lambda: bench.run_to_its_end(task))
    assert bench.local_data() == {}
    assert 0 < len(held(bench)) < len(bench.files)
    return bench


def held(bench: ClearBench) -> dict[str, bytes]:
    folder = bench.run_control / "clearing-abc/data"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def totals(bench: ClearBench) -> tuple[int, int]:
    return len(bench.files), sum(map(len, bench.files.values()))


def test_it_is_finished_with_the_totals_of_the_whole(cut: ClearBench) -> None:
    data = cut.cleared(recover=True)
    assert (data["files_freed"], data["bytes_freed"]) == totals(cut)
    assert cut.local_data() == {}
    assert data["receipt"]["by"] == "kim"
    assert data["clearing_ids"] == ["abc"]
    assert data["nas_receipt"]


def test_recovering_again_tells_the_same(cut: ClearBench) -> None:
    first = cut.cleared(recover=True)
    again = cut.cleared(recover=True)
    assert again["receipt"] == first["receipt"]
    assert (again["files_freed"], again["bytes_freed"]) == totals(cut)
    assert cut.events().count("cleared") == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"event":"cleared"', b'"fvent":"cleared"'),
        (b'"clearing_id":"abc"', b'"clearing_ie":"abc"'),
        (b'"files_freed":5', b'"files_freed":7'),
        (b'"files_freed":', b'"giles_freed":'),
    ],
)
def test_a_receipt_with_a_flipped_bit_is_not_believed_and_written_again(
    cut: ClearBench, old: bytes, new: bytes
) -> None:
    cut.cleared(recover=True)
    ledger = cut.state_dir / "receipts.jsonl"
    before, _, last = ledger.read_bytes().rpartition(old)
    ledger.write_bytes(before + new + last)
    again = cut.cleared(recover=True)
    assert (again["files_freed"], again["bytes_freed"]) == totals(cut)
    assert again["receipt"]["clearing_id"] == "abc" and again["receipt"]["event"] == "cleared"


def test_nothing_to_recover_is_undone(bench: ClearBench) -> None:
    before = snapshot(bench.run)
    assert bench.cleared(recover=True) == {"undone": True}
    assert snapshot(bench.run) == before


@pytest.mark.parametrize("what", ["missing", "shorter", "rotten", "claim", "ledger"])
def test_a_nas_copy_that_is_not_whole_any_more(cut: ClearBench, what: str) -> None:
    left = held(cut)
    path = cut.nas_run / next(iter(left))
    data = path.read_bytes()
    match what:
        case "missing":
            path.unlink()
        case "shorter":
            path.write_bytes(data[:-1])
        case "rotten":
            path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
        case "ledger":
            ledger = cut.control / "receipts.jsonl"
            ledger.write_bytes(ledger.read_bytes().replace(b'"by":"kim"', b'"by":"eve"'))
        case _:
            (cut.control / "claim.json").write_text("{}")
    result = cut.cleared(recover=True)
    assert result["undone"] and result["partial"]
    assert result["why"]
    assert cut.local_data() == left
    assert cut.pending() == []
    assert cut.events()[-1] == "put_back"


def test_a_missing_file_that_is_gone_here_too_is_a_reason_to_stop(cut: ClearBench) -> None:
    gone = next(path for path in cut.files if path not in held(cut))
    (cut.nas_run / gone).write_bytes(b"")
    (cut.nas_run / gone).unlink()
    assert cut.cleared(recover=True)["partial"]


@pytest.mark.parametrize("name", ["ingest.json", None])
def test_no_licence_no_deletion(cut: ClearBench, name: str | None) -> None:
    left = held(cut)
    if name:
        (cut.run_control / name).unlink()
    else:
        (next((cut.state_dir / "manifests").iterdir())).unlink()
    assert cut.cleared(recover=True)["partial"]
    assert cut.local_data() == left


def test_what_was_written_meanwhile_is_put_back(cut: ClearBench) -> None:
    left = held(cut)
    changed = next(path for path in left if "/" in path)
    folder = cut.run_control / "clearing-abc/data"
    (folder / changed).write_bytes(b"another")
    (folder / "stack/late.raw").write_bytes(b"late")
    data = cut.cleared(recover=True)
    assert data["late"] == sorted([changed, "stack/late.raw"])
    assert data["files_freed"] == len(cut.files) - 1
    assert data["bytes_freed"] == totals(cut)[1] - len(cut.files[changed])
    assert cut.local_data() == {changed: b"another", "stack/late.raw": b"late"}


def test_new_data_under_the_old_names_stay(cut: ClearBench) -> None:
    """The instrument pushed the run again after the crash; recovery cannot prove the NAS: both versions stay."""
    left = held(cut)
    cut.write(dict.fromkeys(left, b"again"))
    cut.nas.rename(cut.nas.with_name("away"))
    data = cut.cleared(recover=True)
    assert data["partial"]
    assert sorted(data["beside"]) == sorted(_beside(path) for path in left)
    assert cut.local_data() == dict.fromkeys(left, b"again") | {_beside(path): data for path, data in left.items()}


def _beside(path: str) -> str:
    return f"{path}.put-back-abc"


def test_a_file_open_for_writing_is_put_back(cut: ClearBench) -> None:
    left = held(cut)
    fd = os.open(cut.run_control / "clearing-abc/data" / next(iter(left)), os.O_WRONLY)
    data = cut.cleared(recover=True)
    os.close(fd)
    assert data["partial"]
    assert cut.local_data() == left


def test_a_marker_nobody_can_read_means_files_may_be_missing(cut: ClearBench) -> None:
    left = held(cut)
    (cut.run_control / "clearing-abc/unlinking.json").write_bytes(b"{")
    assert cut.cleared(recover=True)["partial"]
    assert cut.local_data() == left


def test_a_marker_says_what_is_planned(cut: ClearBench) -> None:
    planned = Planned(**json.loads((cut.run_control / "clearing-abc/unlinking.json").read_text()))
    assert (planned.files, planned.bytes) == totals(cut)
    assert planned.by == "kim"


def test_the_file_just_being_unlinked_gets_its_place_back(cut: ClearBench) -> None:
    left = held(cut)
    folder = cut.run_control / "clearing-abc"
    path = "stack/deep/plane 1.raw"
    assert path in left
    number = sorted(cut.files, key=os.fsencode).index(path)
    (folder / "data" / path).rename(folder / "taken" / str(number))
    cut.nas.rename(cut.nas.with_name("away"))
    assert cut.cleared(recover=True)["partial"]
    assert cut.local_data() == left


def test_it_keeps_its_bytes_even_where_nobody_knows_its_name(cut: ClearBench) -> None:
    folder = cut.run_control / "clearing-abc"
    path = "stack/deep/plane 1.raw"
    (folder / "data" / path).rename(folder / "taken/4")
    next((cut.state_dir / "manifests").iterdir()).unlink()
    assert cut.cleared(recover=True)["partial"]
    assert cut.local_data()["4.put-back-abc"] == cut.files[path]


def test_strangers_in_the_holding_folder_are_put_into_the_run(cut: ClearBench) -> None:
    (cut.run_control / "clearing-abc/notes.txt").write_bytes(b"mine")
    cut.nas.rename(cut.nas.with_name("away"))
    assert cut.cleared(recover=True)["partial"]
    assert cut.local_data()["notes.txt"] == b"mine"


def test_two_interrupted_clearings_of_one_run(cut: ClearBench) -> None:
    other = cut.run_control / "clearing-xyz/data"
    other.mkdir(parents=True)
    (other / "late.tif").write_bytes(b"late")
    data = cut.cleared(recover=True)
    assert data["files_freed"] == len(cut.files)
    assert cut.local_data() == {"late.tif": b"late"}


def test_a_link_named_as_a_clearing_is_none(bench: ClearBench, tmp_path: Path) -> None:
    (tmp_path / "outside/data").mkdir(parents=True)
    (bench.run_control / "clearing-abc").symlink_to(tmp_path / "outside")
    assert bench.pending() == []
    assert bench.cleared(recover=True) == {"undone": True}


def test_numbers_follow_the_manifest_not_the_disk() -> None:
    from exlab_wizard.clearing.holding import numbered

    assert numbered(Manifest({})) == []
