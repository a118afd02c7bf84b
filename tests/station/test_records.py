"""ingest.json and what else lies in a run: damage, foreign versions, links, the gate, unrecognised entries."""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exlab_wizard.api.models import OverrideRequest
from tests.station.conftest import FILES, RUN, Bench
from tests.support.lab import SENTINEL
from tests.support.waiting import wait_for

REASON = "checked with the microscope's owner"


def control(bench: Bench, name: str) -> Path:
    return bench.lab.staging / RUN / ".exlab-wizard" / name


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"schema_version": "1.1"}', b"\xff\xfe"])
def test_a_torn_ingest_is_kept_and_the_run_is_verified_again_without_copying(bench: Bench, damage: bytes) -> None:
    bench.verified()
    inode = (bench.lab.nas / RUN / "notes.txt").stat().st_ino
    bench.restart(lambda: control(bench, "ingest.json").write_bytes(damage))
    wait_for(lambda: "reconciled" in bench.reasons(), 10)
    bench.wait("sync_verified")
    kept = list(control(bench, "").glob("ingest.json.damaged-*"))
    assert [path.read_bytes() for path in kept] == [damage]
    assert (bench.lab.nas / RUN / "notes.txt").stat().st_ino == inode


def test_a_torn_ingest_is_never_a_licence_to_clear(bench: Bench) -> None:
    folder = bench.verified()
    control(bench, "ingest.json").write_bytes(b"{")
    error = bench.refused(bench.clear)
    assert error.code in ("ingest_unreadable", "run_busy", "staging_not_sync_verified")
    assert (folder / "notes.txt").read_bytes() == FILES["notes.txt"]


def test_a_missing_ingest_is_rebuilt_and_the_run_verified_again(bench: Bench) -> None:
    bench.verified()
    bench.restart(lambda: control(bench, "ingest.json").unlink())
    bench.wait("sync_verified")
    assert "reconciled" in bench.reasons()
    assert [entry["state"] for entry in bench.ingest()["history"]][:4] == [
        "staging",
        "complete",
        "sync_queued",
        "sync_verified",
    ]


def test_a_foreign_major_version_is_left_untouched_and_listed(bench: Bench) -> None:
    foreign = json.dumps({"schema_version": "2.0", "current_state": "sync_verified", "history": []}).encode()
    control(bench, "").mkdir(parents=True)
    control(bench, "ingest.json").write_bytes(foreign)
    bench.push()
    row = bench.wait_shown("Blocked")
    assert "2.0" in row.why and row.needs_attention
    assert bench.refused(bench.force).code == "schema_major_mismatch"
    assert bench.refused(bench.clear).code == "schema_major_mismatch"
    assert control(bench, "ingest.json").read_bytes() == foreign and not (bench.lab.nas / RUN).exists()


def test_unknown_fields_of_ingest_survive(bench: Bench) -> None:
    bench.verified()
    text = bench.ingest() | {"lims_ticket": 7}
    bench.restart(lambda: control(bench, "ingest.json").write_text(json.dumps(text)))
    bench.force()
    bench.wait("sync_verified")
    assert bench.ingest()["lims_ticket"] == 7


def test_a_forged_ingest_does_not_make_a_run_verified(bench: Bench) -> None:
    forged = {
        "schema_version": "1.1",
        "run_path": RUN,
        "current_state": "sync_verified",
        "history": [{"state": "sync_verified", "at": "2026-01-01T00:00:00Z"}],
    }
    control(bench, "").mkdir(parents=True)
    control(bench, "ingest.json").write_text(json.dumps(forged))
    folder = bench.push(done=False)
    row = bench.wait_shown("Receiving")
    assert row.current_state == "staging"
    assert bench.refused(bench.clear).code == "staging_not_sync_verified"
    assert (folder / "notes.txt").exists()


@pytest.mark.parametrize("kind", ["symlink", "fifo", "socket"])
def test_an_odd_entry_blocks_the_run_and_is_never_followed(bench: Bench, kind: str, tmp_path: Path) -> None:
    folder = bench.push(done=False)
    odd, secret = folder / "odd", tmp_path / "secret"
    secret.write_bytes(b"not yours")
    if kind == "symlink":
        odd.symlink_to(secret)
    elif kind == "fifo":
        os.mkfifo(odd)
    else:
        with socket.socket(socket.AF_UNIX) as server:
            os.chdir(folder)
            server.bind("odd")
    (folder / SENTINEL).touch()
    row = bench.wait_shown("Blocked")
    assert "odd" in row.why and "override" in row.actions
    answer = bench.force()
    assert (answer.state, answer.job_id) == ("blocked", None)
    assert not (bench.lab.nas / RUN).exists()
    odd.unlink()
    bench.wait("sync_verified")
    assert secret.read_bytes() == b"not yours"


