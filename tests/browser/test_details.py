"""What opens under a row: its history, findings, receipt and files, the form that lets a finding pass, and the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.component import GIB, Table, row, run_path

Pages = Callable[..., Page]
RUN = run_path(1)
NAS = "/mnt/nas/lab/" + RUN
DIGEST = "0123456789abcdef" * 4
TALL = {"width": 1500, "height": 1400}


def finding(problem_class: str, message: str, **changes: Any) -> dict[str, Any]:
    base = {"problem_class": problem_class, "severity": "hard", "path": "a.h5", "remedy": "Rename it."}
    return {**base, "message": message, "overridden_by": None, **changes}


def detail(shown: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A verified run as `GET detail` tells of it."""
    history = [
        {"state": "staging", "at": "2026-11-23T12:00:00Z", "host": "labpc-04"},
        {"state": "sync_queued", "at": "2026-11-23T12:41:00Z", "host": "labpc-04", "by": "ada", "reason": "forced"},
        {"state": "sync_verified", "at": "2026-11-23T13:12:00Z", "host": "labpc-04"},
    ]
    receipt = {"event": "verified", "at": "2026-11-23T13:12:00Z", "manifest_digest": DIGEST, "by": "station"}
    base = {
        "row": shown,
        "history": history,
        "job": None,
        "findings": [],
        "disagreements": [],
        "overrides": [],
        "receipt": {**receipt, "file_count": 1024, "byte_total": 12 * GIB, "reading": "fadvise"},
        "manifest_digest": DIGEST,
        "verify_passes": 1,
        "log_path": "/x.log",
        "nas_path": NAS,
        "damage": None,
    }
    return {**base, **changes}


VERIFIED = row(RUN, proven_at="2026-11-23T13:12:00Z", proof_age_seconds=60, nas_path=NAS)
BLOCKED = row(RUN, "Blocked", why="Two findings.", needs_attention=True, actions=["override", "log"])
FINDINGS = [
    finding("unresolved_placeholder_token", "The name holds a placeholder."),
    finding("colliding_names", "Two names fall together.", path="b.h5"),
    finding("hard_links", "Is a hard link.", severity="soft"),
]


def opened(table: Table, name: str = "Details") -> Locator:
    table.page.get_by_role("button", name=f"{name} of {RUN}").click()
    return table.page.get_by_role("region", name=f"{name} of {RUN}")


def part(details: Locator, name: str) -> Locator:
    return details.get_by_role("region", name=name, exact=True)


