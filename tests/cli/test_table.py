"""The table at different widths and heights, drawn into memory."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from exlab_wizard.api.models import DisplayState, OverviewRow, TargetStatus, UnrecognisedEntry
from exlab_wizard.cli.table import _LOOK, runs_table
from exlab_wizard.client import RunList
from tests.client.rows import OTHER, RUN, SINGLE, overview, row

BAD = row(SINGLE, display_state=DisplayState.FAILED, needs_attention=True, why="3 of 9 differ.", next_step="Look.")
AWAY = TargetStatus(nas_root="/mnt/nas", state="unavailable", why="not reachable since 14:02.")
MOVING = row(OTHER, display_state=DisplayState.SYNCING, current_state="sync_queued")


def drawn(*rows: OverviewRow, width: int = 120, height: int | None = None, banner: str = "", **more: object) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(runs_table(RunList(overview(*rows, **more)), banner, height))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def test_every_state_has_a_shape_of_its_own() -> None:
    assert set(_LOOK) == set(DisplayState)
    assert len({symbol for symbol, _ in _LOOK.values()}) == len(DisplayState)


def test_what_needs_a_person_comes_first_then_what_moves() -> None:
    text = drawn(row(RUN), MOVING, BAD)
    assert text.index(SINGLE) < text.index(OTHER) < text.index(RUN)
    assert "3 of 9 differ. Look." in text


@pytest.mark.parametrize(
    ("width", "there", "gone"),
    [
        (140, ["Files", "Size", "Last activity", "Last proven", "2 h ago"], []),
        (120, ["Files", "Size", "Last activity"], ["Last proven"]),
        (90, ["Size"], ["Files"]),
        (60, ["Progress"], ["Size"]),
    ],
)
def test_narrow_windows_drop_columns(width: int, there: list[str], gone: list[str]) -> None:
    text = drawn(row(RUN, proof_age_seconds=7200.0), width=width)
    assert all(title in text for title in there) and not any(title in text for title in gone)


@pytest.mark.parametrize("width", [50, 60, 80, 120, 200])
def test_the_end_of_a_name_stays_and_no_line_is_too_long(width: int) -> None:
    text = drawn(row("CONFOCAL_01/" + "long " * 30 + "/Runs/Run_2026-04-17T14-32"), width=width)
    assert "-17T14-32" in text and "…" in text
    assert max(map(len, text.splitlines())) <= width


def test_low_windows_show_what_fits_and_say_how_many_do_not() -> None:
    rows = [row(f"CONFOCAL_01/P/Runs/Run_2026-04-17T14-{minute:02}") for minute in range(30)]
    text = drawn(*rows, BAD, height=14)
    assert len(text.splitlines()) <= 14
    assert SINGLE in text and "and 26 more runs: `exlab-wizard list`" in text
    fuller = drawn(*rows, height=14, banner="Away.", targets=[AWAY])
    assert len(fuller.splitlines()) <= 14 and "and 26 more runs" in fuller


def test_markup_in_names_is_text() -> None:
    assert "[red]x[!red]" in drawn(row("CONFOCAL_01/[red]x[!red]/Runs/Run_2026-04-17T14-32"))


def test_banner_and_notes_are_shown_without_runs_too() -> None:
    stray = UnrecognisedEntry(path="old\x1bstuff", bytes=1, reason="No equipment", remedy="Move it.")
    text = drawn(banner="The service is away.", unrecognised=[stray])
    assert text.startswith("The service is away.") and "Nothing is staged." in text
    assert "Not a run: old\\x1bstuff (1 B): No equipment. Move it." in text
