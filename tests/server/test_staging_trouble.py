"""A staging disk that goes away, fills up, or holds something odd: no run is reported gone, nothing spoils the list."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exlab_wizard.markers import mark_nas, mark_staging
from tests.server.conftest import StartServer
from tests.support.lab import Lab
from tests.support.mounts import Mounts, fill
from tests.support.oracle import RunOracle, random_files
from tests.support.serving import LabServer, code_of
from tests.support.waiting import wait_for

SMALL = {"a.tif": b"a" * 1000, "b/c.tif": b"c" * 2000}


def listed(server: LabServer) -> list[tuple[str, str, int]]:
    server.overview()
    rows = server.get("staging").json()["runs"]
    return sorted((row["path"], row["current_state"], row["file_count"]) for row in rows)


def is_away(server: LabServer) -> bool:
    answers = [server.get(path) for path in ("staging", "staging/overview")]
    return all(answer.status_code == 503 and code_of(answer) == "staging_unavailable" for answer in answers)


def check_absence(
    lab: Lab, server: LabServer, run: str, away: Callable[[], object], back: Callable[[], object]
) -> None:
    """Take the disk away, look, bring it back, look again; a run pushed then is synced as ever."""
    before = listed(server)
    away()
    wait_for(lambda: is_away(server), 10, "the station says that staging is not there")
    for path in (f"{run}/force-sync", f"{run}/clear"):
        answer = server.post(path)
        assert (answer.status_code, code_of(answer)) == (503, "staging_unavailable")
        assert "mark-staging" in answer.json()["message"]
    assert not lab.staging.exists() or list(lab.staging.iterdir()) == []
    back()
    wait_for(lambda: not is_away(server), 10, "it is back")
    assert listed(server) == before
    lab.push(lab.run_path("AFTER"), SMALL)
    server.verified(lab.run_path("AFTER"), 25)


def two_runs(lab: Lab, server: LabServer) -> str:
    """One verified, one unfinished; the first one's path."""
    run, unfinished = lab.run_path(), lab.run_path("P2")
    lab.push(run, SMALL)
    lab.push(unfinished, SMALL, done=False)
    server.verified(run)
    server.wait_row(unfinished, display_state="Receiving")
    return run


def test_a_staging_directory_moved_away_is_waited_for(lab: Lab, serve: StartServer) -> None:
    server = serve()
    run = two_runs(lab, server)

    def away() -> None:
        lab.staging.rename(lab.base / "elsewhere")
        lab.staging.mkdir()

    def back() -> None:
        lab.staging.rmdir()
        (lab.base / "elsewhere").rename(lab.staging)

    check_absence(lab, server, run, away, back)


@pytest.mark.world
def test_an_unmounted_staging_disk_is_waited_for(unmarked_lab: Lab, serve_unmarked: Any, mounts: Mounts) -> None:
    lab = unmarked_lab
    disk = lab.base / "disk"
    disk.mkdir()
    mounts.bind(disk, lab.staging)
    mark_staging(lab.staging)
    mark_nas(lab.nas)
    lab.data["orchestrator"]["state_dir"] = str(lab.base / "state")
    server = serve_unmarked()
    run = two_runs(lab, server)
    check_absence(lab, server, run, lambda: mounts.away(lab.staging), lambda: mounts.bind(disk, lab.staging))


def test_a_server_started_without_the_staging_disk_waits_for_it(lab: Lab, serve: StartServer) -> None:
    run = lab.run_path()
    lab.push(run, SMALL)
    lab.staging.rename(lab.base / "elsewhere")
    lab.staging.mkdir()
    server = serve()
    wait_for(lambda: is_away(server), 20)
    assert list(lab.staging.iterdir()) == []
    lab.staging.rmdir()
    (lab.base / "elsewhere").rename(lab.staging)
    wait_for(lambda: not is_away(server), 10)
    server.verified(run)


@pytest.mark.world
def test_a_verified_run_can_be_cleared_on_a_full_disk(unmarked_lab: Lab, serve_unmarked: Any, mounts: Mounts) -> None:
    lab = unmarked_lab
    mounts.tmpfs(lab.staging, "size=24m")
    mark_staging(lab.staging)
    mark_nas(lab.nas)
    run, files = lab.run_path(), random_files(10, 60, 4 << 20)
    oracle = RunOracle(lab.staging, lab.nas, run, files)
    server = serve_unmarked()
    lab.push(run, files)
    server.verified(run)
    filler = fill(lab.staging)
    assert os.statvfs(lab.staging).f_bavail == 0
    answer = server.clear(run)
    assert answer.status_code == 200, answer.text
    assert answer.json()["files_freed"] == len(files) + 1
    assert oracle.all_on_nas() and not oracle.local_data()
    assert oracle.state() == "cleared"
    filler.unlink()
    wait_for(lambda: oracle.state(oracle.copy) == "cleared", 15, "the NAS copy says so too")


