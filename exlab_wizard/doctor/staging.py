"""Owns the checks of the staging directory: there, marked, writable, watchable, and nothing in it unseen."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from exlab_wizard import units
from exlab_wizard.api.models import HealthCheck
from exlab_wizard.config import Config
from exlab_wizard.doctor.report import bad, doubtful, good
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import MarkerError, read_station_marker
from exlab_wizard.observer.discover import Discovery, discover
from exlab_wizard.runs.paths import CONTROL_DIR
from exlab_wizard.station.state_place import is_network
from exlab_wizard.sync.engine.mounts import mount_of

ROOT_KEY = "orchestrator.staging_root"
EVENTS_KEY = "file events"
UNRECOGNISED_KEY = "unrecognised entries"
_WATCH_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
_COUNT_SECONDS = 5.0
_ROOM = 0.8  # others on this computer need watches too
_SHOWN = 5


def check_staging(config: Config) -> tuple[str | None, list[HealthCheck]]:
    """The station's id (None when staging cannot be used) and the checks that led to it."""
    place = config.orchestrator.staging_root
    try:
        root = Dir.open(place)
    except OSError as error:
        return None, [bad(ROOT_KEY, f"{place} cannot be opened ({error.strerror}).", "Mount it, or correct the key.")]
    with root:
        checks = [writable_verdict(root, place)]
        try:
            marker = read_station_marker(root, place)
        except MarkerError as error:
            return None, [*checks, bad("staging marker", str(error), f"exlab-wizard mark-staging {place}")]
    return marker.station_id, [*checks, good("staging marker", f"{place} is station {marker.station_id}.")]


def writable_verdict(root: Dir, place: str) -> HealthCheck:
    """Whether the user we are may write the open directory, and how full its disk is."""
    if not os.access(".", os.W_OK | os.X_OK, dir_fd=root.fd, effective_ids=True):
        user = f"user id {os.geteuid()}"
        return bad(ROOT_KEY, f"{place} cannot be written by {user}.", "Give the server's user write access to it.")
    space = os.fstatvfs(root.fd)
    free, total = space.f_bavail * space.f_frsize, space.f_blocks * space.f_frsize
    sentence = f"{place} can be written; {units.size(free)} of {units.size(total)} free."
    if free < total * 0.05:
        return doubtful(ROOT_KEY, sentence, "Clear verified runs: exlab-wizard list, exlab-wizard clear.")
    return good(ROOT_KEY, sentence)


def check_watches(config: Config) -> HealthCheck:
    """Whether the kernel lets us watch every directory; without, new files are noticed by rescans only."""
    place = config.orchestrator.staging_root
    with Dir.open(place) as root:
        if is_network(mount_of(root)):
            why = f"{place} is on a network file system, which sends no file events: it is polled."
            return doubtful(EVENTS_KEY, why, "Nothing to do; new runs are noticed a little later.")
    return watches_verdict(_watch_limit(), count_directories(place, _COUNT_SECONDS))


def watches_verdict(limit: int | None, directories: int) -> HealthCheck:
    """The verdict for so many directories under such a limit (None: the kernel does not say)."""
    if limit is None:
        return doubtful(EVENTS_KEY, "This system does not tell how many directories it can watch.", "Nothing to do.")
    if directories <= limit * _ROOM:
        return good(EVENTS_KEY, f"{directories:,} directories to watch, {limit:,} allowed.")
    return doubtful(
        EVENTS_KEY,
        f"{directories:,} directories to watch, but only {limit:,} allowed: new files are noticed by rescans only.",
        f"sysctl -w fs.inotify.max_user_watches={max(524_288, directories * 4)}",
    )


def count_directories(place: str, seconds: float) -> int:
    """Directories below (and with) `place`, control folders left out; stops counting after `seconds`."""
    total, deadline = 0, time.monotonic() + seconds
    pending = [place]
    while pending and time.monotonic() <= deadline:
        total += 1
        with suppress(OSError), os.scandir(pending.pop()) as entries:  # os.walk recurses, and a tree may be deep
            pending += [one.path for one in entries if one.is_dir(follow_symlinks=False) and one.name != CONTROL_DIR]
    return total


def _watch_limit() -> int | None:
    try:
        return int(_WATCH_LIMIT.read_text())
    except (OSError, ValueError):
        return None


def check_unrecognised(config: Config) -> HealthCheck:
    """What sits in staging and is no run of a configured instrument."""
    with Dir.open(config.orchestrator.staging_root) as root:
        found = discover(root, frozenset(item.id for item in config.equipment))
    return unrecognised_verdict(found)


def unrecognised_verdict(found: Discovery) -> HealthCheck:
    """The verdict for one look at staging: paths, sizes and reasons, the first few in full."""
    if not found.unrecognised:
        return good(UNRECOGNISED_KEY, f"{units.count(len(found.runs), 'run')}, and nothing else, in staging.")
    shown = [f"{entry.path} ({units.size(entry.bytes)}): {entry.reason}" for entry in found.unrecognised[:_SHOWN]]
    more = len(found.unrecognised) - _SHOWN
    listed = "; ".join(shown) + (f"; and {more} more" if more > 0 else "")
    sentence = f"{units.count(len(found.unrecognised), 'thing')} in staging that nobody will sync: {listed}."
    return doubtful(UNRECOGNISED_KEY, sentence, found.unrecognised[0].remedy)
