"""The command line itself: usage, exit codes without a server, quickness, what is printed to a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.cli.exit_codes import MEANING, Exit, exit_code
from exlab_wizard.cli.main import _GROUPS
from exlab_wizard.cli.options import seconds
from exlab_wizard.cli.output import printable
from exlab_wizard.cli.override import moment
from exlab_wizard.client.connection import ProblemCode
from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.errors import Code
from tests.support.command import exlab_wizard
from tests.support.server import running_server

RUN = "CONFOCAL_01/PROJ-0042/Runs/Run_2026-04-17T14-32"
ASKING = [
    ["list"],
    ["watch", "--for", "1s"],
    ["detail", RUN],
    ["log", RUN],
    ["checksums", RUN],
    ["path", RUN],
    ["force-sync", RUN],
    ["wait", RUN],
    ["clear", "--yes", RUN],
    ["override", "list", RUN],
    ["override", "add", RUN, "orphan", "--reason", "a good reason"],
    ["override", "revoke", RUN, "x", "--reason", "a good reason"],
    ["acknowledge", RUN],
    ["accept-nas", "/nas", "id"],
]


@pytest.mark.parametrize("command", ASKING, ids=lambda command: " ".join(command[:2]))
def test_every_command_without_a_server_is_3_with_one_document(command: list[str], tmp_path: Path) -> None:
    done = exlab_wizard(*command, "--json", env={"JUPYTER_RUNTIME_DIR": str(tmp_path)})
    assert done.returncode == 3
    assert {"code", "message", "next_step"} <= json.loads(done.stdout).keys()
    code, advice = done.stderr.splitlines()
    assert code.startswith("no_server: ") and advice.startswith("  -> ") and "jupyter lab" in advice


def test_a_wrong_token_is_6(tmp_path: Path) -> None:
    with running_server(tmp_path, None) as server:
        done = _beside(server, "list", "--token", "wrong")
        assert done.returncode == 6 and done.stderr.startswith("token_refused: ")
        off = _beside(server, "list", "--json")
        assert off.returncode == 3 and json.loads(off.stdout)["code"] == "orchestrator_disabled"
        named = exlab_wizard("list", "--url", f"{server.url}lab?token={server.token}")
        assert named.returncode == 3 and named.stderr.startswith("orchestrator_disabled: ")


def _beside(server: ServerProcess, *arguments: str) -> subprocess.CompletedProcess[str]:
    return exlab_wizard(*arguments, env={"JUPYTER_RUNTIME_DIR": str(server.home / "runtime")})


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["list", "--nonsense"], ["clear"], ["wait", RUN, "--timeout", "soon"]]
)
def test_wrong_arguments_are_2(arguments: list[str]) -> None:
    done = exlab_wizard(*arguments)
    assert done.returncode == 2 and "usage: exlab-wizard" in done.stderr


def test_help_lists_every_command_and_exit_code() -> None:
    done = exlab_wizard("--help")
    assert done.returncode == 0
    for command in (command for commands in _GROUPS.values() for command in commands):
        assert f"\n    {command}" in done.stdout, command
    for code, meaning in MEANING.items():
        assert f"{code:>3}  {meaning}" in done.stdout


def test_each_group_has_the_commands_it_is_asked_for() -> None:
    for command in (command for commands in _GROUPS.values() for command in commands):
        assert exlab_wizard(command, "--help").returncode == 0, command


def test_version() -> None:
    assert exlab_wizard("--version").stdout.startswith("exlab-wizard 0.")


def test_list_loads_neither_the_server_nor_the_other_commands() -> None:
    heavy = ("jupyter_server", "tornado", "rich", "httpx", "yaml")
    code = (
        "import sys; from exlab_wizard.cli.main import main; main(['list', '--help']); "
        f"heavy = [m for m in sys.modules if m.split('.')[0] in {heavy} or m.startswith('exlab_wizard.demo')]; "
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("code", [*Code, *ProblemCode, "run_failed", "not_confirmed", "of the future"])
def test_every_error_code_has_an_exit_code_that_is_no_success(code: str) -> None:
    assert exit_code(code) in set(Exit) - {Exit.OK, Exit.INTERRUPTED}


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (Code.RUN_NOT_FOUND, 1), (Code.RUN_CHANGED_SINCE_VERIFIED, 1), (Code.INVALID_RUN_PATH, 2),
        (ProblemCode.NO_ANSWER, 3), (Code.ORCHESTRATOR_DISABLED, 3), ("wait_timeout", 4), (Code.RUN_BUSY, 5),
        (Code.NAS_COPY_NOT_PROVEN, 5), (Code.STATION_STARTING, 5), (Code.FORBIDDEN, 6),
    ],
)  # fmt: skip
def test_exit_codes_are_fixed(code: str, wanted: int) -> None:
    assert exit_code(code) == wanted


def test_every_exit_code_is_explained() -> None:
    assert set(MEANING) == set(Exit)


@pytest.mark.parametrize(("text", "value"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2h", 7200), ("7d", 604800)])
def test_durations(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "s", "soon", "-1", "0", "nan", "inf", "1e999", "1w"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(Exception, match="duration"):
        seconds(text)


def test_moments_have_a_zone() -> None:
    assert moment("2026-12-31T18:00+00:00").isoformat() == "2026-12-31T18:00:00+00:00" or moment("2026-12-31").tzinfo
    assert moment("2026-12-31").tzinfo is not None
    assert moment("7d") > moment("6d")
    with pytest.raises(Exception, match="duration"):
        moment("tomorrow")


@given(st.text())
def test_nothing_printed_steers_a_terminal(text: str) -> None:
    shown = printable(text)
    assert not any(character < " " and character not in "\n\t" for character in shown)
    assert "\x9b" not in shown and "\x7f" not in shown and "\u202e" not in shown
    shown.encode()


def test_ordinary_names_are_printed_as_they_are() -> None:
    assert printable("Ünïcode 实验 [bold] <x>") == "Ünïcode 实验 [bold] <x>"
