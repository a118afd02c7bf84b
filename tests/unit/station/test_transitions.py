from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.runs.states import Lifecycle, Reason
from exlab_wizard.station.core import Core
from exlab_wizard.station.registry import Run
from tests.support.failing import LOCKED, failing
from tests.support.lab import Lab
from tests.support.mounts import Mounts, fill
from tests.support.pieces import RUN, a_core, a_run

FORWARD = [Lifecycle.COMPLETE, Lifecycle.SYNC_QUEUED, Lifecycle.SYNC_VERIFIED]


class Bench:
    """A core over a lab with one run, known and pushed."""

    def __init__(self, lab: Lab, core: Core) -> None:
        self.core, self.folder = core, lab.push(RUN, {"a.tif": b"1"})
        self.control = self.folder / ".exlab-wizard"
        self.run = a_run()
        core.registry.add(self.run)

    def advance(self, *states: Lifecycle, **more: Any) -> None:
        for state in states:
            self.core.transitions.advance(self.run, state, **more)

    def json(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.control / name).read_bytes())
        return found

    def stored(self) -> Run:
        """The run as a restart would find it."""
        row = self.core.store.row("SELECT state, doc FROM runs WHERE run_path = ?", (RUN,))
        assert row is not None
        return Run(self.run.path, Lifecycle(row["state"]))

    def log(self) -> str:
        return (self.control / "wizard.labpc-04.log").read_text()


@pytest.fixture
def bench(lab: Lab) -> Iterator[Bench]:
    with a_core(lab.config) as core:
        yield Bench(lab, core)


def test_a_step_is_in_database_file_log_and_provenance(bench: Bench) -> None:
    bench.advance(Lifecycle.COMPLETE, files_received=1, bytes_received=1)
    assert bench.stored().state is Lifecycle.COMPLETE
    ingest = bench.json("ingest.json")
    assert ingest["current_state"] == "complete"
    assert ingest["history"][-1]["files_received"] == 1
    assert ingest["history"][-1]["host"] == "labpc-04"
    assert "staging -> complete, files_received 1, bytes_received 1" in bench.log()
    assert bench.json("creation.json")["sync_status"] == "pending"
    bench.advance(Lifecycle.SYNC_QUEUED, Lifecycle.SYNC_VERIFIED)
    assert bench.json("creation.json")["sync_status"] == "synced"
    assert [entry["state"] for entry in bench.json("ingest.json")["history"]] == [str(state) for state in FORWARD]


def test_the_database_has_it_before_any_file_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file ahead of the database would be taken back after a crash, and another program may have read it."""
    real, stored = bench.core.transitions.write_ingest, []

    def write_ingest(run: Run) -> None:
        stored.append(bench.stored().state)
        real(run)

    monkeypatch.setattr(bench.core.transitions, "write_ingest", write_ingest)
    bench.advance(*FORWARD)
    assert stored == FORWARD


def test_what_goes_with_a_step_is_committed_with_it_before_any_file_says_so(
    bench: Bench, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection looks, as a restart would: the job's end and the state are there together, or not at all."""
    seen = []

    def look() -> None:
        with closing(sqlite3.connect(f"file:{Path(lab.config.state_dir) / 'station.db'}?mode=ro", uri=True)) as other:
            states = [state for (state,) in other.execute("SELECT state FROM runs")]
            seen.append((states, other.execute("SELECT count(*) FROM outbox").fetchone()[0]))

    def first() -> None:
        bench.core.outbox.put("another/run")
        look()

    real = bench.core.transitions.write_ingest
    monkeypatch.setattr(bench.core.transitions, "write_ingest", lambda run: (look(), real(run)))
    bench.run.durable.copy_begun = True
    bench.core.transitions.advance(bench.run, Lifecycle.COMPLETE, first=first)
    assert seen == [([], 0), (["complete"], 2)]


@pytest.mark.parametrize("at", ["BEGIN", "INSERT INTO runs", "COMMIT"])
def test_what_the_database_does_not_take_is_not_in_memory_either(bench: Bench, at: str) -> None:
    """Else the run would be listed as what it is not, and nothing would take it up again."""
    bench.advance(Lifecycle.COMPLETE)
    run, before, ingest = bench.run, deepcopy(bench.run), bench.json("ingest.json")
    run.job = before.job = bench.core.queue.put(RUN, "sync", running=True)

    def first() -> None:
        assert run.job is not None
        run.job = bench.core.queue.finish(run.job.id, "done")
        run.durable.proof.manifest_digest, run.durable.copy_begun, run.expedite = "1" * 64, True, True

    with failing(bench.core.store, at, LOCKED), pytest.raises(sqlite3.OperationalError, match="locked"):
        bench.core.transitions.advance(run, Lifecycle.SYNC_QUEUED, first=first)
    assert run == before
    assert run.job == bench.core.queue.latest(RUN)
    assert bench.stored().state is Lifecycle.COMPLETE
    assert bench.json("ingest.json") == ingest
    bench.core.transitions.advance(run, Lifecycle.SYNC_QUEUED, first=first)
    assert [entry["state"] for entry in bench.json("ingest.json")["history"]] == ["complete", "sync_queued"]
    assert run.job is not None
    assert run.job.state == "done"


