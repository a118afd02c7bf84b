"""Finding and reaching real servers, and what is said when that fails."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbclient
import nbformat
import pytest

from exlab_wizard import connect
from exlab_wizard.client import ConnectionProblem, StagingClient
from exlab_wizard.client.connection import ProblemCode
from exlab_wizard.demo.processes import BOUND
from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.errors import Code, StagingError
from tests.client.kernels import run_in_kernel
from tests.client.rows import RUN
from tests.support.lab import Lab
from tests.support.waiting import wait_for

Start = Callable[..., ServerProcess]
Shell = Callable[[ServerProcess | None], Path]
Attach = Callable[..., StagingClient]
WITHOUT_US = {"ServerApp": {"jpserver_extensions": {"exlab_wizard": False}}}
ASK_WHO = "from exlab_wizard import connect; print(repr(connect()))"


def problem(*given: str, **more: str) -> ConnectionProblem:
    with pytest.raises(ConnectionProblem) as caught:
        connect(*given, **more)  # type: ignore[arg-type]
    return caught.value


def refusal(call: Callable[[], object]) -> StagingError:
    with pytest.raises(StagingError) as caught:
        call()
    return caught.value


def test_no_server_says_how_to_start_or_name_one(shell: Shell) -> None:
    shell(None)
    error = problem()
    assert error.code is ProblemCode.NO_SERVER
    assert "jupyter lab" in error.next_step and "EXLAB_WIZARD_URL" in error.next_step
    assert isinstance(error, ConnectionError)


def test_from_a_shell_the_running_server_is_found(unconfigured: ServerProcess, shell: Shell, attach: Attach) -> None:
    shell(unconfigured)
    client = attach()
    assert client.url == unconfigured.url and "process id" in client.found
    error = refusal(client.list)
    assert error.code is Code.ORCHESTRATOR_DISABLED and "exlab-wizard init" in error.message


def test_a_wrong_token_is_called_that(unconfigured: ServerProcess, shell: Shell) -> None:
    shell(unconfigured)
    error = problem(token="not-the-token")
    assert error.code is ProblemCode.TOKEN_REFUSED
    assert "does not accept the token" in error.message and "jupyter server list" in error.next_step
    assert "not-the-token" not in str(error), "tokens are not shown"


def test_a_missing_token_is_called_that(unconfigured: ServerProcess, shell: Shell, attach: Attach) -> None:
    shell(None)
    error = problem(unconfigured.url)
    assert error.code is ProblemCode.TOKEN_REFUSED and "none was given" in error.message
    assert attach(unconfigured.url, unconfigured.token).url == unconfigured.url
    assert attach(f"{unconfigured.url}lab?token={unconfigured.token}").url == unconfigured.url


def test_the_environment_names_server_and_token(
    unconfigured: ServerProcess, shell: Shell, attach: Attach, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell(None)
    monkeypatch.setenv("EXLAB_WIZARD_URL", unconfigured.url)
    assert problem().code is ProblemCode.TOKEN_REFUSED
    monkeypatch.setenv("EXLAB_WIZARD_TOKEN", unconfigured.token)
    assert attach().found == "$EXLAB_WIZARD_URL"


def test_a_post_with_a_wrong_token_says_token_not_xsrf(
    unconfigured: ServerProcess, shell: Shell, attach: Attach
) -> None:
    shell(unconfigured)
    client = attach()
    client._connection._http.headers["Authorization"] = "token wrong"
    with pytest.raises(ConnectionProblem) as caught:
        client.force_sync(RUN)
    assert caught.value.code is ProblemCode.TOKEN_REFUSED
    assert "token" in caught.value.message and "xsrf" not in str(caught.value).lower()


def test_a_proxy_in_the_environment_is_not_asked_about_localhost(
    unconfigured: ServerProcess, shell: Shell, attach: Attach, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell(unconfigured)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    assert attach().url == unconfigured.url


def test_inside_a_kernel_its_own_server_is_found(unconfigured: ServerProcess) -> None:
    """A real kernel, started by the real server over its REST API, runs `connect()`."""
    said = run_in_kernel(unconfigured, ASK_WHO)
    assert unconfigured.url in said and "the server this kernel runs under" in said


def test_inside_a_kernel_of_no_server_a_running_one_is_found(unconfigured: ServerProcess, shell: Shell) -> None:
    """As under `jupyter nbconvert --execute`: the parent of the kernel is no server."""
    shell(unconfigured)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(ASK_WHO)])
    nbclient.NotebookClient(notebook, timeout=60).execute()
    said = notebook.cells[0].outputs[0].text
    assert unconfigured.url in said and "process id" in said


def test_a_server_without_the_extension_says_how_to_get_it(start_server: Start, shell: Shell) -> None:
    server = start_server(settings=WITHOUT_US)
    shell(server)
    error = problem()
    assert error.code is ProblemCode.NOT_INSTALLED
    assert server.url in error.message and "jupyter server extension list" in error.next_step


def test_a_wrong_base_url_is_not_called_a_missing_installation(
    start_server: Start, shell: Shell, attach: Attach
) -> None:
    server = start_server(settings={"ServerApp": {"base_url": "/lab4/"}})
    shell(server)
    assert server.url.endswith("/lab4/")
    error = problem(server.url.removesuffix("lab4/"), server.token)
    assert error.code is ProblemCode.NO_SERVER and "base URL" in error.next_step
    assert attach().url == server.url


def test_a_server_that_is_gone(start_server: Start, shell: Shell, attach: Attach) -> None:
    server = start_server()
    shell(server)
    client = attach()
    server.stop()
    with pytest.raises(ConnectionProblem) as caught:
        client.list()
    assert caught.value.code is ProblemCode.NO_ANSWER and server.url in caught.value.message
    assert problem().code is ProblemCode.NO_SERVER


def test_a_server_that_accepts_and_never_answers(shell: Shell) -> None:
    shell(None)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(ConnectionProblem, match=r"did not answer within 0\.2 s"):
            connect(url, "x", timeout=0.2)


def test_a_server_with_tokens_switched_off_takes_commands(start_server: Start, shell: Shell, attach: Attach) -> None:
    """Its POSTs need the XSRF pair instead."""
    server = start_server(settings={"IdentityProvider": {"token": ""}})
    shell(server)
    client = attach()
    assert client._connection.address.token == ""
    assert refusal(lambda: client.force_sync(RUN)).code is Code.ORCHESTRATOR_DISABLED, "it came as far as the station"


def test_a_server_on_a_unix_socket(tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell(None)
    for name in ("RUNTIME", "CONFIG", "DATA"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name))
    with tempfile.TemporaryDirectory(prefix="exlab-") as short:  # a socket's path has 107 bytes at most
        extension = "--ServerApp.jpserver_extensions=exlab_wizard=True"
        options = [f"--ServerApp.sock={short}/s", extension, "--ServerApp.allow_root=True", "--no-browser"]
        command = [sys.executable, "-c", BOUND, sys.executable, "-m", "jupyter_server", *options]
        with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                with wait_for(_connected, 30, "a server on a Unix socket") as client:
                    assert client._connection.address.socket == f"{short}/s"
                    assert refusal(client.list).code is Code.ORCHESTRATOR_DISABLED
            finally:
                process.terminate()


def _connected() -> StagingClient | None:
    try:
        return connect()
    except ConnectionProblem:
        return None


def test_of_several_servers_one_with_an_enabled_station_is_taken(
    start_server: Start, shell: Shell, attach: Attach, lab: Lab
) -> None:
    station, newer, bare = start_server(lab.write_config()), start_server(), start_server(settings=WITHOUT_US)
    runtime = shell(station)
    for other in (newer, bare):
        for file in (other.home / "runtime").glob("jpserver-*.json"):
            shutil.copy(file, runtime)
    client = attach()
    assert client.url == station.url
    assert "one of 2 servers" in client.found and newer.url in client.found and bare.url not in client.found
    assert station.url in repr(client) and station.token not in repr(client)
    station.stop()
    assert attach().url == newer.url, "better one that says how to switch it on than none"
    newer.stop()
    assert problem().code is ProblemCode.NOT_INSTALLED
