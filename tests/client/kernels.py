"""Owns running code in a real kernel that a real Jupyter server started, over its REST API and web socket."""

from __future__ import annotations

import json
import uuid

import httpx
from websocket import WebSocket, create_connection

from exlab_wizard.demo.server import ServerProcess


def run_in_kernel(server: ServerProcess, code: str, seconds: float = 60) -> str:
    """What `code` printed; an error in it is an `AssertionError`. The kernel is ended afterwards."""
    headers = {"Authorization": f"token {server.token}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=seconds, trust_env=False) as http:
        kernel = http.post("api/kernels", json={"name": "python3"}).raise_for_status().json()["id"]
        try:
            address = f"{server.url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels"
            socket = create_connection(address, timeout=seconds, header=headers, http_no_proxy=["*"])
            with_output = _execute(socket, code)
            socket.close()
        finally:
            http.delete(f"api/kernels/{kernel}")
    return with_output


def _execute(socket: WebSocket, code: str) -> str:
    request = str(uuid.uuid4())
    header = {"msg_id": request, "msg_type": "execute_request", "username": "", "session": request, "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    socket.send(json.dumps(message))
    printed = ""
    while True:
        answer = json.loads(socket.recv())
        if answer["parent_header"].get("msg_id") != request:
            continue
        if answer["msg_type"] == "stream":
            printed += answer["content"]["text"]
        if answer["msg_type"] == "execute_reply":
            assert answer["content"]["status"] == "ok", answer["content"]
        if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
            return printed
