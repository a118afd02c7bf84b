"""A station's life inside a server: built in the background, watched over, stopped in bounded time, whatever fails."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from exlab_wizard import hosting
from exlab_wizard.api.access import STARTING, Access
from exlab_wizard.config import Config, parse_config
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.hosting import StationHost
from tests.api.recording import RecordingStation
from tests.support.waiting import wait_for

LOG = logging.getLogger("test-hosting")
ENABLED = {
    "orchestrator": {"enabled": True, "staging_root": "/srv/staging"},
    "equipment": [{"id": "CONFOCAL_01", "completeness_signal": "quiet_period", "nas_root": "/srv/nas"}],
}


def enabled() -> Config:
    return parse_config(ENABLED)


class Hosted:
    """A host with its access and what it reported; everything is stopped at the end."""

    def __init__(self, load: Callable[[], Config | None] = enabled, build: Any = None) -> None:
        self.station = RecordingStation()
        self.access = Access(STARTING)
        self.activity: list[datetime] = []
        build = build or (lambda config, log: self.station)
        self.host = StationHost(load, build, self.access, LOG, self.activity.append)

    def code(self) -> str:
        try:
            self.access.station()
        except StagingError as error:
            return str(error.code)
        return "available"


@pytest.fixture
def hosted() -> Any:
    """Makes `Hosted`s and stops them."""
    made: list[Hosted] = []

    def make(*args: Any, **more: Any) -> Hosted:
        made.append(Hosted(*args, **more))
        return made[-1]

    yield make
    for one in made:
        one.host.stop()
        one.host.ended.result(timeout=10)


def test_the_whole_life(hosted: Any) -> None:
    one = hosted()
    one.host.prepare()
    wait_for(lambda: one.code() == "station_starting")
    seen: list[int] = []
    one.host.start(seen.append)
    wait_for(lambda: one.code() == "available")
    assert one.station.calls == [("start",)]
    one.station.callbacks[0](7)
    assert seen == [7]
    one.host.stop()
    one.host.ended.result(timeout=5)
    assert one.station.stopped.is_set()
    assert one.code() == "station_starting"


def test_nothing_is_built_before_the_server_has_started(hosted: Any) -> None:
    one = hosted()
    one.host.prepare()
    assert one.access._decided.wait(5)
    assert one.station.calls == []


def test_stop_before_start_builds_nothing(hosted: Any) -> None:
    built: list[int] = []
    one = hosted(build=lambda config, log: built.append(1))
    one.host.prepare()
    one.host.stop()
    one.host.ended.result(timeout=5)
    assert built == []


def test_stop_without_anything_and_twice(hosted: Any) -> None:
    one = hosted()
    one.host.stop()
    one.host.stop()
    assert one.host.ended.done()
    one.host.start(lambda revision: None)


def test_stop_while_the_station_is_being_built(hosted: Any) -> None:
    building, go_on = threading.Event(), threading.Event()

    def build(config: Config, log: logging.Logger) -> RecordingStation:
        building.set()
        go_on.wait(10)
        return one.station

    one = hosted(build=build)
    one.host.prepare()
    one.host.start(lambda revision: None)
    assert building.wait(5)
    one.host.stop()
    go_on.set()
    one.host.ended.result(timeout=5)
    assert one.station.stopped.is_set()


def test_who_asks_while_it_is_being_built_gets_the_station(hosted: Any) -> None:
    building, go_on = threading.Event(), threading.Event()

    def build(config: Config, log: logging.Logger) -> RecordingStation:
        building.set()
        go_on.wait(10)
        return one.station

    one = hosted(build=build)
    one.host.prepare()
    assert one.access._decided.wait(5)
    one.host.start(lambda revision: None)
    assert building.wait(5)
    threading.Timer(0.1, go_on.set).start()
    assert one.access._awaited() is one.station


def refuse(*_: Any) -> Any:
    raise StagingError(Code.CONFIG_INVALID, "sync.workers: got 99. Use less.", key="sync.workers", remedy="Use less.")


def crash(*_: Any) -> Any:
    raise MemoryError("/srv/secret")


@pytest.mark.parametrize(
    ("load", "code", "words"),
    [
        (lambda: None, "orchestrator_disabled", "exlab-wizard init"),
        (lambda: parse_config({}), "orchestrator_disabled", "enabled: true"),
        (refuse, "config_invalid", "sync.workers"),
        (crash, "staging_unavailable", "doctor"),
    ],
)
def test_a_configuration_that_gives_no_station(hosted: Any, load: Any, code: str, words: str) -> None:
    one = hosted(load)
    one.host.prepare()
    one.host.ended.result(timeout=5)
    with pytest.raises(StagingError, match=words) as caught:
        one.access.station()
    assert str(caught.value.code) == code
    assert "secret" not in caught.value.message
    one.host.start(lambda revision: None)
    assert one.code() == code


def test_evidence_of_a_bad_configuration_is_passed_on(hosted: Any) -> None:
    one = hosted(refuse)
    one.host.prepare()
    one.host.ended.result(timeout=5)
    with pytest.raises(StagingError) as caught:
        one.access.station()
    assert caught.value.details == {"key": "sync.workers", "remedy": "Use less. Then restart the Jupyter server."}
    assert caught.value.message == "sync.workers: got 99. Use less. Then restart the Jupyter server."
    assert caught.value.next_step == "Use less. Then restart the Jupyter server."


@pytest.mark.parametrize("build", [refuse, crash])
def test_a_station_that_cannot_be_built(hosted: Any, build: Any, caplog: pytest.LogCaptureFixture) -> None:
    one = hosted(build=build)
    one.host.prepare()
    one.host.start(lambda revision: None)
    one.host.ended.result(timeout=5)
    assert one.code() in ("config_invalid", "staging_unavailable")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_station_that_fails_to_start_is_stopped(hosted: Any) -> None:
    one = hosted()
    one.station.fail = StagingError(Code.STAGING_UNAVAILABLE, "No staging. Mount it.")
    one.host.prepare()
    one.host.start(lambda revision: None)
    one.host.ended.result(timeout=5)
    assert one.station.stopped.is_set()
    assert one.code() == "staging_unavailable"


class TestActivity:
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hosting, "HEARTBEAT_SECONDS", 0.02)

    def run(self, one: Hosted) -> None:
        one.host.prepare()
        one.host.start(lambda revision: None)
        wait_for(lambda: one.code() == "available")

    def test_jobs_are_activity_now(self, hosted: Any) -> None:
        one = hosted()
        one.station.active_jobs = 2
        self.run(one)
        wait_for(lambda: len(one.activity) > 2)
        assert (datetime.now(UTC) - one.activity[-1]).total_seconds() < 5
        assert one.activity == sorted(one.activity)
        assert one.host.active_jobs == 2

    def test_an_idle_station_says_when_it_last_was(self, hosted: Any) -> None:
        one = hosted()
        one.station.last_activity = datetime(2026, 4, 17, tzinfo=UTC)
        self.run(one)
        wait_for(lambda: one.activity)
        assert set(one.activity) == {one.station.last_activity}
        assert one.host.active_jobs == 0

    def test_a_station_that_was_never_active_says_nothing(self, hosted: Any) -> None:
        one = hosted()
        beats: list[int] = []
        self.run(one)
        beat = one.host._beat
        one.host._beat = lambda station: (beats.append(1), beat(station))
        wait_for(lambda: len(beats) > 2)
        assert one.activity == []

    def test_one_that_cannot_tell_is_asked_again(self, hosted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        one = hosted()
        asked: list[int] = []

        def jobs(self: RecordingStation) -> int:
            asked.append(1)
            if len(asked) < 3:
                raise StagingError(Code.STATION_STARTING, "Not yet.")
            return 1

        monkeypatch.setattr(RecordingStation, "active_jobs", property(jobs, lambda self, value: None), raising=False)
        self.run(one)
        wait_for(lambda: one.activity)


def test_calls_wait_a_little_for_a_station_being_built() -> None:
    access = Access(STARTING)
    access.expect()
    station = RecordingStation()
    threading.Timer(0.1, access.decide, [station]).start()
    assert access._awaited() is station


def test_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exlab_wizard.api.access.PATIENCE_SECONDS", 0.05)
    access = Access(STARTING)
    access.expect()
    started = time.monotonic()
    with pytest.raises(StagingError, match="starting"):
        access._awaited()
    assert time.monotonic() - started < 3
