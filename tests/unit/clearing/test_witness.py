"""A clearing looks at the ledgers first: whatever was done to them, nothing is deleted, and it says what to do."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from exlab_wizard.clearing.receipts import append, mirror, receipt
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from tests.support.clearing import ClearBench
from tests.support.engine import RUN
from tests.support.ledgers import altered, forge

OTHER = RunPath.parse("CONFOCAL_01/PROJ 0042/Runs/Run_2026-04-17T14-33")


@pytest.fixture
def told(bench: ClearBench) -> ClearBench:
    """A verified run with two receipts, one of another run between them and one after, and the NAS up to date."""
    with Dir.open(bench.state_dir) as state, Dir.open(bench.control) as control:
        for event, run in (("frozen", RUN), ("frozen", OTHER), ("verified", RUN), ("verified", OTHER)):
            append(state, receipt(event, run, manifest_digest="d" * 64, file_count=5, byte_total=9, by="kim"))
        mirror(state, control, RUN)
    return bench


def here(bench: ClearBench) -> Path:
    return bench.state_dir / "receipts.jsonl"


def there(bench: ClearBench) -> Path:
    return bench.control / "receipts.jsonl"


def swap(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))


def drop_lines(path: Path, *numbers: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for number, line in enumerate(lines) if number not in numbers))


def replaced_by_a_link(path: Path) -> None:
    path.rename(path.with_suffix(".real"))
    path.symlink_to(path.with_suffix(".real"))


def endless(path: Path, size: int) -> None:
    """A hole after the last line, as a file system leaves it after a crash; nothing is read or written here."""
    os.truncate(path, path.stat().st_size + size)


DAMAGE: dict[str, Callable[[ClearBench], object]] = {
    "own line here": lambda b: swap(
        here(b), b'"frozen","run_path":"%s"' % str(RUN).encode(), b'"frozen","run_path":"x"'
    ),
    "own bytes here": lambda b: swap(here(b), b'"by":"kim"', b'"by":"eve"'),
    "last line here": lambda b: swap(here(b), b'"seq":4', b'"seq":5'),
    "cut here": lambda b: drop_lines(here(b), 2, 3),
    "gone here": lambda b: here(b).unlink(),
    "empty here": lambda b: here(b).write_bytes(b""),
    "a link here": lambda b: replaced_by_a_link(here(b)),
    "a folder here": lambda b: (here(b).unlink(), here(b).mkdir()),
    "not text here": lambda b: here(b).write_bytes(b"\x00\xff" * 100 + b"\n"),
    "rewritten here": lambda b: forge(here(b), altered(2, by="eve")),
    "own bytes there": lambda b: swap(there(b), b'"by":"kim"', b'"by":"eve"'),
    "a line out there": lambda b: drop_lines(there(b), 0),
    "rewritten there": lambda b: forge(there(b), altered(-1, manifest_digest="e" * 64)),
    "added there": lambda b: forge(there(b), lambda all_: [*all_, all_[0] | {"receipt_id": "new"}]),
    "odd id there": lambda b: forge(there(b), altered(0, receipt_id=[1])),
    "a link there": lambda b: replaced_by_a_link(there(b)),
    "deep there": lambda b: there(b).write_bytes(b"[" * 900_000 + b"\n"),
    "no newline there": lambda b: endless(there(b), 3 << 20),
    "no newline here": lambda b: endless(here(b), 3 << 20),
    "far too large there": lambda b: endless(there(b), 1 << 30),
    "one long line there": lambda b: there(b).write_bytes(b"x" * 5_000_000 + b"\n"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_ledger_is_no_licence_to_delete(told: ClearBench, what: str) -> None:
    DAMAGE[what](told)
    error = told.refusal()
    assert error.code == "ledger_damaged"
    assert "exlab-wizard audit" in error.message and "--set-aside" in error.message
    told.assert_nothing_lost()


def test_whole_ledgers_are_no_reason_to_refuse(told: ClearBench) -> None:
    told.cleared()
    assert told.events(told.control) == ["frozen", "verified", "clear_intended", "cleared"]


def test_a_line_just_cut_short_by_a_crash_is_no_damage(told: ClearBench) -> None:
    for path in (here(told), there(told)):
        with path.open("ab") as file:
            file.write(b'{"receipt_id":"half')
    told.cleared()
    assert told.events(told.control) == ["frozen", "verified", "torn_line_kept", "clear_intended", "cleared"]


def test_a_nas_ledger_that_is_behind_is_brought_up_to_date(told: ClearBench) -> None:
    with Dir.open(told.state_dir) as state:
        append(state, receipt("verified", RUN, manifest_digest="d" * 64, file_count=5, byte_total=9, by="kim"))
    told.cleared()
    assert told.events(told.control) == ["frozen", "verified", "verified", "clear_intended", "cleared"]


def test_receipts_cut_off_on_the_nas_are_brought_again_and_that_is_written_down(told: ClearBench) -> None:
    drop_lines(there(told), 1)
    told.cleared()
    events = ["frozen", "verified", "clear_intended", "mirrored_again", "cleared"]
    assert told.events(told.control) == events
    assert told.ledger(told.control)[3]["station_seqs"] == [3]
    assert "mirrored_again" in told.events()


def test_a_lock_somebody_holds_on_the_nas_is_waited_for_a_while_and_named(
    told: ClearBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exlab_wizard.clearing.receipts.NAS_LOCK_SECONDS", 0.2)
    with (told.control / "receipts.lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        error = told.error()
        assert (error.error_class, error.path) == ("busy", "receipts.lock")
        assert "Another program holds the lock .exlab-wizard/receipts.lock" in error.message
        told.assert_nothing_lost()
        assert told.local_data() == told.files
    told.cleared()


def test_absurdly_many_receipts_of_one_run_are_damage(told: ClearBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exlab_wizard.clearing.receipts.RUN_LIMIT", 700)
    assert told.refusal().code == "ledger_damaged"


def test_damage_of_another_runs_older_line_stops_only_the_audit(told: ClearBench) -> None:
    swap(here(told), b'"frozen","run_path":"%s"' % str(OTHER).encode(), b'"frozen","run_path":"?"')
    told.clear()
    assert told.local_data() == {}
