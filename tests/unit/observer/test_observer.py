from __future__ import annotations

import logging
import time

import pytest

from exlab_wizard.observer.observer import Observer
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.station.registry import Run
from tests.support.lab import Lab
from tests.support.pieces import a_core

OTHER = "2026-04-18T10-00"


def test_one_run_never_keeps_the_station_from_becoming_ready(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    odd, good = lab.run_path(), lab.run_path(stamp=OTHER)
    for path in (odd, good):
        lab.push(path, {"a.tif": b"1"})
    real = Observer.look_now

    def look_now(self: Observer, path: RunPath) -> Run | None:
        if str(path) == odd:
            raise RecursionError("maximum recursion depth exceeded")
        return real(self, path)

    monkeypatch.setattr(Observer, "look_now", look_now)
    with a_core(lab.config) as core, caplog.at_level(logging.ERROR):
        observer = Observer(core)
        observer._everything()
        assert observer.ready.is_set()
        assert [str(run.path) for run in core.registry] == [good]
    assert f"looking at {odd} met an error" in caplog.text


def test_after_events_were_lost_every_run_is_looked_at(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = {lab.run_path(), lab.run_path(stamp=OTHER)}
    for path in runs:
        lab.push(path, {"a.tif": b"1"})
    looked: set[str] = set()
    real = Observer.look_now

    def look_now(self: Observer, path: RunPath) -> Run | None:
        looked.add(str(path))
        return real(self, path)

    monkeypatch.setattr(Observer, "look_now", look_now)
    with a_core(lab.config) as core:
        observer = Observer(core)
        observer._everything()
        looked.add("something")
        while looked:  # until what is still to be done of the first look is done
            looked.clear()
            for _ in range(10):
                observer._work()
            observer._pass_began = time.monotonic()  # the next rescan of its own is seconds away
        observer._lost()
        for _ in range(10):  # a tenth of a second each at most
            observer._work()
        assert looked == runs
