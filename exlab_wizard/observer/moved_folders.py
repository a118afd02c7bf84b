"""Owns what a new or moved folder in the staging directory says: the runs in it changed, not each file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from watchdog.events import DirCreatedEvent, DirMovedEvent
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from exlab_wizard.threads import Courtesy

RUN_LEVEL = 4  # EQUIPMENT/project/Runs/run


def new_observer() -> BaseObserver:
    """An observer of the platform's events that makes no event for each file below a new or moved folder.

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


def _all_folders(folder: bytes, courtesy: Courtesy) -> Iterator[bytes]:
    """A folder and every one below it, parents first; no link is followed, and what has gone again is left out."""
    yield folder
    below: list[bytes] = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            courtesy.step()
            if entry.is_dir(follow_symlinks=False):
                below.append(entry.path)
    for path in below:
        yield from _all_folders(path, courtesy)


def _group() -> type[Any]:
    from watchdog.observers.inotify import InotifyWatchGroup
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, Mask

    class Group(InotifyWatchGroup):
        """Takes in a new folder, with what came into it before it was watched, folder by folder."""

        def _add_all_callbacks(self, path: bytes) -> None:
            for folder in _all_folders(path, Courtesy()):
                self._add_callback(folder)

        def _recursive_simulate(self, src_path: bytes) -> list[InotifyEvent]:
            mask, found = Mask(InotifyConstants.IN_CREATE | InotifyConstants.IN_ISDIR), list[InotifyEvent]()
            for folder in folders_to_run_level(os.fsdecode(self.path), os.fsdecode(src_path)):
                parent, name = os.path.split(os.fsencode(folder))
                watch = self._active_callbacks_by_path.get(parent)
                if watch is not None:  # else its own event is still to come
                    found.append(InotifyEvent(watch, mask, 0, name))
            return found

    return Group


def _emitter() -> type[Any]:
    from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
    from watchdog.observers.inotify_move_event_grouper import GroupedInotifyEvent, PathedInotifyEvent

    group = _group()

    class Emitter(InotifyEmitter):
        def on_thread_start(self) -> None:
            super().on_thread_start()
            if type(self._inotify) is InotifyWatchGroup:
                self._inotify.__class__ = group  # the same but for two methods that the first walk need not have

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
