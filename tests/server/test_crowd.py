"""Many people at once: one job, one clearing, the same answer for all, and a list that stays quick."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.server.conftest import StartServer
from tests.support.lab import Lab
from tests.support.oracle import RunOracle, random_files
from tests.support.serving import LabServer, code_of

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


def test_twenty_clears_are_one_clearing(lab: Lab, serve: StartServer) -> None:
    run, files = lab.run_path(), random_files(7, 200, 12 << 20)
    oracle = RunOracle(lab.staging, lab.nas, run, files)
    lab.push(run, files)
    server = serve()
    server.verified(run)
    answers = with_reader(server, 20, lambda: server.clear(run))
    done = [answer.json() for answer in answers if answer.status_code == 200]
    numbers = {"run_path": run, "files_freed": len(files) + 1, "bytes_freed": sum(map(len, files.values()))}
    assert done and all(one == numbers for one in done)
    refused = [answer for answer in answers if answer.status_code != 200]
    assert all(answer.status_code == 409 and code_of(answer) in DOCUMENTED for answer in refused)
    receipts = (lab.staging / ".exlab-wizard" / "receipts.jsonl").read_text()
    assert receipts.count('"clear_intended"') == 1, receipts
    assert oracle.all_on_nas() and not oracle.local_data()