def test_a_reason_and_a_person_are_recorded(bench: Bench) -> None:
    bench.advance(*FORWARD)
    bench.advance(Lifecycle.SYNC_QUEUED, reason=Reason.FORCED, by="kim")
    entry = bench.json("ingest.json")["history"][-1]
    assert (entry["reason"], entry["by"]) == ("forced", "kim")
    assert "sync_verified -> sync_queued, reason forced, by kim" in bench.log()


def test_an_edge_that_does_not_exist_changes_nothing(bench: Bench) -> None:
    bench.advance(Lifecycle.COMPLETE)
    before = bench.json("ingest.json")
    with pytest.raises(ValueError, match="no edge from complete to cleared"):
        bench.advance(Lifecycle.CLEARED)
    assert bench.run.state is bench.stored().state is Lifecycle.COMPLETE
    assert bench.json("ingest.json") == before


def test_unknown_fields_of_others_survive(bench: Bench) -> None:
    bench.run.durable.unknown = {"lab_note": "keep me"}
    bench.advance(Lifecycle.COMPLETE)
    assert bench.json("ingest.json")["lab_note"] == "keep me"
    assert bench.json("creation.json")["created_by"] == "kim"


def test_the_nas_copy_is_told_from_the_first_copy_on(bench: Bench) -> None:
    bench.advance(Lifecycle.COMPLETE)
    assert not bench.core.outbox.waiting(RUN)
    bench.run.durable.copy_begun = True
    bench.advance(Lifecycle.SYNC_QUEUED)
    assert bench.core.outbox.waiting(RUN)


def test_the_database_commits_although_the_file_cannot_be_written(bench: Bench, lab: Lab) -> None:
    lab.staging.rename(lab.base / "unplugged")
    bench.advance(Lifecycle.COMPLETE)
    assert bench.stored().state is Lifecycle.COMPLETE
    (lab.base / "unplugged").rename(lab.staging)
    assert not (bench.control / "ingest.json").exists()
    bench.core.transitions.write_ingest(bench.run)
    assert bench.json("ingest.json")["current_state"] == "complete"


def test_a_run_that_is_not_ours_to_write_keeps_its_life_in_the_state_directory(bench: Bench, lab: Lab) -> None:
    shutil.rmtree(bench.control)
    (lab.base / "target").mkdir()
    bench.control.symlink_to(lab.base / "target")
    bench.advance(Lifecycle.COMPLETE)
    kept = Path(lab.config.state_dir) / "runs" / bench.run.path.key
    assert json.loads((kept / "ingest.json").read_bytes())["current_state"] == "complete"
    assert "staging -> complete" in (kept / "wizard.labpc-04.log").read_text()
    assert not (kept / "creation.json").exists()
    assert bench.run.read_only
    assert os.listdir(lab.base / "target") == []


def test_a_run_whose_folder_is_gone_is_not_made_again(bench: Bench) -> None:
    shutil.rmtree(bench.folder)
    bench.run.present = False
    bench.advance(Lifecycle.COMPLETE)
    assert not bench.folder.exists()
    assert bench.stored().state is Lifecycle.COMPLETE


def test_a_log_that_is_a_fifo_hangs_nobody(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    os.mkfifo(bench.control / "wizard.labpc-04.log")
    bench.core.transitions.note(bench.run, "WARNING", "first\nsecond")
    assert r"first\nsecond" in caplog.text, "one event a line in the server's log as well"


def test_on_a_full_staging_disk_the_reserve_lets_the_transition_through(tmp_path: Path) -> None:
    """The state directory is on the staging disk by default: both are full together."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a tmpfs")
    with Mounts(tmp_path / "mounts") as mounts:
        disk = mounts.tmpfs(tmp_path / "disk", "size=4m")
        lab = Lab(disk / "lab").mark()
        with a_core(lab.config) as core:
            bench = Bench(lab, core)
            bench.advance(Lifecycle.COMPLETE)
            reserve = core.transitions._reserve
            assert reserve.ensure()  # type: ignore[attr-defined]
            (disk / "half").write_bytes(b"x" * (1 << 20))
            filler = fill(disk)
            bench.run.durable.unknown = {"long": "x" * 3000}
            bench.advance(Lifecycle.SYNC_QUEUED)
            found = bench.json("ingest.json")["current_state"]
            assert bench.stored().state is Lifecycle.SYNC_QUEUED
            assert found in ("complete", "sync_queued"), "whole, old or new, never torn"
            filler.unlink()
            bench.core.transitions.write_ingest(bench.run)
            assert bench.json("ingest.json")["current_state"] == "sync_queued"
