"""Every condition of a clearing, broken once: refused with its own code, and not a name or byte touched."""

from __future__ import annotations

import json
import os
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.clearing import site
from exlab_wizard.clearing.checks import demand_young
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass, Place
from tests.support.clearing import ClearBench, held_open

NOW = datetime(2026, 4, 17, 12, tzinfo=UTC)


def refused(bench: ClearBench, code: str, **more: Any) -> str:
    """The refusal's message."""
    error = bench.refusal(**more)
    assert (error.error_class, error.code) == (ErrorClass.REFUSED, code)
    assert bench.pending() == []
    assert bench.events() == [], "a refusal is decided before anything is intended"
    bench.assert_nothing_lost()
    return error.message


@pytest.mark.parametrize("state", [state for state in Lifecycle if state is not Lifecycle.SYNC_VERIFIED])
def test_any_other_state(bench: ClearBench, state: Lifecycle) -> None:
    bench.write_ingest(state)
    assert str(state) in refused(bench, "staging_not_sync_verified")


def test_no_ingest(bench: ClearBench) -> None:
    (bench.run_control / "ingest.json").unlink()
    refused(bench, "staging_not_sync_verified")


def test_no_control_folder(bench: ClearBench) -> None:
    shutil.rmtree(bench.run_control)
    error = bench.refusal()
    assert error.code == "staging_not_sync_verified"


TORN = [b"", b"{", b"[]", b"{}", b'{"schema_version": "1.1", "current_state": 7}', b"[" * 9999]


@pytest.mark.parametrize("text", TORN)
def test_a_torn_ingest(bench: ClearBench, text: bytes) -> None:
    (bench.run_control / "ingest.json").write_bytes(text)
    refused(bench, "ingest_unreadable")


def test_an_ingest_that_is_a_link(bench: ClearBench, tmp_path: Path) -> None:
    (bench.run_control / "ingest.json").rename(tmp_path / "elsewhere.json")
    (bench.run_control / "ingest.json").symlink_to(tmp_path / "elsewhere.json")
    refused(bench, "ingest_unreadable")


def test_an_ingest_that_is_a_fifo(bench: ClearBench) -> None:
    (bench.run_control / "ingest.json").unlink()
    os.mkfifo(bench.run_control / "ingest.json")
    refused(bench, "ingest_unreadable")


def test_an_ingest_of_another_major(bench: ClearBench) -> None:
    _edit_ingest(bench, schema_version="2.0")
    refused(bench, "schema_major_mismatch")


def test_an_ingest_of_another_run(bench: ClearBench) -> None:
    _edit_ingest(bench, run_path="CONFOCAL_01/Other/Runs/Run_2026-04-17T14-32")
    refused(bench, "staging_not_sync_verified")


def _edit_ingest(bench: ClearBench, **changed: Any) -> None:
    path = bench.run_control / "ingest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


def test_another_manifest_than_the_one_proven(bench: ClearBench) -> None:
    refused(bench, "nas_copy_not_proven", manifest_digest="0" * 64)


def test_a_lost_or_damaged_manifest(bench: ClearBench) -> None:
    (path,) = (bench.state_dir / "manifests").iterdir()
    path.write_bytes(path.read_bytes().replace(b'"', b"'", 1))
    refused(bench, "nas_copy_not_proven")
    path.unlink()
    refused(bench, "nas_copy_not_proven")


