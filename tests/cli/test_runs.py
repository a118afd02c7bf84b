"""The commands about runs, beside a real station: in a pipe, with `--json`, in a terminal, and their exit codes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from exlab_wizard.api.models import ChecksumsResponse, Overview, RunDetail
from exlab_wizard.demo.server import ServerProcess
from tests.cli.conftest import Call
from tests.cli.terminal import CODE, Terminal
from tests.support.clearing import flip
from tests.support.lab import SENTINEL, Lab, data_files
from tests.support.station import BYTES
from tests.support.waiting import wait_for

REASON = "The template left it; agreed with Kim."
Document = Callable[..., Any]
Pushed = Callable[..., str]


def test_list_in_a_pipe_is_plain_text_with_nothing_cut(call: Call, pushed: Pushed) -> None:
    run = pushed("a project with a rather long name, longer than any terminal column would be", verified=True)
    done = call("list", env={"COLUMNS": "40"})
    assert done.returncode == 0 and done.stderr == ""
    line = next(line for line in done.stdout.splitlines() if run in line)
    assert line.startswith("Verified") and "3" in line and "on this computer." in done.stdout.splitlines()[0]
    assert "\x1b" not in done.stdout


def test_list_json_is_the_overview(document: Document, pushed: Pushed) -> None:
    pushed("listed as json", verified=True)
    found = Overview.model_validate(document("list", "--project", "listed as json"))
    (row,) = found.runs
    assert row.current_state == "sync_verified" and row.byte_total == BYTES


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--state", "Verified"], 1),
        (["--state", "receiving", "--state", "Blocked"], 1),
        (["--equipment", "SEM_02"], 0),
        (["--kind", "test"], 0),
        (["--kind", "experimental"], 2),
        (["--attention"], 0),
    ],
)
def test_list_filters(document: Document, pushed: Pushed, options: list[str], count: int) -> None:
    project = "filters " + " ".join(options)
    pushed(project, verified=True)
    pushed(project, done=False)
    assert len(document("list", "--project", project, *options)["runs"]) == count


def test_list_without_a_match_says_so(call: Call) -> None:
    done = call("list", "--project", "none such")
    assert done.returncode == 0 and "No run matches" in done.stdout


def test_list_in_a_terminal_has_shapes_and_keeps_the_end_of_names(station: ServerProcess, pushed: Pushed) -> None:
    run = pushed("[bold]markup[!bold] " + "x" * 80, verified=True)
    leaf = run.rsplit("/", 1)[1]
    with Terminal(station, ("list", "--project", run.split("/")[1])) as terminal:
        assert terminal.exit_code() == 0
    assert "✓ Verified" in terminal.shown and "…" in terminal.shown and leaf in terminal.shown
    with Terminal(station, ("list",), columns=60) as narrow:
        assert narrow.exit_code() == 0
    assert "Last activity" in terminal.shown and "Last activity" not in narrow.shown


def test_list_shows_what_is_no_run(call: Call, station_lab: Lab) -> None:
    stray = station_lab.staging / "old \x1b[31mstuff"
    stray.mkdir()
    (stray / "a").write_bytes(b"x" * 2048)
    try:
        line = wait_for(lambda: next((x for x in call("list").stdout.splitlines() if "Not a run" in x), ""), 60)
    finally:
        shutil.rmtree(stray)
    assert "stuff" in line and "\x1b" not in line, "a name must not steer the terminal"


def test_force_sync_and_wait(call: Call, document: Document, pushed: Pushed) -> None:
    run = pushed(done=False)
    done = call("force-sync", run)
    assert done.returncode == 1
    assert done.stderr.startswith("run_not_complete: ") and "--even-if-incomplete" in done.stderr
    refused = document("force-sync", run, code=1)["results"][0]
    assert (refused["ok"], refused["error"]["code"]) == (False, "run_not_complete")
    assert call("wait", run, "--timeout", "0.2s").returncode == 4
    done = call("force-sync", "--even-if-incomplete", "--wait", "--timeout", "30s", run)
    assert done.returncode == 0 and done.stdout.startswith("Verified: ")
    assert "Verified  " + run in done.stderr, "without a terminal the states are lines on stderr"


def test_force_sync_queues(call: Call, document: Document, pushed: Pushed) -> None:
    run = pushed(verified=True)
    answer = document("force-sync", run)["results"][0]
    assert answer["ok"] and answer["run_path"] == run and answer["state"] == "queued" and answer["job_id"]
    assert call("force-sync", run).stdout == f"Queued: {run}\n"
    waited = document("wait", run, "--timeout", "30")["results"][0]
    assert waited["state"] == "sync_verified" and waited["row"]["path"] == run


def test_force_sync_shows_a_bar_in_a_terminal(station: ServerProcess, pushed: Pushed) -> None:
    run = pushed(done=False)
    with Terminal(station, ("force-sync", "--even-if-incomplete", "--wait", run)) as terminal:
        terminal.until("━")
        assert terminal.exit_code() == 0
    assert f"Verified: {run}" in terminal.shown


def test_one_refusal_does_not_stop_the_others(call: Call, document: Document, pushed: Pushed) -> None:
    good, unknown = pushed(verified=True), "CONFOCAL_01/none/Runs/Run_2020-01-01T00-00"
    done = call("force-sync", unknown, good)
    assert done.returncode == 1 and f"Queued: {good}" in done.stdout and "run_not_found" in done.stderr
    results = document("force-sync", unknown, good, code=1)["results"]
    assert [(result["run"], result["ok"]) for result in results] == [(unknown, False), (good, True)]


def test_clear_is_never_done_where_nobody_can_answer(
    call: Call, document: Document, pushed: Pushed, station_lab: Lab
) -> None:
    run = pushed(verified=True)
    done = call("clear", run, stdin="y\n")
    assert done.returncode == 2 and "--yes" in done.stderr
    assert f"3 files, 12 KiB ({BYTES:,} bytes)" in done.stderr
    assert document("clear", run, code=2)["code"] == "not_confirmed"
    assert (station_lab.staging / run / "scan_0001.tif").exists()


def test_clear_with_yes(call: Call, document: Document, pushed: Pushed, station_lab: Lab) -> None:
    first, second = pushed(verified=True), pushed(verified=True)
    done = call("clear", "--yes", first)
    assert done.returncode == 0 and done.stdout == f"Cleared: {first}  3 files, 12 KiB freed\n"
    assert not (station_lab.staging / first / "scan_0001.tif").exists()
    answer = document("clear", "--yes", second)["results"][0]
    assert (answer["ok"], answer["files_freed"], answer["bytes_freed"]) == (True, 3, BYTES)
    again = call("clear", "--yes", first)
    assert again.returncode == 1 and again.stderr.startswith("run_cleared: ") and "path RUN" in again.stderr


@pytest.mark.parametrize(
    ("typed", "code", "cleared"), [("y\n", 0, True), ("yes\n", 0, True), ("\n", 2, False), ("n\n", 2, False)]
)
def test_clear_asks_a_person(
    station: ServerProcess, pushed: Pushed, station_lab: Lab, typed: str, code: int, cleared: bool
) -> None:
    run = pushed(verified=True)
    with Terminal(station, ("clear", run)) as terminal:
        terminal.until("[y/N]")
        assert f"Clear 1 run, 3 files, 12 KiB ({BYTES:,} bytes)?" in terminal.shown
        assert "copies on the NAS stay" in terminal.shown
        terminal.type(typed)
        assert terminal.exit_code() == code
    assert (station_lab.staging / run / "scan_0001.tif").exists() is not cleared


def test_clear_of_an_unverified_run_is_refused_by_its_code(call: Call, pushed: Pushed) -> None:
    done = call("clear", "--yes", pushed(done=False))
    assert done.returncode == 1 and done.stderr.startswith("staging_not_sync_verified: ")
    assert "force-sync --wait" in done.stderr


def test_verify_from_a_good_copy_to_damage_and_back(
    call: Call, document: Document, pushed: Pushed, station_lab: Lab
) -> None:
    run = pushed(verified=True)
    assert call("verify", run).stdout == f"Queued: {run} is read on the NAS\n"
    done = call("verify", "--wait", "--timeout", "60s", run)
    assert (done.returncode, done.stdout.split("  ")[0]) == (0, f"Verified: {run}"), done.stderr
    assert call("clear", "--yes", run).returncode == 0
    flip(station_lab.nas / run / "scan_0001.tif")
    done = call("verify", "--wait", run)
    assert done.returncode == 1
    assert "1 of 3 files of the copy on the NAS is damaged (scan_0001.tif)" in done.stderr
    assert f"exlab-wizard verify {run.rsplit('/', 1)[1]}" in done.stderr
    result = document("verify", "--wait", run, code=1)["results"][0]
    assert (result["error"]["code"], result["error"]["run"]["display_state"]) == ("copy_damaged", "Failed")
    assert run in [row["path"] for row in document("list", "--attention")["runs"]]
    assert "  scan_0001.tif" in call("detail", run).stdout
    doctor = call("doctor", "--config", station_lab.base / "exlab_wizard.yaml")
    assert f"ERROR    damage: {run}: 1 of 3 files" in doctor.stdout
    assert document("acknowledge", run)["results"][0]["acknowledged"]
    flip(station_lab.nas / run / "scan_0001.tif")
    assert call("verify", "--wait", run).returncode == 0
    assert "ok       damage" in call("doctor", "--config", station_lab.base / "exlab_wizard.yaml").stdout


def test_verify_of_a_run_that_never_was(document: Document, pushed: Pushed) -> None:
    result = document("verify", "--wait", pushed(done=False), code=1)["results"][0]
    assert result["error"]["code"] == "staging_not_sync_verified"


def test_path_is_one_line_before_and_after_clearing(
    call: Call, document: Document, pushed: Pushed, station_lab: Lab
) -> None:
    run = pushed(verified=True)
    assert call("path", run).stdout == f"{station_lab.staging / run}\n"
    document("clear", "--yes", run)
    assert document("path", run) == {"run_path": run, "path": str(station_lab.nas / run)}


def test_detail_tells_the_whole_story(call: Call, document: Document, pushed: Pushed, station_lab: Lab) -> None:
    run = pushed(verified=True)
    text = call("detail", run).stdout
    for word in (run, "Verified", str(station_lab.nas / run), "history", "sync_queued", "receipt", "wizard."):
        assert word in text
    assert RunDetail.model_validate(document("detail", run)).row.path == run


def test_checksums_are_what_sha256sum_checks(call: Call, document: Document, pushed: Pushed, station_lab: Lab) -> None:
    run = pushed(verified=True)
    text = call("checksums", run).stdout
    assert text == (station_lab.nas / run / ".exlab-wizard" / "checksums.sha256").read_text()
    assert ChecksumsResponse.model_validate(document("checksums", run)).file_total == len(text.splitlines())


def test_checksums_of_odd_names_are_what_sha256sum_checks(
    call: Call, push: Callable[..., str], station_lab: Lab
) -> None:
    run = push(done=False)
    for name in ("plane\\1.tif", "\u05d0\u200f.tif"):
        (station_lab.staging / run / name).write_bytes(name.encode())
    (station_lab.staging / run / SENTINEL).touch()
    assert call("wait", run).returncode == 0
    text = call("checksums", run).stdout
    assert text == (station_lab.nas / run / ".exlab-wizard" / "checksums.sha256").read_text()
    checked = subprocess.run(["sha256sum", "-c"], input=text, cwd=station_lab.nas / run, text=True, capture_output=True)
    assert checked.returncode == 0, checked.stderr


def test_log_prints_the_last_lines(call: Call, document: Document, pushed: Pushed) -> None:
    run = pushed(verified=True)
    (line,) = call("log", run, "--lines", "1").stdout.splitlines()
    assert "sync_verified" in line
    assert document("log", run, "--lines", "1")["lines"] == [line]


def test_a_blocked_run_and_its_override(call: Call, document: Document, pushed: Pushed) -> None:
    run = pushed("<project_name>")
    blocked = call("force-sync", run)
    assert (
        blocked.returncode == 1
        and "unresolved_placeholder_token" in blocked.stderr
        and "override add" in blocked.stderr
    )
    result = document("force-sync", run, code=1)["results"][0]
    assert (result["state"], result["findings"][0]["severity"]) == ("blocked", "hard")
    waited = call("wait", run, "--timeout", "30")
    assert waited.returncode == 1 and waited.stderr.splitlines()[-2].startswith("run_blocked: ")
    assert call("override", "list", run).stdout == f"No overrides: {run}\n"
    added = call("override", "add", run, "unresolved_placeholder_token", "--reason", REASON, "--expires", "7d")
    assert added.returncode == 0 and REASON in added.stdout and "until" in added.stdout
    (record,) = document("override", "list", run)["overrides"]
    assert document("wait", run, "--timeout", "30")["results"][0]["ok"]
    revoked = document("override", "revoke", run, record["id"], "--reason", "It was renamed in the end.")
    assert [found["revokes"] for found in revoked["overrides"]] == [None, record["id"]]
    assert f"revokes {record['id']}" in call("override", "list", run).stdout


def test_an_override_needs_a_reason(call: Call, pushed: Pushed) -> None:
    run = pushed()
    assert call("override", "add", run, "unresolved_placeholder_token").returncode == 2
    short = call("override", "add", run, "unresolved_placeholder_token", "--reason", "so")
    assert short.returncode == 2 and short.stderr.startswith("invalid_request: reason:")


def test_restore(call: Call, document: Document, pushed: Pushed, station_lab: Lab) -> None:
    run = pushed(verified=True)
    here = call("restore", run)
    assert here.returncode == 1 and here.stderr.startswith("not_permitted: ") and "still here" in here.stderr
    assert call("clear", "--yes", run).returncode == 0
    done = call("restore", "--wait", "--timeout", "30s", run)
    assert done.returncode == 0 and done.stdout.startswith(f"Restored: {run}")
    assert data_files(station_lab.staging / run) == station_lab.on_nas(run)
    assert call("clear", "--yes", run).returncode == 0
    answer = document("restore", run)["results"][0]
    assert answer["ok"] and answer["state"] == "queued" and answer["job_id"]
    assert document("wait", run, "--until", "restored", "--timeout", "30")["results"][0]["row"]["local_data"]


def test_a_restore_that_fails_says_why(call: Call, pushed: Pushed, station_lab: Lab) -> None:
    run = pushed(verified=True)
    assert call("clear", "--yes", run).returncode == 0
    (station_lab.nas / run / "meta" / "notes.txt").write_bytes(b"2wo")
    done = call("restore", "--wait", "--timeout", "30s", run)
    assert done.returncode == 1 and "run_failed: " in done.stderr and "meta/notes.txt" in done.stderr
    assert call("acknowledge", run).returncode == 0


def test_acknowledge(call: Call, document: Document, pushed: Pushed, station_lab: Lab) -> None:
    run = pushed(done=False)
    shutil.rmtree(station_lab.staging / run)
    wait_for(lambda: document("list", "--attention", "--state", "Failed")["runs"], 60, "the alarm")
    done = call("acknowledge", run)
    assert done.returncode == 0 and done.stdout == f"Acknowledged: {run}\n"
    assert call("acknowledge", run, "--json").returncode == 1


def test_accept_nas(call: Call, document: Document, station_lab: Lab) -> None:
    nas_id = json.loads((station_lab.nas / ".exlab-nas.json").read_text())["nas_id"]
    assert document("accept-nas", str(station_lab.nas), nas_id)["target"]["nas_id"] == nas_id
    assert nas_id in call("accept-nas", str(station_lab.nas), nas_id).stdout


def test_an_end_that_fits_two_runs_is_a_wrong_argument(call: Call, pushed: Pushed, station_lab: Lab) -> None:
    leaf = pushed("one").rsplit("/", 1)[1]
    station_lab.push(f"CONFOCAL_01/other/Runs/{leaf}", {"a": b"b"})
    wait_for(lambda: call("detail", f"other/Runs/{leaf}").returncode == 0, 30)
    done = call("detail", leaf)
    assert done.returncode == 2 and "2 runs end with" in done.stderr


def test_watch_by_lines(call: Call, pushed: Pushed) -> None:
    run = pushed(verified=True)
    done = call("watch", "--for", "0.5s", "--every", "0.1s")
    assert done.returncode == 0
    headline, *lines = done.stdout.splitlines()
    assert headline.endswith("free.")
    assert len([line for line in lines if run in line and "Verified" in line]) == 1, "unchanged runs are said once"


def test_watch_as_documents(call: Call, pushed: Pushed) -> None:
    run = pushed(verified=True)
    done = call("watch", "--json", "--for", "0.3s", "--every", "0.1s")
    documents = [Overview.model_validate_json(line) for line in done.stdout.splitlines()]
    assert documents and run in [row.path for row in documents[0].runs]


def test_watch_in_a_terminal_ends_with_ctrl_c(station: ServerProcess, pushed: Pushed, push: Callable[..., str]) -> None:
    pushed(verified=True)
    with Terminal(station, ("watch", "--every", "0.1s"), lines=10) as terminal:  # most runs do not fit
        terminal.until("Verified")
        later = push("pushed while watching").rsplit("/", 1)[1]
        terminal.until(later)
        terminal.interrupt()
        assert terminal.exit_code() == 0
    assert "Traceback" not in terminal.shown


def test_ctrl_c_while_waiting_is_130(station: ServerProcess, pushed: Pushed) -> None:
    run = pushed(done=False)
    with Terminal(station, ("wait", run)) as terminal:
        terminal.until("Receiving")
        terminal.interrupt()
        assert terminal.exit_code() == 130
    assert "Traceback" not in terminal.shown


def test_a_reader_that_goes_away_is_no_failure(station: ServerProcess, pushed: Pushed) -> None:
    pushed()
    env = {"JUPYTER_RUNTIME_DIR": str(station.home / "runtime"), "PATH": "/usr/bin:/bin"}
    shell = f"set -o pipefail; {sys.executable} -c '{CODE}' list | true"
    done = subprocess.run(["bash", "-c", shell], env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_pause_resume_and_retry(call: Call, document: Document, pushed: Pushed, station_lab: Lab) -> None:
    one, other = pushed("paused", done=False), pushed("paused", done=False)
    done = call("pause", one, other)
    assert done.returncode == 0 and done.stdout == f"Paused: {one}\nPaused: {other}\n"
    assert "Paused by " in call("list", "--project", "paused").stdout
    assert document("resume", one)["results"][0]["paused"] is False
    assert document("pause", "--all")["paused"]["all"]["by"]
    done = call("pause", "--equipment", "CONFOCAL_01")
    assert done.stdout.splitlines()[0] == "Paused: CONFOCAL_01"
    refused = call("resume", other)
    assert refused.returncode == 1 and "`exlab-wizard resume --equipment CONFOCAL_01`" in refused.stderr
    assert call("resume", "--equipment", "CONFOCAL_01").stdout.splitlines()[1].startswith("  paused: everything, by ")
    assert call("resume", "--all").stdout == "Resumed: everything\n"
    assert call("resume", other).returncode == 0
    assert document("retry", one, code=1)["results"][0]["error"]["code"] == "nothing_to_retry"


@pytest.mark.parametrize("choice", [[], ["--all", "--equipment", "CONFOCAL_01"], ["Run_1", "--all"]])
def test_pause_wants_exactly_one_choice(call: Call, choice: list[str]) -> None:
    for verb in ("pause", "resume"):
        done = call(verb, *choice)
        assert done.returncode == 2 and f"Say what to {verb}" in done.stderr and done.stdout == ""
