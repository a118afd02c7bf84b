"""Owns the file events of a whole tree on Linux: each folder is watched, and a tree that comes is news of its runs.

The library would make an event of each file in it: of a million files moved in, a minute in which nothing else gets its
turn. It would also lose sight of folders that are moved while it meets them, and of all that happens while the kernel
drops events. Importing this raises ImportError where the library is not the one that it was made for.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress

from watchdog.events import DirCreatedEvent, DirMovedEvent
from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, InotifyFD, Mask, WatchDescriptor
from watchdog.observers.inotify_move_event_grouper import GroupedInotifyEvent, PathedInotifyEvent

from exlab_wizard.observer.staging_folders import all_folders, folders_to_run_level

_METHODS = {"_add_all_callbacks", "_add_callback", "_move_watches", "_recursive_simulate", "on_queue_overflow"}
_METHODS |= {"_remove_watch_internally"}
_FIELDS = {"_inotify_fd", "_id", "_lock", "_active_callbacks_by_watch", "_active_callbacks_by_path"}

if not (
    vars(InotifyWatchGroup).keys() >= _METHODS
    and InotifyWatchGroup.__dataclass_fields__.keys() >= _FIELDS
    and hasattr(InotifyFD, "_get_or_create_watch")
):
    raise ImportError("this version of watchdog keeps its watches otherwise")


class Watches(InotifyWatchGroup):
    """The watches of one tree, taken in folder by folder.

    `trouble` says why not every folder is watched, once that is so; `on_lost` is told that events were lost.
    """

    trouble = ""
    on_lost: Callable[[], None] = staticmethod(lambda: None)

    __repr__ = object.__repr__  # the library's own warnings would list every watch each time

    def _add_all_callbacks(self, path: bytes) -> None:
        try:
            for folder in all_folders(self.path, path):
                self._add_callback(folder)
        except OSError as error:
            if not self._active_callbacks_by_path:  # not even the root
                raise
            self.trouble = self.trouble or f"a folder could not be listed ({error.strerror}); restart the server"

    def _add_callback(self, path: bytes) -> None:
        """Watch a folder, or go on watching it. Raises OSError for the root; any other may be gone again."""
        mask, reader = self.event_mask, self._inotify_fd
        if path == self.path:  # it may be a link
            mask = Mask(mask & ~InotifyConstants.IN_DONT_FOLLOW)
        try:
            with reader._lock:  # not `add_callback`, which warns of one that is met again: as an error that ends it all
                watch = reader._get_or_create_watch(path, mask)
                if watch.wd < 0:  # it may not be entered
                    return
                watch.callbacks[self._id] = self._callback
        except OSError as error:
            if path == self.path:
                raise
            if error.errno == errno.ENOSPC:
                self.trouble = "there are too many folders to watch; raise fs.inotify.max_user_watches and restart"
            return
        self._active_callbacks_by_path[path] = watch.wd
        self._active_callbacks_by_watch[watch.wd] = path

    def _move_watches(self, move_src_path: bytes, move_dst_path: bytes) -> bool:
        """Taken in once more: one that was moved while it was taken in is watched by half."""
        moved = super()._move_watches(move_src_path, move_dst_path)
        if moved:
            self._add_all_callbacks(move_dst_path)
        return moved

    def on_queue_overflow(self) -> None:
        """Events were lost: every folder there is gets its watch, where it is now.

        No watch is given up: the kernel tells of each one that is, and ten thousands of them are the next overflow.
        """
        with self._lock:
            if not self.is_active:
                return
            with suppress(OSError):  # even its root is gone: whoever looks at the runs notices, and begins anew
                self._add_all_callbacks(self.path)
            places = self._active_callbacks_by_watch
            moved = [path for path, watch in self._active_callbacks_by_path.items() if places.get(watch) != path]
            for path in moved:
                del self._active_callbacks_by_path[path]
        self.on_lost()

    def _remove_watch_internally(self, wd: WatchDescriptor) -> None:
        """Its place may have been another's since, and that one's be free again."""
        path = self._active_callbacks_by_watch.pop(wd, None)
        if path is not None and self._active_callbacks_by_path.get(path) == wd:
            del self._active_callbacks_by_path[path]

    def _recursive_simulate(self, src_path: bytes) -> list[InotifyEvent]:
        """What is told of a tree besides its own folder: the runs, and the folders above them."""
        mask, found = Mask(InotifyConstants.IN_CREATE | InotifyConstants.IN_ISDIR), list[InotifyEvent]()
        for folder in folders_to_run_level(self.path, src_path):
            parent, name = os.path.split(folder)
            watch = self._active_callbacks_by_path.get(parent)
            if watch is not None:  # else its own event is still to come, or the rescan finds it
                found.append(InotifyEvent(watch, mask, 0, name))
        return found


class Emitter(InotifyEmitter):
    """Tells of a tree that was moved in, or within the staging directory, by its runs; `on_lost` as for its watches."""

    on_lost: Callable[[], None] = staticmethod(lambda: None)

    def on_thread_start(self) -> None:
        """Watch the whole tree. Raises OSError when not even its root can be."""
        mask = self.get_event_mask_from_filter()
        watches = Watches(self._inotify_fd, os.fsencode(self.watch.path), event_mask=mask, is_recursive=True)
        watches.on_lost = self.on_lost
        self._inotify = watches

    @property
    def trouble(self) -> str:
        """Why not every folder is watched; empty when each is."""
        return self._inotify.trouble if isinstance(self._inotify, Watches) else ""

    def build_and_queue_event(self, event: GroupedInotifyEvent, *, full_events: bool = False) -> None:
        """As the library does, but for a folder that came from elsewhere."""
        source, target = (None, event) if isinstance(event, PathedInotifyEvent) else event
        if not (target.ev.is_moved_to and target.ev.is_directory):
            super().build_and_queue_event(event, full_events=full_events)
            return
        for folder in (target.path, *folders_to_run_level(os.fsencode(self.watch.path), target.path)):
            if source is None:
                self.queue_event(DirCreatedEvent(os.fsdecode(folder)))
            else:
                before = source.path + folder.removeprefix(target.path)
                self.queue_event(DirMovedEvent(os.fsdecode(before), os.fsdecode(folder)))
