"""What a restore brings back, what it refuses, and that it never writes over anything."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.restoring import fetch
from exlab_wizard.restoring import restore as restoring
from exlab_wizard.restoring.survey import Piece
from exlab_wizard.runs.scan import Identity, identity_of
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.sync.engine.stream import Digest
from exlab_wizard.sync.engine.verify import ColdHash, Reading
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.engine import put
from tests.support.restoring import RestoreBench

ODD = {
    "a\nline.txt": b"newline",
    " leading space": b"space",
    "back\\slash": b"backslash",
    "-": b"dash",
    "seperator\u2028": b"u2028",
    "caf\udce9.raw": b"not utf-8",
    "n" * 255: b"long",
    "deep/" * 20 + "file": b"deep",
    "empty.flag": b"",
    "restoring-0123456789abcdef/0": b"data, and no folder of ours",
    "stack/.exlab-wizard/ingest.json": b"nested: data like any other",
}


@pytest.fixture
def bench(tmp_path: Path) -> RestoreBench:
    made = RestoreBench(tmp_path)
    made.clear_all()
    return made


def test_everything_comes_back_as_it_was(bench: RestoreBench) -> None:
    data = bench.restore()
    bench.assert_as_before()
    assert (data["files_restored"], data["files_adopted"], data["files_extra"]) == (len(bench.files), 0, 0)
    assert data["bytes_restored"] == sum(map(len, bench.files.values()))
    assert data["manifest_digest"] == bench.verified["manifest_digest"]
    assert data["fingerprint"] == bench.scanned().fingerprint
    assert {message.phase for message in bench.messages} >= {"restoring"}


def test_odd_names_modes_times_and_empty_folders(tmp_path: Path) -> None:
    bench = RestoreBench(tmp_path, ODD)
    for folder in ("empty", "outer/inner empty", "a\nfolder"):
        (bench.run / folder).mkdir(parents=True)
    for number, path in enumerate(ODD):
        os.chmod(bench.run / path, 0o400 + number)
        os.utime(bench.run / path, ns=(10**18, 10**18 + number))
    bench.clear_all()
    bench.restore()
    bench.assert_as_before()


def test_a_file_nobody_may_read_on_the_nas_is_readable_here(bench: RestoreBench) -> None:
    path = next(iter(bench.files))
    os.chmod(bench.nas_run / path, 0o040)
    bench.restore()
    assert (bench.run / path).stat().st_mode & 0o777 == 0o440


def test_it_can_be_cleared_again_without_reading_staging(bench: RestoreBench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.restore()
    bench.write_ingest(Lifecycle.SYNC_VERIFIED)
    records = bench.records().entries
    assert {path: records[path].identity for path in bench.files} == identities(bench.run, bench.files)
    monkeypatch.setattr("exlab_wizard.clearing.checks.digest_stream", no_reading)
    assert bench.cleared()["files_freed"] == len(bench.files)


def identities(run: Path, paths: dict[str, bytes]) -> dict[str, Identity]:
    return {path: identity_of((run / path).lstat()) for path in paths}


def no_reading(*_: object) -> None:
    raise AssertionError("a restored file was hashed again")


def test_the_run_s_folder_may_be_gone_altogether(bench: RestoreBench) -> None:
    (bench.control / "creation.json").write_bytes(b'{"schema_version": "1.8"}')
    bench.lose_folder()
    bench.restore()
    bench.assert_as_before()
    assert b"sync_verified" in (bench.run_control / "ingest.json").read_bytes()
    assert (bench.run_control / "creation.json").read_bytes() == b'{"schema_version": "1.8"}'
    sums = (bench.run_control / "checksums.sha256").read_bytes()
    assert sums == (bench.control / "checksums.sha256").read_bytes()


def test_the_manifest_is_found_on_the_nas_when_the_state_directory_lost_it(bench: RestoreBench) -> None:
    for path in (bench.state_dir / "manifests").iterdir():
        path.unlink()
    bench.restore()
    bench.assert_as_before()
    bench.write_ingest(Lifecycle.SYNC_VERIFIED)
    assert bench.cleared()["files_freed"] == len(bench.files)


def test_a_lost_manifest_is_told(bench: RestoreBench) -> None:
    error = bench.restore_error(manifest_digest="0" * 64)
    assert error.error_class is ErrorClass.REFUSED and "checksums.sha256" in error.message
    assert bench.local_data() == {} and bench.restoring_folders() == []


def test_extra_files_on_the_nas_are_counted_and_stay_there(bench: RestoreBench) -> None:
    put(bench.nas_run, {"stack/Thumbs.db": b"x", "@eaDir/thumbnail": b"y"})
    assert bench.restore()["files_extra"] == 2
    bench.assert_as_before()


@pytest.mark.parametrize("same_size", [True, False])
def test_wrong_bytes_on_the_nas_put_nothing_into_staging(bench: RestoreBench, same_size: bool) -> None:
    size = len(bench.files["frame_0002.tif"]) - (not same_size)
    (bench.nas_run / "frame_0002.tif").write_bytes(b"r" * size)
    error = bench.restore_error()
    assert error.error_class is ErrorClass.HASH_MISMATCH and error.path == "frame_0002.tif"
    assert "frame_0002.tif" in error.message and "NAS copy is damaged" in error.message
    assert bench.local_data() == {} and bench.restoring_folders() == []


def test_a_missing_file_or_copy_is_damage(bench: RestoreBench) -> None:
    (bench.nas_run / "stack/deep/plane 1.raw").unlink()
    error = bench.restore_error()
    assert (error.error_class, error.path) == (ErrorClass.HASH_MISMATCH, "stack/deep/plane 1.raw")
    bench.nas_run.rename(bench.nas / "elsewhere")
    assert bench.restore_error().error_class is ErrorClass.HASH_MISMATCH
    assert bench.local_data() == {}


def test_a_link_on_the_nas_is_never_followed(bench: RestoreBench, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(bench.files["frame_0001.tif"])
    (bench.nas_run / "frame_0001.tif").unlink()
    (bench.nas_run / "frame_0001.tif").symlink_to(secret)
    assert bench.restore_error().path == "frame_0001.tif"


def test_equal_bytes_already_here_are_adopted(bench: RestoreBench) -> None:
    put(bench.run, {"frame_0001.tif": bench.files["frame_0001.tif"]})
    inode = (bench.run / "frame_0001.tif").stat().st_ino
    assert bench.restore()["files_adopted"] == 1
    assert bench.local_data() == bench.files
    assert (bench.run / "frame_0001.tif").stat().st_ino == inode


@pytest.mark.parametrize("other", [b"one" * 999 + b"two", b"short"])
def test_other_bytes_already_here_are_never_overwritten(bench: RestoreBench, other: bytes) -> None:
    put(bench.run, {"frame_0001.tif": other})
    error = bench.restore_error()
    assert (error.error_class, error.code) == (ErrorClass.REFUSED, "run_changed_since_verified")
    assert error.path == "frame_0001.tif" and "not overwritten" in error.message
    assert bench.local_data() == {"frame_0001.tif": other} and bench.restoring_folders() == []


@pytest.mark.parametrize("kind", ["file", "link"])
def test_something_where_a_folder_belongs_is_refused(bench: RestoreBench, kind: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    if kind == "file":
        (bench.run / "stack").write_bytes(b"")
    else:
        (bench.run / "stack").symlink_to(outside)
    error = bench.restore_error()
    assert error.code == "run_changed_since_verified" and "stack" in error.path
    assert list(outside.iterdir()) == []


def test_a_name_taken_while_files_are_being_fetched(bench: RestoreBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The instrument pushes on meanwhile: equal bytes are adopted, others stand; what was published stays, proven."""
    taken = {"frame_0001.tif": bench.files["frame_0001.tif"], "frame_0002.tif": b"newer"}
    real = restoring.make_folders

    def then_push(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        put(bench.run, taken)

    monkeypatch.setattr(restoring, "make_folders", then_push)
    error = bench.restore_error()
    assert error.path == "frame_0002.tif" and error.code == "run_changed_since_verified"
    left = bench.local_data()
    assert left["frame_0002.tif"] == b"newer" and bench.restoring_folders() == []
    assert all(bench.files[path] == data for path, data in left.items() if path != "frame_0002.tif")
    bench.assert_nothing_lost()


def test_a_file_that_comes_meanwhile_is_not_part_of_the_restored_tree(
    bench: RestoreBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = restoring.settle_folders

    def then_push(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        put(bench.run, {"late.tif": b"late"})
        (bench.run / "frame_0001.tif").write_bytes(b"ONE" * 1000)

    monkeypatch.setattr(restoring, "settle_folders", then_push)
    data = bench.restore()
    assert data["fingerprint"] != bench.scanned().fingerprint
    record = bench.records().entries["frame_0001.tif"]
    assert record.identity != identities(bench.run, {"frame_0001.tif": b""})["frame_0001.tif"]


def test_no_room_is_told_before_anything_is_written(bench: RestoreBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "free_bytes", lambda folder: 1000)
    error = bench.restore_error()
    assert error.error_class is ErrorClass.REFUSED and "no room" in error.message
    assert bench.local_data() == {} and bench.restoring_folders() == []


def test_holes_come_back_as_holes_and_are_no_room_to_demand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = RestoreBench(tmp_path, {"frame.tif": b"frame"})
    with (bench.run / "sparse.raw").open("wb") as file:
        file.truncate(100 << 20)
        file.seek(50 << 20)
        file.write(os.urandom(1 << 20))
    bench.clear_all()
    monkeypatch.setattr(restoring, "free_bytes", lambda folder: 8 << 20)
    assert "no room" in bench.restore_error().message, "16 MiB are kept free all the same"
    monkeypatch.setattr(restoring, "free_bytes", lambda folder: 20 << 20)
    bench.restore()
    bench.assert_as_before()
    assert (bench.run / "sparse.raw").stat().st_blocks * 512 < 2 << 20


def test_a_right_that_is_missing_is_told(bench: RestoreBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exlab_wizard.restoring.site.may_change", lambda folder: False)
    assert bench.restore_error().code == "not_permitted"
    assert bench.local_data() == {}


def test_an_older_attempt_gives_no_name(bench: RestoreBench) -> None:
    task = bench.restore_task()
    bench.next_token()
    error = bench.restore_error(token=task.token)
    assert error.error_class is ErrorClass.FENCED
    assert bench.local_data() == {}


def test_another_nas_or_another_claim_is_refused(bench: RestoreBench) -> None:
    claim = bench.control / "claim.json"
    claim.write_text(claim.read_text().replace(bench.place.station_id, "another"))
    assert bench.restore_error().error_class is ErrorClass.CONFLICT
    (bench.nas / ".exlab-nas.json").unlink()
    assert bench.restore_error().error_class is ErrorClass.TARGET
    assert bench.local_data() == {}


def test_a_clearing_that_was_cut_short_comes_first(bench: RestoreBench) -> None:
    put(bench.run_control, {"clearing-c99/data/frame_0001.tif": bench.files["frame_0001.tif"]})
    assert bench.restore_error().code == "run_busy"
    assert bench.local_data() == {}


def test_what_other_restores_left_is_swept(bench: RestoreBench) -> None:
    put(bench.run_control, {"restoring-00000000deadbeef/7": b"half", "restoring-by-hand/7": b"somebody's"})
    bench.restore()
    assert [folder.name for folder in bench.restoring_folders()] == ["restoring-by-hand"]


def test_a_sync_sweeps_what_a_restore_left(tmp_path: Path) -> None:
    bench = RestoreBench(tmp_path)
    put(bench.run_control, {"restoring-00000000deadbeef/7": b"half"})
    bench.verify()
    assert bench.restoring_folders() == [] and not list(bench.control.glob("restoring-*"))


def test_what_was_fetched_is_not_fetched_again(bench: RestoreBench) -> None:
    """Half of a killed attempt's work, one file of it damaged."""
    names = sorted(bench.files, key=os.fsencode)
    folder = bench.run_control / f"restoring-{bench.verified['manifest_digest'][:16]}"
    put(folder, {str(names.index("frame_0001.tif")): bench.files["frame_0001.tif"]})
    put(folder, {str(names.index("frame_0002.tif")): b"t" * len(bench.files["frame_0002.tif"])})
    inode = (folder / str(names.index("frame_0001.tif"))).stat().st_ino
    bench.restore()
    assert bench.local_data() == bench.files and bench.restoring_folders() == []
    assert (bench.run / "frame_0001.tif").stat().st_ino == inode


def test_what_the_disk_does_not_give_back_is_copied_once_more(
    bench: RestoreBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, lies = fetch.hash_cold, [1]

    def lying(*args: object) -> ColdHash:
        found = real(*args)  # type: ignore[arg-type]
        return found._replace(sha256="0" * 64) if lies and lies.pop() else found

    monkeypatch.setattr(fetch, "hash_cold", lying)
    bench.restore()
    assert bench.local_data() == bench.files


def test_a_disk_that_gives_other_bytes_back_publishes_nothing(
    bench: RestoreBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "hash_cold", lambda *args: ColdHash(0, "0" * 64, Reading.FADVISE))
    error = bench.restore_error()
    assert error.error_class is ErrorClass.SOURCE_IO and "staging disk" in error.message
    assert bench.local_data() == {}


@pytest.mark.parametrize("call", ["fsync", "write"])
@pytest.mark.parametrize(("number", "times", "ends"), [(5, 1, ""), (5, 2, "source_io"), (28, 1, "refused")])
def test_a_disk_that_fails_while_a_file_is_written(
    bench: RestoreBench, monkeypatch: pytest.MonkeyPatch, call: str, number: int, times: int, ends: str
) -> None:
    """EIO: the copy is thrown away and made again, once. ENOSPC: refused with a sentence, nothing is left."""
    failing = Failing(fetch.os, call, number, times)
    monkeypatch.setattr(fetch, "_fill", failing.around(fetch._fill))
    monkeypatch.setattr(fetch.os, call, failing)
    if not ends:
        bench.restore()
        bench.assert_as_before()
        return
    error = bench.restore_error()
    assert error.error_class == ends and error.path and bench.local_data() == {}
    if ends == "refused":
        assert "full" in error.message and bench.restoring_folders() == []


class Failing:
    """One call of the os module that fails so many times, only while the data of one file are being written."""

    def __init__(self, module: Any, name: str, number: int, times: int) -> None:
        self.real, self.number, self.left, self.path = getattr(module, name), number, times, ""
        self._here = threading.local()

    def around(self, fill: Callable[..., Digest]) -> Callable[..., Digest]:
        def filled(fd: int, piece: Piece, *more: Any) -> Digest:
            self.path = self.path or (piece.path if piece.entry.size else "")
            self._here.armed = piece.path == self.path
            try:
                return fill(fd, piece, *more)
            finally:
                self._here.armed = False

        return filled

    def __call__(self, *args: Any) -> Any:
        if getattr(self._here, "armed", False) and self.left:
            self.left -= 1
            raise OSError(self.number, os.strerror(self.number))
        return self.real(*args)
