"""Owns `doctor`: the examination of the configuration against this machine, told on the terminal or as JSON."""

from __future__ import annotations

import argparse

from exlab_wizard.api.models import HealthCheck
from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers
from exlab_wizard.cli.output import show, show_json

_MARKS = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "doctor",
        help="check the configuration against this machine",
        description="Check configuration, staging, NAS, state directory and installation. Each finding names its key "
        "and what to do. Exits with 0 when nothing is broken.",
    )
    parser.add_argument("--config", metavar="FILE", help="the file to check (default: the one the server would use)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")
    parser.set_defaults(func=_doctor)


def _doctor(args: argparse.Namespace) -> int:
    from exlab_wizard.doctor import examine

    checks = []
    for check in examine(args.config):
        checks.append(check)
        if not args.json:
            show(line(check))
    broken = sum(not check.ok for check in checks)
    if args.json:
        show_json({"ok": not broken, "checks": [check.model_dump(mode="json") for check in checks]})
    else:
        show(_summary(broken, sum(check.severity == "warning" for check in checks)))
    return Exit.REFUSED if broken else Exit.OK


def line(check: HealthCheck) -> str:
    """One check as text; the remedy below it."""
    remedy = f"\n         -> {check.remedy}" if check.remedy else ""
    return f"{_MARKS[check.severity]}  {check.name}: {check.message}{remedy}"


def _summary(broken: int, doubtful: int) -> str:
    if broken:
        return f"\n{broken} to be put right before the station works."
    return "\nEverything works." + (f" {doubtful} to think about." if doubtful else "")
