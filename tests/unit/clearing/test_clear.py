from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.clearing import clear, moving, unlink
from exlab_wizard.clearing.holding import Holding
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.clearing import ClearBench, data_below, held_open, snapshot


def test_a_verified_run_is_cleared_and_its_history_stays(bench: ClearBench) -> None:
    data = bench.cleared(clearing_id="abc")
    assert data["files_freed"] == len(bench.files)
    assert data["bytes_freed"] == sum(map(len, bench.files.values()))
    assert (data["late"], data["beside"], data["nas_receipt"]) == ([], [], True)
    assert bench.local_data() == {}
    assert [entry.name for entry in bench.run.iterdir()] == [".exlab-wizard"]
    assert bench.nas_files() == bench.files
    assert (bench.run_control / "ingest.json").exists()


def test_the_empty_folder_waits_for_the_database(bench: ClearBench) -> None:
    data = bench.cleared(clearing_id="abc")
    assert bench.pending() == data["clearing_ids"] == ["abc"]
    assert sorted(os.listdir(bench.run_control / "clearing-abc")) == ["unlinking.json"]
    assert bench.finish("abc")
    assert bench.pending() == []
    assert bench.finish("abc"), "a second time must be harmless"


def test_finish_keeps_a_folder_with_data(bench: ClearBench) -> None:
    (bench.run_control / "clearing-x/data").mkdir(parents=True)
    (bench.run_control / "clearing-x/data/frame").write_bytes(b"data")
    assert not bench.finish("x")
    assert (bench.run_control / "clearing-x/data/frame").read_bytes() == b"data"


def test_both_ledgers_say_the_same(bench: ClearBench) -> None:
    data = bench.cleared()
    here, there = bench.ledger(), bench.ledger(bench.control)
    assert [entry["event"] for entry in here] == ["clear_intended", "cleared"]
    assert [entry["receipt_id"] for entry in here] == [entry["receipt_id"] for entry in there]
    assert [entry["station_sha256"] for entry in there] == [entry["sha256"] for entry in here]
    assert data["receipt"] == here[-1]
    assert here[-1]["by"] == "kim"
    assert here[-1]["manifest_digest"] == bench.verified["manifest_digest"]
    assert here[-1]["nas_id"] == bench.marker.nas_id
    assert here[-1]["files_freed"] == len(bench.files)


def test_the_receipt_is_in_both_ledgers_before_the_first_name_moves(
    bench: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[list[str], list[str]]] = []
    _at(monkeypatch, clear, "move_in", lambda: seen.append((bench.events(), bench.events(bench.control))))
    bench.cleared()
    assert seen == [(["clear_intended"], ["clear_intended"])]


def test_progress_is_told(bench: ClearBench) -> None:
    bench.messages.clear()
    bench.cleared()
    assert list(dict.fromkeys(message.phase for message in bench.messages)) == ["verifying", "clearing"]


def test_a_synced_run_can_be_synced_again_after_clearing(bench: ClearBench) -> None:
    bench.cleared()
    bench.write({"late.tif": b"late"})
    again = bench.verify(previous_digest=bench.verified["manifest_digest"])
    assert again["file_count"] == len(bench.files) + 1
    assert bench.cleared()["files_freed"] == 1
    assert bench.nas_files() == {**bench.files, "late.tif": b"late"}


def test_a_run_without_data_frees_nothing(tmp_path: Path) -> None:
    bench = ClearBench(tmp_path)
    bench.verify()
    for path in bench.local_data():
        (bench.run / path).unlink()
    data = bench.cleared()
    assert (data["files_freed"], data["bytes_freed"]) == (0, 0)


def test_hard_links_inside_the_run_go_under_all_their_names(tmp_path: Path) -> None:
    bench = ClearBench(tmp_path, {"first.tif": b"shared", "sub/own.tif": b"own"})
    for name in ("second.tif", "sub/third.tif", "sub/fourth.tif"):
        os.link(bench.run / "first.tif", bench.run / name)
    bench.verify()
    data = bench.cleared()
    assert (data["files_freed"], data["late"]) == (5, [])
    assert bench.local_data() == {}


