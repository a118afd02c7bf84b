"""What a click does: heard at once, done or refused in the row itself, and nothing destroyed by one click."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.component import GIB, Table, row, run_path

Pages = Callable[..., Page]
RUN = run_path(1)
QUEUED = {"state": "queued", "job_id": "7", "run_path": RUN}
NO_SIGNAL = {"status": 409, "code": "run_not_complete", "message": "acquisition_complete.flag is missing."}
WAITING = row(RUN, "Waiting", why="Starts after 2 runs.", actions=["force_sync", "log"])
RECEIVING = row(RUN, "Receiving", why="No acquisition_complete.flag yet.", actions=["force_sync", "log"])
VERIFIED = row(
    RUN,
    actions=["clear", "force_sync", "log"],
    nas_path="/mnt/nas/lab/" + RUN,
    proof_age_seconds=7200,
    proven_at="2026-11-23T12:00:00Z",
)


def test_force_sync_needs_no_dialog_and_is_heard_at_once(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [WAITING], answers={"sync": [QUEUED]})
    table.page.get_by_role("button", name=f"Force sync {RUN}").click()
    expect(table.row(RUN).locator(".exlab-note")).to_contain_text("Asked at ")
    assert table.calls == [["sync", RUN, False]]
    assert table.page.get_by_role("alertdialog").count() == 0


def test_a_refusal_comes_back_into_the_row_and_goes_when_the_row_moves_on(browser: object, open_page: Pages) -> None:
    refusal = {"status": 503, "code": "staging_unavailable", "message": "The staging disk is not mounted."}
    table = Table(open_page(), [WAITING], answers={"sync": [refusal]})
    table.page.get_by_role("button", name=f"Force sync {RUN}").click()
    note = table.row(RUN).locator(".exlab-note")
    expect(note).to_have_text("The staging disk is not mounted.")
    expect(note).to_have_attribute("data-tone", "error")
    expect(table.page.get_by_role("status").last).to_contain_text("The staging disk is not mounted.")
    table.say(runs=[row(RUN, "Syncing")])
    expect(note).to_be_empty()


def test_a_blocked_run_offers_no_dead_end_but_the_way_past(browser: object, open_page: Pages) -> None:
    run = "CONFOCAL_01/Anna's <project>/Runs/Run_2026-11-01T00-01"
    words = {"why": "a<b>.h5 holds a placeholder.", "next_step": "Rename it.", "needs_attention": True}
    table = Table(open_page(), [row(run, "Blocked", **words, actions=["override", "force_sync", "log"])])
    labels = table.row(run).locator("button:visible").all_inner_texts()
    assert labels == ["Show finding", "Override…", "Log", "⋯"]
    expect(table.row(run).locator(".exlab-why")).to_have_text("a<b>.h5 holds a placeholder. Rename it.")


def test_blocked_by_the_gate_is_said(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [WAITING], answers={"sync": [{"state": "blocked", "job_id": None}]})
    table.page.get_by_role("button", name=f"Force sync {RUN}").click()
    expect(table.row(RUN).locator(".exlab-note")).to_have_text("Not queued: the run is blocked.")


def test_sync_as_it_is_asks_and_sets_the_signal_aside_only_when_needed(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [RECEIVING], answers={"sync": [NO_SIGNAL, QUEUED, QUEUED]})
    button = table.page.get_by_role("button", name=f"Sync as it is {RUN}")
    button.click()
    dialog = table.page.get_by_role("alertdialog", name="Sync this run although it may not be finished?")
    expect(dialog).to_contain_text("No acquisition_complete.flag yet.")
    assert table.calls == []
    dialog.get_by_role("button", name="Sync as it is").click()
    expect(table.row(RUN).locator(".exlab-note")).to_contain_text("Asked at ")
    assert table.calls == [["sync", RUN, False], ["sync", RUN, True]]
    button.click()
    dialog.get_by_role("button", name="Sync as it is").click()
    expect(dialog).to_have_count(0)
    table.page.wait_for_function("() => window.calls.length === 3")
    assert table.calls[2] == ["sync", RUN, False], "signalled meanwhile: nothing is set aside"


def test_force_sync_never_sets_the_signal_aside_by_itself(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [WAITING], answers={"sync": [NO_SIGNAL, QUEUED]})
    table.page.get_by_role("button", name=f"Force sync {RUN}").click()
    expect(table.row(RUN).locator(".exlab-note")).to_have_text("acquisition_complete.flag is missing.")
    assert table.calls == [["sync", RUN, False]]


def test_the_question_before_clearing_names_what_goes_and_what_stays(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [VERIFIED])
    table.page.get_by_role("button", name=f"Clear {RUN}").click()
    dialog = table.page.get_by_role("alertdialog", name="Delete 1,024 files, 12 GiB, from this computer?")
    expect(dialog).to_contain_text("The copy on the NAS stays: /mnt/nas/lab/" + RUN)
    expect(dialog).to_contain_text("Proven byte for byte 2 h ago")
    assert table.focused() == "Keep"
    expect(dialog.get_by_role("button", name="Clear, free 12 GiB")).to_be_visible()


@pytest.mark.parametrize("leave", ["Escape", "Enter", "click"])
def test_keep_deletes_nothing_and_the_focus_returns(browser: object, open_page: Pages, leave: str) -> None:
    table = Table(open_page(), [VERIFIED])
    table.page.get_by_role("button", name=f"Clear {RUN}").click()
    if leave == "click":
        table.page.get_by_role("button", name="Keep").click()
    else:
        table.page.keyboard.press(leave)
    expect(table.page.get_by_role("alertdialog")).to_have_count(0)
    assert table.focused() == f"Clear {RUN}"
    assert table.calls == []


def test_clear_says_what_was_freed(browser: object, open_page: Pages) -> None:
    freed = {"run_path": RUN, "files_freed": 1024, "bytes_freed": 12 * GIB}
    table = Table(open_page(), [VERIFIED], answers={"clear": [freed]})
    table.page.get_by_role("button", name=f"Clear {RUN}").click()
    table.page.get_by_role("button", name="Clear, free 12 GiB").click()
    note = table.row(RUN).locator(".exlab-note")
    expect(note).to_have_text("Freed 12 GiB (1,024 files). The copy on the NAS stays.")
    assert table.calls == [["clear", RUN, None]]
    table.say(runs=[row(RUN, "Cleared", local_data=False, byte_total=0)])
    expect(table.row(RUN).locator(".exlab-word")).to_have_text("Cleared")
    expect(note).to_have_text("Freed 12 GiB (1,024 files). The copy on the NAS stays.")  # for a minute, to be read
    expect(table.page.get_by_role("status").last).to_contain_text("Freed 12 GiB")


def test_clear_refused_keeps_the_reason_in_the_row(browser: object, open_page: Pages) -> None:
    refusal = {"status": 409, "code": "nas_copy_not_proven", "message": "The proof is 9 days old. Ask again at 14:40."}
    table = Table(open_page(), [VERIFIED], answers={"clear": [refusal]})
    table.page.get_by_role("button", name=f"Clear {RUN}").click()
    table.page.get_by_role("button", name="Clear, free 12 GiB").click()
    expect(table.row(RUN).locator(".exlab-note")).to_have_text("The proof is 9 days old. Ask again at 14:40.")


def test_verify_again_is_the_third_way(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [VERIFIED], answers={"sync": [QUEUED]})
    table.page.get_by_role("button", name=f"Clear {RUN}").click()
    table.page.get_by_role("button", name="Verify again").click()
    expect(table.row(RUN).locator(".exlab-note")).to_contain_text("Asked at ")
    assert table.calls == [["sync", RUN, False]]


def test_a_missing_run_is_acknowledged(browser: object, open_page: Pages) -> None:
    gone = row(RUN, "Failed", why="The run folder vanished.", needs_attention=True, actions=["acknowledge", "log"])
    table = Table(open_page(), [gone], answers={"acknowledge": [{"run_path": RUN, "acknowledged": True}]})
    table.page.get_by_role("button", name=f"Acknowledge {RUN}").click()
    expect(table.row(RUN).locator(".exlab-note")).to_have_text("Acknowledged.")
    assert table.calls == [["acknowledge", RUN, None]]
