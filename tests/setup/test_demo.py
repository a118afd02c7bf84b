"""The demo as a newcomer meets it: a real process, real servers, nothing left behind however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from exlab_wizard.demo.lab import find_notebooks
from tests.support.command import exlab_wizard
from tests.support.processes import processes_with
from tests.support.waiting import wait_for

COMMAND = [sys.executable, "-c", "from exlab_wizard.cli.main import main; raise SystemExit(main())", "demo"]


def terminal_into(file: Path) -> int:
    """The program's side of a new pseudo terminal, whose screen output is appended to `file`."""
    screen, program = os.openpty()

    def copy() -> None:
        with file.open("ab", buffering=0) as output, suppress(OSError):  # EIO: the program closed its side
            while chunk := os.read(screen, 65536):
                output.write(chunk)
        os.close(screen)

    threading.Thread(target=copy, daemon=True).start()
    return program


class Demo:
    """A running `exlab-wizard demo` whose lab is below `place`; its output goes to a file."""

    def __init__(self, place: Path, *arguments: str, terminal: bool = False) -> None:
        self.place = place
        self._file = place.with_name("output.txt")
        with self._file.open("wb") as file:
            output = terminal_into(self._file) if terminal else file.fileno()
            self.process = subprocess.Popen(
                [*COMMAND, *arguments],
                env={**os.environ, "TMPDIR": str(place), "TERM": "xterm", "COLUMNS": "120", "LINES": "40"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if terminal:
            os.close(output)

    @property
    def output(self) -> str:
        return self._file.read_text(errors="replace")

    def wait_until_said(self, words: str, seconds: float = 60) -> str:
        def said() -> bool:
            assert self.process.poll() is None or words in self.output, self.output
            return words in self.output

        wait_for(said, seconds, f"{words!r} in the output")
        return self.output

    def end(self, number: int, seconds: float = 15) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def left(self) -> list[str]:
        """Directories and processes that are still there."""
        return [str(path) for path in self.place.glob("exlab-wizard-demo-*")] + processes_with(str(self.place))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


@pytest.fixture
def demo(place: Path) -> Iterator[type[Demo]]:
    """The class; whatever it started is ended after the test."""
    started: list[Demo] = []

    class Kept(Demo):
        def __init__(self, *arguments: str, terminal: bool = False) -> None:
            super().__init__(place, *arguments, terminal=terminal)
            started.append(self)

    yield Kept
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait(10)


def test_once_takes_every_instrument_through_a_whole_lifecycle(demo: type[Demo]) -> None:
    once = demo("--once")
    assert once.process.wait(60) == 0, once.output
    for instrument in ("CONFOCAL_01", "SEQUENCER_01", "PLATEREADER_02"):
        assert instrument in once.output
    assert once.output.count("staging > complete > sync_queued > sync_verified > cleared") == 3
    assert "3 of 3 runs" in once.output
    assert once.left() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_once_can_be_stopped_at_any_time(demo: type[Demo], number: int) -> None:
    once = demo("--once")
    once.wait_until_said("A temporary lab")
    wait_for(
        lambda: list(once.place.glob("*/staging/*/*/*/*/.exlab-wizard/ingest.json")), 30, "a run seen by the station"
    )
    assert once.end(number) == 130, once.output
    assert once.left() == []
    assert "Traceback" not in once.output


def page_of(output: str) -> str:
    return next(word for word in output.split() if "/lab/tree/staging.ipynb?token=" in word)


def run_paths_listed(output: str) -> set[str]:
    """What `exlab-wizard list` gives in another terminal, after the line that the demo says for it."""
    given = next(line for line in output.splitlines() if line.strip().startswith("export "))
    pairs = dict(pair.split("=", 1) for pair in given.split()[1:])
    assert set(pairs) == {"EXLAB_WIZARD_URL", "EXLAB_WIZARD_TOKEN", "EXLAB_WIZARD_CONFIG"}
    done = exlab_wizard("list", "--json", env=pairs)
    assert done.returncode == 0, done.stderr
    return {run["path"] for run in json.loads(done.stdout)["runs"]}


def test_the_demo_shows_a_live_lab_and_ctrl_c_removes_it(demo: type[Demo]) -> None:
    lab = demo("--no-browser")
    lab.wait_until_said("/lab/tree/staging.ipynb?token=")
    page = page_of(lab.output)
    base, token = page.split("lab/tree/")[0], page.split("token=")[1]
    with httpx.Client(base_url=base, headers={"Authorization": f"token {token}"}, trust_env=False) as client:
        assert client.get("lab/tree/staging.ipynb").status_code == 200
        sessions = client.get("api/sessions").json()
        assert [session["path"] for session in sessions] == ["staging.ipynb"]
        runs = wait_for(lambda: client.get("staging/overview").json().get("runs"), 30, "a run in the overview")
        assert runs[0]["display_state"]
        notebook = client.get("api/contents/staging.ipynb").json()["content"]
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for output in outputs)
    assert run_paths_listed(lab.output) >= {runs[0]["path"]}
    lab.wait_until_said("Verified")
    assert lab.end(signal.SIGINT) == 0, lab.output
    assert lab.left() == []
    assert "Traceback" not in lab.output


def test_a_killed_demo_leaves_no_process(demo: type[Demo]) -> None:
    lab = demo("--no-browser")
    lab.wait_until_said("/lab/tree/staging.ipynb?token=")
    lab.end(signal.SIGKILL)
    wait_for(lambda: not processes_with(str(lab.place)), 20, "the server and its kernel to end")


def test_the_page_asks_nobody_on_the_network_and_listens_on_loopback_only(demo: type[Demo]) -> None:
    lab = demo("--no-browser")
    lab.wait_until_said("/lab/tree/staging.ipynb?token=")
    assert page_of(lab.output).startswith("http://127.0.0.1:")
    settings = next(lab.place.glob("*/jupyter/settings/@jupyterlab/apputils-extension/*")).read_text()
    assert '"fetchNews": "false"' in settings
    lab.end(signal.SIGTERM)


def test_a_terminal_gets_a_live_table(demo: type[Demo]) -> None:
    lab = demo("--no-browser", terminal=True)
    lab.wait_until_said("Last activity")
    lab.wait_until_said("CONFOCAL_01")
    lab.wait_until_said("✓ Verified")
    assert lab.end(signal.SIGTERM) == 0, lab.output
    assert lab.left() == []


def test_the_notebook_is_found() -> None:
    assert (find_notebooks() / "staging.ipynb").is_file()