@pytest.mark.world
def test_a_full_disk_without_the_reserve_is_said_and_nothing_is_lost(
    unmarked_lab: Lab, serve_unmarked: Any, mounts: Mounts
) -> None:
    lab = unmarked_lab
    mounts.tmpfs(lab.staging, "size=24m")
    mark_staging(lab.staging)
    mark_nas(lab.nas)
    run, files = lab.run_path(), random_files(11, 20, 1 << 20)
    oracle = RunOracle(lab.staging, lab.nas, run, files)
    server = serve_unmarked()
    lab.push(run, files)
    server.verified(run)
    (lab.staging / ".exlab-wizard" / "reserve").unlink()
    filler = fill(lab.staging)
    answer = server.clear(run)
    assert (answer.status_code, code_of(answer)) == (503, "staging_unavailable"), answer.text
    assert "full" in answer.json()["message"] and str(lab.staging) in answer.json()["message"]
    assert oracle.all_on_nas() and len(oracle.local_data()) == len(files) + 1
    filler.unlink()
    assert server.clear(run).status_code == 200


def garbage(run: Path, secret: Path) -> None:
    (run / ".exlab-wizard" / "ingest.json").write_bytes(b"\xff{not json")


def ingest_is_a_folder(run: Path, secret: Path) -> None:
    (run / ".exlab-wizard" / "ingest.json").mkdir()


def ingest_is_a_fifo(run: Path, secret: Path) -> None:
    os.mkfifo(run / ".exlab-wizard" / "ingest.json")


def data_fifo(run: Path, secret: Path) -> None:
    os.mkfifo(run / "pipe")


def linked_data(run: Path, secret: Path) -> None:
    (run / "link.tif").symlink_to(secret)


def linked_logs(run: Path, secret: Path) -> None:
    (run / ".exlab-wizard" / f"wizard.{os.uname().nodename}.log").symlink_to(secret)


def linked_control(run: Path, secret: Path) -> None:
    (run / ".exlab-wizard" / "creation.json").unlink()
    (run / ".exlab-wizard").rmdir()
    (run / ".exlab-wizard").symlink_to(secret.parent)


def deep_json(run: Path, secret: Path) -> None:
    (run / ".exlab-wizard" / "creation.json").write_text("[" * 100_000)


ODD = [
    garbage, ingest_is_a_folder, ingest_is_a_fifo, data_fifo, linked_data, linked_logs, linked_control, deep_json,
]  # fmt: skip
BLOCKED = {data_fifo, linked_data}


def test_no_odd_run_spoils_the_list_and_no_link_is_followed(lab: Lab, serve: StartServer) -> None:
    secret = lab.base / "outside" / "secret.txt"
    secret.parent.mkdir()
    secret.write_bytes(b"not yours")
    good, runs = lab.run_path("GOOD"), {spoil: lab.run_path(spoil.__name__) for spoil in ODD}
    for spoil, run in runs.items():
        spoil(lab.push(run, SMALL, done=False), secret)
        (lab.staging / run / "acquisition_complete.flag").touch()
    lab.push(good, SMALL)
    server = serve()
    server.verified(good)
    assert {path for path, _, _ in listed(server)} == {good, *runs.values()}
    for spoil in BLOCKED:
        row = server.wait_row(runs[spoil], display_state="Blocked")
        assert row["needs_attention"] and row["next_step"]
    for spoil in [one for one in ODD if one not in BLOCKED]:
        server.wait_row(runs[spoil], current_state="sync_verified", job_id=None)
        assert lab.on_nas(runs[spoil])["a.tif"] == SMALL["a.tif"], spoil.__name__
    for run in runs.values():
        for what in ("detail", "log", "overrides"):
            answer = server.get(f"staging/{run}/{what}")
            assert answer.status_code == 200 and b"not yours" not in answer.content, (run, what)
    assert [path.name for path in secret.parent.iterdir()] == ["secret.txt"]
    assert secret.read_bytes() == b"not yours"
    refused = server.clear(runs[linked_control])
    assert (refused.status_code, code_of(refused)) == (409, "not_permitted")
    assert json.loads((lab.staging / runs[garbage] / ".exlab-wizard" / "ingest.json").read_bytes())
