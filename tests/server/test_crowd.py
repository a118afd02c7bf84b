"""Many people at once: one job, one clearing, the same answer for all, and a list that stays quick."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.server.conftest import StartServer
from tests.support.lab import Lab
from tests.support.oracle import RunOracle, random_files
from tests.support.serving import LabServer, code_of
from tests.support.waiting import wait_for

DOCUMENTED = {"run_busy", "run_cleared", "staging_not_sync_verified"}


def all_at_once(number: int, call: Callable[[], httpx.Response]) -> list[httpx.Response]:
    with ThreadPoolExecutor(number) as crowd:
        return [future.result() for future in [crowd.submit(call) for _ in range(number)]]


def with_reader(server: LabServer, number: int, call: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """A crowd, while somebody reads the list: that one never waits for them."""
    with ThreadPoolExecutor(1) as side, server.client() as reader:
        crowd = side.submit(all_at_once, number, call)
        seconds = []
        while not crowd.done():
            started = time.monotonic()
            assert reader.get("staging").status_code == 200
            seconds.append(time.monotonic() - started)
        # the median: this process has to share two cores with the server and its own crowd
        assert statistics.median(seconds) < 1.0, sorted(seconds)[-5:]
        return crowd.result()


def test_fifty_force_syncs_are_one_job(lab: Lab, serve: StartServer) -> None:
    run, files = lab.run_path(), random_files(6, 30, 6 << 20)
    server = serve(pace=2.5)
    lab.push(run, files)
    server.wait_row(run, current_state="sync_queued", display_state="Syncing")
    answers = with_reader(server, 50, lambda: server.force_sync(run))
    assert [answer.status_code for answer in answers] == [200] * 50
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    assert answers[0].json()["job_id"]
    server.verified(run, 40)
    again = with_reader(server, 50, lambda: server.force_sync(run))
    assert [answer.status_code for answer in again] == [200] * 50
    assert len({answer.json()["job_id"] for answer in again}) == 1
    server.verified(run, 40)


def test_fifty_clears_are_one_clearing(lab: Lab, serve: StartServer) -> None:
    run, files = lab.run_path(), random_files(7, 200, 12 << 20)
    oracle = RunOracle(lab.staging, lab.nas, run, files)
    lab.push(run, files)
    server = serve()
    server.verified(run)
    answers = with_reader(server, 50, lambda: server.clear(run))
    done = [answer.json() for answer in answers if answer.status_code == 200]
    numbers = {"run_path": run, "files_freed": len(files) + 1, "bytes_freed": sum(map(len, files.values()))}
    assert done and all(one == numbers for one in done)
    refused = [answer for answer in answers if answer.status_code != 200]
    assert all(answer.status_code == 409 and code_of(answer) in DOCUMENTED for answer in refused)
    receipts = (lab.staging / ".exlab-wizard" / "receipts.jsonl").read_text()
    assert receipts.count('"clear_intended"') == 1, receipts
    assert receipts.count('"event":"cleared"') == 1, receipts
    assert oracle.all_on_nas() and not oracle.local_data()


def test_fifty_people_force_and_clear_several_runs_at_once(lab: Lab, serve: StartServer) -> None:
    """Mixed verbs on one run and on others: no failure but a documented refusal, one clearing a run, nothing lost."""
    runs = [lab.run_path(f"P {number}") for number in range(4)]
    files = {run: random_files(20 + number, 40, 1 << 20) for number, run in enumerate(runs)}
    server = serve()
    for run in runs:
        lab.push(run, files[run])
    for run in runs:
        server.verified(run)
    deeds = [(run, verb) for run in runs[:1] * 5 + runs[1:] for verb in ("clear", "force-sync")] * 4
    answers = with_reader_of(server, deeds[:50])
    for _, answer in answers:
        refused = answer.status_code == 409 and code_of(answer) in DOCUMENTED
        assert answer.status_code == 200 or refused, answer.text
    for run in runs:
        freed = {
            answer.text for (path, verb), answer in answers if (path, verb) == (run, "clear") and answer.is_success
        }
        assert len(freed) <= 1, freed
        jobs = {
            answer.json()["job_id"] for (path, verb), answer in answers if path == run and "job_id" in answer.json()
        }
        history = json.loads((lab.staging / run / ".exlab-wizard" / "ingest.json").read_bytes())["history"]
        sent = [entry["state"] for entry in history].count("sync_queued")
        assert len(jobs) <= sent, "one for each time that it was sent, however many asked"
        wait_for(lambda run=run: settled(server, run), 20)  # type: ignore[misc]
    receipts = [
        json.loads(line) for line in (lab.staging / ".exlab-wizard" / "receipts.jsonl").read_text().splitlines()
    ]
    for run in runs:
        oracle = RunOracle(lab.staging, lab.nas, run, files[run])
        assert not oracle.lost() and oracle.all_on_nas() and oracle.sha256sum_check().returncode == 0
        cleared = [one for one in receipts if one["event"] == "cleared" and one["run_path"] == run]
        row = server.row(run)
        assert row is not None
        assert len(cleared) == (row["current_state"] == "cleared")
        assert bool(oracle.local_data()) == (row["current_state"] != "cleared")


Deed = tuple[str, str]


def with_reader_of(server: LabServer, deeds: list[Deed]) -> list[tuple[Deed, httpx.Response]]:
    """Each deed by a client of its own, all at once, while somebody reads the list."""
    turn = iter(deeds)
    done: list[tuple[Deed, httpx.Response]] = []

    def one() -> httpx.Response:
        deed = next(turn)
        answer = server.post("/".join(deed))
        done.append((deed, answer))
        return answer

    with_reader(server, len(deeds), one)
    return done


def settled(server: LabServer, run: str) -> bool:
    row = server.row(run)
    return row is not None and row["job_id"] is None and row["current_state"] in ("sync_verified", "cleared")
