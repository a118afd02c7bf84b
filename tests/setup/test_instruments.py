"""The simulated instruments push what they say; the lifecycle's own checks notice every kind of loss."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from exlab_wizard.config import parse_config
from exlab_wizard.demo.instruments import INSTRUMENTS, MANIFEST, SENTINEL, Bench, Instrument, Push, run_paths
from exlab_wizard.demo.lifecycle import Story, data_paths, different, not_cleared, not_told, told
from exlab_wizard.runs.paths import RunPath
from tests.support.waiting import wait_for

START = datetime(2026, 4, 17, 14, 32, tzinfo=UTC)
each_instrument = pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda item: item.equipment_id)


def pushed(instrument: Instrument, staging: Path) -> Push:
    push = Push(instrument, staging, next(run_paths(instrument, START)), seed=1)
    assert push.write(lambda seconds: False)
    return push


@each_instrument
def test_a_run_holds_exactly_what_was_expected(instrument: Instrument, tmp_path: Path) -> None:
    push = pushed(instrument, tmp_path)
    assert different(push.folder, push.expected) == []
    assert len(push.expected) == instrument.file_count + (instrument.signal != "quiet_period")
    assert not [path for path in data_paths(push.folder) if path.endswith(".part")]


@each_instrument
def test_the_signal_is_the_configured_one(instrument: Instrument, tmp_path: Path) -> None:
    push = pushed(instrument, tmp_path)
    assert (push.folder / SENTINEL).exists() == (instrument.signal == "sentinel_file")
    assert (push.folder / MANIFEST).exists() == (instrument.signal == "manifest")


def test_a_station_may_be_quicker_with_the_control_folder_than_the_instrument(tmp_path: Path) -> None:
    push = Push(INSTRUMENTS[0], tmp_path, next(run_paths(INSTRUMENTS[0], START)), seed=1)
    (push.folder / ".exlab-wizard").mkdir(parents=True)
    assert push.write(lambda seconds: False)
    assert different(push.folder, push.expected) == []


def test_the_manifest_lists_every_file_with_size_and_hash(tmp_path: Path) -> None:
    instrument = next(item for item in INSTRUMENTS if item.signal == "manifest")
    push = pushed(instrument, tmp_path)
    listed = json.loads((push.folder / MANIFEST).read_text())["files"]
    assert len(listed) == instrument.file_count
    for entry in listed:
        content = (push.folder / entry["path"]).read_bytes()
        assert (entry["size"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


@each_instrument
def test_run_paths_are_runs_and_never_the_same(instrument: Instrument) -> None:
    paths = list(islice(run_paths(instrument, START), 200))
    assert len(set(paths)) == 200
    assert {RunPath.parse(path).kind for path in paths} == {instrument.kind}


def test_their_configuration_is_one() -> None:
    config = parse_config(
        {
            "orchestrator": {"enabled": True, "staging_root": "/staging"},
            "equipment": [item.config("/nas") for item in INSTRUMENTS],
        }
    )
    assert {item.completeness_signal for item in config.equipment} == {"sentinel_file", "manifest", "quiet_period"}


def test_creation_says_what_the_path_says(tmp_path: Path) -> None:
    push = pushed(INSTRUMENTS[2], tmp_path)
    creation = json.loads((push.folder / ".exlab-wizard" / "creation.json").read_text())
    assert (creation["schema_version"], creation["run_kind"]) == ("1.8", "test")
    assert creation["orchestrator"]["equipment_id"] == push.instrument.equipment_id


def test_an_instrument_can_be_stopped_between_two_files(tmp_path: Path) -> None:
    push = Push(INSTRUMENTS[0], tmp_path, next(run_paths(INSTRUMENTS[0], START)), seed=1)
    assert push.write(lambda seconds: True) is False
    assert len(push.expected) == 1
    assert not (push.folder / SENTINEL).exists()


def test_the_bench_works_all_instruments_and_stops(tmp_path: Path) -> None:
    bench = Bench(tmp_path, between_seconds=0.1, runs_each=1)
    bench.start()
    wait_for(lambda: len(list(tmp_path.iterdir())) == len(INSTRUMENTS), 20, "a folder of each instrument")
    bench.stop()
    names = {item.equipment_id for item in INSTRUMENTS}
    assert not [thread for thread in threading.enumerate() if thread.name in names]


def test_every_loss_on_the_nas_is_noticed(tmp_path: Path) -> None:
    push = pushed(INSTRUMENTS[2], tmp_path)
    victim = push.folder / "plate" / "well_003.csv"
    content = victim.read_bytes()
    victim.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    assert different(push.folder, push.expected) == ["plate/well_003.csv has other bytes on the NAS"]
    victim.unlink()
    assert different(push.folder, push.expected) == ["plate/well_003.csv is not on the NAS"]
    victim.write_bytes(content)
    (push.folder / "stray").touch()
    assert different(push.folder, push.expected) == ["stray is on the NAS, but nobody pushed it"]


def test_what_is_not_cleared_is_noticed(tmp_path: Path) -> None:
    push = pushed(INSTRUMENTS[2], tmp_path)
    wrong = not_cleared(push.folder, 48)
    assert wrong == ["48 of 48 files are still in staging", ".exlab-wizard/ingest.json was not kept"]
    for path in list(data_paths(push.folder)):
        (push.folder / path).unlink()
    (push.folder / ".exlab-wizard" / "ingest.json").write_text("{}")
    assert not_cleared(push.folder, 48) == []


@pytest.mark.parametrize("text", [None, "", "[]", '{"current_state": "sync_verified"}'])
def test_a_nas_copy_that_was_not_told_is_noticed(tmp_path: Path, text: str | None) -> None:
    (tmp_path / ".exlab-wizard").mkdir()
    if text is not None:
        (tmp_path / ".exlab-wizard" / "ingest.json").write_text(text)
    assert len(not_told(tmp_path)) == 1
    (tmp_path / ".exlab-wizard" / "ingest.json").write_text('{"current_state": "cleared"}')
    assert not_told(tmp_path) == []


def test_a_story_says_what_went_wrong() -> None:
    text = told(INSTRUMENTS[0], Story("A/b/Runs/Run_1", ["pushed 3 files"], ["tile_1 is not on the NAS"]))
    assert "WRONG: tile_1 is not on the NAS" in text
