"""Whole stories of a run through a real station: late files, re-push, rename, removal, content already on the NAS."""

from __future__ import annotations

import mmap
import os
import shutil
import time

import pytest

from exlab_wizard.observer.observer import Observer
from tests.station.conftest import FILES, RUN, Bench
from tests.support.lab import SENTINEL
from tests.support.waiting import wait_for

ALL = {**FILES, SENTINEL: b""}


def test_a_run_goes_all_the_way(bench: Bench) -> None:
    folder = bench.push(done=False)
    row = bench.wait_shown("Receiving")
    assert SENTINEL in row.why and row.current_state == "staging"
    (folder / SENTINEL).touch()
    started = time.monotonic()
    row = bench.wait("sync_verified")
    assert time.monotonic() - started < 5
    assert row.display_state == "Verified" and row.nas_path == str(bench.lab.nas / RUN)
    assert bench.lab.on_nas(RUN) == ALL and bench.sums_hold()
    answer = bench.clear()
    assert (answer.files_freed, answer.bytes_freed) == (len(ALL), sum(map(len, ALL.values())))
    assert sorted(path.name for path in folder.iterdir()) == [".exlab-wizard"]
    assert not list((folder / ".exlab-wizard").glob("clearing-*"))
    row = bench.wait("cleared")
    assert row.display_state == "Cleared" and row.file_count == 0 and str(bench.lab.nas) in row.why
    states = [entry["state"] for entry in bench.ingest()["history"]]
    assert states == ["staging", "complete", "sync_queued", "sync_verified", "cleared"]
    wait_for(lambda: bench.ingest(root=bench.lab.nas)["current_state"] == "cleared", 10, "the NAS copy says cleared")
    assert bench.lab.on_nas(RUN) == ALL


def test_a_late_file_reopens_a_verified_run_and_the_manifest_grows(bench: Bench) -> None:
    folder = bench.verified()
    (folder / "late.tif").write_bytes(b"late")
    wait_for(lambda: bench.reasons() == ["late_data"], 10, "re-opened")
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == {**ALL, "late.tif": b"late"} and bench.sums_hold()


def test_a_changed_file_keeps_the_verified_version_on_the_nas(bench: Bench) -> None:
    folder = bench.verified()
    (folder / "notes.txt").write_bytes(b"something else")
    wait_for(lambda: bench.reasons() == ["changed"], 10, "re-opened")
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN)["notes.txt"] == b"something else"
    assert bench.superseded()["notes.txt"] == FILES["notes.txt"]
    assert bench.sums_hold()


def test_same_size_same_mtime_other_bytes_are_noticed(bench: Bench) -> None:
    folder = bench.verified()
    info = (folder / "notes.txt").stat()
    (folder / "notes.txt").write_bytes(b"HELLO")
    os.utime(folder / "notes.txt", ns=(info.st_atime_ns, info.st_mtime_ns))
    wait_for(lambda: "changed" in bench.reasons(), 10, "re-opened")
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN)["notes.txt"] == b"HELLO"
    assert bench.superseded()["notes.txt"] == b"hello"


def test_chmod_and_touch_do_not_reopen(bench: Bench) -> None:
    folder = bench.verified()
    proof = bench.station.detail(bench.station.parse_run(RUN))
    os.utime(folder / "scan_0001.tif", (1, 1))
    (folder / "notes.txt").chmod(0o600)
    creation = folder / ".exlab-wizard" / "creation.json"
    creation.write_bytes(creation.read_bytes())  # attributes alone make no event; this asks for a look
    log = bench.lab.staging / RUN / ".exlab-wizard"
    wait_for(lambda: "only file times changed" in "".join(p.read_text() for p in log.glob("wizard.*.log")), 15)
    row = bench.wait("sync_verified")
    assert bench.reasons() == [] and row.display_state == "Verified"
    assert bench.station.detail(bench.station.parse_run(RUN)).manifest_digest == proof.manifest_digest
    assert bench.clear().files_freed == len(ALL)


