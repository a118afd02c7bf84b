from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from exlab_wizard.api.models import DisplayState
from exlab_wizard.config import Equipment
from exlab_wizard.listing.index import Index
from exlab_wizard.listing.pace import Pace
from exlab_wizard.listing.rows import signal_rule
from exlab_wizard.runs.states import Lifecycle
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from exlab_wizard.sync.tasks import Progress
from tests.support.lab import Lab, equipment
from tests.support.pieces import RUN, a_core, a_run

OTHER = RUN.replace("0042", "0043")


@pytest.fixture
def core(lab: Lab) -> Iterator[Core]:
    with a_core(lab.config) as made:
        yield made


@pytest.fixture
def index(core: Core) -> Index:
    return core.rows._index


def known(core: Core, path: str = RUN, **changes: object) -> Run:
    one = a_run(path=path, **changes)
    core.registry.add(one)
    core.rows.mark(one)
    return one


def test_what_is_marked_is_published_once_and_told(core: Core, index: Index) -> None:
    told: list[int] = []
    core.rows.on_change.append(told.append)
    one = known(core)
    core.rows.flush()
    assert [*index.rows] == [RUN]
    assert told == [index.revision]
    core.rows.flush()
    core.rows.mark(one)
    core.rows.flush()
    assert told == [index.revision], "a row that says the same again is no news"
    one.signal = "acquisition_complete.flag has not arrived"
    core.rows.mark(one)
    core.rows.flush()
    assert told == [index.revision - 1, index.revision]


def test_a_row_holds_what_people_see(core: Core, lab: Lab) -> None:
    one = a_run(Lifecycle.SYNC_VERIFIED)
    one.durable.proof.nas_path, one.durable.proof.proven_at = f"{lab.nas}/{RUN}", "2026-04-17T15:00:00Z"
    row = core.rows.row(one)
    assert (row.path, row.current_state, row.equipment_id, row.project_name, row.run_kind) == (
        RUN,
        "sync_verified",
        "CONFOCAL_01",
        "PROJ-0042",
        "experimental",
    )
    assert (row.file_count, row.byte_total, row.local_data) == (3, 3072, True)
    assert row.display_state is DisplayState.VERIFIED
    assert row.nas_path == f"{lab.nas}/{RUN}"
    assert row.proven_at is not None
    one.present = False
    gone = core.rows.row(one)
    assert (gone.file_count, gone.byte_total, gone.local_data) == (0, 0, False)


def test_a_run_of_an_instrument_that_is_gone_is_still_listed(core: Core) -> None:
    row = core.rows.row(a_run(path=RUN.replace("CONFOCAL_01", "SOLD")))
    assert row.equipment_id == "SOLD"
    assert row.why


def test_a_dropped_run_goes_and_comes_back(core: Core, index: Index) -> None:
    one = known(core)
    known(core, OTHER)
    core.rows.flush()
    before = index.revision
    core.registry.remove(one)
    core.rows.drop(one)
    core.rows.flush()
    assert index.since(before) == ([], [RUN])
    core.rows.drop(one)
    known(core)
    core.rows.flush()
    assert sorted(index.rows) == [RUN, OTHER]


def test_the_queue_position_is_said(core: Core, index: Index) -> None:
    paths = [f"CONFOCAL_01/p{number}/Runs/Run_2026-04-17T14-32" for number in range(4)]
    runs = [known(core, path, state=Lifecycle.SYNC_QUEUED) for path in paths]
    for number, one in enumerate(runs):
        one.expedite = number == 3
        core.enqueue(one, "sync")
    assert runs[0].job is not None
    runs[0].job = core.queue.claim(runs[0].job)
    core.rows.mark_all()
    core.rows.flush()
    said = [index.rows[path].why for path in paths]
    assert said == ["Copying has begun.", "Starts after 2 runs.", "Starts after 3 runs.", "Starts after 1 run."]


