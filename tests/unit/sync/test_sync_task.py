"""Whole sync attempts on real directories: what must be on the NAS afterwards, and what must not have been touched."""

from __future__ import annotations

import errno
import os
import shutil
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.manifest import Manifest, ManifestEntry
from exlab_wizard.runs.scan import Entry
from exlab_wizard.sync.engine import checksums, publish, push, sync_task
from exlab_wizard.sync.engine.records import load_manifest
from exlab_wizard.sync.engine.sync_task import run_sync
from exlab_wizard.sync.fence import RunLock, issue_token
from exlab_wizard.sync.tasks import ErrorClass, Progress
from tests.support.engine import RUN, Bench, instrument_manifest, put, sha256, tree

FILES = {
    "scan_0001.h5": b"one" * 1000,
    "deep/er/scan_0002.h5": b"two" * 1000,
    "empty": b"",
    " lead.txt": b"a",
    "line\nbreak": b"b",
    "bad\udcffbytes": b"c",
    "back\\slash": b"d",
    "u\u2028l": b"e",
    "n" * 255: b"f",
    "nested/.exlab-wizard/creation.json": b"data like any other",
}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def synced(bench: Bench) -> Bench:
    """A run already verified; `bench.digest` is its manifest's."""
    bench.write(FILES)
    bench.digest = bench.sync()["manifest_digest"]  # type: ignore[attr-defined]
    return bench


def digest_of(bench: Bench) -> str:
    return str(getattr(bench, "digest"))  # noqa: B009 - set by the fixture above


def corrupt(path: Path) -> bytes:
    """Other bytes of the same length under the same name, as a bad disk would leave; the new content."""
    data = bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:]
    path.write_bytes(data)
    return data


# --- the plain way


def test_every_file_arrives_and_anybody_can_check_it(bench: Bench) -> None:
    bench.write(FILES)
    (bench.run / "hollow/inside").mkdir(parents=True)
    data = bench.sync()
    assert bench.nas_files() == FILES
    assert (bench.nas_run / "hollow/inside").is_dir()
    assert bench.sha256sum_check().returncode == 0, bench.sha256sum_check()
    expected = Manifest({path: ManifestEntry(len(text), sha256(text)) for path, text in FILES.items()})
    assert data["manifest_digest"] == expected.digest
    assert (data["file_count"], data["byte_total"]) == (len(FILES), sum(map(len, FILES.values())))
    assert (data["files_copied"], data["bytes_copied"]) == (len(FILES), data["byte_total"])
    assert (data["files_adopted"], data["superseded"], data["extra_names"]) == (0, [], [])
    assert (data["reading"], data["directory_fsync"], data["names"]) == ("fadvise", True, "posix")
    assert (data["nas_id"], data["nas_path"]) == (bench.marker.nas_id, str(bench.nas_run))
    assert data["fingerprint"] == bench.fingerprint()
    assert data["verified_at"].endswith("+00:00")
    bench.assert_no_temporaries()


def test_staging_and_state_remember_the_proof(synced: Bench) -> None:
    local = (synced.run / ".exlab-wizard/checksums.sha256").read_bytes()
    assert local == (synced.control / "checksums.sha256").read_bytes()
    assert sha256(local) == digest_of(synced)
    with Dir.open(synced.state_dir) as state:
        kept = load_manifest(state, RUN)
    assert kept is not None and kept.digest == digest_of(synced)
    records = synced.records().entries
    assert set(records) == set(FILES)
    assert all(record.published for record in records.values())


