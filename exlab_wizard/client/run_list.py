"""Owns the list of runs a person holds in a notebook: a sequence of rows with filters, text and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Any, overload

from exlab_wizard import units
from exlab_wizard.api.models import Overview, OverviewRow
from exlab_wizard.listing import wording

COLUMNS = ("State", "Run", "Progress", "Files", "Size", "Last activity", "Why")
_NUMBERS = frozenset({"Files", "Size"})


class RunList(Sequence[OverviewRow]):
    """The runs of one overview, or some of them; prints as a table, also in a notebook.

    `overview` is the whole answer (disk space, watcher, NAS state, unrecognised entries); its rows are never
    changed by filtering. `pandas.DataFrame(runs.to_dicts())` gives a data frame.
    """

    def __init__(self, overview: Overview, rows: Iterable[OverviewRow] | None = None) -> None:
        self.overview = overview
        self._rows = list(overview.runs if rows is None else rows)

    def filter(
        self,
        equipment: str | Iterable[str] | None = None,
        states: str | Iterable[str] | None = None,
        project: str | None = None,
        kind: str | None = None,
        attention: bool | None = None,
    ) -> RunList:
        """The rows that match everything given.

        `states` are words people read ("Verified") or lifecycle states ("sync_verified"), in any case; `kind` is
        "experimental" or "test"; `attention=True` keeps the runs that need a person.
        """
        ids, names = _lowered(equipment), _lowered(states)
        rows = [
            row
            for row in self._rows
            if (ids is None or row.equipment_id.lower() in ids)
            and (names is None or names & {row.display_state.lower(), row.current_state})
            and (project is None or row.project_name == project)
            and (kind is None or row.run_kind == kind)
            and (attention is None or row.needs_attention is attention)
        ]
        return RunList(self.overview, rows)

    @property
    def paths(self) -> list[str]:
        """The run paths, in the order of the list."""
        return [row.path for row in self._rows]

    @property
    def headline(self) -> str:
        """One sentence over the runs of this list, as at the top of the panel."""
        return wording.headline(self.overview.model_copy(update={"runs": self._rows}))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Plain dictionaries, one a run, for data frames and JSON."""
        return [row.model_dump(mode="json") for row in self._rows]

    @overload
    def __getitem__(self, index: int) -> OverviewRow: ...
    @overload
    def __getitem__(self, index: slice) -> RunList: ...
    def __getitem__(self, index: int | slice) -> OverviewRow | RunList:
        if isinstance(index, slice):
            return RunList(self.overview, self._rows[index])
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return text_table(self)

    def _repr_html_(self) -> str:
        if not self._rows:
            return f"<p>{escape(self.nothing)}</p>"
        head = "".join(f"<th>{column}</th>" for column in COLUMNS)
        body = "".join(_html_row(cells(row, self.overview.at)) for row in self._rows)
        return f"<p>{escape(self.headline)}</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    @property
    def nothing(self) -> str:
        """What to say instead of an empty table."""
        if self.overview.runs:
            return wording.NO_MATCH
        return f"{wording.EMPTY} Watched folder: {self.overview.staging_root}"


def cells(row: OverviewRow, now: datetime) -> tuple[str, ...]:
    """What each of `COLUMNS` says for one run at `now`, the time of the overview."""
    return (
        str(row.display_state),
        row.path,
        wording.progress(row),
        f"{row.file_count:,}",
        units.size(row.byte_total),
        units.ago((now - row.last_activity_at).total_seconds()),
        row.why,
    )


def text_table(runs: RunList) -> str:
    """The list as aligned plain text, nothing cut: for pipes, logs and consoles."""
    if not len(runs):
        return runs.nothing
    lines = [COLUMNS, *(cells(row, runs.overview.at) for row in runs)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(COLUMNS))]
    return "\n".join([runs.headline, *(_aligned(line, widths) for line in lines)])


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    parts = [
        text.rjust(width) if column in _NUMBERS else text.ljust(width)
        for column, text, width in zip(COLUMNS, line, widths, strict=True)
    ]
    return "  ".join(parts).rstrip()


def _html_row(line: Sequence[str]) -> str:
    tds = [
        f'<td style="text-align:{"right" if column in _NUMBERS else "left"}">{escape(text)}</td>'
        for column, text in zip(COLUMNS, line, strict=True)
    ]
    return f"<tr>{''.join(tds)}</tr>"


def _lowered(values: str | Iterable[str] | None) -> set[str] | None:
    if values is None:
        return None
    return {value.lower() for value in ([values] if isinstance(values, str) else values)}
