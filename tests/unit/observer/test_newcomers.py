from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.observer import sight
from exlab_wizard.observer.observer import Observer
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Registry
from tests.support.lab import Lab
from tests.support.pieces import a_core

STAMPS = [f"2026-04-17T10-{minute:02}" for minute in range(5)]


class Arrivals:
    """Runs that are there at the first start, as the observer meets them."""

    def __init__(self, lab: Lab, core: Core) -> None:
        self.lab, self.core = lab, core
        self.runs = [lab.run_path(stamp=stamp) for stamp in STAMPS]
        for run in self.runs:
            lab.push(run, {"a.tif": b"1"})
        self.observer = Observer(core)
        self.newcomers = self.observer._apply.newcomers

    def saved(self) -> list[str]:
        """What a restart would know."""
        registry = Registry(self.core.store)
        registry.load({})
        return sorted(str(run.path) for run in registry)

    def ingest(self, run: str) -> Path:
        return self.lab.staging / run / ".exlab-wizard" / "ingest.json"

    def written(self) -> list[str]:
        return [run for run in self.runs if self.ingest(run).exists()]

    def write_all(self) -> None:
        while self.newcomers.waiting:
            self.newcomers.write_some()


@pytest.fixture
def arrivals(lab: Lab) -> Iterator[Arrivals]:
    with a_core(lab.config) as core:
        yield Arrivals(lab, core)


def test_the_first_listing_waits_for_no_flush_and_then_all_is_written_the_database_first(arrivals: Arrivals) -> None:
    arrivals.observer._everything()
    assert arrivals.observer.ready.is_set()
    assert all(arrivals.core.rows.listed(RunPath.parse(run)) == (2, 1) for run in arrivals.runs)
    assert (arrivals.saved(), arrivals.written()) == ([], [])
    arrivals.newcomers.write_some()
    assert (arrivals.saved(), arrivals.written()) == (arrivals.runs, [])
    arrivals.write_all()
    assert arrivals.written() == arrivals.runs
    assert json.loads(arrivals.ingest(arrivals.runs[0]).read_bytes())["current_state"] == "staging"


def test_the_observer_writes_them_down_by_itself(arrivals: Arrivals) -> None:
    arrivals.observer._everything()
    for _ in range(len(STAMPS) + 1):
        arrivals.observer._work()
    assert arrivals.written() == arrivals.runs
    assert not arrivals.newcomers.waiting


def test_a_later_look_does_not_take_a_file_not_written_yet_for_a_lost_one(arrivals: Arrivals) -> None:
    arrivals.observer._everything()
    arrivals.observer._everything()
    arrivals.write_all()
    arrivals.observer._everything()
    for run in arrivals.core.registry:
        assert [entry["state"] for entry in run.durable.history] == ["staging"]
        assert "reason" not in run.durable.history[0]


def test_what_was_just_written_is_not_read_back_but_whatever_follows_is(arrivals: Arrivals) -> None:
    arrivals.observer._everything()
    arrivals.write_all()
    read: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        real = sight.parse_ingest
        patch.setattr(sight, "parse_ingest", lambda data, path: read.append(str(path)) or real(data, path))
        arrivals.observer._everything()
        assert read == []
        arrivals.ingest(arrivals.runs[1]).write_bytes(b"{")
        arrivals.ingest(arrivals.runs[2]).with_name("creation.json").write_bytes(b"{}")
        arrivals.observer._everything()
        assert read == arrivals.runs[1:3]
    assert json.loads(arrivals.ingest(arrivals.runs[1]).read_bytes())["current_state"] == "staging"


def test_provenance_that_came_before_the_file_was_written_is_still_read(arrivals: Arrivals) -> None:
    arrivals.observer._everything()
    control = arrivals.ingest(arrivals.runs[0]).parent
    (control / "creation.json").write_bytes(b"{}")
    arrivals.write_all()
    arrivals.observer._everything()
    run = arrivals.core.registry.get(arrivals.runs[0])
    assert run is not None
    assert {str(finding.problem_class) for finding in run.findings} == {"missing_required_field"}


def test_a_run_that_moves_on_before_its_turn_keeps_the_later_state(arrivals: Arrivals) -> None:
    arrivals.observer._everything()
    run = arrivals.core.registry.get(arrivals.runs[0])
    assert run is not None
    arrivals.core.transitions.advance(run, Lifecycle.COMPLETE)
    assert arrivals.saved() == [arrivals.runs[0]]
    arrivals.write_all()
    assert json.loads(arrivals.ingest(arrivals.runs[0]).read_bytes())["current_state"] == "complete"
    assert run.control_seen == (), "what a step has written is read back"


def test_a_run_that_is_forgotten_before_its_turn_stays_so(arrivals: Arrivals) -> None:
    arrivals.observer._everything()
    run = arrivals.core.registry.get(arrivals.runs[0])
    assert run is not None
    arrivals.core.registry.remove(run)
    arrivals.write_all()
    assert arrivals.saved() == arrivals.written() == arrivals.runs[1:]


def test_what_the_database_refused_is_kept_and_tried_again_later(
    arrivals: Arrivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrivals.observer._everything()
    real = arrivals.core.registry.save_all

    def refused(runs: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(arrivals.core.registry, "save_all", refused)
    with pytest.raises(sqlite3.OperationalError):
        arrivals.newcomers.write_some()
    assert not arrivals.newcomers.waiting, "the observer goes on with its other work meanwhile"
    monkeypatch.setattr(arrivals.core.registry, "save_all", real)
    arrivals.newcomers._not_before = 0.0  # that while has passed
    arrivals.write_all()
    assert arrivals.saved() == arrivals.written() == arrivals.runs


def test_a_crash_before_they_are_written_makes_them_new_runs_again(arrivals: Arrivals) -> None:
    arrivals.observer._everything()
    with a_core(arrivals.lab.config) as core:
        observer = Observer(core)
        observer._everything()
        while observer._apply.newcomers.waiting:
            observer._apply.newcomers.write_some()
    assert arrivals.saved() == arrivals.written() == arrivals.runs
