from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine import claim, nas
from exlab_wizard.sync.engine.claim import claim_run, open_claimed
from exlab_wizard.sync.engine.nas import open_staging, open_state, open_target
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass, Place, TaskError
from tests.support.engine import RUN, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def target_error(place: Place, staging: Dir | None = None) -> TaskError:
    with pytest.raises(TaskFailedError) as caught:
        open_target(place, staging)
    return caught.value.error


def claim_error(bench: Bench, station_id: str | None = None) -> TaskError:
    with pytest.raises(TaskFailedError) as caught, Dir.open(bench.nas) as target:
        claim_run(target, RUN, station_id or bench.place.station_id)
    return caught.value.error


def test_the_right_places_open(bench: Bench) -> None:
    place = replace(bench.place, nas_id=bench.marker.nas_id)
    with open_state(place), open_staging(place) as staging, open_target(place, staging) as target:
        assert target.exists(".exlab-nas.json")


def test_no_marker_means_the_target_is_away(bench: Bench) -> None:
    (bench.nas / ".exlab-nas.json").unlink()
    error = target_error(bench.place)
    assert error.error_class is ErrorClass.TARGET
    assert "mounted" in error.message and ".exlab-nas.json" in error.message


def test_no_directory_means_the_target_is_away(bench: Bench) -> None:
    error = target_error(replace(bench.place, nas_root=str(bench.nas / "gone")))
    assert (error.error_class, error.number) == (ErrorClass.TARGET, errno.ENOENT)


def test_another_nas_needs_a_person(bench: Bench) -> None:
    error = target_error(replace(bench.place, nas_id="expected-id"))
    assert error.error_class is ErrorClass.CONFIGURATION
    assert bench.marker.nas_id in error.message and "expected-id" in error.message


def test_a_damaged_marker_needs_a_person(bench: Bench) -> None:
    (bench.nas / ".exlab-nas.json").write_text("{")
    assert target_error(bench.place).error_class is ErrorClass.CONFIGURATION


def test_an_unreadable_marker_is_the_targets_trouble(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Dir, name: str, limit: int) -> bytes:
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr(Dir, "read", fail)
    error = target_error(bench.place)
    assert (error.error_class, error.number) == (ErrorClass.TARGET, errno.EIO)


def test_the_same_storage_is_refused_unless_allowed(bench: Bench) -> None:
    with Dir.open(bench.staging) as staging:
        error = target_error(replace(bench.place, allow_same_storage=False), staging)
        assert error.error_class is ErrorClass.CONFIGURATION
        assert "allow_same_storage" in error.message


def test_other_storage_is_not_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nas, "same_storage", lambda one, other: False)
    with Dir.open(bench.staging) as staging:
        open_target(replace(bench.place, allow_same_storage=False), staging).close()


def test_staging_as_its_own_nas_is_refused_whatever_is_allowed(bench: Bench) -> None:
    os.link(bench.nas / ".exlab-nas.json", bench.staging / ".exlab-nas.json")
    with Dir.open(bench.staging) as staging:
        error = target_error(replace(bench.place, nas_root=str(bench.staging)), staging)
    assert error.error_class is ErrorClass.CONFIGURATION
    assert "staging directory itself" in error.message


@pytest.mark.parametrize(
    ("content", "error_class"),
    [
        (None, ErrorClass.SOURCE_IO),
        ("{", ErrorClass.CONFIGURATION),
        ('{"format": 1, "station_id": "another"}', ErrorClass.CONFIGURATION),
    ],
)
def test_the_wrong_staging_is_refused(bench: Bench, content: str | None, error_class: ErrorClass) -> None:
    marker = bench.staging / ".exlab-wizard" / "station.json"
    marker.unlink()
    if content is not None:
        marker.write_text(content)
    with pytest.raises(TaskFailedError) as caught:
        open_staging(bench.place)
    assert caught.value.error.error_class is error_class
    assert str(bench.staging) in caught.value.error.message


