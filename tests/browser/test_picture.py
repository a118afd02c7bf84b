"""The README's pictures, of a real JupyterLab over a real station at work: the panel, and a run's whole life as a film.

Every run proves that they can be made; `./run test --pictures tests/browser/test_picture.py` keeps them in `docs/`.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.markers import mark_nas
from exlab_wizard.station.activity import ACTIVITY_NAME
from exlab_wizard.station.activity_points import BUCKET_SECONDS, Point, bucket_of, to_text
from tests.browser.film import Film
from tests.browser.harness import NotebookPage
from tests.support.lab import SENTINEL, Lab, equipment

DOCS = Path(__file__).parents[2] / "docs"
MIB = 2**20
BIG = "SEM_02/InAs nanowires/Runs/Run_2026-11-23T13-05"
FILMED = "CONFOCAL_01/PROJ-0042 Zebrafish heart/Runs/Run_2026-11-23T14-32"
Server = Callable[..., ServerProcess]
Panel = Callable[..., NotebookPage]


@pytest.fixture
def shown_lab(tmp_path: Path, docs_pictures: bool) -> Iterator[Lab]:
    """A lab whose folders have short names, because they are read in the pictures."""
    base = Path(tempfile.mkdtemp(prefix="lab-")).resolve() if docs_pictures else tmp_path / "lab"
    yield Lab(base / "data").mark()
    if docs_pictures:
        shutil.rmtree(base)


@pytest.fixture
def folder(tmp_path: Path, docs_pictures: bool) -> Path:
    """Where the pictures go."""
    return DOCS if docs_pictures else tmp_path


def test_a_busy_lab(jupyterlab: Server, open_panel: Panel, shown_lab: Lab, folder: Path, docs_pictures: bool) -> None:
    lab = shown_lab
    _stage(lab)
    if docs_pictures:
        _remember_a_day(lab)
    panel = open_panel(jupyterlab(lab), height=1120)
    panel.command("application:toggle-left-area")
    panel.wait_state("CONFOCAL_01/PROJ-0042/Runs/Run_2026-11-23T09-12", "Verified", 40)
    panel.wait_state("XRD_03/GaAs 114/Runs/Run_2026-11-22T18-40", "Paused")
    panel.panel.get_by_role("button", name="Clear CONFOCAL_01/PROJ-0042/Runs/Run_2026-11-20T16-25").click()
    panel.panel.get_by_role("button", name="Clear, free").click()
    panel.wait_state("CONFOCAL_01/PROJ-0042/Runs/Run_2026-11-20T16-25", "Cleared")
    expect(panel.panel.locator(".exlab-chart-sentence")).to_contain_text("; staging disk ")
    panel.page.mouse.move(5, 5)
    _push_big(lab, 8192 if docs_pictures else 64)
    if docs_pictures:
        expect(panel.panel.locator(".exlab-row").nth(2)).to_have_attribute("data-run", BIG, timeout=30_000)
        expect(panel.row(BIG).locator(".exlab-percent")).to_have_text(re.compile(r"^[2-4]\d %"), timeout=60_000)
    panel.panel.evaluate("panel => panel.scrollIntoView({ block: 'end' })")
    picture = folder / "staging-panel.png"
    panel.page.screenshot(path=picture, animations="disabled", caret="hide")
    assert picture.stat().st_size > 20_000
    assert panel.errors == []


def test_a_run_from_its_first_file_to_the_freed_disk(
    jupyterlab: Server, open_panel: Panel, shown_lab: Lab, folder: Path, docs_pictures: bool
) -> None:
    lab, whole = shown_lab, 1200 if docs_pictures else 36
    lab.data["equipment"][0]["settle_seconds"] = 1.0
    for stamp in ("2026-11-23T09-12", "2026-11-22T16-25"):
        lab.push(f"CONFOCAL_01/PROJ-0042 Zebrafish heart/Runs/Run_{stamp}", {"scan.h5": os.urandom(24 * MIB)})
    panel = open_panel(jupyterlab(lab), width=1160, height=600)
    panel.command("application:toggle-left-area")
    panel.page.locator(".exlab-chart-fold").click()  # a server that has just begun has no day to show
    panel.wait_state("CONFOCAL_01/PROJ-0042 Zebrafish heart/Runs/Run_2026-11-22T16-25", "Verified", 40)
    panel.panel.evaluate("panel => panel.scrollIntoView({ block: 'end' })")
    film = Film(panel.page)
    film.look()
    run = lab.push(FILMED, {"stack_1.raw": b""}, done=False)
    for part in range(1, 4):
        with (run / f"stack_{part}.raw").open("wb") as file:
            file.truncate(whole // 3 * MIB)
        size = f"{part * (whole // 3)} MiB" if part * (whole // 3) < 1000 else "1.2 GiB"
        film.until(panel.row(FILMED).locator(".exlab-percent", has_text=size))
    (run / SENTINEL).touch()
    if docs_pictures:
        film.until(_word(panel, "Syncing"))
        film.until(_word(panel, "Verifying"))
    film.until(_word(panel, "Verified"))
    film.click(panel.panel.get_by_role("button", name=f"Clear {FILMED}"))
    film.click(panel.panel.get_by_role("button", name="Clear, free"))
    film.until(_word(panel, "Cleared"))
    film.until(panel.page.get_by_text("Staging: all verified"))  # in the status bar, a moment later
    film.write(folder / "staging-panel.webp")
    with Image.open(folder / "staging-panel.webp") as made:
        assert getattr(made, "n_frames", 1) > 10
    assert (folder / "staging-panel.webp").stat().st_size < 1_500_000
    assert panel.errors == []


def _word(panel: NotebookPage, word: str) -> Locator:
    return panel.row(FILMED).locator(".exlab-word", has_text=re.compile(f"^{word}$"))


def _stage(lab: Lab) -> None:
    """A morning's work: finished, unfinished, odd, and a NAS that is away."""
    for number, name in ((2, "SEM_02"), (3, "XRD_03")):
        root = lab.base.parent / f"nas-{number}"
        root.mkdir()
        lab.data["equipment"].append(equipment(lab.nas, id=name, label=name, nas_root=str(root)))
    mark_nas(lab.base.parent / "nas-2")
    scans = {f"scan_{at:04}.h5": os.urandom(MIB) for at in range(24)}
    for stamp in ("2026-11-23T09-12", "2026-11-20T16-25"):
        lab.push(f"CONFOCAL_01/PROJ-0042/Runs/Run_{stamp}", scans)
    lab.push("SEM_02/InAs nanowires/TestRuns/TestRun_2026-11-23T08-55", {"focus.tif": os.urandom(3 * MIB)})
    lab.push("XRD_03/GaAs 114/Runs/Run_2026-11-22T18-40", {"theta.xy": os.urandom(MIB)})
    lab.push("CONFOCAL_01/PROJ-0051/Runs/Run_2026-11-22T15-10", {"<sample>_001.h5": os.urandom(MIB)})
    lab.push("CONFOCAL_01/PROJ-0042/Runs/Run_2026-11-23T13-31", {"scan_0001.h5": os.urandom(9 * MIB)}, done=False)


def _remember_a_day(lab: Lab) -> None:
    """A day's record, as a server that ran since yesterday leaves it; off at night, and the disk fills."""
    now = time.time()
    disk = shutil.disk_usage(lab.staging)
    points: dict[int, Point] = {}
    for back in range(288, 0, -1):
        at = bucket_of(now - back * BUCKET_SECONDS)
        busy = back % 31 > 6 and not 70 < back < 190
        synced = int(BUCKET_SECONDS * (60 + 45 * math.sin(back / 5)) * MIB) if busy else 0
        if not 90 <= back < 170:
            points[at] = Point(synced, 0, min(disk.total, disk.free + int(back * disk.total / 900)), disk.total)
    (lab.staging / ".exlab-wizard" / ACTIVITY_NAME).write_text(to_text(points))


def _push_big(lab: Lab, mebibytes: int) -> None:
    """A run that takes long enough to be seen under way."""
    run = lab.push(BIG, {"overview.tif": os.urandom(MIB)}, done=False)
    with (run / "volume.raw").open("wb") as file:
        file.truncate(mebibytes * MIB)
    (run / SENTINEL).touch()
