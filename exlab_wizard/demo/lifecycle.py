"""Owns one whole lifecycle of every instrument, and the demo's own check that the station kept its promises."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from exlab_wizard import units
from exlab_wizard.api.models import OverviewRow
from exlab_wizard.cli.output import show
from exlab_wizard.client import ConnectionProblem, StagingClient, WaitFailed
from exlab_wizard.demo.instruments import INSTRUMENTS, Instrument, Push, run_paths
from exlab_wizard.demo.lab import DemoLab
from exlab_wizard.errors import StagingError
from exlab_wizard.runs.paths import CONTROL_DIR

PUSH_SPEED = 4.0
VERIFIED_SECONDS = 40.0
OUTBOX_SECONDS = 10.0


@dataclass
class Story:
    """What happened to one run; it went well when nothing is in `wrong`."""

    run_path: str
    steps: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def live_through(lab: DemoLab, connect: Callable[[], StagingClient]) -> list[Story]:
    """Push, verify and clear one run of each instrument at the same time; each story is printed as it ends."""
    stop, start = threading.Event(), datetime.now(UTC)
    stories: list[Story] = []

    def one(item: Instrument) -> None:
        push = Push(item, lab.staging, next(run_paths(item, start)), seed=INSTRUMENTS.index(item), speed=PUSH_SPEED)
        story = _live(lab, connect, push, stop.wait)
        stories.append(story)
        show(told(item, story))

    # daemons: Ctrl-C must not wait for a run to be verified
    threads = [threading.Thread(target=one, args=(item,), daemon=True) for item in INSTRUMENTS]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        stop.set()
        for thread in threads:
            thread.join(1)
    return stories


def told(instrument: Instrument, story: Story) -> str:
    """A run's story for the terminal."""
    lines = [f"{instrument.label} ({instrument.signal}): {story.run_path}"]
    lines += [f"  {step}" for step in story.steps]
    lines += [f"  WRONG: {item}" for item in story.wrong]
    return "\n".join(lines) + "\n"


def _live(lab: DemoLab, connect: Callable[[], StagingClient], push: Push, pause: Callable[[float], bool]) -> Story:
    story = Story(push.run_path)
    try:
        _push(push, story, pause)
        with connect() as client:
            _verify(client, push, story)
            story.wrong += different(lab.nas / push.run_path, push.expected)
            _clear(client, push, story)
        story.wrong += not_cleared(push.folder, len(push.expected))
        story.wrong += _waited_for(lambda: not_told(lab.nas / push.run_path))
    except (StagingError, ConnectionProblem, WaitFailed, OSError) as error:
        story.wrong.append(str(error))
    return story


def _push(push: Push, story: Story, pause: Callable[[float], bool]) -> None:
    began = time.monotonic()
    push.write(pause)
    size = sum((push.folder / path).stat().st_size for path in push.expected)
    count = units.count(len(push.expected), "file")
    story.steps.append(f"pushed    {count}, {units.size(size)}, in {time.monotonic() - began:.1f} s")


def _verify(client: StagingClient, push: Push, story: Story) -> None:
    began, seen = time.monotonic(), []

    def note(row: OverviewRow) -> None:
        if row.display_state not in seen:
            seen.append(row.display_state)

    row = client.wait(push.run_path, "sync_verified", VERIFIED_SECONDS, note)
    note(row)
    story.steps.append(f"synced    {' > '.join(seen)}, {time.monotonic() - began:.1f} s after the last byte")


def _clear(client: StagingClient, push: Push, story: Story) -> None:
    freed = client.clear(push.run_path)
    story.steps.append(f"cleared   {units.count(freed.files_freed, 'file')}, {units.size(freed.bytes_freed)} freed")
    if freed.files_freed != len(push.expected):
        story.wrong.append(f"{freed.files_freed} files were freed, {len(push.expected)} were pushed")
    states = [entry.state for entry in client.detail(push.run_path).history]
    story.steps.append(f"history   {' > '.join(states)}")
    if states[-1] != "cleared":
        story.wrong.append("the history does not end with cleared")


def different(nas_run: Path, expected: dict[str, str]) -> list[str]:
    """How the NAS copy differs from what was pushed, by names and our own SHA-256 of every byte."""
    found = {path: _sha256(nas_run / path) for path in data_paths(nas_run)}
    wrong = [f"{path} is not on the NAS" for path in expected.keys() - found.keys()]
    wrong += [f"{path} is on the NAS, but nobody pushed it" for path in found.keys() - expected.keys()]
    return wrong + [
        f"{path} has other bytes on the NAS" for path, sha in found.items() if expected.get(path, sha) != sha
    ]


def not_cleared(local_run: Path, pushed: int) -> list[str]:
    """What speaks against a run being cleared: data still there, or its `.exlab-wizard` gone."""
    left = list(data_paths(local_run))
    wrong = [f"{len(left)} of {pushed} files are still in staging"] if left else []
    kept = local_run / CONTROL_DIR / "ingest.json"
    return wrong if kept.is_file() else [*wrong, f"{CONTROL_DIR}/ingest.json was not kept"]


def not_told(nas_run: Path) -> list[str]:
    """Whether the NAS copy of ingest.json says `cleared` too; it gets there a moment later."""
    try:
        state = json.loads((nas_run / CONTROL_DIR / "ingest.json").read_text())["current_state"]
    except (OSError, ValueError, KeyError, TypeError):
        state = "nothing"
    return [] if state == "cleared" else [f"ingest.json on the NAS says {state}, not cleared"]


def data_paths(run: Path) -> Iterator[str]:
    """Data files below a run, by path; its top-level `.exlab-wizard` is not data."""
    for folder, names, files in os.walk(run):
        if Path(folder) == run and CONTROL_DIR in names:
            names.remove(CONTROL_DIR)
        yield from ((Path(folder) / name).relative_to(run).as_posix() for name in files)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _waited_for(look: Callable[[], list[str]]) -> list[str]:
    deadline = time.monotonic() + OUTBOX_SECONDS
    while (wrong := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return wrong
