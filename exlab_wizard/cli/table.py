"""Owns the table of runs in a terminal: colours, symbols and what a narrow window drops."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from exlab_wizard import units, wording
from exlab_wizard.api.models import DisplayState, OverviewRow
from exlab_wizard.cli.output import printable
from exlab_wizard.client.run_list import RunList, cells, text_table

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
_WIDE, _NARROW = 110, 80


def show_runs(runs: RunList, console: Console) -> None:
    """Print the list: a table in a terminal, aligned plain text with nothing cut in a pipe."""
    if console.is_terminal:
        console.print(runs_table(runs, console.width))
    else:
        text = "\n".join([text_table(runs), *wording.notes(runs.overview)])
        console.out(printable(text), highlight=False)


def runs_table(runs: RunList, width: int, banner: str = "") -> RenderableType:
    """Banner, headline, table and notes for a window `width` characters wide."""
    head = [Text(printable(banner), style="bold reverse")] if banner else []
    notes = [Text(printable(note), style="yellow") for note in wording.notes(runs.overview)]
    if not len(runs):
        return Group(*head, Text(printable(runs.nothing)), *notes)
    return Group(*head, Text(printable(runs.headline), style="bold"), _table(runs, width), *notes)


def _table(runs: RunList, width: int) -> Table:
    table = Table(box=None, pad_edge=False, expand=True, header_style="bright_black")
    table.add_column("State", no_wrap=True)
    table.add_column("Run", ratio=3, overflow="ellipsis")
    table.add_column("Progress", ratio=2)
    optional = _optional(width)
    for title in optional:
        table.add_column(title, justify="right", no_wrap=True)
    for row in runs:
        table.add_row(*_line(row, cells(row, runs.overview.at), optional, width), end_section=False)
    return table


def _optional(width: int) -> Sequence[str]:
    if width >= _WIDE:
        return ("Files", "Size", "Last activity")
    return ("Size",) if width >= _NARROW else ()


def _line(row: OverviewRow, said: tuple[str, ...], optional: Sequence[str], width: int) -> list[Text]:
    symbol, style = _LOOK[row.display_state]
    state, _, progress, files, size, activity, _ = said
    values = {"Files": files, "Size": size, "Last activity": activity}
    return [
        Text(f"{symbol} {state}", style=style),
        _run(row, width),
        Text(progress),
        *(Text(values[title]) for title in optional),
    ]


def _run(row: OverviewRow, width: int) -> Text:
    """The run, its informative end kept; below it why it is where it is, and what to do if it needs somebody."""
    text = Text(units.middle(printable(row.path), max(20, width * 4 // 10)))
    words = f"{row.why} {row.next_step}" if row.needs_attention else row.why
    if words:
        text.append(f"\n{printable(words.strip())}", style="yellow" if row.needs_attention else "bright_black")
    return text