@pytest.mark.parametrize("proven_at", ["", "yesterday", "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_an_old_or_future_proof(bench: ClearBench, proven_at: str) -> None:
    refused(bench, "nas_copy_not_proven", proven_at=proven_at)


@pytest.mark.parametrize(("age_hours", "good"), [(0, True), (23.9, True), (24.1, False), (-0.001, False)])
def test_the_age_of_a_proof(age_hours: float, good: bool) -> None:
    at = (NOW - timedelta(hours=age_hours)).isoformat()
    if good:
        demand_young(at, NOW, 24)
    else:
        with pytest.raises(TaskFailedError):
            demand_young(at, NOW, 24)


def test_a_new_file(bench: ClearBench) -> None:
    bench.write({"stack/new.raw": b"new"})
    assert "stack/new.raw" in refused(bench, "run_changed_since_verified")


def test_a_changed_file(bench: ClearBench) -> None:
    bench.write({"frame_0001.tif": b"ONE" * 1000})
    assert "frame_0001.tif" in refused(bench, "run_changed_since_verified")


def test_a_resized_file(bench: ClearBench) -> None:
    with (bench.run / "frame_0001.tif").open("ab") as file:
        file.write(b"x")
    refused(bench, "run_changed_since_verified")


def test_a_change_with_size_and_time_as_before(bench: ClearBench) -> None:
    path = bench.run / "frame_0001.tif"
    info = path.stat()
    path.write_bytes(b"ONE" * 1000)
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
    refused(bench, "run_changed_since_verified")


def test_a_new_empty_folder(bench: ClearBench) -> None:
    (bench.run / "new folder").mkdir()
    assert "new folder" in refused(bench, "run_changed_since_verified")


def test_a_nested_control_folder_is_data(bench: ClearBench) -> None:
    bench.write({"stack/.exlab-wizard/late.json": b"late"})
    assert "stack/.exlab-wizard/late.json" in refused(bench, "run_changed_since_verified")


def test_odd_entries(bench: ClearBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bench.run / "link").symlink_to("frame_0001.tif")
    os.mkfifo(bench.run / "stack/fifo")
    monkeypatch.chdir(bench.run)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        message = refused(bench, "not_permitted")
    assert all(name in message for name in ("link", "stack/fifo", "socket"))


def test_a_file_open_for_writing(bench: ClearBench) -> None:
    with held_open(bench.run / "stack/deep/plane 1.raw"):
        message = refused(bench, "run_busy")
    assert "plane 1.raw" in message
    assert bench.cleared()["files_freed"] == len(bench.files)


@pytest.mark.parametrize("depth", range(4))
def test_a_link_on_the_way_to_the_run(bench: ClearBench, tmp_path: Path, depth: int) -> None:
    part = bench.staging.joinpath(*bench.run.relative_to(bench.staging).parts[: depth + 1])
    part.rename(tmp_path / "real")
    part.symlink_to(tmp_path / "real")
    error = bench.refusal()
    assert error.code == "not_permitted"


def test_a_control_folder_that_is_a_link(bench: ClearBench, tmp_path: Path) -> None:
    bench.run_control.rename(tmp_path / "real")
    bench.run_control.symlink_to(tmp_path / "real")
    assert bench.refusal().code == "not_permitted"


def test_folders_that_may_not_be_changed(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may do everything, so the question is answered for it here; the answer's use is what is tested."""
    real = os.access
    forbidden = {(bench.run / "stack").stat().st_ino}

    def access(path: str, mode: int, *, dir_fd: int, **more: Any) -> bool:
        return os.fstat(dir_fd).st_ino not in forbidden and real(path, mode, dir_fd=dir_fd, **more)

    monkeypatch.setattr(site.os, "access", access)
    assert "stack" in refused(bench, "not_permitted")
    forbidden = {bench.run_control.stat().st_ino}
    assert ".exlab-wizard" in refused(bench, "not_permitted")


def test_a_run_that_is_not_there(bench: ClearBench, tmp_path: Path) -> None:
    bench.run.rename(tmp_path / "elsewhere")
    assert bench.error().code == "run_not_found"


def test_staging_that_is_not_marked_or_anothers(bench: ClearBench) -> None:
    other = Place(**{**_fields(bench.place), "station_id": "another-station"})
    refused(bench, "staging_unavailable", place=other)
    (bench.staging / ".exlab-wizard/station.json").unlink()
    refused(bench, "staging_unavailable")


def _fields(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in Place.__slots__}


def test_a_file_missing_on_the_nas(bench: ClearBench) -> None:
    (bench.nas_run / "stack/deep/plane 1.raw").rename(bench.nas / "plane")
    message = bench.refusal()
    assert message.code == "nas_copy_not_proven"
    assert message.path == "stack/deep/plane 1.raw"


def test_a_file_shorter_on_the_nas(bench: ClearBench) -> None:
    (bench.nas_run / "frame_0001.tif").write_bytes(b"short")
    assert bench.refusal().path == "frame_0001.tif"


def test_a_file_that_became_a_link_on_the_nas(bench: ClearBench) -> None:
    """The link is as long as the file, and leads to the local file that would go."""
    path = bench.nas_run / "stack/.exlab-wizard/nested.json"
    path.unlink()
    path.symlink_to("x" * len(bench.files["stack/.exlab-wizard/nested.json"]))
    assert "regular file" in refused(bench, "nas_copy_not_proven")


def test_a_run_missing_or_anothers_on_the_nas(bench: ClearBench) -> None:
    claim = bench.control / "claim.json"
    claim.write_text(claim.read_text().replace(bench.place.station_id, "another-station"))
    refused(bench, "nas_copy_not_proven")
    bench.nas_run.rename(bench.nas / "away")
    assert bench.refusal().code == "nas_copy_not_proven"


def test_the_nas_not_there(bench: ClearBench) -> None:
    (bench.nas / ".exlab-nas.json").rename(bench.nas / "unmarked")
    error = bench.refusal()
    assert (error.error_class, error.code) == (ErrorClass.TARGET, "nas_unavailable")


def test_another_nas(bench: ClearBench) -> None:
    error = bench.refusal(place=Place(**{**_fields(bench.place), "nas_id": "another-nas"}))
    assert (error.error_class, error.code) == (ErrorClass.CONFIGURATION, "nas_unavailable")


def test_a_nas_that_is_the_staging_run_itself(bench: ClearBench) -> None:
    """The NAS copy and the local files are one: nothing may go, whatever the settings allow."""
    same = Place(**{**_fields(bench.place), "nas_root": str(bench.staging)})
    (bench.staging / ".exlab-nas.json").write_bytes((bench.nas / ".exlab-nas.json").read_bytes())
    error = bench.refusal(place=same)
    assert error.error_class is ErrorClass.CONFIGURATION


def test_a_run_somebody_else_works_on(bench: ClearBench) -> None:
    from exlab_wizard.fsys import Dir
    from exlab_wizard.sync.fence import RunLock
    from tests.support.engine import RUN

    with Dir.open(bench.state_dir) as state, RunLock(state, RUN):
        error = bench.refusal()
    assert (error.error_class, error.code) == (ErrorClass.BUSY, "run_busy")


def test_a_platform_without_safe_deletion(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "deletion_is_safe_here", lambda: False)
    refused(bench, "not_permitted")


def test_a_file_system_without_exclusive_renames(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    from exlab_wizard import fsys

    monkeypatch.setattr(fsys, "_renameat2", lambda *names: False)
    error = bench.error()
    assert error.code == "not_permitted"
    assert bench.local_data() == bench.files
