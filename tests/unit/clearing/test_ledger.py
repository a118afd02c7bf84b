from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard import __version__
from exlab_wizard.clearing import ledger, newest
from exlab_wizard.clearing.agreement import as_mirrored
from exlab_wizard.clearing.ledger import FIRST_PREV, LEDGER_NAME, add, read, verify_chain
from exlab_wizard.clearing.lines import LINE_LIMIT, ledger_lines, opened, read_lines, whole_receipt
from exlab_wizard.clearing.newest import receipts_of
from exlab_wizard.clearing.receipts import Own, append, entries, last_receipt, mirror, receipt
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from tests.support.crash import dies_at
from tests.support.engine import RUN

OTHER = RunPath.parse("CONFOCAL_01/PROJ 0042/Runs/Run_2026-04-17T14-33")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Dir]:
    with Dir.open(tmp_path) as opened:
        yield opened


def entry(event: str = "verified", run: RunPath = RUN, **more: Any) -> dict[str, Any]:
    return receipt(event, run, manifest_digest="d" * 64, file_count=3, byte_total=9, by="kim", **more)


def written(folder: Dir, count: int) -> bytes:
    for number in range(count):
        append(folder, entry(note=number))
    return read(folder)


def test_a_receipt_says_who_what_when_and_by_which_version(folder: Dir) -> None:
    found = append(folder, entry(nas_id="nas", nas_path="/nas/run", reading="fadvise"))
    assert found["run_path"] == str(RUN)
    assert (found["event"], found["by"], found["version"]) == ("verified", "kim", __version__)
    assert (found["manifest_digest"], found["file_count"], found["byte_total"]) == ("d" * 64, 3, 9)
    assert (found["nas_id"], found["nas_path"], found["reading"]) == ("nas", "/nas/run", "fadvise")
    assert found["at"].endswith("Z") and found["host"]


def test_each_line_is_bound_to_the_one_before(folder: Dir) -> None:
    lines = written(folder, 4).splitlines()
    found = [json.loads(line) for line in lines]
    assert [one["seq"] for one in found] == [1, 2, 3, 4]
    assert found[0]["prev"] == FIRST_PREV
    assert [one["prev"] for one in found[1:]] == [hashlib.sha256(line).hexdigest() for line in lines[:-1]]
    assert verify_chain(b"".join(line + b"\n" for line in lines)) == []


def test_no_ledger_is_an_empty_one(folder: Dir) -> None:
    assert read(folder) == b""
    assert verify_chain(b"") == []
    assert last_receipt(folder, RUN) is None


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    with Dir.open(tmp_path_factory.mktemp("ledger")) as folder:
        return written(folder, 3)


@given(data=st.data())
def test_any_changed_byte_is_flagged(sample: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(sample) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != sample[at]))
    assert verify_chain(sample[:at] + bytes([value]) + sample[at + 1 :])


@given(data=st.data())
def test_a_cut_inside_a_line_is_flagged(sample: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(sample) - 1).filter(lambda place: sample[place - 1 : place] != b"\n"))
    assert verify_chain(sample[:at])


def test_lines_swapped_or_taken_out_are_flagged(sample: bytes) -> None:
    one, two, three = sample.splitlines(keepends=True)
    for tampered in (two + one + three, one + three, two + three, one + one + two, one + b"\n" + two):
        assert verify_chain(tampered)


def test_a_line_rewritten_with_its_own_checksum_breaks_the_next(sample: bytes) -> None:
    one, two, three = sample.splitlines(keepends=True)
    forged = {key: value for key, value in json.loads(two).items() if key != "sha256"} | {"file_count": 99}
    forged["sha256"] = hashlib.sha256(ledger._encode(forged)).hexdigest()
    problems = verify_chain(one + ledger._encode(forged) + b"\n" + three)
    assert problems == ["line 3 is not bound to the line before it"]


def test_a_torn_line_is_kept_aside_and_said(folder: Dir, tmp_path: Path) -> None:
    written(folder, 2)
    with (tmp_path / LEDGER_NAME).open("ab") as file:
        file.write(b'{"receipt_id": "half')
    append(folder, entry(note="after"))
    assert verify_chain(read(folder)) == []
    found = list(entries(read(folder)))
    assert [one["event"] for one in found] == ["verified", "verified", "torn_line_kept", "verified"]
    kept = tmp_path / found[2]["kept_as"]
    assert kept.read_bytes() == b'{"receipt_id": "half'
    assert found[2]["torn_sha256"] == hashlib.sha256(kept.read_bytes()).hexdigest()


