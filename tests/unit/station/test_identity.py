from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.station.identity import IDENTITY_NAME, demand_same_station


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Dir]:
    (tmp_path / "state").mkdir()
    with Dir.open(tmp_path / "state") as folder:
        yield folder


def staging_of(station_id: str) -> StagingRoot:
    staging = StagingRoot("/staging")
    staging.station_id = station_id
    return staging


def test_the_first_station_owns_the_directory_and_is_known_again(state: Dir) -> None:
    for _ in range(2):
        demand_same_station(state, "/state", staging_of("one"))


def test_another_station_is_refused_with_the_ways_out_and_the_marker_is_read_again(state: Dir) -> None:
    demand_same_station(state, "/state", staging_of("one"))
    other = staging_of("other")
    with pytest.raises(StagingError) as caught:
        demand_same_station(state, "/state", other)
    assert caught.value.code == "staging_unavailable"
    for word in ("station.json", "one", "other", f"/state/{IDENTITY_NAME}"):
        assert word in caught.value.message
    assert other.station_id == "", "a marker put back is met afresh"


@pytest.mark.parametrize("data", [b"", b"other\n", b"\xff", b"other 0000\n"])
def test_a_damaged_file_is_written_again(state: Dir, data: bytes) -> None:
    state.write_atomic(IDENTITY_NAME, data)
    demand_same_station(state, "/state", staging_of("one"))
    with pytest.raises(StagingError):
        demand_same_station(state, "/state", staging_of("other"))
