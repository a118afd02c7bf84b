"""No run stands still without saying why: revoked overrides, half a manifest, lost jobs, instruments taken out."""

from __future__ import annotations

import json

from exlab_wizard.api.models import OverrideRequest
from tests.station.conftest import FILES, RUN, Bench
from tests.support.lab import equipment
from tests.support.waiting import wait_for

REASON = "checked with the microscope's owner"


def manifest_lab(bench: Bench) -> None:
    bench.lab.data["equipment"][0].update(completeness_signal="manifest", manifest_filename="manifest.json")
    bench.restart()


def listing_of(*paths: str, missing: int = 0) -> bytes:
    files = [{"path": path, "size": len(FILES[path])} for path in paths]
    files += [{"path": "not_there.tif", "size": missing}] if missing else []
    return json.dumps({"files": files}).encode()


def override(bench: Bench) -> str:
    wish = OverrideRequest(problem_class="unresolved_placeholder_token", reason=REASON, expires_at=None)
    return bench.station.add_override(bench.station.parse_run(RUN), "kim", wish).overrides[-1].id


def test_a_verified_run_whose_override_was_revoked_is_blocked_when_forced(bench: Bench) -> None:
    bench.push(files={"scan_<sample>.tif": b"x"})
    bench.wait_shown("Blocked")
    record = override(bench)
    bench.wait("sync_verified")
    bench.station.revoke_override(bench.station.parse_run(RUN), "lee", record, "it was the wrong sample after all")
    answer = bench.force()
    assert (answer.state, answer.job_id) == ("blocked", None)
    assert bench.row().current_state == "sync_verified"


def test_an_override_revoked_while_the_nas_is_away_keeps_the_run_from_starting(bench: Bench) -> None:
    (bench.lab.nas / ".exlab-nas.json").rename(bench.lab.base / "marker")
    wait_for(lambda: bench.station.overview().targets[0].state == "unavailable", 90)
    bench.push(files={"scan_<sample>.tif": b"x"})
    bench.wait_shown("Blocked")
    record = override(bench)
    bench.wait_shown("Paused")
    bench.station.revoke_override(bench.station.parse_run(RUN), "lee", record, "it was the wrong sample after all")
    bench.wait_shown("Blocked")
    (bench.lab.base / "marker").rename(bench.lab.nas / ".exlab-nas.json")
    wait_for(lambda: bench.station.overview().targets[0].state == "ok", 30)
    other = RUN.replace("PROJ-0042", "PROJ-0043")
    bench.verified(other)  # the sync thread has gone round since
    assert bench.row().display_state == "Blocked" and not (bench.lab.nas / RUN).exists()


def test_a_reopened_manifest_run_asks_for_its_signal_again(bench: Bench) -> None:
    manifest_lab(bench)
    folder = bench.push(files={**FILES, "manifest.json": listing_of(*FILES)}, done=False)
    bench.wait("sync_verified")
    (folder / "manifest.json").write_bytes(listing_of(*FILES, missing=400 << 20))
    row = wait_for(lambda: (row := bench.row()) and "not_there.tif" in row.why and row, 15)
    assert row.current_state == "staging"
    assert bench.refused(bench.clear).code == "run_changed_since_verified"


def test_a_manifest_run_without_its_manifest_can_be_synced_on_a_persons_word(bench: Bench) -> None:
    manifest_lab(bench)
    bench.push(done=False)
    assert bench.refused(bench.force).code == "run_not_complete"
    bench.force(even_if_incomplete=True)
    bench.wait("sync_verified")
    assert bench.lab.on_nas(RUN) == FILES
    entry = next(entry for entry in bench.ingest()["history"] if entry["state"] == "complete")
    assert entry["by"] == "kim" and "manifest.json" in entry["even_if_incomplete"]


def test_an_instrument_taken_out_of_the_configuration_is_said(bench: Bench) -> None:
    bench.push(done=False)
    bench.wait_shown("Receiving")
    other = equipment(bench.lab.nas, id="SEM_02")
    bench.restart(lambda: bench.lab.data.update(equipment=[other]))
    row = bench.wait_shown("Paused")
    assert "CONFOCAL_01 is not configured any more" in row.why and row.needs_attention


def test_a_run_verified_before_it_was_lost_stays_listed_when_acknowledged(bench: Bench) -> None:
    bench.lab.data["equipment"][0]["settle_seconds"] = 30.0
    folder = bench.verified()
    bench.restart()
    (folder / "late.tif").write_bytes(b"late")
    wait_for(lambda: bench.reasons() == ["late_data"], 10)
    folder.rename(bench.lab.base / "away")  # at once: the station may be writing its log there
    bench.wait_shown("Failed")
    bench.station.acknowledge(bench.station.parse_run(RUN), "kim")
    row = bench.wait_shown("Verified")
    assert str(bench.lab.nas / RUN) in row.why and not row.needs_attention and not row.local_data


def test_a_job_lost_between_two_steps_is_put_back(bench: Bench) -> None:
    (bench.lab.nas / ".exlab-nas.json").rename(bench.lab.base / "marker")
    wait_for(lambda: bench.station.overview().targets[0].state == "unavailable", 90)
    bench.push()
    bench.wait_shown("Paused")
    core = wait_for(lambda: bench.station._leader, 10, "the station leads").core
    with core.lock:
        run = core.registry.get(RUN)
        run.job = core.queue.claim(run.job)
    (bench.lab.base / "marker").rename(bench.lab.nas / ".exlab-nas.json")
    bench.wait("sync_verified", seconds=30)
