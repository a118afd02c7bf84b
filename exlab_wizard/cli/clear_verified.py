"""Owns `exlab-wizard clear --verified`: the list first, then a yes, then exactly what was on the list."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from exlab_wizard import units
from exlab_wizard.cli.confirming import demand_yes
from exlab_wizard.cli.exit_codes import Exit, exit_code
from exlab_wizard.cli.options import client_of, days
from exlab_wizard.cli.output import say, show, show_json

if TYPE_CHECKING:
    from exlab_wizard.api.bulk_models import BulkClearResponse, BulkClearRun
    from exlab_wizard.client import StagingClient


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that choose among all verified runs."""
    parser.set_defaults(wrong=parser.error)
    group = parser.add_argument_group("many at once")
    text = "clear every verified run, or those RUNs, that fit the options below; what cannot be cleared is named"
    group.add_argument("--verified", action="store_true", help=text)
    group.add_argument("--equipment", metavar="ID", help="runs of this instrument only")
    group.add_argument("--older-than", type=days, metavar="AGE", help="verified so long ago: 30d, 12h; 30 is 30d")
    group.add_argument("--keep-newest", type=int, default=0, metavar="N", help="of each instrument the newest N stay")
    group.add_argument("--dry-run", action="store_true", help="only list what would be cleared; changes nothing")


def refuse_alone(arguments: argparse.Namespace) -> None:
    """Without `--verified`, runs must be named and nothing chooses among them; else it ends as wrong arguments do."""
    given = arguments.equipment or arguments.older_than is not None or arguments.keep_newest or arguments.dry_run
    if given or not arguments.runs:
        wanted = "The options that choose runs belong to --verified" if given else "Name the runs to be cleared"
        arguments.wrong(f"{wanted}; `exlab-wizard clear --verified` clears every verified run.")


def clear_verified(arguments: argparse.Namespace) -> int:
    """List, ask, clear; the exit code is that of the first run named, or listed to be cleared, that was not."""
    with client_of(arguments) as client:
        listed = client.clear_verified(
            arguments.runs or None, arguments.equipment, arguments.older_than, arguments.keep_newest, dry_run=True
        )
        if arguments.dry_run or not listed.runs_freed:
            return _only_listed(arguments, listed)
        if not arguments.yes:
            say("To be deleted from this computer; the copies on the NAS stay:")
            say("\n".join(_lines(listed)))
            demand_yes(f"Clear {_amount(listed)}? [y/N] ")
        done = _cleared(client, listed)
    if arguments.json:
        show_json(done)
    else:
        show("\n".join([*_lines(done), f"Freed: {_amount(done)}."]))
    listed_too = {run.run_path for run in listed.runs if arguments.runs or run.outcome == "would_clear"}
    return _failed([run for run in done.runs if run.run_path in listed_too])


def _only_listed(arguments: argparse.Namespace, listed: BulkClearResponse) -> int:
    """Nothing is cleared: because nobody wants to, or because nothing can be; named runs that cannot are failures."""
    if arguments.json:
        show_json(listed)
    else:
        verb = "Would be cleared" if arguments.dry_run else "Nothing to clear"
        show("\n".join([*_lines(listed), f"{verb}: {_amount(listed)}."]))
    return Exit.OK if arguments.dry_run or not arguments.runs else _failed(listed.runs)


def _cleared(client: StagingClient, listed: BulkClearResponse) -> BulkClearResponse:
    """Clear exactly what was listed: a run that became verified while somebody read the list is not on it."""
    runs = [run.run_path for run in listed.runs if run.outcome == "would_clear"]
    done = client.clear_verified(runs)
    became = {run.run_path: run for run in done.runs}
    return done.model_copy(update={"runs": [became.get(run.run_path, run) for run in listed.runs]})


def _failed(runs: Sequence[BulkClearRun]) -> Exit:
    """The exit code of the first run that could not be cleared; those that were left out on purpose are no failure."""
    return next((exit_code(run.code) for run in runs if run.outcome == "kept" and run.code), Exit.OK)


_WORDS = {"would_clear": "clear", "cleared": "cleared", "kept": "kept"}


def _lines(answer: BulkClearResponse) -> list[str]:
    """A line for each run: what becomes of it, its size, files and path; below a kept one, why."""
    lines = []
    for run in answer.runs:
        files = units.count(run.files, "file")
        lines.append(f"  {_WORDS[run.outcome]:<8}{units.size(run.bytes):>9}{files:>15}  {run.run_path}")
        if run.outcome == "kept":
            lines.append(f"          {f'{run.code}: ' if run.code else ''}{run.message}")
    return lines


def _amount(answer: BulkClearResponse) -> str:
    """`5 runs, 1,024 files, 477 GiB (512,000,000,000 bytes)`."""
    runs, files = units.count(answer.runs_freed, "run"), units.count(answer.files_freed, "file")
    return f"{runs}, {files}, {units.size(answer.bytes_freed)} ({answer.bytes_freed:,} bytes)"
