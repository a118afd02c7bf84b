"""Selecting runs: keys, clicks, the bar that says how much, what is done to all of it, and the host that hears it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.component import Table, row, run_path

Pages = Callable[..., Page]
RUNS = [run_path(number) for number in range(6, 0, -1)]


def test_keys_select_ranges_and_all_that_is_shown(browser: object, open_page: Pages) -> None:
    table = _selectable(open_page())
    press = table.page.keyboard.press
    table.row(RUNS[1]).focus()
    press("Space")
    assert _selected(table) == [RUNS[1]]
    press("Shift+ArrowDown")
    press("Shift+ArrowDown")
    assert _selected(table) == RUNS[1:4]
    press("Shift+ArrowUp")
    assert _selected(table) == RUNS[1:3], "a range shrinks again"
    expect(table.page.locator(".exlab-selected")).to_have_text("2 selected, 24 GiB.")
    press("ControlOrMeta+a")
    assert _selected(table) == RUNS
    press("ArrowDown")
    press("Space")
    assert len(_selected(table)) == 5
    press("Escape")
    assert _selected(table) == []
    expect(table.page.locator(".exlab-selection")).to_be_hidden()
    assert table.focused() == RUNS[3]


def test_select_all_leaves_text_alone(browser: object, open_page: Pages) -> None:
    table = _selectable(open_page())
    search = table.page.get_by_label("Filter runs")
    search.fill("confocal")
    search.press("ControlOrMeta+a")
    assert _selected(table) == []
    assert search.evaluate("e => e.selectionEnd - e.selectionStart") == len("confocal")


def test_boxes_and_clicks_select(browser: object, open_page: Pages) -> None:
    table = _selectable(open_page())
    box = table.page.get_by_label(f"Select {RUNS[0]}", exact=True)
    box.click()
    expect(box).to_be_checked()
    table.page.get_by_label(f"Select {RUNS[2]}", exact=True).click(modifiers=["Shift"])
    assert _selected(table) == RUNS[:3]
    table.row(RUNS[1]).locator(".exlab-size").click(modifiers=["ControlOrMeta"])
    assert _selected(table) == [RUNS[0], RUNS[2]]
    table.row(RUNS[4]).locator(".exlab-size").click(modifiers=["Shift"])
    assert table.page.evaluate("() => getSelection().toString()") == ""
    every = table.page.get_by_label("Select all runs shown")
    assert every.evaluate("e => e.indeterminate")
    every.click()
    assert _selected(table) == RUNS
    every.click()
    assert _selected(table) == []


def test_the_bar_offers_what_can_be_done_and_does_it_to_those(browser: object, open_page: Pages) -> None:
    table = _selectable(open_page())
    table.say(runs=[row(run, "Waiting", actions=["force_sync", "log"]) for run in RUNS[:2]] + [row(RUNS[2])])
    table.hint()
    expect(table.row(RUNS[3])).to_have_count(0)
    table.row(RUNS[0]).press("ControlOrMeta+a")
    bulk = table.page.get_by_role("toolbar", name="Selected runs").get_by_role("button")
    assert bulk.all_inner_texts() == ["Force sync (2 of 3)", "Select none"]
    bulk.first.click()
    assert sorted(call[1] for call in table.calls if call[0] == "sync") == sorted(RUNS[:2])
    expect(table.row(RUNS[0]).locator(".exlab-note")).to_contain_text("Asked at")
    table.say(refusal={"status": 0, "code": "unreachable", "message": "no answer"})
    expect(bulk.first).to_have_attribute("aria-disabled", "true")
    expect(bulk.first).to_have_attribute("title", "The staging service does not answer.")
    bulk.last.click()
    assert _selected(table) == []


def test_what_is_filtered_away_stays_selected_and_is_said(browser: object, open_page: Pages) -> None:
    table = _selectable(open_page())
    table.row(RUNS[0]).press("ControlOrMeta+a")
    table.page.get_by_label("Filter runs").fill("PROJ-0003")
    assert table.order == [RUNS[3]]
    expect(table.page.locator(".exlab-selected")).to_have_text("6 selected, 72 GiB. 5 of them not shown now.")


def test_the_host_hears_and_sets_the_selection(browser: object, open_page: Pages) -> None:
    table = _selectable(open_page())
    heard = lambda: table.page.evaluate("() => window.heard")  # noqa: E731
    table.row(RUNS[0]).press("Space")
    assert heard() == [[RUNS[0]]]
    table.page.evaluate("paths => window.panel.select(paths)", RUNS[1:3])
    assert _selected(table) == RUNS[1:3]
    assert heard() == [[RUNS[0]]], "what the host asked for is no news to it"
    table.say(runs=[row(run) for run in RUNS[2:]])
    table.hint()
    expect(table.row(RUNS[1])).to_have_count(0)
    assert _selected(table) == [RUNS[2]]
    assert heard()[-1] == [RUNS[2]], "a run that is gone is selected no more"


def _selectable(page: Page) -> Table:
    table = Table(page, [row(run) for run in RUNS], mount=False)
    table.page.evaluate("() => { window.heard = []; window.options = {onSelect: all => window.heard.push(all)}; }")
    table.mount()
    return table


def _selected(table: Table) -> list[Any]:
    """The runs whose rows are marked as selected, and whose boxes agree."""
    rows = table.page.locator('.exlab-row[aria-selected="true"]:has(.exlab-box:checked)')
    assert table.page.locator(".exlab-row .exlab-box:checked").count() == rows.count()
    return rows.evaluate_all("rows => rows.map(row => row.dataset.run)")  # type: ignore[no-any-return]
