"""Owns asking a second process to copy and read back small files; what it does not do, whoever asked does itself.

Python does one thing at a time in a process, and of a small file most of the cost is not its bytes.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, NamedTuple, Self

from exlab_wizard.fsys import Dir, close_quietly
from exlab_wizard.runs.scan import Identity

HELPED_FROM = 1000  # files; starting a process costs as much as some 500 of them
SMALL = 1 << 20  # bytes of a file; of bigger ones the bytes cost most, and threads do as well for them
PORTION = 64  # files of one request
AHEAD = 7  # requests at the most, nearly a whole batch: what it works on while whoever asks waits for a flush
_UNDER_WAY = 2  # requests to read: one is worked on, one waits
_ENOUGH = 1 << 16


class Request(NamedTuple):
    """A file to copy: its path in the run, what the walk saw of it, and the name of its copy."""

    path: str
    identity: Identity
    temporary: str


class Answer:
    """What will have been done of a request; `files` once it has come."""

    def __init__(self, helper: Helper, names: Sequence[str | int]) -> None:
        self._helper = helper
        self._names = names
        self.files: list[list[Any]] | None = None
        self.copies: list[int] = []

    def wait(self) -> list[list[Any]]:
        """What was done of each file, from the request's first on; nothing when the helper is gone.

        Each is told with its name, or its place: never is one file's hash taken for another's.
        """
        while self.files is None:
            self._helper.hear()
        return [rest for (name, *rest), asked in zip(self.files, self._names, strict=False) if self._same(name, asked)]

    def _same(self, name: str | int, asked: str | int) -> bool:
        if name != asked:
            raise AssertionError(f"asked for {asked}, told of {name}")
        return True

    def give_up(self) -> None:
        """Nobody wants it any more."""
        copies, self.copies = self.copies, []
        for fd in copies:
            close_quietly(fd)


class Helper:
    """The second process. Used from one thread; a context that ends with it. It works below the given directories."""

    def __init__(self, source: Dir, target: Dir, incoming: Dir) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        handles = (theirs.fileno(), source.fd, target.fd, incoming.fd)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "exlab_wizard.sync.engine.helping", *map(str, handles)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=handles,
            )
        self._asked: deque[Answer] = deque()
        self._text = b""
        self._copies: deque[int] = deque()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def free(self) -> bool:
        """Whether it would begin with a request soon."""
        while self._asked and self._socket.fileno() >= 0 and select.select([self._socket], [], [], 0)[0]:
            self.hear()
        return self._socket.fileno() >= 0 and len(self._asked) < _UNDER_WAY

    def copy(self, files: Sequence[Request]) -> Answer:
        """Ask for copies without a flush; `copies` of the answer are their descriptors."""
        return self._ask({"copy": files}, [file.temporary for file in files])

    def read(self, paths: Sequence[str]) -> Answer:
        """Ask for cold readings: (size, SHA-256, how) of each.

        Answers hold no path: as many as there may be always fit into what the kernel keeps for us, so the helper never
        waits for whoever asks, and whoever asks may wait for it.
        """
        return self._ask({"read": paths}, range(len(paths)))

    def _ask(self, request: dict[str, Any], names: Sequence[str | int]) -> Answer:
        answer = Answer(self, names)
        self._asked.append(answer)
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError:
            self.stop()
        return answer

    def hear(self) -> None:
        """Take what has come, or wait for it."""
        try:
            text, copies, flags, _ = socket.recv_fds(self._socket, _ENOUGH, PORTION, socket.MSG_CMSG_CLOEXEC)
        except OSError:
            text, copies, flags = b"", [], 0
        self._copies += copies
        if not text or flags & socket.MSG_CTRUNC:  # it is gone, or there was no room for a descriptor
            self.stop()
            return
        *lines, self._text = (self._text + text).split(b"\n")
        for line in lines:
            answer, files = self._asked.popleft(), json.loads(line)
            answer.copies = [self._copies.popleft() for _ in files if self._copies]
            answer.files = files

    def stop(self) -> None:
        """End it; what it was asked for and has not answered stays undone. Safe to call twice."""
        self._process.kill()
        self._socket.close()
        while self._copies:
            close_quietly(self._copies.popleft())
        while self._asked:
            self._asked.popleft().files = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)  # one that hangs in the kernel is left to it: it holds nothing that counts


@contextmanager
def helper_for(file_count: int, local: bool, source: Dir, target: Dir, incoming: Dir) -> Iterator[Helper | None]:
    """A helper where it pays: many files on a `local` disk, and another core for it.

    None where it does not, or where none could be started.
    """
    if not local or file_count < HELPED_FROM or len(os.sched_getaffinity(0)) < 2:
        yield None
        return
    try:
        helper = Helper(source, target, incoming)
    except OSError:
        yield None
        return
    with helper:
        yield helper