def test_a_missing_file_reopens_and_the_manifest_never_shrinks(bench: Bench) -> None:
    folder = bench.verified()
    (folder / "notes.txt").unlink()
    wait_for(lambda: "changed" in bench.reasons(), 10, "re-opened")
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == ALL and bench.sums_hold()


def test_a_push_after_clearing_starts_over_and_nothing_verified_is_lost(bench: Bench) -> None:
    bench.verified()
    bench.clear()
    bench.push(files={"scan_0001.tif": b"a second acquisition", "extra.tif": b"new"})
    wait_for(lambda: "late_data" in bench.reasons(), 10, "re-opened")
    bench.wait("sync_verified")
    on_nas = bench.lab.on_nas(RUN)
    assert on_nas == {**ALL, "scan_0001.tif": b"a second acquisition", "extra.tif": b"new"}
    assert bench.superseded()["scan_0001.tif"] == FILES["scan_0001.tif"] and bench.sums_hold()


def test_a_renamed_run_starts_at_staging_and_the_old_one_stays_known(bench: Bench) -> None:
    folder = bench.verified()
    new = RUN[:-2] + "59"
    folder.rename(bench.lab.staging / new)
    bench.wait("sync_verified", new)
    assert bench.ingest(new)["run_path"] == new and "renamed" in bench.reasons(new)
    assert bench.lab.on_nas(new) == ALL == bench.lab.on_nas(RUN)
    old = wait_for(lambda: (row := bench.row()) and not row.local_data and row)
    assert old.current_state == "sync_verified" and "local copy is gone" in old.why


def test_a_run_renamed_before_it_was_verified_raises_an_alarm_until_acknowledged(bench: Bench) -> None:
    folder = bench.push(done=False)
    bench.wait_shown("Receiving")
    shutil.move(folder, bench.lab.base / "elsewhere")
    row = bench.wait_shown("Failed")
    assert "vanished" in row.why and "acknowledge" in row.actions and row.needs_attention
    bench.restart()
    assert bench.wait_shown("Failed").current_state == "staging"
    assert bench.station.acknowledge(bench.station.parse_run(RUN), "kim").acknowledged
    assert bench.row() is None


def test_a_missing_run_that_comes_back_goes_on(bench: Bench) -> None:
    folder = bench.push(done=False)
    bench.wait_shown("Receiving")
    shutil.move(folder, bench.lab.base / "elsewhere")
    bench.wait_shown("Failed")
    shutil.move(bench.lab.base / "elsewhere", folder)
    (folder / SENTINEL).touch()
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == ALL


def test_removal_by_hand_after_verification_is_no_alarm(bench: Bench) -> None:
    folder = bench.verified()
    shutil.rmtree(folder)
    row = wait_for(lambda: (row := bench.row()) and not row.local_data and row)
    assert row.current_state == "sync_verified" and not row.needs_attention and "clear" not in row.actions
    error = bench.refused(bench.clear)
    assert error.code == "run_cleared" and str(bench.lab.nas) in error.message
    assert bench.lab.on_nas(RUN) == ALL


def test_equal_content_on_the_nas_is_adopted(late_bench: Bench) -> None:
    bench = late_bench
    for name, data in FILES.items():
        (bench.lab.nas / RUN / name).parent.mkdir(parents=True, exist_ok=True)
        (bench.lab.nas / RUN / name).write_bytes(data)
    before = (bench.lab.nas / RUN / "notes.txt").stat().st_ino
    bench.start().verified()
    assert (bench.lab.nas / RUN / "notes.txt").stat().st_ino == before and bench.sums_hold()


def test_foreign_content_on_the_nas_is_a_conflict_and_untouched(late_bench: Bench) -> None:
    bench = late_bench
    (bench.lab.nas / RUN).mkdir(parents=True)
    (bench.lab.nas / RUN / "notes.txt").write_bytes(b"somebody else's")
    bench.start().push()
    row = bench.wait_shown("Failed")
    assert "notes.txt" in row.why and row.needs_attention
    assert (bench.lab.nas / RUN / "notes.txt").read_bytes() == b"somebody else's"
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    (bench.lab.nas / RUN / "notes.txt").unlink()
    bench.force()
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == ALL


