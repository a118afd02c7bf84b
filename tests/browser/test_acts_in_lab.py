"""Acts in a real JupyterLab over a real station: pausing, verifying again, restoring, and clearing many at once."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from exlab_wizard.demo.server import ServerProcess
from tests.browser.harness import NotebookPage
from tests.support.lab import SENTINEL, Lab, data_files

Panels = Callable[..., NotebookPage]
Labs = Callable[..., ServerProcess]
DATA = {"scan_0001.h5": b"a" * 70_000, "raw/scan 0002.h5": b"b" * 1_000}


def test_pausing_verifying_clearing_many_and_restoring(jupyterlab: Labs, open_panel: Panels, lab: Lab) -> None:
    runs = [lab.run_path(f"P {name}") for name in "ABC"]
    for run in runs:
        lab.push(run, DATA)
    panel = open_panel(jupyterlab(lab), width=1500, height=1000)
    for run in runs:
        panel.wait_state(run, "Verified")

    _everything(panel, "Pause everything")
    expect(panel.panel.locator(".exlab-paused")).to_contain_text("Everything is paused by ")
    held = lab.run_path("P HELD")
    lab.push(held, DATA)
    panel.wait_state(held, "Paused")
    panel.panel.get_by_role("button", name="Resume everything").click()
    expect(panel.panel.locator(".exlab-paused")).to_have_count(0)
    panel.wait_state(held, "Verified")

    _verified_again(panel, runs[0])
    _cleared(panel, lab, [*runs[:2], held], runs[2])
    _restored(panel, lab, runs[0])
    assert panel.errors == []


def test_a_finding_is_let_pass_from_the_row(jupyterlab: Labs, open_panel: Panels, lab: Lab) -> None:
    run = lab.run_path()
    folder = lab.push(run, {**DATA, "scan_<sample>.h5": b"x"}, done=False)
    panel = open_panel(jupyterlab(lab), width=1500, height=1000)
    panel.wait_state(run, "Receiving")
    (folder / SENTINEL).touch()
    panel.wait_state(run, "Blocked")
    _let_pass(panel, run)
    panel.wait_state(run, "Verified")
    assert "scan_<sample>.h5" in lab.on_nas(run)
    details = _details(panel, run)
    expect(details.get_by_role("region", name="Overrides")).to_contain_text("The sample's name is known to the NAS.")


def _let_pass(panel: NotebookPage, run: str) -> None:
    panel.panel.get_by_role("button", name=f"Override a finding of {run}").click()
    form = panel.panel.get_by_role("form", name=f"Override a finding of {run}")
    expect(form.get_by_role("listitem").first).to_contain_text("scan_<sample>.h5")
    form.get_by_label("Reason").fill("The sample's name is known to the NAS.")
    form.get_by_role("button", name="Let it pass").click()
    expect(form).to_have_count(0)


def _everything(panel: NotebookPage, step: str) -> None:
    panel.panel.get_by_role("button", name="More for the whole station").click()
    panel.panel.get_by_role("menuitem", name=step).click()


def _menu(panel: NotebookPage, run: str, item: str) -> None:
    panel.panel.get_by_role("button", name=f"More for {run}").click()
    panel.panel.get_by_role("menu", name=f"More for {run}").get_by_role("menuitem", name=item).click()


def _details(panel: NotebookPage, run: str) -> Locator:
    panel.row(run).get_by_role("button", name=f"Details of {run}").or_(
        panel.panel.get_by_role("button", name=f"More for {run}")
    ).first.click()
    entry = panel.panel.get_by_role("menuitem", name="Details")
    details = panel.panel.get_by_role("region", name=f"Details of {run}")
    expect(entry.or_(details).first).to_be_visible()
    if entry.count():
        entry.click()
    return details


def _verified_again(panel: NotebookPage, run: str) -> None:
    details = _details(panel, run)
    expect(details).to_contain_text("Read back from the NAS 1 time,")
    _menu(panel, run, "Verify again")
    expect(panel.row(run).locator(".exlab-note")).to_contain_text("Asked at ")
    expect(details).to_contain_text("Read back from the NAS 2 times,", timeout=20_000)
    panel.page.keyboard.press("Escape")


def _cleared(panel: NotebookPage, lab: Lab, gone: list[str], stays: str) -> None:
    panel.panel.get_by_role("button", name="Clear verified runs…").click()
    review = panel.panel.locator(".exlab-review")
    review.get_by_role("checkbox", name=stays).uncheck()
    assert all(data_files(lab.staging / run) for run in gone), "the review alone deletes nothing"
    review.get_by_role("button", name="Clear 3 runs, free 208 KiB").click()
    said = review.get_by_role("status").first
    expect(said).to_contain_text("Freed 208 KiB: 3 runs, 9 files.", timeout=30_000)
    for run in gone:
        panel.wait_state(run, "Cleared")
        assert data_files(lab.staging / run) == {}
        assert lab.on_nas(run) == {**DATA, SENTINEL: b""}
    assert data_files(lab.staging / stays) == {**DATA, SENTINEL: b""}
    review.get_by_role("button", name="Close").click()


def _restored(panel: NotebookPage, lab: Lab, run: str) -> None:
    panel.panel.get_by_role("button", name=f"Restore {run}").click()
    panel.wait_state(run, "Verified")
    assert data_files(lab.staging / run) == {**DATA, SENTINEL: b""}
    details = _details(panel, run)
    expect(details.get_by_role("listitem").filter(has_text="brought back from the NAS")).to_be_visible()
    details.get_by_role("button", name="Show the files").click()
    expect(details.get_by_role("row")).to_have_count(4)
    assert panel.page.evaluate("() => !window.jupyterapp.shell.currentWidget.content.model.cells.get(2)"), "no new cell"
