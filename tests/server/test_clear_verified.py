"""Clearing many runs with one call, over HTTP: a dry run, a chosen set, what is kept and why, and nobody waiting."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from exlab_wizard.demo.server import ServerProcess
from tests.server.conftest import StartServer
from tests.server.test_crowd import all_at_once
from tests.support.clearing import flip
from tests.support.lab import Lab
from tests.support.oracle import RunOracle, random_files
from tests.support.server import client_of
from tests.support.station import BYTES, push, station, station_lab
from tests.support.waiting import wait_for

__all__ = ["push", "station", "station_lab"]
UNKNOWN = "CONFOCAL_01/nowhere/Runs/Run_2020-01-01T00-00"


@pytest.fixture
def http(station: ServerProcess) -> Iterator[httpx.Client]:
    with client_of(station) as client:
        yield client


@pytest.fixture
def verified(push: Callable[..., str], http: httpx.Client) -> Callable[..., list[str]]:
    """Push so many runs and wait until all are verified."""

    def pushed(count: int, project: str = "PROJ-0042") -> list[str]:
        runs = [push(project) for _ in range(count)]
        wait_for(lambda: all(state_of(http, run) == "sync_verified" for run in runs), 60, "all are verified")
        return runs

    return pushed


def rows(http: httpx.Client) -> dict[str, dict[str, Any]]:
    return {row["path"]: row for row in http.get("staging/overview").json()["runs"]}


def state_of(http: httpx.Client, run: str) -> str:
    row = rows(http).get(run)
    return row["current_state"] if row and row["job_id"] is None else ""


def ask(http: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = http.post("staging/clear-verified", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def outcomes(answer: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    return {run["run_path"]: (run["outcome"], run["code"]) for run in answer["runs"]}


def everything(root: Path) -> dict[str, bytes]:
    """Every byte below `root` but those of the listing (a cache, written each second) and of SQLite's shared memory."""
    found: dict[str, bytes] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            if not name.startswith("index.db") and not name.endswith("-shm"):
                with suppress(FileNotFoundError):  # a temporary that got its name
                    found[os.path.join(folder, name)] = Path(folder, name).read_bytes()
    return found


def test_a_dry_run_says_what_it_would_do_and_changes_nothing(
    http: httpx.Client, verified: Callable[..., list[str]], station_lab: Lab
) -> None:
    runs = verified(2, "dry")
    answer, everywhere = wait_for(lambda: without_a_trace(station_lab, http, runs), 20, "asking changes not one byte")
    assert outcomes(answer) == dict.fromkeys(runs, ("would_clear", None))
    assert (answer["dry_run"], answer["runs_freed"], answer["files_freed"], answer["bytes_freed"]) == (
        True, 2, 6, 2 * BYTES,
    )  # fmt: skip
    (first, _) = answer["runs"]
    assert first["nas_path"] == str(station_lab.nas / runs[0]) and first["proven_at"] and first["message"]
    assert (first["equipment_id"], first["files"], first["bytes"]) == ("CONFOCAL_01", 3, BYTES)
    assert set(runs) <= set(outcomes(everywhere)), "without a set it is about every verified run"


