"""Owns the demo's first page: the notebook is run before anybody opens it, so that the panel is there and live."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import nbformat
from jupyter_client.blocking.client import BlockingKernelClient
from nbformat.sign import NotebookNotary
from nbformat.v4 import output_from_msg

from exlab_wizard.demo.server import ServerProcess

KERNEL_SECONDS = 60.0
_OUTPUTS = ("stream", "display_data", "execute_result", "error")


class NotPreparedError(Exception):
    """The notebook's first cell was not run; the message says why."""


def prepare(server: ServerProcess, notebook: Path) -> None:
    """Run the first code cell of `notebook` (in the server's root), in a session of the server, and save it, trusted.

    JupyterLab then finds the session running and the widget's model in its kernel; the other cells are for the
    reader. Raises `NotPreparedError`; the page can then still be run by hand.
    """
    try:
        content = _executed(server, notebook)
    except (OSError, RuntimeError, TimeoutError, httpx.HTTPError) as error:
        raise NotPreparedError(f"The first cell of {notebook.name} could not be run ({error}).") from error
    nbformat.write(content, notebook)  # type: ignore[no-untyped-call]
    NotebookNotary(data_dir=str(server.home / "data")).sign(content)  # type: ignore[no-untyped-call]


def _executed(server: ServerProcess, notebook: Path) -> Any:
    content = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    client = _kernel(server, notebook.name)
    try:
        client.wait_for_ready(timeout=KERNEL_SECONDS)
        _run(client, next(cell for cell in content.cells if cell.cell_type == "code"))
    finally:
        client.stop_channels()
    return content


def _kernel(server: ServerProcess, name: str) -> BlockingKernelClient:
    wanted = {"path": name, "name": name, "type": "notebook", "kernel": {"name": "python3"}}
    answer = httpx.post(
        f"{server.url}api/sessions",
        json=wanted,
        headers={"Authorization": f"token {server.token}"},
        timeout=KERNEL_SECONDS,
        trust_env=False,
    )
    kernel_id = answer.raise_for_status().json()["kernel"]["id"]
    client = BlockingKernelClient()
    client.load_connection_info(json.loads((server.home / "runtime" / f"kernel-{kernel_id}.json").read_text()))
    client.start_channels(hb=False)  # a heartbeat takes a slow machine for a dead kernel
    return client


def _run(client: BlockingKernelClient, cell: Any) -> None:
    cell.outputs = []

    def keep(message: dict[str, Any]) -> None:
        if message["msg_type"] in _OUTPUTS:
            cell.outputs.append(output_from_msg(message))  # type: ignore[no-untyped-call]

    reply = client.execute_interactive(cell.source, output_hook=keep, timeout=KERNEL_SECONDS)
    cell.execution_count = reply["content"].get("execution_count")
