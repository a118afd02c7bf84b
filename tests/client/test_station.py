"""What a script does with a real station: list, wait, path, clear, override, and each refusal by its code."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exlab_wizard.api.models import DisplayState, OverviewRow, PauseResponse, Pauses, PausesResponse
from exlab_wizard.client import DataNotHere, StagingClient, WaitFailed, WaitTimeout
from exlab_wizard.demo.server import ServerProcess
from exlab_wizard.errors import Code, StagingError
from tests.client.kernels import run_in_kernel
from tests.support.lab import Lab, data_files
from tests.support.station import BYTES, FILES
from tests.support.waiting import wait_for

REASON = "The template left it; agreed with Kim."


def refusal(call: Callable[[], object]) -> StagingError:
    with pytest.raises(StagingError) as caught:
        call()
    return caught.value


def listed(client: StagingClient, run: str) -> OverviewRow:
    """The run's row, once the station has seen the run."""
    return wait_for(lambda: next((row for row in client.list() if row.path == run), None), what=f"{run} listed")


def test_a_run_from_its_last_byte_to_cleared(client: StagingClient, push: Callable[..., str], station_lab: Lab) -> None:
    run, seen = push(), list[str]()
    listed(client, run)
    row = client.wait(run, timeout=30, on_update=lambda now: seen.append(now.display_state))
    assert row.current_state == "sync_verified" and seen[-1] == "Verified"
    here = client.path(run)
    assert here == station_lab.staging / run and data_files(here) == station_lab.on_nas(run)
    freed = client.clear(run)
    assert (freed.run_path, freed.files_freed) == (run, 3)
    assert freed.bytes_freed == BYTES
    assert client.wait(run, until="cleared", timeout=10).display_state is DisplayState.CLEARED
    there = client.path(run)
    assert there == station_lab.nas / run and (there / "meta/notes.txt").read_bytes() == b"two"
    assert client.wait(run, until="sync_verified", timeout=5).current_state == "cleared", "it has been verified"


def test_a_cleared_run_comes_back(client: StagingClient, push: Callable[..., str], station_lab: Lab) -> None:
    run = push()
    listed(client, run)
    client.wait(run, timeout=30)
    assert refusal(lambda: client.restore(run)).code == Code.NOT_PERMITTED
    client.clear(run)
    first, second = client.restore(run), client.restore(run)
    assert first.state == "queued" and first.run_path == run == second.run_path
    row = client.wait(run, "restored", timeout=30)
    assert row.local_data and row.display_state is DisplayState.VERIFIED
    assert client.path(run) == station_lab.staging / run
    assert data_files(station_lab.staging / run) == station_lab.on_nas(run)
    assert client.clear(run).bytes_freed == BYTES


def test_any_name_of_a_run_will_do(client: StagingClient, push: Callable[..., str], station_lab: Lab) -> None:
    run = push()
    row = listed(client, run)
    leaf = run.rsplit("/", 1)[1]
    for name in (run, leaf, station_lab.staging / run, f"{station_lab.staging}/{run}/", row, Path(run)):
        assert client.detail(name).row.path == run


@pytest.mark.parametrize("project", ["cell wall #3", "50%25 done?", "a+b;c=d&e", "Ünïcode 实验", ".hidden"])
def test_odd_project_names_reach_the_right_run(client: StagingClient, push: Callable[..., str], project: str) -> None:
    run = push(project)
    listed(client, run)
    assert client.wait(run, timeout=30).path == run
    assert client.detail(run).row.project_name == project
    assert client.clear(run).run_path == run


def test_lists_are_typed_and_filtered(client: StagingClient, push: Callable[..., str]) -> None:
    run = push("filtered")
    listed(client, run)
    client.wait(run, timeout=30)
    found = client.list(project="filtered", states="verified", equipment="CONFOCAL_01", kind="experimental")
    assert found.paths == [run]
    assert isinstance(found[0], OverviewRow) and found[0].byte_total == BYTES
    assert client.list(project="filtered", states="Failed").paths == []


def test_an_overview_since_a_revision_has_only_what_changed(client: StagingClient, push: Callable[..., str]) -> None:
    first = push()
    listed(client, first)
    client.wait(first, timeout=30)
    revision = client.overview().revision
    second = push()
    listed(client, second)
    changed = client.overview(since=revision)
    assert changed.since == revision and [row.path for row in changed.runs] == [second]


