"""A server that is told to stop stops at once, leaves no process, and goes on afterwards where it was."""

from __future__ import annotations

import time
from pathlib import Path

from tests.server.conftest import StartServer
from tests.support.lab import Lab
from tests.support.oracle import RunOracle, random_files
from tests.support.serving import LabServer, kill_one, wait_gone
from tests.support.waiting import wait_for

STOP_SECONDS = 5.0
SMALL = {"a.tif": b"a" * 1000, "b/c.tif": b"c" * 2000}


def published(copy: Path) -> dict[str, tuple[int, int]]:
    """Inode and modification time of each data file under its final name on the NAS."""
    found = [path for path in copy.rglob("*.tif") if ".exlab-wizard" not in path.parts]
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def test_sigterm_in_a_sync_is_prompt_and_what_is_finished_is_not_copied_again(lab: Lab, serve: StartServer) -> None:
    run, files = lab.run_path(), random_files(1, 700, 12 << 20)
    oracle = RunOracle(lab.staging, lab.nas, run, files)
    lab.push(run, files)
    server = serve(pace=3.0)
    wait_for(lambda: published(oracle.copy), 30, "the first files are on the NAS")
    assert server.workers()
    wait_gone(server.terminate(STOP_SECONDS))
    before = published(oracle.copy)
    assert 0 < len(before) < len(files)
    assert oracle.lost() == oracle.wrong_on_nas() == []
    server.pace = None
    server.start()
    server.verified(run)
    after = published(oracle.copy)
    assert {name: after[name] for name in before} == before
    assert oracle.all_on_nas() and oracle.sha256sum_check().returncode == 0
    assert oracle.tidy()


def test_sigterm_in_a_clearing_is_prompt_and_nothing_is_half_done(lab: Lab, serve: StartServer) -> None:
    run, files = lab.run_path(), random_files(2, 20, 8 << 20)
    oracle = RunOracle(lab.staging, lab.nas, run, files)
    lab.push(run, files)
    server = serve()
    server.verified(run)
    assert server.clear(run).status_code == 200
    server.terminate(STOP_SECONDS)
    assert oracle.state() == "cleared" and oracle.all_on_nas()
    server.start()
    assert server.wait_row(run, current_state="cleared")["local_data"] is False


def test_an_idle_server_stops_at_once(lab: Lab, serve: StartServer) -> None:
    run = lab.run_path()
    lab.push(run, SMALL)
    server = serve()
    server.verified(run)
    started = time.monotonic()
    wait_gone(server.terminate(STOP_SECONDS))
    assert time.monotonic() - started < STOP_SECONDS
    assert "Traceback" not in server.log_text()


def busy_worker(server: LabServer, run: str) -> None:
    """Wait until a worker copies this run."""
    server.wait_row(run, current_state="sync_queued", display_state="Syncing")
    wait_for(server.workers, 10, "a worker")


def test_a_run_survives_the_sudden_death_of_its_worker(lab: Lab, serve: StartServer) -> None:
    run, other = lab.run_path(), lab.run_path("PROJ-0043")
    files = random_files(3, 40, 8 << 20)
    oracle = RunOracle(lab.staging, lab.nas, run, files)
    server = serve(pace=2.0)
    lab.push(run, files)
    busy_worker(server, run)
    for worker in server.workers():
        kill_one(worker)
    row = server.wait_row(run, display_state="Stalled")
    assert "ended unexpectedly" in row["why"] and row["needs_attention"]
    lab.push(other, SMALL)
    server.verified(other)
    answer = server.force_sync(run)
    assert answer.json() == {"run_path": run, "state": "queued", "job_id": row["job_id"]}
    server.verified(run, 40)
    assert oracle.all_on_nas() and oracle.tidy()
