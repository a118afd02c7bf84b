"""Owns the picture of the table for where neither kernel nor script runs: GitHub, nbviewer, an exported notebook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from exlab_wizard import units
from exlab_wizard.api.models import DisplayState, Overview, OverviewRow
from exlab_wizard.client.run_list import RunList, text_table
from exlab_wizard.listing import wording

ROWS: Final = 50
HOW: Final = "run the cell for the live panel"

# Shape, colour on white (contrast 4.5:1) and place in the table, as the live panel has them.
_LOOKS: Final = {
    DisplayState.RECEIVING: ("◌", "#616161", 2),
    DisplayState.WAITING: ("◷", "#616161", 2),
    DisplayState.SYNCING: ("⇄", "#0060a8", 1),
    DisplayState.VERIFYING: ("◎", "#0060a8", 1),
    DisplayState.STALLED: ("◫", "#8a5300", 1),
    DisplayState.BLOCKED: ("⊘", "#8a5300", 1),
    DisplayState.FAILED: ("▲", "#b3200f", 1),
    DisplayState.VERIFIED: ("✔", "#00694c", 3),
    DisplayState.PAUSED: ("‖", "#616161", 2),
    DisplayState.CLEARING: ("▷", "#616161", 1),
    DisplayState.RESTORING: ("◁", "#616161", 1),
    DisplayState.CLEARED: ("▣", "#616161", 4),
}
_BOX = "font:13px/1.4 system-ui,sans-serif;color:#1f1f1f;background:#ffffff;padding:8px;overflow-x:auto"
_TABLE = "border-collapse:collapse;table-layout:auto;width:100%;color:#1f1f1f;background:#ffffff"
_CELL = "padding:4px 10px 4px 0;border-bottom:1px solid #dddddd;vertical-align:top"
_NUMBER = f"{_CELL};text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums"
_RUN = f"{_CELL};text-align:left;overflow-wrap:anywhere;width:50%;min-width:16em"
_FAINT = "color:#5c5c5c"


def ordered(rows: Sequence[OverviewRow]) -> list[OverviewRow]:
    """What needs attention first, then what moves, comes, is done and is gone; else as they are."""
    return sorted(rows, key=lambda row: (not row.needs_attention, _LOOKS[row.display_state][2]))


def as_html(runs: RunList, sentence: str) -> str:
    """The table as it was: no script, no style sheet, nothing loaded; every name is text."""
    at = runs.overview.at
    rows = ordered(runs)
    body = "".join(_row(row, at) for row in rows[:ROWS])
    table = f'<table style="{_TABLE}"><thead>{_HEAD}</thead><tbody>{body}</tbody></table>'
    inside = table if rows else f"<p>{escape(runs.nothing)}</p>"
    more = f'<p style="{_FAINT}">{_more(len(rows))}</p>' if len(rows) > ROWS else ""
    said = f"<strong>Staging</strong> {escape(sentence)} {escape(_free(runs.overview))}".rstrip()
    note = f'<p style="margin:0 0 6px;{_FAINT}">As of {moment(at)}; {HOW}.</p>'
    return f'<section aria-label="Staging" style="{_BOX}"><p style="margin:0">{said}</p>{note}{inside}{more}</section>'


def as_text(runs: RunList, sentence: str) -> str:
    """The same for a terminal and for `text/plain`."""
    rows = ordered(runs)
    shown = RunList(runs.overview, rows[:ROWS])
    table = text_table(shown).partition("\n")[2] if rows else runs.nothing
    more = [_more(len(rows))] if len(rows) > ROWS else []
    return "\n".join([sentence, f"As of {moment(runs.overview.at)}; {HOW}.", table, *more])


def moment(at: datetime) -> str:
    """Date and local time: the picture may be looked at long after."""
    local = at.astimezone()
    return f"{local.day} {local:%b %Y, %H:%M}"


def _free(overview: Overview) -> str:
    return f"{units.size(overview.disk.free)} free." if overview.disk else ""


def _more(count: int) -> str:
    return f"The first {ROWS} of {units.count(count, 'run')}."


_COLUMNS = (("State", "left"), ("Run", "left"), ("Progress", "left"), ("Files", "right"), ("Size", "right"))
_HEADS = "".join(
    f'<th scope="col" style="{_CELL};text-align:{side}">{name}</th>'
    for name, side in (*_COLUMNS, ("Last activity", "right"))
)
_HEAD = f"<tr>{_HEADS}</tr>"


def _row(row: OverviewRow, now: datetime) -> str:
    shape, colour, _ = _LOOKS[row.display_state]
    word = f'<span aria-hidden="true">{shape}</span> <strong>{escape(row.display_state)}</strong>'
    # bdi keeps a name with direction marks from turning its neighbours around
    why = f'<br><small style="{_FAINT}"><bdi>{escape(row.why)}</bdi></small>' if row.why else ""
    ago = units.ago((now - row.last_activity_at).total_seconds())
    cells = [
        f'<td style="{_CELL};text-align:left;white-space:nowrap;color:{colour}">{word}</td>',
        f'<td style="{_RUN}"><bdi>{escape(row.path)}</bdi>{why}</td>',
        f'<td style="{_CELL};text-align:left">{escape(wording.progress(row))}</td>',
        *(f'<td style="{_NUMBER}">{text}</td>' for text in (f"{row.file_count:,}", units.size(row.byte_total), ago)),
    ]
    return f"<tr>{''.join(cells)}</tr>"