def test_nothing_is_read_or_copied_twice(synced: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def must_not(*args: object, **more: object) -> None:
        raise AssertionError("the source was read again")

    monkeypatch.setattr("exlab_wizard.sync.engine.copy._read", must_not)
    data = synced.sync(previous_digest=digest_of(synced))
    assert (data["files_copied"], data["manifest_digest"]) == (0, digest_of(synced))


def test_progress_has_two_phases_with_their_totals(bench: Bench) -> None:
    bench.write(FILES)
    bench.sync()
    total = sum(map(len, FILES.values()))
    starts = [message for message in bench.messages if message.files_done == message.bytes_done == 0]
    assert [Progress(m.phase, 0, m.files_total, 0, m.bytes_total) for m in starts][:2] == [
        Progress("copying", 0, len(FILES), 0, total),
        Progress("verifying", 0, len(FILES), 0, total),
    ]


def test_many_batches_make_one_run(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push, "BATCH_FILES", 7)
    files = {f"d{number % 5}/s{number % 3}/f{number}": b"%d" % number for number in range(100)}
    bench.write(files)
    assert bench.sync()["files_copied"] == 100
    assert bench.nas_files() == files


@pytest.mark.parametrize(("most", "walks"), [(3, 2), (1000, 1)])
def test_a_run_is_walked_again_only_when_it_is_too_large_to_remember(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, most: int, walks: int
) -> None:
    calls, walk = list[Dir](), sync_task.walk

    def counted(run: Dir) -> Iterator[Entry]:
        calls.append(run)
        return walk(run)

    files = {f"d{number % 3}/f{number}": b"%d" % number for number in range(9)}
    bench.write(files)
    monkeypatch.setattr(sync_task, "_REMEMBERED", most)
    monkeypatch.setattr(sync_task, "walk", counted)
    bench.sync()
    assert len(calls) == walks
    assert bench.nas_files().items() >= files.items()


def test_what_comes_after_the_run_was_found_whole_is_not_left_behind_in_silence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = sync_task._verify

    def late(*arguments: Any) -> list[str]:
        bench.write({"late.dat": b"late"})
        return verify(*arguments)

    monkeypatch.setattr(sync_task, "_verify", late)
    assert bench.sync_error().error_class is ErrorClass.CHANGED


def test_a_run_of_nothing_but_folders_is_proven_too(bench: Bench) -> None:
    (bench.run / "only/folders").mkdir(parents=True)
    assert bench.sync()["file_count"] == 0
    assert (bench.nas_run / "only/folders").is_dir()


# --- the run's own control folder


def test_known_control_files_stay_unknown_ones_are_copied_and_outside_the_manifest(bench: Bench) -> None:
    bench.write({"a": b"a", ".exlab-wizard/notes.txt": b"hi", ".exlab-wizard/deep/er": b"there"})
    bench.write(
        {".exlab-wizard/creation.json": b"{}", ".exlab-wizard/wizard.pc.log": b"", ".exlab-wizard/clearing-1/x": b""}
    )
    (bench.run / ".exlab-wizard/link").symlink_to("/etc/passwd")
    data = bench.sync()
    control = tree(bench.control)
    assert {"notes.txt", "deep/er", "claim.json", "checksums.sha256"} == set(control)
    assert (control["notes.txt"], data["file_count"]) == (b"hi", 1)
    assert data["not_copied"] == [".exlab-wizard/link"]


def test_a_changed_unknown_control_file_is_copied_again_and_its_old_version_kept(bench: Bench) -> None:
    bench.write({"a": b"a", ".exlab-wizard/notes.txt": b"first"})
    bench.sync()
    bench.write({".exlab-wizard/notes.txt": b"second"})
    bench.sync()
    assert (bench.control / "notes.txt").read_bytes() == b"second"
    assert bench.superseded()[".exlab-wizard/notes.txt"] == b"first"


def test_unknown_control_files_are_proven_and_healed_like_data(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write({"a": b"a", ".exlab-wizard/notes.txt": b"good"})
    real = sync_task._verify

    def damage_first(*args: object) -> object:
        corrupt(bench.control / "notes.txt")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(sync_task, "_verify", damage_first)
    bench.sync()
    assert (bench.control / "notes.txt").read_bytes() == b"good"
    assert set(bench.superseded()) == {".exlab-wizard/notes.txt"}


def test_a_control_folder_that_is_a_link_is_not_followed(bench: Bench, tmp_path: Path) -> None:
    put(tmp_path / "outside", {"secret": b"x"})
    bench.write({"a": b"a"})
    (bench.run / ".exlab-wizard").symlink_to(tmp_path / "outside")
    data = bench.sync()
    assert not data["local_checksums"]
    assert set(tree(bench.control)) == {"claim.json", "checksums.sha256"}
    assert set(tree(tmp_path / "outside")) == {"secret"}


# --- what already stands on the NAS


def test_equal_bytes_are_adopted_and_flushed(bench: Bench) -> None:
    bench.write(FILES)
    shutil.copytree(bench.run, bench.nas_run)
    data = bench.sync()
    assert (data["files_copied"], data["files_adopted"]) == (0, len(FILES))
    assert not any(record.published for record in bench.records().entries.values())


@pytest.mark.parametrize("theirs", [b"different length", b"ONE" * 1000])
def test_a_foreign_differing_file_is_a_conflict_and_stays(bench: Bench, theirs: bytes) -> None:
    bench.write(FILES)
    put(bench.nas_run, {"scan_0001.h5": theirs})
    error = bench.sync_error()
    assert (error.error_class, error.path) == (ErrorClass.CONFLICT, "scan_0001.h5")
    assert "scan_0001.h5" in error.message and "Nothing was overwritten" in error.message
    assert (bench.nas_run / "scan_0001.h5").read_bytes() == theirs
    bench.assert_no_temporaries()


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_a_link_or_folder_in_a_files_place_is_a_conflict(bench: Bench, tmp_path: Path, kind: str) -> None:
    bench.write({"scan": b"x"})
    bench.nas_run.mkdir(parents=True)
    (tmp_path / "outside").write_bytes(b"untouched")
    if kind == "link":
        (bench.nas_run / "scan").symlink_to(tmp_path / "outside")
    else:
        (bench.nas_run / "scan").mkdir()
    assert bench.sync_error().error_class is ErrorClass.CONFLICT
    assert (tmp_path / "outside").read_bytes() == b"untouched"


@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_link_or_file_in_a_folders_place_is_a_conflict(bench: Bench, tmp_path: Path, kind: str) -> None:
    bench.write({"deep/scan": b"x"})
    bench.nas_run.mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    if kind == "link":
        (bench.nas_run / "deep").symlink_to(tmp_path / "outside")
    else:
        (bench.nas_run / "deep").write_bytes(b"")
    error = bench.sync_error()
    assert (error.error_class, error.path) == (ErrorClass.CONFLICT, "deep")
    assert os.listdir(tmp_path / "outside") == []


def test_a_name_taken_at_the_last_moment_is_not_ours(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write({"scan": b"ours"})
    real = publish.rename_noreplace

    def late(source: Dir, name: str, target: Dir, new_name: str) -> None:
        if new_name == "scan":
            put(bench.nas_run, {"scan": b"them"})
        real(source, name, target, new_name)

    monkeypatch.setattr(publish, "rename_noreplace", late)
    assert bench.sync_error().error_class is ErrorClass.CONFLICT
    assert not bench.records().entries["scan"].published
    monkeypatch.undo()
    assert bench.sync_error().error_class is ErrorClass.CONFLICT
    assert (bench.nas_run / "scan").read_bytes() == b"them"


def test_extra_names_are_reported_and_left(bench: Bench) -> None:
    bench.write({"a": b"a"})
    put(bench.nas_run, {f"extra{number:02}": b"" for number in range(30)})
    data = bench.sync()
    assert data["extra_names"] == [f"extra{number:02}" for number in range(20)]
    assert len(bench.nas_files()) == 31


# --- changes after verification


@pytest.mark.parametrize("new", [b"a longer version", b"1" * 3000])
def test_a_changed_file_replaces_ours_and_the_old_version_is_kept(synced: Bench, new: bytes) -> None:
    synced.write({"scan_0001.h5": new, "deep/new": b"n"})
    data = synced.sync(previous_digest=digest_of(synced))
    assert data["files_copied"] == 2
    assert synced.nas_files() == {**FILES, "scan_0001.h5": new, "deep/new": b"n"}
    assert synced.superseded()["scan_0001.h5"] == FILES["scan_0001.h5"]
    assert sha256(synced.superseded()[".exlab-wizard/checksums.sha256"]) == digest_of(synced)
    assert set(data["superseded"]) == {"scan_0001.h5", ".exlab-wizard/checksums.sha256"}


def test_touched_files_are_read_but_not_copied(synced: Bench) -> None:
    for path in FILES:
        os.utime(synced.run / path, ns=(5, 5))
    data = synced.sync(previous_digest=digest_of(synced))
    assert (data["files_copied"], data["files_adopted"], data["superseded"]) == (0, 0, [])
    assert synced.records().entries["scan_0001.h5"].mtime_ns == 5


def test_a_manifest_never_shrinks(synced: Bench) -> None:
    shutil.rmtree(synced.run / "deep")
    synced.write({"late": b"late"})
    data = synced.sync(previous_digest=digest_of(synced))
    assert (data["file_count"], data["files_copied"]) == (len(FILES) + 1, 1)
    assert synced.sha256sum_check().returncode == 0


def test_what_is_no_longer_local_is_proven_again_and_its_damage_found(synced: Bench) -> None:
    (synced.run / "scan_0001.h5").unlink()
    damaged = corrupt(synced.nas_run / "scan_0001.h5")
    error = synced.sync_error(previous_digest=digest_of(synced))
    assert (error.error_class, error.path) == (ErrorClass.HASH_MISMATCH, "scan_0001.h5")
    assert error.message.startswith(f"Checksum differs in 1 of {len(FILES)} files (scan_0001.h5)")
    assert (synced.nas_run / "scan_0001.h5").read_bytes() == damaged


def test_a_lost_file_that_is_no_longer_local_is_named(synced: Bench) -> None:
    (synced.run / "scan_0001.h5").unlink()
    (synced.nas_run / "scan_0001.h5").unlink()
    error = synced.sync_error(previous_digest=digest_of(synced))
    assert error.error_class is ErrorClass.HASH_MISMATCH
    assert "'scan_0001.h5'" in error.message


@pytest.mark.parametrize("died_at", ["set aside", "published"])
def test_a_version_that_was_replaced_and_then_taken_away_gives_its_place_back(
    synced: Bench, monkeypatch: pytest.MonkeyPatch, died_at: str
) -> None:
    """A changed file, an attempt cut short after it reached the NAS, and the file is gone from staging."""
    digest, new = digest_of(synced), b"new" * 900
    put(synced.run, {"deep/er/scan_0002.h5": new})
    where = (sync_task.checksums, "publish_checksums") if died_at == "published" else (publish, "rename_noreplace")
    real = getattr(*where)

    def dies(*arguments: object) -> object:
        if died_at == "set aside" and arguments[1] == arguments[3]:  # set aside; the new name is what it dies at
            return real(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(*where, dies)
    with pytest.raises(KeyboardInterrupt):
        synced.sync(previous_digest=digest)
    monkeypatch.setattr(*where, real)
    (synced.run / "deep/er/scan_0002.h5").unlink()
    for _ in range(2):
        assert synced.sync(previous_digest=digest)["manifest_digest"] == digest
        assert synced.nas_files() == FILES
        assert synced.superseded() == ({"deep/er/scan_0002.h5": new} if died_at == "published" else {})
    synced.assert_no_temporaries()


@pytest.mark.parametrize("where", ["published", "superseded"])
def test_a_lost_manifest_is_found_on_the_nas_by_its_digest(synced: Bench, where: str) -> None:
    shutil.rmtree(synced.state_dir / "manifests")
    (synced.run / "scan_0001.h5").unlink()
    if where == "superseded":
        put(synced.control / "superseded/2026-01-01T00-00-00Z", {"unrelated": b""})
        (synced.control / "superseded/2026-01-02T00-00-00Z/.exlab-wizard").mkdir(parents=True)
        (synced.control / "checksums.sha256").rename(
            synced.control / "superseded/2026-01-02T00-00-00Z/.exlab-wizard/checksums.sha256"
        )
    assert synced.sync(previous_digest=digest_of(synced))["manifest_digest"] == digest_of(synced)


def test_a_lost_manifest_is_found_behind_odd_names(synced: Bench) -> None:
    shutil.rmtree(synced.state_dir / "manifests")
    kept = synced.control / "superseded"
    put(kept, {"2026-01-01T00-00-00Z": b"a file", "2026-01-02T00-00-00Z/.exlab-wizard": b"a file"})
    (kept / "2026-01-03T00-00-00Z/.exlab-wizard/checksums.sha256").mkdir(parents=True)
    (kept / "2026-01-04T00-00-00Z").symlink_to("2026-01-05T00-00-00Z")
    put(kept / "2026-01-05T00-00-00Z/.exlab-wizard", {"real": b""})
    (kept / "2026-01-05T00-00-00Z/.exlab-wizard/checksums.sha256").symlink_to("real")
    put(kept / "2026-01-06T00-00-00Z/.exlab-wizard", {"x": b""})
    digest = digest_of(synced)
    (synced.control / "checksums.sha256").rename(kept / "2026-01-06T00-00-00Z/.exlab-wizard/checksums.sha256")
    assert synced.sync(previous_digest=digest)["manifest_digest"] == digest


@pytest.mark.parametrize("what", ["file", "link"])
def test_a_lost_folder_with_something_else_in_its_place_is_named_as_lost(synced: Bench, what: str) -> None:
    digest = digest_of(synced)
    shutil.rmtree(synced.state_dir / "manifests")
    shutil.rmtree(synced.run / "deep")
    shutil.rmtree(synced.nas_run / "deep")
    if what == "file":
        (synced.nas_run / "deep").write_bytes(b"")
    else:
        (synced.nas_run / "deep").symlink_to("elsewhere")
    error = synced.sync_error(previous_digest=digest)
    assert error.error_class is ErrorClass.HASH_MISMATCH
    assert "'deep/er/scan_0002.h5'" in error.message


@pytest.mark.parametrize("previous", [True, False])
def test_a_list_on_the_nas_far_larger_than_ours_is_never_held_in_memory(synced: Bench, previous: bool) -> None:
    digest = digest_of(synced)
    shutil.rmtree(synced.state_dir / "manifests")
    os.truncate(synced.control / "checksums.sha256", 1 << 40)
    tracemalloc.start()
    try:
        if previous:
            assert synced.sync_error(previous_digest=digest).error_class is ErrorClass.CONFIGURATION
        else:
            assert synced.sync()["manifest_digest"] == digest
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_an_outdated_manifest_in_the_state_directory_is_not_believed(synced: Bench) -> None:
    older = tree(synced.state_dir / "manifests")
    synced.write({"late": b"late"})
    digest = synced.sync(previous_digest=digest_of(synced))["manifest_digest"]
    (synced.run / "late").unlink()
    put(synced.state_dir / "manifests", older)
    assert synced.sync(previous_digest=digest)["manifest_digest"] == digest


def test_a_manifest_lost_everywhere_stops_the_sync(synced: Bench) -> None:
    shutil.rmtree(synced.state_dir / "manifests")
    (synced.control / "checksums.sha256").unlink()
    error = synced.sync_error(previous_digest=digest_of(synced))
    assert error.error_class is ErrorClass.CONFIGURATION
    assert "checksums.sha256" in error.message


# --- damage on the NAS


def test_a_damaged_nas_file_of_ours_is_set_aside_and_copied_afresh(synced: Bench) -> None:
    damaged = corrupt(synced.nas_run / "deep/er/scan_0002.h5")
    data = synced.sync(previous_digest=digest_of(synced))
    assert synced.nas_files() == FILES
    assert synced.superseded() == {"deep/er/scan_0002.h5": damaged}
    assert (data["files_copied"], data["superseded"]) == (1, ["deep/er/scan_0002.h5"])
    assert data["manifest_digest"] == digest_of(synced)


@pytest.mark.parametrize("how", ["truncated", "missing"])
def test_a_truncated_or_missing_nas_file_is_copied_again(synced: Bench, how: str) -> None:
    path = synced.nas_run / "scan_0001.h5"
    path.unlink() if how == "missing" else os.truncate(path, 5)
    assert synced.sync(previous_digest=digest_of(synced))["files_copied"] == 1
    assert synced.nas_files() == FILES
    assert synced.superseded() == ({} if how == "missing" else {"scan_0001.h5": b"oneon"})


def test_the_same_file_may_be_set_aside_more_than_once(synced: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Staging changed and then the fresh copy is damaged, within one attempt."""
    synced.write({"scan_0001.h5": b"new" * 1000})
    real = sync_task._verify

    def damage_first(*args: object) -> object:
        corrupt(synced.nas_run / "scan_0001.h5")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(sync_task, "_verify", damage_first)
    synced.sync(previous_digest=digest_of(synced))
    assert (synced.nas_run / "scan_0001.h5").read_bytes() == b"new" * 1000
    kept = [path.read_bytes() for path in (synced.control / "superseded").rglob("scan_0001.h5")]
    assert sorted(kept) == sorted([FILES["scan_0001.h5"], b"oew" + b"new" * 999])


def test_a_damaged_adopted_file_is_not_ours_to_move(bench: Bench) -> None:
    bench.write(FILES)
    shutil.copytree(bench.run, bench.nas_run)
    digest = bench.sync()["manifest_digest"]
    damaged = corrupt(bench.nas_run / "scan_0001.h5")
    error = bench.sync_error(previous_digest=digest)
    assert (error.error_class, error.path) == (ErrorClass.HASH_MISMATCH, "scan_0001.h5")
    assert (bench.nas_run / "scan_0001.h5").read_bytes() == damaged


def test_a_nas_that_damages_every_copy_ends_in_hash_mismatch(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write({"scan": b"good bytes", "other": b"fine"})
    real = publish.rename_noreplace

    def damage(source: Dir, name: str, target: Dir, new_name: str) -> None:
        real(source, name, target, new_name)
        if new_name == "scan":
            fd = os.open("scan", os.O_WRONLY, dir_fd=target.fd)
            os.write(fd, b"BAD")
            os.close(fd)

    monkeypatch.setattr(publish, "rename_noreplace", damage)
    error = bench.sync_error()
    assert error.error_class is ErrorClass.HASH_MISMATCH
    assert "Checksum differs in 1 of 2 files (scan)" in error.message
    bench.assert_no_temporaries()


def test_staging_that_reads_differently_is_said_until_a_person_touches_it(
    synced: Bench,
) -> None:
    corrupt(synced.nas_run / "scan_0001.h5")
    info = (synced.run / "scan_0001.h5").stat()
    rotten = corrupt(synced.run / "scan_0001.h5")
    records = synced.records()
    now = os.stat(synced.run / "scan_0001.h5")
    old = records.entries["scan_0001.h5"]
    records.append({"scan_0001.h5": old._replace(mtime_ns=now.st_mtime_ns, ctime_ns=now.st_ctime_ns)})
    assert info.st_ino == now.st_ino
    for _ in range(2):
        error = synced.sync_error(previous_digest=digest_of(synced))
        assert (error.error_class, error.path) == (ErrorClass.HASH_MISMATCH, "scan_0001.h5")
        assert "local disk" in error.message
    os.utime(synced.run / "scan_0001.h5")
    synced.sync(previous_digest=digest_of(synced))
    assert synced.nas_files()["scan_0001.h5"] == rotten


def test_a_nas_that_damages_the_list_of_checksums_is_found_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write({"scan": b"good bytes"})
    real = sync_task._verify

    def damage_first(*args: object) -> object:
        corrupt(bench.control / "checksums.sha256")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(sync_task, "_verify", damage_first)
    error = bench.sync_error()
    assert (error.error_class, error.path) == (ErrorClass.HASH_MISMATCH, ".exlab-wizard/checksums.sha256")


def test_a_nas_that_alters_names_is_found_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write({"dot.": b"x", "plain": b"y"})
    real = publish.rename_noreplace
    monkeypatch.setattr(
        publish, "rename_noreplace", lambda one, name, other, new: real(one, name, other, new.rstrip("."))
    )
    error = bench.sync_error()
    assert (error.error_class, error.path) == (ErrorClass.HASH_MISMATCH, "dot.")
    assert "1 of 2 names" in error.message


def test_a_nas_that_loses_an_empty_folder_is_found_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write({"a": b"x"})
    (bench.run / "hollow").mkdir()
    real = sync_task._verify
    monkeypatch.setattr(sync_task, "_verify", lambda *args: ((bench.nas_run / "hollow").rmdir(), real(*args))[1])
    error = bench.sync_error()
    assert (error.error_class, error.path) == (ErrorClass.HASH_MISMATCH, "hollow")


def test_every_name_is_made_durable_before_the_commit_marker(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """One journal hides a missing directory flush from a pulled plug, so the calls themselves are watched."""
    bench.write(FILES)
    (bench.run / "hollow/inside").mkdir(parents=True)
    unsafe: set[int] = set()
    committed: list[set[int]] = []
    flush, rename, make = os.fsync, publish.rename_noreplace, os.mkdir

    def note_flush(fd: int) -> None:
        unsafe.discard(os.fstat(fd).st_ino)
        flush(fd)

    def note_rename(one: Dir, name: str, other: Dir, new: str) -> None:
        unsafe.add(os.fstat(other.fd).st_ino)
        rename(one, name, other, new)

    def note_commit(one: Dir, name: str, other: Dir, new: str) -> None:
        committed.append(set(unsafe))
        rename(one, name, other, new)

    def note_mkdir(name: str, mode: int = 0o777, *, dir_fd: int) -> None:
        make(name, mode, dir_fd=dir_fd)
        unsafe.add(os.fstat(dir_fd).st_ino)

    monkeypatch.setattr(os, "fsync", note_flush)
    monkeypatch.setattr(publish, "rename_noreplace", note_rename)
    monkeypatch.setattr(checksums, "rename_noreplace", note_commit)
    monkeypatch.setattr(os, "mkdir", note_mkdir)
    bench.sync()
    assert committed == [set()]
    assert unsafe == set()


def test_folders_an_earlier_attempt_could_not_flush_are_flushed(synced: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: set[int] = set()
    flush = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: flushed.add(os.fstat(fd).st_ino) or flush(fd))
    synced.sync(previous_digest=digest_of(synced))
    way = [synced.nas_run, *synced.nas_run.parents[: len(RUN.parts)]]
    folders = {path for path in synced.nas_run.rglob("*") if path.is_dir() and ".exlab-wizard" not in path.parts[-1:]}
    assert {path.stat().st_ino for path in [*way, *folders]} <= flushed


# --- changes while it runs, stops, other attempts


def test_a_run_that_is_not_as_it_was_frozen_is_not_begun(bench: Bench) -> None:
    bench.write(FILES)
    task = bench.task()
    bench.write({"late": b""})
    error = bench.sync_error(fingerprint=task.fingerprint)
    assert error.error_class is ErrorClass.CHANGED
    assert bench.nas_files() == {}


def when_published(bench: Bench, name: str, act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Do something at the moment a file gets its name."""
    real = publish.rename_noreplace

    def rename(source: Dir, temporary: str, target: Dir, new_name: str) -> None:
        real(source, temporary, target, new_name)
        if new_name == name:
            act()

    monkeypatch.setattr(publish, "rename_noreplace", rename)


def test_a_late_file_ends_the_job_and_what_is_finished_stays(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write(FILES)
    when_published(bench, "empty", lambda: bench.write({"zz_late": b"late"}), monkeypatch)
    assert bench.sync_error().error_class is ErrorClass.CHANGED
    monkeypatch.undo()
    data = bench.sync()
    assert data["files_copied"] <= 1
    assert bench.nas_files() == {**FILES, "zz_late": b"late"}


def test_a_newer_token_stops_the_next_rename(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write(FILES)

    def outdate() -> None:
        with Dir.open(bench.state_dir) as state:
            issue_token(state, RUN, 99)

    when_published(bench, "empty", outdate, monkeypatch)
    assert bench.sync_error().error_class is ErrorClass.FENCED
    before_empty = [name for name in sorted(FILES, key=os.fsencode) if os.fsencode(name) <= b"empty"]
    assert set(bench.nas_files()) <= set(before_empty)
    assert not (bench.control / "checksums.sha256").exists()
    bench.assert_no_temporaries()
    monkeypatch.undo()
    bench.token = 99
    assert bench.sync()["files_copied"] < len(FILES)
    assert bench.nas_files() == FILES


def test_an_outdated_task_does_not_begin(bench: Bench) -> None:
    bench.write(FILES)
    task = bench.task()
    bench.next_token()
    assert bench.sync_error(token=task.token).error_class is ErrorClass.FENCED
    assert not bench.nas_run.exists()


def test_a_locked_run_is_busy(bench: Bench) -> None:
    bench.write(FILES)
    with Dir.open(bench.state_dir) as state, RunLock(state, RUN):
        assert bench.sync_error().error_class is ErrorClass.BUSY


def test_leftovers_of_older_attempts_go_and_nothing_else(bench: Bench) -> None:
    bench.write({"a": b"a"})
    put(bench.control / "incoming", {"1-5": b"half", "0-1": b"half", "99-1": b"newer", "readme": b"not ours"})
    bench.sync()
    assert set(os.listdir(bench.control / "incoming")) == {"99-1", "readme"}


# --- odd entries, given hashes


def test_an_odd_entry_stops_the_job_unless_a_person_said_to_skip_it(bench: Bench) -> None:
    bench.write({"a": b"a"})
    (bench.run / "link").symlink_to("a")
    error = bench.sync_error()
    assert (error.error_class, error.path) == (ErrorClass.CHANGED, "link")
    assert "symlink" in error.message
    bench.sync(skip=("link",))
    assert sorted(os.listdir(bench.nas_run)) == [".exlab-wizard", "a"]


def test_given_hashes_are_compared_and_a_wrong_one_publishes_nothing_of_its_batch(bench: Bench) -> None:
    files = {"good": b"good", "bad": b"bad"}
    bench.write({**files, "manifest.json": instrument_manifest(files, bad=sha256(b"other"))})
    error = bench.sync_error(instrument_manifest="manifest.json")
    assert (error.error_class, error.path) == (ErrorClass.GIVEN_HASH, "bad")
    assert "bad" in error.message
    assert bench.nas_files() == {}
    bench.assert_no_temporaries()
    bench.write({"manifest.json": instrument_manifest(files)})
    assert bench.sync(instrument_manifest="manifest.json")["files_copied"] == 3


def test_given_hashes_hold_for_files_copied_before_too(bench: Bench) -> None:
    bench.write({"scan": b"x"})
    digest = bench.sync()["manifest_digest"]
    bench.write({"manifest.json": instrument_manifest({"scan": b"x"}, scan=sha256(b"y"))})
    error = bench.sync_error(instrument_manifest="manifest.json", previous_digest=digest)
    assert error.error_class is ErrorClass.GIVEN_HASH


def test_an_instrument_manifest_that_went_bad_sends_the_run_back(bench: Bench) -> None:
    bench.write({"manifest.json": b"{"})
    error = bench.sync_error(instrument_manifest="manifest.json")
    assert (error.error_class, error.path) == (ErrorClass.CHANGED, "manifest.json")


# --- the target's failures


def test_a_directory_fsync_that_is_not_offered_is_recorded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write(FILES)
    monkeypatch.setattr(Dir, "sync", lambda self: False)
    assert bench.sync()["directory_fsync"] is False


def test_a_directory_fsync_that_fails_ends_the_attempt(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write(FILES)
    real = Dir.sync
    when_published(bench, "empty", lambda: monkeypatch.setattr(Dir, "sync", fail_sync), monkeypatch)

    def fail_sync(self: Dir) -> bool:
        raise OSError(errno.EIO, "I/O error")

    assert bench.sync_error().error_class is ErrorClass.TARGET
    monkeypatch.setattr(Dir, "sync", real)
    monkeypatch.undo()
    bench.sync()
    assert bench.nas_files() == FILES


def test_no_exclusive_publish_needs_a_person(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.write({"a": b"a"})

    def not_offered(*args: object) -> None:
        raise OSError(errno.ENOTSUP, "not offered")

    monkeypatch.setattr(publish, "rename_noreplace", not_offered)
    error = bench.sync_error()
    assert error.error_class is ErrorClass.CONFIGURATION
    assert bench.nas_files() == {}


def test_a_nas_run_that_is_the_staging_run_itself_is_refused(bench: Bench) -> None:
    """By links in the way to the root the NAS may lead back here; a file would "verify" against itself."""
    bench.write({"a": b"only copy"})
    shutil.rmtree(bench.nas)
    (bench.staging / ".exlab-nas.json").write_text('{"format": 1, "nas_id": "x", "names": "posix"}')
    bench.nas.symlink_to(bench.staging)
    assert bench.sync_error().error_class is ErrorClass.CONFIGURATION
    assert os.listdir(bench.run) == ["a"]


def test_the_task_runs_to_an_outcome_with_its_job_id(bench: Bench) -> None:
    bench.write({"a": b"a"})
    task = bench.task()
    outcome = run_sync(task, bench.messages.append)
    assert (outcome.job_id, outcome.error) == (task.job_id, None)
