"""Owns `init`, `mark-nas` and `mark-staging`: from nothing to a configuration that works."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from jupyter_core.paths import jupyter_config_dir

from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers
from exlab_wizard.cli.output import say
from exlab_wizard.config import CONFIG_NAME, CONFIG_VARIABLE, ConfigError, parse_config
from exlab_wizard.config_template import SIGNALS, Answers, render
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import MarkerError, NasMarker, StationMarker, mark_nas, mark_staging
from exlab_wizard.strict_yaml import parse_mapping
from exlab_wizard.sync.engine.mounts import same_storage


@dataclass
class SetupError(Exception):
    """Why a set-up command stops; the exit code says whether the call or the machine is to blame."""

    message: str
    exit_code: Exit = Exit.REFUSED


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the three commands."""
    _add_init(subparsers)
    for name, what, work in (
        ("mark-nas", "the directory of the mounted NAS that the runs go to", _mark_nas),
        ("mark-staging", "the directory the instruments push into", _mark_staging),
    ):
        parser = subparsers.add_parser(
            name, help=f"mark {what}", description=f"Mark {what}. Done once; safe to repeat."
        )
        parser.add_argument("path", metavar="PATH", help=what)
        parser.add_argument("--json", action="store_true", help="print the marker as JSON")
        parser.set_defaults(func=_told(work))