def test_a_file_linked_outside_the_run_keeps_its_other_name(tmp_path: Path) -> None:
    bench = ClearBench(tmp_path)
    other = tmp_path / "other name"
    os.link(bench.run / "frame_0001.tif", other)
    bench.verify()
    assert bench.cleared()["files_freed"] == len(bench.files)
    assert other.read_bytes() == bench.files["frame_0001.tif"]


def test_odd_names_are_cleared_and_nothing_else(tmp_path: Path) -> None:
    names = [" lead", "new\nline", "u\u2028sep", "x" * 255, os.fsdecode(b"bad\xff"), "back\\slash", "d/" * 40 + "deep"]
    bench = ClearBench(tmp_path, {name: name.encode("utf-8", "surrogateescape") for name in names})
    bench.verify()
    assert bench.cleared()["files_freed"] == len(names)
    assert bench.local_data() == {}


def test_empty_folders_go_too(tmp_path: Path) -> None:
    bench = ClearBench(tmp_path)
    (bench.run / "empty/inner").mkdir(parents=True)
    bench.verify()
    bench.cleared()
    assert [entry.name for entry in bench.run.iterdir()] == [".exlab-wizard"]


def test_touched_but_equal_files_are_read_and_cleared(bench: ClearBench) -> None:
    os.utime(bench.run / "frame_0001.tif")
    (bench.run / "frame_0002.tif").chmod(0o600)
    assert bench.cleared()["files_freed"] == len(bench.files)


def _at(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, act: Any) -> None:
    """Let `act` happen just before a step."""
    real = getattr(owner, name)

    def stepped(*args: Any, **more: Any) -> Any:
        act()
        return real(*args, **more)

    monkeypatch.setattr(owner, name, stepped)


