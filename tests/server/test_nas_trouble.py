"""A NAS that is away, is another one, is full or hangs: nothing is written wrongly, people are told, it recovers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.markers import mark_nas
from tests.server.conftest import StartServer
from tests.support.fault_fs import faulty_mount
from tests.support.lab import Lab, equipment
from tests.support.mounts import Mounts, fill
from tests.support.oracle import RunOracle, random_files
from tests.support.serving import code_of, wait_gone
from tests.support.waiting import wait_for

SMALL = {"a.tif": b"a" * 1000, "b/c.tif": b"c" * 2000}
MARKER = ".exlab-nas.json"


def second_instrument(lab: Lab, nas: Path) -> str:
    """A second instrument with a NAS of its own; the path of a run of it."""
    lab.data["equipment"].append(equipment(nas, id="SEM_02", label="Electron microscope"))
    return lab.run_path(equipment_id="SEM_02")


def test_without_its_marker_nothing_is_copied_until_it_is_back(lab: Lab, serve: StartServer) -> None:
    run = lab.run_path()
    (lab.nas / MARKER).rename(lab.base / "kept")
    server = serve()
    lab.push(run, SMALL)
    row = server.wait_row(run, display_state="Paused")
    assert MARKER in row["why"] and "mount" in row["why"].lower() and row["current_state"] == "sync_queued"
    answer = server.force_sync(run)
    assert answer.json() == {"run_path": run, "state": "queued", "job_id": row["job_id"]}
    assert server.row(run)["display_state"] == "Paused"  # type: ignore[index]
    wait_for(lambda: server.target(lab.nas)["state"] == "unavailable", 10, "the target says so too")
    assert server.get("staging/health").json()["ok"] is False
    assert list(lab.nas.iterdir()) == []
    (lab.base / "kept").rename(lab.nas / MARKER)
    server.verified(run, 20)
    assert server.get(f"staging/{run}/detail").json()["job"]["attempt"] == 0


def test_a_marker_lost_after_verification_refuses_the_clear(lab: Lab, serve: StartServer) -> None:
    run = lab.run_path()
    server = serve()
    folder = lab.push(run, SMALL)
    server.verified(run)
    (lab.nas / MARKER).rename(lab.base / "kept")
    answer = server.clear(run)
    assert (answer.status_code, code_of(answer)) == (503, "nas_unavailable")
    assert (folder / "a.tif").read_bytes() == SMALL["a.tif"]
    wait_for(lambda: server.target(lab.nas)["state"] == "unavailable", 20, "the refusal had it looked at")
    (lab.base / "kept").rename(lab.nas / MARKER)
    wait_for(lambda: server.target(lab.nas)["state"] == "ok", 20, "seen again")
    assert server.clear(run).status_code == 200


def test_another_nas_is_not_written_until_a_person_accepts_it(lab: Lab, serve: StartServer) -> None:
    old, new = lab.run_path("OLD"), lab.run_path("NEW")
    server = serve()
    lab.push(old, SMALL)
    server.verified(old)
    wait_for(lambda: server.target(lab.nas)["pinned"], 10, "its id is pinned")
    lab.nas.rename(lab.base / "first-nas")
    lab.nas.mkdir()
    other_id = mark_nas(lab.nas).nas_id
    folder = lab.push(new, SMALL)
    row = server.wait_row(new, display_state="Paused")
    assert other_id in row["why"]
    assert [path.name for path in lab.nas.iterdir()] == [MARKER]
    assert code_of(server.clear(old)) == "nas_unavailable"
    wrong = server.post("targets/accept", {"nas_root": str(lab.base), "nas_id": other_id})
    assert (wrong.status_code, code_of(wrong)) == (400, "invalid_request")
    accepted = server.post("targets/accept", {"nas_root": str(lab.nas), "nas_id": other_id})
    assert accepted.json()["target"]["nas_id"] == other_id
    server.verified(new, 20)
    assert lab.on_nas(new)["a.tif"] == (folder / "a.tif").read_bytes()
    refused = server.clear(old)  # its copy is on the first one, not here
    assert refused.status_code in (409, 503), refused.text
    assert (lab.staging / old / "a.tif").read_bytes() == SMALL["a.tif"]


@pytest.mark.world
def test_a_full_nas_pauses_alone_and_goes_on_when_there_is_room(lab: Lab, serve: StartServer, mounts: Mounts) -> None:
    small_nas = mounts.tmpfs(lab.base / "small-nas", "size=1m")
    mark_nas(small_nas)
    run, other = second_instrument(lab, small_nas), lab.run_path()
    files = random_files(8, 12, 3 << 20)
    oracle = RunOracle(lab.staging, small_nas, run, files)
    server = serve()
    lab.push(run, files)
    row = server.wait_row(run, display_state="Paused")
    assert "full" in row["why"]
    wait_for(lambda: server.target(small_nas)["state"] == "full", 10, "the target says so too")
    lab.push(other, SMALL)
    server.verified(other)
    assert server.row(run)["display_state"] == "Paused"  # type: ignore[index]
    assert oracle.wrong_on_nas() == []
    mounts.grow(small_nas, "size=16m")
    server.verified(run, 25)
    assert oracle.all_on_nas() and oracle.sha256sum_check().returncode == 0
    assert oracle.tidy()
    assert server.get(f"staging/{run}/detail").json()["job"]["attempt"] == 0


@pytest.mark.world
def test_a_nas_filled_before_the_first_byte_is_paused_too(lab: Lab, serve: StartServer, mounts: Mounts) -> None:
    small_nas = mounts.tmpfs(lab.base / "small-nas", "size=1m")
    mark_nas(small_nas)
    filler = fill(small_nas)
    run = second_instrument(lab, small_nas)
    server = serve()
    lab.push(run, SMALL)
    server.wait_row(run, display_state="Paused")
    filler.unlink()
    server.verified(run, 25)


@pytest.mark.world
def test_a_hung_nas_holds_up_nobody_else_and_is_recovered_from(lab: Lab, serve: StartServer, mounts: Mounts) -> None:
    hung_nas = mounts.ext4(lab.base / "hung-nas", 64)
    mark_nas(hung_nas)
    run, other = second_instrument(lab, hung_nas), lab.run_path()
    files = random_files(9, 40, 2 << 20)
    oracle = RunOracle(lab.staging, hung_nas, run, files)
    server = serve()
    wait_for(lambda: server.target(hung_nas)["state"] == "ok", 20)
    mounts.freeze(hung_nas)
    lab.push(run, files)
    server.wait_row(run, current_state="sync_queued")
    wait_for(server.workers, 10, "a worker that will hang")
    lab.push(other, SMALL)
    server.verified(other)
    for _ in range(5):
        started = time.monotonic()
        assert server.get("staging").status_code == 200
        assert time.monotonic() - started < 2.0
    children = server.terminate(5.0)  # even now; what hangs in the kernel is left behind and logged
    stuck = [one for one in children if one.is_running() and one.status() == "disk-sleep"]
    assert all(f"{one.pid}" in server.log_text() for one in stuck)
    mounts.thaw(hung_nas)
    wait_gone(children)
    server.start()
    server.verified(run, 25)
    assert oracle.all_on_nas()
    assert oracle.tidy()


def test_the_same_storage_is_refused_in_a_clear_sentence(lab: Lab, serve: StartServer) -> None:
    lab.data["sync"]["allow_same_storage"] = False
    run = lab.run_path()
    server = serve()
    lab.push(run, SMALL)
    row = server.wait_row(run, display_state="Paused")
    assert "same" in row["why"] and "allow_same_storage" in row["why"], row["why"]
    assert not (lab.nas / run).exists()
    assert attempts_begun(server.get(f"staging/{run}/log").json()) <= 1  # it is not tried again and again
    wait_for(lambda: server.target(lab.nas)["state"] == "unavailable", 10, "the target says so too")
    answer = server.clear(run)
    assert answer.status_code == 409 and code_of(answer) in ("staging_not_sync_verified", "run_busy")


def attempts_begun(log: dict[str, Any]) -> int:
    return sum("sync started" in line for line in log["lines"])


@pytest.mark.world
def test_a_nas_that_answers_nothing_is_told_within_a_minute_and_holds_up_no_request(
    lab: Lab, serve: StartServer, tmp_path: Path
) -> None:
    """The real limits, and a real server: every call to the NAS hangs in the kernel."""
    with faulty_mount(tmp_path / "fuse") as nas:
        mark_nas(nas.path)
        run, idle = second_instrument(lab, nas.path), lab.run_path()
        server = serve()
        lab.push(idle, SMALL)
        server.verified(idle)
        wait_for(lambda: server.target(nas.path)["state"] == "ok", 20)
        nas.hang("*")
        began = time.monotonic()
        folder = lab.push(run, random_files(9, 40, 2 << 20))
        seconds: dict[str, list[float]] = {"staging": [], "api/status": [], "staging/health": []}
        with server.client() as client:

            def told() -> bool:
                for path, taken in seconds.items():
                    asked = time.monotonic()
                    assert client.get(path).status_code == 200
                    taken.append(time.monotonic() - asked)
                row = server.row(run)
                said = server.target(nas.path)["state"] == "unavailable" and row is not None
                return said and "does not answer" in row["why"]

            wait_for(told, 58, "it is told")
        assert time.monotonic() - began < 60
        for path, taken in seconds.items():
            assert len(taken) > 50
            assert sorted(taken)[int(len(taken) * 0.99) - 1] < 0.5, (path, sorted(taken)[-5:])
        assert server.get("staging/health").json()["ok"] is False
        assert len(list(folder.rglob("*.tif"))) == 40
        nas.heal()
        server.verified(run, 30)
        assert server.get(f"staging/{run}/detail").json()["job"]["attempt"] == 0
