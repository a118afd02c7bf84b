"""`StagingPanel` between Python and the page: selection both ways, rows and figures told, choices changed live."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from exlab_wizard.client import connect
from exlab_wizard.demo.server import ServerProcess
from tests.browser.harness import NotebookPage, lab_settings, notebook_json
from tests.support.lab import Lab
from tests.support.server import running_server
from tests.support.waiting import wait_for

Pages = Callable[..., Page]
SHOW = """
import json, pathlib
from ipywidgets import VBox
from exlab_wizard import StagingPanel

def note(change):
    part = pathlib.Path(change["name"] + ".part")  # never seen half written
    part.write_text(json.dumps(change["new"]))
    part.rename(change["name"] + ".json")

panel = StagingPanel(equipment="confocal_01", states=["Receiving", "verified"], height=300)
panel.runs, panel.summary = [], {}  # the page has to tell them
panel.observe(note, ["selected", "runs", "summary"])
panel
"""
SELECT = "panel.selected = [panel.runs[0]['path']]"
NARROW = "panel.states = 'Verified'"
SEVERAL = "VBox([StagingPanel(states='Verified'), StagingPanel(equipment='SEM_99')])"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with one verified run, and one that is still written."""
    made = Lab(tmp_path_factory.mktemp("programmable") / "lab").mark()
    made.push(_done(made), {"scan.h5": b"a" * 10_000})
    made.push(_open(made), {"scan.h5": b"b" * 2_000}, done=False)
    return made


@pytest.fixture(scope="module")
def server(lab: Lab) -> Iterator[ServerProcess]:
    """JupyterLab over it."""
    settings = lab_settings(lab.base / "lab-settings")
    with running_server(lab.base / "server", lab.write_config(), app="jupyterlab", settings=settings) as started:
        yield started


def test_python_and_the_page_are_of_one_mind(server: ServerProcess, open_page: Pages, lab: Lab) -> None:
    done, open_ = _done(lab), _open(lab)
    (server.root_dir / "panel.ipynb").write_text(notebook_json([SHOW, SELECT, NARROW, SEVERAL]))
    notebook = NotebookPage(server, open_page(), "panel.ipynb").load()
    _run(notebook, 0)
    notebook.wait_state(done, "Verified")
    notebook.wait_state(open_, "Receiving")
    wait_for(lambda: {row["path"] for row in _told(server, "runs") or []} == {done, open_}, 20, "the rows to be told")
    with connect(server.url, server.token) as client:
        words = {row.path: str(row.display_state) for row in client.list()}
    assert {row["path"]: row["display_state"] for row in _told(server, "runs")} == words
    wait_for(lambda: (_told(server, "summary") or {}).get("bytes_not_safe") == 2_000, 20, "the figures to be told")
    figures = _told(server, "summary")
    assert (figures["runs"], figures["bytes_here"]) == (2, 12_000)
    shown = " ".join(notebook.panel.locator(".exlab-summary").inner_text().split())
    assert figures["text"] == shown, "Python says the sentence of the panel"

    notebook.row(done).get_by_role("checkbox").click()
    wait_for(lambda: _told(server, "selected") == [done], 20, "the selection to reach Python")
    _run(notebook, 1)
    expect(notebook.row(open_)).to_have_attribute("aria-selected", "true")
    expect(notebook.row(done)).to_have_attribute("aria-selected", "false")

    assert notebook.panel.bounding_box()["height"] == 300  # type: ignore[index]
    _run(notebook, 2)
    expect(notebook.row(open_)).to_have_count(0)
    expect(notebook.row(done)).to_have_count(1)
    wait_for(lambda: [row["path"] for row in _told(server, "runs")] == [done], 20, "the narrower rows to be told")

    _run(notebook, 3)
    expect(notebook.panel).to_have_count(3)
    expect(notebook.panel.nth(1)).to_contain_text("Verified")
    expect(notebook.panel.nth(2)).to_contain_text("Only SEM_99")
    assert notebook.errors == []


def _run(notebook: NotebookPage, cell: int) -> None:
    notebook.select(cell)
    notebook.command("notebook:run-cell")


def _told(server: ServerProcess, name: str):  # type: ignore[no-untyped-def]
    """What the kernel last heard of a trait."""
    file = server.root_dir / f"{name}.json"
    try:
        return json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return None


def _done(lab: Lab) -> str:
    return lab.run_path("P A")


def _open(lab: Lab) -> str:
    return lab.run_path("P B")
