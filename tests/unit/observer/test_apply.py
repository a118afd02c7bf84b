from __future__ import annotations

from collections.abc import Iterator

import pytest

from exlab_wizard.gate.findings import Finding, ProblemClass, Severity
from exlab_wizard.observer.apply import Applier
from exlab_wizard.observer.sight import Sight
from exlab_wizard.runs.ingest import Ingest, IngestStatus
from exlab_wizard.runs.scan import RunScan
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


def test_what_has_a_runs_place_but_cannot_be_entered_is_no_run(core: Core) -> None:
    """It is listed as unrecognised by the look at the upper levels."""
    path = a_run().path
    nothing = Sight(unreadable="Not a directory", entered=False)
    assert Applier(core).sight(path, core.config.equipment[0], nothing) is None
    assert core.registry.get(path) is None
    known = a_run()
    assert look(core, known, nothing) is known, "one that was a run says what is wrong"
    assert known.unreadable == "Not a directory"


def test_a_look_without_news_makes_no_row_but_words_that_change_with_time_are_made_anew(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, marked = a_run(), []
    monkeypatch.setattr(core.rows, "mark", marked.append)
    same = Sight(scan=RunScan("tree", 3, 3072))
    look(core, one, same)
    assert marked == [one], "the first look"
    for _ in range(3):
        look(core, one, same)
    assert marked == [one]
    one.marked_at -= 301
    look(core, one, same)
    assert marked == [one, one]


NEWS = {
    "a change": Sight(scan=RunScan("other tree", 3, 3072)),
    "no folder": GONE,
    "unreadable": Sight(unreadable="Input/output error (a.tif)"),
    "the signal": Sight(scan=RunScan("tree", 3, 3072), signal="the flag has not arrived"),
    "read only": Sight(scan=RunScan("tree", 3, 3072), read_only=True),
    "a finding": Sight(
        scan=RunScan("tree", 3, 3072), findings=[Finding(ProblemClass.ORPHAN, Severity.SOFT, "", "No words.", "Add.")]
    ),
    "a foreign file": Sight(
        scan=RunScan("tree", 3, 3072), ingest=Ingest(IngestStatus.FOREIGN_MAJOR, problem="schema 2"), control_seen=(1,)
    ),
}


@pytest.mark.parametrize("news", NEWS.values(), ids=list(NEWS))
def test_every_kind_of_news_makes_its_row(core: Core, monkeypatch: pytest.MonkeyPatch, news: Sight) -> None:
    one, marked = a_run(), []
    one.durable.had_data = True
    look(core, one, Sight(scan=RunScan("tree", 3, 3072)))
    monkeypatch.setattr(core.rows, "mark", marked.append)
    look(core, one, news)
    assert one in marked
