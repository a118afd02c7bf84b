"""The panel in the page: no key leaks, names are text, a reload, being signed out; one JupyterLab for all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from exlab_wizard.demo.server import ServerProcess
from tests.browser.harness import NotebookPage, lab_settings
from tests.support.lab import Lab
from tests.support.server import running_server
from tests.support.waiting import wait_for

Panels = Callable[..., NotebookPage]
DATA = {"scan_0001.h5": b"a" * 70_000}
EVIL = "<img src=x onerror=window.pwned=1> \u202etxt"
RUN = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32"
HOSTILE = f"CONFOCAL_01/{EVIL}/Runs/Run_2026-04-17T14-32"
BLOCKED = "CONFOCAL_01/<sample>/Runs/Run_2026-04-17T14-32"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A JupyterLab whose station holds two verified runs and a blocked one."""
    base = tmp_path_factory.mktemp("page")
    lab = Lab(base / "lab").mark()
    for run in (RUN, HOSTILE, BLOCKED):
        lab.push(run, DATA)
    (lab.staging / "CONFOCAL_01" / "<b>stray").mkdir()
    settings = lab_settings(base / "settings")
    with running_server(base / "server", lab.write_config(), "jupyterlab", settings) as started:
        wait_for(lambda: started.get("staging/overview").text.count('"Verified"') == 2, 40, "two verified runs")
        yield started


def test_no_key_reaches_the_notebook(server: ServerProcess, open_panel: Panels) -> None:
    panel = open_panel(server, "first = 1", "second = 2")
    panel.wait_state(RUN, "Verified")
    before = panel.cells()
    panel.panel.get_by_role("button", name=f"Log of {RUN}").click()
    stops = panel.panel.locator("[tabindex]")
    assert stops.evaluate_all("nodes => nodes.filter(n => n.dataset.lmSuppressShortcuts !== 'true').length") == 0
    walked = [at for at in range(stops.count()) if stops.nth(at).is_visible()]
    assert len(walked) > 8
    for at in walked:
        stops.nth(at).focus()
        for key in ("d", "d", "b", "a", "x", "m"):
            panel.page.keyboard.press(key)
        panel.panel.get_by_label("Filter runs").fill("")  # where these keys are text
    panel.panel.locator(".exlab-title").click()
    for key in ("d", "d", "b"):
        panel.page.keyboard.press(key)
    assert panel.cells() == before


def test_selecting_stays_in_the_panel(server: ServerProcess, open_panel: Panels) -> None:
    panel = open_panel(server, "first = 1", "second = 2")
    panel.wait_state(RUN, "Verified")
    before = panel.cells()
    panel.panel.get_by_role("grid").locator('[tabindex="0"]').focus()
    for key in ("Space", "Shift+ArrowDown", "Shift+ArrowDown", "ControlOrMeta+a", "?", "Escape"):
        panel.page.keyboard.press(key)
    expect(panel.panel.locator(".exlab-selected")).to_contain_text("3 selected")
    chosen = "() => document.querySelectorAll('.jp-Cell.jp-mod-selected').length"
    assert panel.page.evaluate(chosen) == 1, "Ctrl+A is the panel's here, not the notebook's"
    assert panel.cells() == before


def test_a_link_leads_to_its_run_in_a_notebook(server: ServerProcess, open_panel: Panels) -> None:
    panel = open_panel(server)
    panel.wait_state(HOSTILE, "Verified")
    panel.command("docmanager:save")
    panel.page.evaluate("path => { location.hash = 'staging-run=' + encodeURIComponent(path); }", HOSTILE)
    expect(panel.row(HOSTILE)).to_have_attribute("aria-current", "true")
    panel.panel.get_by_role("button", name="Size").click()
    panel.reload()
    expect(panel.row(HOSTILE)).to_have_attribute("aria-current", "true", timeout=60_000)
    size = panel.panel.get_by_role("columnheader", name="Size")
    expect(size).to_have_attribute("aria-sort", "descending")
    assert panel.errors == []


def test_hostile_names_are_text(server: ServerProcess, open_panel: Panels) -> None:
    panel = open_panel(server)
    panel.wait_state(BLOCKED, "Blocked")
    panel.wait_state(HOSTILE, "Verified")
    expect(panel.row(HOSTILE).locator(".exlab-name")).to_contain_text(EVIL)
    panel.panel.get_by_role("button", name=f"Log of {HOSTILE}").click()
    expect(panel.panel.locator(".exlab-log-line").first).to_be_visible()
    assert panel.panel.locator("img, b").count() == 0
    assert panel.page.evaluate("() => window.pwned") is None


def test_both_themes_are_followed(server: ServerProcess, open_panel: Panels) -> None:
    panel = open_panel(server)
    panel.wait_state(RUN, "Verified")
    word = panel.row(RUN).locator(".exlab-state")
    assert word.evaluate("e => getComputedStyle(e).color") == "rgb(0, 105, 76)"
    panel.set_theme(dark=True)
    assert word.evaluate("e => getComputedStyle(e).color") == "rgb(79, 209, 165)"
    panel.set_theme(dark=False)


def test_a_reload_brings_the_panel_back(server: ServerProcess, open_panel: Panels) -> None:
    panel = open_panel(server)
    panel.wait_state(RUN, "Verified")
    panel.command("docmanager:save")
    panel.reload()
    panel.wait_state(RUN, "Verified", 60)
    assert panel.errors == []


def test_a_signed_out_page_says_so(server: ServerProcess, open_panel: Panels) -> None:
    panel = open_panel(server)
    panel.wait_state(RUN, "Verified")
    # JupyterLab's own calls carry its token and would sign the page in again: only the panel's pass
    panel.page.route(lambda url: "/staging/" not in url, lambda route: route.abort())
    panel.page.context.clear_cookies()
    expect(panel.panel.locator(".exlab-banner")).to_contain_text("Not signed in. This page is", timeout=20_000)
    expect(panel.row(RUN)).to_be_visible()
