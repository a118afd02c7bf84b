"""Owns the two markers that say "this is the right NAS" and "this is the right staging": made once, never replaced."""

from __future__ import annotations

import json
import os
import re
import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from exlab_wizard.capabilities import Capabilities, probe_capabilities
from exlab_wizard.fsys import Dir, rename_noreplace
from exlab_wizard.runs.paths import CONTROL_DIR

NAS_MARKER = ".exlab-nas.json"
STATION_MARKER = "station.json"
_FORMAT = 1
_LIMIT = 64 * 1024
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

Names = Literal["posix", "windows"]


class MarkerError(Exception):
    """A marker that cannot be used; the message names the file and the remedy."""


class MarkerMissingError(MarkerError):
    """No marker: not mounted, or never marked."""


class MarkerDamagedError(MarkerError):
    """A marker that does not say what it must: a person has to look."""


class MarkerUnreadableError(MarkerError):
    """The file system would not give the marker (errno in `number`): it may come back by itself."""

    def __init__(self, message: str, number: int | None) -> None:
        super().__init__(message)
        self.number = number


@dataclass(frozen=True, slots=True)
class NasMarker:
    """What `<nas_root>/.exlab-nas.json` says: the target's id, which names it can store, and what it can promise.

    `existed` tells whether `mark_nas` found the marker there already.
    """

    nas_id: str
    names: Names
    created_at: str
    capabilities: Capabilities
    existed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class StationMarker:
    """What `<staging_root>/.exlab-wizard/station.json` says. `existed`: `mark_staging` found it there already."""

    station_id: str
    created_at: str
    existed: bool = field(default=False, compare=False)


def read_nas_marker(root: Dir, place: str = "the NAS root") -> NasMarker:
    """The marker of an open NAS root (`place` names it in errors).

    Raises MarkerMissingError, MarkerUnreadableError or MarkerDamagedError.
    """
    where = f"{place}/{NAS_MARKER}"
    remedy = f"check that the share is mounted; for a new target run: exlab-wizard mark-nas {place}"
    raw = _load(root, NAS_MARKER, where, remedy)
    names = raw.get("names")
    if names not in ("posix", "windows"):
        raise _damaged(where, "names must be posix or windows")
    capabilities = Capabilities.from_dict(raw.get("capabilities"))
    return NasMarker(_id(raw, "nas_id", where), names, str(raw.get("created_at", "")), capabilities)


def read_station_marker(root: Dir, place: str = "the staging directory") -> StationMarker:
    """The marker of an open staging root (`place` names it in errors). Raises as `read_nas_marker`."""
    where = f"{place}/{CONTROL_DIR}/{STATION_MARKER}"
    remedy = f"check that the staging disk is mounted; for a new one run: exlab-wizard mark-staging {place}"
    try:
        folder = root.child(CONTROL_DIR)
    except FileNotFoundError:
        raise MarkerMissingError(f"{where} is missing: {remedy}.") from None
    except OSError as error:
        raise _unreadable(where, error, remedy) from error
    with folder:
        raw = _load(folder, STATION_MARKER, where, remedy)
    return StationMarker(_id(raw, "station_id", where), str(raw.get("created_at", "")))


def station_marker_stamp(root: Dir) -> tuple[int, ...] | None:
    """What tells, without reading it, that the staging root's marker is the same as before; None where it does not."""
    try:
        folder = root.stat(CONTROL_DIR)
        info = root.stat(f"{CONTROL_DIR}/{STATION_MARKER}")
    except OSError:
        return None
    where = (folder.st_dev, folder.st_ino, info.st_dev, info.st_ino)  # the folder may become a link
    return (*where, info.st_size, info.st_mtime_ns, info.st_ctime_ns)


def mark_nas(path: str | os.PathLike[str]) -> NasMarker:
    """Mark a NAS root, trying out what it can do. An existing marker is returned as it is, never replaced.

    Raises MarkerError for an unusable existing marker and OSError when the root cannot be written.
    """
    place = os.fspath(path)
    with Dir.open(place) as root:
        if root.exists(NAS_MARKER):
            return _found_nas(root, place)
        capabilities = probe_capabilities(root)
        names: Names = "windows" if capabilities.altered_names else "posix"
        content = {"nas_id": str(uuid.uuid4()), "names": names, "capabilities": capabilities.to_dict()}
        if not _place(root, NAS_MARKER, content):
            return _found_nas(root, place)
        return read_nas_marker(root, place)


def mark_staging(path: str | os.PathLike[str]) -> StationMarker:
    """Mark a staging root with a new station id. An existing marker is returned as it is, never replaced.

    Raises MarkerError for an unusable existing marker and OSError when the root cannot be written.
    """
    place = os.fspath(path)
    with Dir.open(place) as root:
        with root.ensure(CONTROL_DIR, mode=0o700) as folder:
            existed = not _place(folder, STATION_MARKER, {"station_id": str(uuid.uuid4())})
        marker = read_station_marker(root, place)
    return StationMarker(marker.station_id, marker.created_at, existed)


def _found_nas(root: Dir, place: str) -> NasMarker:
    marker = read_nas_marker(root, place)
    return NasMarker(marker.nas_id, marker.names, marker.created_at, marker.capabilities, existed=True)


def _place(folder: Dir, name: str, content: dict[str, Any]) -> bool:
    """Publish a marker durably under a free name; False when the name is taken."""
    if folder.exists(name):
        return False
    raw = {"format": _FORMAT, "created_at": datetime.now(UTC).isoformat(timespec="seconds"), **content}
    temporary = f"{name}.{secrets.token_hex(4)}.tmp"
    try:
        with os.fdopen(folder.create_file(temporary), "wb") as file:
            file.write(json.dumps(raw, indent=2).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        rename_noreplace(folder, temporary, folder, name)
    except FileExistsError:
        return False
    finally:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder.fd)
    folder.sync()
    return True


def _load(folder: Dir, name: str, where: str, remedy: str) -> dict[str, Any]:
    try:
        raw = json.loads(folder.read(name, _LIMIT))
    except FileNotFoundError:
        raise MarkerMissingError(f"{where} is missing: {remedy}.") from None
    except OSError as error:
        raise _unreadable(where, error, remedy) from error
    except (ValueError, RecursionError):
        raise _damaged(where, "it is not JSON") from None
    if not isinstance(raw, dict) or raw.get("format") != _FORMAT:
        raise _damaged(where, f"it is not a marker of format {_FORMAT}")
    return raw


def _id(raw: dict[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise _damaged(where, f"{key} must be 1 to 64 letters, digits, dots or dashes")
    return value


def _damaged(where: str, why: str) -> MarkerDamagedError:
    return MarkerDamagedError(f"{where} cannot be used: {why}. Put it back from a backup; do not make a new one.")


def _unreadable(where: str, error: OSError, remedy: str) -> MarkerUnreadableError:
    return MarkerUnreadableError(f"{where} cannot be read ({error.strerror}): {remedy}.", error.errno)
