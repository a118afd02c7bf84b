from __future__ import annotations

import os
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.observer.discover import Discovery, Unrecognised, discover
from exlab_wizard.runs.paths import RunPath
from tests.support.engine import put

IDS = frozenset({"CONFOCAL_01", "CRYO_EM"})
RUN = "CONFOCAL_01/PROJ 0042/Runs/Run_2026-04-17T14-32"
TEST_RUN = "CRYO_EM/grid: tests/TestRuns/TestRun_2026-04-17T14-32-59"


def look(root: Path) -> Discovery:
    with Dir.open(root) as staging:
        return discover(staging, IDS)


def only(root: Path) -> Unrecognised:
    """The one unrecognised entry there is."""
    found = look(root)
    assert len(found.unrecognised) == 1, found
    return found.unrecognised[0]


def test_runs_are_found_and_the_stations_own_folder_is_none(tmp_path: Path) -> None:
    put(tmp_path, {f"{RUN}/a.tif": b"1", f"{TEST_RUN}/deep/b.tif": b"2", ".exlab-wizard/station.json": b"{}"})
    (tmp_path / "CONFOCAL_01/empty project").mkdir()
    found = look(tmp_path)
    assert [*map(str, found.runs)] == [RUN, TEST_RUN]
    assert found.unrecognised == []


def test_an_empty_staging_directory_holds_nothing(tmp_path: Path) -> None:
    assert look(tmp_path) == Discovery()


@pytest.mark.parametrize(
    ("path", "where", "reason", "remedy"),
    [
        ("LASER_9/p/Runs/Run_2026-04-17T14-32/a", "LASER_9", "no instrument of this name", "'equipment'"),
        ("stray.tif", "stray.tif", "no instrument of this name", "'equipment'"),
        ("CONFOCAL_01/stray.tif", "CONFOCAL_01/stray.tif", "a file outside any run", "Move it into a run folder"),
        ("CONFOCAL_01/p/stray.tif", "CONFOCAL_01/p/stray.tif", "only the folders Runs and TestRuns", "Move it"),
        ("CONFOCAL_01/p/raw/a.tif", "CONFOCAL_01/p/raw", "only the folders Runs and TestRuns", "Move it"),
        ("CONFOCAL_01/p/Runs", "CONFOCAL_01/p/Runs", "a file outside any run", "Move it into a run folder"),
        ("CONFOCAL_01/p/Runs/a.tif", "CONFOCAL_01/p/Runs/a.tif", "a file outside any run", "Move it"),
        ("CONFOCAL_01/p/Runs/Run_1/a", "CONFOCAL_01/p/Runs/Run_1", "must look like Run_2026", "Rename it"),
        ("CONFOCAL_01/p/Runs/Run_2026-04-17T14-32 (copy)/a", None, "must look like Run_2026", "Rename it"),
        ("CONFOCAL_01/p/TestRuns/Run_2026-04-17T14-32/a", None, "TestRun_... below TestRuns", "Rename it"),
        ("CONFOCAL_01/p/Runs/TestRun_2026-04-17T14-32/a", None, "must look like Run_2026", "Rename it"),
        ("CONFOCAL_01/a: b/Runs/what is this: odd/a", None, "must look like Run_2026", "Rename it"),
        ("CONFOCAL_01/p\nq/Runs/Run_2026-04-17T14-32/a", None, "the project must be one plain folder name", "project"),
        (
            "CONFOCAL_01/\udcff/Runs/Run_2026-04-17T14-32/a",
            None,
            "the project must be one plain folder name",
            "project",
        ),
        ("CONFOCAL_01/.exlab-wizard/Runs/Run_2026-04-17T14-32/a", None, "the project must be one plain", "project"),
    ],
)
def test_whatever_is_not_a_run_is_listed_with_reason_and_remedy(
    tmp_path: Path, path: str, where: str | None, reason: str, remedy: str
) -> None:
    put(tmp_path, {path: b"x" * 123})
    entry = only(tmp_path)
    assert entry.path == (where or path.rpartition("/")[0])
    assert entry.bytes == 123
    assert reason in entry.reason
    assert not entry.reason.endswith(".")
    assert remedy in entry.remedy
    assert entry.remedy.endswith(".")
    assert look(tmp_path).runs == []


@pytest.mark.parametrize("depth", range(1, 5))
def test_a_link_at_any_level_is_listed_and_never_followed(tmp_path: Path, depth: int) -> None:
    put(tmp_path, {"real/a.tif": b"x" * 1000, **{f"real/{part}/a": b"" for part in ("p/Runs/Run_2026-04-17T14-32",)}})
    staging = tmp_path / "staging"
    link = staging.joinpath(*RUN.split("/")[:depth])
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "real", target_is_directory=True)
    entry = only(staging)
    assert entry.path == "/".join(RUN.split("/")[:depth])
    assert entry.reason == "a symbolic link, which is never followed"
    assert entry.bytes == 0
    assert look(staging).runs == []


def test_special_files_are_listed_and_never_opened(tmp_path: Path) -> None:
    (tmp_path / "CONFOCAL_01").mkdir()
    os.mkfifo(tmp_path / "CONFOCAL_01" / "fifo")
    assert only(tmp_path).reason == "neither a file nor a folder"


def test_bytes_are_those_of_regular_files_all_the_way_down(tmp_path: Path) -> None:
    put(tmp_path, {"JUNK/a": b"12", "JUNK/b/c/d": b"345", "JUNK/b/e": b"6"})
    (tmp_path / "JUNK" / "link").symlink_to("/usr")
    assert only(tmp_path).bytes == 6


def test_good_and_bad_neighbours_do_not_disturb_each_other(tmp_path: Path) -> None:
    put(tmp_path, {f"{RUN}/a": b"1", "CONFOCAL_01/PROJ 0042/Runs/old/b": b"22", "JUNK/c": b"333", "file": b"4444"})
    found = look(tmp_path)
    assert [*map(str, found.runs)] == [RUN]
    assert {entry.path: entry.bytes for entry in found.unrecognised} == {
        "CONFOCAL_01/PROJ 0042/Runs/old": 2,
        "JUNK": 3,
        "file": 4,
    }


def test_no_handle_is_left_open(tmp_path: Path) -> None:
    put(tmp_path, {f"{RUN}/a": b"1", "JUNK/b/c/d/e": b"2", "CONFOCAL_01/p/Runs/odd/f": b"3", "CONFOCAL_01/p/g": b"4"})
    before = set(os.listdir("/proc/self/fd"))
    look(tmp_path)
    assert set(os.listdir("/proc/self/fd")) == before


def test_what_is_known_as_a_run_is_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {f"{RUN}/a.tif": b"1", f"{TEST_RUN}/a.tif": b"2"})
    run, opened = RunPath.parse(RUN), []
    real = Dir.child
    monkeypatch.setattr(Dir, "child", lambda self, name: opened.append(name) or real(self, name))
    with Dir.open(tmp_path) as staging:
        found = discover(staging, IDS, {RUN: run}.get)
    assert [*map(str, found.runs)] == [RUN, TEST_RUN]
    assert found.runs[0] is run
    assert run.leaf not in opened and TEST_RUN.rpartition("/")[2] in opened
    (tmp_path / RUN / "a.tif").unlink()
    (tmp_path / RUN).rmdir()
    (tmp_path / RUN).touch()
    with Dir.open(tmp_path) as staging:
        found = discover(staging, IDS, {RUN: run}.get)
    assert [entry.reason for entry in found.unrecognised] == ["a file outside any run"]
    assert [*map(str, found.runs)] == [TEST_RUN]