def _add_init(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "init",
        help="write a configuration: three questions",
        description="Ask three questions, mark staging directory and NAS, and write a commented configuration file. "
        "Each question has a flag; with all of them, or with --yes, nothing is asked.",
    )
    parser.add_argument("--staging", metavar="DIR", help="the directory the instruments push into (made if missing)")
    parser.add_argument("--nas", metavar="DIR", help="a directory on the mounted NAS")
    parser.add_argument("--equipment", metavar="ID", help="the first instrument, for example CONFOCAL_01")
    parser.add_argument("--signal", choices=SIGNALS, help="how its runs say that they are complete")
    parser.add_argument("--label", default="", help="the instrument's name as people say it")
    parser.add_argument(
        "--output", metavar="FILE", help=f"where to write (default: Jupyter's config folder, {CONFIG_NAME})"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing: take defaults for what no flag says")
    parser.add_argument(
        "--allow-same-storage", action="store_true", help="staging and NAS may share a disk (to try things out)"
    )
    parser.set_defaults(func=_told(_init))


def _told(work: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    """`work` as an exit code; what went wrong is said on standard error."""

    def run(args: argparse.Namespace) -> int:
        try:
            work(args)
        except SetupError as error:
            return _failed(error.message, error.exit_code)
        except ConfigError as error:
            return _failed(error.message, Exit.REFUSED)
        except MarkerError as error:
            return _failed(str(error), Exit.REFUSED)
        except EOFError:
            return _failed("Nobody was there to answer. Every question has a flag: --help.", Exit.USAGE)
        except OSError as error:
            return _failed(f"{error.filename or 'The directory'}: {error.strerror or error}.", Exit.REFUSED)
        return Exit.OK

    return run


def _failed(message: str, exit_code: Exit) -> int:
    say(message)
    return exit_code


def _mark_nas(args: argparse.Namespace) -> None:
    marker = mark_nas(_existing(args.path))
    if args.json:
        content = {"nas_id": marker.nas_id, "names": marker.names, "created_at": marker.created_at}
        print(json.dumps({**content, "existed": marker.existed, "capabilities": marker.capabilities.to_dict()}))
        return
    print(_nas_sentence(args.path, marker))


def _mark_staging(args: argparse.Namespace) -> None:
    marker = mark_staging(_existing(args.path))
    if args.json:
        print(json.dumps({"station_id": marker.station_id, "created_at": marker.created_at, "existed": marker.existed}))
        return
    print(_staging_sentence(args.path, marker))


def _nas_sentence(path: str, marker: NasMarker) -> str:
    verb = "was marked already" if marker.existed else "is marked"
    names = "names as Windows allows them" if marker.names == "windows" else "any name"
    weak = "" if marker.capabilities.exclusive_publish else " It cannot publish without replacing: nothing syncs there."
    return f"NAS {path} {verb}: id {marker.nas_id}, stores {names}.{weak}"


def _staging_sentence(path: str, marker: StationMarker) -> str:
    return f"Staging {path} {'was marked already' if marker.existed else 'is marked'}: station {marker.station_id}."


def _existing(path: str) -> str:
    if not os.path.isdir(path):
        raise SetupError(f"{path} is not a directory. Is the disk mounted?", Exit.USAGE)
    return path


def _init(args: argparse.Namespace) -> None:
    output = Path(args.output or os.environ.get(CONFIG_VARIABLE) or Path(jupyter_config_dir()) / CONFIG_NAME)
    if output.exists():
        raise SetupError(f"{output} exists and is left as it is. Edit it, or name another file with --output.")
    answers = _answers(args)
    _check(answers)
    os.makedirs(answers.staging_root, exist_ok=True)
    _check_storage(answers)
    station, nas = mark_staging(answers.staging_root), mark_nas(answers.nas_root)
    _write_new(output, render(replace(answers, nas_id=nas.nas_id)))
    print(_staging_sentence(answers.staging_root, station))
    print(_nas_sentence(answers.nas_root, nas))
    print(f"Wrote {output}.")
    print(_next_steps(output, answers))


def _answers(args: argparse.Namespace) -> Answers:
    ask = _Asker(args.yes)
    if not args.yes and not (args.staging and args.nas and args.equipment and args.signal):
        print("Three questions. Enter takes what stands in brackets; Ctrl-C writes nothing.\n")
    staging = args.staging or ask("1. Which directory do the instruments push into?", str(Path.home() / "staging"))
    nas = args.nas or ask("2. Which directory on the mounted NAS do the runs go to?", None, "--nas")
    equipment, signal = _equipment(args, ask)
    return Answers(
        _absolute(staging), _absolute(nas), equipment, signal, args.label, allow_same_storage=args.allow_same_storage
    )


def _equipment(args: argparse.Namespace, ask: _Asker) -> tuple[str, str]:
    if args.equipment and args.signal:
        return args.equipment, args.signal
    question = f"3. The first instrument: its id, and how a run says it is complete\n   ({', '.join(SIGNALS)})?"
    default = f"{args.equipment or 'CONFOCAL_01'} {args.signal or SIGNALS[0]}"
    words = ask(question, default).split()
    return args.equipment or words[0], args.signal or (words[1] if len(words) > 1 else SIGNALS[0])


class _Asker:
    """Asks on the terminal, or takes the default when nobody is to be asked."""

    def __init__(self, silent: bool) -> None:
        self._silent = silent

    def __call__(self, question: str, default: str | None, flag: str = "") -> str:
        if self._silent:
            if default is None:
                raise SetupError(f"{flag} is needed with --yes.", Exit.USAGE)
            return default
        hint = f" [{default}]" if default else ""
        while True:
            answer = input(f"{question}{hint} ").strip() or default
            if answer:
                return answer


def _absolute(path: str) -> str:
    return os.path.abspath(os.path.expanduser(path))


def _check(answers: Answers) -> None:
    """Refuse bad answers before anything is made; the error names the key that would hold them."""
    if answers.signal not in SIGNALS:
        raise SetupError(f"{answers.signal!r} is not one of {', '.join(SIGNALS)}.", Exit.USAGE)
    try:
        parse_config(parse_mapping(render(answers)))
    except ConfigError as error:
        raise SetupError(error.message, Exit.USAGE) from None
    if not os.path.isdir(answers.nas_root):
        raise SetupError(f"{answers.nas_root} is not a directory. Mount the NAS first, then run this again.")


def _check_storage(answers: Answers) -> None:
    # an unmounted share is an empty local directory: marking that one would swallow data for ever after
    with Dir.open(answers.staging_root) as staging, Dir.open(answers.nas_root) as nas:
        if answers.allow_same_storage or not same_storage(staging, nas):
            return
    raise SetupError(
        f"{answers.nas_root} is on the same disk as {answers.staging_root}. Is the NAS mounted? "
        "Only to try things out: --allow-same-storage."
    )


def _write_new(output: Path, text: str) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    with open(output, "x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _next_steps(output: Path, answers: Answers) -> str:
    found_by_itself = output == Path(jupyter_config_dir()) / CONFIG_NAME
    export = "" if found_by_itself else f"\n  export {CONFIG_VARIABLE}={output.absolute()}"
    return (
        f"\nNext:{export}\n  exlab-wizard doctor\n  jupyter lab\n"
        f"Runs pushed to {answers.staging_root}/{answers.equipment_id}/<project>/Runs/ are then noticed by themselves."
    )
