"""Owns the measurement of watching: 10,000 run directories, from the start to the listing, an event, a rescan."""

from __future__ import annotations

import json
import mmap
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Settings
from benchmarks.watched_station import Rows, WatchedStation
from exlab_wizard.markers import mark_nas, mark_staging

_SENTINEL = "acquisition_complete.flag"
_FILES = {"scan_0001.tif": b"1" * 4096, "scan_0002.tif": b"2" * 1000, "meta/notes.txt": b"a few words\n"}
_SLOW, _QUICK = "CONFOCAL_01", "SCANNER_02"  # one never settles here, so that nothing is synced; one settles at once
_RUNS, _RESCAN_SECONDS, _EVENTS = 10_000, 30.0, 20
_LONGEST_REST = 100.0  # seconds
_TIMEOUT = 600.0


def watching(settings: Settings) -> list[Figure]:
    """Start, memory, events, rescan and restart over 10,000 runs of 3 files, half of them with their sentinel.

    With fewer runs the rescans come as much more often: their share of a core stays comparable.
    """
    seen = [_once(settings, settings.work / f"watching-{number}") for number in range(settings.repeat)]
    told = f"{settings.scaled(_RUNS):,} runs of 3 or 4 files"
    every = _RESCAN_SECONDS * settings.scale
    targets = {
        "first start to correct listing": ("s", 10.0, told + ", from the start of the process"),
        "restart to correct listing": ("s", 3.0, "with a new, a grown and a vanished run to be found"),
        "new file to listing": ("ms", 200.0, "in a run that is known"),
        "new run to listing": ("ms", 200.0, "folders and one file"),
        "rescan, share of one core": ("%", 5.0, f"the whole process at rest, a rescan every {every:g} s"),
        "time between rescans": ("s", every, "as the station says; longer where a rescan takes long"),
        "peak memory, first session": ("MB", 150.0, "with everything the benchmark asked of it"),
        "peak memory, second session": ("MB", 150.0, ""),
        "jobs for unchanged runs at restart": ("jobs", 0.0, "among the verified runs"),
        "change without an event, until listed": ("s", None, "by the rescan"),
        "processor time of the first start": ("s", None, ""),
        "every run has its ingest.json": ("s", None, "after the first start; the listing does not wait for it"),
    }
    return [
        Figure("watching", name, unit, [value for one in seen for value in one[name]], target, note=note)
        for name, (unit, target, note) in targets.items()
    ]


