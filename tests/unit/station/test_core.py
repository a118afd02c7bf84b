from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.runs.paths import RunPath
from exlab_wizard.station.core import Core
from exlab_wizard.sync.fence import Fence, FencedError, issue_token
from exlab_wizard.sync.queue import EXPEDITED, NORMAL
from tests.support.lab import Lab
from tests.support.pieces import RUN, a_core, a_run


@pytest.fixture
def core(lab: Lab) -> Iterator[Core]:
    with a_core(lab.config) as made:
        yield made


def test_the_instrument_and_its_nas_are_those_of_the_config(core: Core, lab: Lab) -> None:
    path, foreign = RunPath.parse(RUN), RunPath.parse(RUN.replace("CONFOCAL_01", "SOLD_LAST_YEAR"))
    equipment = core.equipment(path)
    assert equipment is not None
    assert equipment.id == "CONFOCAL_01"
    assert core.nas_root(path) == str(lab.nas)
    assert core.equipment(foreign) is None
    assert core.nas_root(foreign) == ""


def test_a_run_gets_one_job_however_often_it_is_asked_for(core: Core) -> None:
    one, woken = a_run(), []
    core.wake_sync = lambda: woken.append(1)
    job = core.enqueue(one, "sync", "kim")
    assert (job.kind, job.priority, job.requested_by) == ("sync", NORMAL, "kim")
    assert core.enqueue(one, "recheck") == job == core.queue.latest(RUN)
    assert woken == [1, 1]


def test_an_expedited_run_goes_in_front(core: Core) -> None:
    one = a_run(expedite=True)
    assert core.enqueue(one, "sync").priority == EXPEDITED


def test_a_live_job_that_memory_had_lost_is_found_again(core: Core) -> None:
    job = core.queue.put(RUN, "sync")
    assert core.enqueue(a_run(), "sync") == job


def test_cancelling_ends_the_job_and_fences_its_worker_off(core: Core) -> None:
    one = a_run()
    queued = core.enqueue(one, "sync")
    claimed = core.queue.claim(queued)
    assert claimed is not None
    one.job = claimed
    issue_token(core.state, one.path, claimed.token)
    with Fence(core.state, one.path, claimed.token) as fence:
        fence.check()
        core.cancel(one)
        with pytest.raises(FencedError):
            fence.check()
    assert one.job is not None
    assert one.job.state == "superseded"
    core.cancel(one)
    assert core.enqueue(one, "sync").id != queued.id


def test_cancelling_what_nobody_works_on_issues_no_token(core: Core, lab: Lab) -> None:
    one = a_run()
    core.cancel(one)
    core.enqueue(one, "sync")
    core.cancel(one)
    assert not any(Path(lab.config.state_dir).rglob("*.token"))
