from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.sync import fence
from exlab_wizard.sync.failure import TaskFailedError
from exlab_wizard.sync.fence import BusyError, Fence, FencedError, RunLock, issue_token, lock_is_free
from exlab_wizard.sync.tasks import ErrorClass
from tests.support.engine import RUN


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Dir]:
    with Dir.open(tmp_path) as folder:
        yield folder


def test_only_the_current_token_passes(state: Dir) -> None:
    issue_token(state, RUN, 7)
    with Fence(state, RUN, 7) as old:
        old.check()
        issue_token(state, RUN, 8)
        with pytest.raises(FencedError, match="newer attempt"):
            old.check()
    with Fence(state, RUN, 8) as new:
        new.check()


@pytest.mark.parametrize("content", [None, b"", b"seven", b"7\0", b"7" * 100])
def test_a_token_that_cannot_be_read_passes_nobody(state: Dir, tmp_path: Path, content: bytes | None) -> None:
    with Fence(state, RUN, 7) as one:
        if content is not None:
            (tmp_path / "locks" / f"{RUN.key}.token").write_bytes(content)
        with pytest.raises(FencedError) as caught:
            one.check()
    assert caught.value.error.error_class is ErrorClass.FENCED


def test_a_stop_fences_this_process(state: Dir) -> None:
    issue_token(state, RUN, 1)
    with Fence(state, RUN, 1) as one:
        fence.request_stop()
        try:
            assert fence.stop_requested()
            for check in (one.check, one.check_stop):
                with pytest.raises(FencedError, match="told to stop"):
                    check()
        finally:
            fence._stop.clear()
        one.check()


def test_the_lock_is_exclusive_and_given_back(state: Dir) -> None:
    assert lock_is_free(state, RUN)
    with RunLock(state, RUN):
        assert not lock_is_free(state, RUN)
        with pytest.raises(BusyError) as caught, RunLock(state, RUN):
            pass
        assert caught.value.error.error_class is ErrorClass.BUSY
        assert str(RUN) in caught.value.error.message
        with RunLock(state, RUN, "publish.lock"):
            pass
    assert lock_is_free(state, RUN)


def test_a_lock_that_cannot_be_had_at_all_gives_its_handle_back(state: Dir, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(fd: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "no locks here")

    monkeypatch.setattr(fence.fcntl, "flock", flock)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(TaskFailedError, match="state directory") as caught, RunLock(state, RUN):
        pass
    assert caught.value.error.number == errno.ENOLCK
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_killed_process_frees_its_lock(state: Dir, tmp_path: Path) -> None:
    code = (
        "import sys, time\n"
        "from exlab_wizard.fsys import Dir\n"
        "from exlab_wizard.runs.paths import RunPath\n"
        "from exlab_wizard.sync.fence import RunLock\n"
        f"with RunLock(Dir.open({str(tmp_path)!r}), RunPath.parse({str(RUN)!r})):\n"
        "    print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert not lock_is_free(state, RUN)
        process.kill()
        process.wait()
    assert lock_is_free(state, RUN)
    with RunLock(state, RUN):
        pass


def test_looking_at_the_lock_turns_no_worker_away(state: Dir) -> None:
    """`lock_is_free` holds the lock for an instant; whoever takes it then waits that instant."""
    with RunLock(state, RUN):
        pass
    for _ in range(50):
        assert lock_is_free(state, RUN)
        with RunLock(state, RUN):
            pass
