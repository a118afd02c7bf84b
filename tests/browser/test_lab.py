"""The panel in a real JupyterLab over a real station: clicks while a cell runs, a restarted server, a dead kernel."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Request, expect

from exlab_wizard.demo.processes import family
from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.markers import mark_nas
from tests.browser.harness import NotebookPage
from tests.support.lab import SENTINEL, Lab, data_files, equipment
from tests.support.waiting import wait_for

Panels = Callable[..., NotebookPage]
Labs = Callable[..., ServerProcess]
SECONDS_HEARD = 3.0  # "within 1 s", with three times slack
LONG_CELL = "import time\ntime.sleep(60)"
DATA = {"scan_0001.h5": b"a" * 70_000, "raw/scan 0002.h5": b"b" * 1_000}


def test_clicks_act_while_a_cell_runs(jupyterlab: Labs, open_panel: Panels, lab: Lab) -> None:
    lab.data["equipment"].append(equipment(lab.nas, id="SEM_02", nas_root=str(lab.base / "nas2")))
    (lab.base / "nas2").mkdir()
    unfinished, finished, away = lab.run_path("P A"), lab.run_path("P B"), lab.run_path("P C", equipment_id="SEM_02")
    lab.push(unfinished, DATA, done=False)
    lab.push(finished, DATA)
    lab.push(away, DATA)
    panel = open_panel(jupyterlab(lab), LONG_CELL)
    panel.wait_state(unfinished, "Receiving")
    panel.wait_state(finished, "Verified")
    panel.wait_state(away, "Paused")
    panel.select(1)
    panel.begin("notebook:run-cell")
    wait_for(lambda: panel.kernel_status() == "busy", 20, "the long cell to run")

    _heard(panel, panel.panel.get_by_role("button", name=f"Force sync {away}"), "force-sync")
    mark_nas(lab.base / "nas2")
    panel.wait_state(away, "Verified")
    assert data_files(lab.base / "nas2" / away) == data_files(lab.staging / away)

    panel.panel.get_by_role("button", name=f"Sync as it is {unfinished}").click()
    yes = panel.panel.get_by_role("alertdialog").get_by_role("button", name="Sync as it is")
    _heard(panel, yes, "force-sync", 409)
    panel.wait_state(unfinished, "Verified")
    assert lab.on_nas(unfinished) == DATA

    panel.panel.get_by_role("button", name=f"Clear {finished}").click()
    question = panel.panel.get_by_role("alertdialog", name="Delete 3 files, 69 KiB, from this computer?")
    expect(question).to_contain_text(str(lab.nas / finished))
    assert data_files(lab.staging / finished), "the question alone deletes nothing"
    _heard(panel, question.get_by_role("button", name="Clear, free 69 KiB"), "clear", answered=False)
    panel.wait_state(finished, "Cleared")
    assert data_files(lab.staging / finished) == {}
    assert lab.on_nas(finished) == {**DATA, SENTINEL: b""}
    assert (lab.staging / finished / ".exlab-wizard" / "ingest.json").is_file()

    assert panel.kernel_status() == "busy", "all of that happened while the cell ran"
    assert panel.errors == []


def test_a_restarted_server_is_found_again(jupyterlab: Labs, open_panel: Panels, lab: Lab) -> None:
    run = lab.run_path()
    lab.push(run, DATA)
    server = jupyterlab(lab, ServerApp={"port": _free_port(), "port_retries": 0})
    panel = open_panel(server)
    panel.wait_state(run, "Verified")
    assert server.stop() == []
    banner = panel.panel.locator(".exlab-banner")
    expect(banner).to_contain_text("The staging service does not answer since ", timeout=20_000)
    expect(panel.row(run)).to_contain_text("Verified")
    expect(panel.panel.get_by_role("button", name=f"Clear {run}")).to_have_attribute("aria-disabled", "true")
    late = lab.run_path(stamp="2026-05-01T10-00")
    lab.push(late, DATA)
    server.start()
    expect(banner).to_contain_text("Connected again.", timeout=30_000)
    panel.wait_state(late, "Verified")
    expect(panel.panel.get_by_role("button", name=f"Clear {run}")).not_to_have_attribute("aria-disabled", "true")


def test_a_dead_kernel_changes_nothing(jupyterlab: Labs, open_panel: Panels, lab: Lab) -> None:
    run = lab.run_path()
    lab.push(run, DATA, done=False)
    server = jupyterlab(lab)
    panel = open_panel(server)
    panel.wait_state(run, "Receiving")
    kernel = _kernel_pid(server)
    os.kill(kernel, signal.SIGKILL)
    wait_for(lambda: _kernel_pid(server) != kernel, 20, "the kernel to die")
    _dismiss_dialogs(panel)
    panel.panel.get_by_role("button", name=f"Sync as it is {run}").click()
    panel.panel.get_by_role("alertdialog").get_by_role("button", name="Sync as it is").click()
    panel.wait_state(run, "Verified")
    assert lab.on_nas(run) == DATA


def test_a_server_without_a_station_says_what_to_do(jupyterlab: Labs, open_panel: Panels) -> None:
    panel = open_panel(jupyterlab(None))
    expect(panel.panel.locator(".exlab-banner")).to_contain_text("Staging is switched off on this server.")


def _heard(panel: NotebookPage, button: Locator, verb: str, status: int = 200, *, answered: bool = True) -> None:
    """Click, and see the server act on it within a moment, although the kernel is busy."""
    began = time.monotonic()
    with panel.page.expect_request(lambda request: _is_post(request, verb)) as sent:
        button.click()
    if answered:
        answer = sent.value.response()
        assert answer is not None and answer.status == status
    assert time.monotonic() - began < SECONDS_HEARD


def _is_post(request: Request, verb: str) -> bool:
    return request.method == "POST" and request.url.endswith(f"/{verb}")


def _kernel_pid(server: ServerProcess) -> int:
    """The process of the server's one kernel; 0 when there is none."""
    for process in family(server.pid):
        command = Path(f"/proc/{process.pid}/cmdline")
        if command.exists() and b"ipykernel_launcher" in command.read_bytes():
            return process.pid
    return 0


def _dismiss_dialogs(panel: NotebookPage) -> None:
    """Close what JupyterLab itself has to say about a dead kernel, whenever it says it."""
    dialog = panel.page.locator(".jp-Dialog button.jp-mod-accept")
    panel.page.add_locator_handler(dialog.first, lambda button: button.click())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
