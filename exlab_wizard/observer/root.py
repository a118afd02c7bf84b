"""Owns the staging root: opened afresh for each piece of work, and only while its marker says it is the right disk."""

from __future__ import annotations

from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import MarkerError, read_station_marker, station_marker_stamp


class StagingRoot:
    """Hands out handles on the staging root. An unmounted disk must not look like "all runs deleted"."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.station_id = ""
        self._believed: tuple[int, ...] | None = None  # what that marker looks like, which need not be read again

    def open(self) -> Dir:
        """A handle on the root; raises `StagingError(staging_unavailable)` without the (same) marker."""
        try:
            root = Dir.open(self.path)
        except OSError as error:
            raise self.unavailable(f"{self.path} cannot be opened ({error.strerror})") from error
        seen = station_marker_stamp(root)
        if seen is not None and seen == self._believed:
            return root
        try:
            station_id = read_station_marker(root, self.path).station_id
        except MarkerError as error:  # says itself what to do
            root.close()
            message = f"{self.path} does not carry the station's marker: {error}"
            raise StagingError(Code.STAGING_UNAVAILABLE, message) from error
        except OSError as error:
            root.close()
            raise self.unavailable(f"{self.path} cannot be read ({error.strerror})") from error
        if self.station_id and station_id != self.station_id:
            root.close()
            raise self.unavailable(f"{self.path} carries the marker of another station, {station_id}")
        self.station_id, self._believed = station_id, seen
        return root

    def unavailable(self, what: str) -> StagingError:
        """The refusal that says what is wrong with the staging disk, and what to do."""
        return StagingError(
            Code.STAGING_UNAVAILABLE,
            f"{what}. Mount the staging disk; if this is a new staging directory, run: "
            f"exlab-wizard mark-staging {self.path}",
        )
