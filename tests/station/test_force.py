"""Force-sync skips the waiting, not the safety: each state a run can be in when a person presses the button."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from exlab_wizard.observer.observer import Observer
from exlab_wizard.sync.engine.meter import PACE_VARIABLE
from tests.station.conftest import FILES, RUN, Bench
from tests.support.lab import SENTINEL
from tests.support.waiting import wait_for


def settle(bench: Bench, seconds: float) -> None:
    """Configure how long a run must rest."""
    bench.lab.data["equipment"][0]["settle_seconds"] = seconds


def restarted(bench: Bench) -> Bench:
    bench.restart()
    return bench


def test_without_signal_it_names_what_is_missing(bench: Bench) -> None:
    bench.push(done=False)
    error = bench.refused(bench.force)
    assert error.code == "run_not_complete" and SENTINEL in error.message
    assert SENTINEL in error.details["missing"]
    assert not (bench.lab.nas / RUN).exists()


def test_even_if_incomplete_skips_the_signal_only_and_is_recorded(bench: Bench) -> None:
    folder = bench.push(done=False)
    answer = bench.force(even_if_incomplete=True)
    assert (answer.state, answer.job_id) == ("queued", None)
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == FILES
    log = "".join(path.read_text() for path in (folder / ".exlab-wizard").glob("wizard.*.log"))
    assert "without its signal on the word of kim" in log


def test_a_signalled_run_that_has_not_settled_starts_by_itself(bench: Bench) -> None:
    settle(bench, 2.0)
    restarted(bench).push()
    bench.wait_shown("Receiving")
    answer = bench.force()
    assert (answer.state, answer.job_id) == ("queued", None)
    assert bench.row().current_state == "staging"
    bench.wait("sync_verified")


def test_an_empty_run_is_never_complete(bench: Bench) -> None:
    (bench.lab.staging / RUN).mkdir(parents=True)
    bench.wait_shown("Receiving")
    assert bench.refused(lambda: bench.force(even_if_incomplete=True)).code == "run_not_complete"


def test_unknown_runs_and_unknown_equipment_are_not_found(bench: Bench) -> None:
    assert bench.refused(bench.force).code == "run_not_found"
    assert bench.refused(lambda: bench.force(RUN.replace("CONFOCAL_01", "OTHER"))).code == "run_not_found"


def test_a_queued_run_keeps_its_job(bench: Bench) -> None:
    (bench.lab.nas / ".exlab-nas.json").rename(bench.lab.base / "marker")
    wait_for(lambda: bench.station.overview().targets[0].state == "unavailable", 90)
    bench.push()
    row = bench.wait_shown("Paused")
    answers = {bench.force().job_id for _ in range(3)}
    assert answers == {row.job_id}
    assert "not reachable" in bench.row().why and not (bench.lab.nas / RUN).exists()
    (bench.lab.base / "marker").rename(bench.lab.nas / ".exlab-nas.json")
    bench.wait("sync_verified")


def test_a_cleared_run_says_where_its_data_are(bench: Bench) -> None:
    bench.verified()
    bench.clear()
    error = bench.refused(bench.force)
    assert error.code == "run_cleared" and str(bench.lab.nas / RUN) in error.message


def test_fifty_at_once_give_one_job(bench: Bench) -> None:
    bench.verified()
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(bench.force())) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 50 and {answer.state for answer in answers} == {"queued"}
    bench.wait("sync_verified")
    states = [entry["state"] for entry in bench.ingest()["history"]]
    assert states.count("sync_verified") - 1 == len({answer.job_id for answer in answers})


def test_a_wrong_given_hash_publishes_nothing_and_waits_for_a_new_file(bench: Bench) -> None:
    bench.lab.data["equipment"][0].update(completeness_signal="manifest", manifest_filename="manifest.json")
    restarted(bench)
    listed = {"files": [{"path": "a.tif", "size": 5, "sha256": "0" * 64}]}
    folder = bench.push(files={"a.tif": b"hello", "manifest.json": json.dumps(listed).encode()}, done=False)
    row = bench.wait_shown("Failed")
    assert row.current_state == "staging" and "a.tif" in row.why
    assert "a.tif" not in bench.lab.on_nas(RUN)
    assert bench.ingest()["history"][-1]["reason"] == "changed"
    del listed["files"][0]["sha256"]
    (folder / "manifest.json").write_text(json.dumps(listed))
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN)["a.tif"] == b"hello"


def test_a_manifest_run_waits_for_every_listed_file(bench: Bench) -> None:
    bench.lab.data["equipment"][0].update(completeness_signal="manifest", manifest_filename="manifest.json")
    restarted(bench)
    listed = {"files": [{"path": "a.tif", "size": 5}, {"path": "b/c.tif", "size": 2}]}
    folder = bench.push(files={"a.tif": b"hello", "manifest.json": json.dumps(listed).encode()}, done=False)
    assert "b/c.tif" in wait_for(lambda: (row := bench.row()) and "b/c.tif" in row.why and row).why
    (folder / "b").mkdir()
    (folder / "b" / "c.tif").write_bytes(b"ok")
    bench.wait("sync_verified")


def test_a_quiet_run_is_complete_when_nothing_changed_for_the_period(bench: Bench) -> None:
    bench.lab.data["equipment"][0].update(completeness_signal="quiet_period", quiet_minutes=0.02, settle_seconds=0.1)
    restarted(bench)
    bench.push(done=False)
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == FILES


def test_a_sentinel_that_is_no_regular_file_is_no_signal(bench: Bench) -> None:
    folder = bench.push(done=False)
    (folder / SENTINEL).mkdir()
    assert bench.refused(bench.force).code == "run_not_complete"


def test_a_sentinel_before_its_data_waits_until_the_data_rest(bench: Bench) -> None:
    settle(bench, 1.0)
    restarted(bench)
    folder = bench.push(files={"growing.tif": b""})
    for number in range(8):
        with (folder / "growing.tif").open("ab") as file:
            file.write(b"x" * 1000)
        wait_for(lambda size=(number + 1) * 1000: (row := bench.row()) and row.byte_total >= size, 5)
        assert bench.row().current_state == "staging"
    bench.wait("sync_verified")
    assert len(bench.lab.on_nas(RUN)["growing.tif"]) == 8000


def test_during_a_sync_it_does_not_walk_the_run_again(late_bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[threading.Thread] = []
    real = Observer.look_now
    monkeypatch.setattr(Observer, "look_now", lambda *a: (looks.append(threading.current_thread()), real(*a))[1])
    monkeypatch.setenv(PACE_VARIABLE, "0.1")  # MiB a second
    folder = late_bench.push(files={"big.raw": b"x" * 600_000})
    late_bench.start()
    job = late_bench.wait_shown("Syncing").job_id
    answer = late_bench.force()
    assert (answer.state, answer.job_id) == ("queued", job) and asked(looks) == 0
    (folder / "late.raw").write_bytes(b"late")
    monkeypatch.delenv(PACE_VARIABLE)
    wait_for((late_bench.lab.nas / RUN / "late.raw").exists, 30, "what came during the sync is brought as well")
    late_bench.wait("sync_verified")
    late_bench.force()
    assert asked(looks) == 1, "with no worker on it the run is looked at"


def asked(looks: list[threading.Thread]) -> int:
    """How many looks were the person's own, not the station's."""
    return looks.count(threading.current_thread())