def test_details_log_and_health(client: StagingClient, push: Callable[..., str], station_lab: Lab) -> None:
    run = push()
    listed(client, run)
    client.wait(run, timeout=30)
    detail = client.detail(run)
    assert [entry.state for entry in detail.history] == ["staging", "complete", "sync_queued", "sync_verified"]
    assert detail.nas_path == str(station_lab.nas / run) and detail.manifest_digest
    log = client.log(run, lines=2)
    assert len(log.lines) == 2 and "sync_verified" in log.lines[-1]
    assert Path(log.log_path).is_file()
    health = client.health()
    assert health.leader.leads and {check.name for check in health.checks} >= {"staging", "disk"}


def test_force_sync_of_an_unfinished_run(client: StagingClient, push: Callable[..., str]) -> None:
    run = push(done=False)
    listed(client, run)
    error = refusal(lambda: client.force_sync(run))
    assert error.code is Code.RUN_NOT_COMPLETE and "acquisition_complete.flag" in error.message
    with pytest.raises(WaitTimeout):
        client.wait(run, timeout=0.2)
    assert client.force_sync(run, even_if_incomplete=True).state == "queued"
    assert client.wait(run, timeout=30).current_state == "sync_verified"


def test_force_sync_of_a_verified_run_verifies_it_afresh(client: StagingClient, push: Callable[..., str]) -> None:
    run = push()
    listed(client, run)
    before = client.wait(run, timeout=30).proven_at
    answer = client.force_sync(run)
    assert answer.state == "queued" and answer.job_id
    after = client.wait(run, timeout=30)
    assert after.current_state == "sync_verified"
    assert len([entry for entry in client.detail(run).history if entry.state == "sync_verified"]) == 2
    assert before is not None and after.proven_at is not None and after.proven_at >= before


def test_a_blocked_run_and_its_override(client: StagingClient, push: Callable[..., str]) -> None:
    run = push("<project_name>")
    listed(client, run)
    with pytest.raises(WaitFailed) as caught:
        client.wait(run, timeout=30)
    assert caught.value.code == "run_blocked" and "<project_name>" in str(caught.value)
    answer = client.force_sync(run)
    assert (answer.state, answer.job_id) == ("blocked", None)
    (finding,) = [found for found in client.detail(run).findings if found.severity == "hard"]
    assert finding.problem_class == "unresolved_placeholder_token"
    until = datetime.now(UTC) + timedelta(days=1)
    (record,) = client.add_override(run, finding.problem_class, REASON, expires_at=until).overrides
    assert record.reason == REASON and record.expires_at == until and record.operator
    assert client.wait(run, timeout=30).current_state == "sync_verified"
    records = client.revoke_override(run, record.id, "It was renamed in the end.").overrides
    assert [found.revokes for found in records] == [None, record.id] and records == client.overrides(run).overrides


def test_a_reason_must_say_something(client: StagingClient, push: Callable[..., str]) -> None:
    run = push()
    listed(client, run)
    error = refusal(lambda: client.add_override(run, "unresolved_placeholder_token", "because"))
    assert error.code is Code.INVALID_REQUEST and error.message.startswith("reason:")
    assert client.overrides(run).overrides == []


def test_refusals_carry_code_and_evidence(client: StagingClient, push: Callable[..., str], station_lab: Lab) -> None:
    unfinished, done = push(done=False), push()
    for run in (unfinished, done):
        listed(client, run)
    assert refusal(lambda: client.clear(unfinished)).code is Code.STAGING_NOT_SYNC_VERIFIED
    assert (station_lab.staging / unfinished / "scan_0001.tif").exists()
    client.wait(done, timeout=30)
    client.clear(done)
    for call in (client.clear, client.force_sync):
        error = refusal(lambda call=call: call(done))  # type: ignore[misc]
        assert error.code is Code.RUN_CLEARED and error.details["nas_path"] == str(station_lab.nas / done)


@pytest.mark.parametrize(
    "verb",
    [
        "detail",
        "log",
        "force_sync",
        "verify",
        "clear",
        "overrides",
        "acknowledge",
        "path",
        "wait",
        "pause",
        "resume",
        "retry",
    ],
)
def test_an_unknown_run_is_not_found_by_any_verb(client: StagingClient, verb: str) -> None:
    error = refusal(lambda: getattr(client, verb)("CONFOCAL_01/none/Runs/Run_2020-01-01T00-00"))
    assert error.code is Code.RUN_NOT_FOUND