@dataclass
class _Tree:
    """A lab below `base`, and what a correct listing says of it."""

    base: Path
    expected: dict[str, dict[str, Any]] = field(default_factory=dict)

    def furnish(self, runs: int) -> Path:
        """Directories, marks and `runs` runs; the configuration's path."""
        self.staging, self.nas, self.state = (self.base / name for name in ("staging", "nas", "state"))
        for place in (self.staging, self.nas):
            place.mkdir(parents=True)
        self.state.mkdir(mode=0o700)
        mark_staging(self.staging)
        mark_nas(self.nas)
        for number in range(runs):
            self.push(_SLOW, number, done=number % 2 == 0)
        config = self.base / "exlab_wizard.yaml"
        common = {"completeness_signal": "sentinel_file", "sentinel_filename": _SENTINEL, "nas_root": str(self.nas)}
        document = {
            "orchestrator": {"enabled": True, "staging_root": str(self.staging), "state_dir": str(self.state)},
            "equipment": [
                {"id": _SLOW, "settle_seconds": 86_400, **common},
                {"id": _QUICK, "settle_seconds": 0, **common},
            ],
            "sync": {"workers": 2, "allow_same_storage": True},
        }
        config.write_text(json.dumps(document))  # JSON is YAML
        return config

    def push(self, equipment: str, number: int, *, done: bool) -> str:
        """One run, as an instrument does it; its path."""
        minute, second = divmod(number, 60)
        stamp = f"2026-04-{17 + minute // 1440:02}T{minute // 60 % 24:02}-{minute % 60:02}-{second:02}"
        path = f"{equipment}/PROJ-{number % 100:04}/Runs/Run_{stamp}"
        folder = self.staging / path
        (folder / "meta").mkdir(parents=True)
        (folder / ".exlab-wizard").mkdir()
        (folder / ".exlab-wizard" / "creation.json").write_text(_creation(path))
        for name, content in _FILES.items():
            (folder / name).write_bytes(content)
        if done:
            (folder / _SENTINEL).touch()
        self.expected[path] = {
            "file_count": len(_FILES) + done,
            "byte_total": sum(map(len, _FILES.values())),
            "current_state": "staging",
        }
        return path

    def add_file(self, path: str) -> Rows:
        """A new file in a run; the row that says so."""
        (self.staging / path / f"more_{time.monotonic_ns()}.tif").write_bytes(b"123")
        row = self.expected[path]
        row["file_count"] += 1
        row["byte_total"] += 3
        return {path: row}

    def await_ingest(self) -> float:
        """The moment (monotonic) at which every run's ingest.json was there. Raises TimeoutError."""
        deadline = time.monotonic() + _TIMEOUT
        missing = list(self.expected)
        while missing:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(missing):,} runs have no ingest.json, such as {missing[0]}")
            time.sleep(0.05)
            while missing and (self.staging / missing[-1] / ".exlab-wizard" / "ingest.json").exists():
                missing.pop()
        return time.monotonic()

    def jobs(self) -> set[tuple[str, str]]:
        """Run path and id of each run's last job, as the station's database says."""
        with closing(sqlite3.connect(f"file:{self.state / 'station.db'}?mode=ro", uri=True)) as database:
            return set(database.execute("SELECT run_path, id FROM jobs"))

    def check(self, station: WatchedStation) -> None:
        """Raise AssertionError unless the whole listing is what is on the disk."""
        listed = station.listing()
        wrong = {
            path: (listed.get(path), fields)
            for path, fields in self.expected.items()
            if path not in listed or any(listed[path][name] != value for name, value in fields.items())
        }
        assert not wrong and len(listed) == len(self.expected), f"{len(wrong)} rows are wrong: {[*wrong.items()][:3]}"


def _once(settings: Settings, base: Path) -> dict[str, list[float]]:
    tree, runs = _Tree(base), settings.scaled(_RUNS, 20)
    config = tree.furnish(runs)
    os.sync()  # what was just made is not written back while the station is measured
    settings.log(f"watching: {runs:,} runs in {tree.staging}")
    paths = list(tree.expected)
    found = _first_session(settings, tree, config, paths)
    return found | _second_session(settings, tree, config, paths)


def _first_session(settings: Settings, tree: _Tree, config: Path, paths: list[str]) -> dict[str, list[float]]:
    every = _RESCAN_SECONDS * settings.scale
    # held open, because closing it would be an event
    with (tree.staging / paths[1] / "scan_0001.tif").open("r+b") as silent, WatchedStation(config, every) as station:
        listed_at = station.until({path: tree.expected[path] for path in paths[::100]}, _TIMEOUT)  # all: below
        started, cpu = listed_at - station.started, station.cpu_seconds
        tree.check(station)
        settings.log(f"watching: first start {started:.1f} s, {cpu:.1f} s of processor time")
        written = tree.await_ingest() - station.started
        grown = [_latency_ms(station, lambda path=path: tree.add_file(path)) for path in paths[2 : 2 + _EVENTS]]
        fresh = [_latency_ms(station, lambda number=number: _new(tree, number)) for number in range(_EVENTS)]
        settings.log(f"watching: events after {sorted(grown)[_EVENTS // 2]:.0f} ms")
        verified = [tree.push(_QUICK, number, done=True) for number in range(settings.scaled(200, 5))]
        for path in verified:
            tree.expected[path]["current_state"] = "sync_verified"
        station.until({path: tree.expected[path] for path in verified}, _TIMEOUT)
        share, interval, silence = _at_rest(settings, tree, station, paths[1], silent.fileno())
        tree.check(station)
        settings.log(f"watching: {share:.1f} % of a core at rest, a rescan every {interval:.1f} s")
        return {
            "first start to correct listing": [started],
            "processor time of the first start": [cpu],
            "every run has its ingest.json": [written],
            "new file to listing": grown,
            "new run to listing": fresh,
            "rescan, share of one core": [share],
            "time between rescans": [interval],
            "change without an event, until listed": [silence],
            "peak memory, first session": [station.memory_mb("VmHWM")],
        }


