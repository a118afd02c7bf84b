"""The last reading: what the NAS holds at the moment of clearing decides, not what it held when it was verified."""

from __future__ import annotations

import random
import time

import pytest

from exlab_wizard.clearing import checks, proof
from tests.support.clearing import ClearBench, data_below, flip
from tests.support.crash import dies_at
from tests.support.warm import mapped, refuse_direct_reads

CHECKSUMS = ".exlab-wizard/checksums.sha256"


def test_a_flipped_byte_of_any_file_refuses_naming_it(bench: ClearBench) -> None:
    for path in (path for path, data in bench.files.items() if data):
        flip(bench.nas_run / path)
        error = bench.refusal()
        assert (error.code, error.path) == ("nas_copy_not_proven", path)
        flip(bench.nas_run / path)
    assert bench.cleared()["files_freed"] == len(bench.files)


def test_a_flip_anywhere_in_a_file_is_seen(bench: ClearBench) -> None:
    dice, path = random.Random(3), bench.nas_run / "frame_0002.tif"
    for _ in range(20):
        at = dice.randrange(path.stat().st_size)
        flip(path, at)
        assert bench.error().path == "frame_0002.tif"
        flip(path, at)


def test_the_receipts_say_how_it_was_read(bench: ClearBench) -> None:
    bench.cleared()
    assert {entry["reading"] for entry in bench.ledger()} <= {"contents now, fadvise", "contents now, o_direct"}


def test_without_the_reading_the_older_proof_counts_and_is_told(bench: ClearBench) -> None:
    task = bench.clear_task(reread=False)
    flip(bench.nas_run / "frame_0001.tif")
    bench.run_to_its_end(task)
    assert bench.ledger()[0]["reading"] == f"sizes now, contents proven {task.proven_at}"


@pytest.mark.parametrize("reread", [True, False])
def test_a_nas_rolled_back_has_other_checksums(bench: ClearBench, reread: bool) -> None:
    """All files at their sizes, but the commit marker is not the one that was verified, or is not there."""
    path = bench.nas_run / CHECKSUMS
    new = path.read_bytes()
    for old in (new.splitlines(keepends=True)[0], b"", None):
        path.unlink() if old is None else path.write_bytes(old)
        error = bench.refusal(reread=reread)
        assert (error.code, error.path) == ("nas_copy_not_proven", CHECKSUMS)
    path.write_bytes(new)
    assert bench.cleared(reread=reread)["files_freed"] == len(bench.files)


def test_the_minute_of_a_proof_begins_when_the_reading_ends(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[float] = []
    made: list[proof.ClearProof] = []

    def read(*args: object) -> str:
        reading = checks.demand_nas_contents(*args)  # type: ignore[arg-type]
        ended.append(time.monotonic())
        return reading

    def keep(*args: object) -> proof.ClearProof:
        made.append(proof.prove(*args))  # type: ignore[arg-type]
        return made[0]

    monkeypatch.setattr(proof, "demand_nas_contents", read)
    monkeypatch.setattr("exlab_wizard.clearing.clear.prove", keep)
    bench.cleared()
    assert made[0].valid_until >= ended[0] + proof.PROOF_SECONDS


def test_a_recovery_looks_at_the_checksums_too(bench: ClearBench) -> None:
    task = bench.clear_task(clearing_id="abc")
    assert dies_at(36, lambda: bench.run_to_its_end(task))
    flip(bench.nas_run / CHECKSUMS)
    data = bench.cleared(recover=True)
    assert data["partial"]
    assert "checksums" in data["why"]
    bench.assert_nothing_lost()
    assert bench.local_data()


def test_what_only_memory_gave_back_is_no_licence_and_no_damage(
    bench: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_direct_reads(monkeypatch)
    with mapped(bench.nas_run / "frame_0001.tif"):
        assert bench.verify()["reading"] == "warm", "verified, and it is said how"
        error = bench.refusal()
        assert (error.code, error.path) == ("nas_copy_not_proven", ""), "a path would mean damage"
        assert "frame_0001.tif" in error.message and "memory" in error.message
    assert bench.cleared()["files_freed"] == len(bench.files)


def test_a_recovery_puts_back_what_only_memory_vouches_for(bench: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dies_at(33, lambda: bench.run_to_its_end(bench.clear_task(clearing_id="abc")))
    refuse_direct_reads(monkeypatch)
    left = data_below(bench.run_control / "clearing-abc/data")
    path = next(iter(left))
    with mapped(bench.nas_run / path):
        assert bench.cleared(recover=True)["undone"]
    assert bench.local_data() == left
