"""The README's picture, `docs/staging-panel.png`: a real JupyterLab over a real station at work.

Every run proves that the lab can be shown; with `EXLAB_PICTURES=FOLDER` the pictures, light and dark, are kept there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.markers import mark_nas
from tests.browser.harness import NotebookPage
from tests.support.lab import SENTINEL, Lab, equipment

KEPT = os.environ.get("EXLAB_PICTURES")
MIB = 2**20
BIG = "SEM_02/InAs nanowires/Runs/Run_2026-11-23T13-05"


def test_a_busy_lab(
    jupyterlab: Callable[..., ServerProcess],
    open_panel: Callable[..., NotebookPage],
    lab: Lab,
    tmp_path: Path,
) -> None:
    folder = Path(KEPT or tmp_path / "pictures")
    _stage(lab)
    panel = open_panel(jupyterlab(lab), height=880)
    panel.command("application:toggle-left-area")
    panel.wait_state("CONFOCAL_01/PROJ-0042/Runs/Run_2026-11-23T09-12", "Verified", 40)
    panel.wait_state("XRD_03/GaAs 114/Runs/Run_2026-11-22T18-40", "Paused")
    panel.panel.get_by_role("button", name="Clear CONFOCAL_01/PROJ-0042/Runs/Run_2026-11-20T16-25").click()
    panel.panel.get_by_role("button", name="Clear, free").click()
    panel.wait_state("CONFOCAL_01/PROJ-0042/Runs/Run_2026-11-20T16-25", "Cleared")
    panel.page.mouse.move(5, 5)
    _push_big(lab, 8192 if KEPT else 64)
    if KEPT:
        expect(panel.panel.locator(".exlab-row").nth(2)).to_have_attribute("data-run", BIG, timeout=30_000)
        expect(panel.row(BIG).locator(".exlab-percent")).to_have_text(re.compile(r"^[2-4]\d %"), timeout=60_000)
    folder.mkdir(parents=True, exist_ok=True)
    for name, dark in (("staging-panel.png", False), ("staging-panel-dark.png", True)):
        panel.set_theme(dark=dark)
        panel.panel.evaluate("panel => panel.scrollIntoView({ block: 'end' })")
        panel.page.screenshot(path=folder / name, animations="disabled", caret="hide")
        assert (folder / name).stat().st_size > 20_000
    assert panel.errors == []


def _stage(lab: Lab) -> None:
    """A morning's work: finished, unfinished, odd, and a NAS that is away."""
    for number, name in ((2, "SEM_02"), (3, "XRD_03")):
        root = lab.base.parent / f"nas-{number}"
        root.mkdir()
        lab.data["equipment"].append(equipment(lab.nas, id=name, label=name, nas_root=str(root)))
    mark_nas(lab.base.parent / "nas-2")
    scans = {f"scan_{at:04}.h5": os.urandom(MIB) for at in range(24)}
    for stamp in ("2026-11-23T09-12", "2026-11-21T11-48", "2026-11-20T16-25"):
        lab.push(f"CONFOCAL_01/PROJ-0042/Runs/Run_{stamp}", scans)
    lab.push("SEM_02/InAs nanowires/TestRuns/TestRun_2026-11-23T08-55", {"focus.tif": os.urandom(3 * MIB)})
    lab.push("XRD_03/GaAs 114/Runs/Run_2026-11-22T18-40", {"theta.xy": os.urandom(MIB)})
    lab.push("CONFOCAL_01/PROJ-0051/Runs/Run_2026-11-22T15-10", {"<sample>_001.h5": os.urandom(MIB)})
    lab.push("CONFOCAL_01/PROJ-0042/Runs/Run_2026-11-23T13-31", {"scan_0001.h5": os.urandom(9 * MIB)}, done=False)


def _push_big(lab: Lab, mebibytes: int) -> None:
    """A run that takes long enough to be seen under way."""
    run = lab.push(BIG, {"overview.tif": os.urandom(MIB)}, done=False)
    with (run / "volume.raw").open("wb") as file:
        file.truncate(mebibytes * MIB)
    (run / SENTINEL).touch()
