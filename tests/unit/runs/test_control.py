from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.control import (
    control_stamp,
    open_control,
    read_control,
    read_ingest,
    set_damaged_aside,
)
from exlab_wizard.runs.ingest import SIZE_LIMIT
from exlab_wizard.runs.paths import RunPath
from tests.support.mounts import Mounts

RUN = RunPath.parse("CONFOCAL_01/p/Runs/Run_2026-04-17T14-32")
LIMIT = 1000


@pytest.fixture
def places(tmp_path: Path) -> Iterator[tuple[Dir, Dir, Path, Path]]:
    """Staging and state as handles, the run's folder, and where its control files go in the state directory."""
    run, state = tmp_path / "staging" / str(RUN), tmp_path / "state"
    run.mkdir(parents=True)
    state.mkdir()
    with Dir.open(tmp_path / "staging") as staging_dir, Dir.open(state) as state_dir:
        yield staging_dir, state_dir, run, state / "runs" / RUN.key


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Dir]:
    with Dir.open(tmp_path) as opened:
        yield opened


def is_at(control: Dir, path: Path) -> bool:
    return os.path.samestat(os.fstat(control.fd), path.stat())


def test_control_files_live_in_the_run(places: tuple[Dir, Dir, Path, Path]) -> None:
    staging, state, run, fallback = places
    for _ in range(2):
        control, own = open_control(staging, state, RUN)
        with control:
            assert own
            assert is_at(control, run / ".exlab-wizard")
    assert not fallback.exists()


@pytest.mark.parametrize("obstacle", ["file", "link", "dangling link", "no run"])
def test_an_obstacle_sends_them_to_the_state_directory(places: tuple[Dir, Dir, Path, Path], obstacle: str) -> None:
    staging, state, run, fallback = places
    name = run / ".exlab-wizard"
    if obstacle == "file":
        name.write_bytes(b"in the way")
    elif obstacle == "no run":
        run.rmdir()
    else:
        name.symlink_to(state_target(run) if obstacle == "link" else "nowhere")
    control, own = open_control(staging, state, RUN)
    with control:
        assert not own
        assert is_at(control, fallback)
        control.write_atomic("ingest.json", b"{}")
    assert fallback.stat().st_mode & 0o777 == 0o700
    assert (state_target(run, make=False) / "ingest.json").exists() is False


def state_target(run: Path, make: bool = True) -> Path:
    target = run.parent / "elsewhere"
    if make:
        target.mkdir()
    return target


def test_a_read_only_disk_sends_them_to_the_state_directory(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a tmpfs")
    (tmp_path / "state").mkdir()
    with Mounts(tmp_path / "mounts") as mounts:
        root = mounts.tmpfs(tmp_path / "staging", "size=1m")
        (root / str(RUN) / ".exlab-wizard").mkdir(parents=True)
        subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
        with Dir.open(root) as staging, Dir.open(tmp_path / "state") as state:
            control, own = open_control(staging, state, RUN)
            with control:
                assert not own
                assert is_at(control, tmp_path / "state" / "runs" / RUN.key)


AS_NOBODY = """
import os, sys
from exlab_wizard.fsys import Dir
from exlab_wizard.runs.control import open_control
from exlab_wizard.runs.paths import RunPath
staging, state = Dir.open(sys.argv[1]), Dir.open(sys.argv[2])
os.setuid(65534)
control, own = open_control(staging, state, RunPath.parse(sys.argv[3]))
print(own, os.readlink(f"/proc/self/fd/{control.fd}"))
"""


@pytest.mark.parametrize("made", [False, True])
def test_a_run_of_somebody_else_is_worked_with_from_the_state_directory(
    places: tuple[Dir, Dir, Path, Path], made: bool
) -> None:
    """Its `.exlab-wizard` missing and not to be made, or there and not to be written."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become another user")
    _, _, run, fallback = places
    if made:
        (run / ".exlab-wizard").mkdir(mode=0o755)
    state = fallback.parents[1]
    state.chmod(0o777)
    argv = [sys.executable, "-c", AS_NOBODY, str(run.parents[3]), str(state), str(RUN)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", str(fallback)]


def test_a_control_file_is_read_or_said_to_be_unreadable(folder: Dir, tmp_path: Path) -> None:
    (tmp_path / "good").write_bytes(b"x" * LIMIT)
    (tmp_path / "big").write_bytes(b"x" * (LIMIT + 1))
    (tmp_path / "link").symlink_to("good")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    assert read_control(folder, "good", LIMIT) == b"x" * LIMIT
    assert read_control(folder, "missing", LIMIT) is None
    assert [read_control(folder, name, LIMIT) for name in ("big", "link", "folder", "fifo")] == [b""] * 4


def test_ingest_is_read_up_to_its_limit(folder: Dir, tmp_path: Path) -> None:
    assert read_ingest(folder) is None
    (tmp_path / "ingest.json").write_bytes(json.dumps({"a": 1}).encode())
    assert read_ingest(folder) == b'{"a": 1}'
    os.truncate(tmp_path / "ingest.json", SIZE_LIMIT + 1)
    assert read_ingest(folder) == b""


def test_the_stamp_tells_when_to_read_again(folder: Dir, tmp_path: Path) -> None:
    stamps = [control_stamp(folder)]
    for name, data in (("ingest.json", b"1"), ("ingest.json", b"22"), ("creation.json", b"1")):
        folder.write_atomic(name, data)
        assert control_stamp(folder) not in stamps
        stamps.append(control_stamp(folder))
    (tmp_path / "wizard.labpc-04.log").touch()
    assert control_stamp(folder) == stamps[-1]
    (tmp_path / "ingest.json").unlink()
    assert control_stamp(folder) not in stamps


def test_torn_files_are_kept_every_one(folder: Dir, tmp_path: Path) -> None:
    assert set_damaged_aside(folder) is None
    names = []
    for content in (b"first", b"second", b"third"):
        (tmp_path / "ingest.json").write_bytes(content)
        names.append(set_damaged_aside(folder))
    assert [(tmp_path / str(name)).read_bytes() for name in names] == [b"first", b"second", b"third"]
    assert all(str(name).startswith("ingest.json.damaged-20") for name in names)
    assert not (tmp_path / "ingest.json").exists()


@pytest.mark.parametrize("odd", ["link", "folder", "fifo"])
def test_what_is_no_file_is_set_aside_as_it_is(folder: Dir, tmp_path: Path, odd: str) -> None:
    place = tmp_path / "ingest.json"
    {"link": lambda: place.symlink_to("/etc/passwd"), "folder": place.mkdir, "fifo": lambda: os.mkfifo(place)}[odd]()
    name = set_damaged_aside(folder)
    assert name is not None
    assert os.path.lexists(tmp_path / name)
    assert not os.path.lexists(place)