def test_a_damaged_last_line_is_never_repaired_away(folder: Dir, tmp_path: Path) -> None:
    data = written(folder, 3)
    (tmp_path / LEDGER_NAME).write_bytes(data[:-20] + b"\n")
    append(folder, entry())
    problems = verify_chain(read(folder))
    assert problems == ["line 3 is not a receipt"]
    assert list(entries(read(folder)))[-1]["seq"] == 4


def test_dying_while_appending_leaves_a_chain_that_goes_on(tmp_path: Path) -> None:
    for point in range(1, 20):
        place = tmp_path / str(point)
        place.mkdir()
        with Dir.open(place) as folder:
            written(folder, 2)
            if not dies_at(point, lambda folder=folder: append(folder, entry())):
                return
            append(folder, entry(note="last"))
            assert verify_chain(read(folder)) == []
            assert list(entries(read(folder)))[-1]["note"] == "last"
    raise AssertionError("appending never ended")


def test_a_short_write_on_a_full_disk_is_taken_back(folder: Dir, monkeypatch: pytest.MonkeyPatch) -> None:
    before = written(folder, 1)
    real = os.write

    calls = iter([False, True])

    def short_then_full(fd: int, data: bytes) -> int:
        if next(calls):
            raise OSError(errno.ENOSPC, "full")
        return real(fd, bytes(data)[:10])

    monkeypatch.setattr(ledger.os, "write", short_then_full)
    with pytest.raises(OSError, match="full"):
        append(folder, entry())
    monkeypatch.undo()
    assert read(folder) == before
    append(folder, entry())
    assert verify_chain(read(folder)) == []


def test_a_ledger_that_is_a_link_is_refused(folder: Dir, tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"")
    (tmp_path / LEDGER_NAME).symlink_to("real")
    with pytest.raises(OSError):
        append(folder, entry())
    assert (tmp_path / "real").read_bytes() == b""


