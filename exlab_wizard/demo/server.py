"""Owns one real Jupyter server in directories of its own: start, wait until it answers, stop with its kernels."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Literal

import httpx

from exlab_wizard.demo.processes import BOUND, Process, end_all, family

App = Literal["jupyterlab", "jupyter_server", "notebook"]
_DIRECTORIES = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
}


class ServerError(RuntimeError):
    """The server did not come up; the message ends with the tail of its log."""


class ServerProcess:
    """A Jupyter server on loopback with a token of its own, bound to this process: it never outlives it.

    `home` gets its configuration, runtime files and log; `root_dir` is what it serves; `settings` is laid over its
    configuration (traitlets sections).
    """

    def __init__(self, home: Path, root_dir: Path, app: App = "jupyterlab", settings: dict[str, Any] | None = None):
        self.home, self.root_dir, self.app = home, root_dir, app
        self.settings = settings or {}
        self.token = secrets.token_hex(24)
        self.url = ""
        self.log_path = home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's process id."""
        if self._process is None:
            raise ServerError("the server is not started")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self, timeout_seconds: float = 60) -> None:
        """Start and wait until it answers. Raises `ServerError`."""
        self._write_settings()
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", BOUND, sys.executable, "-m", self.app],
                env=self._environment(),
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal is for us to handle, not for Jupyter to ask about
            )
        try:
            self._wait(time.monotonic() + timeout_seconds)
        except BaseException:
            self.stop()
            raise

    def get(self, path: str, timeout_seconds: float = 10) -> httpx.Response:
        """One authenticated GET, for example `staging/overview`."""
        return httpx.get(
            self.url + path,
            headers={"Authorization": f"token {self.token}"},
            timeout=timeout_seconds,
            trust_env=False,
        )

    def log_text(self) -> str:
        """What the server has logged."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def stop(self, timeout_seconds: float = 8) -> list[Process]:
        """SIGTERM, wait, then end whatever is left of its family; returns what could not be ended. Safe twice."""
        process, self._process = self._process, None
        if process is None:
            return []
        # kernels live in sessions of their own: they are found while their parent is still there
        members = family(process.pid)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout_seconds)
        return end_all(members)

    def _write_settings(self) -> None:
        for name in _DIRECTORIES.values():
            (self.home / name).mkdir(parents=True, exist_ok=True)
        base = {
            "ServerApp": {
                "ip": "127.0.0.1",
                "port": _free_port(),
                "open_browser": False,
                "root_dir": str(self.root_dir),
                "allow_root": os.geteuid() == 0,  # loopback only, and only servers that we start ourselves
                "jpserver_extensions": {"exlab_wizard": True},
            }
        }
        (self.home / "config" / "jupyter_server_config.json").write_text(json.dumps(merged(base, self.settings)))

    def _environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "JPY_", "EXLAB_"))}
        own = {key: str(self.home / name) for key, name in _DIRECTORIES.items()}
        return {**kept, **own, "JUPYTER_TOKEN": self.token, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}

    def _wait(self, deadline: float) -> None:
        while not (self._announced() and self._answers()):
            if not self.running:
                raise ServerError(f"Jupyter ended at its start:\n{self.log_text()[-3000:]}")
            if time.monotonic() > deadline:
                raise ServerError(f"Jupyter does not answer:\n{self.log_text()[-3000:]}")
            time.sleep(0.05)

    def _announced(self) -> bool:
        file = self.home / "runtime" / f"jpserver-{self.pid}.json"
        try:
            self.url = str(json.loads(file.read_text())["url"])
        except (OSError, ValueError, KeyError):  # not there yet, or half written
            return False
        return True

    def _answers(self) -> bool:
        try:
            return self.get("api/status", 2).status_code == 200
        except httpx.HTTPError:
            return False


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`over` laid over `base`, section by section."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _free_port() -> int:
    # Should somebody take it before the server does, the server itself goes on to the next one.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
