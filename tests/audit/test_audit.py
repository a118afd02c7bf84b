"""An audit of a real history: whole, it says so; whatever is spoilt is named, with what to do."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.fsys import Dir
from tests.audit.conftest import CLEARED, FILES, GONE, RUNS, VERIFIED, Scene
from tests.support.ledgers import altered, forge


def test_a_whole_history_is_as_it_was_written_down(scene: Scene) -> None:
    before = _tree(scene.base)
    ledger, runs = scene.audit()
    assert (ledger.problems, ledger.notes, ledger.lines) == ([], [], 13)
    assert list(runs) == RUNS
    for run in runs.values():
        assert (run.problems, run.notes) == ([], [])
        assert (run.rehashed, run.files, run.bytes) == (True, len(FILES) + 1, sum(map(len, FILES.values())))
    assert [runs[run].state for run in RUNS] == ["sync_verified", "cleared", "cleared"]
    assert _tree(scene.base) == before, "an audit changes nothing, and leaves nothing behind"


def _tree(root: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in root.rglob("*")}


def test_without_rehash_nothing_is_read_again(scene: Scene) -> None:
    (scene.nas / CLEARED / "a.tif").write_bytes(b"x")
    _, runs = scene.audit(rehash=False)
    assert all(run.ok and not run.rehashed for run in runs.values())


def test_a_run_is_found_by_its_receipts_alone(scene: Scene) -> None:
    scene.database.unlink()
    ledger, runs = scene.audit()
    assert ledger.problems == ["the station's database is missing, so states could not be compared"]
    assert runs[GONE].ok and runs[GONE].rehashed and runs[GONE].state == "cleared"


def flip(path: Path, at: int = 5) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def set_state(scene: Scene, run: str, state: str) -> None:
    """As somebody who knows how rows are sealed would."""
    with closing(sqlite3.connect(scene.database)) as connection, connection:
        document = connection.execute("SELECT doc FROM runs WHERE run_path = ?", (run,)).fetchone()[0][64:]
        sealed = hashlib.sha256(f"{run}\0{state}\0{document}".encode()).hexdigest() + document
        connection.execute("UPDATE runs SET state = ?, doc = ? WHERE run_path = ?", (state, sealed, run))


def without(event: str) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    return lambda receipts: [one for one in receipts if one["event"] != event]


def both(scene: Scene, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Somebody who may write everywhere takes receipts out of both ledgers."""
    forge(scene.ledger, change)
    for run in RUNS:
        scene.nas_ledger(run).unlink()


SPOILT: dict[str, tuple[Callable[[Scene], object], str]] = {
    "a bit at rest": (lambda s: flip(s.nas / CLEARED / "a.tif"), "1 of its files differ on the NAS: a.tif"),
    "a file gone": (lambda s: (s.nas / CLEARED / "odd näme" / "b").unlink(), "1 of its files are missing on the NAS"),
    "a file longer": (lambda s: (s.nas / CLEARED / "empty").write_bytes(b"x"), "differ on the NAS: empty"),
    "a link": (lambda s: linked(s.nas / CLEARED / "a.tif"), "are missing on the NAS: a.tif"),
    "the checksums": (lambda s: flip(s.nas / CLEARED / ".exlab-wizard/checksums.sha256"), "is not the one that was"),
    "no checksums": (lambda s: (s.nas / CLEARED / ".exlab-wizard/checksums.sha256").unlink(), "is not on the NAS"),
    "the copy gone": (lambda s: shutil.rmtree(s.nas / CLEARED), "checksums.sha256 is not on the NAS"),
    "a byte of the ledger": (lambda s: flip(s.ledger, 40), "line 1 does not match its own checksum"),
    "a byte of the NAS's": (lambda s: flip(s.nas_ledger(), 40), "its ledger on the NAS: line 1 does not match"),
    "no ledger": (lambda s: s.ledger.unlink(), "is missing in the station's ledger"),
    "no NAS ledger": (lambda s: s.nas_ledger().unlink(), "5 of its receipts are missing on the NAS"),
    "a link for a ledger": (lambda s: linked(s.ledger), "receipts.jsonl cannot be read"),
    "a folder for one": (lambda s: (s.nas_ledger().unlink(), s.nas_ledger().mkdir()), "receipts.jsonl cannot be read"),
    "the end cut off": (lambda s: cut(s.ledger, 1), "the receipt 'cleared'"),
    "the NAS's cut off": (lambda s: cut(s.nas_ledger(), 1), "1 of its receipts are missing on the NAS (cleared)"),
    "one rewritten": (lambda s: forge(s.ledger, altered(-1, by="eve")), "is told otherwise here"),
    "the NAS's rewritten": (lambda s: forge(s.nas_ledger(), altered(0, by="eve")), "'frozen' of"),
    "an event made up": (lambda s: set_state(s, VERIFIED, "cleared"), "it is cleared, and no receipt says so"),
    "no proof": (lambda s: both(s, without("verified")), "no receipt says that it was verified"),
    "no intention": (lambda s: both(s, without("clear_intended")), "without a receipt that it was intended"),
    "not a database": (lambda s: s.database.write_bytes(b"x" * 5000), "station.db cannot be read"),
    "another station's folder": (lambda s: claimed(s, station_id="theirs"), "belongs to the station"),
    "another run's folder": (lambda s: claimed(s, run_path=VERIFIED), "belongs to the run"),
    "no claim": (lambda s: (s.nas_ledger().with_name("claim.json")).unlink(), "no claim.json stands there"),
    "a file for a folder": (lambda s: file_for(s.nas / CLEARED), "cannot be opened (Not a directory)"),
    "a file for .exlab-wizard": (lambda s: file_for(s.nas_ledger().parent), "cannot be opened (Not a directory)"),
    "a link for .exlab-wizard": (lambda s: linked(s.nas_ledger().parent), "cannot be opened (Not a directory)"),
    "another NAS": (lambda s: another_nas(s), "and this is other-"),
}


