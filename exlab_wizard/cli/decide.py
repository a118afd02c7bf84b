"""Owns `exlab-wizard acknowledge` and `accept-nas`: decisions only a person can take."""

from __future__ import annotations

import argparse

from exlab_wizard.cli.batch import Answer, Batch
from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers, add_command, add_run, client_of
from exlab_wizard.cli.output import show, show_json


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `acknowledge` and `accept-nas`."""
    summary = "Take runs off the list of alarms: vanished before they were verified, or damaged on the NAS"
    add_run(add_command(subparsers, "acknowledge", acknowledge, summary), several=True)
    details = "`exlab-wizard doctor` and `list` name the id that was found."
    parser = add_command(subparsers, "accept-nas", accept_nas, "Say that a changed NAS is the right one", details)
    parser.add_argument("nas_root", metavar="NAS_ROOT", help="its directory, as in the configuration")
    parser.add_argument("nas_id", metavar="NAS_ID", help="the id in its .exlab-nas.json")


def acknowledge(arguments: argparse.Namespace) -> int:
    """Acknowledge each run."""
    with client_of(arguments) as client:

        def one(run: str) -> Answer:
            answer = client.acknowledge(run)
            return Answer(answer.model_dump(mode="json"), f"Acknowledged: {answer.run_path}")

        return Batch(arguments.json).run(arguments.runs, one)


def accept_nas(arguments: argparse.Namespace) -> int:
    """Pin the NAS with this id."""
    with client_of(arguments) as client:
        answer = client.accept_nas(arguments.nas_root, arguments.nas_id)
    if arguments.json:
        show_json(answer)
    else:
        target = answer.target
        show(f"{target.nas_root}: {target.state}, id {target.nas_id}. {target.why}".rstrip())
    return Exit.OK
