"""A damaged ledger is kept for good, a new one begins, and the runs can be cleared again."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.audit.renewal import set_aside
from exlab_wizard.clearing.receipts import entries, mirror, verify_chain
from exlab_wizard.clearing.set_aside import begin_anew, keep_nas_ledger
from exlab_wizard.config import parse_config
from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.paths import RunPath
from tests.audit.conftest import CLEARED, VERIFIED, Scene
from tests.station.conftest import Bench
from tests.support.crash import dies_at
from tests.support.durable import Durable
from tests.support.lab import Lab, equipment
from tests.support.ledgers import altered, forge
from tests.support.waiting import wait_for


def renew(scene: Scene) -> list[dict[str, Any]]:
    ledger, runs = scene.audit(rehash=False)
    with Dir.open(scene.state_dir) as state:
        return set_aside(scene.config, state, ledger, list(runs.values()), "kim")


def flip(path: Path, at: int = 40) -> bytes:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))
    return bytes(data)


def first(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes().splitlines()[0])
    return found


def test_the_stations_ledger_is_kept_and_begun_anew(scene: Scene) -> None:
    damaged = flip(scene.ledger)
    (done,) = renew(scene)
    kept = scene.state_dir / done["kept_as"]
    assert done["run_path"] == "" and kept.name.startswith("receipts.jsonl.damaged-")
    assert kept.read_bytes() == damaged
    told = first(scene.ledger)
    assert (told["event"], told["by"], told["kept_as"]) == ("ledger_set_aside", "kim", kept.name)
    assert (told["kept_bytes"], told["kept_sha256"]) == (len(damaged), hashlib.sha256(damaged).hexdigest())
    assert verify_chain(scene.ledger.read_bytes()) == []


def test_both_ledgers_are_on_their_medium_before_the_new_one_has_the_name(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    flip(scene.ledger)
    durable = Durable(monkeypatch, scene.state_dir)
    real, lacking = os.rename, []

    def rename(source: str, target: str, **more: Any) -> None:
        if target == scene.ledger.name:  # the new one's own, temporary name is all that may be lost
            files = [path for path in durable.lacking() if path != str(scene.state_dir)]
            lacking.append((files, durable.names_lacking(scene.state_dir) - {source}))
        real(source, target, **more)

    monkeypatch.setattr(os, "rename", rename)
    renew(scene)
    assert lacking == [([], set())]
    assert durable.lacking() == []


def test_afterwards_all_is_as_written_down_again(scene: Scene) -> None:
    flip(scene.ledger, scene.ledger.read_bytes().index(b"copied"))
    renew(scene)
    ledger, runs = scene.audit()
    assert ledger.ok and "begun anew" in ledger.notes[0]
    assert all(run.ok and run.rehashed for run in runs.values()), [run.problems for run in runs.values()]


def test_a_ledger_cut_off_is_set_aside_though_its_chain_is_whole(scene: Scene) -> None:
    lines = scene.ledger.read_bytes().splitlines(keepends=True)
    scene.ledger.write_bytes(b"".join(lines[:-1]))
    assert [one["run_path"] for one in renew(scene)] == [""]
    assert scene.problems() == []


def test_a_lost_ledger_is_begun_anew_as_well(scene: Scene) -> None:
    scene.ledger.unlink()
    assert renew(scene)[0]["kept_as"] == ""
    assert scene.problems() == []


def test_a_runs_ledger_on_the_nas_is_kept_and_written_anew_from_the_stations(scene: Scene) -> None:
    damaged = flip(scene.nas_ledger())
    (done,) = renew(scene)
    assert done["run_path"] == CLEARED
    assert (scene.nas_ledger().parent / done["kept_as"]).read_bytes() == damaged
    found = list(entries(scene.nas_ledger().read_bytes()))
    assert [one["event"] for one in found[:5]] == ["frozen", "copied", "verified", "clear_intended", "cleared"]
    assert (found[5]["event"], found[5]["kept_as"]) == ("ledger_set_aside", done["kept_as"])
    ledger, runs = scene.audit()
    assert ledger.ok and all(run.ok for run in runs.values())


def test_two_whole_ledgers_that_contradict_are_both_set_aside(scene: Scene) -> None:
    forge(scene.nas_ledger(), altered(0, by="eve"))
    assert [one["run_path"] for one in renew(scene)] == ["", CLEARED]
    assert scene.problems() == []


@pytest.mark.parametrize("lines", [1, 2, 5])
def test_lines_cut_off_on_the_nas_stay_named_until_a_person_sets_that_ledger_aside(scene: Scene, lines: int) -> None:
    whole = scene.nas_ledger().read_bytes().splitlines(keepends=True)
    scene.nas_ledger().write_bytes(b"".join(whole[:-lines]))
    with Dir.open(scene.state_dir) as state, Dir.open(scene.nas_ledger().parent) as control:
        mirror(state, control, RunPath.parse(CLEARED))
    for _ in range(2):
        (problem,) = scene.problems()
        assert problem.startswith(f"{lines} of its receipts had vanished from its ledger on the NAS")
    assert [one["run_path"] for one in renew(scene)] == [CLEARED]
    assert scene.problems() == []


def test_another_stations_folder_is_no_reason_to_set_a_ledger_aside(scene: Scene) -> None:
    claim = scene.nas_ledger().with_name("claim.json")
    claim.write_text(json.dumps(json.loads(claim.read_text()) | {"station_id": "theirs"}))
    forge(scene.nas_ledger(), altered(0, receipt_id="theirs", by="eve"))
    before = scene.ledger.read_bytes(), scene.nas_ledger().read_bytes()
    assert any("belongs to the station 'theirs'" in problem for problem in scene.problems())
    assert renew(scene) == []
    assert (scene.ledger.read_bytes(), scene.nas_ledger().read_bytes()) == before


@pytest.mark.parametrize("what", ["claim", "marker"])
def test_a_ledger_is_set_aside_only_on_the_right_nas_below_our_own_claim(scene: Scene, what: str) -> None:
    damaged = flip(scene.nas_ledger())
    ledger, runs = scene.audit(rehash=False)
    path = scene.nas_ledger().with_name("claim.json") if what == "claim" else scene.nas / ".exlab-nas.json"
    key = "station_id" if what == "claim" else "nas_id"
    nas_id = json.loads((scene.nas / ".exlab-nas.json").read_text())["nas_id"]
    config = parse_config(scene.data | {"equipment": [equipment(scene.nas, nas_id=nas_id)]})
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: "exchanged-since"}))
    with Dir.open(scene.state_dir) as state, pytest.raises(StagingError, match="could not be set aside"):
        set_aside(config, state, ledger, list(runs.values()), "kim")
    assert scene.nas_ledger().read_bytes() == damaged


@pytest.mark.parametrize("which", ["station", "nas"])
def test_a_ledger_without_an_end_is_named_once_and_set_aside(scene: Scene, which: str) -> None:
    path = scene.ledger if which == "station" else scene.nas_ledger()
    os.truncate(path, path.stat().st_size + (3 << 20))
    (problem,) = scene.problems()
    assert "bytes follow its last line, which no receipt has" in problem
    assert [one["run_path"] for one in renew(scene)] == ["" if which == "station" else CLEARED]
    assert scene.problems() == []


def test_nothing_damaged_nothing_done(scene: Scene) -> None:
    before = scene.ledger.read_bytes()
    assert renew(scene) == []
    assert scene.ledger.read_bytes() == before


def test_a_kept_ledger_that_is_changed_or_gone_is_told(scene: Scene) -> None:
    flip(scene.ledger)
    (done,) = renew(scene)
    flip(scene.state_dir / done["kept_as"], 500)
    assert any("is not as it was kept" in problem for problem in scene.problems())
    (scene.state_dir / done["kept_as"]).unlink()
    assert any("is gone" in problem for problem in scene.problems())


def test_set_aside_again_and_again(scene: Scene) -> None:
    for _ in range(3):
        flip(scene.ledger)
        assert renew(scene)
    assert len(list(scene.state_dir.glob("receipts.jsonl.damaged-*"))) == 3


@pytest.mark.parametrize("which", ["station", "nas"])
def test_dying_at_any_point_loses_no_byte_of_the_damaged_ledger(scene: Scene, which: str) -> None:
    path = scene.ledger if which == "station" else scene.nas_ledger()
    whole = {one: one.read_bytes() for one in (scene.ledger, scene.nas_ledger())}
    run = RunPath.parse(CLEARED)
    for point in range(1, 60):
        damaged = flip(path)
        with Dir.open(scene.state_dir) as state, Dir.open(scene.nas_ledger().parent) as control:
            work = (lambda: begin_anew(state, "kim")) if which == "station" else (lambda: _keep(state, control, run))
            died = dies_at(point, work)
        kept = [one.read_bytes() for one in path.parent.glob("receipts.jsonl*") if one.is_file()]
        assert damaged in kept
        if which == "station":
            assert path.exists(), "never a moment without a ledger"
        if not died:
            return
        for one, data in whole.items():
            one.write_bytes(data)
    raise AssertionError("it never ended")


def _keep(state: Dir, control: Dir, run: RunPath) -> None:
    keep_nas_ledger(state, control, run, "kim")


def _refused_for_its_ledger(bench: Bench) -> str:
    error = bench.refused(lambda: bench.clear(VERIFIED))
    return error.message if error.code == "ledger_damaged" else ""


def test_a_verified_run_can_be_cleared_only_after_that(scene: Scene) -> None:
    flip(scene.ledger, scene.ledger.read_bytes().index(b"verified"))  # the first run's
    lab = Lab(scene.base / "other")
    lab.staging, lab.nas, lab.data = scene.staging, scene.nas, scene.data
    bench = Bench(lab).start()
    try:
        bench.wait("sync_verified", VERIFIED)
        refusal = wait_for(lambda: _refused_for_its_ledger(bench), 20, "refused once its new inodes were looked at")
        assert "exlab-wizard audit" in refusal
        assert (scene.staging / VERIFIED / "a.tif").exists()
        renew(scene)
        bench.wait("sync_verified", VERIFIED)
        bench.clear(VERIFIED)
        assert not (scene.staging / VERIFIED / "a.tif").exists()
    finally:
        bench.station.stop()
