"""The wheel: what a user gets, and that nothing of it is missing or too much."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = "exlab_wizard-0.1.0.data/data/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (file,) = place.glob("*.whl")
    return zipfile.ZipFile(file)


def test_it_enables_the_extension(wheel: zipfile.ZipFile) -> None:
    settings = json.loads(wheel.read(f"{DATA}etc/jupyter/jupyter_server_config.d/exlab_wizard.json"))
    assert settings == {"ServerApp": {"jpserver_extensions": {"exlab_wizard": True}}}


def test_it_brings_the_command_and_the_notebooks(wheel: zipfile.ZipFile) -> None:
    assert b"exlab-wizard = exlab_wizard.cli.main:main" in wheel.read("exlab_wizard-0.1.0.dist-info/entry_points.txt")
    assert f"{DATA}share/exlab_wizard/notebooks/staging.ipynb" in wheel.namelist()


def test_it_brings_the_extension_of_jupyterlab(wheel: zipfile.ZipFile) -> None:
    place = f"{DATA}share/jupyter/labextensions/exlab-wizard/"
    built = ROOT / "exlab_wizard" / "labextension"
    wanted = {f"{place}{path.relative_to(built)}" for path in built.rglob("*") if path.is_file()}
    assert wanted == {name for name in wheel.namelist() if name.startswith(place)}
    package = json.loads(wheel.read(f"{place}package.json"))
    assert package["name"] == "exlab-wizard"
    assert f"{place}{package['jupyterlab']['_build']['load']}" in wanted, "what JupyterLab loads first"
    assert json.loads(wheel.read(f"{place}install.json"))["packageName"] == "exlab-wizard"


def test_page_and_server_are_of_one_version() -> None:
    package = json.loads((ROOT / "ui" / "package.json").read_text())
    assert package["version"] == version("exlab-wizard"), "else every panel would ask for a reload"


def test_it_holds_every_file_of_the_package(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    top = ROOT / "exlab_wizard"
    parts = {path.relative_to(top).parts: path for path in top.rglob("*") if path.is_file()}
    files = [path for names, path in parts.items() if "__pycache__" not in names and names[0] != "labextension"]
    missing = {str(path.relative_to(ROOT)) for path in files} - names
    assert missing == set()
    assert {"exlab_wizard/py.typed", "exlab_wizard/api/openapi.json", "exlab_wizard/api/staging_changed.yaml"} <= names
    assert any(name.startswith("exlab_wizard/panel/static/") and name.endswith(".js") for name in names)


def test_it_holds_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"exlab_wizard", "exlab_wizard-0.1.0.dist-info", "exlab_wizard-0.1.0.data"}
    assert "exlab_wizard-0.1.0.dist-info/licenses/LICENSE" in wheel.namelist()


def test_importing_the_package_loads_no_server() -> None:
    code = "import sys, exlab_wizard; print([name for name in sys.modules if 'jupyter' in name or 'tornado' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
