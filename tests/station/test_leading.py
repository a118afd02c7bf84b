"""Who leads when the lock file is taken away from under the leader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from exlab_wizard.errors import StagingError
from exlab_wizard.station.leadership import LOCK_NAME
from exlab_wizard.station.station import Station
from tests.support.lab import Lab
from tests.support.waiting import wait_for


def leads(station: Station) -> bool:
    with suppress(StagingError):
        return station.overview().leader.leads
    return False


@pytest.fixture
def stations(lab: Lab) -> Iterator[tuple[Station, Station]]:
    """Two servers of one station; the first leads."""
    lab.push(lab.run_path(), {"a.tif": b"1"})
    one, other = Station(lab.config), Station(lab.config)
    one.start()
    try:
        wait_for(lambda: leads(one), 20, "the first leads")
        other.start()
        wait_for(lambda: _answers(other), 20, "the second follows")
        yield one, other
    finally:
        for station in (other, one):
            station.stop()


def _answers(station: Station) -> bool:
    with suppress(StagingError):
        return len(station.listing().runs) == 1
    return False


def _lock(lab: Lab) -> Path:
    return lab.staging / ".exlab-wizard" / LOCK_NAME


def test_a_removed_lock_never_leaves_two_leaders(stations: tuple[Station, Station], lab: Lab) -> None:
    _lock(lab).unlink()
    wait_for(lambda: _lock(lab).exists(), 20, "somebody leads again")
    wait_for(lambda: [leads(station) for station in stations].count(True) == 1, 20, "one leads")
    wait_for(lambda: all(_answers(station) for station in stations), 20, "both answer")
    assert [leads(station) for station in stations].count(True) == 1
    leader = next(station for station in stations if leads(station))
    assert leader._lock.held
    assert not next(station for station in stations if station is not leader)._lock.held


def test_a_leader_alone_leads_again_and_works(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    station, path = Station(lab.config), lab.run_path()
    lab.push(path, {"a.tif": b"1"})
    station.start()
    try:
        wait_for(lambda: leads(station), 20, "it leads")
        first = station._leader
        _lock(lab).unlink()
        wait_for(lambda: station._leader is not None and station._leader is not first, 20, "it leads again")
        wait_for(lambda: _answers(station), 20, "it answers")
        wait_for(lambda: lab.on_nas(path), 30, "the run is synced")
        assert "stops leading" in caplog.text
    finally:
        station.stop()
