"""Owns the options commands share, and the client they lead to."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from exlab_wizard.cli.output import say

if TYPE_CHECKING:
    from exlab_wizard.client import StagingClient

Subparsers = argparse._SubParsersAction
Command = Callable[[argparse.Namespace], int]


def add_command(
    subparsers: Subparsers[argparse.ArgumentParser], name: str, func: Command, summary: str, details: str = ""
) -> argparse.ArgumentParser:
    """One command that talks to the staging service, with `--json`, `--url`, `--token` and `--timeout`."""
    listed = summary[0].lower() + summary[1:]
    parser = subparsers.add_parser(name, help=listed, description=f"{summary}. {details}".strip())
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")
    parser.add_argument("--url", help="the Jupyter server; default: $EXLAB_WIZARD_URL, else a running one of yours")
    parser.add_argument("--token", help="its token; default: $EXLAB_WIZARD_TOKEN, else that of the running server")
    parser.set_defaults(func=func)
    return parser


def add_run(parser: argparse.ArgumentParser, several: bool = False, optional: bool = False) -> None:
    """The run (or runs, or perhaps none) a command is about."""
    text = "run path, its unique end such as Run_2026-04-17T14-32, or an absolute path in staging"
    number = ("*" if optional else "+") if several else None
    parser.add_argument("runs" if several else "run", metavar="RUN", nargs=number, help=text)


def client_of(arguments: argparse.Namespace) -> StagingClient:
    """The client for a command's options; says on stderr which server was chosen when there were several."""
    from exlab_wizard.client import connect

    client = connect(arguments.url, arguments.token)
    if "one of" in client.found:
        say(f"Using {client.url}: {client.found}.")
    return client


def seconds(text: str) -> float:
    """A duration as people write it: `90`, `90s`, `15m`, `2h`, `7d`; in seconds."""
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    number, unit = (text[:-1], text[-1]) if text[-1:] in units else (text, "s")
    try:
        value = float(number) * units[unit]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 90s, 15m, 2h or 7d") from None
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration above zero")
    return value


def days(text: str) -> float:
    """An age as people write it, `30d`, `12h`; a bare number is days. In days."""
    return seconds(text if text[-1:] in ("s", "m", "h", "d") else f"{text}d") / 86400
