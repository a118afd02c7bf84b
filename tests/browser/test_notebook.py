"""`notebooks/staging.ipynb`, run as a scientist would: every cell, against a real server with a verified run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from exlab_wizard.demo.server import ServerProcess
from tests.support.lab import Lab
from tests.support.waiting import wait_for

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "staging.ipynb"


@pytest.fixture
def server(start_server: Callable[..., ServerProcess], lab: Lab) -> ServerProcess:
    """A server over one lab."""
    return start_server(lab.write_config())


@pytest.fixture
def execute(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Run the notebook in a fresh kernel that finds the server as one below it does; the text of each code cell."""

    def run() -> list[str]:
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(server.home / "runtime"))
        monkeypatch.setenv("IPYTHONDIR", str(server.home / "ipython"))
        notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
        NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
        return [_text(cell) for cell in notebook.cells if cell.cell_type == "code"]

    return run


def test_the_notebook_runs_and_opens_a_verified_run(
    server: ServerProcess, lab: Lab, execute: Callable[[], list[str]]
) -> None:
    run = lab.run_path()
    lab.push(run, {"scan.h5": b"x" * 12345})
    wait_for(lambda: "Verified" in server.get("staging/overview").text, 30, "the run to be verified")
    panel, traits, listing, files, table = execute()
    assert "exlab-wizard list" in panel and run in panel, "the text where no widget can be shown"
    assert "All of it is verified on the NAS." in traits and "Selected:" in traits
    assert run in table and "CONFOCAL_01" in table
    assert run in listing and "Verified" in listing
    assert str(lab.staging / run) in files and "scan.h5  12,345 bytes" in files


def test_the_notebook_runs_while_nothing_is_staged(server: ServerProcess, execute: Callable[[], list[str]]) -> None:
    wait_for(lambda: server.get("staging/overview").status_code == 200, 30, "the first listing")
    _, traits, listing, files, _ = execute()
    assert "0 runs, 0 B on this computer." in traits
    assert "Nothing is staged." in listing
    assert "run this cell again" in files


def test_the_notebook_is_clean_and_names_its_kernel() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3", "else JupyterLab asks for a kernel before anything is seen"
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


def _text(cell: Any) -> str:
    parts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "".join(parts)
