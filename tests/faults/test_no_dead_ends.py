"""What a hostile reading found: runs that no word and no restart brought forward, and endings nobody had proven."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.sync.engine import compare
from tests.support.driver import Driver, arrive, inline
from tests.support.lab import SENTINEL
from tests.support.life import FILES, Life
from tests.support.seam import Seam


@pytest.fixture
def life(quick_path: Path) -> Life:
    return Life(quick_path)


@pytest.fixture
def driver(life: Life) -> Iterator[Driver]:
    with inline(), Driver(life.lab.config) as one:
        yield one


def add(life: Life, name: str, data: bytes) -> None:
    """A late file, told to the judge."""
    life.promise.wrote(name, data)
    (life.folder / name).write_bytes(data)


def test_late_data_after_a_failed_sync_are_synced(life: Life, driver: Driver) -> None:
    theirs = life.lab.nas / life.run / "frame 1.tif"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"somebody else's")
    driver.settle(rounds=4)
    assert driver.run(life.run).job.state == "failed"  # type: ignore[union-attr]
    add(life, "late.tif", b"late")
    driver.settle(rounds=4)
    theirs.unlink()
    driver.force(life.run)
    assert driver.settle(lambda: driver.verified(life.run), rounds=10)
    assert (life.lab.nas / life.run / "late.tif").read_bytes() == b"late"
    life.check("late data")


def test_a_disk_that_refuses_a_flush_once_is_not_believed_the_second_time(life: Life, driver: Driver) -> None:
    """fsync says EIO once; the kernel has thrown the bytes away, and the next one says that all is well."""
    with Seam({"data": life.folder / "stack"}, "fsync", 1, errno.EIO):
        driver.settle(rounds=4)
    driver.settle(rounds=6)
    row = driver.core.rows.row(driver.run(life.run))  # type: ignore[arg-type]
    assert (row.current_state, row.display_state, row.needs_attention) == ("staging", "Failed", True)
    assert "did not take its bytes" in row.why
    driver.force(life.run)  # on a person's word
    assert driver.settle(lambda: driver.verified(life.run), rounds=10)


def test_new_bytes_after_a_refused_flush_are_believed_again(life: Life, driver: Driver) -> None:
    with Seam({"data": life.folder / "stack"}, "fsync", 1, errno.EIO):
        driver.settle(rounds=4)
    add(life, "stack/plane 2.raw", b"pushed again")
    assert driver.settle(lambda: driver.verified(life.run), rounds=10)


def test_a_holding_folder_that_somebody_put_a_file_into_hides_no_late_data(life: Life, driver: Driver) -> None:
    arrive(driver, life.run)
    left = life.folder / ".exlab-wizard" / "clearing-abc123"
    left.mkdir()
    (left / "Thumbs.db").write_bytes(b"an explorer's")
    add(life, "late.tif", b"late")
    add(life, SENTINEL, b"")
    assert driver.settle(lambda: driver.verified(life.run), rounds=12)
    assert not left.exists()
    assert (life.lab.nas / life.run / "late.tif").read_bytes() == b"late"
    life.check("late data")


def test_an_empty_holding_folder_is_no_proof_that_anything_was_cleared(life: Life, driver: Driver) -> None:
    """Somebody moved the data back by hand, or planted the folder: nothing is told as cleared."""
    driver.settle(lambda: driver.verified(life.run), rounds=10)
    left = life.folder / ".exlab-wizard" / "clearing-abc123"
    left.mkdir()
    digest = driver.run(life.run).durable.proof.manifest_digest  # type: ignore[union-attr]
    planned = {"run_path": life.run, "manifest_digest": digest, "files": 999, "bytes": 1, "by": "mallory", "at": "x"}
    (left / "unlinking.json").write_text(json.dumps(planned))
    driver.settle(rounds=10)
    ledger = (life.lab.staging / ".exlab-wizard" / "receipts.jsonl").read_text()
    assert '"event":"cleared"' not in ledger
    assert driver.verified(life.run)
    assert (life.folder / "frame 1.tif").exists()
    life.check("planted")


def test_a_listing_that_names_a_file_twice_does_not_hide_another(
    life: Life, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = compare.walk

    def twice(folder: object) -> Iterator[object]:
        for entry in real(folder):  # type: ignore[arg-type]
            if entry.path == "stack/plane 2.raw":
                continue
            yield entry
            if entry.path == "frame 1.tif":
                yield entry

    monkeypatch.setattr(compare, "walk", twice)
    driver.settle(rounds=6)
    assert driver.state(life.run) == "sync_queued"
    assert "not listed on the NAS" in driver.core.rows.row(driver.run(life.run)).why  # type: ignore[arg-type]


def test_a_nas_too_full_for_one_run_lets_the_others_be_cleared(life: Life, driver: Driver) -> None:
    driver.settle(lambda: driver.verified(life.run), rounds=10)
    driver.core.targets.lost(str(life.lab.nas), "No room for BIG.", full=True, wanted_bytes=1 << 60)
    assert driver.clear(life.run).files_freed == 4
    shutil.rmtree(life.folder, ignore_errors=True)


def test_a_stray_file_that_came_and_went_after_clearing_leaves_the_way_back(life: Life, driver: Driver) -> None:
    arrive(driver, life.run)
    stray = life.folder / "stray.txt"
    stray.write_text("a clumsy hand")
    driver.settle(lambda: driver.state(life.run) == "staging", rounds=4)
    stray.unlink()
    driver.settle(rounds=3)
    row = driver.core.rows.row(driver.run(life.run))  # type: ignore[arg-type]
    assert str(life.lab.nas / life.run) in row.why and "restore" in row.actions
    driver.leader.commands.restore(life.run, "kim")
    assert driver.settle(lambda: driver.verified(life.run), rounds=12)
    assert (life.folder / "stack/plane 2.raw").read_bytes() == FILES["stack/plane 2.raw"]
    life.check("restored")
    assert driver.clear(life.run).files_freed == 4


def test_a_folder_with_nothing_but_a_verified_past_may_go(life: Life, driver: Driver) -> None:
    arrive(driver, life.run)
    (life.folder / "stray.txt").write_text("a clumsy hand")
    driver.settle(lambda: driver.state(life.run) == "staging", rounds=4)
    (life.folder / "stray.txt").unlink()
    driver.settle(rounds=3)
    shutil.rmtree(life.folder)
    driver.settle(rounds=3)
    row = driver.core.rows.row(driver.run(life.run))  # type: ignore[arg-type]
    assert not row.needs_attention and "vanished" not in row.why
