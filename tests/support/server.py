"""Owns a real `jupyter server` process with the extension, for tests that talk HTTP to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from exlab_wizard.demo.server import App, ServerProcess
from exlab_wizard.demo.server import merged as merged_settings

# Other extensions of the test environment cost more than half of each start and have no part in this.
_NO_PAGES = dict.fromkeys(("jupyter_lsp", "jupyter_server_terminals", "voila"), False)
ONLY_OURS = {"exlab_wizard": True, **_NO_PAGES, **dict.fromkeys(("jupyterlab", "notebook", "notebook_shim"), False)}
WITH_LAB = {"exlab_wizard": True, **_NO_PAGES}


@contextmanager
def running_server(
    home: Path, config_file: Path | None, app: App = "jupyter_server", settings: dict[str, Any] | None = None
) -> Iterator[ServerProcess]:
    """A started server over `config_file` (None: none configured); stopped by pid at the end, kernels too."""
    extensions = ONLY_OURS if app == "jupyter_server" else WITH_LAB
    base: dict[str, Any] = {"ServerApp": {"jpserver_extensions": extensions}}
    if config_file:
        base["ExLabWizard"] = {"config_file": str(config_file)}
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
