from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.api.models import DiskSpace, LeaderStatus, TargetStatus, UnrecognisedEntry, WatcherStatus
from exlab_wizard.clearing.reserve import Reserve
from exlab_wizard.errors import Code, StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.listing.index import Index
from exlab_wizard.observer.root import StagingRoot
from exlab_wizard.station.forwarding import ask_leader
from exlab_wizard.station.leader import Leader, state_path
from exlab_wizard.station.store import Store
from tests.support.lab import Lab
from tests.support.waiting import wait_for


class Desk:
    """A started leader over a lab, and the database as another server holds it."""

    def __init__(self, lab: Lab) -> None:
        self.lab, config = lab, lab.config
        self.path = state_path(config)
        self.state = Dir.open(self.path)
        self.store = Store(self.path / "station.db", Reserve(self.state))
        self.index = Index(self.path / "index.db")
        self.other = Store(self.path / "station.db", Reserve(self.state))
        self.revisions: list[int] = []
        staging = StagingRoot(config.orchestrator.staging_root)
        log = logging.getLogger("test.leader")
        args = (config, "labpc-04", log, staging, self.store, self.index, self.state, self.revisions.append)
        self.leader = Leader(*args)

    def ask(self, verb: str, **args: object) -> dict[str, object]:
        return ask_leader(self.other, verb, dict(args), 20, threading.Event())

    def close(self) -> None:
        self.leader.stop(3)
        for part in (self.store, self.other, self.index, self.state):
            part.close()


@pytest.fixture
def desk(lab: Lab) -> Iterator[Desk]:
    made = Desk(lab)
    made.leader.start()
    yield made
    made.close()


def ready(desk: Desk) -> bool:
    return bool(desk.index.facts.get("ready"))


def test_what_is_known_of_the_runs_is_not_searched_for_garbage(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[bool] = []
    rounds: list[int] = []
    seen, run = threading.Event(), lab.run_path()
    lab.push(run, {"a": b"x"}, done=False)
    desk = Desk(lab)
    leader = desk.leader
    look, poll = leader._observer.look_now, leader._requests.poll
    monkeypatch.setattr(leader._observer, "look_now", lambda path: (seen.wait(20), look(path))[1])
    monkeypatch.setattr(leader._requests, "poll", lambda: (rounds.append(len(frozen)), poll())[1])
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(leader.core.registry.get(run) is not None))
    leader.start()
    wait_for(lambda: len(rounds) > 3, 20, "the clerk goes round")
    assert not frozen, "not before it is known what there is"
    seen.set()
    wait_for(lambda: rounds.count(1) > 3, 20, "and round")
    desk.close()
    assert frozen == [True], "once, and every run was known"


def test_a_leader_publishes_its_facts_for_every_server(desk: Desk) -> None:
    stray = desk.lab.staging / os.fsdecode(b"stray \xff.tif")
    stray.write_bytes(b"123")
    wait_for(lambda: ready(desk) and desk.index.facts["unrecognised"], 20, "the facts")
    wait_for(lambda: desk.index.facts["targets"][0]["state"] == "ok", 20, "the NAS is found")
    follower = Index(desk.path / "index.db")
    facts = follower.facts
    follower.close()
    assert facts["label"] == "Test station"
    assert facts["unavailable"] is None
    assert DiskSpace.model_validate(facts["disk"]).total > 0
    assert WatcherStatus.model_validate(facts["watcher"]).mode == "events"
    assert LeaderStatus.model_validate(facts["leader"]).pid == os.getpid()
    (target,) = (TargetStatus.model_validate(one) for one in facts["targets"])
    assert (target.nas_root, target.pinned) == (str(desk.lab.nas), True)
    (entry,) = (UnrecognisedEntry.model_validate(one) for one in facts["unrecognised"])
    assert (entry.path, entry.bytes) == ("stray \\xff.tif", 3), "a name that is no UTF-8 can be shown all the same"


