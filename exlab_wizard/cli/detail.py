"""Owns `exlab-wizard detail`, `log`, `checksums` and `path`: all about one run, its log, its files, where they are."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from exlab_wizard import units
from exlab_wizard.cli.exit_codes import Exit
from exlab_wizard.cli.options import Subparsers, add_command, add_run, client_of
from exlab_wizard.cli.output import show, show_exactly, show_json
from exlab_wizard.cli.override import record_line
from exlab_wizard.runs.manifest import format_line

if TYPE_CHECKING:
    from exlab_wizard.api.models import FindingModel, HistoryEntry, JobModel, RunDetail

_PAGE = 10_000  # files an answer


def add_parsers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add `detail`, `log`, `checksums` and `path`."""
    add_run(add_command(subparsers, "detail", detail, "Show history, job, findings and receipt of a run"))
    log_parser = add_command(subparsers, "log", log, "Print the end of a run's log")
    add_run(log_parser)
    log_parser.add_argument("--lines", type=int, default=500, help="how many lines (500)")
    listed = "In the form that `sha256sum -c` reads. They are the files that were verified on the NAS."
    add_run(add_command(subparsers, "checksums", checksums, "Print the SHA-256 of every verified file", listed))
    details = "In staging while it is there, on the NAS after clearing."
    add_run(add_command(subparsers, "path", path, "Print where a run's data can be read now", details))


def detail(arguments: argparse.Namespace) -> int:
    """Print one run."""
    with client_of(arguments) as client:
        answer = client.detail(arguments.run)
    if arguments.json:
        show_json(answer)
    else:
        show("\n".join(detail_lines(answer)))
    return Exit.OK


def log(arguments: argparse.Namespace) -> int:
    """Print the last lines, oldest first."""
    with client_of(arguments) as client:
        answer = client.log(arguments.run, arguments.lines)
    if arguments.json:
        show_json(answer)
    else:
        for line in answer.lines:
            show(line)
    return Exit.OK


def checksums(arguments: argparse.Namespace) -> int:
    """Print every verified file, however many pages that takes."""
    with client_of(arguments) as client:
        answer = client.checksums(arguments.run, 0, _PAGE)
        while len(answer.files) < answer.file_total:
            more = client.checksums(arguments.run, len(answer.files), _PAGE)
            if more.manifest_digest != answer.manifest_digest or not more.files:  # verified anew meanwhile
                answer = client.checksums(arguments.run, 0, _PAGE)
                continue
            answer.files.extend(more.files)
    if arguments.json:
        show_json(answer)
    else:
        for file in answer.files:
            show_exactly(format_line(file.path, file.sha256))
    return Exit.OK


def path(arguments: argparse.Namespace) -> int:
    """Print one directory, and nothing else, for `cd "$(exlab-wizard path RUN)"`."""
    with client_of(arguments) as client:
        run = client.resolve(arguments.run)
        place = client.path(run)
    if arguments.json:
        show_json({"run_path": run, "path": str(place)})
    else:
        print(place)
    return Exit.OK


def detail_lines(run: RunDetail) -> Iterator[str]:
    """The run in words: what it is, why, what happened, what is wrong, where everything is."""
    row = run.row
    yield row.path
    yield f"  {row.display_state}: {row.why}"
    if row.next_step:
        yield f"  -> {row.next_step}"
    yield f"  here  {units.count(row.file_count, 'file')}, {units.size(row.byte_total)}"
    yield f"  NAS   {run.nas_path or 'no copy yet'}"
    yield f"  log   {run.log_path}"
    if row.proof_age_seconds is not None:
        passes = units.count(run.verify_passes, "reading")
        yield f"  proof {units.ago(row.proof_age_seconds)}, {passes}, manifest {run.manifest_digest or '?'}"
    if run.damage is not None:
        known = f" (acknowledged by {run.damage.acknowledged_by})" if run.damage.acknowledged_by else ""
        yield from _section("damage", [f"{run.damage.sentence}{known}", *run.damage.paths])
    yield from _section("job", [_job(run.job)] if run.job else [])
    yield from _section("history", [_history(entry) for entry in run.history])
    yield from _section("findings", [_finding(finding) for finding in run.findings])
    yield from _section("overrides", [record_line(record) for record in run.overrides])
    yield from _section("receipt", [f"{key}: {value}" for key, value in (run.receipt or {}).items()])


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield title
        yield from (f"  {line}" for line in lines)


def _history(entry: HistoryEntry) -> str:
    reason = f" ({entry.reason})" if entry.reason else ""
    by = f" by {entry.by}" if entry.by else ""
    return f"{entry.at}  {entry.state}{reason}{by}"


def _job(job: JobModel) -> str:
    error = f": {job.error.get('message', job.error)}" if job.error else ""
    return f"{job.kind} {job.state}, attempt {job.attempt}, {job.id}{error}"


def _finding(finding: FindingModel) -> str:
    passed = f" (overridden by {finding.overridden_by})" if finding.overridden_by else ""
    return f"{finding.severity} {finding.problem_class} {finding.path}: {finding.message} {finding.remedy}{passed}"
