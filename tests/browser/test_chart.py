"""The picture of the last day: what it says, how it is read off, gaps as gaps, the fold kept, and nobody shut out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.browser.component import Table, activity, all_states

Pages = Callable[..., Page]
SLIDER = "The last 24 hours"


def _table(page: Page, record: dict[str, Any] | None = None, **more: Any) -> Table:
    return Table(page, all_states()[:2], answers={"activity": [record or activity()]}, **more)


def test_the_day_is_told_drawn_and_read_off(browser: object, open_page: Pages) -> None:
    page = _table(open_page(width=1200)).page
    told = "963 GiB synced in the last 24 h (no record for 5 h of it); staging disk 55 % full, full in about 2 days"
    expect(page.locator(".exlab-chart-sentence")).to_contain_text(told)
    expect(page.locator(".exlab-chart-gap")).to_have_count(1)
    expect(page.locator(".exlab-chart-rate")).to_have_count(2)  # a stretch before the gap and one after it
    plot = page.get_by_role("slider", name=SLIDER)
    box = plot.bounding_box()
    assert box
    tip = page.locator(".exlab-chart-tip")
    expect(tip).to_be_hidden()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 20)
    expect(tip).to_have_text(re.compile(r"^13:55 to 14:00: .*; staging disk 55 % full, 1\.8 TiB free$"))
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 20)
    expect(tip).to_have_text(re.compile(r"^23:3\d: no record$"))
    inside = "e => e.getBoundingClientRect().right <= e.closest('.exlab-staging').getBoundingClientRect().right"
    assert tip.evaluate(inside)
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()


def test_keys_read_it_off_and_stay_in_it(browser: object, open_page: Pages) -> None:
    page = _table(open_page(width=1200)).page
    plot = page.get_by_role("slider", name=SLIDER)
    expect(plot).to_have_attribute("aria-valuetext", re.compile("963 GiB synced in the last 24 h"))
    plot.focus()
    page.keyboard.press("End")
    expect(plot).to_have_attribute("aria-valuetext", re.compile("^13:55 to 14:00"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageDown")
    expect(plot).to_have_attribute("aria-valuetext", re.compile("^12:50 to 12:55"))
    page.keyboard.press("Home")
    expect(plot).to_have_attribute("aria-valuenow", "0")
    page.keyboard.press("Escape")
    expect(page.locator(".exlab-chart-tip")).to_be_hidden()
    guarded = page.locator(".exlab-chart").locator("summary, [tabindex]")
    assert guarded.evaluate_all("all => all.map(e => e.dataset.lmSuppressShortcuts)") == ["true", "true"]


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "No record yet: the first point comes within a few minutes."),
        (1, "Nothing synced in the last 5 min; staging disk 55 % full."),
        (60, "GiB synced in the last 5 h; staging disk 55 % full, full in about 2 days at this pace."),
    ],
)
def test_little_is_drawn_as_little(browser: object, open_page: Pages, count: int, said: str) -> None:
    page = _table(open_page(), activity(count)).page
    expect(page.locator(".exlab-chart-sentence")).to_contain_text(said)
    expect(page.locator(".exlab-chart-rate")).to_have_count(min(count, 1))


def test_the_fold_is_kept_and_narrow_panels_start_folded(browser: object, open_page: Pages) -> None:
    page = open_page(width=1200)
    _table(page)
    fold = page.locator("details.exlab-chart")
    expect(fold).to_have_js_property("open", True)
    page.locator(".exlab-chart-fold").click()
    _table(page)
    expect(page.locator(".exlab-chart-sentence")).to_be_visible()
    expect(fold).to_have_js_property("open", False)
    narrow = _table(open_page(width=400)).page
    expect(narrow.locator(".exlab-chart-sentence")).to_be_visible()
    expect(narrow.locator("details.exlab-chart")).to_have_js_property("open", False)
    narrow.locator(".exlab-chart-fold").click()
    expect(narrow.locator(".exlab-chart-rate").first).to_be_visible()
    assert narrow.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_without_a_record_there_is_no_picture_and_no_trouble(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), all_states()[:2])
    expect(table.page.locator(".exlab-row")).to_have_count(2)
    assert table.page.locator(".exlab-chart").count() == 0
    refused = _table(open_page(), {"code": "run_not_found", "status": 404, "message": "no such path"})
    expect(refused.page.locator(".exlab-row")).to_have_count(2)
    expect(refused.page.locator(".exlab-chart")).to_be_hidden()


@pytest.mark.parametrize("dark", [False, True])
def test_nobody_is_shut_out(browser: object, open_page: Pages, dark: bool) -> None:
    page = _table(open_page(), dark=dark).page
    page.get_by_role("slider", name=SLIDER).focus()
    page.keyboard.press("End")
    expect(page.locator(".exlab-chart-tip")).to_be_visible()
    violations = Axe().run(page, context=".exlab-chart").response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []
    page.emulate_media(forced_colors="active")
    ground = page.evaluate("() => getComputedStyle(document.querySelector('.exlab-staging')).backgroundColor")
    painted = page.locator(".exlab-chart-rate").first.evaluate("e => getComputedStyle(e).fill")
    assert painted != ground


def test_it_is_read_again_every_five_minutes_and_kept_when_it_cannot_be(browser: object, open_page: Pages) -> None:
    page = open_page()
    page.clock.install(time="2026-11-23T14:00:00Z")
    table = _table(page)
    sentence = page.locator(".exlab-chart-sentence")
    expect(sentence).to_contain_text("963 GiB synced")
    table.say(answers={"activity": [activity(20)]})
    page.clock.fast_forward("04:30")
    expect(sentence).to_contain_text("963 GiB synced")
    page.clock.fast_forward("00:31")
    expect(sentence).to_contain_text("GiB synced in the last 1 h")
    table.say(answers={"activity": [{"code": "internal_error", "status": 500, "message": "broken"}]})
    page.clock.fast_forward("05:01")
    table.say(answers={"activity": [activity(60)]})
    expect(sentence).to_contain_text("in the last 1 h")
    page.clock.fast_forward("00:16")  # one that failed is tried again soon
    expect(sentence).to_contain_text("in the last 5 h")
