"""The table: every state in shape and word, names as text, order that holds still, filter, empty tables, keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.component import Table, all_states, job, row, run_path, station

Pages = Callable[..., Page]
_WATCH_CHANGES = """() => {
  window.changes = [];
  const rowOf = node => (node.nodeType === 1 ? node : node.parentElement)?.closest('.exlab-row')?.dataset.run;
  const all = {subtree: true, childList: true, characterData: true, attributes: true};
  new MutationObserver(list => window.changes.push(...list.map(each => rowOf(each.target))))
    .observe(document.querySelector('.exlab-body'), all);
}"""


def test_each_state_is_a_shape_of_its_own_a_word_and_a_tone(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), all_states())
    found = table.page.locator(".exlab-row").evaluate_all(
        "rows => rows.map(r => [r.querySelector('.exlab-word').textContent, r.dataset.tone,"
        " [...r.querySelectorAll('.exlab-state path')].map(p => p.getAttribute('d')).join()])"
    )
    shapes = {word: shape for word, _, shape in found}
    tones = {word: tone for word, tone, _ in found}
    assert set(shapes) == {each["display_state"] for each in all_states()}
    assert all(shapes.values())
    assert len(set(shapes.values())) == len(shapes) - 1, "only Clearing and Restoring share a shape"
    assert (tones["Failed"], tones["Blocked"], tones["Syncing"], tones["Verified"]) == ("red", "amber", "blue", "green")


def test_names_are_text_never_markup(browser: object, open_page: Pages) -> None:
    evil = "<img src=x onerror=window.pwned=1>"
    run = run_path(1, evil)
    table = Table(open_page(), [row(run, "Failed", why="<b>bold</b> " + evil, needs_attention=True, actions=["log"])])
    table.say(answers={"log": [{"run_path": run, "log_path": evil, "lines": [evil]}]})
    table.page.get_by_role("button", name="Log of").click()
    expect(table.page.locator(".exlab-log-line")).to_have_text(evil)
    expect(table.row(run).locator(".exlab-name")).to_contain_text(evil)
    expect(table.row(run).locator(".exlab-why")).to_have_text("<b>bold</b> " + evil)
    assert table.page.evaluate("() => window.pwned") is None
    assert table.page.locator("main img, main b").count() == 0


def test_a_long_name_keeps_its_end(browser: object, open_page: Pages) -> None:
    run = run_path(1, "x" * 180 + "_sample_0005")
    table = Table(open_page(width=900), [row(run)])
    end = table.row(run).locator(".exlab-place bdi").last
    expect(end).to_have_text("_sample_0005")
    assert end.evaluate("e => e.getBoundingClientRect().right <= e.closest('.exlab-row').getBoundingClientRect().right")
    assert table.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_what_needs_a_person_comes_first_then_what_moves_and_done_last(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), all_states())
    words = table.page.locator(".exlab-word").all_inner_texts()
    assert words[:3] == ["Failed", "Blocked", "Stalled"]
    assert set(words[3:7]) == {"Restoring", "Clearing", "Verifying", "Syncing"}
    assert words[-3:] == ["Verified", "Verified", "Cleared"]
    summary = table.page.locator(".exlab-summary").inner_text()
    assert summary.startswith("12 runs, ") and "3 need attention." in summary and "Syncing at 32 MiB/s" in summary
    expect(table.page.locator(".exlab-disk")).to_have_text("512 GiB free of 4.0 TiB")


def test_all_safe_is_said_only_when_all_is_verified(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [row(run_path(1)), row(run_path(2))])
    summary = table.page.locator(".exlab-summary")
    expect(summary).to_contain_text("All of it is verified on the NAS.")
    table.say(runs=[row(run_path(1)), row(run_path(2), "Waiting")])
    table.hint()
    expect(summary).to_contain_text("12 GiB not verified on the NAS yet.")
    expect(summary).not_to_contain_text("All of it")


def test_data_beside_the_runs_are_not_called_safe(browser: object, open_page: Pages) -> None:
    stranger = {"reason": "Not an instrument.", "remedy": "Move it."}
    entries = [{"path": f"OLD_{at}", "bytes": 2, **stranger} for at in range(3)]
    table = Table(open_page(), [row(run_path(1))], station=station(unrecognised=entries))
    safety = table.page.locator('.exlab-summary [data-tone="alert"]')
    expect(safety).to_have_text("All runs are verified on the NAS; 3 other entries (6 B) are not.")
    assert table.page.locator('.exlab-summary [data-tone="good"]').count() == 0
    remark = table.page.locator(".exlab-strangers")
    expect(remark).to_have_attribute("data-tone", "amber")
    expect(remark.get_by_text("OLD_2")).to_be_visible()
    table.say(station=station(unrecognised=[{**entries[0], "bytes": 0}]))
    table.hint()
    expect(table.page.locator(".exlab-summary")).to_contain_text("All of it is verified on the NAS.")
    expect(remark).to_have_attribute("data-tone", "grey")


def test_nothing_moves_under_the_pointer(browser: object, open_page: Pages) -> None:
    first, second, third = run_path(3), run_path(2), run_path(1)
    table = Table(open_page(), [row(first), row(second)])
    assert table.order == [first, second]
    table.row(second).hover()
    failed = row(second, "Failed", needs_attention=True)
    table.say(runs=[row(first), failed, row(third, "Syncing")])
    table.hint()
    expect(table.row(second).locator(".exlab-word")).to_have_text("Failed")
    expect(table.row(third)).to_be_visible()
    assert table.order == [first, second, third], "known rows keep their places, a new one goes last"
    table.page.mouse.move(5, 890)
    table.page.wait_for_function("want => document.querySelector('.exlab-row').dataset.run === want", arg=second)
    assert table.order == [second, third, first]


def test_only_rows_that_differ_are_written(browser: object, open_page: Pages) -> None:
    moving, still = run_path(2), run_path(1)
    table = Table(open_page(), [row(moving, "Syncing", progress=job(fraction=0.2)), row(still)])
    table.page.evaluate(_WATCH_CHANGES)
    table.say(runs=[row(moving, "Syncing", progress=job(fraction=0.4)), row(still)])
    expect(table.row(moving).locator(".exlab-percent")).to_contain_text("40 %")
    assert set(table.page.evaluate("() => window.changes")) == {moving}


def test_chips_and_text_narrow_the_table(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), all_states())
    chip = table.page.locator('[data-filter="attention"]')
    expect(chip).to_have_text("Needs attention 3")
    chip.click()
    assert len(table.order) == 3
    table.page.get_by_label("Filter runs").fill("proj-0007 fail")
    assert table.order == [run_path(7)]
    table.page.get_by_label("Filter runs").fill("nothing like it")
    expect(table.page.get_by_text("No run matches this filter.")).to_be_visible()
    table.page.get_by_role("button", name="Show all runs").click()
    assert len(table.order) == 13


def test_an_empty_table_says_what_to_expect(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [], station=station(staging_root="/data/staging"))
    expect(table.page.locator(".exlab-empty")).to_contain_text("Nothing is staged. Runs show up here by themselves")
    expect(table.page.locator(".exlab-empty")).to_contain_text("/data/staging")
    table.say(runs=[row(run_path(1), "Receiving")])
    table.hint()
    expect(table.row(run_path(1))).to_be_visible()
    expect(table.page.locator(".exlab-empty")).to_have_count(0)


def test_remarks_name_the_absent_nas_the_leader_and_strangers(browser: object, open_page: Pages) -> None:
    away = {"nas_root": "/mnt/nas", "state": "unavailable", "why": "No .exlab-nas.json there.", "since": None}
    stranger = {"path": "OLD/notes", "bytes": 3 * 2**30, "reason": "Not an instrument.", "remedy": "Move it away."}
    leader = {"leads": False, "host": "b", "pid": 7, "config_mismatch": False, "message": "labpc-05 does the work."}
    told = station(targets=[away], unrecognised=[stranger], leader=leader)
    table = Table(open_page(), all_states(), station=told)
    remarks = table.page.locator(".exlab-remarks")
    expect(remarks).to_contain_text("NAS /mnt/nas not reachable. No .exlab-nas.json there.")
    expect(remarks).to_contain_text("labpc-05 does the work.")
    remarks.get_by_text("1 entry in the staging folder, 3.0 GiB, not taken for runs").click()
    expect(remarks.locator("li")).to_have_text("OLD/notes 3.0 GiB. Not an instrument. Move it away.")


def test_the_keyboard_walks_the_grid(browser: object, open_page: Pages) -> None:
    runs = [run_path(number) for number in range(30, 0, -1)]
    table = Table(open_page(), [row(run, actions=["clear", "log"]) for run in runs])
    press = table.page.keyboard.press
    table.page.get_by_label("Filter runs").focus()
    for key in ("Tab", "Tab"):
        press(key)  # the search field, the chips, the grid: one stop each
    assert table.focused() == runs[0]
    walk = [("ArrowDown", runs[1]), ("End", runs[-1]), ("ArrowUp", runs[-2]), ("Home", runs[0])]
    for key, expected in walk:
        press(key)
        assert table.focused() == expected, key
    press("PageDown")
    page = runs.index(table.focused())
    assert 3 < page < 29
    press("PageUp")
    assert table.focused() == runs[0]
    press("ArrowRight")
    assert table.focused() == f"Clear {runs[0]}"
    press("ArrowRight")
    assert table.focused() == f"Log of {runs[0]}"
    press("ArrowLeft")
    press("ArrowLeft")
    assert table.focused() == runs[0]
    press("/")
    assert table.focused() == "Filter runs"
    press("Escape")
    assert table.focused() == runs[0]
    assert table.page.locator('.exlab-grid [tabindex="0"]').count() == 1


def test_enter_opens_the_log_at_its_first_error_and_escape_closes_it(browser: object, open_page: Pages) -> None:
    run = run_path(1)
    table = Table(open_page(), [row(run, "Failed", actions=["log"])])
    lines = [_line("ERROR" if at == 40 else "INFO ", f"file {at}") for at in range(200)]
    table.say(answers={"log": [{"run_path": run, "log_path": "/staging/x.log", "lines": lines}]})
    table.row(run).focus()
    table.page.keyboard.press("Enter")
    error = table.page.locator(".exlab-log-error")
    expect(error).to_have_text("2026-11-23T14:02:00Z [ERROR] file 40")
    expect(error).to_be_in_viewport()
    assert error.evaluate("e => getComputedStyle(e).fontWeight") == "700"
    expect(table.page.locator(".exlab-log-path")).to_have_text("/staging/x.log")
    table.page.keyboard.press("Escape")
    expect(table.page.locator(".exlab-log")).to_have_count(0)
    assert table.focused() in (run, f"Log of {run}")


@pytest.mark.parametrize(("width", "hidden"), [(1200, []), (1040, ["files", "last"]), (480, ["files", "last"])])
def test_narrow_tables_drop_what_matters_least(
    browser: object, open_page: Pages, width: int, hidden: list[str]
) -> None:
    table = Table(open_page(width=width), all_states())
    first = table.page.locator(".exlab-row").first
    shown = {name: first.locator(f".exlab-{name}").is_visible() for name in ("files", "last", "size", "percent")}
    assert [name for name, visible in shown.items() if not visible] == hidden
    assert first.locator(".exlab-word").is_visible() is (width > 560)
    assert first.locator(".exlab-state svg").is_visible()
    assert table.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def _line(level: str, message: str) -> str:
    return f"2026-11-23T14:02:00Z [{level}] [host:labpc] [equip:CONFOCAL_01] [proj:P 1] [kind:experimental] {message}"
