"""Five thousand runs: the table is there at once, stays light while they change, and the keyboard reaches the last."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import CDPSession, Page, expect

from tests.browser.component import Table, job, row, run_path

RUNS = 5000
SLACK = 3  # limits a person feels, tested with three times slack: the machine may be busy


_MAKE = """([count, sample]) => { window.runs = Array.from({length: count}, (_, at) => {
  const pad = number => String(number).padStart(2, '0');
  const stamp = `Run_2026-${pad(1 + at % 12)}-${pad(1 + Math.floor(at / 12) % 28)}T${pad(Math.floor(at / 336))}-00`;
  return {...sample, path: `CONFOCAL_01/PROJ/Runs/${stamp}`};
}); }"""


def test_five_thousand_runs(browser: object, open_page: Callable[..., Page]) -> None:
    table = _crowded(open_page())
    expect(table.page.locator(".exlab-row").first).to_be_visible()
    assert table.page.evaluate("() => window.painted") < 500 * SLACK
    assert table.page.locator(".exlab-row").count() < 100, "only what can be seen is in the page"
    assert table.page.get_by_role("grid").get_attribute("aria-rowcount") == str(RUNS + 1)
    for key, index in (("End", RUNS + 1), ("Home", 2), ("PageDown", None), ("End", RUNS + 1)):
        table.page.locator('.exlab-row[tabindex="0"]').press(key)
        focused = table.page.locator(".exlab-row:focus")
        expect(focused).to_be_in_viewport()
        if index:
            expect(focused).to_have_attribute("aria-rowindex", str(index))


def test_five_thousand_runs_cost_little_page_time(browser: object, open_page: Callable[..., Page]) -> None:
    page = open_page()
    table = _crowded(page)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    before, asked = _busy_seconds(session), page.evaluate("() => window.asked")
    page.wait_for_function("from => window.asked >= from + 6", arg=asked)
    share = (_busy_seconds(session) - before) / (6 * 0.5)
    assert share < 0.05 * SLACK, f"{share:.1%} of the page's time at two answers a second, each with every run"
    assert table.page.locator(".exlab-row").count() < 100


def _crowded(page: Page) -> Table:
    """A table over 5,000 runs, one of them under way."""
    table = Table(page, [], mount=False)
    page.evaluate(_MAKE, [RUNS, row(run_path(1), actions=["clear", "log"])])
    page.evaluate("job => Object.assign(window.runs[0], {display_state: 'Syncing', progress: job})", job())
    table.mount()
    return table


def _busy_seconds(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return sum(float(entry["value"]) for entry in metrics if entry["name"] in ("ScriptDuration", "LayoutDuration"))
