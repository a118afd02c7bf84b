"""Reading a NAS copy again: it finds whatever is not as verified, and changes nothing anywhere."""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine import verify_task
from exlab_wizard.sync.engine.verify_task import run_verify
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.fence import RunLock, issue_token
from exlab_wizard.sync.tasks import ErrorClass, Progress, TaskError
from tests.support.clearing import flip, snapshot
from tests.support.engine import RUN, Bench, put

FILES = {"scan.tif": b"scan" * 5000, "stack/plane 1.raw": b"plane" * 300, "empty": b""}
CHECKSUMS, CLAIM = ".exlab-wizard/checksums.sha256", ".exlab-wizard/claim.json"


class Verified:
    """A run on the NAS; every look at it must leave staging and NAS as they were."""

    def __init__(self, root: Path) -> None:
        self.bench = Bench(root)
        self.bench.write(FILES)
        self.digest = str(self.bench.sync()["manifest_digest"])

    def look(self, digest: str | None = None) -> dict[str, Any]:
        before = [snapshot(self.bench.nas), snapshot(self.bench.staging)]
        try:
            return run_verify(self.bench.verify_task(digest or self.digest), self.bench.messages.append).data
        finally:
            assert [snapshot(self.bench.nas), snapshot(self.bench.staging)] == before

    def error(self, **more: Any) -> TaskError:
        with pytest.raises(TaskFailedError) as caught:
            self.look(**more)
        return caught.value.error

    def damaged(self) -> list[str]:
        """What is found; the counts must agree with the lists."""
        data = self.look()
        assert not data["ok"]
        paths = sorted({*data["differing"], *data["missing"]})
        assert data["damaged"] == len(paths)
        return paths


@pytest.fixture
def verified(tmp_path: Path) -> Verified:
    return Verified(tmp_path)


def test_a_copy_as_it_was_is_proven_again(verified: Verified) -> None:
    verified.bench.messages.clear()
    data = verified.look()
    total = sum(map(len, FILES.values()))
    assert (data["ok"], data["damaged"], data["differing"], data["missing"]) == (True, 0, [], [])
    assert (data["file_count"], data["byte_total"], data["bytes_read"]) == (3, total, total)
    assert data["manifest_digest"] == verified.digest
    assert data["reading"] in ("fadvise", "o_direct")
    assert {message.phase for message in verified.bench.messages} == {"verifying"}


def test_a_run_that_was_cleared_is_verified_all_the_same(verified: Verified) -> None:
    for path in FILES:
        (verified.bench.run / path).unlink()
    assert verified.look()["ok"]
    shutil.rmtree(verified.bench.run)
    assert verified.look()["ok"]


@pytest.mark.parametrize("at", [0, 7777, len(FILES["scan.tif"]) - 1])
def test_one_flipped_byte(verified: Verified, at: int) -> None:
    flip(verified.bench.nas_run / "scan.tif", at)
    assert verified.damaged() == ["scan.tif"]
    assert verified.look()["healable"]


def test_missing_shortened_and_swapped_files(verified: Verified) -> None:
    nas = verified.bench.nas_run
    (nas / "empty").unlink()
    (nas / "scan.tif").write_bytes(FILES["scan.tif"][:-1])
    (nas / "stack/plane 1.raw").rename(nas / "aside")
    (nas / "stack/plane 1.raw").symlink_to(nas / "aside")
    assert verified.damaged() == ["empty", "scan.tif", "stack/plane 1.raw"]
    assert verified.look()["extra_names"] == ["aside", "stack/plane 1.raw"]


def test_a_file_too_many_is_told_and_is_no_damage(verified: Verified) -> None:
    put(verified.bench.nas_run, {"Thumbs.db": b"x"})
    data = verified.look()
    assert (data["ok"], data["extra_names"]) == (True, ["Thumbs.db"])


def test_the_checksums_file_is_part_of_the_copy(verified: Verified) -> None:
    path = verified.bench.nas_run / CHECKSUMS
    flip(path)
    assert verified.damaged() == [CHECKSUMS]
    path.unlink()
    assert verified.damaged() == [CHECKSUMS]
    path.mkdir()
    assert verified.damaged() == [CHECKSUMS]


def test_a_copy_that_is_gone(verified: Verified) -> None:
    shutil.rmtree(verified.bench.nas_run)
    assert verified.damaged() == sorted(FILES)


def test_a_copy_that_is_not_ours_any_more(verified: Verified) -> None:
    path = verified.bench.nas_run / CLAIM
    path.write_text(json.dumps({**json.loads(path.read_text()), "station_id": "another"}))
    assert verified.damaged() == [CLAIM]
    shutil.rmtree(path.parent)
    assert verified.damaged() == [CLAIM]


def test_what_is_damaged_can_be_healed_only_while_staging_has_all_of_it(verified: Verified) -> None:
    for name in ("scan.tif", "stack/plane 1.raw"):
        flip(verified.bench.nas_run / name)
    assert verified.look()["healable"]
    (verified.bench.run / "stack/plane 1.raw").unlink()
    assert not verified.look()["healable"]


def test_many_damaged_files_are_counted_and_twenty_named(tmp_path: Path) -> None:
    verified = Verified(tmp_path)
    verified.bench.write({f"many/{number:03}": b"%d" % number for number in range(30)})
    verified.digest = verified.bench.sync(previous_digest=verified.digest)["manifest_digest"]
    shutil.rmtree(verified.bench.nas_run / "many")
    data = verified.look()
    assert (data["damaged"], len(data["missing"]), data["file_count"]) == (30, 20, 33)


def test_the_manifest_is_found_on_the_nas_when_the_state_directory_lost_it(verified: Verified) -> None:
    (path,) = (verified.bench.state_dir / "manifests").iterdir()
    path.unlink()
    assert verified.look()["ok"]
    flip(verified.bench.nas_run / "scan.tif")
    assert verified.damaged() == ["scan.tif"]
    flip(verified.bench.nas_run / CHECKSUMS)
    error = verified.error()
    assert (error.error_class, error.path) == (ErrorClass.CONFIGURATION, CHECKSUMS)


def test_a_nas_that_is_away_or_another_is_no_damage(verified: Verified) -> None:
    marker = verified.bench.nas / ".exlab-nas.json"
    text = marker.read_text()
    marker.unlink()
    assert verified.error().error_class is ErrorClass.TARGET
    marker.write_text(text)
    verified.bench.place = replace(verified.bench.place, nas_id="other")
    assert verified.error().error_class is ErrorClass.CONFIGURATION


def test_a_run_somebody_else_works_on_is_busy(verified: Verified) -> None:
    with Dir.open(verified.bench.state_dir) as state, RunLock(state, RUN):
        assert verified.error().error_class is ErrorClass.BUSY


def test_a_newer_attempt_ends_the_reading(verified: Verified, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the next second, inside a file: a person who forces a sync must not wait for a reading of hours."""
    monkeypatch.setattr(verify_task, "_FENCE_SECONDS", 0.0)
    task, superseded = verified.bench.verify_task(verified.digest), threading.Event()

    def supersede(progress: Progress) -> None:
        if not superseded.is_set():
            superseded.set()
            with Dir.open(verified.bench.state_dir) as state:
                issue_token(state, RUN, task.token + 1)

    with pytest.raises(TaskFailedError) as caught:
        run_verify(task, supersede)
    assert caught.value.error.error_class is ErrorClass.FENCED
    assert os.listdir(verified.bench.nas_run)
