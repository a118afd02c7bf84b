"""Owns a real station in a process of its own, asked over a pipe: what it lists, when it listed it, what it costs."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_ROOT = Path(__file__).parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")
Rows = dict[str, dict[str, Any] | None]  # fields by run path; None: not listed


class WatchedStation:
    """A fresh interpreter that does nothing but run a `Station`; a context manager that ends it by its pid.

    `rescan_seconds` takes the place of the product's own time between two rescans.
    """

    def __init__(self, config: Path, rescan_seconds: float) -> None:
        self.started = time.monotonic()
        code = "from benchmarks.watched_station import serve; serve()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, str(config), str(rescan_seconds)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._rows: dict[str, dict[str, Any]] = {}
        self._revision: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def until(self, rows: Rows, timeout: float) -> float:
        """The moment (monotonic) at which the station listed `rows` so. Raises TimeoutError with what it lists."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            self._take(self._ask("overview", self._revision))
            if all(_fits(self._rows.get(path), fields) for path, fields in rows.items()):
                return time.monotonic()
            self._ask("news", 0.02)
        seen = {path: self._rows.get(path) for path in rows}
        raise TimeoutError(f"not listed within {timeout:g} s: {json.dumps(seen)[:2000]}")

    def listing(self) -> dict[str, dict[str, Any]]:
        """Every row by run path, asked for afresh."""
        self._take(self._ask("overview", None))
        return dict(self._rows)

    def _take(self, answer: dict[str, Any] | None) -> None:
        if answer is None:
            return
        if answer["since"] is None:
            self._rows.clear()
        self._revision = answer["revision"]
        self._rows.update((row["path"], row) for row in answer["runs"])
        for path in answer["removed"]:
            self._rows.pop(path, None)

    def watcher(self) -> tuple[str, float]:
        """How files are noticed, and the seconds between two rescans, as the station says."""
        told = self._ask("overview", self._revision)["watcher"]
        return str(told["mode"]), float(told["rescan_seconds"])

    @property
    def cpu_seconds(self) -> float:
        """Processor time of the process and all its threads so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mb(self, which: str) -> float:
        """`VmHWM` (the highest so far) or `VmRSS` (now), in MB of 10^6 bytes."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        found = next(line for line in lines if line.startswith(which))
        return int(found.split()[1]) * 1024 / 1e6

    def _ask(self, *question: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the station's process ended ({self._process.wait()})")
        return json.loads(answer)


def serve() -> None:
    """Run a station and answer questions on standard input until that ends."""
    from exlab_wizard.config import load_config
    from exlab_wizard.observer import observer
    from exlab_wizard.station.station import Station

    logging.basicConfig(level=logging.WARNING)
    observer.RESCAN_SECONDS = float(sys.argv[2])
    station = Station(load_config(Path(sys.argv[1])))
    answers = _Answers(station)
    station.start()
    try:
        for line in sys.stdin:
            name, *args = json.loads(line)
            sys.stdout.buffer.writelines([*getattr(answers, name)(*args), b"\n"])
            sys.stdout.buffer.flush()
    finally:
        station.stop()


class _Answers:
    """The bodies of answers, made as for a request: whoever asks reads them, in a process of its own."""

    def __init__(self, station: Any) -> None:
        self._station = station
        self._news = threading.Event()
        station.on_change(lambda revision: self._news.set())

    def overview(self, since: int | None) -> Iterable[bytes]:
        self._news.clear()
        return [b"null"] if self._station.unavailable is not None else self._station.overview_json(since)

    def news(self, timeout: float) -> Iterable[bytes]:
        self._news.wait(timeout)
        return [b"null"]


def _fits(row: dict[str, Any] | None, fields: dict[str, Any] | None) -> bool:
    if row is None or fields is None:
        return row is fields
    return all(row[name] == value for name, value in fields.items())
