"""Clearing many runs: the gain is named, everything is shown before, exactly that is done, and what stayed says why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from tests.browser.component import GIB, Table, row, run_path

Pages = Callable[..., Page]
RUNS = [run_path(at) for at in (3, 2, 1)]
ROWS = [row(run, actions=["clear", "log"], proof_age_seconds=60) for run in RUNS]
DRY = {"runs": None, "equipment_id": None, "older_than_days": None, "keep_newest": 0, "dry_run": True}


def outcome(run: str, what: str = "would_clear", message: str = "", code: str | None = None) -> dict[str, Any]:
    base = {"run_path": run, "equipment_id": "CONFOCAL_01", "files": 1024, "bytes": 12 * GIB, "nas_path": f"/nas/{run}"}
    return {**base, "proven_at": "2026-11-23T12:00:00Z", "outcome": what, "code": code, "message": message}


def answer(*runs: dict[str, Any], dry: bool = True) -> dict[str, Any]:
    freed = [run for run in runs if run["outcome"] == "cleared"]
    sums = {"runs_freed": len(freed), "files_freed": 1024 * len(freed), "bytes_freed": 12 * GIB * len(freed)}
    return {"dry_run": dry, "runs": list(runs), **sums}


ALL = answer(*[outcome(run) for run in RUNS])
CHANGED = "A file came since it was verified; it syncs again by itself."


def review(table: Table) -> Locator:
    table.page.get_by_role("button", name="Clear verified runs… (36 GiB)").click()
    return table.page.get_by_role("region", name="Clear verified runs")


def wishes(table: Table) -> list[Any]:
    return [call[2] for call in table.calls if call[0] == "clearVerified"]


def test_nothing_verified_means_no_button(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [row(RUNS[0], "Syncing"), row(RUNS[1], actions=["log"])])
    expect(table.page.get_by_role("button", name="Clear verified runs")).to_have_count(0)


def test_the_review_shows_all_of_it_first_and_keep_has_the_focus(browser: object, open_page: Pages) -> None:
    kept = outcome(run_path(9), "kept", CHANGED, "run_changed_since_verified")
    table = Table(open_page(), ROWS, answers={"clearVerified": [answer(*ALL["runs"], kept)]})
    region = review(table)
    lines = region.get_by_role("list", name="Runs to clear").get_by_role("listitem")
    expect(lines).to_have_count(3)
    expect(lines.first).to_contain_text(f"{RUNS[0]}1,024 files12 GiBproven 23 Nov, 12:00")
    expect(region).to_contain_text("The copies on the NAS stay.")
    assert table.focused() == "Keep"
    expect(region.get_by_role("button", name="Clear 3 runs, free 36 GiB")).to_be_visible()
    region.get_by_text("1 run stays, and why").click()
    expect(region).to_contain_text(CHANGED)
    assert wishes(table) == [DRY], "it was only asked what would be cleared"
    assert Axe().run(table.page).response["violations"] == []
    table.page.keyboard.press("Escape")
    expect(region).to_have_count(0)
    assert table.focused() == "Clear verified runs… (36 GiB)"


def test_conditions_and_boxes_narrow_what_is_cleared(browser: object, open_page: Pages) -> None:
    narrowed = answer(outcome(RUNS[1]), outcome(RUNS[2]), outcome(RUNS[0], "kept", "One of the newest 1.", "x"))
    done = answer(outcome(RUNS[2], "cleared"), dry=False)
    table = Table(open_page(), ROWS, answers={"clearVerified": [ALL, narrowed, narrowed, done]})
    region = review(table)
    expect(region.get_by_role("button", name="Clear 3 runs, free 36 GiB")).to_be_visible()
    region.get_by_label("Keep the newest").fill("1")
    expect(region.get_by_role("button", name="Clear 2 runs, free 24 GiB")).to_be_visible()
    region.get_by_label("days ago").fill("7")
    table.page.wait_for_function("() => window.calls.length === 3")
    assert wishes(table)[1:] == [{**DRY, "keep_newest": 1}, {**DRY, "keep_newest": 1, "older_than_days": 7}]
    region.get_by_role("checkbox", name=RUNS[1]).uncheck()
    go = region.get_by_role("button", name="Clear 1 run, free 12 GiB")
    go.click()
    expect(table.page.locator(".exlab-review-said")).to_contain_text("Freed 12 GiB: 1 run, 1,024 files.")
    assert wishes(table)[3] == {**DRY, "runs": [RUNS[2]], "dry_run": False}, "what was shown is what is done"


def test_nothing_chosen_clears_nothing(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), ROWS[:1], answers={"clearVerified": [answer(outcome(RUNS[0]))]})
    table.page.get_by_role("button", name="Clear verified runs… (12 GiB)").click()
    region = table.page.get_by_role("region", name="Clear verified runs")
    region.get_by_role("checkbox", name=RUNS[0]).uncheck()
    region.get_by_role("button", name="Clear nothing").click(force=True)
    assert wishes(table) == [DRY]


def test_each_run_tells_how_far_it_is_and_what_stayed_says_why(browser: object, open_page: Pages) -> None:
    partly = [outcome(RUNS[0], "cleared"), outcome(RUNS[1], "kept", CHANGED, "run_changed_since_verified")]
    table = Table(
        open_page(), ROWS[:2], answers={"clearVerified": [answer(*ALL["runs"][:2]), answer(*partly, dry=False)]}
    )
    table.page.get_by_role("button", name="Clear verified runs… (24 GiB)").click()
    region = table.page.locator(".exlab-review")
    go = region.get_by_role("button", name="Clear 2 runs, free 24 GiB")
    expect(go).to_be_visible()
    table.page.evaluate("() => { window.held = new Promise(done => { window.release = done; }); }")
    go.focus()
    go.press("Enter")
    expect(region.get_by_role("status").first).to_contain_text(
        "Clearing 2 runs, 24 GiB. You may close this: it goes on."
    )
    assert table.focused() == "Hide, it goes on"
    words = {"display_state": "Clearing", "why": "The copy on the NAS is read once more, 3 of 1,024 files."}
    table.say(runs=[{**ROWS[0], **words}, ROWS[1]])
    table.hint()
    lines = region.get_by_role("list", name="Runs to clear").get_by_role("listitem")
    expect(lines.first).to_contain_text("3 of 1,024 files")
    expect(lines.last).to_contain_text("waits")
    table.page.evaluate("() => window.release()")
    expect(region.get_by_role("status").first).to_have_text(
        "Freed 12 GiB: 1 run, 1,024 files. The copies on the NAS stay. 1 run stayed:"
    )
    expect(lines.first).to_contain_text("freed 12 GiB")
    expect(region.locator(".exlab-review-stay")).to_contain_text(f"{RUNS[1]} {CHANGED}")
    assert Axe().run(table.page).response["violations"] == []
    region.get_by_role("button", name="Close").click()
    expect(region).to_have_count(0)


def test_an_answer_that_is_lost_says_that_it_goes_on(browser: object, open_page: Pages) -> None:
    lost = {"status": 0, "code": "unreachable", "message": "The staging service does not answer."}
    table = Table(open_page(), ROWS, answers={"clearVerified": [ALL, lost]})
    region = review(table)
    region.get_by_role("button", name="Clear 3 runs").click()
    expect(table.page.locator(".exlab-review-said")).to_contain_text("What was begun goes on in the service")


def test_a_refused_question_says_why(browser: object, open_page: Pages) -> None:
    refusal = {"status": 403, "code": "forbidden", "message": "You may not clear."}
    table = Table(open_page(), ROWS, answers={"clearVerified": [refusal]})
    region = review(table)
    expect(region.get_by_role("status").first).to_have_text("You may not clear.")
    expect(region.get_by_role("button", name="Clear", exact=True)).to_have_attribute("aria-disabled", "true")


def test_selected_runs_are_reviewed_as_exactly_that_set(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), ROWS, answers={"clearVerified": [answer(outcome(RUNS[1]), outcome(RUNS[2]))]})
    for run in RUNS[1:]:
        table.page.get_by_role("checkbox", name=f"Select {run}").check()
    table.page.get_by_role("toolbar", name="Selected runs").get_by_role("button", name="Clear…").click()
    region = table.page.get_by_role("region", name="Clear verified runs")
    expect(region.get_by_role("button", name="Clear 2 runs, free 24 GiB")).to_be_visible()
    (wish,) = wishes(table)
    assert sorted(wish["runs"]) == sorted(RUNS[1:]) and wish["dry_run"] is True


def test_five_thousand_runs_can_be_reviewed(browser: object, open_page: Pages) -> None:
    many = [outcome(run_path(at)) for at in range(5000)]
    table = Table(open_page(), ROWS, answers={"clearVerified": [answer(*many)]})
    table.page.evaluate("""() => {
      window.longest = 0;
      new PerformanceObserver(list => list.getEntries().forEach(task => {
        window.longest = Math.max(window.longest, task.duration);
      })).observe({ type: 'longtask' });
    }""")
    region = review(table)
    expect(region.get_by_role("button", name="Clear 5,000 runs, free 59 TiB")).to_be_visible()
    assert table.page.evaluate("() => window.longest") < 1500, "ms; half a second at rest, with three times slack"


def test_a_panel_for_one_equipment_clears_nothing_of_another(browser: object, open_page: Pages) -> None:
    mine = "SEM_02/PROJ-0001/Runs/Run_2026-11-01T00-01"
    rows = [*ROWS, row(mine, actions=["clear", "log"])]
    options = {"equipment": ["SEM_02"]}
    table = Table(open_page(), rows, options=options, answers={"clearVerified": [answer(outcome(mine))]})
    table.page.get_by_role("button", name="Clear verified runs… (12 GiB)").click()
    expect(table.page.get_by_role("button", name="Clear 1 run, free 12 GiB")).to_be_visible()
    assert wishes(table) == [{**DRY, "runs": [mine]}]


def test_what_was_hidden_tells_its_end(browser: object, open_page: Pages) -> None:
    done = answer(outcome(RUNS[0], "cleared"), outcome(RUNS[1], "kept", CHANGED), dry=False)
    table = Table(open_page(), ROWS, answers={"clearVerified": [ALL, done]})
    region = review(table)
    go = region.get_by_role("button", name="Clear 3 runs, free 36 GiB")
    expect(go).to_be_visible()
    table.page.evaluate("() => { window.held = new Promise(done => { window.release = done; }); }")
    go.click()
    table.page.get_by_role("button", name="Hide, it goes on").click()
    expect(table.page.locator(".exlab-review")).to_have_count(0)
    focused = table.focused()
    table.page.evaluate("() => window.release()")
    expect(table.page.locator(".exlab-review-said")).to_contain_text("Freed 12 GiB: 1 run, 1,024 files.")
    expect(table.page.locator(".exlab-review-stay")).to_contain_text(f"{RUNS[1]} {CHANGED}")
    assert table.focused() == focused, "nobody is torn away from what they do"


def test_an_answer_that_never_comes_does_not_say_that_nothing_was_done(browser: object, open_page: Pages) -> None:
    lost = {"status": 0, "code": "unreachable", "message": "The staging service does not answer."}
    table = Table(open_page(), ROWS, answers={"clearVerified": [ALL, lost]})
    review(table).get_by_role("button", name="Clear 3 runs").click()
    said = "The staging service does not answer. What was begun goes on in the service; the rows tell how far it is."
    expect(table.page.locator(".exlab-review-said")).to_contain_text(said)


def test_a_condition_that_cannot_be_read_clears_nothing(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), ROWS, answers={"clearVerified": [ALL, ALL]})
    region = review(table)
    expect(region.get_by_role("button", name="Clear 3 runs")).to_be_visible()
    for field, text in (("Verified at least", "5e"), ("Keep the newest", "-2")):
        region.get_by_label(field).press_sequentially(text)
        expect(region.get_by_role("status").first).to_contain_text("Please type whole numbers")
        expect(region.locator(".exlab-danger")).to_have_attribute("aria-disabled", "true")
        expect(region.get_by_role("listitem")).to_have_count(0)
        region.get_by_label(field).fill("")
        expect(region.get_by_role("button", name="Clear 3 runs")).to_be_visible()
        table.say(answers={"clearVerified": [ALL, ALL]})


def test_the_list_is_one_tab_stop_and_every_stop_keeps_its_keys(browser: object, open_page: Pages) -> None:
    kept = [outcome(run_path(100 + at), "kept", CHANGED) for at in range(40)]
    table = Table(open_page(), ROWS, answers={"clearVerified": [answer(*ALL["runs"], *kept)]})
    region = review(table)
    region.get_by_text("40 runs stay, and why").click()
    region.get_by_label("Keep the newest").focus()
    stops = []
    for _ in range(5):
        table.page.keyboard.press("Tab")
        stops.append(table.page.evaluate("() => [document.activeElement.tagName, document.activeElement.outerHTML]"))
    assert [tag for tag, _ in stops] == ["INPUT", "SUMMARY", "UL", "BUTTON", "BUTTON"]
    assert all("data-lm-suppress-shortcuts" in html.partition(">")[0] for _, html in stops)
    region.get_by_role("checkbox").first.focus()
    table.page.keyboard.press("ArrowDown")
    table.page.keyboard.press("Space")
    expect(region.get_by_role("button", name="Clear 2 runs, free 24 GiB")).to_be_visible()
    table.page.keyboard.press("Control+a")
    expect(table.page.locator(".exlab-selection")).to_be_hidden()


def test_in_a_low_panel_the_answers_can_be_seen_and_reached(browser: object, open_page: Pages) -> None:
    table = Table(open_page(width=250, height=420), ROWS, options={"height": "400px"}, answers={"clearVerified": [ALL]})
    region = review(table)
    go = region.get_by_role("button", name="Clear 3 runs, free 36 GiB")
    expect(go).to_be_visible()
    expect(region.get_by_role("button", name="Keep")).to_be_in_viewport()
    go.scroll_into_view_if_needed()
    expect(go).to_be_in_viewport(ratio=0.9)
    table.page.locator(".exlab-foot").scroll_into_view_if_needed()
    expect(table.page.locator(".exlab-foot")).to_be_in_viewport()
