from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.config import Config
from exlab_wizard.station.store import Store
from exlab_wizard.sync.targets import PROBE_AWAY_SECONDS, PROBE_OK_SECONDS, Targets
from tests.support.lab import Lab, equipment
from tests.support.pieces import open_store

ID, OTHER = "nas-lab-1", "nas-other"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path)
    yield made
    made.close()


def config(lab: Lab, nas_id: str | None = None) -> Config:
    """Two instruments on one NAS, a third on another."""
    lab.data["equipment"] = [
        equipment(lab.nas, nas_id=nas_id),
        equipment(lab.nas, id="CONFOCAL_02", nas_id=nas_id),
        equipment(lab.base / "second", id="CRYO_EM"),
    ]
    return lab.config


@pytest.fixture
def nas(unmarked_lab: Lab) -> str:
    return str(unmarked_lab.nas)


@pytest.fixture
def targets(unmarked_lab: Lab, store: Store) -> Targets:
    return Targets(config(unmarked_lab), store)


def test_there_is_one_target_a_nas_root(targets: Targets, nas: str) -> None:
    assert len(targets) == 2
    assert nas in [target.nas_root for target in targets.all()]
    assert targets.get("/elsewhere") is None
    assert targets.status("/elsewhere") is None
    assert not targets.usable("/elsewhere")


def test_an_unknown_target_may_be_tried_and_is_due_at_once(targets: Targets, nas: str) -> None:
    assert targets.usable(nas)
    assert len(targets.due_for_probe(time.monotonic())) == 2
    status = targets.status(nas)
    assert status is not None
    assert (status.state, status.why, status.since) == ("unknown", "Not looked at yet.", None)


def test_the_first_id_seen_is_pinned_for_good(targets: Targets, unmarked_lab: Lab, store: Store, nas: str) -> None:
    assert targets.found(nas, ID, "posix", ["durable flush"])
    status = targets.status(nas)
    assert status is not None
    assert (status.state, status.nas_id, status.pinned, status.can_prove) == ("ok", ID, True, ["durable flush"])
    targets.found(nas, OTHER, "posix", [])
    after_restart = Targets(config(unmarked_lab), store).get(nas)
    assert after_restart is not None
    assert after_restart.nas_id == ID, "a change needs a person"
    targets.pin(nas, OTHER)
    repinned = Targets(config(unmarked_lab), store).get(nas)
    assert repinned is not None
    assert repinned.nas_id == OTHER


def test_a_configured_id_is_not_pinned_over(unmarked_lab: Lab, store: Store, nas: str) -> None:
    targets = Targets(config(unmarked_lab, nas_id=ID), store)
    targets.found(nas, ID, "windows", [])
    status, target = targets.status(nas), targets.get(nas)
    assert status is not None
    assert target is not None
    assert (status.nas_id, status.pinned, target.names) == (ID, False, "windows")
    assert store.rows("SELECT * FROM targets") == []


def test_going_away_and_coming_back_are_news_once(targets: Targets, nas: str) -> None:
    assert targets.found(nas, ID, "posix", [])
    assert not targets.found(nas, ID, "posix", []), "still there"
    assert targets.lost(nas, "The share is not mounted.")
    assert not targets.lost(nas, "The share is not mounted.")
    first = targets.status(nas)
    assert first is not None
    assert first.state == "unavailable"
    assert first.since is not None
    assert targets.lost(nas, "Another NAS answers.", met_id=OTHER), "another reason is news"
    second = targets.status(nas)
    assert second is not None
    assert second.since == first.since, "away since then, whatever the reason"
    assert not targets.usable(nas)
    assert targets.found(nas, ID, "posix", [])
    assert targets.usable(nas)
    target = targets.get(nas)
    assert target is not None
    assert target.met_id is not OTHER


def test_a_full_target_waits_for_room_for_the_run_that_met_it(targets: Targets, nas: str) -> None:
    targets.lost(nas, "No space left.", full=True, wanted_bytes=1000)
    assert not targets.usable(nas)
    assert targets.still_full(nas, 999)
    assert not targets.still_full(nas, 1000)
    targets.found(nas, ID, "posix", [])
    assert not targets.still_full(nas, 0), "it is not known to be full"


def test_a_quota_that_a_probe_cannot_see_is_met_ever_more_rarely(targets: Targets, nas: str) -> None:
    target = targets.get(nas)
    assert target is not None
    pauses = []
    for _ in range(8):
        targets.overflowed(nas, "Over quota.", 1000)
        pauses.append(round(target.probe_due - time.monotonic()))
        targets.found(nas, ID, "posix", [])  # a probe sees room
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300]
    targets.written(nas)
    targets.overflowed(nas, "Over quota.", 1000)
    assert round(target.probe_due - time.monotonic()) == 5


def test_an_absent_target_is_probed_more_often_and_each_once_at_a_time(targets: Targets, nas: str) -> None:
    for outcome, pause in (("ok", PROBE_OK_SECONDS), ("away", PROBE_AWAY_SECONDS)):
        tick = time.monotonic()
        if outcome == "ok":
            targets.found(nas, ID, "posix", [])
        else:
            targets.lost(nas, "gone")
        assert nas not in [target.nas_root for target in targets.due_for_probe(tick + pause - 1)]
        assert nas in [target.nas_root for target in targets.due_for_probe(tick + pause + 1)]
    target = targets.get(nas)
    assert target is not None
    target.probing = True
    assert nas not in [one.nas_root for one in targets.due_for_probe(tick + 1000)]
    targets.lost(nas, "gone")
    targets.probe_soon(nas)
    assert target in targets.due_for_probe(time.monotonic())


def test_what_a_target_proves_is_kept_when_a_later_word_is_silent(targets: Targets, nas: str) -> None:
    targets.found(nas, ID, "posix", ["exclusive rename"])
    targets.found(nas, ID, "posix", [])
    status = targets.status(nas)
    assert status is not None
    assert status.can_prove == ["exclusive rename"]
