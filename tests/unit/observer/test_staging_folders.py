from __future__ import annotations

import os
from pathlib import Path

import pytest

from exlab_wizard.observer import staging_folders
from exlab_wizard.observer.staging_folders import all_folders, folders_to_run_level


def found(root: Path) -> set[str]:
    return {os.fsdecode(path) for path in all_folders(b"/", os.fsencode(root))}


def test_every_folder_is_found_and_no_link_followed(tmp_path: Path) -> None:
    root, odd = tmp_path / "root", os.fsdecode(b"not utf-8 \xff")
    (root / "a" / odd).mkdir(parents=True)
    (root / "file").touch()
    (tmp_path / "outside" / "deeper").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path / "outside")
    assert found(root) == {str(root), str(root / "a"), str(root / "a" / odd)}
    assert found(tmp_path / "nothing") == {str(tmp_path / "nothing")}
    assert list(all_folders(os.fsencode(root), os.fsencode(root / "link"))) == [os.fsencode(root / "link")]


def test_a_link_put_in_a_folders_place_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for name in ("a", "b"):
        (root / name / "deeper").mkdir(parents=True)
    (outside / "secret").mkdir(parents=True)

    class Swapping:
        """Puts a link in the place of the folder that comes next, while the one before it is listed."""

        steps = 0

        def step(self) -> None:
            self.steps += 1
            if self.steps == 5:
                other = next(name for name in ("a", "b") if name not in listed[-1])
                (root / other).rename(tmp_path / "away")
                (root / other).symlink_to(outside)

    listed: list[str] = []
    monkeypatch.setattr(staging_folders, "Courtesy", Swapping)
    for path in all_folders(os.fsencode(root), os.fsencode(root)):
        listed.append(os.fsdecode(path).removeprefix(str(root)))
    assert (tmp_path / "away").is_dir(), "it was put there in time"
    assert not [path for path in listed if "secret" in path]


def test_a_tree_may_be_deeper_than_python_calls(tmp_path: Path) -> None:
    at, depth = os.open(tmp_path, os.O_RDONLY), 1500
    for _ in range(depth):
        os.mkdir("d", dir_fd=at)
        below = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    assert len(found(tmp_path)) == depth + 1
    for path in sorted(found(tmp_path), key=len, reverse=True)[:-1]:
        os.rmdir(path)


def test_runs_are_told_of_and_nothing_below_them(tmp_path: Path) -> None:
    run = tmp_path / "CONFOCAL_01/project/Runs/Run_2026-04-17T14-32"
    (run / "deeper").mkdir(parents=True)

    def told(folder: Path) -> list[str]:
        return [os.fsdecode(path) for path in folders_to_run_level(os.fsencode(tmp_path), os.fsencode(folder))]

    assert told(tmp_path / "CONFOCAL_01") == [str(run.parents[1]), str(run.parent), str(run)]
    assert told(run) == told(run / "deeper") == []
