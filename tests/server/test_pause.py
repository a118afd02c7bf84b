"""A pause through real servers: killed while pausing, restarted, taken over, and asked of the one that follows."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, suppress
from typing import Any

import httpx

from tests.server.conftest import StartServer
from tests.support.lab import Lab
from tests.support.oracle import random_files
from tests.support.serving import LabServer, code_of
from tests.support.waiting import wait_for


def paused(server: LabServer) -> dict[str, Any]:
    found: dict[str, Any] = server.overview()["paused"]
    return found


def test_killed_while_pausing_it_stays_paused_and_nothing_is_lost(lab: Lab, serve: StartServer) -> None:
    run, files = lab.run_path(), random_files(1, 3, 8 << 20)
    lab.push(run, files)
    server = serve(pace=2.0)
    server.wait_row(run, display_state="Syncing")
    asking = threading.Thread(target=_ask, args=(server, f"{run}/pause"), daemon=True)
    asking.start()
    wait_for(lambda: _in_database(lab), 10, "it is being paused")
    server.kill()
    asking.join(10)
    server.pace = None
    server.start()
    row = server.row(run)
    assert row is not None and row["display_state"] == "Paused" and row["job_id"], "what the database says holds"
    assert server.post(f"{run}/resume").json()["paused"] is False
    server.verified(run)
    assert lab.on_nas(run) == {**files, "acquisition_complete.flag": b""}


def test_the_follower_passes_it_on_and_tells_it_and_the_next_leader_keeps_it(lab: Lab, serve: StartServer) -> None:
    leader = serve()
    wait_for(lambda: leader.overview()["leader"]["leads"], 20, "the first one leads")
    other = serve()
    other.overview()  # past its start
    answer = other.post("pause", {"equipment_id": "CONFOCAL_01"})
    assert answer.status_code == 200, answer.text
    wait_for(lambda: "CONFOCAL_01" in paused(leader)["equipment"] and paused(leader) == paused(other), 5, "both say so")
    run = lab.run_path()
    lab.push(run, {"a.tif": b"a" * 1000})
    other.wait_row(run, display_state="Paused", current_state="sync_queued")
    assert code_of(other.force_sync(run)) == "paused"
    leader.kill()
    wait_for(lambda: other.overview()["leader"]["leads"], 20, "the other one leads")
    assert "CONFOCAL_01" in paused(other)["equipment"]
    other.post("resume", {"equipment_id": "CONFOCAL_01"})
    other.verified(run)


def _ask(server: LabServer, path: str) -> None:
    with suppress(httpx.TransportError):  # it may be killed in the middle of the answer
        server.post(path)


def _in_database(lab: Lab) -> bool:
    with closing(sqlite3.connect(lab.staging / ".exlab-wizard" / "station.db", timeout=10)) as connection:
        return bool(connection.execute("SELECT 1 FROM pauses").fetchall())
