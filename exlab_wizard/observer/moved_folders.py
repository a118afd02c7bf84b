"""Owns what a folder moved into or within the staging directory says: the runs in it changed, not each file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from watchdog.events import DirCreatedEvent, DirMovedEvent
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

RUN_LEVEL = 4  # EQUIPMENT/project/Runs/run


def new_observer() -> BaseObserver:
    """An observer of the platform's events that makes no event for each file below a moved folder.

    A million files moved in would be a million events, and a minute in which nothing else gets its turn.
    """
    observer = Observer()
    if sys.platform == "linux":
        with suppress(ImportError):  # another version of the library: its own way is slower, not wrong
            observer._emitter_class = _emitter()
    return observer


def folders_to_run_level(root: str, folder: str) -> Iterator[str]:
    """The folders below `folder` that are runs or above runs, by their place below `root`; no link is followed."""
    if folder.removeprefix(root.rstrip("/")).count("/") >= RUN_LEVEL:
        return
    try:
        with os.scandir(folder) as entries:
            below = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:  # gone again, or not to be entered: the look at the upper levels says so
        return
    for path in below:
        yield path
        yield from folders_to_run_level(root, path)


def _emitter() -> type[Any]:
    from watchdog.observers.inotify import InotifyEmitter
    from watchdog.observers.inotify_move_event_grouper import GroupedInotifyEvent, PathedInotifyEvent

    class Emitter(InotifyEmitter):
        def build_and_queue_event(self, event: GroupedInotifyEvent, *, full_events: bool = False) -> None:
            source, target = (None, event) if isinstance(event, PathedInotifyEvent) else event
            if not (target.ev.is_moved_to and target.ev.is_directory):
                super().build_and_queue_event(event, full_events=full_events)
                return
            place, before = os.fsdecode(target.path), os.fsdecode(source.path) if source else None
            for folder in (place, *folders_to_run_level(os.fsdecode(self.watch.path), place)):
                moved = None if before is None else DirMovedEvent(before + folder.removeprefix(place), folder)
                self.queue_event(moved or DirCreatedEvent(folder))

    return Emitter
