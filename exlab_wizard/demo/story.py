"""Owns the demo's story in the terminal: a live table there, a line for each change in a pipe."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.live import Live

from exlab_wizard.cli.output import show
from exlab_wizard.cli.table import runs_table
from exlab_wizard.cli.watch import Look, banner, follow, line
from exlab_wizard.client import ConnectionProblem, RunList, StagingClient
from exlab_wizard.client.feed import Feed, passes
from exlab_wizard.errors import StagingError

EVERY_SECONDS = 0.5
START_SECONDS = 30.0


def tell(client: StagingClient, console: Console, goes_on: Callable[[], bool]) -> None:
    """Tell what happens for as long as `goes_on` says. Raises what the service refuses with, once it has started."""
    _wait_for_start(client, time.monotonic() + START_SECONDS)
    looks = follow(Feed(client.overview), EVERY_SECONDS, None)
    if console.is_terminal:
        _as_table(looks, console, goes_on)
    else:
        _as_lines(looks, goes_on)


def _wait_for_start(client: StagingClient, deadline: float) -> None:
    while True:
        try:
            client.overview()
            return
        except (ConnectionProblem, StagingError) as problem:
            if not passes(problem) or time.monotonic() > deadline:
                raise
        time.sleep(EVERY_SECONDS)


def _as_table(looks: Iterator[Look], console: Console, goes_on: Callable[[], bool]) -> None:
    with Live(console=console, auto_refresh=False, vertical_overflow="ellipsis") as live:
        for look in looks:
            # no command finds the demo by itself: `rest` names none
            table = runs_table(RunList(look.overview), banner(look.away_since), console.height, rest=" on the page")
            live.update(table, refresh=True)
            if not goes_on():
                return


def _as_lines(looks: Iterator[Look], goes_on: Callable[[], bool]) -> None:
    said: dict[str, tuple[str, str]] = {}
    for look in looks:
        for row in look.changed:
            words = (row.display_state, row.why)
            if said.get(row.path, ("", ""))[0] != words[0]:
                show(line(look.overview.at, row))
            said[row.path] = words
        if not goes_on():
            return
