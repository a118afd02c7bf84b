"""Several servers over one station: one leads, the others read and pass on; one with other settings only reads."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import StartServer
from tests.support.lab import Lab
from tests.support.oracle import RunOracle, random_files
from tests.support.serving import LabServer, code_of
from tests.support.waiting import wait_for

SMALL = {"a.tif": b"a" * 1000, "b/c.tif": b"c" * 2000}
REASON = {"problem_class": "unresolved_placeholder_token", "reason": "the brackets belong to the sample's name"}
TAKE_OVER_SECONDS = 15.0


def leads(server: LabServer) -> bool:
    return bool(server.overview()["leader"]["leads"])


def two(serve: StartServer, **more: Any) -> tuple[LabServer, LabServer]:
    """A leader, then a follower."""
    first = serve(**more)
    wait_for(lambda: leads(first), 20, "the first one leads")
    second = serve(**more)
    assert not leads(second)
    return first, second


def paths(server: LabServer) -> list[tuple[str, str]]:
    server.overview()
    answer = server.get("staging")
    assert answer.status_code == 200, answer.text
    return [(row["path"], row["current_state"]) for row in answer.json()["runs"]]


def test_the_other_server_serves_reads_and_passes_on_what_people_ask(lab: Lab, serve: StartServer) -> None:
    leader, other = two(serve)
    run, odd, unfinished = lab.run_path(), lab.run_path("P2"), lab.run_path("P3")
    lab.push(run, SMALL)
    lab.push(odd, {"<sample>.tif": b"x"})
    lab.push(unfinished, SMALL, done=False)
    leader.verified(run)
    leader.wait_row(odd, display_state="Blocked")
    wait_for(lambda: sorted(paths(leader)) == sorted(paths(other)), 10, "both list the same")
    assert other.overview()["leader"]["pid"] == leader.pid

    refused = other.force_sync(unfinished)
    assert (refused.status_code, code_of(refused)) == (409, "run_not_complete")
    asked = other.force_sync(unfinished, even_if_incomplete=True)
    assert (asked.status_code, asked.json()["state"]) == (200, "queued")
    other.verified(unfinished)

    assert other.post(f"{odd}/overrides", REASON).status_code == 200
    other.verified(odd)
    assert [one["operator"] for one in leader.get(f"staging/{odd}/overrides").json()["overrides"]]
    assert other.get(f"staging/{odd}/detail").json()["history"]

    cleared = other.clear(run)
    assert (cleared.status_code, cleared.json()["files_freed"]) == (200, len(SMALL) + 1)
    assert lab.on_nas(run) == {**SMALL, "acquisition_complete.flag": b""}
    again = other.clear(run)
    assert (again.status_code, code_of(again)) == (409, "run_cleared")


def test_the_other_server_takes_over_and_finishes_the_job(lab: Lab, serve: StartServer) -> None:
    run, files = lab.run_path(), random_files(5, 60, 12 << 20)
    oracle = RunOracle(lab.staging, lab.nas, run, files)
    leader, other = two(serve, pace=6.0)
    lab.push(run, files)
    wait_for(lambda: oracle.phase() == "copy", 20, "it is being copied")
    leader.kill()
    assert oracle.lost() == oracle.wrong_on_nas() == []
    wait_for(lambda: leads(other), TAKE_OVER_SECONDS, "the other one leads")
    other.verified(run, 40)
    assert oracle.all_on_nas() and oracle.sha256sum_check().returncode == 0
    assert other.clear(run).status_code == 200
    leader.start()
    assert not leads(leader)
    wait_for(lambda: paths(leader) == [(run, "cleared")], 10, "it reads what the other has done")
    assert oracle.tidy()


def other_settings(lab: Lab, change: str) -> dict[str, Any]:
    data = copy.deepcopy(lab.data)
    if change == "config":
        data["equipment"][0]["settle_seconds"] = 7
    else:
        data["orchestrator"]["state_dir"] = str(lab.base / "other-state")
    return data


@pytest.mark.parametrize(("change", "says"), [("config", "another configuration"), ("state_dir", "keeps its state in")])
def test_a_server_with_other_settings_only_reads(lab: Lab, serve: StartServer, change: str, says: str) -> None:
    leader = serve()
    wait_for(lambda: leads(leader), 20)
    run = lab.run_path()
    lab.push(run, SMALL)
    leader.verified(run)
    changed = Lab(lab.base / "unused", other_settings(lab, change))
    other = serve(changed.write_config())
    assert paths(other) == [(run, "sync_verified")]
    status = other.overview()["leader"]
    assert status["config_mismatch"] and says in status["message"]
    posts: list[tuple[str, dict[str, Any] | None]] = [
        (f"{run}/force-sync", None),
        (f"{run}/clear", None),
        (f"{run}/overrides", REASON),
        (f"{run}/acknowledge", None),
        ("targets/accept", {"nas_root": str(lab.nas), "nas_id": "0123456789abcdef"}),
    ]
    for path, body in posts:
        answer = other.post(path, body)
        assert (answer.status_code, code_of(answer)) == (503, "config_mismatch"), path
        assert says in answer.json()["message"]
    assert Path(lab.staging, run, "a.tif").exists()
    assert leader.row(run)["current_state"] == "sync_verified"  # type: ignore[index]
    assert not (lab.base / "other-state" / "station.db").exists()
