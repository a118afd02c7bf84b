"""Owns `exlab-wizard audit`: is everything as it was written down? Without the server, on the station itself."""

from __future__ import annotations

import argparse
import getpass
from typing import TYPE_CHECKING, Any

from exlab_wizard import units
from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers
from exlab_wizard.cli.output import say, show, show_json
from exlab_wizard.cli.progress import RehashView

if TYPE_CHECKING:
    from exlab_wizard.audit.examine import Audit
    from exlab_wizard.audit.findings import LedgerVerdict, RunVerdict
    from exlab_wizard.config import Config
    from exlab_wizard.fsys import Dir


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "audit",
        help="check that ledgers and NAS copies are as they were written down",
        description="Check the station's ledger of receipts, each run's own on the NAS, that both tell the same and "
        "bear out what the station says, and read every NAS copy again. Run it on the station, as the server's user; "
        "the server need not run. It changes nothing. Exits with 0 when all is as it was written down.",
    )
    parser.add_argument("runs", metavar="RUN", nargs="*", help="run path or its unique end (default: every run)")
    parser.add_argument("--no-rehash", action="store_true", help="compare what is written only, read no data again")
    parser.add_argument("--set-aside", action="store_true", help="keep damaged ledgers under another name, begin anew")
    parser.add_argument("--config", metavar="FILE", help="the configuration (default: the one the server would use)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of text")
    parser.set_defaults(func=audit)


def audit(arguments: argparse.Namespace) -> int:
    """Print a verdict for each run, and one for all."""
    from exlab_wizard.audit.examine import Audit
    from exlab_wizard.audit.place import configuration, open_state, reach
    from exlab_wizard.sync.engine.meter import Meter

    config = configuration(arguments.config)
    view = RehashView(quiet=arguments.json)
    with open_state(config) as state:
        rehash = not (arguments.no_rehash or arguments.set_aside)
        meter = Meter(view.update, lambda: None) if rehash else None
        one = Audit(config, state, lambda nas_root: reach(config, nas_root), meter)
        verdicts = []
        for run in _chosen(one, arguments.runs):
            with view.of(run):
                verdicts.append(one.examine(run))
            if not arguments.json:
                show("\n".join(run_lines(verdicts[-1])))
        ledger = one.ledger()
        if arguments.set_aside:
            return _set_aside(config, state, ledger, verdicts, arguments.json)
    return _tell(ledger, verdicts, arguments.json)


def _chosen(audit: Audit, wanted: list[str]) -> list[str]:
    from exlab_wizard.client.naming import by_end

    if not wanted:
        return audit.runs
    return [run.rstrip("/") if run.rstrip("/") in audit.runs else by_end(run, audit.runs) for run in wanted]


def run_lines(verdict: RunVerdict) -> list[str]:
    """One run as text: the verdict first, then what is wrong and what to do."""
    words = [verdict.state or "not verified", units.count(verdict.receipts, "receipt")]
    if verdict.rehashed:
        words.append(f"{units.count(verdict.files, 'file')}, {units.size(verdict.bytes)} read again")
    lines = [f"{'ok     ' if verdict.ok else 'NOT OK '} {verdict.run_path}  {', '.join(words)}"]
    lines += [f"        {problem}" for problem in verdict.problems]
    if verdict.problems.total > len(verdict.problems):
        lines.append(f"        and {verdict.problems.total - len(verdict.problems):,} more")
    lines += [f"        -> {verdict.remedy}"] if verdict.remedy else []
    return lines + [f"        ({note})" for note in verdict.notes]


def _tell(ledger: LedgerVerdict, verdicts: list[RunVerdict], as_json: bool) -> int:
    bad = [verdict for verdict in verdicts if not verdict.ok]
    ok = ledger.ok and not bad
    summary = _summary(ledger, verdicts, bad)
    if as_json:
        show_json({"ok": ok, "summary": summary, "ledger": _ledger_document(ledger), "runs": _documents(verdicts)})
    else:
        show("\n".join(_ledger_lines(ledger)))
        show(f"\n{summary}")
    return Exit.OK if ok else Exit.REFUSED


def _summary(ledger: LedgerVerdict, verdicts: list[RunVerdict], bad: list[RunVerdict]) -> str:
    if not ledger.ok or bad:
        what = ["the station's ledger"] if not ledger.ok else []
        what += [f"{len(bad)} of {units.count(len(verdicts), 'run')}"] if bad else []
        clearing = "Clear nothing until that is settled; each line above says what to do."
        return f"NOT as written down: {' and '.join(what)}. {clearing}"
    rehashed = [verdict for verdict in verdicts if verdict.rehashed]
    amount = f"{units.size(sum(verdict.bytes for verdict in rehashed))} re-hashed" if rehashed else "nothing re-hashed"
    return f"All of it is as it was written down: {units.count(len(verdicts), 'run')}, {amount}."


def _ledger_lines(ledger: LedgerVerdict) -> list[str]:
    lines = [f"{'ok     ' if ledger.ok else 'NOT OK '} the station's ledger  {units.count(ledger.lines, 'line')}"]
    lines += [f"        {problem}" for problem in ledger.problems]
    if ledger.total > len(ledger.problems):
        lines.append(f"        and {ledger.total - len(ledger.problems):,} more")
    if not ledger.ok:
        lines.append("        -> Find out who wrote there, then: exlab-wizard audit --set-aside")
    return lines + [f"        ({note})" for note in ledger.notes]


def _ledger_document(ledger: LedgerVerdict) -> dict[str, Any]:
    return {"ok": ledger.ok, "lines": ledger.lines, "problems": ledger.problems, "notes": ledger.notes}


def _documents(verdicts: list[RunVerdict]) -> list[dict[str, Any]]:
    return [
        {
            "run_path": verdict.run_path,
            "ok": verdict.ok,
            "state": verdict.state,
            "receipts": verdict.receipts,
            "problems": list(verdict.problems),
            "notes": verdict.notes,
            "remedy": verdict.remedy,
            "rehashed": verdict.rehashed,
            "files": verdict.files,
            "bytes": verdict.bytes,
        }
        for verdict in verdicts
    ]


def _set_aside(config: Config, state: Dir, ledger: LedgerVerdict, verdicts: list[RunVerdict], as_json: bool) -> int:
    from exlab_wizard.audit.renewal import set_aside

    done = set_aside(config, state, ledger, verdicts, getpass.getuser())
    if as_json:
        show_json({"set_aside": done})
    for one in done if not as_json else []:
        show(
            f"Set aside: the ledger of {one['run_path'] or 'the station'}, kept as {one['kept_as'] or '(it was gone)'}"
        )
    if not done:
        say("No ledger needs to be set aside; nothing was changed.")
    else:
        say("Audit again: what still is not as written down stays named.")
    return Exit.OK
