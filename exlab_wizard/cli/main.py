"""Owns the `exlab-wizard` command line: which module has which command, and what an error becomes."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from exlab_wizard import __version__
from exlab_wizard.cli.exit_codes import Exit, epilog

_GROUPS: dict[str, tuple[str, ...]] = {
    "exlab_wizard.demo.cli": ("demo",),
    "exlab_wizard.cli.setup": ("init", "mark-nas", "mark-staging"),
    "exlab_wizard.cli.doctor": ("doctor",),
    "exlab_wizard.cli.audit": ("audit",),
    "exlab_wizard.cli.list_runs": ("list",),
    "exlab_wizard.cli.watch": ("watch",),
    "exlab_wizard.cli.activity": ("activity",),
    "exlab_wizard.cli.detail": ("detail", "log", "checksums", "path"),
    "exlab_wizard.cli.sync": ("force-sync", "wait"),
    "exlab_wizard.cli.verify": ("verify",),
    "exlab_wizard.cli.clear": ("clear",),
    "exlab_wizard.cli.restore": ("restore",),
    "exlab_wizard.cli.pause": ("pause", "resume", "retry"),
    "exlab_wizard.cli.override": ("override",),
    "exlab_wizard.cli.decide": ("acknowledge", "accept-nas"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (see `exit_codes`)."""
    arguments_given = list(sys.argv[1:] if argv is None else argv)
    _never_fail_to_print()
    try:
        arguments = _parser(arguments_given).parse_args(arguments_given)
    except SystemExit as leaving:
        return Exit.USAGE if leaving.code else Exit.OK
    return _guarded(arguments)


def _guarded(arguments: argparse.Namespace) -> int:
    """Run the chosen command; known errors become sentences and exit codes, unknown ones keep their traceback."""
    try:
        return int(arguments.func(arguments))
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except SystemExit as leaving:  # arguments that are wrong only together
        return Exit.USAGE if leaving.code else Exit.OK
    except BrokenPipeError:
        _silence_stdout()
        return Exit.OK
    except Exception as error:
        from exlab_wizard.cli.failures import told

        code = told(error, as_json=getattr(arguments, "json", False))
        if code is None:
            raise
        return code


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="exlab-wizard",
        description="Runs from staging to the NAS, proven, then cleared. It talks to a running Jupyter server.",
        epilog=epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"exlab-wizard {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in _modules(argv):
        import_module(module).add_parsers(subparsers)
    return parser


def _modules(argv: Sequence[str]) -> list[str]:
    """Only the module that has the command, so that `list` stays quick; all of them for `--help`."""
    wanted = next((word for word in argv if not word.startswith("-")), None)
    owners = [module for module, commands in _GROUPS.items() if wanted in commands]
    return owners or list(_GROUPS)


def _never_fail_to_print() -> None:
    """Odd names must not end a command with an encoding error, whatever the terminal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _silence_stdout() -> None:
    """The reader went away (`| head`): keep the interpreter from complaining about it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