def test_a_run_that_vanished_is_acknowledged(client: StagingClient, push: Callable[..., str], station_lab: Lab) -> None:
    run = push(done=False)
    listed(client, run)
    (station_lab.staging / run).rename(station_lab.staging.parent / "gone")  # at once: the station writes into it
    with pytest.raises(WaitFailed) as caught:
        client.wait(run, timeout=60)
    assert caught.value.code == "run_failed" and "vanished" in caught.value.message
    assert client.acknowledge(run).acknowledged
    wait_for(lambda: run not in client.list().paths, what="the alarm gone")


def test_data_that_this_computer_cannot_read(
    client: StagingClient, push: Callable[..., str], station_lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = push()
    listed(client, run)
    client.wait(run, timeout=30)
    away = station_lab.nas.with_name("away")
    client.clear(run)
    station_lab.nas.rename(away)
    try:
        with pytest.raises(DataNotHere) as caught:
            client.path(run)
    finally:
        away.rename(station_lab.nas)
    assert isinstance(caught.value, FileNotFoundError)
    assert str(station_lab.nas / run) in caught.value.message and caught.value.code == "data_not_here"


def test_the_nas_that_is_there_is_accepted(client: StagingClient, push: Callable[..., str], station_lab: Lab) -> None:
    nas_id = json.loads((station_lab.nas / ".exlab-nas.json").read_text())["nas_id"]
    answer = client.accept_nas(str(station_lab.nas), nas_id)
    assert (answer.target.nas_root, answer.target.nas_id) == (str(station_lab.nas), nas_id)
    run = push()
    listed(client, run)
    assert client.wait(run, timeout=30).current_state == "sync_verified"


def test_from_a_notebook_beside_the_station(station: ServerProcess, push: Callable[..., str]) -> None:
    run = push("notebook")
    code = (
        "import time\nfrom exlab_wizard import connect, StagingError\nclient = connect()\n"
        f"while not [r for r in client.list() if r.path == {run!r}]: time.sleep(0.05)\n"
        f"client.wait({run!r}, timeout=30)\n"
        "print(client.list(project='notebook')._repr_html_())\n"
        f"print(client.clear({run!r}).files_freed, client.path({run!r}))"
    )
    said = run_in_kernel(station, code)
    assert "Verified" in said and "<table>" in said
    assert said.strip().splitlines()[-1].startswith("3 /")


def test_waiting_goes_on_through_a_restart(
    start_server: Callable[..., ServerProcess], attach: Callable[..., StagingClient], lab: Lab
) -> None:
    lab.data["equipment"][0]["settle_seconds"] = 4
    config, run = lab.write_config(), lab.run_path()
    lab.push(run, FILES)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = start_server(config, settings={"ServerApp": {"port": port}})
    wait_for(lambda: server.get("staging/overview").status_code == 200, 30, "the first listing")
    client, outcome = attach(server.url, server.token), list[OverviewRow]()
    listed(client, run)
    thread = threading.Thread(target=lambda: outcome.append(client.wait(run, timeout=60)), daemon=True)
    thread.start()
    server.stop()
    assert not outcome, "the run was not there before the restart"
    server.start()
    thread.join(60)
    assert str(port) in client.url and outcome and outcome[0].current_state == "sync_verified"


def test_pause_and_resume(client: StagingClient, push: Callable[..., str]) -> None:
    run = push("paused", done=False)
    listed(client, run)
    answer = client.pause(run)
    assert answer == client.pause(run) and isinstance(answer, PauseResponse) and answer.paused
    assert client.row(run).display_state is DisplayState.PAUSED
    assert client.resume(run.rsplit("/", 1)[1]).model_dump()["paused"] is False
    instrument = client.pause(equipment="CONFOCAL_01")
    assert isinstance(instrument, PausesResponse) and "CONFOCAL_01" in instrument.paused.equipment
    error = refusal(lambda: client.resume(run))
    assert error.code is Code.PAUSED and error.next_step == "`exlab-wizard resume --equipment CONFOCAL_01`"
    everything = client.pause()
    assert isinstance(everything, PausesResponse) and everything.paused.all is not None
    assert client.overview().paused == everything.paused
    client.resume()
    client.resume(equipment="CONFOCAL_01")
    assert client.overview().paused == Pauses()
    assert refusal(lambda: client.retry(run)).code is Code.NOTHING_TO_RETRY
    with pytest.raises(ValueError, match="not both"):
        client.pause(run, equipment="CONFOCAL_01")
