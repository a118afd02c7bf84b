from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from exlab_wizard.clearing.receipts import append, entries, read, receipt, verify_chain
from exlab_wizard.doctor.targets import verdict
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import NAS_MARKER
from exlab_wizard.sync.engine.probe import run_probe
from exlab_wizard.sync.engine.provable import CONTENTS, provable
from exlab_wizard.sync.engine.publish_task import run_publish
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.tasks import ErrorClass, Outcome, ProbeTask, PublishTask, TaskError
from tests.support.engine import RUN, Bench, put
from tests.support.warm import mapped, refuse_direct_reads


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    one = Bench(tmp_path)
    one.write({"a": b"a"})
    return one


def publish(bench: Bench, **files: str) -> list[str]:
    names = {name.replace("__", "."): text for name, text in files.items()}
    task = PublishTask("p", 0, str(RUN), bench.place, names)
    published: list[str] = run_publish(task, bench.messages.append).data["published"]
    return published


def error_of(bench: Bench, files: dict[str, str]) -> TaskError:
    with pytest.raises(TaskFailedError) as caught:
        run_publish(PublishTask("p", 0, str(RUN), bench.place, files), bench.messages.append)
    return caught.value.error


def test_control_files_reach_the_nas_copy_and_replace_older_ones(bench: Bench) -> None:
    bench.sync()
    assert publish(bench, ingest__json="first", creation__json="{}") == ["ingest.json", "creation.json"]
    put(bench.control, {".ingest.json.0a1b2c3d.tmp": b"left by a killed publisher"})
    publish(bench, ingest__json="second \udcff")
    assert (bench.control / "ingest.json").read_bytes() == b"second \xff"
    assert (bench.control / "creation.json").read_text() == "{}"
    bench.assert_no_temporaries()
    assert bench.sha256sum_check().returncode == 0


def test_the_receipts_of_the_run_follow_to_the_nas(bench: Bench) -> None:
    bench.sync()
    with Dir.open(bench.state_dir) as state:
        for event in ("frozen", "verified"):
            append(state, receipt(event, RUN, manifest_digest="d" * 64, file_count=1, byte_total=1))
    publish(bench, ingest__json="first")
    publish(bench, ingest__json="second")
    with Dir.open(bench.control) as control:
        data = read(control)
    assert verify_chain(data) == []
    assert [one["event"] for one in entries(data)] == ["frozen", "verified"]


def test_a_ledger_that_cannot_be_read_holds_up_no_control_file(bench: Bench) -> None:
    bench.sync()
    (bench.state_dir / "receipts.jsonl").mkdir()
    assert error_of(bench, {"ingest.json": "new"}).error_class is ErrorClass.SOURCE_IO
    assert (bench.control / "ingest.json").read_text() == "new"


@pytest.mark.parametrize("size", [3 << 20, 5 << 30])
def test_a_ledger_on_the_nas_without_an_end_is_left_as_it_is_and_named(bench: Bench, size: int) -> None:
    bench.sync()
    with Dir.open(bench.state_dir) as state:
        append(state, receipt("frozen", RUN, manifest_digest="d" * 64, file_count=1, byte_total=1))
        publish(bench, ingest__json="first")
        append(state, receipt("verified", RUN, manifest_digest="d" * 64, file_count=1, byte_total=1))
    ledger = bench.control / "receipts.jsonl"
    os.truncate(ledger, size)
    tracemalloc.start()
    try:
        error = error_of(bench, {"ingest.json": "second"})
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()
    assert (error.error_class, error.code) == (ErrorClass.REFUSED, "ledger_damaged")
    assert "audit --set-aside" in error.message
    assert ledger.stat().st_size == size and not list(bench.control.glob("receipts.jsonl.torn*"))
    assert (bench.control / "ingest.json").read_text() == "second"


@pytest.mark.parametrize("what", ["folder", "link", "fifo"])
def test_something_else_for_a_ledger_on_the_nas_is_named(bench: Bench, what: str) -> None:
    bench.sync()
    with Dir.open(bench.state_dir) as state:
        append(state, receipt("frozen", RUN, manifest_digest="d" * 64, file_count=1, byte_total=1))
    ledger = bench.control / "receipts.jsonl"
    if what == "folder":
        ledger.mkdir()
    elif what == "link":
        ledger.symlink_to("elsewhere")
    else:
        os.mkfifo(ledger)
    error = error_of(bench, {"ingest.json": "new"})
    assert (error.error_class, error.code) == (ErrorClass.REFUSED, "ledger_damaged")
    assert "is not a regular file" in error.message
    assert not (bench.control / "elsewhere").exists()


def test_a_run_without_a_copy_has_nothing_to_bring_up_to_date(bench: Bench) -> None:
    assert publish(bench, ingest__json="x") == []
    assert not bench.nas_run.exists()


@pytest.mark.parametrize(
    "name", ["../evil.json", "claim.json", "checksums.sha256", "incoming", "superseded", "notes.txt", ""]
)
def test_only_control_files_are_published(bench: Bench, name: str) -> None:
    bench.sync()
    before = sorted(os.listdir(bench.control))
    assert error_of(bench, {name: "x"}).error_class is ErrorClass.INTERNAL
    assert sorted(os.listdir(bench.control)) == before


def test_nothing_is_written_below_anothers_claim(bench: Bench) -> None:
    put(bench.control, {"claim.json": json.dumps({"run_path": str(RUN), "station_id": "other"}).encode()})
    assert error_of(bench, {"ingest.json": "x"}).error_class is ErrorClass.CONFLICT
    assert os.listdir(bench.control) == ["claim.json"]


def test_nothing_is_written_where_the_marker_is_missing(bench: Bench) -> None:
    bench.sync()
    (bench.nas / ".exlab-nas.json").unlink()
    assert error_of(bench, {"ingest.json": "x"}).error_class is ErrorClass.TARGET
    assert not (bench.control / "ingest.json").exists()


def test_a_link_in_a_control_files_place_is_replaced_not_followed(bench: Bench, tmp_path: Path) -> None:
    bench.sync()
    (tmp_path / "outside").write_text("untouched")
    (bench.control / "ingest.json").symlink_to(tmp_path / "outside")
    publish(bench, ingest__json="new")
    assert (tmp_path / "outside").read_text() == "untouched"
    assert (bench.control / "ingest.json").read_text() == "new"


def test_a_probe_says_whether_readings_come_from_the_nas(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    task = ProbeTask("p", 0, "", bench.place)
    assert CONTENTS in provable(run_probe(task, lambda progress: None).data)
    refuse_direct_reads(monkeypatch)
    with mapped(bench.nas / NAS_MARKER):
        found = run_probe(task, lambda progress: None).data
    assert CONTENTS not in provable(found)
    assert verdict("nas", str(bench.nas), Outcome("p", data=found)).severity == "warning"


def test_a_probe_says_which_nas_and_how_much_room(bench: Bench) -> None:
    data = run_probe(ProbeTask("p", 0, "", bench.place), bench.messages.append).data
    assert (data["nas_id"], data["names"]) == (bench.marker.nas_id, "posix")
    assert data["capabilities"]["exclusive_publish"] is True
    assert 0 < data["free_bytes"] <= data["total_bytes"]


def test_a_probe_of_an_unmounted_share_says_so(bench: Bench) -> None:
    (bench.nas / ".exlab-nas.json").unlink()
    with pytest.raises(TaskFailedError) as caught:
        run_probe(ProbeTask("p", 0, "", bench.place), bench.messages.append)
    assert caught.value.error.error_class is ErrorClass.TARGET
