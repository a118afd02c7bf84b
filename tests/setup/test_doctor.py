"""`doctor`: each thing that can be wrong on a real machine is found, by its key, with a remedy."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.api.models import HealthCheck
from exlab_wizard.doctor import examine, installation
from exlab_wizard.doctor.probe import probe
from exlab_wizard.doctor.staging import count_directories, unrecognised_verdict, watches_verdict, writable_verdict
from exlab_wizard.doctor.targets import verdict
from exlab_wizard.fsys import Dir
from exlab_wizard.observer.discover import Discovery, Unrecognised
from exlab_wizard.station.state_place import NETWORK_KINDS, is_network, unfit, unfit_mount
from exlab_wizard.sync.engine.mounts import Mount
from exlab_wizard.sync.tasks import ErrorClass, Outcome, Place, TaskError
from tests.support.command import exlab_wizard
from tests.support.lab import Lab
from tests.support.processes import processes_with


@pytest.fixture(autouse=True)
def quick_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernels of this machine have tests of their own below."""
    monkeypatch.setattr("exlab_wizard.doctor.check_installation", lambda: iter(()))


def examined(lab: Lab) -> dict[str, HealthCheck]:
    path = lab.base / "exlab_wizard.yaml"
    path.write_text(json.dumps(lab.data))
    checks = list(examine(path))
    for check in checks:
        assert check.ok == (check.severity != "error")
        assert check.ok or check.remedy, f"{check.name} says what is wrong and not what to do"
    return {check.name: check for check in checks}


def broken(lab: Lab) -> dict[str, str]:
    return {name: check.message for name, check in examined(lab).items() if not check.ok}


def test_a_good_station_passes_with_every_check_made(lab: Lab) -> None:
    checks = examined(lab)
    assert {name for name, check in checks.items() if not check.ok} == set()
    assert set(checks) == {
        "config",
        "orchestrator.staging_root",
        "staging marker",
        "orchestrator.state_dir",
        "file events",
        "unrecognised entries",
        "sync.allow_same_storage",
        "equipment[0].nas_root",
    }
    assert "any name" in checks["equipment[0].nas_root"].message


def test_nothing_configured_says_how_to_begin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EXLAB_WIZARD_CONFIG", raising=False)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    (check,) = examine()
    assert not check.ok
    assert "exlab-wizard init" in check.remedy


def test_every_problem_of_a_config_is_a_check(lab: Lab) -> None:
    lab.data["sync"]["workers"] = 99
    lab.data["equipment"][0]["id"] = "x"
    assert set(broken(lab)) == {"sync.workers", "equipment[0].id"}


def test_a_disabled_station_is_said(lab: Lab) -> None:
    lab.data["orchestrator"]["enabled"] = False
    assert set(broken(lab)) == {"orchestrator.enabled"}


def test_an_unmounted_staging_disk(lab: Lab) -> None:
    lab.data["orchestrator"]["staging_root"] = str(lab.base / "elsewhere")
    assert "cannot be opened" in broken(lab)["orchestrator.staging_root"]


def test_an_unmarked_staging_directory(unmarked_lab: Lab) -> None:
    checks = examined(unmarked_lab)
    assert "mark-staging" in checks["staging marker"].remedy
    assert checks["equipment[0].nas_root"].severity == "warning"
    assert list(unmarked_lab.nas.iterdir()) == []


def test_an_unmounted_nas(lab: Lab) -> None:
    (lab.nas / ".exlab-nas.json").unlink()
    checks = examined(lab)
    assert not checks["equipment[0].nas_root"].ok
    assert "mark-nas" in checks["equipment[0].nas_root"].remedy


def test_another_nas_than_the_configured_one(lab: Lab) -> None:
    lab.data["equipment"][0]["nas_id"] = "another"
    assert "another is expected" in broken(lab)["equipment[0].nas_root"]


def test_staging_and_nas_on_one_disk(lab: Lab) -> None:
    lab.data["sync"]["allow_same_storage"] = False
    assert "same storage" in broken(lab)["equipment[0].nas_root"]


@pytest.mark.parametrize(("mode", "fit"), [(0o700, True), (0o2770, True), (0o755, False), (0o777, False)])
def test_the_state_directory_is_private(lab: Lab, mode: int, fit: bool) -> None:
    (lab.staging / ".exlab-wizard").chmod(mode)
    assert ("orchestrator.state_dir" not in broken(lab)) == fit


def test_a_state_directory_that_is_not_there_yet(lab: Lab) -> None:
    lab.data["orchestrator"]["state_dir"] = str(lab.base / "state")
    assert "will be made" in examined(lab)["orchestrator.state_dir"].message
    lab.data["orchestrator"]["state_dir"] = str(lab.base / "no" / "state")
    assert "cannot be made" in broken(lab)["orchestrator.state_dir"]


def test_what_nobody_will_sync_is_listed(lab: Lab) -> None:
    (lab.staging / "OLD_DATA").mkdir()
    (lab.staging / "OLD_DATA" / "image.tif").write_bytes(b"x" * 2048)
    check = examined(lab)["unrecognised entries"]
    assert check.severity == "warning"
    assert "OLD_DATA (2.0 KiB)" in check.message
    assert check.remedy


def test_a_long_list_is_cut_and_counted() -> None:
    found = Discovery(unrecognised=[Unrecognised(f"X{number}", 1, "why", "Move it.") for number in range(12)])
    check = unrecognised_verdict(found)
    assert "12 things" in check.message
    assert "and 7 more" in check.message


