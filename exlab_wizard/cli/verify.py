"""Owns `exlab-wizard verify`: have copies on the NAS read again, and say what was found."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from exlab_wizard.cli.batch import Answer, Batch
from exlab_wizard.cli.options import Subparsers, add_command, add_run, client_of, seconds
from exlab_wizard.cli.progress import ProgressView

if TYPE_CHECKING:
    from exlab_wizard.client import StagingClient


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `verify`."""
    details = "Every byte of the copy is read and compared, whether the data are still here or cleared."
    parser = add_command(subparsers, "verify", verify, "Read the copies of runs on the NAS again", details)
    add_run(parser, several=True)
    parser.add_argument("--wait", action="store_true", help="wait for the result, with a progress bar")
    parser.add_argument("--timeout", type=seconds, metavar="TIME", help="wait this long at most for each run: 90s, 2h")


def verify(arguments: argparse.Namespace) -> int:
    """Ask for each run; with `--wait` exit 1 when a copy is damaged, 4 when it took too long."""
    with client_of(arguments) as client:
        return Batch(arguments.json).run(arguments.runs, lambda run: _verify_one(client, run, arguments))


def _verify_one(client: StagingClient, run: str, arguments: argparse.Namespace) -> Answer:
    asked = client.verify(run)
    document = asked.model_dump(mode="json")
    if not arguments.wait:
        return Answer(document, f"Queued: {asked.run_path} is read on the NAS")
    with ProgressView(quiet=arguments.json) as view:
        row = client.verified(asked, arguments.timeout, view.update)
    sentence = f"{row.display_state}: {row.path}  {row.why}"
    return Answer({**document, "state": "verified", "row": row.model_dump(mode="json")}, sentence)
