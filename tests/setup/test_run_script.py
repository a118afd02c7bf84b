"""`./run` on machines that lack something: it says what to do in one sentence and never uses sudo."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "cat", "cksum", "dirname", "mkdir")


class Machine:
    """A checkout with nothing but `run`, and a PATH with the barest tools; stubs are added by name."""

    def __init__(self, base: Path) -> None:
        self.bin, self.checkout = base / "bin", base / "checkout"
        self.bin.mkdir()
        self.checkout.mkdir()
        shutil.copy(ROOT / "run", self.checkout)
        (self.checkout / "pyproject.toml").touch()
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found
            (self.bin / tool).symlink_to(found)

    def stub(self, name: str, script: str) -> None:
        """A program that notes its call and does `script`."""
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.checkout}/calls"\n{script}\n')
        path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """The stubs called so far, with their arguments."""
        file = self.checkout / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`./run arguments` there."""
        return subprocess.run(
            [self.bin / "sh", self.checkout / "run", *arguments],
            env={"PATH": str(self.bin)},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_a_verb_it_explains_itself(machine: Machine) -> None:
    done = machine.run()
    assert done.returncode == 0
    assert {"./run demo", "./run test"} <= {line.split("  ")[0].split(" [")[0] for line in done.stdout.splitlines()}


def test_an_unknown_verb_is_named(machine: Machine) -> None:
    done = machine.run("bogus")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "unknown command bogus"
    assert "./run demo" in done.stderr and done.stdout == ""


@pytest.mark.parametrize("stub", [None, "exit 1"])
def test_an_old_or_missing_python_is_said(machine: Machine, stub: str | None) -> None:
    if stub:
        machine.stub("python3", f'[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\n{stub}')
    done = machine.run("demo")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert not (machine.checkout / ".venv").exists()


def python_without_venv(machine: Machine) -> None:
    machine.stub("python3", 'case "$*" in *ensurepip*) exit 1;; esac')


def test_missing_venv_is_one_apt_line_for_a_user(machine: Machine) -> None:
    python_without_venv(machine)
    machine.stub("id", "echo 1000")
    machine.stub("apt-get", "exit 99")
    machine.stub("sudo", "exit 99")
    done = machine.run("demo")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].strip() == "sudo apt-get install python3-venv"
    assert not [call for call in machine.calls if call.startswith(("sudo", "apt-get"))]


def test_missing_venv_is_installed_for_root(machine: Machine) -> None:
    python_without_venv(machine)
    machine.stub("id", "echo 0")
    machine.stub("apt-get", "")
    machine.run("demo")
    installs = [call for call in machine.calls if call.startswith("apt-get install")]
    assert len(installs) == 1
    assert installs[0].endswith("python3-venv")


def test_missing_test_packages_stop_a_user_before_anything_is_made(machine: Machine) -> None:
    machine.stub("id", "echo 1000")
    machine.stub("apt-get", "exit 99")
    done = machine.run("test")
    assert done.returncode == 1
    assert "sudo apt-get install" in done.stderr
    assert "chromium" in done.stderr
    assert "strace" in done.stderr
    assert machine.calls == ["id -u"]


def test_what_is_not_debian_is_told_the_names(machine: Machine) -> None:
    done = machine.run("test")
    assert done.returncode == 1
    assert "Please install what Debian calls: " in done.stderr


def test_ci_runs_every_verb() -> None:
    text = (ROOT / ".ci" / "run").read_text()
    for line in ("./run lint", "./run types", "./run test", ".ci/wheel"):
        assert line in text
    assert "demo --once" in (ROOT / ".ci" / "wheel").read_text()
