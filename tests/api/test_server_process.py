"""A real `jupyter server` process: it comes up whatever our configuration says, and goes down promptly."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from exlab_wizard.demo.server import ServerProcess
from tests.support.lab import Lab
from tests.support.server import client_of
from tests.support.waiting import wait_for

Start = Callable[..., ServerProcess]


def staging(server: ServerProcess, path: str = "") -> httpx.Response:
    with client_of(server) as client:
        return client.get(f"staging{path}")


def settled(server: ServerProcess) -> httpx.Response:
    """The listing, once the station is no longer starting."""

    def answer() -> httpx.Response | None:
        found = staging(server)
        return None if found.status_code == 503 and found.json()["code"] == "station_starting" else found

    found = wait_for(answer, 30, "the station has started")
    assert found is not None
    return found


def stopped_within(server: ServerProcess, seconds: float) -> None:
    began = time.monotonic()
    assert server.stop() == []
    assert time.monotonic() - began < seconds, server.log_text()[-2000:]


def test_without_a_configuration_it_says_what_to_do(start_server: Start) -> None:
    server = start_server()
    answer = staging(server)
    assert (answer.status_code, answer.json()["code"]) == (503, "orchestrator_disabled")
    assert "exlab-wizard init" in answer.json()["message"]
    with client_of(server, token=False) as stranger:
        assert stranger.get("staging").status_code == 403
        assert stranger.post("staging/x/clear").json()["code"] == "forbidden"
    stopped_within(server, 5)


def test_a_broken_configuration_never_stops_the_server(start_server: Start, tmp_path: Path) -> None:
    broken = tmp_path / "lab.yaml"
    broken.write_text("orchestrator: {enabled: true, staging_rot: /srv}\n")
    server = start_server(broken)
    answer = settled(server)
    assert (answer.status_code, answer.json()["code"]) == (503, "config_invalid")
    assert answer.json()["key"] == "orchestrator.staging_rot"
    assert "staging_root" in answer.json()["message"]
    with client_of(server) as client:
        assert client.get("api/status").status_code == 200
    assert "staging_rot" in server.log_text()
    stopped_within(server, 5)


def test_below_a_base_url_over_a_real_station(start_server: Start, lab: Lab) -> None:
    run = lab.run_path()
    lab.push(run, {"a.bin": b"1" * 100})
    settings = {"ServerApp": {"base_url": "/hub/kim%40lab/"}}
    server = start_server(lab.write_config(), settings=settings)

    def verified() -> bool:
        rows = settled(server).json()["runs"]
        return any(row["current_state"] == "sync_verified" for row in rows)

    assert "/hub/kim%40lab/" in server.url
    wait_for(verified, 30, "the run is verified")
    assert staging(server, f"/{run}/detail").json()["row"]["path"] == run
    stopped_within(server, 5)


def last_activity(server: ServerProcess) -> datetime:
    with client_of(server) as client:
        status: dict[str, Any] = client.get("api/status?no_track_activity=1").json()
    return datetime.fromisoformat(status["last_activity"])


def test_polling_alone_does_not_keep_a_server_alive(start_server: Start, lab: Lab) -> None:
    run = lab.run_path()
    lab.push(run, {"a.bin": b"1"}, done=False)
    server = start_server(lab.write_config())
    settled(server)
    with client_of(server) as client:
        client.get("api/status")
    before = last_activity(server)
    wait_for(lambda: staging(server).json()["runs"], 30)
    for path in ("", "/overview", "/health", f"/{run}/detail", f"/{run}/log"):
        assert staging(server, path).status_code == 200
    assert last_activity(server) <= max(
        before, datetime.fromisoformat(staging(server).json()["runs"][0]["last_activity_at"])
    )
    stopped_within(server, 5)
