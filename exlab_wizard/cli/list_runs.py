"""Owns `exlab-wizard list`: the runs there are, as a table or as the overview document."""

from __future__ import annotations

import argparse

from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers, add_command, client_of
from exlab_wizard.cli.output import show_json


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `list`."""
    add_filters(add_command(subparsers, "list", list_runs, "List the runs in staging and the cleared ones"))


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The options that choose runs."""
    parser.add_argument("--equipment", action="append", metavar="ID", help="only this equipment (repeatable)")
    parser.add_argument("--state", action="append", metavar="STATE", help="only Verified, cleared, ... (repeatable)")
    parser.add_argument("--project", help="only this project")
    parser.add_argument("--kind", choices=("experimental", "test"), help="only runs of this kind")
    parser.add_argument("--attention", action="store_true", default=None, help="only runs that need a person")


def list_runs(arguments: argparse.Namespace) -> int:
    """Print the runs; an empty list is an answer, not a failure."""
    from rich.console import Console

    from exlab_wizard.cli.table import show_runs

    with client_of(arguments) as client:
        runs = client.list(arguments.equipment, arguments.state, arguments.project, arguments.kind, arguments.attention)
    if arguments.json:
        show_json(runs.overview.model_copy(update={"runs": list(runs)}))
    else:
        show_runs(runs, Console())
    return Exit.OK
