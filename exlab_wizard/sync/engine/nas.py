"""Owns the way in: the right staging and the right NAS, proven by their markers before anything is read or written."""

from __future__ import annotations

import os

from exlab_wizard.fsys import Dir
from exlab_wizard.markers import (
    MarkerError,
    MarkerMissingError,
    MarkerUnreadableError,
    NasMarker,
    read_nas_marker,
    read_station_marker,
)
from exlab_wizard.sync.engine.mounts import same_storage
from exlab_wizard.sync.failure import TaskFailedError, on_state
from exlab_wizard.sync.tasks import ErrorClass, Place


def open_state(place: Place) -> Dir:
    """The state directory. Raises TaskFailedError(SOURCE_IO) when it cannot be opened."""
    with on_state(place.state_dir):
        return Dir.open(place.state_dir)


def open_staging(place: Place) -> Dir:
    """The staging root, its station id checked. Raises TaskFailedError (SOURCE_IO or CONFIGURATION)."""
    try:
        root = Dir.open(place.staging_root)
    except OSError as error:
        message = (
            f"The staging directory {place.staging_root} cannot be opened ({error.strerror}): is its disk mounted?"
        )
        raise TaskFailedError(ErrorClass.SOURCE_IO, message, place.staging_root, error.errno) from error
    try:
        _check_station(root, place)
    except BaseException:
        root.close()
        raise
    return root


def _check_station(root: Dir, place: Place) -> None:
    try:
        marker = read_station_marker(root, place.staging_root)
    except (MarkerMissingError, MarkerUnreadableError) as error:
        raise TaskFailedError(ErrorClass.SOURCE_IO, str(error), place.staging_root) from error
    except MarkerError as error:
        raise TaskFailedError(ErrorClass.CONFIGURATION, str(error), place.staging_root) from error
    if marker.station_id != place.station_id:
        message = (
            f"{place.staging_root} belongs to station {marker.station_id}, not to {place.station_id}: "
            "another disk is mounted there, or the station's own was replaced."
        )
        raise TaskFailedError(ErrorClass.CONFIGURATION, message, place.staging_root)


def open_target(place: Place, staging: Dir | None = None) -> Dir:
    """The NAS root: marker met, id as expected and, where `staging` is given, not on the same storage.

    Raises TaskFailedError: TARGET when it is not there (it may come back), CONFIGURATION when it is the wrong one.
    """
    try:
        root = Dir.open(place.nas_root)
    except OSError as error:
        message = f"The NAS root {place.nas_root} cannot be opened ({error.strerror}): check that the share is mounted."
        raise TaskFailedError(ErrorClass.TARGET, message, place.nas_root, error.errno) from error
    try:
        target_marker(root, place)
        if staging is not None:
            check_storage(staging, root, place)
    except BaseException:
        root.close()
        raise
    return root


def target_marker(root: Dir, place: Place) -> NasMarker:
    """The marker of an open NAS root. Raises TaskFailedError as `open_target`."""
    try:
        marker = read_nas_marker(root, place.nas_root)
    except MarkerMissingError as error:
        raise TaskFailedError(ErrorClass.TARGET, str(error), place.nas_root) from error
    except MarkerUnreadableError as error:
        raise TaskFailedError(ErrorClass.TARGET, str(error), place.nas_root, error.number) from error
    except MarkerError as error:
        raise TaskFailedError(ErrorClass.CONFIGURATION, str(error), place.nas_root) from error
    if place.nas_id is not None and marker.nas_id != place.nas_id:
        message = (
            f"{place.nas_root} is NAS {marker.nas_id}, but {place.nas_id} is expected: mount the right one, "
            "or have the new one accepted."
        )
        raise TaskFailedError(ErrorClass.CONFIGURATION, message, place.nas_root)
    return marker


def check_storage(staging: Dir, target: Dir, place: Place) -> None:
    """Refuse a NAS that is the staging directory itself or, unless allowed, on its disk (CONFIGURATION)."""
    refuse_same_directory(staging, target, place)
    if not place.allow_same_storage and same_storage(staging, target):
        message = (
            f"{place.nas_root} is on the same storage as {place.staging_root}: a copy there is no second copy. "
            "Mount the NAS, or set sync.allow_same_storage: true for a demo."
        )
        raise TaskFailedError(ErrorClass.CONFIGURATION, message, place.nas_root)


def refuse_same_directory(one: Dir, other: Dir, place: Place) -> None:
    """Refuse when staging and NAS are one directory, under whatever names or mounts: no setting allows that."""
    if os.path.samestat(os.fstat(one.fd), os.fstat(other.fd)):
        message = f"{place.nas_root} leads to the staging directory itself: give nas_root its own storage."
        raise TaskFailedError(ErrorClass.CONFIGURATION, message, place.nas_root)
