"""`init`, `mark-nas`, `mark-staging`: the real command, against real directories."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from exlab_wizard.config import load_config
from exlab_wizard.config_template import SIGNALS, Answers, render
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import read_nas_marker, read_station_marker
from exlab_wizard.strict_yaml import parse_mapping
from tests.support.command import exlab_wizard


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Staging (not made yet), NAS, and where the configuration shall go."""
    nas = tmp_path / "nas"
    nas.mkdir()
    return tmp_path / "staging", nas, tmp_path / "etc" / "exlab_wizard.yaml"


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_three_answers_make_a_configuration_that_works(places: tuple[Path, Path, Path]) -> None:
    staging, nas, file = places
    answers = f"{staging}\n{nas}\nSEM_01 quiet_period\n"
    done = exlab_wizard("init", "--output", file, "--allow-same-storage", stdin=answers)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("?") == 3
    config = load_config(file)
    one = config.equipment[0]
    assert config.orchestrator.enabled
    assert (config.orchestrator.staging_root, one.nas_root) == (str(staging), str(nas))
    assert (one.id, one.completeness_signal, one.quiet_minutes) == ("SEM_01", "quiet_period", 60)
    with Dir.open(staging) as root, Dir.open(nas) as target:
        assert read_station_marker(root).station_id in done.stdout
        assert read_nas_marker(target).nas_id == one.nas_id
    assert str(file) in done.stdout
    assert "exlab-wizard doctor" in done.stdout


def test_flags_ask_nothing(places: tuple[Path, Path, Path]) -> None:
    staging, nas, file = places
    done = exlab_wizard(
        *("init", "--staging", staging, "--nas", nas, "--equipment", "CONFOCAL_01", "--signal", "manifest"),
        *("--label", 'The confocal: "big" one', "--output", file, "--allow-same-storage"),
    )
    assert done.returncode == 0, done.stderr
    assert load_config(file).equipment[0].label == 'The confocal: "big" one'


def test_yes_takes_defaults_and_names_the_flag_it_cannot_guess(places: tuple[Path, Path, Path]) -> None:
    staging, nas, file = places
    home = {"HOME": str(staging.parent)}
    done = exlab_wizard("init", "--yes", "--output", file, env=home)
    assert done.returncode == 2
    assert "--nas" in done.stderr
    done = exlab_wizard("init", "--yes", "--nas", nas, "--output", file, "--allow-same-storage", env=home)
    assert done.returncode == 0, done.stderr
    assert load_config(file).equipment[0].id == "CONFOCAL_01"


def test_an_existing_file_is_never_overwritten(places: tuple[Path, Path, Path]) -> None:
    staging, nas, file = places
    file.parent.mkdir()
    file.write_text("# mine\n")
    done = exlab_wizard("init", "--yes", "--staging", staging, "--nas", nas, "--output", file, "--allow-same-storage")
    assert done.returncode == 1
    assert file.read_text() == "# mine\n"
    assert tree(nas) == []
    assert not staging.exists()


@pytest.mark.parametrize(
    ("flag", "value", "says"),
    [
        ("--equipment", "confocal", "equipment[0].id"),
        ("--nas", "{staging}/nas", "equipment[0].nas_root"),
        ("--nas", "{tmp}/not-mounted", "Mount the NAS"),
        ("--nas", "/", "equipment[0].nas_root"),
    ],
)
def test_a_bad_answer_is_named_and_nothing_is_made(
    places: tuple[Path, Path, Path], flag: str, value: str, says: str
) -> None:
    staging, nas, file = places
    given = {"--staging": str(staging), "--nas": str(nas), "--equipment": "CONFOCAL_01"}
    given[flag] = value.format(staging=staging, tmp=staging.parent)
    flags = [word for pair in given.items() for word in pair]
    done = exlab_wizard("init", "--yes", *flags, "--output", file, "--allow-same-storage")
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert not staging.exists()
    assert not file.exists()
    assert tree(nas) == []


def test_a_nas_on_the_staging_disk_is_taken_for_unmounted(places: tuple[Path, Path, Path]) -> None:
    staging, nas, file = places
    done = exlab_wizard("init", "--yes", "--staging", staging, "--nas", nas, "--output", file)
    assert done.returncode == 1
    assert "Is the NAS mounted?" in done.stderr
    assert not file.exists()
    assert tree(nas) == []


def test_nobody_to_answer_is_said(places: tuple[Path, Path, Path]) -> None:
    done = exlab_wizard("init", "--output", places[2])
    assert done.returncode == 2
    assert "flag" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_default_place_is_found_by_the_server(places: tuple[Path, Path, Path], tmp_path: Path) -> None:
    staging, nas, _ = places
    env = {"JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    flags = ("--staging", staging, "--nas", nas, "--allow-same-storage")
    done = exlab_wizard("init", "--yes", *flags, env=env)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "config" / "exlab_wizard.yaml").exists()
    assert "EXLAB_WIZARD_CONFIG" not in done.stdout


@pytest.mark.parametrize("command", ["mark-nas", "mark-staging"])
def test_marking_twice_keeps_the_first_id(tmp_path: Path, command: str) -> None:
    first, second = (json.loads(exlab_wizard(command, tmp_path, "--json").stdout) for _ in range(2))
    key = "nas_id" if command == "mark-nas" else "station_id"
    assert first[key] == second[key]
    assert (first["existed"], second["existed"]) == (False, True)
    said = exlab_wizard(command, tmp_path)
    assert first[key] in said.stdout
    assert "already" in said.stdout


@pytest.mark.parametrize("command", ["mark-nas", "mark-staging"])
def test_marking_what_is_not_there_makes_nothing(tmp_path: Path, command: str) -> None:
    done = exlab_wizard(command, tmp_path / "share")
    assert done.returncode == 2
    assert "mounted" in done.stderr
    assert tree(tmp_path) == []


def test_a_damaged_marker_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / ".exlab-nas.json").write_text("{torn")
    done = exlab_wizard("mark-nas", tmp_path)
    assert done.returncode == 1
    assert ".exlab-nas.json" in done.stderr
    assert (tmp_path / ".exlab-nas.json").read_text() == "{torn"


@pytest.mark.parametrize("signal", SIGNALS)
def test_the_template_says_exactly_the_answers(signal: str) -> None:
    answers = Answers("/st a: #ging", '/n"as', "SEM_01", signal, "Größe: 1", "abc-1", True)
    data = parse_mapping(render(answers))
    one = data["equipment"][0]
    assert data["orchestrator"]["staging_root"] == "/st a: #ging"
    assert (one["nas_root"], one["label"], one["nas_id"]) == ('/n"as', "Größe: 1", "abc-1")
    assert one["completeness_signal"] == signal
    assert data["sync"]["allow_same_storage"] is True


def test_the_state_directory_init_makes_is_private(places: tuple[Path, Path, Path]) -> None:
    staging, nas, file = places
    old = os.umask(0o002)
    try:
        exlab_wizard("init", "--yes", "--staging", staging, "--nas", nas, "--output", file, "--allow-same-storage")
    finally:
        os.umask(old)
    assert (staging / ".exlab-wizard").stat().st_mode & 0o777 == 0o700
