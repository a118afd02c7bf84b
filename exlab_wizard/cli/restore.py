"""Owns `exlab-wizard restore`: bring the data of cleared runs back from the NAS."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from exlab_wizard.cli.batch import Answer, Batch
from exlab_wizard.cli.options import Subparsers, add_command, add_run, client_of, seconds
from exlab_wizard.cli.progress import ProgressView

if TYPE_CHECKING:
    from exlab_wizard.client import StagingClient


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `restore`."""
    details = "Each file is compared with what was verified before it gets its name. Asking twice is one job."
    parser = add_command(subparsers, "restore", restore, "Bring cleared runs back from the NAS", details)
    add_run(parser, several=True)
    parser.add_argument("--wait", action="store_true", help="wait until the data are here, with a progress bar")
    parser.add_argument("--timeout", type=seconds, metavar="TIME", help="wait this long at most for each run: 90s, 2h")


def restore(arguments: argparse.Namespace) -> int:
    """Ask for each run; exit 4 when `--wait` took too long, 1 when one cannot be restored."""
    with client_of(arguments) as client:
        return Batch(arguments.json).run(arguments.runs, lambda run: _restore_one(client, run, arguments))


def _restore_one(client: StagingClient, run: str, arguments: argparse.Namespace) -> Answer:
    answer = client.restore(run)
    document = answer.model_dump(mode="json")
    if not arguments.wait:
        return Answer(document, f"Queued: {answer.run_path}")
    with ProgressView(quiet=arguments.json) as view:
        row = client.wait(answer.run_path, "restored", arguments.timeout, view.update)
    document |= {"state": row.current_state, "row": row.model_dump(mode="json")}
    return Answer(document, f"Restored: {row.path}  {row.why}")
