"""What a row offers: one first act, remedies where it waits or fails, and a menu that nothing clips."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.component import Table, row, run_path, station

Pages = Callable[..., Page]
RUN = run_path(1)
NAS = "/mnt/nas/lab/" + RUN
DONE = {"run_path": RUN}
PAUSED = {"by": "ada", "at": "2026-11-23T14:02:00Z"}
NOTHING_PAUSED: dict[str, Any] = {"all": None, "equipment": {}}
WAITING = row(RUN, "Waiting", why="Starts after 2 runs.", actions=["force_sync", "pause", "log"])
VERIFIED = row(RUN, actions=["clear", "force_sync", "verify", "log"], nas_path=NAS, proof_age_seconds=60)


def open_menu(table: Table, run: str = RUN) -> Locator:
    table.page.get_by_role("button", name=f"More for {run}").click()
    return table.page.get_by_role("menu", name=f"More for {run}")


PLAIN = [
    ("Syncing", ["pause", "log"], "Pause", "pause"),
    ("Paused", ["resume", "log"], "Resume", "resume"),
    ("Cleared", ["restore", "log"], "Restore", "restore"),
    ("Failed", ["retry", "log"], "Retry", "retry"),
    ("Failed", ["verify", "log"], "Verify again", "verify"),
]


@pytest.mark.parametrize(("state", "actions", "label", "call"), PLAIN, ids=lambda value: str(value))
def test_one_click_is_one_call_and_heard_at_once(
    browser: object, open_page: Pages, state: str, actions: list[str], label: str, call: str
) -> None:
    table = Table(open_page(), [row(RUN, state, actions=actions)], answers={call: [DONE]})
    table.page.get_by_role("button", name=f"{label} {RUN}").click()
    expect(table.row(RUN).locator(".exlab-note")).to_contain_text("Asked at ")
    assert table.calls == [[call, RUN, None]]


def test_what_was_asked_says_when_its_turn_comes(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [WAITING], answers={"sync": [{"state": "queued", "job_id": "7"}]})
    table.page.get_by_role("button", name=f"Force sync {RUN}").click()
    note = table.row(RUN).locator(".exlab-note")
    expect(note).to_contain_text("Asked at ")
    expect(note).to_contain_text(", starts after 2 runs.")


def test_the_menu_holds_the_rest_and_the_keyboard_walks_it(browser: object, open_page: Pages) -> None:
    table = Table(open_page(width=1000), [VERIFIED])
    menu = open_menu(table)
    items = menu.get_by_role("menuitem")
    labels = ["Force sync", "Verify again", "Details", "Show on NAS (copy path)", "Copy run path", "Copy link"]
    assert items.all_inner_texts() == labels
    press = table.page.keyboard.press
    for key, at in [("ArrowDown", 1), ("End", 5), ("ArrowDown", 0), ("ArrowUp", 5), ("Home", 0), ("v", 1), ("c", 4)]:
        press(key)
        expect(items.nth(at)).to_be_focused()
    assert items.evaluate_all("all => all.every(one => one.dataset.lmSuppressShortcuts === 'true')")
    press("Escape")
    expect(menu).to_have_count(0)
    assert table.focused() == f"More for {RUN}"
    table.page.get_by_role("button", name=f"More for {RUN}").click()
    table.page.mouse.click(5, 5)
    expect(menu).to_have_count(0)


def test_the_menu_does_what_it_says(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [VERIFIED], answers={"verify": [DONE]})
    open_menu(table).get_by_role("menuitem", name="Verify again").click()
    expect(table.row(RUN).locator(".exlab-note")).to_contain_text("Asked at ")
    assert table.calls == [["verify", RUN, None]]


def test_clear_is_shown_where_it_is_not_possible_and_says_why(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [WAITING])
    clear = open_menu(table).get_by_role("menuitem", name="Clear…")
    expect(clear).to_have_attribute("aria-disabled", "true")
    expect(clear).to_contain_text("Not verified yet: only what is proven on the NAS can be cleared.")
    clear.click(force=True)
    assert table.calls == []
    assert table.page.get_by_role("alertdialog").count() == 0


@pytest.mark.parametrize(("width", "height"), [(420, 320), (1280, 260), (1000, 900)])
def test_the_menu_stays_inside_the_view(browser: object, open_page: Pages, width: int, height: int) -> None:
    runs = [row(run_path(at), actions=VERIFIED["actions"], nas_path="/nas") for at in range(12, 0, -1)]
    table = Table(open_page(width=width, height=height), runs)
    last = run_path(1)
    # as docks of JupyterLab do: what is fixed inside stands relative to it, and is clipped by it
    table.page.add_style_tag(content="#place { transform: translate(7px, 3px); overflow: clip; margin-right: 20px; }")
    table.page.get_by_role("button", name=f"More for {last}").scroll_into_view_if_needed()
    menu = open_menu(table, last)
    box = menu.bounding_box()
    assert box and box["x"] >= 0 and box["y"] >= 0
    assert box["x"] + box["width"] <= width and box["y"] + box["height"] <= height
    inside = """menu => { const box = menu.getBoundingClientRect();
      const at = document.elementFromPoint(box.left + box.width / 2, box.top + 8); return menu.contains(at); }"""
    assert menu.evaluate(inside), "nothing lies over it, and nothing clips it"


def test_paths_and_links_go_to_the_clipboard(browser: object, open_page: Pages) -> None:
    page = open_page()
    table = Table(page, [VERIFIED])
    # a page without a secure connection has no clipboard of its own: what is copied is caught here
    page.evaluate("() => document.addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    for label, text in [("Show on NAS (copy path)", NAS), ("Copy run path", RUN)]:
        open_menu(table).get_by_role("menuitem", name=label).click()
        expect(table.row(RUN).locator(".exlab-note")).to_contain_text(" on the clipboard.")
        assert page.evaluate("() => window.copied") == text
    open_menu(table).get_by_role("menuitem", name="Copy link").click()
    page.wait_for_function("() => window.copied.includes('#staging-run=')")


def test_a_run_that_fails_shows_what_helps_under_the_reason(browser: object, open_page: Pages) -> None:
    actions = ["force_sync", "retry", "log"]
    failed = row(RUN, "Failed", why="Checksum differs in 3 files.", needs_attention=True, actions=actions)
    table = Table(open_page(), [failed], answers={"retry": [DONE], "log": [_log()]})
    remedies = table.row(RUN).locator(".exlab-remedies").get_by_role("button")
    assert remedies.all_inner_texts() == ["Retry", "Show log"]
    remedies.last.click()
    expect(table.page.locator(".exlab-log-error[data-at]")).to_have_text("x [ERROR] broken 20")
    remedies.first.click()
    expect(table.row(RUN).locator(".exlab-note")).to_contain_text("Asked at ")
    assert table.calls == [["retry", RUN, None]]


def test_a_refusal_brings_its_remedy(browser: object, open_page: Pages) -> None:
    refusal = {"status": 409, "code": "paused", "message": "CONFOCAL_01 is paused by ada since 14:02."}
    table = Table(open_page(), [WAITING], answers={"sync": [refusal], "resume": [DONE]})
    table.page.get_by_role("button", name=f"Force sync {RUN}").click()
    note = table.row(RUN).locator(".exlab-note")
    expect(note).to_have_text("CONFOCAL_01 is paused by ada since 14:02.")
    table.page.get_by_role("button", name=f"Resume {RUN}").click()
    expect(note).to_contain_text("Asked at ")
    assert [call[0] for call in table.calls] == ["sync", "resume"]


def test_a_refusal_that_ends_by_itself_says_so_and_offers_nothing(browser: object, open_page: Pages) -> None:
    refusal = {"status": 503, "code": "nas_unavailable", "message": "The NAS is not mounted."}
    table = Table(open_page(), [VERIFIED], answers={"verify": [refusal]})
    open_menu(table).get_by_role("menuitem", name="Verify again").click()
    note = table.row(RUN).locator(".exlab-note")
    expect(note).to_have_text("The NAS is not mounted. It goes on by itself as soon as the NAS is back.")
    expect(table.row(RUN).locator(".exlab-remedies")).to_be_hidden()


def test_a_refusal_outlives_what_the_row_went_through_meanwhile(browser: object, open_page: Pages) -> None:
    refusal = {"status": 409, "code": "run_changed_since_verified", "message": "A file changed."}
    table = Table(open_page(), [VERIFIED], answers={"clear": [refusal]})
    table.page.get_by_role("button", name=f"Clear {RUN}").click()
    table.page.get_by_role("button", name="Clear, free 12 GiB").click()
    note = table.row(RUN).locator(".exlab-note")
    expect(note).to_have_text("A file changed.")
    for state in ("Clearing", "Verified"):
        table.say(runs=[{**VERIFIED, "display_state": state}])
        table.hint()
        expect(table.row(RUN)).to_have_attribute("data-state", state)
        expect(note).to_have_text("A file changed.")
    table.say(runs=[{**VERIFIED, "display_state": "Waiting"}])
    table.hint()
    expect(note).to_be_empty()


def test_everything_and_one_equipment_are_paused_and_resumed(browser: object, open_page: Pages) -> None:
    other = row("SEM_02/P/Runs/Run_2026-11-01T00-09", "Waiting")
    all_paused = {"all": PAUSED, "equipment": {}}
    refusal = {"status": 403, "code": "forbidden", "message": "You may not do that."}
    answers = {"pauseAll": [{"paused": all_paused}, refusal], "resumeAll": [{"paused": NOTHING_PAUSED}]}
    table = Table(open_page(), [WAITING, other], answers=answers, station=station(paused=NOTHING_PAUSED))
    more = table.page.get_by_role("button", name="More for the whole station")
    more.click()
    items = table.page.get_by_role("menuitem")
    assert items.all_inner_texts() == ["Pause everything", "Pause CONFOCAL_01", "Pause SEM_02"]
    table.say(station=station(paused=all_paused))
    items.first.click()
    banner = table.page.locator(".exlab-paused")
    expect(banner).to_contain_text("Everything is paused by ada since 23 Nov, 14:02.")
    table.say(station=station(paused=NOTHING_PAUSED))
    banner.get_by_role("button", name="Resume everything").click()
    expect(banner).to_have_count(0)
    more.click()
    items.last.click()
    expect(table.page.locator(".exlab-pauses")).to_have_text("You may not do that.")
    assert table.calls == [["pauseAll", None, None], ["resumeAll", None, None], ["pauseAll", "SEM_02", None]]


def test_nothing_acts_without_the_server_but_what_needs_none(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [VERIFIED])
    table.say(refusal={"status": 0, "code": "unreachable", "message": "no answer"})
    table.hint()
    expect(table.page.locator(".exlab-banner")).to_be_visible()
    for name in (f"Clear {RUN}", "Clear verified runs"):
        expect(table.page.get_by_role("button", name=name).first).to_have_attribute("aria-disabled", "true")
    menu = open_menu(table)
    off = menu.get_by_role("menuitem", disabled=True)
    assert [text.splitlines()[-1] for text in off.all_inner_texts()] == ["The staging service does not answer."] * 3
    expect(menu.get_by_role("menuitem", name="Copy run path")).not_to_have_attribute("aria-disabled", "true")


def _log() -> dict[str, Any]:
    lines = [f"x [{'ERROR' if at == 20 else 'INFO '}] {'broken' if at == 20 else 'fine'} {at}" for at in range(60)]
    return {"run_path": RUN, "log_path": "/x.log", "lines": lines}
