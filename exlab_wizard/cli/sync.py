"""Owns `exlab-wizard force-sync` and `wait`: sync a run now, and wait until it is there."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from exlab_wizard.cli.batch import Answer, Batch
from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers, add_command, add_run, client_of, seconds
from exlab_wizard.cli.output import say
from exlab_wizard.cli.progress import ProgressView

if TYPE_CHECKING:
    from exlab_wizard.api.models import OverviewRow
    from exlab_wizard.client import StagingClient

_GOALS = ("complete", "sync_queued", "sync_verified", "cleared", "restored")


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `force-sync` and `wait`."""
    details = "It skips the waiting, not the safety. Asking twice is one job."
    parser = add_command(subparsers, "force-sync", force_sync, "Sync runs now", details)
    add_run(parser, several=True)
    parser.add_argument(
        "--even-if-incomplete", action="store_true", help="do not wait for the instrument's completeness signal"
    )
    parser.add_argument("--wait", action="store_true", help="wait until verified on the NAS, with a progress bar")
    _add_timeout(parser)
    parser = add_command(subparsers, "wait", wait, "Wait until runs are verified on the NAS")
    add_run(parser, several=True)
    parser.add_argument("--until", choices=_GOALS, default="sync_verified", help="the state to wait for")
    _add_timeout(parser)


def _add_timeout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--timeout", type=seconds, metavar="TIME", help="wait this long at most for each run: 90s, 2h")


def force_sync(arguments: argparse.Namespace) -> int:
    """Ask for each run; exit 1 when the gate blocks one, 4 when `--wait` took too long."""
    with client_of(arguments) as client:
        return Batch(arguments.json).run(arguments.runs, lambda run: _force_one(client, run, arguments))


def _force_one(client: StagingClient, run: str, arguments: argparse.Namespace) -> Answer:
    answer = client.force_sync(run, arguments.even_if_incomplete)
    document = answer.model_dump(mode="json")
    if answer.state == "blocked":
        return _blocked(client, answer.run_path, document)
    if not arguments.wait:
        return Answer(document, f"Queued: {answer.run_path}")
    row = _wait_for(client, answer.run_path, "sync_verified", arguments)
    return _arrived(row, document)


def _blocked(client: StagingClient, run: str, document: dict[str, Any]) -> Answer:
    """Blocked is an answer of the service, not an error; the findings say what a person can do."""
    findings = [finding for finding in client.detail(run).findings if finding.severity == "hard"]
    say(f"Blocked: {run}")
    for finding in findings:
        say(f"  {finding.problem_class}: {finding.message} {finding.remedy}")
    say(f"  -> rename what is wrong, or `exlab-wizard override add {run!r} PROBLEM_CLASS --reason ...`")
    document["findings"] = [finding.model_dump(mode="json") for finding in findings]
    return Answer(document, "", Exit.REFUSED)


def wait(arguments: argparse.Namespace) -> int:
    """Wait for each run; exit 4 when it took too long, 1 when it cannot get there by itself."""
    with client_of(arguments) as client:
        return Batch(arguments.json).run(arguments.runs, lambda run: _wait_one(client, run, arguments))


def _wait_one(client: StagingClient, run: str, arguments: argparse.Namespace) -> Answer:
    path = client.resolve(run)
    return _arrived(_wait_for(client, path, arguments.until, arguments), {"run_path": path})


def _wait_for(client: StagingClient, run: str, until: str, arguments: argparse.Namespace) -> OverviewRow:
    with ProgressView(quiet=arguments.json) as view:
        return client.wait(run, until, arguments.timeout, view.update)


def _arrived(row: OverviewRow, document: dict[str, Any]) -> Answer:
    sentence = f"{row.display_state}: {row.path}  {row.why}"
    return Answer({**document, "state": row.current_state, "row": row.model_dump(mode="json")}, sentence)