def test_an_override_lets_a_run_pass_and_a_revocation_blocks_it_again(bench: Bench) -> None:
    path = bench.station.parse_run(RUN)
    folder = bench.push(files={"scan_<sample>.tif": b"x"})
    bench.wait_shown("Blocked")
    wish = OverrideRequest(problem_class="unresolved_placeholder_token", reason=REASON, expires_at=None)
    recorded = bench.station.add_override(path, "kim", wish).overrides
    assert [record.operator for record in recorded] == ["kim"]
    bench.wait("sync_verified")
    assert "scan_<sample>.tif" in bench.lab.on_nas(RUN)
    findings = bench.station.detail(path).findings
    assert [finding.overridden_by for finding in findings if finding.severity == "hard"] == [recorded[0].id]
    mirrored = json.loads(control(bench, "creation.json").read_bytes())["validation_overrides"]
    assert [record["id"] for record in mirrored] == [recorded[0].id]
    bench.station.revoke_override(path, "lee", recorded[0].id, "it was the wrong sample after all")
    (folder / "late.tif").write_bytes(b"late")
    bench.wait_shown("Blocked")


def test_an_override_written_by_the_instrument_does_not_count(bench: Bench) -> None:
    expires = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    granted = {
        "id": "1",
        "problem_class": "unresolved_placeholder_token",
        "operator": "instrument",
        "recorded_at": "2026-04-17T14:32:00Z",
        "reason": REASON,
        "expires_at": expires,
        "revoked": False,
    }
    folder = bench.push(files={"scan_<sample>.tif": b"x"}, done=False)
    creation = json.loads((folder / ".exlab-wizard" / "creation.json").read_bytes())
    creation["validation_overrides"] = [granted]
    creation["paths"] = {"run": "/etc"}
    (folder / ".exlab-wizard" / "creation.json").write_text(json.dumps(creation))
    (folder / SENTINEL).touch()
    bench.wait_shown("Blocked")
    assert bench.station.overrides(bench.station.parse_run(RUN)).overrides == []
    assert not (bench.lab.nas / RUN).exists()


def test_what_is_not_a_run_is_listed_with_a_remedy(bench: Bench) -> None:
    (bench.lab.staging / "OTHER_02" / "x").mkdir(parents=True)
    (bench.lab.staging / "OTHER_02" / "x" / "data.bin").write_bytes(b"12345")
    (bench.lab.staging / "stray.txt").write_bytes(b"123")
    (bench.lab.staging / "CONFOCAL_01" / "P" / "Runs" / "Run_last week").mkdir(parents=True)
    bench.push()
    bench.wait("sync_verified")
    entries = wait_for(lambda: (found := bench.station.overview().unrecognised) and len(found) == 3 and found, 10)
    by_path = {entry.path: entry for entry in entries}
    assert by_path["OTHER_02"].bytes == 5 and "configured" in by_path["OTHER_02"].reason
    assert by_path["stray.txt"].bytes == 3
    assert "Run_2026-04-17T14-32" in by_path["CONFOCAL_01/P/Runs/Run_last week"].remedy
    assert all(entry.remedy for entry in entries)


def test_a_run_whose_control_folder_cannot_be_written_is_synced_but_not_cleared(bench: Bench) -> None:
    folder = bench.lab.staging / RUN
    folder.mkdir(parents=True)
    (folder / ".exlab-wizard").write_bytes(b"a file where the folder belongs")
    for name, data in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / SENTINEL).touch()

    def verified() -> bool:
        row = bench.row()
        return row is not None and row.current_state == "sync_verified"

    wait_for(verified, 20, "verified all the same")
    assert bench.lab.on_nas(RUN)["notes.txt"] == FILES["notes.txt"]
    assert bench.refused(bench.clear).code == "not_permitted"
    assert (folder / "notes.txt").exists() and (folder / ".exlab-wizard").is_file()


def test_a_linked_log_or_ingest_is_never_written_through(bench: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    control(bench, "").mkdir(parents=True)
    control(bench, f"wizard.{socket.gethostname()}.log").symlink_to(outside)
    control(bench, "ingest.json").symlink_to(outside)
    bench.push()
    bench.wait("sync_verified")
    assert outside.read_bytes() == b"precious"


def test_a_stale_proof_is_renewed_before_clearing(bench: Bench) -> None:
    folder = bench.verified()
    bench.lab.data["proof"] = {"reverify_after_hours": 0.0001}
    bench.restart()
    wait_for(lambda: (bench.row().proof_age_seconds or 0) > 1, 10)
    error = bench.refused(bench.clear)
    assert error.code == "nas_copy_not_proven" and "ask again" in error.message
    assert (folder / "notes.txt").exists()
    wait_for(lambda: "forced" in bench.reasons(), 10)
    bench.wait("sync_verified")


def test_data_left_in_a_holding_folder_are_put_back_although_the_state_directory_is_lost(bench: Bench) -> None:
    folder = bench.verified()

    def lose() -> None:
        data = folder / ".exlab-wizard" / "clearing-abc123" / "data"
        data.mkdir(parents=True)
        (folder / "notes.txt").rename(data / "notes.txt")
        for name in ("station.db", "station.db-wal", "station.db-shm", "index.db", "index.db-wal", "index.db-shm"):
            (bench.lab.staging / ".exlab-wizard" / name).unlink(missing_ok=True)

    bench.restart(lose)
    wait_for(lambda: (folder / "notes.txt").exists(), 15, "put back")
    bench.wait("sync_verified")
    assert (folder / "notes.txt").read_bytes() == FILES["notes.txt"]
    assert not list((folder / ".exlab-wizard").glob("clearing-*"))
    assert bench.lab.on_nas(RUN)["notes.txt"] == FILES["notes.txt"]