def test_details_tell_the_history_with_local_time_and_utc_on_hover(browser: object, open_page: Pages) -> None:
    page = open_page(**TALL)
    details = opened(Table(page, [VERIFIED], answers={"detail": [detail(VERIFIED)]}))
    moments = part(details, "History").get_by_role("listitem")
    expect(moments).to_have_count(3)
    expect(moments.nth(1)).to_contain_text("Queued for syncing asked for, by ada, on labpc-04")
    expect(moments.nth(1).locator("time")).to_have_text("23 Nov, 12:41")
    expect(moments.nth(1).locator("time")).to_have_attribute("title", "23/11/2026, 12:41:00 (2026-11-23 12:41:00 UTC)")
    nas = part(details, "Copy on the NAS")
    expect(nas).to_contain_text("Read back from the NAS 1 time, last at 23 Nov, 13:12. It is read a second time")
    receipt = part(details, "Receipt")
    expect(receipt).to_contain_text("Verified, 23 Nov, 13:12")
    expect(receipt.locator("code")).to_have_text("0123456789ab…")
    page.evaluate("() => document.addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    receipt.get_by_role("button", name="Copy digest").click()
    expect(receipt.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => window.copied") == DIGEST
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)


def test_details_name_damage_findings_and_overrides_with_their_remedies(browser: object, open_page: Pages) -> None:
    damage = {"found_at": "2026-11-23T13:12:00Z", "sentence": "2 files differ on the NAS.", "acknowledged_by": None}
    record = {"id": "o1", "problem_class": "colliding_names", "operator": "ada", "recorded_at": "2026-11-23T13:12:00Z"}
    shown = {**BLOCKED, "actions": ["override", "verify", "log"]}
    told = detail(
        shown,
        findings=FINDINGS,
        damage={**damage, "paths": ["a.h5"], "count": 2},
        overrides=[{**record, "reason": "Known and accepted.", "expires_at": None, "revoked": False, "revokes": None}],
        job={"id": "j", "kind": "sync", "state": "failed", "attempt": 3, "created_at": "2026-11-23T13:12:00Z",
             "not_before": None, "error": {"message": "Disk full."}, "requested_by": None},
    )  # fmt: skip
    table = Table(open_page(**TALL), [shown], answers={"detail": [told], "verify": [{}]})
    details = opened(table)
    findings = part(details, "Findings")
    expect(findings).to_contain_text("2 files differ on the NAS.")
    expect(findings).to_contain_text("and 1 file more")
    expect(findings).to_contain_text(
        "a.h5 The name holds a placeholder. unresolved placeholder token, blocks.Rename it."
    )
    expect(findings).to_contain_text("hard links, remark.")
    expect(findings.get_by_role("button", name="Override…")).to_have_count(2)
    expect(part(details, "Overrides")).to_contain_text("colliding names: let pass by ada, 23 Nov, 13:12. Known and")
    expect(part(details, "Work")).to_contain_text("Sync failed, attempt 3, since 23 Nov, 13:12. Disk full.")
    findings.get_by_role("button", name="Verify again").click()
    expect(table.row(RUN).locator(".exlab-note")).to_contain_text("Asked at ")


def test_details_follow_the_run_and_keep_what_did_not_change(browser: object, open_page: Pages) -> None:
    table = Table(open_page(**TALL), [VERIFIED], answers={"detail": [detail(VERIFIED)]})
    details = opened(table)
    receipt = part(details, "Receipt")
    receipt.evaluate("node => { window.receipt = node; }")
    receipt.get_by_role("button", name="Copy digest").focus()
    table.say(answers={"detail": [detail(VERIFIED, verify_passes=2)]}, runs=[{**VERIFIED, "revision": 2}])
    table.hint()
    expect(part(details, "Copy on the NAS")).to_contain_text("Read back from the NAS 2 times")
    assert receipt.evaluate("node => node === window.receipt"), "an unchanged part is not drawn again"
    assert table.focused() == "Copy digest"


def test_the_verified_files_come_page_by_page_and_copy_as_sha256sum_reads_them(
    browser: object, open_page: Pages
) -> None:
    files = [{"path": f"raw/scan_{at:04d}.h5", "size": 70_000, "sha256": f"{at:064x}"} for at in range(250)]
    pages = [_page(files, 0, 200), _page(files, 200, 200), _page(files, 0, 5000)]
    page = open_page(**TALL)
    answers = {"detail": [detail(VERIFIED)], "checksums": pages}
    details = opened(Table(page, [VERIFIED], answers=answers))
    sums = part(details, "Checksums")
    expect(sums).to_contain_text(f"{NAS}/.exlab-wizard/checksums.sha256")
    sums.get_by_role("button", name="Show the files").click()
    expect(sums.get_by_role("row")).to_have_count(201)
    sums.get_by_role("button", name="Show 50 more").click()
    expect(sums.get_by_role("row")).to_have_count(251)
    page.evaluate("() => document.addEventListener('copy', () => { window.copied = document.activeElement.value; })")
    sums.get_by_role("button", name="Copy all 250").click()
    expect(sums.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("() => window.copied") == "".join(f"{file['sha256']}  {file['path']}\n" for file in files)
    asked = [call for call in page.evaluate("() => window.calls") if call[0] == "checksums"]
    assert asked == [["checksums", RUN, [at, count]] for at, count in ((0, 200), (200, 200), (0, 5000))]


def test_a_run_without_details_says_why(browser: object, open_page: Pages) -> None:
    refusal = {"status": 404, "code": "run_not_found", "message": "There is no run like that."}
    table = Table(open_page(**TALL), [VERIFIED], answers={"detail": [refusal]})
    details = opened(table)
    expect(details.get_by_role("status").first).to_have_text("There is no run like that.")


def test_a_finding_is_let_pass_with_a_reason_that_is_counted(browser: object, open_page: Pages) -> None:
    refusal = {"status": 403, "code": "forbidden", "message": "You may not override findings here."}
    answers = {"detail": [detail(BLOCKED, findings=FINDINGS)], "override": [refusal, {}]}
    table = Table(open_page(**TALL), [BLOCKED], answers=answers)
    table.page.get_by_role("button", name=f"Override a finding of {RUN}").click()
    form = table.page.get_by_role("form", name=f"Override a finding of {RUN}")
    kind = form.get_by_label("Finding")
    expect(kind.locator("option")).to_have_text(["unresolved placeholder token", "colliding names"])
    kind.select_option("colliding_names")
    expect(form.get_by_role("listitem")).to_have_text("b.h5 Two names fall together. Rename it.")
    send = form.get_by_role("button", name="Let it pass")
    reason = form.get_by_label("Reason")
    reason.fill("too short")
    expect(form).to_contain_text("9 of 10 to 500 characters")
    send.click(force=True)
    expect(send).to_have_attribute("aria-disabled", "true")
    reason.fill("The NAS tells them apart.")
    form.get_by_label("Until the end of").fill("2026-12-24")
    send.click()
    expect(form.get_by_role("status")).to_have_text("You may not override findings here.")
    send.click()
    expect(form).to_have_count(0)
    expect(table.row(RUN).locator(".exlab-note")).to_have_text(
        "The finding is let pass, on record. The run goes on in a moment."
    )
    wish = {
        "problem_class": "colliding_names",
        "reason": "The NAS tells them apart.",
        "expires_at": "2026-12-24T23:59:59Z",
    }
    assert [call for call in table.calls if call[0] == "override"] == [["override", RUN, wish]] * 2


def test_keys_typed_into_the_form_are_text(browser: object, open_page: Pages) -> None:
    table = Table(open_page(**TALL), [BLOCKED], answers={"detail": [detail(BLOCKED, findings=FINDINGS)]})
    table.page.get_by_role("button", name=f"Override a finding of {RUN}").click()
    form = table.page.get_by_role("form", name=f"Override a finding of {RUN}")
    form.get_by_label("Reason").click()
    table.page.keyboard.type("a / b? dd")
    expect(form.get_by_label("Reason")).to_have_value("a / b? dd")
    assert table.page.locator(".exlab-opened :is(button, input, select, textarea, [tabindex])").evaluate_all(
        "all => all.every(one => one.dataset.lmSuppressShortcuts === 'true')"
    )
    table.page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    assert table.focused() == f"Override a finding of {RUN}"


def test_the_log_follows_unless_somebody_reads_further_up(browser: object, open_page: Pages) -> None:
    table = Table(open_page(), [row(RUN, "Syncing")], answers={"log": [_log(range(100))]})
    log = opened(table, "Log")
    lines = log.get_by_role("log")
    expect(lines.locator(":scope > div")).to_have_count(100)
    assert _distance(lines) < 24, "it shows the end"
    _grow(table, range(10, 120))
    expect(lines.locator(":scope > div").last).to_have_text("line 119")
    assert _distance(lines) < 24
    lines.evaluate("node => { node.scrollTop = 200; }")
    expect(lines).not_to_have_js_property("scrollTop", 0)
    seen = "node => [...node.children].find(line => line.offsetTop >= node.scrollTop).textContent"
    before = lines.evaluate(seen)
    _grow(table, range(20, 130))
    below = log.get_by_role("button", name="New lines below")
    expect(below).to_be_visible()
    assert lines.evaluate(seen) == before, "what is being read stays where it is"
    below.click()
    expect(below).to_be_hidden()
    assert _distance(lines) < 24


def test_the_log_of_a_run_without_trouble_opens_at_its_end(browser: object, open_page: Pages) -> None:
    answer = _log(range(200))
    answer["lines"][20] = "an old one [ERROR]"
    table = Table(open_page(), [row(RUN, "Verified")], answers={"log": [answer]})
    log = opened(table, "Log")
    expect(log).to_contain_text("1 error")
    assert _distance(log.get_by_role("log")) < 24


def test_the_log_is_filtered_and_its_errors_are_walked(browser: object, open_page: Pages) -> None:
    lines = [f"line {at} [{'ERROR' if at % 40 == 20 else 'INFO '}]" for at in range(120)]
    answer = {"run_path": RUN, "log_path": "/x.log", "lines": lines}
    table = Table(open_page(**TALL), [row(RUN, "Failed")], answers={"log": [answer]})
    log = opened(table, "Log")
    at = log.locator("[data-at]")
    expect(at).to_have_text("line 20 [ERROR]")
    expect(log).to_contain_text("error 1 of 3")
    for name, text in [("Next", "line 60"), ("Next", "line 100"), ("Next", "line 20"), ("Previous", "line 100")]:
        log.get_by_role("button", name=f"{name} error").click()
        expect(at).to_have_text(f"{text} [ERROR]")
        expect(at).to_be_in_viewport()
    log.get_by_label("Filter the log").fill("line 6 error")
    expect(log.get_by_role("log").locator(":scope > div:visible")).to_have_text(["line 60 [ERROR]"])
    table.page.keyboard.press("Escape")
    expect(log.get_by_role("log").locator(":scope > div:visible")).to_have_count(120)


def _page(files: list[dict[str, Any]], offset: int, limit: int) -> dict[str, Any]:
    base = {"run_path": RUN, "manifest_digest": DIGEST, "checksums_path": None, "file_total": len(files)}
    return {**base, "byte_total": 5, "offset": offset, "files": files[offset : offset + limit]}


def _log(numbers: range) -> dict[str, Any]:
    return {"run_path": RUN, "log_path": "/x.log", "lines": [f"line {at}" for at in numbers]}


def _grow(table: Table, numbers: range) -> None:
    table.say(answers={"log": [_log(numbers)]}, runs=[row(RUN, "Syncing", revision=numbers.stop)])
    table.hint()
    expect(table.page.get_by_role("log")).to_contain_text(f"line {numbers.stop - 1}")


def _distance(lines: Locator) -> float:
    return float(lines.evaluate("node => node.scrollHeight - node.scrollTop - node.clientHeight"))
