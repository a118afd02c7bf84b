"""Owns the measurement of the listing: its answers with very many runs, and what they and the work cost others."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.figures import Figure, Settings
from benchmarks.http_load import Address, Connection, Load, probe, read, read_until
from benchmarks.listing_lab import Lab, Rows, rows_of, started, wait_rows

_RUNS, _SCANNED_FILES, _SCANNED_FOLDERS = 10_000, 1_000_000, 1_000
_ROW_FIELDS = 9
_AFRESH_SECONDS = 0.11  # longer than answers are shared
_P50_MS, _P99_MS = 10.0, 40.0
_MOVED_MS = 10.0  # "unmoved": twice the time for which one Python thread may keep another waiting
_SYNC_RUNS, _SYNC_FILES, _SYNC_FILE_BYTES = 8, 16, 16 << 20
_START_SECONDS, _WORK_SECONDS = 300.0, 280.0


def listing(settings: Settings) -> list[Figure]:
    """`GET /staging` and its neighbours with 10,000 runs, and what other requests notice of the station's work."""
    work = settings.work / "listing"
    fast = (settings.memory or settings.work) / "listing_staging"
    try:
        lab = Lab(work, fast)
        paths = lab.small_runs(settings.scaled(_RUNS, 50))
        with started(lab), ProcessPoolExecutor(3, multiprocessing.get_context("spawn")) as others:
            list(others.map(time.sleep, [0.5] * 3))  # they are there, so that no probe meets their start
            return _Bench(settings, lab, paths, others).figures()
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(fast, ignore_errors=True)