def test_a_file_system_without_locks_is_written_all_the_same(folder: Dir, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(fd: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "no locks here")

    monkeypatch.setattr(ledger.fcntl, "flock", flock)
    assert append(folder, entry())["seq"] == 1


def test_long_lines_are_found_from_the_end(folder: Dir) -> None:
    append(folder, entry(note="x" * 300_000))
    append(folder, entry(note="y" * 300_000))
    assert append(folder, entry())["seq"] == 3
    assert verify_chain(read(folder)) == []


def test_many_writers_make_one_chain(tmp_path: Path) -> None:
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            with Dir.open(tmp_path) as folder:
                for _ in range(10):
                    append(folder, entry())
            os._exit(0)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    with Dir.open(tmp_path) as folder:
        data = read(folder)
    assert verify_chain(data) == []
    assert [one["seq"] for one in entries(data)] == list(range(1, 41))


def test_the_last_receipt_of_a_run(folder: Dir) -> None:
    append(folder, entry(note="old"))
    append(folder, entry(note="mine"))
    append(folder, entry(run=OTHER, note=f'"run_path":"{RUN}"'))
    found = last_receipt(folder, RUN)
    assert found is not None
    assert found["note"] == "mine"
    assert [one["note"] for one in entries(read(folder), RUN)] == ["old", "mine"]


def test_the_last_receipt_skips_a_torn_line(folder: Dir, tmp_path: Path) -> None:
    data = written(folder, 2)
    (tmp_path / LEDGER_NAME).write_bytes(data[:-30])
    found = last_receipt(folder, RUN)
    assert found is not None
    assert found["note"] == 0


@pytest.mark.parametrize("block", [1, 7, 100, 1 << 18])
def test_the_last_receipt_is_found_from_the_end_whatever_the_blocks(
    folder: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(newest, "_BLOCK", block)
    monkeypatch.setattr(newest, "LINE_LIMIT", 2000)
    append(folder, entry(run=OTHER, note="first"))
    for note in ("old", "mine"):
        append(folder, entry(note=note))
    append(folder, entry(run=OTHER, note="other"))
    ledger = tmp_path / LEDGER_NAME
    ledger.write_bytes(ledger.read_bytes() + b"x" * 5000 + b"\n\n{torn")
    notes = [found and found["note"] for found in (last_receipt(folder, RUN), last_receipt(folder, OTHER))]
    assert notes == ["mine", "other"]
    ledger.write_bytes(ledger.read_bytes().splitlines(keepends=True)[0] + b"y" * 5000 + b"\n")
    found = last_receipt(folder, OTHER)
    assert found is not None
    assert (found["note"], last_receipt(folder, RUN)) == ("first", None)


@pytest.mark.parametrize("block", [1, 7, 100, 1 << 18])
def test_a_runs_receipts_are_found_whatever_the_blocks_and_whatever_lies_between(
    folder: Dir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    ledger = tmp_path / LEDGER_NAME
    for note in ("first", "second"):
        append(folder, entry(note=note))
        append(folder, entry(run=OTHER, note=f'"run_path":"{RUN}"'))
        ledger.write_bytes(ledger.read_bytes() + b"x" * 5000 + b'"run_path":"%b"' % str(RUN).encode() + b"\n\n")
    damaged = ledger.read_bytes().splitlines(keepends=True)[0].replace(b"first", b"fIrst")
    append(folder, entry(note="third"))
    ledger.write_bytes(ledger.read_bytes() + damaged + ledger.read_bytes().splitlines()[0])  # the last one has no end
    monkeypatch.setattr(newest, "_BLOCK", block)
    monkeypatch.setattr(newest, "LINE_LIMIT", 2000)
    assert [one["note"] for one in receipts_of(folder, RUN)] == ["first", "second", "third"]
    assert receipts_of(folder, RUN) == Own.read(folder, RUN).receipts
    ledger.unlink()
    assert receipts_of(folder, RUN) == []


def test_mirroring_brings_only_this_runs_missing_receipts(folder: Dir, tmp_path: Path) -> None:
    (tmp_path / "nas").mkdir()
    append(folder, entry(note=1))
    append(folder, entry(run=OTHER))
    with folder.child("nas") as control:
        assert mirror(folder, control, RUN) == 1
        append(folder, entry(note=2))
        assert mirror(folder, control, RUN) == 1
        assert mirror(folder, control, RUN) == 0
        data = read(control)
    assert verify_chain(data) == []
    found = list(entries(data))
    assert [one["note"] for one in found] == [1, 2]
    assert [one["seq"] for one in found] == [1, 2]
    assert [one["station_seq"] for one in found] == [1, 3]


@pytest.fixture
def nas(folder: Dir) -> Iterator[Dir]:
    with folder.ensure("nas") as control:
        yield control


def test_receipts_the_nas_has_twice_are_no_reason_for_a_third(folder: Dir, nas: Dir) -> None:
    one = append(folder, entry())
    for _ in range(2):
        append(nas, as_mirrored(one, "x"))
    append(folder, one | {"note": "the same id again"})
    assert mirror(folder, nas, RUN) == 0
    assert verify_chain(read(nas)) == []


def test_a_damaged_receipt_is_not_brought_to_the_nas(folder: Dir, nas: Dir, tmp_path: Path) -> None:
    data = written(folder, 2)
    (tmp_path / LEDGER_NAME).write_bytes(data.replace(b'"note":1', b'"note":7'))
    append(folder, entry(note=2))
    assert mirror(folder, nas, RUN) == 2
    assert [one["note"] for one in entries(read(nas))] == [0, 2]


def test_what_was_taken_from_the_nas_ledger_is_told_once(folder: Dir, nas: Dir, tmp_path: Path) -> None:
    written(folder, 3)
    mirror(folder, nas, RUN)
    there = tmp_path / "nas" / LEDGER_NAME
    there.write_bytes(b"".join(there.read_bytes().splitlines(keepends=True)[:1]))
    append(folder, entry(note="new"))
    assert mirror(folder, nas, RUN) == 4
    (told,) = [one for one in entries(read(nas)) if one["event"] == "mirrored_again"]
    assert told["station_seqs"] == [2, 3] and told["run_path"] == str(RUN)
    assert mirror(folder, nas, RUN) == 0
    there.unlink()
    mirror(folder, nas, RUN)
    assert [one["station_seqs"] for one in entries(read(nas)) if one["event"] == "mirrored_again"] == [
        [2, 3],
        [1, 2, 3, 4, 5],
    ]
    assert verify_chain(read(folder)) == verify_chain(read(nas)) == []


@pytest.mark.parametrize("how", ["another folder", "a damaged mark", "no mark"])
def test_nothing_is_called_taken_without_a_mark_of_that_folder(folder: Dir, nas: Dir, tmp_path: Path, how: str) -> None:
    written(folder, 3)
    mirror(folder, nas, RUN)
    (tmp_path / "nas" / LEDGER_NAME).unlink()
    (mark,) = (tmp_path / "mirrored").iterdir()
    if how == "another folder":
        (tmp_path / "nas" / "claim.json").write_bytes(b"another one")
    elif how == "no mark":
        mark.unlink()
    else:
        mark.write_bytes(mark.read_bytes().replace(b", 3]", b", 9]"))
    mirror(folder, nas, RUN)
    assert [one["event"] for one in entries(read(nas))] == ["verified"] * 3


def test_a_full_disk_for_the_mark_stops_no_mirror(folder: Dir, nas: Dir, tmp_path: Path) -> None:
    (tmp_path / "mirrored").write_bytes(b"no folder can be made")
    written(folder, 3)
    assert mirror(folder, nas, RUN) == 3


def test_mirrored_receipts_say_which_ledger_they_are_from(folder: Dir, nas: Dir) -> None:
    one = append(folder, entry())
    mirror(folder, nas, RUN)
    (found,) = entries(read(nas))
    assert found["station_ledger"] == hashlib.sha256(read(folder).splitlines()[0]).hexdigest()
    assert (found["station_seq"], found["station_sha256"]) == (1, one["sha256"])


def test_mirrors_at_once_make_one_chain_also_on_a_nas_without_locks(tmp_path: Path) -> None:
    (tmp_path / "nas").mkdir()
    with Dir.open(tmp_path) as folder:
        written(folder, 30)
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            real = ledger.fcntl.flock

            def flock(fd: int, how: int, real: Any = real) -> None:
                if "/nas/" in os.readlink(f"/proc/self/fd/{fd}"):
                    raise OSError(errno.ENOLCK, "no locks here")
                real(fd, how)

            ledger.fcntl.flock = flock
            with Dir.open(tmp_path) as folder, folder.child("nas") as control:
                mirror(folder, control, RUN)
            os._exit(0)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    with Dir.open(tmp_path / "nas") as control:
        data = read(control)
    assert verify_chain(data) == []
    assert [one["note"] for one in entries(data)] == list(range(30))


def test_lines_are_read_whatever_their_length_and_place(tmp_path: Path) -> None:
    pieces = [b"", b"a" * LINE_LIMIT, b"b" * (LINE_LIMIT + 1), b"\x00\xff", b"c" * 3_000_000, b"d"]
    (tmp_path / LEDGER_NAME).write_bytes(b"\n".join(pieces) + b"\ntorn")
    with Dir.open(tmp_path) as folder:
        found = list(ledger_lines(folder))
    assert [line.data for line in found] == [b"", b"a" * LINE_LIMIT, None, b"\x00\xff", None, b"d", b"torn"]
    assert [line.number for line in found] == list(range(1, 8))
    assert [line.ended for line in found] == [True] * 6 + [False]
    starts = [sum(len(piece) + 1 for piece in pieces[:number]) for number in range(7)]
    assert [line.offset for line in found] == starts


def test_reading_can_go_on_where_it_stopped(folder: Dir, tmp_path: Path) -> None:
    size = len(written(folder, 3))
    append(folder, entry(note="new"))
    with opened(folder) as fd:
        assert fd is not None
        (line,) = read_lines(fd, size, 3)
    assert (line.number, line.offset) == (4, size)
    assert whole_receipt(line)


def test_undecodable_names_are_written_and_read_back(folder: Dir) -> None:
    odd = os.fsdecode(b"bad\xff\n\x00name")
    assert append(folder, entry(why=odd))["why"] == odd
    assert verify_chain(read(folder)) == []


def test_what_add_returns_is_what_stands_there(folder: Dir) -> None:
    found = add(folder, {"event": "frozen"})
    assert json.loads(read(folder)) == found
