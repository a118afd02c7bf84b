"""The worker as the process it is: pipes, signals, a parent that dies."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync.engine import sync_task
from exlab_wizard.sync.engine.worker import run_task
from exlab_wizard.sync.fence import lock_is_free
from exlab_wizard.sync.tasks import ErrorClass, ProbeTask, PublishTask, SyncTask, TaskError, decode_message
from tests.support.engine import RUN, Bench, WorkerProcess

SLOW = {"EXLAB_WIZARD_PACE_MIB_S": "1"}
FILES = {f"scan_{number:04}.h5": bytes([number]) * 40_000 for number in range(40)}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    one = Bench(tmp_path)
    one.write(FILES)
    return one


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def test_every_kind_of_task_runs_in_one_process(bench: Bench) -> None:
    with WorkerProcess() as worker:
        probed = worker.run(ProbeTask("1", 0, "", bench.place))
        synced = worker.run(bench.task())
        digest = synced.data["manifest_digest"]
        published = worker.run(PublishTask("3", 0, str(RUN), bench.place, {"ingest.json": "{}"}))
        rechecked = worker.run(bench.recheck_task(digest))
    assert [one.error for one in (probed, synced, published, rechecked)] == [None] * 4
    assert probed.data["nas_id"] == synced.data["nas_id"] == bench.marker.nas_id
    assert (published.data, rechecked.data["changed"]) == ({"published": ["ingest.json"]}, [])
    assert bench.nas_files() == FILES


@pytest.mark.parametrize("most", [1024, 256])
def test_a_run_of_many_files_and_folders_needs_no_more_open_files_than_the_system_gives(
    bench: Bench, most: int
) -> None:
    files = {f"plane {number:04}/deep/er/a.tif": b"%d" % number for number in range(most // 2)}
    bench.write(files)
    if shutil.which("prlimit") is None:
        pytest.skip("needs prlimit (util-linux)")
    with WorkerProcess(("prlimit", f"--nofile={most}:{most}")) as worker:
        assert worker.run(bench.task()).error is None
        assert worker.run(bench.task()).error is None
    assert bench.nas_files() == {**FILES, **files}


@pytest.mark.parametrize("deepest", [40, 110])
def test_running_out_of_open_files_is_laid_to_neither_disk(bench: Bench, deepest: int) -> None:
    bench.write({"d/" * deepest + "a.tif": b"deep"})
    if shutil.which("prlimit") is None:
        pytest.skip("needs prlimit (util-linux)")
    with WorkerProcess(("prlimit", "--nofile=64:64")) as worker:
        error = worker.run(bench.task()).error
    assert error is not None and error.error_class is ErrorClass.INTERNAL
    assert "raise the limit of the Jupyter server" in error.message


def test_failures_come_back_as_outcomes_and_the_worker_goes_on(bench: Bench) -> None:
    (bench.nas / ".exlab-nas.json").rename(bench.nas / "away")
    with WorkerProcess() as worker:
        error = worker.run(bench.task()).error
        assert error is not None and error.error_class is ErrorClass.TARGET
        assert worker.process.stdin is not None
        worker.process.stdin.write(b'{"kind": "nonsense"}\nnot json\n')
        worker.process.stdin.flush()
        for _ in range(2):
            answer = decode_message(worker.process.stdout.readline())  # type: ignore[union-attr]
            assert isinstance(getattr(answer, "error", None), TaskError)
        (bench.nas / "away").rename(bench.nas / ".exlab-nas.json")
        assert worker.run(bench.task()).error is None


def test_a_fault_of_the_program_is_an_outcome_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_task, "open_job", None)
    outcome = run_task(bench.task(), bench.messages.append)
    assert outcome.error is not None and outcome.error.error_class is ErrorClass.INTERNAL
    outcome = run_task(SyncTask("j", 1, "not a run", bench.place), bench.messages.append)
    assert outcome.error is not None and outcome.error.error_class is ErrorClass.INTERNAL


def test_progress_comes_on_the_way(bench: Bench) -> None:
    with WorkerProcess(**SLOW) as worker:
        worker.send(bench.task())
        first = worker.wait_for("copying", 0)
        later = worker.wait_for("copying", 0)
    assert (first.files_total, first.bytes_total) == (40, 1_600_000)
    assert 0 < later.bytes_done <= later.bytes_total


def test_sigterm_ends_at_the_next_boundary_and_what_is_finished_stays(bench: Bench) -> None:
    with WorkerProcess(**SLOW) as worker:
        task = bench.task()
        worker.send(task)
        worker.wait_for("copying", 0)
        begun = time.monotonic()
        worker.process.send_signal(signal.SIGTERM)
        outcome = worker.receive()
        while not hasattr(outcome, "job_id"):
            outcome = worker.receive()
        assert outcome.error is not None and outcome.error.error_class is ErrorClass.FENCED
        assert worker.process.wait(5) == 0
        assert time.monotonic() - begun < 3
    bench.assert_no_temporaries()
    assert bench.sync()["file_count"] == 40


def test_an_idle_worker_goes_on_sigterm_and_stays_on_ctrl_c(bench: Bench) -> None:
    with WorkerProcess() as worker:
        worker.run(ProbeTask("0", 0, "", bench.place))
        worker.process.send_signal(signal.SIGINT)
        assert worker.run(ProbeTask("1", 0, "", bench.place)).error is None
        worker.process.send_signal(signal.SIGTERM)
        assert worker.process.wait(5) == 0


def test_the_end_of_standard_input_ends_the_process_inside_a_job(bench: Bench) -> None:
    with WorkerProcess(EXLAB_WIZARD_PACE_MIB_S="0.01") as worker:
        worker.send(bench.task())
        worker.receive()
        assert worker.process.stdin is not None
        worker.process.stdin.close()
        worker.process.wait(5)
    with Dir.open(bench.state_dir) as state:
        assert lock_is_free(state, RUN)


def test_a_killed_parent_leaves_no_worker(bench: Bench) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'exlab_wizard.sync.engine.worker'], stdin=subprocess.PIPE)\n"
        "print(child.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_reader_that_goes_away_ends_the_worker(bench: Bench) -> None:
    with WorkerProcess() as worker:
        assert worker.process.stdout is not None
        worker.process.stdout.close()
        worker.send(ProbeTask("1", 0, "", bench.place))
        assert worker.process.wait(5) == 1


def test_nothing_but_messages_is_on_standard_output(bench: Bench) -> None:
    code = (
        "import exlab_wizard.sync.engine.probe as probe, exlab_wizard.sync.engine.worker as worker, os\n"
        "real = probe.run_probe\n"
        "def loud(task, report):\n"
        "    print('loud', flush=True); os.system('echo louder'); return real(task, report)\n"
        "probe.run_probe = loud\n"
        "worker.main()\n"
    )
    task = {"kind": "probe", "job_id": "1", "token": 0, "run_path": "", "place": {}}
    place = {name: getattr(bench.place, name) for name in bench.place.__slots__}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        process.stdin.write(json.dumps({**task, "place": place}).encode() + b"\n")
        process.stdin.flush()
        line = process.stdout.readline()
        process.stdin.close()
        rest, errors = process.stdout.read(), process.stderr.read()
    assert b'"outcome"' in line and rest == b""
    assert errors.split() == [b"loud", b"louder"]


def test_a_worker_starts_light() -> None:
    heavy = "asyncio pydantic jupyter_server tornado yaml watchdog exlab_wizard.config exlab_wizard.api.models"
    code = (
        "import sys, exlab_wizard.sync.engine.worker, exlab_wizard.sync.engine.sync_task\n"
        f"print([name for name in {heavy.split()} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
