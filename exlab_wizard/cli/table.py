"""Owns the table of runs in a terminal: colours, symbols and what a narrow window drops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from exlab_wizard import units
from exlab_wizard.api.models import DisplayState, OverviewRow
from exlab_wizard.cli.output import printable, show
from exlab_wizard.client.run_list import RunList, cells, text_table
from exlab_wizard.listing import wording

# Shape and word as well as colour: nobody has to tell colours apart.
_LOOK: dict[DisplayState, tuple[str, str]] = {
    DisplayState.RECEIVING: ("◌", "bright_black"),
    DisplayState.WAITING: ("◔", "bright_black"),
    DisplayState.SYNCING: ("⇄", "blue"),
    DisplayState.VERIFYING: ("◎", "blue"),
    DisplayState.STALLED: ("◫", "yellow"),
    DisplayState.BLOCKED: ("⊘", "yellow"),
    DisplayState.FAILED: ("▲", "bold red"),
    DisplayState.VERIFIED: ("✓", "green"),
    DisplayState.PAUSED: ("‖", "bright_black"),
    DisplayState.CLEARING: ("↧", "bright_black"),
    DisplayState.RESTORING: ("↥", "bright_black"),
    DisplayState.CLEARED: ("▣", "bright_black"),
}
_MOVING = (DisplayState.SYNCING, DisplayState.VERIFYING, DisplayState.CLEARING, DisplayState.RESTORING)
_REST = ": `exlab-wizard list`"
_WIDEST, _WIDE, _NARROW = 140, 110, 80
_PROGRESS_WIDTH, _NAME_WIDTH = 24, 24


def show_runs(runs: RunList, console: Console) -> None:
    """Print the list: a table in a terminal, aligned plain text with nothing cut in a pipe."""
    if console.is_terminal:
        console.print(runs_table(runs))
    else:
        show("\n".join([text_table(runs), *wording.notes(runs.overview)]))


def runs_table(runs: RunList, banner: str = "", height: int | None = None, rest: str = _REST) -> RenderableType:
    """Banner, headline, table and notes; with `height` (lines) only as many runs as fit, the urgent ones first.

    `rest` says where the others are, after their number.
    """
    head = [Text(printable(banner), style="bold reverse")] if banner else []
    notes = [Text(printable(note), style="yellow") for note in wording.notes(runs.overview)]
    if not len(runs):
        return Group(*head, Text(printable(runs.nothing)), *notes)
    shown = sorted(runs, key=_urgency)[: _fitting(height, len(head) + len(notes))]
    if len(shown) < len(runs):
        notes.append(Text(f"and {units.count(len(runs) - len(shown), 'more run')}{rest}"))
    table = _Table(shown, runs.overview.at)
    return Group(*head, Text(printable(runs.headline), style="bold"), table, *notes)


def _urgency(row: OverviewRow) -> int:
    """What needs a person, then what moves, then the rest, each as the service orders them."""
    if row.needs_attention:
        return 0
    return 1 if row.display_state in _MOVING else 2


def _fitting(height: int | None, other_lines: int) -> int | None:
    """How many runs fit: two lines each, below headline and titles, above a line for those that do not fit."""
    return None if height is None else max(1, (height - other_lines - 4) // 2)


class _Table:
    """The rows for the width they are drawn in: narrow windows drop columns."""

    def __init__(self, rows: Sequence[OverviewRow], now: datetime) -> None:
        self._rows = rows
        self._now = now

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        optional = _optional(options.max_width)
        table = Table(box=None, pad_edge=False, expand=True, header_style="bright_black")
        table.add_column("State", no_wrap=True)
        table.add_column("Run", ratio=1)
        table.add_column("Progress", max_width=_PROGRESS_WIDTH)
        for title in optional:
            table.add_column(title, justify="right", no_wrap=True)
        for row in self._rows:
            table.add_row(*_line(row, cells(row, self._now), optional))
        yield table


class _Run:
    """The run, its informative end kept; below it why it is where it is, and what to do if it needs somebody."""

    def __init__(self, row: OverviewRow) -> None:
        self._row = row

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(_NAME_WIDTH, options.max_width), options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        row = self._row
        yield Text(units.middle(printable(row.path), options.max_width), no_wrap=True)
        if row.needs_attention:
            yield Text(printable(f"{row.why} {row.next_step}".strip()), style="yellow")
        elif row.why:
            yield Text(printable(row.why), style="bright_black", no_wrap=True, overflow="ellipsis")


def _optional(width: int) -> Sequence[str]:
    if width >= _WIDEST:
        return ("Files", "Size", "Last activity", "Last proven")
    if width >= _WIDE:
        return ("Files", "Size", "Last activity")
    return ("Size",) if width >= _NARROW else ()


def _line(row: OverviewRow, said: tuple[str, ...], optional: Sequence[str]) -> list[RenderableType]:
    symbol, style = _LOOK[row.display_state]
    state, _, progress, files, size, activity, _ = said
    proven = units.ago(row.proof_age_seconds) if row.proof_age_seconds is not None else ""
    values = {"Files": files, "Size": size, "Last activity": activity, "Last proven": proven}
    return [Text(f"{symbol} {state}", style=style), _Run(row), Text(progress), *(Text(values[key]) for key in optional)]
