from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.registry import Damage, Durable, Proof, Registry, Run, parse_durable, parse_stamp
from exlab_wizard.station.store import Store
from exlab_wizard.sync.queue import Queue
from tests.support.pieces import RUN, a_run, open_store

OTHER = RUN.replace("0042", "0043")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path)
    yield made
    made.close()


def loaded(store: Store) -> Registry:
    registry = Registry(store)
    registry.load(Queue(store).all_latest())
    return registry


def full() -> Run:
    """A run with every durable fact set to something else than its default."""
    one = a_run(Lifecycle.SYNC_VERIFIED)
    one.durable = Durable(
        [{"state": "staging", "at": "2026-04-17T14:35:00Z", "host": "labpc-04"}],
        {"lab_note": ["\ud800", "\udcff"]},
        Proof("digest", "2026-04-17T15:00:00Z", 2, "tree", "/mnt/nas/run", "nas-1", 3, 3072, "cold"),
        "tree",
        3,
        "2026-04-17T14:35:00Z",
        "2026-04-17T14:36:00Z",
        True,
        {"by": "kim", "at": "now"},
        {"fingerprint": "tree", "why": "a.tif differs."},
        "2026-04-17T14:39:00Z",
        True,
        {"files": 3, "bytes": 3072},
        True,
        Damage("2026-04-18T02:00:00Z", "2026-04-19T02:00:00Z", "1 of 3 files is damaged.", ["a.tif"], 1, "kim"),
    )
    return one


def test_durable_facts_survive_a_restart_and_the_others_do_not(store: Store) -> None:
    registry, one = Registry(store), full()
    assert all(value != getattr(Durable(), name) for name, value in vars_of(one.durable).items())
    registry.add(one)
    registry.save(one)
    again = loaded(store).get(one.path)
    assert again is not None
    assert (again.state, again.durable) == (one.state, one.durable)
    assert again.scan is None, "what is on the disk now has to be looked at"


def vars_of(durable: Durable) -> dict[str, object]:
    return {name: getattr(durable, name) for name in Durable.__dataclass_fields__}


def test_a_run_gets_its_latest_job_back(store: Store) -> None:
    registry, one = Registry(store), a_run()
    registry.add(one)
    registry.save(one)
    job = Queue(store).put(RUN, "sync")
    again = loaded(store).get(RUN)
    assert again is not None
    assert again.job == job
    assert not again.busy


def test_saving_again_replaces_and_removing_forgets(store: Store) -> None:
    registry, one, other = Registry(store), a_run(), a_run(path=OTHER)
    for run in (one, other):
        registry.add(run)
        registry.save(run)
    one.state = Lifecycle.COMPLETE
    registry.save(one)
    assert [run.state for run in loaded(store)] == [Lifecycle.COMPLETE, Lifecycle.STAGING]
    registry.remove(other)
    assert registry.get(OTHER) is None
    assert [*map(str, (run.path for run in loaded(store)))] == [RUN]
    assert len(registry) == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "dancing"), ("doc", "{"), ("doc", "[]"), ("doc", "null"), ("run_path", "not a run"), ("run_path", "")],
)
def test_one_unreadable_row_does_not_stop_the_station(store: Store, column: str, value: str) -> None:
    registry = Registry(store)
    for run in (a_run(), a_run(path=OTHER)):
        registry.add(run)
        registry.save(run)
    store.execute(f"UPDATE runs SET {column} = ? WHERE run_path = ?", (value, RUN))
    again = loaded(store)
    assert [str(run.path) for run in again] == [OTHER]
    assert len(store.rows("SELECT * FROM runs")) == 2, "left alone until the run is found afresh"


def test_a_document_of_another_version_is_read_as_far_as_it_goes() -> None:
    raw = {"frozen": "tree", "sparkle": 1, "proof": {"passes": 2, "colour": "blue"}}
    assert parse_durable(json.dumps(raw)) == Durable(frozen="tree", proof=Proof(passes=2))
    for proof in (None, [], "gone"):
        assert parse_durable(json.dumps({"proof": proof})) == Durable()


def test_iterating_allows_for_changes_meanwhile(store: Store) -> None:
    registry = Registry(store)
    registry.add(a_run())
    for run in registry:
        registry.add(a_run(path=OTHER))
        registry.remove(run)
    assert [str(run.path) for run in registry] == [OTHER]


def test_a_gone_folder_has_no_local_files() -> None:
    one = a_run(files=3)
    assert one.local_files == 3
    one.present = False
    assert one.local_files == 0
    assert a_run().busy is False


def test_where_the_copy_is_comes_from_the_proof_and_else_from_the_history() -> None:
    one = a_run()
    assert one.nas_path == ""
    one.durable.history = [{"nas_path": "/old"}, {"nas_path": "/new"}, {"nas_path": 7}, {"state": "cleared"}]
    assert one.nas_path == "/new"
    one.durable.proof = replace(Proof(), nas_path="/proven")
    assert one.nas_path == "/proven"


def test_a_stamp_or_nothing() -> None:
    at = parse_stamp("2026-04-17T14:35:00Z")
    assert at is not None
    assert at.utcoffset() is not None
    assert parse_stamp("") is None
    assert parse_stamp("yesterday") is None


def test_a_first_pass_dated_in_the_future_is_none() -> None:
    early, proven, now = "2026-04-16T15:00:00Z", "2026-04-17T15:00:00Z", "2026-04-18T15:00:00Z"
    later = "2027-01-01T00:00:00Z"
    assert Proof(passes=2, first_at=early, proven_at=proven).first_pass(now) == early
    assert Proof(passes=1, proven_at=proven).first_pass(now) == proven
    assert Proof(passes=2, first_at=later, proven_at=proven).first_pass(now) == proven
    assert Proof(passes=2, first_at=later, proven_at=later).first_pass(now) == now
    assert Proof(passes=0, first_at=early, proven_at=proven).first_pass(now) == now, "passes count from damage on"