class _Bench:
    """One server, measured from other processes."""

    def __init__(self, settings: Settings, lab: Lab, paths: list[str], others: ProcessPoolExecutor) -> None:
        self._settings, self._lab, self._paths, self._others = settings, lab, paths, others
        self._address, self._stop = lab.address, lab.work / "stop"
        self._connection = Connection(self._address)
        self._idle: list[list[float]] = []
        self._own = 0.0  # processor seconds a second that the server uses by itself

    def figures(self) -> list[Figure]:
        """Everything, the work that leaves traces last."""
        with closing(self._connection):
            began = time.monotonic()
            everything = set(self._paths)
            rows = wait_rows(self._connection, lambda rows: rows.keys() == everything, "listed", _START_SECONDS, 0.5)
            self._settings.log(f"{len(rows):,} runs are listed after {time.monotonic() - began:.1f} s")
            self._check(rows)
            self._own = self._rate()
            found = [*self._answers(), *self._while_read(), *self._while_others_compute(), *self._events()]
            return [*found, *self._while_scanned(), *self._while_synced()]

    def _check(self, rows: Rows) -> None:
        """The listing is what is on disk, in its order; an answer that is wrong has no speed."""
        assert rows.keys() == set(self._paths)
        assert all(len(row) == _ROW_FIELDS and row["file_count"] == 1 for row in rows.values())
        moments = [row["last_activity_at"] for row in rows.values()]
        assert moments == sorted(moments, reverse=True)

    def _rate(self) -> float:
        """What the server uses while nobody asks and nothing happens."""
        before, seconds = self._lab.cpu_seconds(), max(1.0, 10 * self._settings.scale)
        time.sleep(seconds)
        self._settings.log(f"idle, {100 * (rate := (self._lab.cpu_seconds() - before) / seconds):.1f} % of a core")
        return rate

    # ------------------------------------------------------------------ answers

    def _answers(self) -> Iterator[Figure]:
        each = self._settings.scaled(200, 10)
        yield from self._read("GET /staging", "staging", 1, each, p50=_P50_MS, p99=_P99_MS)
        yield from self._read(
            "GET /staging afresh", "staging", 1, each, p50=_P50_MS, p99=_P99_MS, pause=_AFRESH_SECONDS
        )
        yield from self._read("GET /staging", "staging", 8, max(5, each // 8))
        yield from self._read("GET /staging", "staging", 100, 3)
        status, headers, body = self._connection.get("staging")
        assert status == 200
        self._settings.log(f"one answer has {len(body):,} bytes")
        tag = headers["etag"]
        yield from self._read("304 by revision", "staging", 1, 2 * each, status=304, tag=tag)
        yield from self._read("304 by revision", "staging", 8, each, status=304, tag=tag)
        yield from self._read("overview", "staging/overview", 1, max(5, each // 4))
        yield from self._read("overview?since", f"staging/overview?since={self._revision()}", 1, each, p50=_P50_MS)

    def _revision(self) -> int:
        return int(json.loads(bytes(self._connection.get("staging/overview?since=0")[2]))["revision"])

    def _read(
        self,
        name: str,
        path: str,
        clients: int,
        each: int,
        status: int = 200,
        tag: str = "",
        p50: float | None = None,
        p99: float | None = None,
        pause: float = 0.0,
    ) -> Iterator[Figure]:
        loads, cpu = list[Load](), list[float]()
        for _ in range(self._settings.repeat):
            before, began = self._lab.cpu_seconds(), time.monotonic()
            loads.append(self._others.submit(read, self._address, path, clients, each, status, tag, pause).result())
            used = self._lab.cpu_seconds() - before - self._own * (time.monotonic() - began)
            cpu.append(1000 * max(0.0, used) / (clients * each))
        errors = [error for load in loads for error in load.errors]
        if errors:
            self._settings.log(f"{name}, {clients} clients: {errors[:3]}")
        who = f"{name}, {clients} client{'s' * (clients > 1)}"
        times = [sorted(load.milliseconds) or [float("inf")] for load in loads]
        yield self._figure(f"{who}, p50", "ms", [share(one, 0.5) for one in times], p50)
        yield self._figure(f"{who}, p99", "ms", [share(one, 0.99) for one in times], p99)
        yield self._figure(f"{who}, server CPU of one", "ms", cpu)
        yield self._figure(f"{who}, errors", "", [float(len(load.errors)) for load in loads], 0)

    def _figure(self, name: str, unit: str, values: list[float], target: float | None = None) -> Figure:
        self._settings.log(f"{name}: {', '.join(f'{value:.3g}' for value in values)} {unit}")
        return Figure("listing", name, unit, values, target)

    # ------------------------------------------------------------------ what others notice

    def _probe(self, seconds: float) -> list[float]:
        """Latencies of other requests of the server, sorted."""
        return sorted(self._others.submit(probe, self._address, self._stop, seconds).result())

    @contextmanager
    def _beside(self, function: Callable[[Address, str, Path], Load], path: str) -> Iterator[None]:
        """`function` goes on in another process meanwhile."""
        other = self._others.submit(function, self._address, path, self._stop)
        try:
            yield
        finally:
            self._stop.touch()
            errors = other.result().errors
            self._stop.unlink()
            assert not errors, errors[:3]

    def _while_read(self) -> Iterator[Figure]:
        seconds, loaded = max(0.5, 10 * self._settings.scale), list[list[float]]()
        for _ in range(self._settings.repeat):
            self._idle.append(self._probe(seconds))
            with self._beside(read_until, "staging"):
                loaded.append(self._probe(seconds))
        idle = [share(one, 0.99) for one in self._idle]
        yield self._figure("other requests, nothing else to do, p50", "ms", [share(one, 0.5) for one in self._idle])
        yield self._figure("other requests, nothing else to do, p99", "ms", idle)
        yield from self._moved("while the list is read all the time", loaded)

    def _while_others_compute(self) -> Iterator[Figure]:
        """What the machine itself makes of four busy processes: no server can be better beside its four workers."""
        seconds = max(0.5, 10 * self._settings.scale)
        with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as burners:
            list(burners.map(time.sleep, [0.2] * 4))
            for _ in range(4):
                burners.submit(burn, seconds)
            found = self._probe(seconds)
        yield from self._moved("while 4 foreign processes compute", [found], judged=False)

    def _moved(self, when: str, loaded: list[list[float]], judged: bool = True) -> Iterator[Figure]:
        """How much later than on an idle server one of a hundred other requests is answered."""
        idle = share(sorted(one for found in self._idle for one in found), 0.99)
        p50, p99 = ([share(one, part) for one in loaded] for part in (0.5, 0.99))
        self._settings.log(f"other requests {when}: {sum(map(len, loaded))} probes")
        yield self._figure(f"other requests, {when}, p50", "ms", p50)
        yield self._figure(f"other requests, {when}, p99", "ms", p99)
        moved = [max(0.0, one - idle) for one in p99]
        yield self._figure(f"other requests, {when}, p99 moved by", "ms", moved, _MOVED_MS if judged else None)

    # ------------------------------------------------------------------ the station at work

    def _events(self) -> Iterator[Figure]:
        """A file each for a number of runs, one after the other: what one changed row costs among all."""
        chosen = self._paths[:: max(1, len(self._paths) // 200)]
        before = self._lab.cpu_seconds()
        for number, path in enumerate(chosen):
            self._lab.grow(path, number)
            time.sleep(0.005)
        wanted = set(chosen)
        wait_rows(self._connection, lambda rows: all(rows[path]["file_count"] == 2 for path in wanted), "seen", 60, 0.5)
        used = self._lab.cpu_seconds() - before
        yield self._figure("an event among all runs, server CPU", "ms", [1000 * used / len(chosen)])

    def _while_scanned(self) -> Iterator[Figure]:
        files = self._settings.scaled(_SCANNED_FILES, 2_000)
        began = time.monotonic()
        path = self._lab.deep_run(files, max(1, files * _SCANNED_FOLDERS // _SCANNED_FILES))
        self._settings.log(f"{files:,} files are made after {time.monotonic() - began:.1f} s")
        began = time.monotonic()
        probing = self._others.submit(probe, self._address, self._stop, _WORK_SECONDS)
        try:
            self._until(lambda rows: rows.get(path, {}).get("file_count") == files, f"{files:,} files are counted")
        finally:
            moved_in = self._stopped(probing.result)
        yield self._figure(f"{files:,} files, moved in to listed", "s", [time.monotonic() - began])
        yield from self._moved(f"while {files:,} files are moved in", [moved_in], judged=False)
        yield from self._while_looked_at(path, files)

    def _while_looked_at(self, path: str, files: int) -> Iterator[Figure]:
        """A force-sync has the run looked at now; it is refused, as no signal has come."""
        self._lab.grow(path, 0)
        probing = self._others.submit(probe, self._address, self._stop, _WORK_SECONDS)
        began = time.monotonic()
        try:
            status, _, body = self._connection.post(f"staging/{path}/force-sync")
            seconds = time.monotonic() - began
            assert status == 409 and b"run_not_complete" in bytes(body), bytes(body)
        finally:
            found = self._stopped(probing.result)
        assert rows_of(self._connection)[path]["file_count"] == files + 1
        yield self._figure(f"{files:,} files, one look", "s", [seconds])
        yield from self._moved(f"while {files:,} files are scanned", [found])

    def _while_synced(self) -> Iterator[Figure]:
        size = self._settings.scaled(_SYNC_FILE_BYTES, 64 << 10)
        probing = self._others.submit(probe, self._address, self._stop, _WORK_SECONDS)
        try:
            runs = self._lab.complete_runs(_SYNC_RUNS, _SYNC_FILES, size)
            self._until(
                lambda rows: all(rows.get(run, {}).get("current_state") == "sync_verified" for run in runs), "verified"
            )
        finally:
            found = self._stopped(probing.result)
        yield from self._moved("while 4 workers sync", [found])

    def _until(self, wanted: Callable[[Rows], bool], what: str) -> None:
        """Wait without reading the list all the time, which would be measured as well: by what has changed."""
        end, since = time.monotonic() + _WORK_SECONDS, self._revision()
        seen: Rows = {}
        while not wanted(seen):
            if time.monotonic() > end:
                raise TimeoutError(f"not within {_WORK_SECONDS:.0f} s: {what}")
            time.sleep(0.2)
            seen |= rows_of(self._connection, f"staging/overview?since={since}")

    def _stopped(self, result: Callable[[], list[float]]) -> list[float]:
        self._stop.touch()
        found = sorted(result())
        self._stop.unlink()
        return found


def burn(seconds: float) -> None:
    """Compute, and nothing else."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        sum(range(10_000))


def share(ordered: list[float], part: float) -> float:
    """The value below which `part` of the ordered ones are."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
