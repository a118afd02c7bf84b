"""`exlab-wizard audit` as a person runs it: while the server runs and after, in words and as JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.station.conftest import FILES, RUN, Bench
from tests.support.command import exlab_wizard
from tests.support.lab import Lab

LEAF = "Run_2026-04-17T14-32"
Audit = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def running(lab: Lab) -> Iterator[Bench]:
    """A station with one verified run."""
    bench = Bench(lab).start()
    bench.verified()
    yield bench
    bench.station.stop()


@pytest.fixture
def audit(running: Bench) -> Audit:
    config = running.lab.write_config()
    return lambda *arguments: exlab_wizard("audit", "--config", config, *arguments)


def documents(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_all_is_well_also_while_the_server_runs(running: Bench, audit: Audit) -> None:
    done = audit()
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"ok      {RUN}  sync_verified, 3 receipts, {len(FILES) + 1} files" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("All of it is as it was written down: 1 run, ")
    running.clear()
    running.station.stop()
    assert "cleared, 5 receipts" in audit(LEAF).stdout


def test_damage_is_named_and_exits_with_1(running: Bench, audit: Audit) -> None:
    (running.lab.nas / RUN / "notes.txt").write_bytes(b"jello")
    done = audit()
    assert done.returncode == 1
    assert "1 of its files differ on the NAS: notes.txt" in done.stdout and "-> " in done.stdout
    assert done.stdout.splitlines()[-1].startswith("NOT as written down: 1 of 1 run. ")
    assert audit("--no-rehash").returncode == 0
    found = documents(audit("--json"))
    assert (found["ok"], found["runs"][0]["ok"], found["ledger"]["ok"]) == (False, False, True)
    assert found["runs"][0]["remedy"]


def test_set_aside_says_what_it_kept_and_where(running: Bench, audit: Audit) -> None:
    running.station.stop()
    assert documents(audit("--set-aside", "--json")) == {"set_aside": []}
    ledger = Path(running.lab.config.state_dir, "receipts.jsonl")
    ledger.write_bytes(ledger.read_bytes().replace(b'"copied"', b'"kopied"'))
    done = audit("--no-rehash")
    assert done.returncode == 1 and "exlab-wizard audit --set-aside" in done.stdout
    done = audit("--set-aside")
    assert done.returncode == 0 and "kept as receipts.jsonl.damaged-" in done.stdout
    assert audit().returncode == 0


def test_a_run_that_is_not_there_and_a_config_that_is_not_one(running: Bench, audit: Audit, tmp_path: Path) -> None:
    done = audit("Run_2020-01-01T00-00")
    assert done.returncode == 1 and "run_not_found" in done.stderr
    done = exlab_wizard("audit", "--config", tmp_path / "none.yaml")
    assert done.returncode == 1 and "config_invalid" in done.stderr


def test_an_unmounted_nas_is_told_and_is_no_good_verdict(running: Bench, audit: Audit) -> None:
    (running.lab.nas / ".exlab-nas.json").rename(running.lab.base / "marker")
    done = audit()
    assert done.returncode == 1 and "its NAS copy was not looked at" in done.stdout
    assert "check that the share is mounted" in done.stdout
