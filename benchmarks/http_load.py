"""Owns cheap HTTP over raw sockets: closed-loop readers, a crowd at once, and a probe at a fixed pace."""

from __future__ import annotations

import mmap
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 240.0
_ROOM_BYTES = 32 << 20  # of address space: only what is received is ever touched


@dataclass(frozen=True, slots=True)
class Address:
    """A server's URL, ending in `/`, and its token."""

    url: str
    token: str


class Connection:
    """One kept-alive HTTP/1.1 connection. It costs next to nothing: the measured server shares the machine."""

    def __init__(self, address: Address) -> None:
        parts = urlsplit(address.url)
        self._base, self._head = parts.path, f"Host: {parts.netloc}\r\nAuthorization: token {address.token}\r\n"
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80), _TIMEOUT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._room = mmap.mmap(-1, _ROOM_BYTES)
        self._view = memoryview(self._room)

    def get(self, path: str, tag: str = "") -> tuple[int, dict[str, str], memoryview]:
        """Status, headers (lower case) and body, which the next call overwrites."""
        return self._ask("GET", path, f"If-None-Match: {tag}\r\n" if tag else "")

    def post(self, path: str) -> tuple[int, dict[str, str], memoryview]:
        """As `get`, without a body to send."""
        return self._ask("POST", path, "Content-Length: 0\r\n")

    def _ask(self, verb: str, path: str, more: str) -> tuple[int, dict[str, str], memoryview]:
        self._socket.sendall(f"{verb} {self._base}{path} HTTP/1.1\r\n{self._head}{more}\r\n".encode())
        got = 0
        while got < 4 or (end := self._room.find(b"\r\n\r\n", 0, got)) < 0:
            got += self._receive(got)
        lines = self._room[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        status, start = int(lines[0].split()[1]), end + 4
        stop = start + (0 if status == 304 else int(headers["content-length"]))
        while got < stop:
            got += self._receive(got)
        return status, headers, self._view[start:stop]

    def _receive(self, at: int) -> int:
        size = self._socket.recv_into(self._view[at:])
        if not size:
            raise ConnectionError("the server closed the connection")
        return size

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


@dataclass(frozen=True, slots=True)
class Load:
    """What readers saw: the milliseconds of each answer, and what was wrong with the others."""

    milliseconds: list[float]
    errors: list[str]


def read(
    address: Address, path: str, clients: int, each: int, status: int = 200, tag: str = "", pause: float = 0.0
) -> Load:
    """`clients` at once, each asking `each` times, the next `pause` seconds after it has its answer."""
    start, milliseconds, errors = threading.Barrier(clients), list[float](), list[str]()

    def one() -> None:
        try:
            with closing(Connection(address)) as connection:
                connection.get("api/status")  # the connection is made, and the user known
                start.wait(_TIMEOUT_SECONDS)
                for _ in range(each):
                    time.sleep(pause)
                    began = time.perf_counter()
                    got, _, body = connection.get(path, tag)
                    milliseconds.append(1000 * (time.perf_counter() - began))
                    if got != status:
                        errors.append(f"{got} {bytes(body[:200])!r}")
        except (OSError, ValueError, KeyError, threading.BrokenBarrierError) as error:
            errors.append(repr(error))
            start.abort()

    with ThreadPoolExecutor(clients) as crowd:
        for _ in range(clients):
            crowd.submit(one)
    return Load(milliseconds, errors)


def read_until(address: Address, path: str, stop: Path) -> Load:
    """One reader, asking until the file `stop` is there."""
    milliseconds, errors = list[float](), list[str]()
    with closing(Connection(address)) as connection:
        while not stop.exists():
            began = time.perf_counter()
            status, _, _ = connection.get(path)
            milliseconds.append(1000 * (time.perf_counter() - began))
            if status != 200:
                errors.append(str(status))
    return Load(milliseconds, errors)


def probe(address: Address, stop: Path, seconds: float, pause: float = 0.025) -> list[float]:
    """Milliseconds of a cheap request of the server's own, one every `pause`, until `stop` is there or for `seconds`.

    One that had to wait for the answer before it counts from when it was due.
    """
    milliseconds = list[float]()
    with closing(Connection(address)) as connection:
        connection.get("api/status")
        due = time.perf_counter()
        end = due + seconds
        while due < end and not (len(milliseconds) % 8 == 0 and stop.exists()):
            due += pause
            early = due - time.perf_counter()
            if early > 0:
                time.sleep(early)
            began = time.perf_counter() if early > 0 else due
            connection.get("api/status")
            milliseconds.append(1000 * (time.perf_counter() - began))
    return milliseconds
