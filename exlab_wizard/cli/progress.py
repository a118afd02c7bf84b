"""Owns how waiting looks: a bar in a terminal; elsewhere a line for each change of words, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from exlab_wizard import units
from exlab_wizard.cli.output import printable, say
from exlab_wizard.listing import wording

if TYPE_CHECKING:
    from exlab_wizard.api.models import OverviewRow
    from exlab_wizard.sync.tasks import Progress as TaskProgress

_BAR_WIDTH = 30


class ProgressView:
    """Shows one run while somebody waits for it, on stderr; `quiet` shows nothing. A context manager."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(stderr=True)
        self._quiet = quiet
        self._bar: Progress | None = None
        self._said = ""
        if console.is_terminal and not quiet:
            columns = (BarColumn(_BAR_WIDTH), TextColumn("{task.description}", markup=False))
            self._bar = Progress(*columns, console=console, transient=True)
            self._task = self._bar.add_task("", total=1.0)

    def __enter__(self) -> ProgressView:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, row: OverviewRow) -> None:
        """Show the run as it is now."""
        if self._bar is not None:
            done = row.progress.fraction if row.progress is not None else 0.0
            self._bar.update(self._task, completed=done, description=_words(row))
        elif not self._quiet:
            self._say_once(f"{row.display_state}  {row.path}  {row.why}")

    def _say_once(self, text: str) -> None:
        """Percentages would be a line each; the state and the reason are what a log needs."""
        if text != self._said:
            self._said = text
            say(text)


class RehashView:
    """Shows how far a run's NAS copy has been read again, on stderr in a terminal; between runs it is gone."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn

        console = Console(stderr=True)
        columns = (BarColumn(_BAR_WIDTH), TextColumn("{task.description}", markup=False))
        self._bar = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
        self._task = self._bar.add_task("", total=None)
        self._name = ""

    @contextmanager
    def of(self, run_path: str) -> Iterator[None]:
        """While this run is looked at."""
        self._name = printable(units.middle(run_path, 48))
        self._bar.update(self._task, completed=0, total=None, description=self._name)
        with self._bar:
            yield

    def update(self, progress: TaskProgress) -> None:
        """Show how far it is; safe from any thread."""
        done, total = progress.bytes_done, progress.bytes_total
        words = f"{self._name}  {units.size(done)} of {units.size(total)} read again"
        self._bar.update(self._task, completed=done, total=total or None, description=words)


def _words(row: OverviewRow) -> str:
    words = wording.progress(row) or row.why
    return printable(f"{row.display_state}  {units.middle(row.path, 48)}  {words}")
