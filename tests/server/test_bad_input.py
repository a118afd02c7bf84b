"""What must be refused, over HTTP and with its own code: every byte is where it was afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.clearing import data_below, snapshot
from tests.support.lab import SENTINEL, Lab, creation
from tests.support.oracle import random_files
from tests.support.serving import LabServer, code_of
from tests.support.waiting import wait_for

SMALL = {"a.tif": b"a" * 1000, "b/c.tif": b"c" * 2000}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, LabServer]]:
    """One lab and one server for this file; each test pushes runs of a project of its own."""
    base = tmp_path_factory.mktemp("bad-input")
    lab = Lab(base / "lab").mark()
    server = LabServer(base / "server", lab.write_config(), pace=8.0)
    server.start()
    yield lab, server
    server.end()


@pytest.fixture
def lab(shared: tuple[Lab, LabServer]) -> Lab:
    return shared[0]


@pytest.fixture
def server(shared: tuple[Lab, LabServer]) -> LabServer:
    return shared[1]


@pytest.fixture
def run(lab: Lab, request: pytest.FixtureRequest) -> str:
    """A run path nobody else uses."""
    return lab.run_path("".join(letter for letter in request.node.name if letter.isalnum()))


def verified(lab: Lab, server: LabServer, run: str) -> Path:
    folder = lab.push(run, SMALL)
    server.verified(run)
    return folder


def refused(answer: httpx.Response, status: int, *codes: str) -> str:
    assert answer.status_code == status and code_of(answer) in codes, answer.text
    return str(answer.json()["message"])


def ingest(folder: Path) -> Path:
    return folder / ".exlab-wizard" / "ingest.json"


def test_an_unknown_run_is_not_found(lab: Lab, server: LabServer, run: str) -> None:
    server.overview()
    for path in (f"{run}/force-sync", f"{run}/clear", f"{run}/acknowledge"):
        refused(server.post(path), 404, "run_not_found")
    for what in ("detail", "log", "overrides"):
        refused(server.get(f"staging/{run}/{what}"), 404, "run_not_found")
    assert not (lab.staging / run).parent.exists()


def test_a_run_without_its_signal_is_not_cleared(lab: Lab, server: LabServer, run: str) -> None:
    folder = lab.push(run, SMALL, done=False)
    server.wait_row(run, display_state="Receiving")
    before = data_below(folder)
    refused(server.clear(run), 409, "staging_not_sync_verified")
    message = refused(server.force_sync(run), 409, "run_not_complete")
    assert SENTINEL in message
    assert data_below(folder) == before and not (lab.nas / run).exists()


def test_a_busy_run_is_not_cleared(lab: Lab, server: LabServer, run: str) -> None:
    files = random_files(1, 30, 6 << 20)
    folder = lab.push(run, files)
    server.wait_row(run, display_state="Syncing")
    refused(server.clear(run), 409, "run_busy")
    assert data_below(folder) == {**files, SENTINEL: b""}
    server.verified(run)


def test_a_missing_ingest_is_no_licence(lab: Lab, server: LabServer, run: str) -> None:
    folder = verified(lab, server, run)
    ingest(folder).unlink()
    refused(server.clear(run), 409, "staging_not_sync_verified", "run_busy")
    assert data_below(folder) == {**SMALL, SENTINEL: b""}
    wait_for(lambda: ingest(folder).exists() and server.row(run)["job_id"] is None, 20)  # type: ignore[index]
    wait_for(lambda: server.clear(run).status_code == 200, 30, "verified again, then cleared")


def test_a_torn_ingest_is_no_licence_and_is_kept(lab: Lab, server: LabServer, run: str) -> None:
    folder = verified(lab, server, run)
    ingest(folder).write_bytes(b'{"current_state": "sync_ver')
    # a rescan just before would have noticed, and sent the run to be verified again
    refused(server.clear(run), 409, "ingest_unreadable", "run_busy", "staging_not_sync_verified")
    assert data_below(folder) == {**SMALL, SENTINEL: b""}
    wait_for(lambda: [*ingest(folder).parent.glob("ingest.json.damaged-*")], 20, "the torn file is kept")
    wait_for(lambda: server.clear(run).status_code == 200, 30, "verified again, then cleared")


def other_bytes(folder: Path) -> None:
    """The same size and the same times, other bytes."""
    path = folder / "a.tif"
    info = path.stat()
    path.write_bytes(b"z" * info.st_size)
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))


def grown(folder: Path) -> None:
    with (folder / "a.tif").open("ab") as file:
        file.write(b"one more frame")


def new_file(folder: Path) -> None:
    (folder / "late.tif").write_bytes(b"late")


def swapped(folder: Path) -> None:
    new = folder / ".exlab-wizard" / "new"
    new.write_bytes(b"z" * 1000)
    new.rename(folder / "a.tif")


@pytest.mark.parametrize("change", [other_bytes, grown, new_file, swapped])
def test_a_changed_run_is_not_cleared_and_syncs_again(
    lab: Lab, server: LabServer, run: str, change: Callable[[Path], None]
) -> None:
    folder = verified(lab, server, run)
    change(folder)
    now = data_below(folder)
    answer = server.clear(run)
    if answer.status_code == 200:  # so quick a station has synced and proven it anew before the request came
        assert lab.on_nas(run) == now
        return
    refused(answer, 409, "run_changed_since_verified", "run_busy")
    assert data_below(folder) == now
    wait_for(lambda: lab.on_nas(run) == now, 20, "the new bytes are on the NAS")
    server.verified(run)
    if change is not new_file:
        kept = (lab.nas / run / ".exlab-wizard" / "superseded").rglob("a.tif")
        assert [path.read_bytes() for path in kept] == [SMALL["a.tif"]]
    assert server.clear(run).status_code == 200


def test_a_cleared_run_is_not_cleared_again(lab: Lab, server: LabServer, run: str) -> None:
    folder = verified(lab, server, run)
    assert server.clear(run).json() == {"run_path": run, "files_freed": 3, "bytes_freed": 3000}
    before = snapshot(folder)
    for answer in (server.clear(run), server.force_sync(run)):
        assert str(lab.nas / run) in refused(answer, 409, "run_cleared")
    assert snapshot(folder) == before


def test_a_foreign_major_version_is_left_untouched_and_listed(lab: Lab, server: LabServer, run: str) -> None:
    folder = lab.push(run, SMALL, done=False)
    server.wait_row(run, display_state="Receiving")
    ingest(folder).write_text(json.dumps({"schema_version": "2.0", "current_state": "sync_verified"}))
    (folder / SENTINEL).touch()
    row = server.wait_row(run, display_state="Blocked")
    assert "2.0" in row["why"] and row["needs_attention"]
    before = ingest(folder).read_bytes()
    refused(server.clear(run), 409, "schema_major_mismatch")
    refused(server.force_sync(run), 409, "schema_major_mismatch")
    assert ingest(folder).read_bytes() == before
    assert data_below(folder) == {**SMALL, SENTINEL: b""} and not (lab.nas / run).exists()


def test_a_creation_json_cannot_grant_itself_anything(lab: Lab, server: LabServer, run: str, tmp_path: Path) -> None:
    granted = {
        "id": "0" * 32, "problem_class": "unresolved_placeholder_token", "operator": "kim", "revoked": False,
        "recorded_at": "2026-01-01T00:00:00Z", "reason": "because I say so, here in the file",
    }  # fmt: skip
    elsewhere = {"nas_root": str(tmp_path), "run": "CONFOCAL_01/OTHER/Runs/Run_2026-01-01T00-00"}
    text = creation(run) | {"validation_overrides": [granted], "paths": elsewhere, "sync_status": "synced"}
    folder = lab.push(run, {"<sample>.tif": b"x"}, done=False)
    (folder / ".exlab-wizard" / "creation.json").write_text(json.dumps(text | {"nas_root": str(tmp_path)}))
    (folder / SENTINEL).touch()
    row = server.wait_row(run, display_state="Blocked")
    assert "<sample>.tif" in row["why"]
    assert server.force_sync(run).json() == {"run_path": run, "state": "blocked", "job_id": None}
    assert server.get(f"staging/{run}/overrides").json()["overrides"] == []
    refused(server.clear(run), 409, "staging_not_sync_verified")
    assert not (lab.nas / run).exists() and list(tmp_path.iterdir()) == []
    reason = {"problem_class": "unresolved_placeholder_token", "reason": "it is the sample's name"}
    assert server.post(f"{run}/overrides", reason).status_code == 200
    server.verified(run)
    assert lab.on_nas(run)["<sample>.tif"] == b"x" and list(tmp_path.iterdir()) == []
