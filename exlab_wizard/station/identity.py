"""Owns whose state a state directory is: the station id it was begun with, against a damaged or exchanged marker."""

from __future__ import annotations

import hashlib
from contextlib import suppress

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.observer.root import StagingRoot

IDENTITY_NAME = "station.id"
_LIMIT = 4096


def demand_same_station(state: Dir, state_dir: str, staging: StagingRoot) -> None:
    """Refuse to work on another station's runs with this one's state; the first id met is kept, durably.

    Raises StagingError(staging_unavailable), and OSError where the directory cannot be written.
    """
    known, station_id = known_station(state), staging.station_id
    if known is None:
        state.write_atomic(IDENTITY_NAME, _sealed(station_id))
    elif known != station_id:
        staging.station_id = ""  # the right marker may be put back at any time
        raise StagingError(
            Code.STAGING_UNAVAILABLE,
            f"{staging.path}/.exlab-wizard/station.json says station {station_id}, but {state_dir} is the state of "
            f"station {known}. Mount the right staging disk, or put station.json back from a backup; for a new staging "
            f"disk give the station a new state directory, or remove {state_dir}/{IDENTITY_NAME}.",
        )


def _sealed(station_id: str) -> bytes:
    return f"{station_id} {hashlib.sha256(station_id.encode()).hexdigest()}\n".encode()


def known_station(state: Dir) -> str | None:
    """The id as it was written; a damaged or missing file is written again: the marker is what counts."""
    with suppress(OSError, ValueError, IndexError):
        data = state.read(IDENTITY_NAME, _LIMIT)
        station_id = data.decode().split(" ")[0]
        if data == _sealed(station_id):
            return station_id
    return None
