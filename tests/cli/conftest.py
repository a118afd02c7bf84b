"""Owns calling the command beside a real station, in a pipe and in a terminal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from exlab_wizard.demo.server import ServerProcess
from tests.support.command import exlab_wizard
from tests.support.station import push, station, station_lab
from tests.support.waiting import wait_for

__all__ = ["push", "station", "station_lab"]

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def call(station: ServerProcess) -> Call:
    """The command in a shell of the station's user."""
    env = {"JUPYTER_RUNTIME_DIR": str(station.home / "runtime")}
    return lambda *arguments, **more: exlab_wizard(*arguments, env={**env, **more.pop("env", {})}, **more)


@pytest.fixture
def document(call: Call) -> Callable[..., Any]:
    """The command with `--json`: its one document, after checking its exit code."""

    def asked(*arguments: str, code: int = 0) -> Any:
        done = call(*arguments, "--json")
        assert done.returncode == code, done.stderr + done.stdout
        return json.loads(done.stdout)

    return asked


@pytest.fixture
def pushed(push: Callable[..., str], station: ServerProcess) -> Callable[..., str]:
    """Push a run and wait until the station lists it; with `verified=True`, until it is on the NAS."""

    def state(run: str) -> str | None:
        rows = station.get("staging").json()["runs"]
        return next((row["current_state"] for row in rows if row["path"] == run), None)

    def arrived(project: str = "PROJ-0042", *, verified: bool = False, **more: bool) -> str:
        run = push(project, **more)
        wanted = ("sync_verified",) if verified else ("staging", "complete", "sync_queued", "sync_verified")
        wait_for(lambda: state(run) in wanted, 60, f"{run} listed")
        return run

    return arrived
