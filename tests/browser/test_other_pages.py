"""The panel where the page is not JupyterLab, or cannot reach the server: Notebook, Voila, through the kernel."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from exlab_wizard.demo.processes import BOUND, end_all, family
from exlab_wizard.demo.server import ServerProcess
from tests.browser.conftest import SHOW_PANEL
from tests.browser.harness import NotebookPage, lab_settings, notebook_json
from tests.support.lab import Lab
from tests.support.server import running_server
from tests.support.waiting import wait_for

Pages = Callable[..., Page]
THROUGH = "Through the kernel"
STAGING_CALLS = re.compile(r"/staging(/|\?|$)")
_stamps = iter(range(60))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """The directories of the `server`; each test pushes runs of its own."""
    return Lab(tmp_path_factory.mktemp("other-pages") / "lab").mark()


@pytest.fixture(scope="module")
def server(lab: Lab) -> Iterator[ServerProcess]:
    """A real Jupyter Notebook, which brings JupyterLab and Voila along."""
    settings = lab_settings(lab.base / "lab-settings")
    settings["JupyterNotebookApp"] = {"app_settings_dir": settings["LabApp"]["app_settings_dir"]}
    settings["ServerApp"]["jpserver_extensions"] = {"voila.server_extension": True}
    with running_server(lab.base / "server", lab.write_config(), app="notebook", settings=settings) as started:
        (started.root_dir / "panel.ipynb").write_text(notebook_json([SHOW_PANEL]))
        wait_for(lambda: started.get("staging/overview").status_code == 200, 30, "the first listing")
        yield started


@pytest.fixture
def unfinished(lab: Lab) -> str:
    """A run whose instrument still writes: it shows a button that needs no waiting."""
    run = lab.run_path("P A", f"2026-04-17T10-{next(_stamps):02}")
    lab.push(run, {"scan.h5": b"a" * 10_000}, done=False)
    return run


def test_in_notebook(server: ServerProcess, open_page: Pages, lab: Lab, unfinished: str) -> None:
    page = open_page()
    page.goto(f"{server.url}notebooks/panel.ipynb?token={server.token}")
    page.get_by_text("Python 3 (ipykernel)").wait_for()  # "No Kernel" until there is a session
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(state="attached")
    page.locator(".cm-content").first.press("Shift+Enter")
    _syncs(panel_of(page), lab, unfinished)
    expect(panel_of(page)).not_to_contain_text(THROUGH)


def test_in_voila_beside_the_station(server: ServerProcess, open_page: Pages, lab: Lab, unfinished: str) -> None:
    page = open_page()
    page.goto(f"{server.url}voila/render/panel.ipynb?token={server.token}")
    _syncs(panel_of(page), lab, unfinished)
    expect(panel_of(page)).not_to_contain_text(THROUGH)


def test_voila_on_its_own_asks_through_the_kernel(
    server: ServerProcess, open_page: Pages, lab: Lab, unfinished: str, tmp_path: Path
) -> None:
    """That process has no /staging: the kernel finds the station's server as a script does."""
    with _voila(server, tmp_path) as url:
        page = open_page()
        page.goto(url)
        expect(panel_of(page)).to_contain_text(THROUGH, timeout=30_000)
        _syncs(panel_of(page), lab, unfinished)


def test_in_jupyterlab_the_kernel_steps_in(server: ServerProcess, open_page: Pages, lab: Lab, unfinished: str) -> None:
    """A page that cannot reach /staging, as in VS Code: rows, log, act and refusal all come by the kernel."""
    page = open_page()
    page.route(STAGING_CALLS, lambda route: route.abort())
    notebook = NotebookPage(server, page, "panel.ipynb").load()
    notebook.run_all()
    panel = notebook.panel
    expect(panel).to_contain_text(THROUGH, timeout=30_000)
    row = notebook.row(unfinished)
    expect(row).to_contain_text("Receiving")
    row.get_by_role("button", name="Log").click()
    expect(panel.locator(".exlab-log")).to_contain_text(f"{unfinished}/.exlab-wizard")
    row.get_by_role("button", name="Log").click()
    _syncs(panel, lab, unfinished)
    assert notebook.errors == []


@contextmanager
def _voila(server: ServerProcess, home: Path) -> Iterator[str]:
    """`voila panel.ipynb` of the user whose `server` runs; yields its address."""
    environment = {**os.environ, **server._environment(), "HOME": str(home)}
    log = home / "voila.log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "voila", "--no-browser", f"--port={port}", str(server.root_dir / "panel.ipynb")]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", BOUND, *command], env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        wait_for(lambda: "running at" in log.read_text(), 60, "Voila to start")
        yield url
    finally:
        members = family(process.pid)
        process.terminate()
        process.wait(10)
        assert end_all(members) == []


def panel_of(page: Page) -> Locator:
    """The panel in a page."""
    return page.locator("section.exlab-staging")


def _syncs(panel: Locator, lab: Lab, run: str) -> None:
    """The run is shown, and a click brings it to the NAS."""
    row = panel.locator(f'.exlab-row[data-run="{run}"]')
    expect(row).to_contain_text("Receiving", timeout=30_000)
    panel.get_by_role("button", name=f"Sync as it is {run}").click()
    panel.get_by_role("alertdialog").get_by_role("button", name="Sync as it is").click()
    expect(row.locator(".exlab-word")).to_have_text("Verified", timeout=30_000)
    assert lab.on_nas(run) == {"scan.h5": b"a" * 10_000}
