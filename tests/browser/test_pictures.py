"""How the panel looks, in eight states and both themes, against pictures that were looked at and kept in `pictures/`.

After a change that is meant: `./run test --new-pictures tests/browser/test_pictures.py`, and look at what git shows.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.component import Table, activity, all_states, run_path, station
from tests.browser.pictures import check, compare

Pages = Callable[..., Page]
NOW = "2026-11-23T14:00:00Z"
DOWN = {"status": 0, "code": "unreachable", "message": "no answer"}
AWAY = station(
    targets=[{"nas_root": "/mnt/nas/lab", "state": "unavailable", "why": "It is not mounted.", "since": NOW}],
    unrecognised=[{"path": "OLD", "bytes": 5 << 30, "reason": "Not an instrument.", "remedy": "Move it away."}],
)
LINES = [f"2026-11-23T13:{at:02d}:07Z [INFO ] Copied scan_{at:04d}.h5, 12 MiB." for at in range(12)]
LOG = {
    "run_path": run_path(7),
    "log_path": f"/staging/{run_path(7)}/.exlab-wizard/run.log",
    "lines": [*LINES, "2026-11-23T13:58:41Z [ERROR] Checksum differs in scan_0017.h5.", *LINES[:3]],
}
# the table whole, however long it is
_STYLE = "h1 { display: none } body { margin: 0 } .exlab-grid { max-height: none !important }"


def _empty(page: Page) -> Table:
    return Table(page, [])


def _all(page: Page) -> Table:
    table = Table(page, all_states(), answers={"activity": [activity()]})
    expect(page.locator(".exlab-chart-sentence")).to_contain_text("full in about")
    return table


def _no_match(page: Page) -> Table:
    table = Table(page, all_states())
    page.get_by_role("searchbox").fill("nobody")
    expect(page.get_by_text("No run matches this filter.")).to_be_visible()
    page.get_by_role("searchbox").blur()
    return table


def _attention(page: Page) -> Table:
    table = Table(page, all_states(), station=AWAY)
    page.get_by_role("button", name="Needs attention").click()
    expect(page.locator(".exlab-row")).to_have_count(3)
    return table


def _confirm(page: Page) -> Table:
    table = Table(page, all_states()[6:9])
    page.get_by_role("button", name=f"Clear {run_path(8)}").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    return table


def _log(page: Page) -> Table:
    table = Table(page, all_states()[6:9], answers={"log": [LOG]})
    page.get_by_role("button", name=f"Log of {run_path(7)}").click()
    expect(page.locator(".exlab-log-error")).to_be_visible()
    return table


def _down(page: Page) -> Table:
    table = Table(page, all_states()[:9])
    table.say(refusal=DOWN)
    expect(page.locator(".exlab-banner")).to_be_visible()
    return table


STATES: dict[str, tuple[Callable[[Page], Table], int]] = {
    "empty": (_empty, 1000),
    "all": (_all, 1200),
    "no-match": (_no_match, 1000),
    "attention": (_attention, 1000),
    "confirm": (_confirm, 1000),
    "log": (_log, 1000),
    "down": (_down, 1000),
    "narrow": (_all, 400),
}


@pytest.mark.parametrize("state", STATES)
def test_the_panel_looks_as_it_did_when_somebody_looked(
    browser: object, open_page: Pages, tmp_path: Path, new_pictures: bool, state: str
) -> None:
    show, width = STATES[state]
    table = show(_still_page(open_page, width))
    for theme in ("light", "dark"):
        table.wear(dark=theme == "dark")
        check(f"{state}-{theme}", _picture(table.page), tmp_path, renew=new_pictures)


SEEN = {
    "a column moved": ".exlab-progress { translate: 8px }",
    "a colour changed": ".exlab-staging { --exlab-green: #0060a8 !important }",
    "a row is higher": ".exlab-row { padding-top: 11px !important }",
    "an icon is gone": ".exlab-state .exlab-icon { opacity: 0 }",
    "words are fainter": ".exlab-why { opacity: 0.5 }",
    "stripes are gone": ".exlab-fill { background: var(--exlab-tone) !important }",
    "numbers are left": ".exlab-size { text-align: left }",
}
UNSEEN = {
    "letters a little bolder": ".exlab-staging { text-shadow: 0 0 0.3px currentColor }",
    "colours a little off": ".exlab-staging { opacity: 0.98 }",
    "every edge drawn anew": ".exlab-staging { translate: 0.3px 0.3px }",
}


def test_what_an_eye_sees_is_found_and_nothing_else(browser: object, open_page: Pages) -> None:
    page = _still_page(open_page, 1000)
    _all(page)
    before = _image(page)
    after = {what: _image(page, style) for what, style in {**SEEN, **UNSEEN}.items()}
    assert all(image.tobytes() != before.tobytes() for image in after.values())
    found = {what: compare(before, image) for what, image in after.items()}
    assert {what for what, verdict in found.items() if verdict.why} == set(SEEN), found


def test_a_failure_names_the_pictures(browser: object, open_page: Pages, tmp_path: Path) -> None:
    page = _still_page(open_page, 1000)
    _empty(page)
    with pytest.raises(AssertionError) as failure:
        check("no-match-light", _picture(page), tmp_path, renew=False)
    assert "no-match-light.png" in str(failure.value)
    assert (tmp_path / "no-match-light-actual.png").exists()


def _still_page(open_page: Pages, width: int, height: int = 1000) -> Page:
    """A page whose wall clock stands still."""
    page = open_page(width=width, height=height)
    page.clock.set_fixed_time(NOW)
    return page


def _picture(page: Page, style: str = "") -> bytes:
    page.mouse.move(0, 999)
    page.evaluate("() => document.fonts.ready")
    panel = page.locator("section.exlab-staging")
    return panel.screenshot(animations="disabled", caret="hide", style=_STYLE + style)


def _image(page: Page, style: str = "") -> Image.Image:
    return Image.open(io.BytesIO(_picture(page, style))).convert("RGB")