def test_progress_is_shown_while_a_worker_is_on_it(core: Core) -> None:
    one = known(core, state=Lifecycle.SYNC_QUEUED)
    job = core.queue.claim(core.enqueue(one, "sync"))
    one.job, one.progress = job, Progress("copying", 1, 3, 512, 1024)
    assert core.rows.row(one).progress is None, "no word from it yet"
    core.rows.paces[RUN] = Pace()
    core.rows.paces[RUN].note(one.progress, 1.0)
    row = core.rows.row(one)
    assert row.progress is not None
    assert row.progress.fraction == 0.25
    assert job is not None
    assert row.job_id == job.id
    one.job = core.queue.finish(job.id, "done")
    assert core.rows.row(one).progress is None
    assert core.rows.row(one).job_id is None


def test_a_storm_of_changes_is_published_ten_times_a_second_at_most(core: Core, index: Index) -> None:
    one = known(core)
    core.rows.flush()
    first, started = index.revision, time.monotonic()
    for number in range(100):
        one.signal = f"{number} files are missing"
        core.rows.mark(one)
        core.rows.flush(now_please=False)
    assert index.revision - first <= 10 * (time.monotonic() - started) + 1
    core.rows.flush()
    assert "99 files" in index.rows[RUN].why


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "acquisition_complete.flag"),
        ({"completeness_signal": "manifest", "manifest_filename": "m.json"}, "m.json and every file it lists"),
        ({"completeness_signal": "quiet_period", "quiet_minutes": 90}, "90 min without a change"),
    ],
)
def test_what_an_instrument_is_waited_for(lab: Lab, changes: dict[str, object], words: str) -> None:
    assert signal_rule(Equipment.model_validate(equipment(lab.nas, **changes))) == words


def test_names_that_are_no_text_are_shown_escaped(core: Core, index: Index, lab: Lab) -> None:
    one = known(core, signal="scan_\udcff.tif has not arrived")
    one.durable.proof.nas_path = f"{lab.nas}/\udcfe/{RUN}"
    core.rows.flush()
    row = index.rows[RUN]
    assert row.nas_path == f"{lab.nas}/\\udcfe/{RUN}"
    assert "\\udcff" in row.why + row.next_step
    assert "udcfe" in row.model_dump_json()
    assert core.rows.row(one).why == row.why


def test_what_changed_alone_is_looked_at(core: Core, index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many runs there are, one that changes costs the same."""
    paths = [f"CONFOCAL_01/p{number}/Runs/Run_2026-04-17T14-32" for number in range(3)]
    runs = [known(core, path, state=Lifecycle.SYNC_QUEUED) for path in paths]
    core.rows.flush()

    def everything(registry: object) -> Iterator[Run]:
        pytest.fail("every run was asked")

    monkeypatch.setattr(type(core.registry), "__iter__", everything)
    for one in runs:
        core.enqueue(one, "sync")
    before = index.revision
    core.rows.flush()
    rows, _ = index.since(before) or ([], [])
    assert sorted(one.why for one in rows) == ["Starts after 1 run.", "Starts after 2 runs.", "Starts in a moment."]
    assert runs[0].job is not None
    runs[0].job = core.queue.claim(runs[0].job)
    core.rows.mark(runs[0])
    before = index.revision
    core.rows.flush()
    rows, _ = index.since(before) or ([], [])
    assert [one.path for one in rows] == [paths[0]]


def test_a_job_that_ended_stands_in_nobodys_way(core: Core, index: Index) -> None:
    first, second = (known(core, path, state=Lifecycle.SYNC_QUEUED) for path in (RUN, OTHER))
    core.enqueue(first, "sync")
    core.enqueue(second, "sync")
    core.rows.flush()
    assert index.rows[OTHER].why == "Starts after 1 run."
    assert first.job is not None
    first.job = core.queue.finish(first.job.id, "superseded")
    core.rows.mark(first)
    core.rows.mark(second)
    core.rows.flush()
    assert index.rows[OTHER].why == "Starts in a moment."
    core.enqueue(first, "sync")
    core.rows.flush()
    assert index.rows[RUN].why == "Starts after 1 run."
    core.registry.remove(first)
    core.rows.drop(first)
    core.rows.mark(second)
    core.rows.flush()
    assert index.rows[OTHER].why == "Starts in a moment."
