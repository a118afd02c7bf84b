"""Owns `exlab-wizard watch`: the list, live, in a terminal; a line for each change elsewhere."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers, add_command, client_of, seconds
from exlab_wizard.cli.output import say, show, show_json_line

if TYPE_CHECKING:
    from rich.console import Console

    from exlab_wizard.api.models import Overview, OverviewRow
    from exlab_wizard.client.feed import Feed

AWAY_POLL_SECONDS = 5.0


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `watch`."""
    details = "Ends with Ctrl-C. With --json: the whole overview as one line, at the start and after each change."
    parser = add_command(subparsers, "watch", watch, "Follow the runs live", details)
    parser.add_argument("--every", type=seconds, default=1.0, metavar="TIME", help="ask this often (1s)")
    parser.add_argument("--for", dest="lasting", type=seconds, metavar="TIME", help="stop after this long, such as 10m")


def watch(arguments: argparse.Namespace) -> int:
    """Follow until Ctrl-C (the normal end) or until `--for` is over."""
    from rich.console import Console

    from exlab_wizard.client.feed import Feed

    with client_of(arguments) as client, suppress(KeyboardInterrupt):
        looks = follow(Feed(client.overview), arguments.every, arguments.lasting)
        console = Console()
        if arguments.json:
            _as_documents(looks)
        elif console.is_terminal:
            _as_table(looks, console)
        else:
            _as_lines(looks)
    return Exit.OK


@dataclass(frozen=True)
class Look:
    """One look at the service: all runs, those that changed, and since when it does not answer (None: it does)."""

    overview: Overview
    changed: list[OverviewRow]
    away_since: datetime | None = None


def follow(feed: Feed, every: float, lasting: float | None) -> Iterator[Look]:
    """Look `every` so many seconds, for `lasting` seconds (None: for ever).

    The first look must succeed; after that a server that does not answer is asked again, and the last table stays.
    """
    from exlab_wizard.client import ConnectionProblem
    from exlab_wizard.client.feed import passes
    from exlab_wizard.errors import StagingError

    end = time.monotonic() + lasting if lasting else float("inf")
    changed, away_since = feed.refresh(), None
    while feed.overview is not None:
        yield Look(feed.overview, changed, away_since)
        if time.monotonic() >= end:
            return
        time.sleep(max(0.0, min(every if away_since is None else AWAY_POLL_SECONDS, end - time.monotonic())))
        try:
            changed, away_since = feed.refresh(), None
        except (ConnectionProblem, StagingError) as problem:
            if not passes(problem):
                raise
            feed.forget()
            changed, away_since = [], away_since or datetime.now().astimezone()


def banner(away_since: datetime | None) -> str:
    """What to say while the service does not answer, and nothing while it does."""
    if away_since is None:
        return ""
    return (
        f"The staging service does not answer since {away_since:%H:%M}. Copying may go on without this list. "
        f"Trying again every {AWAY_POLL_SECONDS:g} s."
    )


def _as_table(looks: Iterator[Look], console: Console) -> None:
    from rich.live import Live

    from exlab_wizard.cli.table import runs_table
    from exlab_wizard.client import RunList

    with Live(console=console, auto_refresh=False, vertical_overflow="ellipsis") as live:
        for look in looks:
            table = runs_table(RunList(look.overview), banner(look.away_since), console.height)
            live.update(table, refresh=True)


def _as_lines(looks: Iterator[Look]) -> None:
    """The headline once, then a line for each change; a server that is away, and back, is said once."""
    from exlab_wizard.listing import wording

    away = False
    for number, look in enumerate(looks):
        if number == 0:
            show(wording.headline(look.overview))
        if away != (look.away_since is not None):
            away = not away
            say(banner(look.away_since) or "Connected again.")
        for row in look.changed:
            show(line(look.overview.at, row))


def _as_documents(looks: Iterator[Look]) -> None:
    revision = None
    for look in looks:
        if look.overview.revision != revision:
            revision = look.overview.revision
            show_json_line(look.overview.model_copy(update={"since": None, "removed": []}))


def line(at: datetime, row: OverviewRow) -> str:
    """One change as a line: local time, state, run, progress, why."""
    from exlab_wizard.listing import wording

    parts = [f"{at.astimezone():%H:%M:%S}", f"{row.display_state:<9}", row.path, wording.progress(row), row.why]
    return "  ".join(part for part in parts if part)