@pytest.mark.parametrize(("opener", "key"), [(open_staging, "staging_root"), (open_state, "state_dir")])
def test_a_missing_local_directory_is_named(bench: Bench, opener: object, key: str) -> None:
    with pytest.raises(TaskFailedError) as caught:
        opener(replace(bench.place, **{key: "/nowhere/at/all"}))  # type: ignore[operator]
    assert caught.value.error.error_class is ErrorClass.SOURCE_IO
    assert "/nowhere/at/all" in caught.value.error.message


def test_a_claim_is_made_once_and_is_ours_again(bench: Bench) -> None:
    for _ in range(2):
        with Dir.open(bench.nas) as target:
            claim_run(target, RUN, bench.place.station_id).close()
            open_claimed(target, RUN, bench.place.station_id).close()
    said = json.loads((bench.control / "claim.json").read_text())
    assert (said["run_path"], said["station_id"]) == (str(RUN), bench.place.station_id)
    assert os.listdir(bench.control) == ["claim.json"]


def test_temporaries_of_a_killed_claim_go(bench: Bench) -> None:
    bench.control.mkdir(parents=True)
    left = bench.control / f".claim.json.{bench.place.station_id}.tmp"
    left.write_text("half")
    with Dir.open(bench.nas) as target:
        claim_run(target, RUN, bench.place.station_id).close()
    assert not left.exists()


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"run_path": str(RUN).replace("PROJ", "proj"), "station_id": "me"}, "proj"),
        ({"run_path": str(RUN), "station_id": "another-station"}, "another-station"),
        ({"run_path": str(RUN)}, "damaged"),
        ([], "damaged"),
        ("{", "damaged"),
    ],
)
def test_anothers_claim_is_a_conflict(bench: Bench, said: object, word: str) -> None:
    bench.control.mkdir(parents=True)
    text = said if isinstance(said, str) else json.dumps(said)
    (bench.control / "claim.json").write_text(text)
    error = claim_error(bench, "me")
    assert error.error_class is ErrorClass.CONFLICT
    assert word in error.message
    assert (bench.control / "claim.json").read_text() == text


def test_a_name_the_nas_folds_into_anothers_is_a_conflict(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    (bench.nas / RUN.equipment_id / RUN.project).mkdir(parents=True)
    real = os.listdir
    monkeypatch.setattr(claim.os, "listdir", lambda fd: [name.lower() for name in real(fd)])
    error = claim_error(bench)
    assert error.error_class is ErrorClass.CONFLICT
    assert RUN.equipment_id.lower() in error.message


def test_a_file_or_link_where_the_run_belongs_is_a_conflict(bench: Bench, tmp_path: Path) -> None:
    (bench.nas / RUN.equipment_id).write_bytes(b"")
    assert claim_error(bench).error_class is ErrorClass.CONFLICT
    (bench.nas / RUN.equipment_id).unlink()
    (tmp_path / "outside").mkdir()
    (bench.nas / RUN.equipment_id).symlink_to(tmp_path / "outside")
    assert claim_error(bench).error_class is ErrorClass.CONFLICT
    assert os.listdir(tmp_path / "outside") == []


def test_an_unclaimed_directory_is_not_ours_to_open(bench: Bench) -> None:
    bench.control.mkdir(parents=True)
    with pytest.raises(TaskFailedError) as caught, Dir.open(bench.nas) as target:
        open_claimed(target, RUN, bench.place.station_id)
    assert caught.value.error.error_class is ErrorClass.CONFLICT


def test_a_lost_race_for_the_claim_is_theirs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    real = claim.rename_noreplace

    def late(source: Dir, name: str, target: Dir, new_name: str) -> None:
        (bench.control / "claim.json").write_text(json.dumps({"run_path": str(RUN), "station_id": "quicker"}))
        real(source, name, target, new_name)

    monkeypatch.setattr(claim, "rename_noreplace", late)
    error = claim_error(bench)
    assert error.error_class is ErrorClass.CONFLICT
    assert "quicker" in error.message
    assert os.listdir(bench.control) == ["claim.json"]