def test_a_damaged_nas_copy_is_found_when_verified_again_and_mended(bench: Bench) -> None:
    bench.verified()
    target = bench.lab.nas / RUN / "scan_0001.tif"
    data = bytearray(target.read_bytes())
    data[7] ^= 1
    target.write_bytes(data)
    answer = bench.force()
    assert answer.state == "queued" and answer.job_id
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == ALL and bench.superseded()["scan_0001.tif"] == bytes(data)


def test_a_nas_copy_that_lost_a_file_is_not_cleared_against(bench: Bench) -> None:
    folder = bench.verified()
    (bench.lab.nas / RUN / "notes.txt").unlink()
    error = bench.refused(bench.clear)
    assert error.code == "nas_copy_not_proven" and "notes.txt" in error.message
    assert (folder / "notes.txt").read_bytes() == FILES["notes.txt"]
    wait_for(lambda: "nas_copy_damaged" in bench.reasons(), 10)
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == ALL
    assert bench.clear().files_freed == len(ALL)


def test_same_leaf_in_two_projects_are_two_runs(bench: Bench) -> None:
    other = RUN.replace("PROJ-0042", "PROJ 0043")
    bench.push()
    bench.push(other, {"scan_0001.tif": b"other"})
    bench.wait("sync_verified")
    bench.wait("sync_verified", other)
    assert bench.lab.on_nas(RUN) == ALL
    assert bench.lab.on_nas(other) == {"scan_0001.tif": b"other", SENTINEL: b""}


def test_a_restart_hashes_and_copies_nothing_again(bench: Bench) -> None:
    bench.verified()
    inode = (bench.lab.nas / RUN / "notes.txt").stat().st_ino
    proven = bench.row().proven_at
    bench.restart()
    row = bench.wait("sync_verified")
    assert row.proven_at == proven and bench.reasons() == []
    assert (bench.lab.nas / RUN / "notes.txt").stat().st_ino == inode


def test_what_changed_while_no_server_ran_is_found(bench: Bench) -> None:
    late, gone, new = (RUN.replace("14-32", f"15-0{number}") for number in range(3))
    folder = bench.verified()
    bench.verified(late)
    bench.push(gone, done=False)
    wait_for(lambda: bench.written_state(gone) == "staging", 20, "the third run is known")

    def meanwhile() -> None:
        (folder / "notes.txt").write_bytes(b"other words")
        (bench.lab.staging / late / "late.tif").write_bytes(b"late")
        shutil.move(bench.lab.staging / gone, bench.lab.base / "gone")
        bench.push(new)

    bench.restart(meanwhile)
    wait_for(lambda: bench.reasons() == ["changed"] and bench.reasons(late) == ["late_data"], 20, "both are re-opened")
    for run in (RUN, late, new):
        bench.wait("sync_verified", run)
    assert bench.lab.on_nas(RUN)["notes.txt"] == b"other words"
    assert bench.lab.on_nas(late)["late.tif"] == b"late"
    assert bench.wait_shown("Failed", gone).needs_attention


def test_a_change_that_no_event_tells_of_is_found_by_the_rescan(
    late_bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes written through a mapping: the kernel tells nobody, only size and times can show it."""
    monkeypatch.setattr("exlab_wizard.observer.observer.RESCAN_SECONDS", 0.5)
    monkeypatch.setattr(Observer, "_hint", lambda self, key: None)  # nor do those of our own control files
    folder = late_bench.push()
    with (folder / "scan_0001.tif").open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        late_bench.start()
        late_bench.wait("sync_verified")
        leader = late_bench.station._leader
        assert leader is not None
        wait_for(lambda: not leader.core.agenda._due, 20, "no look is planned")
        memory[:3] = b"two"
        memory.flush()
        wait_for(lambda: late_bench.reasons() == ["changed"], 20, "the change is found")
        late_bench.wait("sync_verified")
    assert late_bench.lab.on_nas(RUN)["scan_0001.tif"].startswith(b"two")
