"""The table and its server: outage, recovery, refusals explained, a kept table, and asking only while someone looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.component import Table, all_states, row, run_path, station

Pages = Callable[..., Page]
RUN = run_path(1)
DOWN = {"status": 0, "code": "unreachable", "message": "The staging service does not answer."}


def test_one_lost_answer_is_no_outage(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [row(RUN, "Syncing")])
    table.say(refusal=DOWN, asked=0)
    table.page.wait_for_function("() => window.asked === 1")
    table.say(refusal=None)
    table.page.wait_for_function("() => window.asked >= 3")
    assert table.page.locator(".exlab-banner").count() == 0


def test_a_page_older_than_its_server_says_so(browser: object, open_page: Pages) -> None:
    page = open_page()
    table = Table(page, [row(RUN, "Verified")], station=station(version="0.1.0"), options={"uiVersion": "0.1.0"})
    words = "the server runs 0.2.0. Reload the page; if this stays, restart the Jupyter server."
    remark = page.get_by_text(f"This page shows the panel of version 0.1.0, {words}")
    assert not remark.count()
    table.say(station=station(version="0.2.0"))
    expect(remark).to_be_visible()


def test_an_outage_keeps_the_table_and_switches_the_buttons_off(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [row(RUN, "Waiting", actions=["force_sync", "log"])])
    table.say(refusal=DOWN)
    banner = table.page.locator(".exlab-banner")
    expect(banner).to_contain_text("The staging service does not answer since ")
    expect(banner).to_contain_text("Copying may go on without this page. Trying again every 5 s.")
    button = table.page.get_by_role("button", name=f"Force sync {RUN}")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_attribute("title", "The staging service does not answer.")
    button.click(force=True)
    assert table.calls == []
    table.say(refusal=None)
    banner.get_by_role("button", name="Try now").click()
    expect(banner).to_have_text("Connected again.")
    expect(button).not_to_have_attribute("aria-disabled", "true")
    expect(banner).to_have_count(0, timeout=15_000)


@pytest.mark.parametrize(
    ("code", "headline"),
    [
        ("orchestrator_disabled", "Staging is switched off on this server."),
        ("config_invalid", "The staging configuration has a mistake."),
        ("station_starting", "The staging service is starting."),
        ("signed_out", "Not signed in."),
        ("not_installed", "The staging service is not installed here."),
    ],
)
def test_a_refusal_is_explained_with_the_servers_words(
    browser: object, open_page: Pages, code: str, headline: str
) -> None:
    told = "Set orchestrator.enabled: true in exlab_wizard.yaml."
    table = Table(open_page(), [], refusal={"status": 503, "code": code, "message": told})
    expect(table.page.locator(".exlab-banner")).to_have_text(f"{headline} {told}")
    assert table.page.get_by_text("Nothing is staged").count() == 0, "a refusal is not an empty table"
    table.say(refusal=None, runs=[row(RUN)])
    expect(table.row(RUN)).to_be_visible(timeout=15_000)


def test_a_kept_table_is_shown_until_the_server_answers(browser: object, open_page: Pages) -> None:
    kept = {"station": station(), "rows": [row(RUN, "Syncing")]}
    table = Table(open_page(), [row(RUN, "Verified")], refusal=DOWN, options={"snapshot": kept})
    expect(table.row(RUN).locator(".exlab-word")).to_have_text("Syncing")
    expect(table.page.locator(".exlab-banner")).to_contain_text("does not answer")
    table.say(refusal=None)
    expect(table.row(RUN).locator(".exlab-word")).to_have_text("Verified", timeout=15_000)


def test_an_empty_kept_table_says_nothing_of_now(browser: object, open_page: Pages) -> None:
    kept = {"station": station(), "rows": []}
    table = Table(open_page(), [row(RUN)], refusal=DOWN, options={"snapshot": kept})
    expect(table.page.locator(".exlab-foot")).to_contain_text("Watching")
    expect(table.page.locator(".exlab-summary")).to_have_text("")
    table.say(refusal=None)
    expect(table.page.locator(".exlab-summary")).to_contain_text("1 run,", timeout=15_000)


def test_nothing_is_asked_while_nobody_can_see_it(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [row(RUN, "Syncing")])
    table.page.evaluate("""() => { document.querySelector('main').style.display = 'none'; }""")
    table.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    table.say(asked=0)
    table.page.wait_for_timeout(1600)  # three questions' worth of time: the absence of an event has no condition
    assert table.page.evaluate("() => window.asked") <= 1
    table.page.evaluate("""() => { document.querySelector('main').style.display = ''; }""")
    table.page.wait_for_function("() => window.asked >= 3")


def test_a_hint_is_followed_at_once(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [row(RUN, "Verified")])
    table.say(runs=[row(RUN, "Cleared", local_data=False)])
    began = table.page.evaluate("() => { window.hint(); return performance.now(); }")
    expect(table.row(RUN).locator(".exlab-word")).to_have_text("Cleared")
    assert table.page.evaluate("() => performance.now()") - began < 1500


def test_removed_and_changed_rows_of_a_difference_are_merged(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), all_states())
    table.page.evaluate("""async () => {
      const { Feed } = await import('/widget.js');
      const answers = [
        { ...window.station, revision: 9, since: null, removed: [], runs: window.runs },
        { ...window.station, revision: 12, since: 9, removed: [window.runs[0].path],
          runs: [{ ...window.runs[1], display_state: 'Syncing' }] },
        { ...window.station, revision: 3, since: 12, removed: [], runs: [] },
        { ...window.station, revision: 3, since: null, removed: [], runs: window.runs.slice(0, 2) },
      ];
      window.sinces = [];
      const feed = new Feed({ overview: async since => { window.sinces.push(since); return answers.shift(); } });
      feed.stopped = false;
      feed.schedule = () => {};
      window.seen = [];
      for (let turn = 0; turn < 4; turn += 1) {
        await feed.ask();
        window.seen.push([feed.rows.size, feed.rows.get(window.runs[1].path)?.display_state]);
      }
    }""")
    assert table.page.evaluate("() => window.sinces") == [None, 9, 12, None]
    seen = table.page.evaluate("() => window.seen")
    assert seen == [[13, "Waiting"], [12, "Syncing"], [12, "Syncing"], [2, "Waiting"]]
