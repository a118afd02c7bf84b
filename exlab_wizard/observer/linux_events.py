"""Owns the file events of a whole tree on Linux: each folder is watched, and a tree that comes is news of its runs.

The library would make an event of each file in it: of a million files moved in, a minute in which nothing else gets its
turn. It would also lose sight of folders that are moved while it meets them, and of all that happens while the kernel
drops events. Importing this raises ImportError where the library is not the one that it was made for.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress

from watchdog.events import DirCreatedEvent, DirMovedEvent
from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, Mask, WatchDescriptor
from watchdog.observers.inotify_move_event_grouper import GroupedInotifyEvent, PathedInotifyEvent

from exlab_wizard.observer.staging_folders import all_folders, folders_to_run_level

_METHODS = (
    *("_add_all_callbacks", "_add_callback", "_move_watches", "_recursive_simulate"),
    *("_remove_watch_internally", "on_queue_overflow"),
)
_FIELDS = ("_inotify_fd", "_id", "_lock", "_active_callbacks_by_watch", "_active_callbacks_by_path")

if not {*_METHODS} <= {*vars(InotifyWatchGroup)} or not {*_FIELDS} <= {*InotifyWatchGroup.__dataclass_fields__}:
    raise ImportError("this version of watchdog keeps its watches otherwise")


class Watches(InotifyWatchGroup):
    """The watches of one tree, taken in folder by folder."""

    limit_met = False  # the system refused a watch because there are too many: events are not the whole truth

    __repr__ = object.__repr__  # it is formatted for a warning that nobody sees, which would list every watch each time

    def _add_all_callbacks(self, path: bytes) -> None:
        for folder in all_folders(path):
            self._add_callback(folder)

    def _add_callback(self, path: bytes) -> None:
        try:
            watch = self._inotify_fd.add_callback(path, self.event_mask, self._callback, self._id)
        except OSError as error:
            if path == self.path:
                raise
            self.limit_met = self.limit_met or error.errno == errno.ENOSPC
            return  # else it is gone again
        self._active_callbacks_by_path[path] = watch
        self._active_callbacks_by_watch[watch] = path

    def _move_watches(self, move_src_path: bytes, move_dst_path: bytes) -> bool:
        """Taken in once more: one that was moved while it was taken in is watched by half."""
        moved = super()._move_watches(move_src_path, move_dst_path)
        if moved:
            self._add_all_callbacks(move_dst_path)
        return moved

    def on_queue_overflow(self) -> None:
        """Events were lost: every folder there is gets its watch, and every run is told of.

        No watch is given up that is wanted again: the kernel tells of each one that is given up, and ten thousands of
        them are the next overflow.
        """
        with self._lock:
            if not self.is_active:
                return
            before = set(self._active_callbacks_by_watch)
            self._active_callbacks_by_watch.clear()
            self._active_callbacks_by_path.clear()
            with suppress(OSError):  # even its root is gone: whoever looks at the runs notices, and begins anew
                self._add_all_callbacks(self.path)
            gone = before - set(self._active_callbacks_by_watch)
            self._inotify_fd.remove_callbacks([(watch, self._id) for watch in gone])
            for event in self._recursive_simulate(self.path):
                path = self._build_event_source_path(event)
                if path is not None:
                    self._move_event_grouper.put_event(PathedInotifyEvent(event, path))

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
    """Tells of a tree that was moved in, or within the staging directory, by its runs."""

    def on_thread_start(self) -> None:
        """Watch the whole tree. Raises OSError when not even its root can be."""
        mask = self.get_event_mask_from_filter()
        self._inotify = Watches(self._inotify_fd, os.fsencode(self.watch.path), event_mask=mask, is_recursive=True)

    @property
    def limit_met(self) -> bool:
        """Whether there are more folders than the system lets us watch."""
        return isinstance(self._inotify, Watches) and self._inotify.limit_met

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
