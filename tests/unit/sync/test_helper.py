"""A second process copies and reads back small files: the same result with it, without it, and when it dies."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.scan import identity_of
from exlab_wizard.sync.engine import checksums, helper, sync_task
from exlab_wizard.sync.engine.flush import can_share
from exlab_wizard.sync.engine.helper import AHEAD, PORTION, SMALL, Helper, Request
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.engine import Bench, sha256
from tests.support.waiting import wait_for

FILES = {f"d{number % 5}/f{number:04}": b"%d" % number * (1 + number % 300) for number in range(1200)}
FILES |= {"big.bin": os.urandom(SMALL + 1), "empty": b"", os.fsdecode(b"d0/not-utf8-\xff"): b"odd"}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    with Dir.open(made.nas) as nas:
        if not can_share(nas) or len(os.sched_getaffinity(0)) < 2:
            pytest.skip("needs two processors and a file system whose flush is one of every file")
    made.write(FILES)
    return made


class Watched:
    """What the helpers of a test did: pids, and files of each kind of request."""

    def __init__(self) -> None:
        self.pids: list[int] = []
        self.copied = self.read = 0
        self.on_copy: Callable[[Helper], None] = lambda helper: None
        self.on_read: Callable[[Helper], None] = lambda helper: None


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    found = Watched()

    class Spied(Helper):
        def __init__(self, *places: Dir) -> None:
            super().__init__(*places)
            found.pids.append(self.pid)

        def copy(self, files: Any) -> Any:
            answer = super().copy(files)
            found.on_copy(self)
            found.copied += len(answer.wait())
            return answer

        def read(self, paths: Any) -> Any:
            answer = super().read(paths)
            found.on_read(self)
            found.read += len(answer.wait())
            return answer

    monkeypatch.setattr(helper, "Helper", Spied)
    yield found
    for pid in found.pids:
        wait_for(lambda pid=pid: not psutil.pid_exists(pid), 5, "the helper is gone")  # type: ignore[misc]


def assert_all_there(bench: Bench, data: dict[str, Any]) -> None:
    assert bench.nas_files() == FILES
    assert data["file_count"] == len(FILES) and data["files_copied"] == len(FILES)
    assert data["byte_total"] == sum(map(len, FILES.values()))
    bench.assert_no_temporaries()
    done = bench.sha256sum_check()
    assert done.returncode == 0, done.stderr


def test_it_does_a_part_of_the_work_and_the_run_is_whole(bench: Bench, watched: Watched) -> None:
    assert_all_there(bench, bench.sync())
    assert len(watched.pids) == 1
    assert watched.copied >= PORTION and watched.read >= PORTION


def test_a_small_run_has_none(bench: Bench, watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper, "HELPED_FROM", len(FILES) + 1)
    assert_all_there(bench, bench.sync())
    assert watched.pids == []


@pytest.mark.parametrize("when", ["copy", "read"])
def test_its_death_costs_nothing_but_time(bench: Bench, watched: Watched, when: str) -> None:
    def die(it: Helper) -> None:
        with suppress(ProcessLookupError):
            os.kill(it.pid, signal.SIGKILL)

    setattr(watched, f"on_{when}", die)
    assert_all_there(bench, bench.sync())


def test_it_may_die_with_all_that_it_may_be_asked_ahead_undone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    most: list[int] = []

    class Stopped(Helper):
        def copy(self, files: Any) -> Any:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGSTOP if len(self._asked) < AHEAD - 1 else signal.SIGKILL)
            answer = super().copy(files)
            most.append(len(self._asked))
            return answer

    monkeypatch.setattr(helper, "Helper", Stopped)
    assert_all_there(bench, bench.sync())
    assert max(most) >= AHEAD - 1  # the last one may find it gone already


def test_one_that_cannot_be_started_is_done_without(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*places: Dir) -> Helper:
        raise OSError(11, "no more processes")

    monkeypatch.setattr(helper, "Helper", refuse)
    assert_all_there(bench, bench.sync())


def test_a_file_that_changed_meanwhile_is_told_by_name(bench: Bench, watched: Watched) -> None:
    task = bench.task()
    real = sync_task.walk

    def walk(run: Dir) -> Any:
        for entry in real(run):
            yield entry
            if entry.path == "d3/f0103":  # after it was seen, before it is copied
                (bench.run / entry.path).write_bytes(b"other")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sync_task, "walk", walk)
        with pytest.raises(sync_task.TaskFailedError) as failure:
            sync_task.run_sync(task, bench.messages.append)
    assert (failure.value.error.error_class, failure.value.error.path) == (ErrorClass.CHANGED, "d3/f0103")
    bench.assert_no_temporaries()


@pytest.mark.parametrize("dies", [False, True])
def test_damage_on_the_nas_is_found_whoever_reads_it(
    bench: Bench, watched: Watched, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    """Every file of a folder is damaged before verification: all are found and copied afresh."""
    if dies:
        watched.on_read = lambda it: it._process.kill()
    real = checksums.publish_checksums

    def damage(*args: Any) -> None:
        real(*args)
        for path in (bench.nas_run / "d2").iterdir():
            os.chmod(path, 0o644)
            with path.open("r+b") as file:
                file.write(b"X")
                os.fsync(file.fileno())

    monkeypatch.setattr(checksums, "publish_checksums", damage)
    bench.sync()
    assert bench.nas_files() == FILES
    assert len(bench.superseded()) == sum(path.startswith("d2/") for path in FILES)
    assert dies or watched.read >= PORTION


def test_one_files_hash_is_never_taken_for_anothers(tmp_path: Path) -> None:
    with Helper(*_places(tmp_path)) as it:
        answer = it.read(["a", "b"])
        answer.wait()
        answer.files = [[1, 1, "0" * 64, "fadvise"]]
        with pytest.raises(AssertionError, match="asked for 0, told of 1"):
            answer.wait()


def test_long_paths_have_nobody_wait_for_the_other(tmp_path: Path) -> None:
    """Requests larger than what the kernel keeps between two processes, and one more asked before the first answer."""
    deep = "/".join(["測" * 80] * 8)
    source, target, incoming = _places(tmp_path)
    (tmp_path / "target" / deep).mkdir(parents=True)
    paths = [f"{deep}/{number}" for number in range(128)]
    for path in paths:
        (tmp_path / "target" / path).touch()
    with Helper(source, target, incoming) as it:
        answers = [it.read(paths) for _ in range(3)]
        assert [len(answer.wait()) for answer in answers] == [128, 128, 128]


def test_the_instruments_own_hash_is_held_against_its_copies(bench: Bench, watched: Watched) -> None:
    wrong = "d1/f0001"
    listed = [
        {"path": path, "size": len(data), "sha256": sha256(data)} for path, data in FILES.items() if "utf8" not in path
    ]
    for one in listed:
        if one["path"] == wrong:
            one["sha256"] = "0" * 64
    (bench.run / "manifest.json").write_text(json.dumps({"files": listed}))
    error = bench.sync_error(instrument_manifest="manifest.json")
    assert (error.error_class, error.path) == (ErrorClass.GIVEN_HASH, wrong)
    assert not (bench.nas_run / wrong).exists()
    bench.assert_no_temporaries()


def _places(tmp_path: Path) -> tuple[Dir, Dir, Dir]:
    for name in ("source", "target", "incoming"):
        (tmp_path / name).mkdir()
    return Dir.open(tmp_path / "source"), Dir.open(tmp_path / "target"), Dir.open(tmp_path / "incoming")


def _request(source: Path, name: str, temporary: str) -> Request:
    (source / name).write_bytes(name.encode())
    return Request(name, identity_of(os.stat(source / name)), temporary)


def test_it_stops_at_the_first_difficulty(tmp_path: Path) -> None:
    places = _places(tmp_path)
    files = [_request(tmp_path / "source", f"f{number}", f"1-{number}") for number in range(6)]
    (tmp_path / "source" / "f3").write_bytes(b"changed since")
    with Helper(*places) as it:
        answer = it.copy(files)
        assert [size for size, _ in answer.wait()] == [2, 2, 2]
        assert len(answer.copies) == 3
        assert sorted(os.listdir(tmp_path / "incoming")) == ["1-0", "1-1", "1-2"]
        answer.give_up()
        assert len(it.read(["f0"]).wait()) == 0  # there is no such file on the NAS
    for place in places:
        place.close()


def test_when_descriptors_run_out_here_nothing_of_it_counts(tmp_path: Path) -> None:
    places = _places(tmp_path)
    files = [_request(tmp_path / "source", f"f{number}", f"1-{number}") for number in range(PORTION)]
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Helper(*places) as it:
        highest = max(int(name) for name in os.listdir("/proc/self/fd"))
        held = [os.dup(places[0].fd) for _ in range(highest)]  # every number below the limit is taken, but for a few
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(held) + 3, before[1]))
            answer = it.copy(files)
            assert answer.wait() == [] and answer.copies == []
            assert not it.free
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
            for fd in (*held, *(place.fd for place in places)):
                os.close(fd)
    assert set(os.listdir("/proc/self/fd")) <= {str(number) for number in range(highest + 2)}


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import sys, time; from exlab_wizard.fsys import Dir; from exlab_wizard.sync.engine.helper import Helper;"
        "d = Dir.open(sys.argv[1]); print(Helper(d, d, d).pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        parent.kill()
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie", 5, "it is gone")