@pytest.mark.parametrize(
    ("limit", "directories", "severity"),
    [(8192, 100, "ok"), (8192, 8000, "warning"), (8192, 20_000, "warning"), (None, 1, "warning")],
)
def test_watches_are_counted(limit: int | None, directories: int, severity: str) -> None:
    check = watches_verdict(limit, directories)
    assert check.severity == severity
    assert severity == "ok" or check.remedy


def test_control_folders_need_no_watch(lab: Lab) -> None:
    lab.push(lab.run_path(), {"deep/er/a.tif": b"1"})
    # the root, equipment, project, Runs, the run, deep, er
    assert count_directories(str(lab.staging), 5) == 7


@pytest.mark.parametrize("kind", sorted(NETWORK_KINDS))
def test_state_on_a_network_file_system_is_refused(kind: str) -> None:
    wrong = unfit_mount("/home/lab/state", Mount(kind, "nas:/home"))
    assert wrong is not None
    assert wrong.refused
    assert kind in wrong.message


def test_a_local_disk_is_fit(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert unfit(str(tmp_path)) is None
    assert not is_network(None)
    assert not is_network(Mount("ext4", "/dev/sda1"))


def place_of(lab: Lab, nas_root: Path) -> Place:
    return Place(str(lab.staging), "station", str(nas_root), None, str(lab.staging / ".exlab-wizard"), True)


def test_a_hanging_nas_is_told_within_its_limit(lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # a worker that never answers, as one that hangs in the kernel on a dead mount
    hung = tmp_path / "hung-python"
    hung.write_text("#!/bin/sh\nexec sleep 600\n")
    hung.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(hung))
    began = time.monotonic()
    outcome = probe(place_of(lab, lab.nas), seconds=0.5)
    assert time.monotonic() - began < 5
    assert outcome.error is not None
    assert "did not answer" in outcome.error.message
    assert processes_with(str(hung)) == []


@pytest.mark.parametrize("error_class", list(ErrorClass))
def test_every_way_a_probe_fails_has_a_remedy(error_class: ErrorClass) -> None:
    check = verdict("equipment[0].nas_root", "/nas", Outcome("doctor", TaskError(error_class, "It failed.")))
    assert not check.ok
    assert check.remedy


@pytest.mark.parametrize(
    ("capabilities", "severity"),
    [({}, "ok"), ({"directory_fsync": False}, "warning"), ({"exclusive_publish": False}, "error")],
)
def test_what_a_target_cannot_prove_is_said(capabilities: dict[str, Any], severity: str) -> None:
    data = {"nas_id": "a", "names": "posix", "capabilities": capabilities, "free_bytes": 1, "total_bytes": 2}
    assert verdict("equipment[0].nas_root", "/nas", Outcome("doctor", data=data)).severity == severity


def test_the_panel_of_this_environment() -> None:
    assert installation.check_panel().ok


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty configuration folder of Jupyter, searched as that of an environment is, before this environment's."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "user"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "environment"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    folder = tmp_path / "environment"
    (folder / "jupyter_server_config.d").mkdir(parents=True)
    (tmp_path / "user").mkdir()
    return folder


def test_an_extension_that_the_wheel_enabled_is_found(settings: Path) -> None:
    file = "jupyter_server_config.d/exlab_wizard.json"
    (settings / file).write_bytes((Path(__file__).parents[2] / "jupyter-config" / file).read_bytes())
    check = installation.check_extension()
    assert (check.severity, check.message) == ("ok", "It is enabled and loads.")


@pytest.mark.parametrize(
    "file", ["user/jupyter_server_config.json", "environment/jupyter_server_config.d/exlab_wizard.json"]
)
def test_a_disabled_extension_is_found(settings: Path, file: str) -> None:
    document = {"ServerApp": {"jpserver_extensions": {"exlab_wizard": False}}}
    (settings.parent / file).write_text(json.dumps(document))
    check = installation.check_extension()
    assert not check.ok
    assert "jupyter server extension enable exlab_wizard" in check.remedy


def test_a_server_without_the_browser_half_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *parts: [str(tmp_path)])
    check = installation.check_panel()
    assert not check.ok
    assert "anywidget" in check.remedy


def kernel(folder: Path, name: str, program: Path) -> None:
    place = folder / "kernels" / name
    place.mkdir(parents=True)
    spec = {"argv": [str(program), "-m", "x"], "display_name": name, "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec))


def test_a_kernel_of_another_environment_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, code in (("with", 0), ("without", 1)):
        program = tmp_path / f"python-{name}"
        program.write_text(f"#!/bin/sh\nexit {code}\n")
        program.chmod(0o755)
        kernel(tmp_path, name, program)
    kernel(tmp_path, "gone", tmp_path / "not-there")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    found = {check.name: check.severity for check in installation.check_kernels()}
    assert (found["kernel with"], found["kernel without"], found["kernel gone"]) == ("ok", "warning", "warning")


def test_the_command_exits_with_its_verdict(lab: Lab) -> None:
    path = lab.write_config()
    done = exlab_wizard("doctor", "--config", path, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == (0 if document["ok"] else 1)
    assert {check["name"] for check in document["checks"]} >= {"config", "server extension", "panel"}
    path.write_text("sync: {workers: 99}\n")
    done = exlab_wizard("doctor", "--config", path)
    assert done.returncode == 1
    assert "sync.workers" in done.stdout
    assert "->" in done.stdout


def test_a_staging_directory_we_may_not_write(lab: Lab) -> None:
    lab.staging.chmod(0o555)
    uid = os.geteuid()
    with Dir.open(lab.staging) as root:
        if uid == 0:
            os.seteuid(65534)  # root may write everywhere
        try:
            check = writable_verdict(root, str(lab.staging))
        finally:
            os.seteuid(uid)
            lab.staging.chmod(0o700)
    assert "cannot be written" in check.message
    assert not check.ok
