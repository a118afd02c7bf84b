"""Owns `demo`: a lab without instruments, NAS or configuration, to look at or (`--once`) to prove."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers
from exlab_wizard.cli.output import say, show

if TYPE_CHECKING:
    from exlab_wizard.demo.lab import DemoLab

_ENDING = (signal.SIGTERM, signal.SIGHUP)


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "demo",
        help="a whole lab to try out, without configuration",
        description="Start a temporary lab: three simulated instruments, a staging directory, a NAS, and JupyterLab "
        "with the staging panel. Ctrl-C stops everything and removes it. Nothing outside the lab is touched.",
    )
    parser.add_argument(
        "--once", action="store_true", help="one lifecycle of every instrument, checked; exits 0 only if all is well"
    )
    parser.add_argument(
        "--no-browser", action="store_true", help="do not open a browser (the default without a screen)"
    )
    parser.set_defaults(func=_demo)


def _demo(args: argparse.Namespace) -> int:
    with _ended_by_signals():
        return _once() if args.once else _show(open_browser=not args.no_browser and _has_screen())


def _once() -> int:
    from exlab_wizard.client import connect
    from exlab_wizard.demo.lab import DemoLab
    from exlab_wizard.demo.lifecycle import live_through

    with _undisturbed(DemoLab("jupyter_server")) as lab:
        say(f"A temporary lab in {lab.base}, one run of each instrument:\n")
        lab.server.start()
        stories = live_through(lab, lambda: connect(lab.server.url, lab.server.token))
    wrong = sum(bool(story.wrong) for story in stories)
    show(f"{len(stories) - wrong} of {len(stories)} runs: every byte on the NAS, and cleared from staging.")
    return Exit.REFUSED if wrong else Exit.OK


def _show(open_browser: bool) -> int:
    from rich.console import Console

    from exlab_wizard.client import connect
    from exlab_wizard.demo.front_page import NotPreparedError, prepare
    from exlab_wizard.demo.instruments import Bench
    from exlab_wizard.demo.lab import FIRST_PAGE, DemoLab
    from exlab_wizard.demo.story import tell

    with _undisturbed(DemoLab("jupyterlab")) as lab:
        say("Starting a temporary lab and JupyterLab ...")
        lab.server.start()
        try:
            prepare(lab.server, lab.notebooks / FIRST_PAGE)
        except NotPreparedError as error:
            say(f"{error} Run it yourself: Shift-Enter.")
        say(f"\n  {lab.page_url}\n\n{_for_another_terminal(lab)}")
        say(f"The lab is in {lab.base}. Ctrl-C stops it and removes everything.\n")
        if open_browser:
            _open(lab.page_url)
        bench = Bench(lab.staging)
        bench.start()
        try:
            with connect(lab.server.url, lab.server.token) as client:
                tell(client, Console(), lambda: lab.server.running)
        except KeyboardInterrupt:  # how a demo ends
            say("\nStopping everything and removing the lab ...")
            return Exit.OK
        finally:
            bench.stop()
        say(f"The Jupyter server ended by itself:\n{lab.server.log_text()[-3000:]}")
    return Exit.REFUSED


def _for_another_terminal(lab: DemoLab) -> str:
    """What makes the commands find the lab: its server is not among those of the user."""
    from exlab_wizard.client.discovery import TOKEN_VARIABLE, URL_VARIABLE
    from exlab_wizard.config import CONFIG_VARIABLE

    given = f"{URL_VARIABLE}={lab.server.url} {TOKEN_VARIABLE}={lab.server.token} {CONFIG_VARIABLE}={lab.config_file}"
    command = "exlab-wizard" if shutil.which("exlab-wizard") else str(Path(sys.executable).with_name("exlab-wizard"))
    return f"In another terminal, after this line, `{command} list` shows the same:\n\n  export {given}\n"


def _has_screen() -> bool:
    return os.geteuid() != 0 and (sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY"))))


def _open(url: str) -> None:
    import webbrowser

    webbrowser.open(url)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and a closed terminal end the demo as Ctrl-C does: everything is stopped and removed."""
    before = {number: signal.signal(number, _interrupt) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _undisturbed(lab: DemoLab) -> Iterator[DemoLab]:
    """The lab, whose removal a second, impatient Ctrl-C does not cut short (it is bounded in time)."""
    try:
        with lab:
            try:
                yield lab
            finally:
                for number in (*_ENDING, signal.SIGINT):
                    signal.signal(number, signal.SIG_IGN)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
