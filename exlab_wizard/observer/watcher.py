"""Owns the file-system events of the staging directory: hints that a run may have changed, never the truth."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from exlab_wizard.errors import StagingError
from exlab_wizard.runs.control import CREATION_NAME
from exlab_wizard.runs.paths import CONTROL_DIR, RunPath

# Without a filter the kernel also reports every open and close of our own scans, and 10,000 runs drown in them.
_WANTED: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]


class _Handler(FileSystemEventHandler):
    def __init__(self, root: str, on_hint: Callable[[str | None], None]) -> None:
        self._prefix = root.rstrip("/") + "/"
        self._on_hint = on_hint

    def dispatch(self, event: FileSystemEvent) -> None:
        for path in {os.fsdecode(event.src_path), os.fsdecode(event.dest_path)}:
            if path.startswith(self._prefix):
                hint = hint_of(path[len(self._prefix) :], event.is_directory)
                if hint != "":
                    self._on_hint(hint)


def hint_of(relative: str, is_folder: bool = False) -> str | None:
    """What an event at this path means: a run path, None for "the upper levels changed", "" for our own writing."""
    parts = relative.split("/", 5)
    if parts[0] == CONTROL_DIR:
        return ""
    if len(parts) < 4 or (len(parts) == 4 and not is_folder):
        return None
    try:
        run = RunPath.parse("/".join(parts[:4]))
    except StagingError:
        return None  # below something that is not a run: what is listed as unrecognised grows
    if len(parts) == 5 and parts[4] == CONTROL_DIR and is_folder:
        return str(run)  # moved in as a whole there is no event for what is in it
    if len(parts) > 4 and parts[4] == CONTROL_DIR and (len(parts) < 6 or parts[5] != CREATION_NAME):
        return ""
    return str(run)


def _new_observer() -> BaseObserver:
    """The platform's events."""
    observer = Observer()
    if sys.platform == "linux":
        with suppress(ImportError):  # another version of the library: its own way is slower, and misses more
            from exlab_wizard.observer.linux_events import Emitter

            observer._emitter_class = Emitter
    return observer


class Watcher:
    """inotify (or the platform's events) over the staging directory, by watchdog with a narrow event filter."""

    def __init__(
        self, staging_root: str, on_hint: Callable[[str | None], None], on_lost: Callable[[], None] = lambda: None
    ) -> None:
        self._root = staging_root
        self._on_lost = on_lost
        self._handler = _Handler(staging_root, on_hint)
        self._observer: BaseObserver | None = None
        self.problem = "not started"

    def start(self) -> None:
        """Begin to watch; where that cannot be, `problem` says why and the rescan is all there is."""
        # watchdog says this of every folder it meets twice (moved away and back, made while it was being added)
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning, "watchdog")
        observer: BaseObserver | None = None
        try:
            observer = _new_observer()
            observer.schedule(self._handler, self._root, recursive=True, event_filter=_WANTED)
            for emitter in observer.emitters:
                emitter.on_lost = self._on_lost  # type: ignore[attr-defined]
            observer.start()
        except OSError as error:
            self.problem = f"the system refuses file events ({error.strerror}); raise fs.inotify.max_user_watches"
        except Exception as error:  # noqa: BLE001 - a tree the library cannot take in; the rescans can
            self.problem = f"watching the folders met an error ({type(error).__name__})"
        else:
            self._observer, self.problem = observer, ""
            return
        if observer is not None:
            with suppress(Exception):
                observer.unschedule_all()

    @property
    def alive(self) -> bool:
        """Whether events come in, as far as anyone can tell."""
        observer = self._observer
        if observer is None:
            return False
        threads: list[Any] = [observer, *observer.emitters]
        # on Linux a thread shared by all emitters reads the events; whatever it dies of, the emitters wait on
        threads += [one._inotify_fd for one in observer.emitters if hasattr(one, "_inotify_fd")]
        if len(threads) > 1 and all(thread.is_alive() for thread in threads):
            self.problem = next(filter(None, (getattr(one, "trouble", "") for one in observer.emitters)), "")
            return not self.problem
        self.problem = "the thread that receives the events has ended; restart the server to have them again"
        return False

    def stop(self) -> None:
        """End the observer's threads; waits half a second at most."""
        if self._observer is not None:
            with suppress(Exception):
                self._observer.stop()
                self._observer.join(0.5)
            self._observer = None