def without_a_trace(lab: Lab, http: httpx.Client, runs: list[str]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Two dry runs' answers; None when anything changed meanwhile, as the station's own rounds may do now and then."""
    before = everything(lab.base)
    answers = ask(http, runs=runs, dry_run=True), ask(http, dry_run=True)
    return answers if everything(lab.base) == before else None


def test_exactly_the_set_is_cleared_and_each_other_one_named_with_its_reason(
    http: httpx.Client, verified: Callable[..., list[str]], push: Callable[..., str], station_lab: Lab
) -> None:
    first, second, other = verified(3, "set")
    receiving = push("set", done=False)
    wait_for(lambda: state_of(http, receiving) == "staging")
    absolute = str(station_lab.staging / second)
    answer = ask(http, runs=[first, absolute, receiving, UNKNOWN, "clear-verified", first])
    assert outcomes(answer) == {
        first: ("cleared", None),
        second: ("cleared", None),
        receiving: ("kept", "staging_not_sync_verified"),
        UNKNOWN: ("kept", "run_not_found"),
        "clear-verified": ("kept", "invalid_run_path"),
    }
    assert all(len(run["message"]) > 20 for run in answer["runs"])
    assert (answer["runs_freed"], answer["files_freed"], answer["bytes_freed"]) == (2, 6, 2 * BYTES)
    for run in (first, second):
        assert not (station_lab.staging / run / "scan_0001.tif").exists()
        assert len(station_lab.on_nas(run)) >= 3
    assert (station_lab.staging / other / "scan_0001.tif").exists() and state_of(http, other) == "sync_verified"
    again = ask(http, runs=[first, other], equipment_id="CONFOCAL_01")
    assert outcomes(again) == {first: ("kept", "run_cleared"), other: ("cleared", None)}
    assert ask(http, runs=[])["runs"] == [], "no run named is no run, never all of them"


def test_age_and_newest_narrow_it(http: httpx.Client, verified: Callable[..., list[str]], station_lab: Lab) -> None:
    runs = verified(3, "narrow")
    young = ask(http, runs=runs, older_than_days=30)
    assert outcomes(young) == dict.fromkeys(runs, ("kept", None))
    assert "just now" in young["runs"][0]["message"] or " s ago" in young["runs"][0]["message"]
    answer = ask(http, runs=runs, keep_newest=2, older_than_days=0)
    assert outcomes(answer) == {runs[0]: ("cleared", None), runs[1]: ("kept", None), runs[2]: ("kept", None)}
    assert "newest 2" in answer["runs"][1]["message"]
    assert ask(http, runs=runs[1:])["runs_freed"] == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "every verified run"),
        ({"runs": None, "keep_newest": None, "dry_run": False}, '"keep_newest": 0'),
        ({"equipment_id": "CONFOCAL_1"}, "CONFOCAL_01"),
        ({"keep_newest": -1}, "keep_newest"),
        ({"older_than_days": -1}, "older_than_days"),
        ({"dryrun": True}, "dry_run"),
        ({"runs": "all"}, "runs"),
        ({"dry_run": "yes"}, "dry_run"),
    ],
)
def test_what_is_not_understood_clears_nothing(http: httpx.Client, body: dict[str, Any], words: str) -> None:
    answer = http.post("staging/clear-verified", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), answer.text
    assert words in answer.json()["message"] or words in json.dumps(answer.json())


def test_one_damaged_copy_keeps_its_run_and_stops_nobody(
    http: httpx.Client, verified: Callable[..., list[str]], station_lab: Lab
) -> None:
    first, damaged, changed, last = runs = verified(4, "partial")
    flip(station_lab.nas / damaged / "scan_0001.tif")
    (station_lab.staging / changed / "scan_0001.tif").write_bytes(b"1ne" * 4000)
    answer = ask(http, runs=runs)
    told = outcomes(answer)
    assert [told[first], told[damaged], told[last]] == [
        ("cleared", None), ("kept", "nas_copy_not_proven"), ("cleared", None),
    ]  # fmt: skip
    quick = told[changed] == ("cleared", None)  # so quick a station has proven the change before its turn came
    assert quick or told[changed] in [("kept", "run_changed_since_verified"), ("kept", "run_busy")], told
    assert answer["runs_freed"] == 2 + quick
    assert (station_lab.staging / damaged / "scan_0001.tif").read_bytes() == b"one" * 4000
    place = station_lab.nas if quick else station_lab.staging
    assert (place / changed / "scan_0001.tif").read_bytes() == b"1ne" * 4000
    left = [damaged] if quick else [damaged, changed]
    wait_for(lambda: {state_of(http, run) for run in left} == {"sync_verified"}, 30, "healed")
    assert ask(http, runs=left)["runs_freed"] == len(left)


def test_synced_without_its_signal_is_never_cleared_among_many(http: httpx.Client, push: Callable[..., str]) -> None:
    run = push("forced", done=False)
    wait_for(lambda: state_of(http, run) == "staging")
    assert http.post(f"staging/{run}/force-sync", json={"even_if_incomplete": True}).status_code == 200
    wait_for(lambda: state_of(http, run) == "sync_verified", 30)
    for body in ({"runs": [run]}, {"equipment_id": "CONFOCAL_01", "dry_run": True}):
        assert outcomes(ask(http, **body))[run] == ("kept", "run_not_complete")
    assert http.post(f"staging/{run}/clear").status_code == 200, "by itself it may be"


def test_it_goes_on_when_the_caller_is_gone(
    http: httpx.Client, verified: Callable[..., list[str]], station: ServerProcess
) -> None:
    runs = verified(4, "gone")
    with client_of(station) as hasty, pytest.raises(httpx.ReadTimeout):
        hasty.post("staging/clear-verified", json={"runs": runs}, timeout=0.05)
    wait_for(lambda: all(state_of(http, run) == "cleared" for run in runs), 30, "cleared without anybody listening")


def test_a_bulk_and_twenty_single_clears_at_once_clear_each_run_once(lab: Lab, serve: StartServer) -> None:
    runs = [lab.run_path(f"P {number}") for number in range(5)]
    files = {run: random_files(number, 10, 1 << 18) for number, run in enumerate(runs)}
    server = serve()
    for run in runs:
        lab.push(run, files[run])
    for run in runs:
        server.verified(run)
    turn = iter(["bulk", *runs, *runs, "bulk", *runs, *runs])

    def one() -> httpx.Response:
        deed = next(turn)
        return server.post("clear-verified", {"keep_newest": 0}) if deed == "bulk" else server.clear(deed)

    answers = all_at_once(22, one)
    bulks = [answer.json() for answer in answers if "runs_freed" in answer.json()]
    assert len(bulks) == 2 and max(bulk["runs_freed"] for bulk in bulks) > 0
    kept = [run["code"] for bulk in bulks for run in bulk["runs"] if run["outcome"] == "kept"]
    assert set(kept) <= {"run_cleared", "run_busy"}, kept
    assert {answer.status_code for answer in answers} <= {200, 409}
    ledger = (lab.staging / ".exlab-wizard" / "receipts.jsonl").read_text().splitlines()
    receipts = [(one["event"], one["run_path"]) for one in map(json.loads, ledger)]
    for run in runs:
        server.wait_row(run, current_state="cleared", job_id=None)
        assert receipts.count(("clear_intended", run)) == receipts.count(("cleared", run)) == 1
        oracle = RunOracle(lab.staging, lab.nas, run, files[run])
        assert oracle.all_on_nas() and not oracle.local_data()


def test_a_panel_may_name_thousands_of_runs(http: httpx.Client) -> None:
    runs = [f"CONFOCAL_01/PROJ-{number:04}/Runs/Run_2026-04-17T14-32" for number in range(3000)]
    answer = ask(http, runs=runs)
    assert (answer["runs_freed"], len(answer["runs"])) == (0, 3000)
    assert {run["code"] for run in answer["runs"]} == {"run_not_found"}
