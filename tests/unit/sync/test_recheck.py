from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine.recheck import run_recheck
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.fence import RunLock
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.engine import RUN, Bench

FILES = {"a": b"aaa", "deep/b": b"bbb", "c": b""}


class Verified:
    """A verified run and its recheck."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.bench.write(FILES)
        self.digest = self.bench.sync()["manifest_digest"]

    def recheck(self) -> dict[str, Any]:
        return run_recheck(self.bench.recheck_task(self.digest), self.bench.messages.append).data


@pytest.fixture
def verified(tmp_path: Path) -> Verified:
    return Verified(Bench(tmp_path))


def test_an_untouched_run_is_unchanged_and_nothing_is_read(verified: Verified, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exlab_wizard.sync.engine.recheck.hash_source", None)
    assert verified.recheck() == {"changed": [], "fingerprint": verified.bench.fingerprint()}


def test_other_times_modes_and_inodes_only_refresh_the_record(verified: Verified) -> None:
    run = verified.bench.run
    os.utime(run / "a", ns=(1, 1))
    (run / "deep/b").chmod(0o600)
    shutil.copy(run / "c", run / "c.new")
    (run / "c.new").rename(run / "c")
    assert verified.recheck() == {"changed": [], "fingerprint": verified.bench.fingerprint()}
    records = verified.bench.records().entries
    assert (records["a"].mtime_ns, records["c"].inode) == (1, (run / "c").stat().st_ino)
    assert all(record.published for record in records.values())


def test_new_missing_resized_and_different_files_are_changed(verified: Verified) -> None:
    run = verified.bench.run
    verified.bench.write({"new": b"", "a": b"resized", "deep/b": b"BBB"})
    (run / "c").unlink()
    assert sorted(verified.recheck()["changed"]) == ["a", "c", "deep/b", "new"]


def test_an_odd_entry_is_a_change(verified: Verified) -> None:
    (verified.bench.run / "link").symlink_to("a")
    assert verified.recheck()["changed"] == ["link"]


def test_a_file_in_the_runs_control_folder_is_no_change(verified: Verified) -> None:
    verified.bench.write({".exlab-wizard/notes": b"x"})
    assert verified.recheck()["changed"] == []


def test_what_was_gone_at_the_last_verification_is_not_missed(verified: Verified) -> None:
    (verified.bench.run / "c").unlink()
    assert verified.recheck()["changed"] == ["c"]
    verified.digest = verified.bench.sync(previous_digest=verified.digest)["manifest_digest"]
    assert verified.recheck()["changed"] == []
    verified.bench.write({"c": FILES["c"]})
    assert verified.recheck()["changed"] == []


def test_a_file_copied_after_the_proof_but_never_proven_is_changed(
    verified: Verified, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attempt that copied a new version and then failed must not make that version count as verified."""
    verified.bench.write({"a": b"AAA"})

    def fail(*args: object) -> None:
        raise TaskFailedError(ErrorClass.TARGET, "gone")

    monkeypatch.setattr("exlab_wizard.sync.engine.sync_task._verify", fail)
    assert verified.bench.sync_error(previous_digest=verified.digest).error_class is ErrorClass.TARGET
    assert verified.recheck()["changed"] == ["a"]


def test_a_lost_manifest_never_reads_as_unchanged(verified: Verified) -> None:
    shutil.rmtree(verified.bench.state_dir / "manifests")
    assert verified.recheck()["changed"] == [".exlab-wizard/checksums.sha256"]


def test_lost_records_never_read_as_unchanged(verified: Verified) -> None:
    shutil.rmtree(verified.bench.state_dir / "records")
    assert verified.recheck()["changed"] == ["a", "c", "deep/b"]


def test_a_run_somebody_works_on_is_busy(verified: Verified) -> None:
    with Dir.open(verified.bench.state_dir) as state, RunLock(state, RUN), pytest.raises(TaskFailedError) as caught:
        verified.recheck()
    assert caught.value.error.error_class is ErrorClass.BUSY


def test_a_vanished_run_is_a_change_and_no_crash(verified: Verified) -> None:
    shutil.rmtree(verified.bench.run)
    with pytest.raises(TaskFailedError) as caught:
        verified.recheck()
    assert caught.value.error.error_class is ErrorClass.CHANGED
