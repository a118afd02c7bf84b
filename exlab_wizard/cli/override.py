"""Owns `exlab-wizard override`: let a run pass in spite of a finding, on record, and take that back."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers, add_command, add_run, client_of, seconds
from exlab_wizard.cli.output import show, show_json

if TYPE_CHECKING:
    from exlab_wizard.api.models import Override, OverridesResponse


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `override list`, `override add` and `override revoke`."""
    parser = subparsers.add_parser("override", help="list, record or revoke overrides of findings")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    add_run(add_command(verbs, "list", list_overrides, "List the overrides of a run, revoked ones too"))
    _add_add(verbs)
    revoke = add_command(verbs, "revoke", revoke_override, "End an override; its record stays")
    add_run(revoke)
    revoke.add_argument("override_id", metavar="ID", help="as `override list` prints it")
    _add_reason(revoke)


def _add_add(verbs: Subparsers[argparse.ArgumentParser]) -> None:
    details = "It is recorded with your name and reason."
    parser = add_command(verbs, "add", add_override, "Let a run pass in spite of one class of finding", details)
    add_run(parser)
    parser.add_argument("problem_class", metavar="PROBLEM_CLASS", help="as `exlab-wizard detail` names it")
    _add_reason(parser)
    parser.add_argument("--expires", type=moment, metavar="WHEN", help="2026-12-31, 2026-12-31T18:00 or 7d from now")


def _add_reason(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, help="10 to 500 characters, kept for ever")


def moment(text: str) -> datetime:
    """An ISO date or time (local where it names no zone), or a duration from now."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        return datetime.now().astimezone() + timedelta(seconds=seconds(text))


def list_overrides(arguments: argparse.Namespace) -> int:
    """Print the records, oldest first."""
    with client_of(arguments) as client:
        return _print(client.overrides(arguments.run), arguments.json)


def add_override(arguments: argparse.Namespace) -> int:
    """Record one override."""
    with client_of(arguments) as client:
        answer = client.add_override(arguments.run, arguments.problem_class, arguments.reason, arguments.expires)
    return _print(answer, arguments.json)


def revoke_override(arguments: argparse.Namespace) -> int:
    """Record the tombstone that ends one override."""
    with client_of(arguments) as client:
        return _print(client.revoke_override(arguments.run, arguments.override_id, arguments.reason), arguments.json)


def _print(answer: OverridesResponse, as_json: bool) -> int:
    if as_json:
        show_json(answer)
        return Exit.OK
    if not answer.overrides:
        show(f"No overrides: {answer.run_path}")
    for record in answer.overrides:
        show(record_line(record))
    return Exit.OK


def record_line(record: Override) -> str:
    """One record as a line: id, class or what it revokes, who, when, until when, why."""
    what = f"revokes {record.revokes}" if record.revokes else record.problem_class
    until = f", until {record.expires_at.astimezone():%Y-%m-%d %H:%M}" if record.expires_at else ""
    when = f"{record.recorded_at.astimezone():%Y-%m-%d %H:%M}"
    return f"{record.id}  {what}  {record.operator}, {when}{until}: {record.reason}"
