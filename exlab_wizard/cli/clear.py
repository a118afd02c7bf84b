"""Owns `exlab-wizard clear`: free the local disk of runs proven on the NAS, after a person said yes."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from exlab_wizard import units
from exlab_wizard.cli import clear_verified
from exlab_wizard.cli.batch import Answer, Batch
from exlab_wizard.cli.confirming import demand_yes
from exlab_wizard.cli.options import Subparsers, add_command, add_run, client_of
from exlab_wizard.cli.output import say

if TYPE_CHECKING:
    from exlab_wizard.api.models import OverviewRow
    from exlab_wizard.client import StagingClient


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `clear`."""
    details = "The copies on the NAS stay; each is proven again just before anything is deleted here."
    parser = add_command(subparsers, "clear", clear, "Delete the local copies of verified runs", details)
    add_run(parser, several=True, optional=True)
    clear_verified.add_options(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask; needed where nobody can answer")


def clear(arguments: argparse.Namespace) -> int:
    """Ask once for all runs, naming files and bytes, then clear one after the other; or many with `--verified`."""
    if arguments.verified:
        return clear_verified.clear_verified(arguments)
    clear_verified.refuse_alone(arguments)
    with client_of(arguments) as client:
        rows = [client.row(run) for run in arguments.runs]
        if not arguments.yes:
            confirm(rows)
        return Batch(arguments.json).run([row.path for row in rows], lambda run: _clear_one(client, run))


def confirm(rows: Sequence[OverviewRow]) -> None:
    """Name what would be deleted and wait for a yes; anything else, or no terminal, raises `NotConfirmed`."""
    say("To be deleted from this computer; the copies on the NAS stay:")
    for row in rows:
        say(f"  {row.path}  {_amount([row])}  {row.display_state}: {row.why}")
    demand_yes(f"Clear {units.count(len(rows), 'run')}, {_amount(rows)}? [y/N] ")


def _amount(rows: Sequence[OverviewRow]) -> str:
    """Files and bytes, said twice: as people speak, and exactly."""
    byte_total = sum(row.byte_total for row in rows)
    files = units.count(sum(row.file_count for row in rows), "file")
    return f"{files}, {units.size(byte_total)} ({byte_total:,} bytes)"


def _clear_one(client: StagingClient, run: str) -> Answer:
    freed = client.clear(run)
    amount = f"{units.count(freed.files_freed, 'file')}, {units.size(freed.bytes_freed)} freed"
    return Answer(freed.model_dump(mode="json"), f"Cleared: {freed.run_path}  {amount}")