def linked(path: Path) -> None:
    path.rename(path.with_name("real"))
    path.symlink_to("real")


def file_for(path: Path) -> None:
    path.rename(path.with_name("aside"))
    path.write_bytes(b"x")


def claimed(scene: Scene, **by: str) -> None:
    claim = scene.nas_ledger().with_name("claim.json")
    claim.write_text(json.dumps(json.loads(claim.read_text()) | by))


def cut(path: Path, lines: int) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-lines]))


def another_nas(scene: Scene) -> None:
    marker = scene.nas / ".exlab-nas.json"
    marker.write_text(marker.read_text().replace('"nas_id": "', '"nas_id": "other-'))


@pytest.mark.parametrize("what", SPOILT)
def test_what_is_spoilt_is_named_with_a_remedy(scene: Scene, what: str) -> None:
    spoil, sentence = SPOILT[what]
    spoil(scene)
    ledger, runs = scene.audit()
    problems = [*ledger.problems, *(problem for run in runs.values() for problem in run.problems)]
    assert any(sentence in problem for problem in problems), problems
    assert all(run.remedy for run in runs.values() if not run.ok)


@pytest.mark.parametrize("what", [name for name in SPOILT if "folder" in name or "for .exlab-wizard" in name])
def test_one_odd_folder_hides_nothing_of_the_other_runs(scene: Scene, what: str) -> None:
    SPOILT[what][0](scene)
    flip(scene.nas / GONE / "a.tif")
    ledger, runs = scene.audit()
    assert ledger.ok and runs[VERIFIED].rehashed and runs[VERIFIED].ok
    assert runs[GONE].problems == ["1 of its files differ on the NAS: a.tif"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.EACCES])
def test_a_folder_that_cannot_be_opened_is_the_runs_problem(
    scene: Scene, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = Dir.child, iter(range(1_000_000))

    def child(folder: Dir, name: str) -> Dir:
        if name == ".exlab-wizard" and f"{scene.nas}/" in os.readlink(f"/proc/self/fd/{folder.fd}") and next(asked) > 0:
            raise OSError(number, os.strerror(number))  # the claim is read, what follows is not
        return real(folder, name)

    monkeypatch.setattr(Dir, "child", child)
    _, runs = scene.audit()
    assert list(runs) == RUNS and not any(run.ok for run in runs.values())
    assert any(os.strerror(number) in problem for problem in runs[VERIFIED].problems)


def test_an_unreachable_nas_is_no_verdict_of_innocence(scene: Scene) -> None:
    _, runs = scene.audit(unreachable="it hangs")
    assert all("it hangs" in run.problems[0] and run.remedy for run in runs.values())


def test_names_beyond_the_list_are_told_and_no_damage(scene: Scene) -> None:
    (scene.nas / CLEARED / "Thumbs.db").write_bytes(b"")
    _, runs = scene.audit()
    assert runs[CLEARED].ok and "Thumbs.db" in runs[CLEARED].notes[0]


def test_a_line_a_crash_cut_short_is_told_and_no_damage(scene: Scene) -> None:
    for path in (scene.ledger, scene.nas_ledger()):
        with path.open("ab") as file:
            file.write(b'{"receipt_id":')
    ledger, runs = scene.audit()
    assert ledger.ok and "cut short" in ledger.notes[0]
    assert runs[CLEARED].ok and "cut short" in runs[CLEARED].notes[0]


def test_receipts_on_their_way_to_the_nas_are_no_damage(scene: Scene) -> None:
    cut(scene.nas_ledger(), 1)
    with closing(sqlite3.connect(scene.database)) as connection, connection:
        connection.execute("INSERT INTO outbox VALUES (?, 1, 0, 0)", (CLEARED,))
    _, runs = scene.audit()
    assert runs[CLEARED].ok and "on their way" in runs[CLEARED].notes[0]


def test_a_directory_that_may_not_be_listed_is_named(scene: Scene) -> None:
    deep = scene.nas / CLEARED / "odd näme"
    shutil.rmtree(deep)
    os.symlink("/etc", deep)
    _, runs = scene.audit()
    assert "are missing on the NAS" in runs[CLEARED].problems[0]
