"""The record of the last day, of real servers: what they synced, over a restart, and of one that only follows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.server.conftest import StartServer
from tests.support.lab import Lab
from tests.support.oracle import random_files

ACTIVITY = "staging/activity"


def synced(found: dict[str, Any]) -> int:
    return sum(point["bytes_synced"] for point in found["points"])


def test_what_was_synced_survives_the_server(lab: Lab, serve: StartServer) -> None:
    run, kept = lab.run_path(), lab.run_path("kept")
    files, more = random_files(5, 20, 3 << 20), random_files(6, 3, 1 << 20)
    first, second = sum(map(len, files.values())), sum(map(len, more.values()))
    server, began = serve(), datetime.now(UTC)
    lab.push(run, files)
    lab.push(kept, more)
    server.verified(run)
    server.verified(kept)
    assert server.clear(run).status_code == 200
    server.terminate(10)
    server = serve()
    server.overview()
    found = server.get(ACTIVITY).json()
    assert (found["bucket_seconds"], synced(found)) == (300, first + second), "clearing reads, and is no sync"
    last = found["points"][-1]
    assert last["bytes_staged"] == second and 0 < last["disk_free"] < last["disk_total"]
    assert -300 < (datetime.fromisoformat(last["at"]) - began).total_seconds() < 300
    follower = serve()
    follower.overview()
    assert synced(follower.get(ACTIVITY).json()) == first + second, "one that follows reads what the leader wrote"
