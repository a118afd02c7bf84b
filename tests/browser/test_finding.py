"""Finding a run: columns that sort, filters that are said and remembered, and the link that leads to one run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.component import GIB, ORIGIN, Table, all_states, job, row, run_path

Pages = Callable[..., Page]
README = Path(__file__).parents[2] / "README.md"
SIZES = {1: 5 * GIB, 2: 700, 3: 12 * GIB}
SEM = "SEM_02/Wafers/Runs/Run_2026-11-02T00-00"


def test_a_column_sorts_one_way_the_other_way_and_no_more(browser: object, open_page: Pages) -> None:
    table = _sized(open_page())
    size = table.page.get_by_role("columnheader", name="Size")
    expect(size).to_have_attribute("aria-sort", "none")
    for direction, order in (("descending", (3, 1, 2)), ("ascending", (2, 1, 3)), ("none", (3, 2, 1))):
        size.get_by_role("button").click()
        expect(size).to_have_attribute("aria-sort", direction)
        assert table.order == [run_path(number) for number in order]
    table.page.get_by_role("button", name="Last activity").click()
    expect(size).to_have_attribute("aria-sort", "none")
    assert table.page.locator('[aria-sort="descending"]').all_inner_texts() == ["Last activity▾"]


def test_a_sorted_table_holds_still_under_the_pointer(browser: object, open_page: Pages) -> None:
    table = _sized(open_page())
    table.page.get_by_role("button", name="Size").evaluate("button => button.click()")  # a press would hold it for 10 s
    assert table.order == [run_path(number) for number in (3, 1, 2)]
    table.row(run_path(1)).hover()
    moving = row(run_path(1), "Syncing", byte_total=1, progress=job())
    table.say(runs=[moving, *(row(run_path(number), byte_total=number) for number in (2, 3))])
    table.hint()
    expect(table.row(run_path(3)).locator(".exlab-size")).to_have_text("3 B")
    asked = table.page.evaluate("() => window.asked")
    table.page.wait_for_function("from => window.asked > from + 3", arg=asked)  # two seconds and more
    assert table.order == [run_path(number) for number in (3, 1, 2)]
    table.page.mouse.move(5, 890)
    _wait_order(table, [run_path(number) for number in (3, 2, 1)])


def test_the_column_names_are_reached_and_left_by_the_arrows(browser: object, open_page: Pages) -> None:
    table = _sized(open_page())
    press = table.page.keyboard.press
    table.row(run_path(3)).focus()
    press("ArrowUp")
    walk = [("ArrowRight", "Run"), ("ArrowRight", "Progress"), ("ArrowRight", "Files"), ("ArrowRight", "Size")]
    assert table.focused() == "State"
    for key, name in walk:
        press(key)
        assert table.focused() == name
    press("Enter")
    assert table.order == [run_path(number) for number in (3, 1, 2)]
    press("ArrowDown")
    assert table.focused() == run_path(3)
    assert table.page.locator('.exlab-grid [tabindex="0"]').count() == 1


def test_lists_narrow_the_table_and_say_so(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [*all_states(), row(SEM, "Failed", needs_attention=True)])
    page = table.page
    page.get_by_role("button", name="Filter and sort").click()
    assert _line(table, "Failed") == ["Failed", "2"]
    _box(table, "Failed").check()
    assert table.order == [SEM, run_path(7)]
    assert _line(table, "SEM_02") == ["SEM_02", "1"]
    assert _line(table, "Verified") == ["Verified", "2"], "a list counts what each of its values would add"
    _box(table, "SEM_02").check()
    assert table.order == [SEM]
    expect(page.locator(".exlab-shown")).to_have_text("1 of 14 runs")
    expect(page.locator(".exlab-filter-button")).to_have_text("Filter and sort (2)")
    page.keyboard.press("Escape")
    expect(page.locator(".exlab-facets")).to_have_count(0)
    assert table.focused() == "Filter and sort (2)"
    page.get_by_role("button", name="Take off the filter State: Failed").press("Delete")
    assert table.focused() == "Take off the filter Equipment: SEM_02"
    page.get_by_label("Filter runs").fill("nothing like it")
    expect(page.get_by_text("No run matches this filter.")).to_be_visible()
    page.get_by_role("button", name="Show all runs").click()
    assert len(table.order) == 14
    expect(page.locator(".exlab-active")).to_be_hidden()


def test_what_cannot_be_seen_as_a_column_can_still_be_sorted_by(browser: object, open_page: Pages) -> None:
    table = Table(open_page(width=420), [row(run_path(1)), row(SEM), row(run_path(2, "Alloys"))])
    table.page.get_by_role("button", name="Filter and sort").click()
    table.page.get_by_label("Sort by").select_option("Project")
    assert table.order == [run_path(2, "Alloys"), run_path(1), SEM]
    table.page.get_by_role("button", name="A to Z").click()
    assert table.order == [SEM, run_path(1), run_path(2, "Alloys")]


def test_the_choice_is_remembered_for_each_kind_of_panel(browser: object, open_page: Pages) -> None:
    table = _sized(open_page(), options={"keepAs": "notebook", "baseUrl": "/user/ada/"})
    table.page.get_by_role("button", name="Size").click()
    table.page.get_by_role("button", name="Filter and sort").click()
    _box(table, "experimental").check()
    table.page.get_by_label("Filter runs").fill("confocal")
    again = _again(table, {"keepAs": "notebook", "baseUrl": "/user/ada/"})
    expect(again.page.get_by_role("columnheader", name="Size")).to_have_attribute("aria-sort", "descending")
    expect(again.page.get_by_label("Filter runs")).to_have_value("confocal")
    expect(again.page.locator(".exlab-active-chip")).to_have_text("Kind: Experimental ×")
    for other in ({"keepAs": "side", "baseUrl": "/user/ada/"}, {"keepAs": "notebook", "baseUrl": "/user/bob/"}, {}):
        fresh = _again(table, other)
        assert fresh.order == [run_path(number) for number in (3, 2, 1)]


def test_a_spoilt_or_forbidden_memory_does_no_harm(browser: object, open_page: Pages) -> None:
    page = open_page()
    table = _sized(page, options={"keepAs": "notebook"})
    page.evaluate("() => localStorage.setItem('exlab-wizard:staging:/:notebook', '{\"sort\":7,\"filters\":[')")
    assert len(_again(table, {"keepAs": "notebook"}).order) == 3
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})")
    shy = _again(table, {"keepAs": "notebook"})
    shy.page.get_by_role("button", name="Size").click()
    assert shy.order == [run_path(number) for number in (3, 1, 2)]


def test_a_link_leads_to_its_run_whatever_hides_it(browser: object, open_page: Pages) -> None:
    runs = [row(run_path(number)) for number in range(200)]
    table = Table(open_page(), runs, mount=False, options={"keepAs": "notebook"})
    table.page.evaluate("run => { location.hash = 'staging-run=' + encodeURIComponent(run); }", run_path(3))
    table.mount()
    marked = table.page.locator('.exlab-row[aria-current="true"]')
    expect(marked).to_have_attribute("data-run", run_path(3))
    expect(marked).to_be_in_viewport()
    assert table.page.evaluate("() => document.activeElement === document.body"), "a page keeps its focus"
    table.page.get_by_label("Filter runs").fill("nothing like it")
    table.page.evaluate("run => { location.hash = 'staging-run=' + encodeURIComponent(run); }", run_path(150))
    expect(marked).to_have_attribute("data-run", run_path(150))
    expect(table.page.locator(".exlab-notice")).to_contain_text("The search that hid this run was taken off")
    expect(table.page.get_by_label("Filter runs")).to_have_value("")
    table.page.evaluate("path => window.panel.reveal(path)", run_path(80))
    assert table.focused() == run_path(80)
    table.page.keyboard.press("ArrowDown")
    expect(marked).to_have_count(0)
    table.page.evaluate("() => window.panel.reveal('CONFOCAL_01/P/Runs/Run_gone')")
    expect(table.page.locator(".exlab-notice")).to_contain_text("Run_gone is not in the staging list")


def test_a_panel_for_one_instrument_says_so_and_counts_only_it(browser: object, open_page: Pages) -> None:
    options = {"equipment": ["SEM_02"], "states": ["Verified", "Failed"], "height": "400px"}
    waiting = row("SEM_02/Wafers/Runs/Run_2026-11-02T00-01", "Waiting")
    table = Table(open_page(), [*all_states(), row(SEM), waiting], options=options)
    assert table.order == [SEM]
    expect(table.page.locator(".exlab-limit")).to_have_text("Only SEM_02, if Verified or Failed.")
    expect(table.page.locator(".exlab-summary")).to_contain_text("2 runs, 24 GiB on this computer.")
    assert table.page.locator(".exlab-staging").bounding_box()["height"] == 400  # type: ignore[index]
    table.page.evaluate("path => window.panel.reveal(path)", run_path(7))
    expect(table.page.locator(".exlab-notice")).to_contain_text("is not shown here. Only SEM_02")
    table.say(runs=all_states())
    table.hint()
    expect(table.page.locator(".exlab-empty")).to_have_text("Nothing to show here. Only SEM_02, if Verified or Failed.")


def test_the_host_may_filter_and_hears_what_is_shown(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), all_states(), mount=False)
    table.page.evaluate("() => { window.options = {onRows: rows => { window.shown = rows.map(row => row.path); }}; }")
    table.mount()
    table.page.evaluate("() => window.panel.setFilter({states: ['Failed', 'Stalled']})")
    assert table.order == [run_path(7), run_path(5)]
    table.page.wait_for_function("want => window.shown?.join() === want", arg=",".join(table.order))


def test_the_keys_are_listed_on_a_question_mark(browser: object, open_page: Pages) -> None:
    table = _sized(open_page())
    table.row(run_path(3)).press("?")
    terms = table.page.locator(".exlab-help dt, .exlab-help dd").all_inner_texts()
    lines = [f"| {key} | {does} |" for key, does in zip(terms[::2], terms[1::2], strict=True)]
    assert "\n".join(["|---|---|", *lines]) in README.read_text(encoding="utf-8")
    assert table.focused() == "Close"
    table.page.keyboard.press("Escape")
    expect(table.page.locator(".exlab-help")).to_have_count(0)
    assert table.focused() == "Keys"
    table.page.get_by_label("Filter runs").press("?")
    expect(table.page.locator(".exlab-help")).to_have_count(0)


def test_no_key_reaches_the_notebook_from_any_control(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [row(run_path(1), actions=["force_sync", "log"])])
    table.page.get_by_role("button", name="Filter and sort").click()
    _box(table, "Verified").check()
    table.page.locator(".exlab-row .exlab-box").check()
    open_controls = table.page.locator(".exlab-staging").locator("button, input, select, summary, [tabindex]")
    assert open_controls.count() > 20
    assert open_controls.evaluate_all("all => all.filter(e => e.dataset.lmSuppressShortcuts !== 'true').length") == 0


@pytest.mark.parametrize("phase", ["copying", "queued"])
def test_the_rate_stands_beside_the_bar_while_bytes_move(browser: object, open_page: Pages, phase: str) -> None:
    table = Table(open_page(), [row(run_path(1), "Syncing", progress=job(phase))])
    rate = table.row(run_path(1)).locator(".exlab-rate")
    expect(rate).to_have_text("32 MiB/s" if phase == "copying" else "")
    silent = job(phase, seconds_since_bytes=40)
    table.say(runs=[row(run_path(1), "Syncing", progress=silent)])
    table.hint()
    expect(rate).to_have_text("")


def _sized(page: Page, **more: Any) -> Table:
    """Three runs of different sizes; their natural order is 3, 2, 1."""
    return Table(page, [row(run_path(number), byte_total=size) for number, size in SIZES.items()], **more)


def _again(table: Table, options: dict[str, Any]) -> Table:
    """The same page, loaded afresh."""
    table.page.unroute(f"{ORIGIN}/**")
    return _sized(table.page, options=options)


def _box(table: Table, value: str) -> Locator:
    """The box of a value in the opened filter."""
    return table.page.locator(f'.exlab-facet [data-value="{value}"]')


def _line(table: Table, label: str) -> list[str]:
    """A value in the opened filter and its count."""
    line = table.page.locator(".exlab-facet-line").filter(has=table.page.get_by_text(label, exact=True))
    return line.locator("bdi, .exlab-chip-count").all_inner_texts()


def _wait_order(table: Table, order: list[str]) -> None:
    script = "want => [...document.querySelectorAll('.exlab-row')].map(row => row.dataset.run).join() === want"
    table.page.wait_for_function(script, arg=",".join(order), timeout=15_000)
