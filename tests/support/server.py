"""Owns a real `jupyter server` process with the extension, for tests that talk HTTP to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from exlab_wizard.demo.server import App, ServerProcess
from exlab_wizard.demo.server import merged as merged_settings


@contextmanager
def running_server(
    home: Path, config_file: Path | None, app: App = "jupyter_server", settings: dict[str, Any] | None = None
) -> Iterator[ServerProcess]:
    """A started server over `config_file` (None: none configured); stopped by pid at the end, kernels too."""
    base: dict[str, Any] = {"ExLabWizard": {"config_file": str(config_file)}} if config_file else {}
    root = home / "notebooks"
    root.mkdir(parents=True, exist_ok=True)
    server = ServerProcess(home, root, app, merged_settings(base, settings or {}))
    server.start()
    try:
        yield server
    finally:
        left = server.stop()
        assert not left, f"processes that would not end: {left}"


def client_of(server: ServerProcess, *, token: bool = True) -> httpx.Client:
    """An HTTP client bound to the server, with its token or with none."""
    headers = {"Authorization": f"token {server.token}"} if token else {}
    return httpx.Client(base_url=server.url, headers=headers, timeout=20, trust_env=False)
