from __future__ import annotations

from collections.abc import Iterator

import pytest

from exlab_wizard.observer.apply import Applier
from exlab_wizard.observer.sight import Sight
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from tests.support.lab import Lab
from tests.support.pieces import a_core, a_run

GONE = Sight(present=False)
NOON = "2026-04-17T12:00:00Z"


@pytest.fixture
def core(lab: Lab) -> Iterator[Core]:
    with a_core(lab.config) as made:
        yield made


def look(core: Core, run: Run, sight: Sight) -> Run | None:
    core.registry.add(run)
    return Applier(core).sight(run.path, core.config.equipment[0], sight)


@pytest.mark.parametrize("state", [Lifecycle.STAGING, Lifecycle.COMPLETE, Lifecycle.SYNC_QUEUED])
def test_a_run_that_vanishes_before_it_is_verified_is_an_alarm(core: Core, state: Lifecycle) -> None:
    one = a_run(state)
    one.durable.had_data = True
    job = core.enqueue(one, "sync")
    assert look(core, one, GONE) is one
    assert not one.present
    assert one.durable.missing_since
    found = core.queue.get(job.id)
    assert found is not None
    assert found.state == "superseded"


def test_the_alarm_says_since_when_also_after_a_restart(core: Core) -> None:
    one = a_run(Lifecycle.SYNC_QUEUED)  # as read back: present until looked at
    one.durable.missing_since = NOON
    look(core, one, GONE)
    assert one.durable.missing_since == NOON


@pytest.mark.parametrize("state", [Lifecycle.SYNC_VERIFIED, Lifecycle.CLEARED])
def test_a_verified_run_may_go_without_alarm(core: Core, state: Lifecycle) -> None:
    one = a_run(state)
    look(core, one, GONE)
    assert (one.present, one.durable.missing_since) == (False, None)


def test_an_empty_folder_that_goes_was_never_a_run(core: Core) -> None:
    one = a_run(files=0)
    assert look(core, one, GONE) is None
    assert core.registry.get(one.path) is None


def test_what_was_never_there_is_nothing(core: Core) -> None:
    assert Applier(core).sight(a_run().path, core.config.equipment[0], GONE) is None


def test_an_unreadable_run_keeps_everything_it_had(core: Core) -> None:
    one = a_run(Lifecycle.SYNC_VERIFIED)
    assert look(core, one, Sight(unreadable="Input/output error (a.tif)")) is one
    assert one.state is Lifecycle.SYNC_VERIFIED
    assert one.scan is not None
    assert one.unreadable == "Input/output error (a.tif)"
