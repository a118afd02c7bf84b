"""The extension of JupyterLab beside the notebook: side panel, status bar, notifications, palette, launcher.

One JupyterLab and one page for all of it, in the order of a run's life; each test leaves the page for the next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Locator, Page, Response, expect

from exlab_wizard.demo.server import ServerProcess
from tests.browser.harness import lab_settings, notebook_json
from tests.support.lab import SENTINEL, Lab, data_files
from tests.support.server import running_server
from tests.support.waiting import wait_for

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
DATA = {"scan_0001.h5": b"a" * 70_000}
VERIFIED = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32"
OPEN = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T15-00"
LOST = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T16-00"
SETTLED = "document.querySelector('#jupyterlab-splash') === null && window.jupyterapp !== undefined"
LOUD = {"@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"}}


class LabPage:
    """JupyterLab with nothing open but its launcher."""

    def __init__(self, server: ServerProcess, page: Page) -> None:
        self.server, self.page = server, page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def load(self, query: str = "reset") -> LabPage:
        """Open the page and wait until the table's numbers are there."""
        self.page.goto(f"{self.server.url}lab?{query}&token={self.server.token}")
        return self.wait()

    def wait(self) -> LabPage:
        """Wait until JupyterLab is drawn and the status bar knows how things are."""
        self.page.wait_for_function(SETTLED)
        self.page.evaluate("() => window.jupyterapp.restored.then(() => null)")
        expect(self.status).to_have_text(re.compile("^Staging: "))
        return self

    @property
    def status(self) -> Locator:
        """The status bar's item."""
        return self.page.locator(".exlab-statusitem")

    @property
    def side(self) -> Locator:
        """The table in the side panel."""
        return self.page.locator("#exlab-wizard-side section.exlab-staging")

    @property
    def tab(self) -> Locator:
        """The table in a tab of its own."""
        return self.page.locator("#exlab-wizard-tab section.exlab-staging")

    @property
    def toasts(self) -> Locator:
        """Notifications in sight."""
        return self.page.locator(".Toastify__toast")

    def begin(self, command: str, **arguments: Any) -> None:
        """Run a command of JupyterLab without waiting for its end: it may ask."""
        call = "([name, args]) => { void window.jupyterapp.commands.execute(name, args); }"
        self.page.evaluate(call, [command, arguments])

    def palette(self, label: str, command: str) -> None:
        """Choose a command as a person does; other extensions may have one of nearly that name."""
        self.begin("apputils:activate-command-palette")
        self.page.locator(".lm-CommandPalette-input").fill(label)
        self.page.locator(f'.lm-CommandPalette-item[data-command="exlab-wizard:{command}"]').click()

    def row(self, table: Locator, run: str) -> Locator:
        """A run's row in one of the tables."""
        return table.locator(f'.exlab-row[data-run="{run}"]')


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A station below what the server serves, with a verified run and one that is still written."""
    root = tmp_path_factory.mktemp("extension") / "server" / "notebooks"
    root.mkdir(parents=True)
    made = Lab(root / "lab").mark()
    made.push(VERIFIED, DATA)
    made.push(OPEN, DATA, done=False)
    return made


@pytest.fixture(scope="module")
def server(lab: Lab) -> Iterator[ServerProcess]:
    """A JupyterLab that shows its notifications."""
    home = lab.base.parents[1]
    settings = lab_settings(home / "app-settings")
    overrides = home / "app-settings" / "overrides.json"
    overrides.write_text(json.dumps({**json.loads(overrides.read_text()), **LOUD}))
    with running_server(home, lab.write_config(), "jupyterlab", settings) as started:
        wait_for(lambda: started.get("staging/overview").text.count('"Verified"') == 1, 40, "the verified run")
        yield started


@pytest.fixture(scope="module")
def kept(server: ServerProcess, keep_page: Callable[..., Page]) -> Callable[[], LabPage]:
    """The one page; loaded by whoever asks first."""
    pages: list[LabPage] = []

    def page() -> LabPage:
        if not pages:
            pages.append(LabPage(server, keep_page(width=1500)).load())
        return pages[0]

    return page


@pytest.fixture
def page(browser: object, kept: Callable[[], LabPage]) -> Callable[[], LabPage]:
    """`page()`: the module's page (made in the browser's thread, that is in the test)."""
    return kept


def test_the_status_bar_says_how_things_are_and_opens_the_side_panel(page: Callable[[], LabPage]) -> None:
    lab_page = page()
    expect(lab_page.status).to_have_text("Staging: 1 receiving")
    expect(lab_page.status).to_have_attribute("title", re.compile("^2 runs, 137 KiB on this computer. "))
    assert lab_page.toasts.count() == 0, "what was so before the page is no news"
    assert lab_page.side.count() == 0, "no table is made before anybody looks"
    lab_page.status.click()
    expect(lab_page.row(lab_page.side, VERIFIED)).to_have_attribute("data-state", "Verified")
    expect(lab_page.row(lab_page.side, OPEN)).to_have_attribute("data-state", "Receiving")
    assert lab_page.side.evaluate("side => side.getBoundingClientRect().width") >= 320, "its words fit where it opens"


def test_all_verified_is_told_once(page: Callable[[], LabPage], lab: Lab) -> None:
    lab_page = page()
    (lab.staging / OPEN / SENTINEL).touch()
    expect(lab_page.toasts).to_have_count(1, timeout=20_000)
    expect(lab_page.toasts).to_contain_text("All runs are verified on the NAS: 2 runs, 137 KiB on this computer.")
    expect(lab_page.status).to_have_text("Staging: all verified")
    expect(lab_page.row(lab_page.side, OPEN)).to_have_attribute("data-state", "Verified")
    lab_page.toasts.get_by_title("Hide notification").click()


def test_a_command_asks_which_run_and_clears_it_through_the_question(page: Callable[[], LabPage], lab: Lab) -> None:
    lab_page = page()
    lab_page.palette("Clear…", "clear")
    dialog = lab_page.page.locator(".jp-Dialog")
    dialog.locator("select").select_option(label="Run_2026-04-17T15-00 (CONFOCAL_01, PROJ-0042): Verified")
    dialog.get_by_role("button", name="Choose").click()
    question = lab_page.side.get_by_role("alertdialog", name="Delete 2 files, 68 KiB, from this computer?")
    expect(question).to_contain_text(str(lab.nas / OPEN))
    assert data_files(lab.staging / OPEN), "the question alone deletes nothing"
    question.get_by_role("button", name="Clear, free 68 KiB").click()
    expect(lab_page.row(lab_page.side, OPEN)).to_have_attribute("data-state", "Cleared")
    assert data_files(lab.staging / OPEN) == {}
    assert lab.on_nas(OPEN) == {**DATA, SENTINEL: b""}


def test_a_command_takes_the_row_a_person_is_at(page: Callable[[], LabPage]) -> None:
    lab_page = page()
    lab_page.row(lab_page.side, VERIFIED).focus()
    lab_page.palette("Show log", "log")
    expect(lab_page.side.get_by_role("region", name=f"Log of {VERIFIED}")).to_be_visible()
    assert lab_page.page.locator(".jp-Dialog").count() == 0
    lab_page.page.keyboard.press("Escape")


def test_a_failed_run_is_told_once_and_shown(page: Callable[[], LabPage], lab: Lab) -> None:
    lab_page = page()
    lab.push(LOST, DATA, done=False)
    expect(lab_page.row(lab_page.side, LOST)).to_have_attribute("data-state", "Receiving", timeout=20_000)
    (lab.staging / LOST).rename(lab.base / "lost")
    expect(lab_page.toasts).to_have_count(1, timeout=40_000)
    expect(lab_page.toasts).to_contain_text("Run_2026-04-17T16-00 (CONFOCAL_01) failed. The run folder vanished at ")
    expect(lab_page.status).to_have_text("Staging: 1 needs attention")
    expect(lab_page.status).to_have_attribute("data-tone", "alert")
    lab_page.begin("application:toggle-right-area")
    expect(lab_page.side).to_be_hidden()
    lab_page.toasts.get_by_role("button", name="Show run").click()
    expect(lab_page.row(lab_page.side, LOST)).to_be_focused()


def test_the_launcher_opens_a_tab_and_a_reload_brings_all_back(page: Callable[[], LabPage]) -> None:
    lab_page = page()
    with lab_page.page.expect_response(_layout_is_kept):
        lab_page.page.locator(".jp-LauncherCard", has_text="Staging").click()
        expect(lab_page.row(lab_page.tab, VERIFIED)).to_be_visible()
    lab_page.page.reload()
    lab_page.wait()
    expect(lab_page.row(lab_page.tab, LOST)).to_have_attribute("data-state", "Failed")
    expect(lab_page.row(lab_page.side, LOST)).to_have_attribute("data-state", "Failed")
    assert lab_page.toasts.count() == 0, "a reload tells nothing again"


def test_reveal_finds_the_run_and_its_folder(page: Callable[[], LabPage]) -> None:
    lab_page = page()
    lab_page.begin("exlab-wizard:reveal", run=VERIFIED)
    expect(lab_page.row(lab_page.tab, VERIFIED)).to_be_focused()
    crumbs = lab_page.page.locator(".jp-FileBrowser:visible .jp-BreadCrumbs")
    expect(crumbs).to_contain_text("Run_2026-04-17T14-32")


def test_no_key_reaches_the_notebook(page: Callable[[], LabPage], server: ServerProcess) -> None:
    lab_page = page()
    (server.root_dir / "keys.ipynb").write_text(notebook_json(["first = 1", "second = 2"]))
    lab_page.begin("docmanager:open", path="keys.ipynb")
    cells = lab_page.page.locator(".jp-NotebookPanel .jp-CodeCell")
    expect(cells).to_have_count(2)
    lab_page.row(lab_page.side, VERIFIED).focus()
    for key in ("d", "d", "b", "a", "x"):
        lab_page.page.keyboard.press(key)
    lab_page.status.focus()
    for key in ("d", "d", "b", "a", "x"):
        lab_page.page.keyboard.press(key)
    expect(cells).to_have_count(2)


def test_the_staging_notebook_is_put_into_the_current_folder(
    page: Callable[[], LabPage], server: ServerProcess
) -> None:
    lab_page = page()
    lab_page.begin("exlab-wizard:open-notebook", cwd="")
    expect(lab_page.page.locator(".lm-TabBar-tab.lm-mod-current", has_text="staging.ipynb")).to_be_visible()
    written, packaged = (nbformat.read(folder / "staging.ipynb", 4) for folder in (server.root_dir, NOTEBOOKS))  # type: ignore[no-untyped-call]
    assert [cell.source for cell in written.cells] == [cell.source for cell in packaged.cells]


def test_a_link_leads_to_one_run(page: Callable[[], LabPage]) -> None:
    lab_page = page()
    lab_page.load(f"reset&staging-run={VERIFIED}")
    expect(lab_page.row(lab_page.side, VERIFIED)).to_be_focused()
    assert lab_page.errors == []


def _layout_is_kept(response: Response) -> bool:
    """Whether JupyterLab has just written down that the tab is open."""
    request = response.request
    return "/api/workspaces" in request.url and request.method == "PUT" and "exlab-wizard:staging" in request.post_data
