"""Nobody is shut out: axe finds nothing in either theme, and forced colours and reduced motion are honoured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.browser.component import Table, all_states, run_path, station
from tests.browser.test_details import detail, finding

Pages = Callable[..., Page]
DOWN = {"status": 0, "code": "unreachable", "message": "no answer"}
REMARKS = station(
    targets=[{"nas_root": "/mnt/nas", "state": "unavailable", "why": "Not mounted.", "since": None}],
    unrecognised=[{"path": "OLD", "bytes": 5, "reason": "Not an instrument.", "remedy": "Move it."}],
)
LOG = {"run_path": "x", "log_path": "/x.log", "lines": ["x [ERROR] broken", "x [WARN ] odd", "x [INFO ] fine"] * 20}


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(browser: object, open_page: Pages, dark: bool) -> None:
    table = Table(open_page(), all_states(), dark=dark, station=REMARKS, answers={"log": [LOG]})
    table.page.get_by_role("button", name=f"Clear {run_path(8)}").click()
    table.page.get_by_role("button", name=f"Log of {run_path(7)}").click()
    expect(table.page.locator(".exlab-log-error").first).to_be_visible()
    assert _violations(table.page) == []


@pytest.mark.parametrize(("dark", "width"), [(False, 1400), (True, 420)])
def test_axe_finds_nothing_while_a_run_is_looked_for(browser: object, open_page: Pages, dark: bool, width: int) -> None:
    page = Table(open_page(width=width), all_states(), dark=dark, options={"equipment": ["CONFOCAL_01"]}).page
    page.locator(".exlab-row .exlab-box").first.check()
    page.evaluate("path => window.panel.reveal(path)", run_path(3))
    page.get_by_role("button", name="Filter and sort").click()
    for state in ("Failed", "Syncing", "Verified"):
        page.locator(f'.exlab-facet [data-value="{state}"]').check()
    page.evaluate("() => window.panel.reveal('CONFOCAL_01/P/Runs/Run_gone')")
    expect(page.locator(".exlab-notice")).to_be_visible()
    assert _violations(page) == []
    page.get_by_role("button", name="Keys").click()
    expect(page.locator(".exlab-help")).to_be_visible()
    assert _violations(page) == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1500, 480])
def test_axe_finds_nothing_in_menus_details_and_forms(
    browser: object, open_page: Pages, dark: bool, width: int
) -> None:
    runs = [each for each in all_states() if each["display_state"] in ("Blocked", "Verified")]
    blocked = next(each for each in runs if each["display_state"] == "Blocked")
    findings = [finding("unresolved_placeholder_token", "The name holds a placeholder.")]
    damage = {"found_at": "2026-11-23T13:12:00Z", "sentence": "A file differs.", "paths": ["a"], "count": 3}
    told = detail(blocked, findings=findings, damage={**damage, "acknowledged_by": None})
    sums = {
        "run_path": "x",
        "manifest_digest": "0",
        "checksums_path": None,
        "file_total": 1,
        "byte_total": 1,
        "offset": 0,
    }
    answers = {"detail": [told], "checksums": [{**sums, "files": [{"path": "a.h5", "size": 1, "sha256": "0" * 64}]}]}
    paused = {"all": {"by": "ada", "at": "2026-11-23T14:02:00Z"}, "equipment": {}}
    page = open_page(width=width, height=1600)
    table = Table(page, runs, dark=dark, answers=answers, station=station(paused=paused))
    table.page.get_by_role("button", name=f"Show finding for {blocked['path']}").click()
    details = page.get_by_role("region", name=f"Details of {blocked['path']}")
    details.get_by_role("button", name="Show the files").click()
    expect(details.get_by_role("row")).to_have_count(2)
    assert _violations(page) == []
    details.get_by_role("button", name="Override…").first.click()
    expect(page.get_by_role("form").get_by_role("listitem").first).to_be_visible()
    page.get_by_role("button", name=f"More for {run_path(8)}").click()
    expect(page.get_by_role("menu")).to_be_visible()
    assert _violations(page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_when_the_server_is_away(browser: object, open_page: Pages, dark: bool) -> None:
    table = Table(open_page(width=480), all_states(), dark=dark)
    table.say(refusal=DOWN)
    expect(table.page.locator(".exlab-banner")).to_be_visible()
    assert _violations(table.page) == []


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_in_an_empty_table(browser: object, open_page: Pages, dark: bool) -> None:
    assert _violations(Table(open_page(), [], dark=dark).page) == []


def test_bars_have_an_edge_in_forced_colours(browser: object, open_page: Pages) -> None:
    page = open_page()
    table = Table(page, all_states())
    bar = table.row(run_path(3)).locator(".exlab-bar")
    style = "e => getComputedStyle(e).borderTopWidth"
    assert bar.evaluate(style) == "0px"
    page.emulate_media(forced_colors="active")
    assert bar.evaluate(style) == "1px"


def test_motion_is_only_for_those_who_want_it(browser: object, open_page: Pages) -> None:
    page = open_page()
    fill = Table(page, all_states()).row(run_path(3)).locator(".exlab-fill")
    page.emulate_media(reduced_motion="no-preference")
    assert fill.evaluate("e => getComputedStyle(e).transitionDuration") == "0.4s"
    page.emulate_media(reduced_motion="reduce")
    assert fill.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"


def test_numbers_that_run_are_not_read_out(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), all_states())
    bar = table.page.get_by_role("progressbar", name=f"Progress of {run_path(3)}")
    expect(bar).to_have_attribute("aria-valuenow", "47")
    expect(bar).to_have_attribute("aria-valuetext", "47 %, 85 GiB to go, about 1 h, 32 MiB/s")
    live = table.page.get_by_role("status")
    assert set(live.all_inner_texts()) == {""}
    assert table.page.locator(".exlab-grid").locator("[aria-live='polite'], [role='status']").count() == 0


def test_targets_are_large_enough(browser: object, open_page: Pages) -> None:
    page = Table(open_page(), all_states()).page
    heights = page.get_by_role("button").evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    assert min(heights) >= 26


def _violations(page: Page) -> list[Any]:
    """What axe has to say, short enough to read."""
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:160] for node in each["nodes"]][:4]) for each in found]
