"""Owns one worker process: started fresh, given one task at a time, heard by a thread, abandoned when it hangs."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from contextlib import suppress

from exlab_wizard.sync.tasks import Outcome, Progress, Task, decode_message, encode_task

Message = tuple["WorkerProcess", Progress | Outcome | None] | None  # None: something new to do
Inbox = queue.SimpleQueue[Message] | queue.Queue[Message]


class WorkerProcess:
    """A child that runs tasks. Its messages go to `inbox`; `None` as message means it has ended."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._process = subprocess.Popen(
            [sys.executable, "-m", "exlab_wizard.sync.engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
            start_new_session=True,  # Ctrl-C belongs to the server
        )
        threading.Thread(target=self._hear, name=f"exlab-worker-{self.pid}", daemon=True).start()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def send(self, task: Task) -> None:
        """Give it a task; a child that is gone is noticed by its end of output."""
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.write(encode_task(task))
            self._process.stdin.flush()

    def ask_to_stop(self) -> None:
        """SIGTERM: it ends at the next file boundary."""
        with suppress(OSError):
            self._process.terminate()

    def abandon(self) -> None:
        """SIGKILL and never wait: a process in an unending system call must not hold anyone up."""
        with suppress(OSError):
            self._process.kill()
        with suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.close()

    def wait(self, timeout: float) -> bool:
        """Whether it ended within `timeout` seconds."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _hear(self) -> None:
        assert self._process.stdout is not None and self._process.stdin is not None
        with self._process.stdout as messages:
            for line in messages:
                with suppress(ValueError, KeyError, TypeError):  # a line cut off by the child's death
                    self._inbox.put((self, decode_message(line)))
        with suppress(Exception):
            self._process.wait()  # reaps it
        with suppress(OSError, ValueError):
            self._process.stdin.close()
        self._inbox.put((self, None))
