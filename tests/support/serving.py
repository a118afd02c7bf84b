"""Owns a server under fault tests: throttled where asked, killed, restarted on the same lab, and spoken to by HTTP."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from exlab_wizard.demo.server import ServerProcess
from tests.support.server import ONLY_OURS
from tests.support.waiting import wait_for

Row = dict[str, Any]


class LabServer(ServerProcess):
    """`pace` throttles copy and verification, in MiB a second."""

    def __init__(self, home: Path, config_file: Path, pace: float | None = None) -> None:
        (home / "notebooks").mkdir(parents=True, exist_ok=True)
        settings = {"ExLabWizard": {"config_file": str(config_file)}, "ServerApp": {"jpserver_extensions": ONLY_OURS}}
        super().__init__(home, home / "notebooks", "jupyter_server", settings)
        self.pace = pace

    def _environment(self) -> dict[str, str]:
        pace = {"EXLAB_WIZARD_PACE_MIB_S": str(self.pace)} if self.pace else {}
        return {**super()._environment(), **pace}

    # -------------------------------------------------------------- processes

    def children(self) -> list[psutil.Process]:
        """Every descendant alive now."""
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.pid).children(recursive=True)
        return []

    def workers(self) -> list[psutil.Process]:
        """The worker processes among them."""
        return [child for child in self.children() if is_worker(child)]

    def kill(self) -> None:
        """SIGKILL, as a power cut for the process; its workers must go by themselves."""
        children = self.children()
        self._end(signal.SIGKILL, 10)
        wait_gone(children)

    def terminate(self, seconds: float) -> list[psutil.Process]:
        """SIGTERM; fails unless it ends within `seconds`. The children it had just before."""
        children = self.children()
        self._end(signal.SIGTERM, seconds)
        return children

    def _end(self, number: int, seconds: float) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        self._process.wait(seconds)

    def end(self) -> None:
        """Whatever state it is in: gone afterwards, with all it started."""
        left = self.stop()
        assert not left, f"processes that would not end: {left}"

    # -------------------------------------------------------------- HTTP

    def client(self, seconds: float = 30) -> httpx.Client:
        """A client with the server's token."""
        headers = {"Authorization": f"token {self.token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=seconds, trust_env=False)

    def post(self, path: str, body: dict[str, Any] | None = None, seconds: float = 60) -> httpx.Response:
        """One POST below `staging/`."""
        with self.client(seconds) as client:
            return client.post(f"staging/{path}", json=body)

    def force_sync(self, run: str, **body: Any) -> httpx.Response:
        return self.post(f"{run}/force-sync", body or None)

    def clear(self, run: str) -> httpx.Response:
        return self.post(f"{run}/clear")

    def overview(self) -> dict[str, Any]:
        """The whole overview; waits out the start, and takes nothing but 200."""
        answer = wait_for(self._started_overview, 30, "the station answers")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def _started_overview(self) -> httpx.Response | None:
        answer = self.get("staging/overview")
        return None if answer.status_code == 503 and answer.json()["code"] == "station_starting" else answer

    def row(self, run: str) -> Row | None:
        """The run's row."""
        return next((row for row in self.overview()["runs"] if row["path"] == run), None)

    def target(self, nas_root: Path) -> dict[str, Any]:
        """What is said of one NAS."""
        return next(one for one in self.overview()["targets"] if one["nas_root"] == str(nas_root))

    def wait_row(self, run: str, seconds: float = 30, **wanted: Any) -> Row:
        """Wait until the run's row has these values."""
        seen: list[Row | None] = [None]

        def there() -> Row | None:
            row = seen[0] = self.row(run)
            return row if row and all(row[key] == value for key, value in wanted.items()) else None

        try:
            found = wait_for(there, seconds)
        except AssertionError as error:
            raise AssertionError(f"{run} never had {wanted}; last: {seen[0]}") from error
        assert found is not None
        return found

    def verified(self, run: str, seconds: float = 30) -> Row:
        """Wait until it is verified and nothing is under way."""
        return self.wait_row(run, seconds, current_state="sync_verified", job_id=None)


def is_worker(process: psutil.Process) -> bool:
    """Whether this is a worker of ours (a process that has gone is not)."""
    with suppress(psutil.Error):
        return "exlab_wizard.sync.engine.worker" in process.cmdline()
    return False


def wait_gone(processes: Iterable[psutil.Process], seconds: float = 5) -> None:
    """Wait until none of these is left."""
    found = list(processes)
    wait_for(lambda: not [one for one in found if _lives(one)], seconds, f"gone: {found}")


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def code_of(answer: httpx.Response) -> str:
    """The error code of a refusal, its message checked to be a sentence."""
    body = answer.json()
    assert len(body["message"]) > 20, body
    return str(body["code"])


def kill_one(process: psutil.Process) -> None:
    """SIGKILL by pid."""
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