def test_a_file_that_comes_after_the_move_is_not_touched(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    _at(monkeypatch, clear, "look_again", lambda: bench.write({"late.tif": b"late", "stack/late.raw": b"new"}))
    data = bench.cleared()
    assert (data["files_freed"], data["late"]) == (len(bench.files), [])
    assert bench.local_data() == {"late.tif": b"late", "stack/late.raw": b"new"}


def test_a_file_that_comes_during_the_move_undoes_it(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    _at(monkeypatch, clear, "move_in", lambda: bench.write({"late.tif": b"late"}))
    assert bench.error().code == "run_changed_since_verified"
    assert bench.local_data() == {**bench.files, "late.tif": b"late"}


def test_a_file_that_comes_with_the_last_move_undoes_it(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = moving.rename_noreplace

    def rename(source: Any, name: str, *more: Any) -> None:
        real(source, name, *more)
        if name == "stack":
            bench.write({"a.tif": b"late"})

    monkeypatch.setattr(moving, "rename_noreplace", rename)
    assert bench.error().code == "run_changed_since_verified"
    assert bench.local_data() == {**bench.files, "a.tif": b"late"}


def test_a_late_file_in_a_moved_folder_undoes_everything(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.open(bench.run / "stack", os.O_RDONLY)  # an instrument that still stands in its folder

    def late() -> None:
        os.close(os.open("late.raw", os.O_WRONLY | os.O_CREAT, dir_fd=folder))

    _at(monkeypatch, clear, "look_again", late)
    error = bench.error()
    os.close(folder)
    assert (error.error_class, error.code) == (ErrorClass.REFUSED, "run_changed_since_verified")
    assert "stack/late.raw" in error.message
    assert bench.local_data() == {**bench.files, "stack/late.raw": b""}
    assert bench.pending() == []
    assert bench.events() == ["clear_intended", "put_back"]


def test_a_late_file_after_the_first_unlink_is_put_back(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.open(bench.run / "stack", os.O_RDONLY)

    def late() -> None:
        os.write(os.open("late.raw", os.O_WRONLY | os.O_CREAT, dir_fd=folder), b"precious")

    _at(monkeypatch, clear, "remove_folders", late)
    data = bench.cleared()
    os.close(folder)
    assert data["late"] == ["stack/late.raw"]
    assert data["files_freed"] == len(bench.files)
    assert bench.local_data() == {"stack/late.raw": b"precious"}


def test_a_late_file_keeps_both_when_its_name_is_taken(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = os.open(bench.run / "stack", os.O_RDONLY)

    def late() -> None:
        os.write(os.open("late.raw", os.O_WRONLY | os.O_CREAT, dir_fd=folder), b"precious")
        bench.write({"stack/late.raw": b"another"})

    _at(monkeypatch, clear, "remove_folders", late)
    data = bench.cleared(clearing_id="abc")
    os.close(folder)
    assert data["beside"] == ["stack/late.raw.put-back-abc"]
    assert bench.local_data() == {"stack/late.raw": b"another", "stack/late.raw.put-back-abc": b"precious"}


def test_a_file_changed_in_the_holding_folder_is_kept(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    fd = os.open(bench.run / "stack", os.O_RDONLY)

    def change() -> None:
        at = os.open("deep/plane 1.raw", os.O_WRONLY | os.O_APPEND, dir_fd=fd)
        os.write(at, b"more")
        os.close(at)

    _at(monkeypatch, clear, "unlink_proven", change)
    data = bench.cleared()
    os.close(fd)
    assert data["late"] == ["stack/deep/plane 1.raw"]
    assert data["files_freed"] == len(bench.files) - 1
    assert bench.local_data() == {"stack/deep/plane 1.raw": bench.files["stack/deep/plane 1.raw"] + b"more"}


def test_a_same_sized_change_with_its_time_set_back_is_seen(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    fd = os.open(bench.run / "stack", os.O_RDONLY)

    def change() -> None:
        info = os.stat("deep/plane 1.raw", dir_fd=fd)
        at = os.open("deep/plane 1.raw", os.O_WRONLY, dir_fd=fd)
        os.write(at, b"X")
        os.close(at)
        os.utime("deep/plane 1.raw", ns=(info.st_atime_ns, info.st_mtime_ns), dir_fd=fd)

    _at(monkeypatch, clear, "look_again", change)
    error = bench.error()
    os.close(fd)
    assert error.code == "run_changed_since_verified"
    assert bench.local_data()["stack/deep/plane 1.raw"].startswith(b"Xhree")


def test_a_file_swapped_for_another_at_the_last_instant_survives(
    bench: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at a file and its unlink, its name is given to another file."""
    fd = os.open(bench.run / "stack/deep", os.O_RDONLY)
    real, done = unlink.move_aside, []

    def swap(folder: Dir, name: str, taken: Dir, number: str) -> None:
        if name == "plane 1.raw" and not done:
            done.append(True)
            os.rename(name, "away", src_dir_fd=fd, dst_dir_fd=fd)
            at = os.open(name, os.O_WRONLY | os.O_CREAT, dir_fd=fd)
            os.write(at, b"somebody's only copy")
            os.close(at)
        real(folder, name, taken, number)

    monkeypatch.setattr(unlink, "move_aside", swap)
    data = bench.cleared()
    os.close(fd)
    assert done
    assert sorted(bench.local_data().values()) == [b"somebody's only copy", bench.files["stack/deep/plane 1.raw"]]
    assert data["late"] == ["stack/deep/away", "stack/deep/plane 1.raw"]


def test_a_writer_that_knocks_at_the_last_instant_keeps_the_file(
    bench: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at a file and its unlink, a program asks for it: it waits for our lease, and finds its file."""
    fd = os.open(bench.run / "stack/deep", os.O_RDONLY)
    real = unlink.move_aside

    def knock(folder: Dir, name: str, target: Dir, number: str) -> None:
        if name == "plane 1.raw":
            with pytest.raises(BlockingIOError):
                os.open(name, os.O_WRONLY | os.O_NONBLOCK, dir_fd=fd)
        real(folder, name, target, number)

    monkeypatch.setattr(unlink, "move_aside", knock)
    data = bench.clear().data
    os.close(fd)
    assert data["partial"] and "plane 1.raw" in data["why"]
    assert bench.local_data()["stack/deep/plane 1.raw"] == bench.files["stack/deep/plane 1.raw"]


def test_a_file_put_where_one_is_moved_to_be_unlinked_is_not_replaced(
    bench: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "stack/deep/plane 1.raw"
    number = sorted(bench.files, key=os.fsencode).index(path)

    def plant() -> None:
        (bench.run_control / f"clearing-abc/taken/{number}").write_bytes(b"somebody's only copy")

    _at(monkeypatch, clear, "unlink_proven", plant)
    data = bench.cleared(clearing_id="abc")
    assert bench.local_data() == {path: bench.files[path], f"{number}.put-back-abc": b"somebody's only copy"}
    assert sorted(data["late"]) == [f"{number}.put-back-abc", path]
    assert data["files_freed"] == len(bench.files) - 1
    assert bench.finish("abc") and bench.pending() == []


def test_a_writer_that_comes_while_unlinking_stops_it(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[int] = []
    fd = os.open(bench.run / "stack", os.O_RDONLY)
    real = unlink._Unlinker.unlink

    def unlink_one(self: Any, path: str, *more: Any) -> bool:
        if path.startswith("stack/deep"):
            opened.append(os.open("deep/plane 1.raw", os.O_WRONLY, dir_fd=fd))
        return real(self, path, *more)

    monkeypatch.setattr(unlink._Unlinker, "unlink", unlink_one)
    outcome = bench.clear()
    for each in (fd, *opened):
        os.close(each)
    assert outcome.error is None
    assert outcome.data["undone"] and outcome.data["partial"]
    assert "plane 1.raw" in outcome.data["why"]
    left = bench.local_data()
    assert left["stack/deep/plane 1.raw"] == bench.files["stack/deep/plane 1.raw"]
    assert len(left) == len(bench.files) - outcome.data["files_freed"] < len(bench.files)
    assert bench.pending() == []
    bench.assert_nothing_lost()


def test_a_writer_before_the_first_unlink_leaves_all(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    fd = os.open(bench.run / "stack", os.O_RDONLY)
    opened: list[int] = []
    _at(
        monkeypatch,
        clear,
        "look_again",
        lambda: opened.append(os.open("deep/plane 1.raw", os.O_WRONLY, dir_fd=fd)),
    )
    error = bench.error()
    for each in (fd, *opened):
        os.close(each)
    assert error.code == "run_busy"
    assert bench.local_data() == bench.files


def test_a_symlink_swapped_in_for_a_folder_is_not_followed(
    bench: ClearBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep/plane 1.raw").write_bytes(bench.files["stack/deep/plane 1.raw"])

    def swap() -> None:
        data = bench.run_control / "clearing-abc/data"
        (data / "stack").rename(data / "moved")
        (data / "stack").symlink_to(outside)

    _at(monkeypatch, clear, "unlink_proven", swap)
    data = bench.cleared(clearing_id="abc")
    assert data_below(outside) == {"deep/plane 1.raw": bench.files["stack/deep/plane 1.raw"]}
    assert (bench.run / "stack").is_symlink(), "what stood there is put back, link and all"
    assert bench.local_data()["moved/deep/plane 1.raw"] == bench.files["stack/deep/plane 1.raw"]
    assert data["files_freed"] == 3


def test_a_proven_folder_moved_out_of_the_run_and_linked_back_is_not_followed(
    bench: ClearBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The very files that were proven, but no longer where they were: nothing outside the run is deleted."""

    def move_out() -> None:
        stack = bench.run_control / "clearing-abc/data/stack"
        stack.rename(tmp_path / "outside")
        stack.symlink_to(tmp_path / "outside")

    _at(monkeypatch, clear, "unlink_proven", move_out)
    assert bench.cleared(clearing_id="abc")["files_freed"] == 3
    assert data_below(tmp_path / "outside")["deep/plane 1.raw"] == bench.files["stack/deep/plane 1.raw"]
    assert (bench.run / "stack").is_symlink()


def test_a_folder_whose_entries_may_not_be_unlinked_is_given_back(
    bench: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.unlink

    def refuse(name: str, **more: Any) -> None:
        if name == "0":
            raise PermissionError(1, "immutable", name)
        real(name, **more)

    monkeypatch.setattr(unlink.os, "unlink", refuse)
    error = bench.error()
    monkeypatch.undo()
    assert error.code == "not_permitted"
    assert bench.local_data() == bench.files
    assert bench.pending() == []


def test_a_newer_attempt_stops_the_older_before_anything_moves(bench: ClearBench) -> None:
    task = bench.clear_task()
    bench.next_token()
    before = snapshot(bench.run)
    outcome = clear.run_clear(task, bench.messages.append)
    assert outcome.error is not None
    assert outcome.error.error_class is ErrorClass.FENCED
    assert snapshot(bench.run) == before


def test_a_newer_attempt_stops_the_older_before_the_move(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    _at(monkeypatch, clear, "write_both", bench.next_token)
    before = snapshot(bench.run)
    assert bench.error().error_class is ErrorClass.FENCED
    assert snapshot(bench.run) == before


def test_a_newer_attempt_stops_the_older_before_a_batch(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    _at(monkeypatch, clear, "unlink_proven", bench.next_token)
    error = bench.error(clearing_id="abc")
    assert error.error_class is ErrorClass.FENCED
    held = bench.run_control / "clearing-abc/data"
    assert data_below(held) == bench.files
    assert bench.cleared(recover=True)["files_freed"] == len(bench.files)


def test_an_expired_proof_is_renewed_on_the_nas_before_unlinking(
    bench: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clear.ClearProof, "fresh", property(lambda proof: False))
    monkeypatch.setattr(clear.ClearProof, "demand", lambda *args: None)
    _at(monkeypatch, clear, "look_again", lambda: (bench.nas_run / "frame_0001.tif").unlink())
    error = bench.error()
    assert error.code == "nas_copy_not_proven"
    assert bench.local_data() == bench.files


def test_a_second_clearing_ends_an_interrupted_one_first(bench: ClearBench) -> None:
    holding = bench.run_control / "clearing-old/data"
    holding.mkdir(parents=True)
    (bench.run / "frame_0001.tif").rename(holding / "frame_0001.tif")
    data = bench.cleared(clearing_id="new")
    assert data["files_freed"] == len(bench.files)
    assert data["clearing_ids"] == ["new"]
    assert bench.pending() == ["new"]


def test_the_nas_going_away_after_the_unlinks_is_no_failure(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    def vanish() -> None:
        (bench.control / "receipts.jsonl").rename(bench.control / "gone")
        (bench.control / "receipts.jsonl").mkdir()

    _at(monkeypatch, clear, "remove_folders", vanish)
    data = bench.cleared()
    assert data["nas_receipt"] is False
    assert bench.local_data() == {}
    assert bench.events() == ["clear_intended", "cleared"]


def test_clearing_folders_are_named_safely(bench: ClearBench) -> None:
    from exlab_wizard.fsys import Dir

    with Dir.open(bench.run_control) as control:
        for name in ("../x", "", "a/b", "-x", "x" * 65):
            with pytest.raises(ValueError, match="clearing id"):
                Holding(control, name)


def test_a_reader_does_not_stop_a_clearing(bench: ClearBench) -> None:
    with held_open(bench.run / "frame_0001.tif", os.O_RDONLY) as fd:
        assert bench.cleared()["files_freed"] == len(bench.files)
        assert os.read(fd, 3) == b"one"


def test_a_state_ledger_that_cannot_be_written_stops_before_anything_moves(bench: ClearBench) -> None:
    (bench.state_dir / "receipts.jsonl").mkdir()
    error = bench.error()
    assert (error.error_class, error.code) == (ErrorClass.REFUSED, "ledger_damaged")
    assert bench.local_data() == bench.files
    assert bench.pending() == []


def test_the_lifecycle_is_left_to_the_station(bench: ClearBench) -> None:
    before = (bench.run_control / "ingest.json").read_bytes()
    bench.cleared()
    assert (bench.run_control / "ingest.json").read_bytes() == before
    assert str(Lifecycle.SYNC_VERIFIED).encode() in before
