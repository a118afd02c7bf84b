"""What a person points at stays while the table changes: rows, the focus, menus, folds, and the words of a deed."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.component import GIB, Table, job, row, run_path, station

Pages = Callable[..., Page]
RUNS = [run_path(at) for at in (3, 2, 1)]
SYNCING = [row(run, "Syncing", progress=job(), actions=["pause", "log"]) for run in RUNS]
CLEARABLE = [row(run, actions=["clear", "log"], proof_age_seconds=60) for run in RUNS]
LOG = {"run_path": RUNS[0], "log_path": "/log", "lines": [f"line {at}" for at in range(200)]}
DOWN = {"status": 0, "code": "unreachable", "message": "The staging service does not answer."}


def test_a_run_that_no_longer_passes_the_filter_keeps_its_place_under_the_pointer(
    browser: object, open_page: Pages
) -> None:
    table = Table(open_page(), SYNCING)
    table.page.locator("[data-filter=progress]").click()
    table.row(RUNS[1]).hover()
    table.say(runs=[row(RUNS[0]), *SYNCING[1:]])
    table.hint()
    expect(table.row(RUNS[0])).to_have_attribute("data-state", "Verified")
    assert table.order == RUNS, "a click meant for the second run would hit the third"
    table.page.mouse.move(1, 1)
    expect(table.row(RUNS[0])).to_have_count(0)


def test_what_was_open_under_a_run_that_is_gone_holds_nothing(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), SYNCING, answers={"log": [LOG]})
    table.row(RUNS[0]).get_by_role("button", name="Log of").click()
    expect(table.page.get_by_role("log")).to_be_focused()
    table.say(runs=SYNCING[1:])
    table.hint()
    expect(table.page.get_by_role("log")).to_have_count(0)
    assert table.page.evaluate("() => document.activeElement.closest('.exlab-grid') !== null")
    table.page.evaluate(
        "() => { performance.now = (real => () => real() + 11_000)(performance.now.bind(performance)); }"
    )
    table.page.mouse.move(1, 1)
    table.say(runs=[SYNCING[1], {**SYNCING[2], "display_state": "Failed", "needs_attention": True}])
    table.hint()
    expect(table.page.locator(".exlab-row").first).to_have_attribute("data-run", RUNS[2])


def test_the_focus_never_falls_out_of_the_panel(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), CLEARABLE)
    page, inside = table.page, "() => document.activeElement.closest('.exlab-staging') !== null"
    page.get_by_role("searchbox", name="Filter runs").fill("nothing is called so")
    page.locator(".exlab-empty").get_by_role("button", name="Show all runs").press("Enter")
    assert table.focused() == RUNS[0]

    page.evaluate("() => window.panel.reveal('A/B/Runs/Run_gone')")
    page.locator(".exlab-notice").get_by_role("button", name="Close").press("Enter")
    assert table.focused() == RUNS[0]

    table.say(refusal=DOWN)
    table.hint()
    again = page.get_by_role("button", name="Try now")
    again.focus()
    table.say(refusal=None)
    again.press("Enter")
    expect(page.get_by_text("Connected again.")).to_be_visible()
    assert page.evaluate(inside)

    page.locator(".exlab-clear-all").focus()
    table.say(runs=[row(run, "Cleared", local_data=False) for run in RUNS])
    table.hint()
    expect(page.locator(".exlab-clear-all")).to_be_hidden()
    assert table.focused() == "More for the whole station"
    stops = page.locator(".exlab-toolbar button:visible[tabindex='0']")
    assert stops.count() == 1, "the line has a Tab stop that can be seen"


def test_a_menu_stays_while_a_log_follows_beside_it(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), SYNCING, answers={"log": [LOG]})
    table.row(RUNS[0]).get_by_role("button", name="Log of").click()
    expect(table.page.get_by_text("line 199")).to_be_in_viewport()
    table.row(RUNS[1]).get_by_role("button", name="More for").click()
    table.say(answers={"log": [{**LOG, "lines": [*LOG["lines"], "the newest"]}]})
    table.hint()
    expect(table.page.get_by_text("the newest")).to_be_in_viewport()
    expect(table.page.get_by_role("menu")).to_be_visible()
    assert table.page.evaluate("() => document.activeElement.role") == "menuitem"
    table.page.locator(".exlab-grid").evaluate("grid => { grid.style.height = '90px'; grid.scrollTop = 40; }")
    expect(table.page.get_by_role("menu")).to_have_count(0)


def test_an_opened_fold_stays_open_while_its_numbers_grow(browser: object, open_page: Pages) -> None:
    def strangers(size: int) -> list[dict[str, object]]:
        names = [f"gpj.\u202e{at}<b>" for at in range(5)]
        return [{"path": name, "bytes": size, "reason": "Not a run.", "remedy": "Move it."} for name in names]

    table = Table(open_page(), CLEARABLE, station=station(unrecognised=strangers(10)))
    fold = table.page.locator(".exlab-strangers")
    fold.locator("summary").press("Enter")
    table.say(station=station(unrecognised=strangers(2000)))
    table.hint()
    expect(fold.locator("summary")).to_contain_text("5 entries in the staging folder, 9.8 KiB")
    expect(fold.get_by_text("Move it.").first).to_be_visible()
    expect(fold.locator("summary")).to_be_focused()
    isolated = "code => getComputedStyle(code).unicodeBidi"
    assert fold.locator("code").first.evaluate(isolated) == "isolate", "an odd name turns only itself round"


def test_what_a_clear_freed_stays_to_be_read(browser: object, open_page: Pages) -> None:
    freed = {"files_freed": 1024, "bytes_freed": 12 * GIB}
    table = Table(open_page(), CLEARABLE, answers={"clear": [freed]})
    table.row(RUNS[0]).get_by_role("button", name=f"Clear {RUNS[0]}").click()
    table.page.get_by_role("button", name="Clear, free 12 GiB").click()
    table.say(runs=[row(RUNS[0], "Cleared", local_data=False), *CLEARABLE[1:]])
    table.hint()
    expect(table.row(RUNS[0])).to_have_attribute("data-state", "Cleared")
    expect(table.row(RUNS[0])).to_contain_text("Freed 12 GiB (1,024 files). The copy on the NAS stays.")


def test_in_a_narrow_panel_runs_can_be_told_apart(browser: object, open_page: Pages) -> None:
    runs = [run_path(1, project) for project in ("Membrane transport, control", "Membrane transport, treated")]
    table = Table(open_page(width=250), [row(run) for run in runs])
    for run in runs:
        name = table.row(run).locator(".exlab-name")
        expect(name).to_contain_text(run.split("/")[1])
        cut = "name => [...name.querySelectorAll('*')].some(part => part.scrollWidth > part.clientWidth + 1"
        assert not name.evaluate(f"{cut} && getComputedStyle(part).overflow !== 'visible' && part.clientWidth > 0)")
        assert name.evaluate("name => name.scrollWidth <= name.clientWidth")