def _at_rest(
    settings: Settings, tree: _Tree, station: WatchedStation, path: str, fd: int
) -> tuple[float, float, float]:
    """Share of a core (percent) over two rescans, seconds between them, and until a silent change was listed."""
    mode, interval = station.watcher()
    assert mode == "events", mode
    before = station.listing()[path]["last_activity_at"]
    time.sleep(1.1)  # activity is told in whole seconds
    with mmap.mmap(fd, 0) as memory:  # written to without a system call: nobody is told
        memory[0:1] = b"9"
        memory.flush()
    changed_at, share = time.time(), _share(station, interval)
    if (later := station.watcher()[1]) > 1.1 * interval:  # the first ones tell the station what one costs
        share = _share(station, later)
    deadline = time.monotonic() + _TIMEOUT
    while (after := station.listing()[path]["last_activity_at"]) == before:
        assert time.monotonic() < deadline, "the rescan missed a change"
        time.sleep(1)
    silence = datetime.fromisoformat(after).timestamp() - changed_at
    return share, station.watcher()[1], max(0.0, silence)


def _share(station: WatchedStation, interval: float) -> float:
    """Of a core (percent), over two rescans."""
    began, cpu = time.monotonic(), station.cpu_seconds
    time.sleep(min(2 * interval, _LONGEST_REST))
    return 100 * (station.cpu_seconds - cpu) / (time.monotonic() - began)


def _second_session(settings: Settings, tree: _Tree, config: Path, paths: list[str]) -> dict[str, list[float]]:
    verified = [path for path, row in tree.expected.items() if row["current_state"] == "sync_verified"]
    jobs, changed = tree.jobs(), verified[0]
    os.utime(tree.staging / changed / "scan_0001.tif", (1, 1))  # only this one may be read again
    news = tree.add_file(paths[0]) | tree.add_file(paths[len(paths) // 2]) | _new(tree, _EVENTS)
    gone = paths[-1]
    (tree.staging / gone).rename(tree.base / "gone")
    tree.expected[gone] |= {"file_count": 0, "byte_total": 0}
    news[gone] = tree.expected[gone] | {"display_state": "Failed"}
    with WatchedStation(config, _RESCAN_SECONDS * settings.scale) as station:
        listed_at = station.until(news, _TIMEOUT)
        tree.check(station)
        settings.log(f"watching: restart {listed_at - station.started:.1f} s")
        deadline = time.monotonic() + 30
        while tree.jobs() == jobs and time.monotonic() < deadline:
            time.sleep(0.1)
        again = [path for path, _ in tree.jobs() - jobs]
        assert changed in again, f"the touched run was not read again: {again[:3]}"
        return {
            "restart to correct listing": [listed_at - station.started],
            "jobs for unchanged runs at restart": [float(len(again) - 1)],
            "peak memory, second session": [station.memory_mb("VmHWM")],
        }


def _new(tree: _Tree, number: int) -> Rows:
    path = tree.push(_SLOW, 1_000_000 + number, done=False)
    return {path: tree.expected[path]}


def _latency_ms(station: WatchedStation, act: Any) -> float:
    rows = act()
    began = time.monotonic()
    return 1000 * (station.until(rows, 60.0) - began)


def _creation(path: str) -> str:
    equipment, project, *_ = path.split("/")
    document = {
        "schema_version": "1.8",
        "created_at": "2026-04-17T14:32:00Z",
        "created_by": "kim",
        "level": "run",
        "run_kind": "experimental",
        "lims_project": {"uid": "c0ffee", "short_id": project, "name_at_creation": project},
        "paths": {"run": path},
        "orchestrator": {"equipment_id": equipment},
    }
    return json.dumps(document)
