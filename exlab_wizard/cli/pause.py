"""Owns `exlab-wizard pause`, `resume` and `retry`: hold work, let it go on, and have what failed go again now."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from exlab_wizard.cli.batch import Answer, Batch
from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers, add_command, add_run, client_of
from exlab_wizard.cli.output import show, show_json
from exlab_wizard.errors import Code, StagingError

if TYPE_CHECKING:
    from exlab_wizard.api.models import Pauses
    from exlab_wizard.client import StagingClient


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `pause`, `resume` and `retry`."""
    details = (
        "What is under way stops at its next safe point and keeps the files that are finished. It lasts until resumed, "
        "over restarts too. Watching the instruments and clearing are not held."
    )
    _choice(add_command(subparsers, "pause", pause, "Hold the syncing of runs", details), "pause")
    details = "It goes on from where it stopped. What was paused by itself stays paused."
    _choice(add_command(subparsers, "resume", resume, "Let paused runs go on", details), "resume")
    details = "A job that waits for its next attempt, or has failed, goes at once."
    add_run(add_command(subparsers, "retry", retry, "Try failed runs again now", details), several=True)


def _choice(parser: argparse.ArgumentParser, verb: str) -> None:
    text = "run path, its unique end such as Run_2026-04-17T14-32, or an absolute path in staging"
    parser.add_argument("runs", metavar="RUN", nargs="*", help=text)
    parser.add_argument("--equipment", metavar="ID", help=f"{verb} all runs of this instrument, later ones too")
    parser.add_argument("--all", action="store_true", help=f"{verb} everything")


def pause(arguments: argparse.Namespace) -> int:
    """Hold runs, an instrument or everything."""
    return _either("pause", arguments)


def resume(arguments: argparse.Namespace) -> int:
    """Let them go on."""
    return _either("resume", arguments)


def _either(verb: str, arguments: argparse.Namespace) -> int:
    if bool(arguments.runs) + (arguments.equipment is not None) + arguments.all != 1:
        message = f"Say what to {verb}: one or more runs, or --equipment ID, or --all; exactly one of them."
        raise StagingError(Code.INVALID_REQUEST, message, next_step=f"`exlab-wizard {verb} --help`")
    with client_of(arguments) as client:
        if arguments.runs:
            return Batch(arguments.json).run(arguments.runs, lambda run: _one(client, verb, run))
        return _wide(client, verb, arguments)


def _one(client: StagingClient, verb: str, run: str) -> Answer:
    answer = client.pause(run) if verb == "pause" else client.resume(run)
    document = answer.model_dump(mode="json")
    word = "Paused" if document["paused"] else "Resumed"
    return Answer(document, f"{word}: {document['run_path']}")


def _wide(client: StagingClient, verb: str, arguments: argparse.Namespace) -> int:
    ask = client.pause if verb == "pause" else client.resume
    answer = ask(equipment=arguments.equipment)
    if arguments.json:
        show_json(answer)
        return Exit.OK
    show(f"{verb.capitalize()}d: {arguments.equipment or 'everything'}")
    for line in _still(client.overview().paused):
        show(line)
    return Exit.OK


def _still(paused: Pauses) -> list[str]:
    """What is paused now, one line each: resuming one thing may leave another."""
    marks = ([("everything", paused.all)] if paused.all else []) + list(paused.equipment.items())
    return [f"  paused: {name}, by {mark.by} since {mark.at:%Y-%m-%d %H:%M} UTC" for name, mark in marks]


def retry(arguments: argparse.Namespace) -> int:
    """Ask for each run; exit 1 when there is nothing to retry."""
    with client_of(arguments) as client:

        def one(run: str) -> Answer:
            answer = client.retry(run)
            return Answer(answer.model_dump(mode="json"), f"Tried again now ({answer.kind}): {answer.run_path}")

        return Batch(arguments.json).run(arguments.runs, one)