def test_a_run_is_listed_told_of_and_answered_for(desk: Desk) -> None:
    run = desk.lab.run_path()
    desk.lab.push(run, {"a.tif": b"1"}, done=False)
    wait_for(lambda: run in desk.index.rows, 20, "the run is listed")
    wait_for(lambda: desk.revisions and desk.revisions[-1] >= desk.index.rows[run].revision, 20, "it is told")
    detail = desk.ask("detail", run=run)
    assert detail["row"]["path"] == run  # type: ignore[index]
    with pytest.raises(StagingError) as caught:
        desk.ask("force_sync", run=run, by="kim")
    assert caught.value.code is Code.RUN_NOT_COMPLETE
    with pytest.raises(StagingError) as caught:
        desk.ask("drop_tables")
    assert caught.value.code is Code.INVALID_REQUEST


def test_space_is_kept_back(desk: Desk) -> None:
    assert (desk.path / "reserve").stat().st_blocks * 512 >= 4 << 20


def test_a_staging_disk_that_goes_is_said_and_comes_back(desk: Desk) -> None:
    wait_for(lambda: ready(desk), 20, "the leader is ready")
    assert desk.leader.unavailable is None
    control = desk.lab.staging / ".exlab-wizard"
    marker = control / "station.json"
    kept = marker.rename(desk.lab.base / "kept")
    wait_for(lambda: desk.leader.unavailable, 20, "the loss is noticed")
    wait_for(lambda: desk.index.facts["unavailable"], 20, "the loss is told")
    assert StagingError.from_dict(desk.index.facts["unavailable"]).code is Code.STAGING_UNAVAILABLE
    kept.rename(marker)
    wait_for(lambda: desk.leader.unavailable is None, 20, "it is back")


def test_it_ends_in_its_time_and_leaves_no_thread(lab: Lab) -> None:
    before = set(threading.enumerate())
    desk = Desk(lab)
    desk.leader.start()
    wait_for(lambda: ready(desk), 20, "the leader is ready")
    started = time.monotonic()
    desk.close()
    assert time.monotonic() - started < 5
    wait_for(lambda: not [one for one in set(threading.enumerate()) - before if "exlab" in one.name], 10, "no thread")


def test_no_job_starts_before_its_run_was_looked_at(lab: Lab) -> None:
    """After a restart of many runs the first look takes minutes; a job must not be lost in between."""
    lab.data["equipment"][0]["settle_seconds"] = 0.05
    run = lab.run_path()
    lab.push(run, {"a.tif": b"1"})
    desk = Desk(lab)
    desk.leader.start()
    wait_for(lambda: run in desk.index.rows and desk.index.rows[run].current_state == "sync_verified", 30, "verified")
    desk.close()
    again = Desk(lab)
    found = again.leader.core.registry.get(run)
    assert found is not None
    assert found.scan is None
    again.leader.core.enqueue(found, "recheck")
    again.leader._sync.start()
    wait_for(lambda: again.leader.core.targets.all()[0].state == "ok", 20, "the sync thread works")
    assert [job.state for job in again.leader.core.queue.all_latest().values()] == ["queued"]
    again.leader._observer.start()
    wait_for(lambda: again.leader.core.queue.all_latest()[run].state == "done", 20, "the job is done after the look")
    again.leader._clerk.start()
    again.close()


def test_a_new_state_directory_is_private(unmarked_lab: Lab, tmp_path: Path) -> None:
    unmarked_lab.data["orchestrator"]["state_dir"] = str(tmp_path / "deep" / "state")
    path = state_path(unmarked_lab.config)
    assert path == tmp_path / "deep" / "state"
    assert path.stat().st_mode & 0o777 == 0o700
    path.chmod(0o2770)
    assert state_path(unmarked_lab.config).stat().st_mode & 0o7777 == 0o2770, "what an administrator set up stays"
