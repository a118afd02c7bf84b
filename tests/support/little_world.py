"""Owns a small lab in which anything may happen: instruments, a station, two NAS disks, damage, clocks, judges."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine

from exlab_wizard.audit.examine import Audit
from exlab_wizard.errors import StagingError
from exlab_wizard.fsys import Dir
from exlab_wizard.markers import mark_nas
from exlab_wizard.runs.paths import RunPath
from exlab_wizard.station.files import open_following
from exlab_wizard.station.leadership import LeaderInfo, LeaderLock
from exlab_wizard.sync.engine.meter import Meter
from tests.support.crash import dies_at
from tests.support.driver import Driver
from tests.support.lab import SENTINEL, Lab, data_files, equipment
from tests.support.promise import Promise

MANIFEST = "files.json"
STAMPS = [f"2026-04-17T14-{minute}" for minute in range(30, 36)]
_ROUNDS = 6
Sums = dict[str, str]
_REFUSALS = (StagingError, TimeoutError)


class World:
    """Call a method, then `check()`. `damaged` are runs, `station_damaged` the station's own files the test damaged."""

    def __init__(self, base: Path, happened: Counter[str] | None = None) -> None:
        self.happened = Counter[str]() if happened is None else happened
        self.lab = _lab(base)
        self.disk = self.lab.nas  # where the right NAS is now
        self.away = base / "nas away"
        self.other = base / "another nas"
        self.other.mkdir()
        mark_nas(self.other)
        self.runs = [self.lab.run_path(stamp=STAMPS[0]), self.lab.run_path("P 2", STAMPS[0])]
        self.runs.append(self.lab.run_path(stamp=STAMPS[0], equipment_id="SEM_01"))
        self.promises = {run: Promise(self.lab.staging, self.lab.nas, run) for run in self.runs}
        self.damaged: set[str] = set()
        self.station_damaged = False
        self.taken_away: dict[str, tuple[Path, Sums, Sums]] = {}
        self._clock: time_machine.travel | None = None
        self._versions = 0
        self.driver: Driver
        self.open()

    # ------------------------------------------------------------------ instruments

    def folder(self, run: str) -> Path:
        return self.lab.staging / run

    def data(self, run: str) -> dict[str, bytes]:
        """Data files in staging now."""
        return data_files(self.folder(run))

    def news(self, times: int) -> bytes:
        """Bytes that were never there before; the length says nothing of them."""
        self._versions += 1
        return b"%08d" % self._versions * times

    def write(self, run: str, name: str, content: bytes, *, keep_times: bool = False) -> None:
        """A file (anew). Without settling, only a new ctime tells: it is waited for, as an instrument of flesh does."""
        path = self.folder(run) / name
        if not self.folder(run).exists():
            self.folder(run).mkdir(parents=True)
            self.lab.push(run, {}, done=False)
        before = path.stat() if path.exists() else None
        self.promises[run].wrote(name, content)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        while before is not None and path.stat().st_ctime_ns == before.st_ctime_ns:
            time.sleep(0.001)
            os.utime(path)
        if before is not None and keep_times:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def delete(self, run: str, name: str) -> None:
        self.promises[run].removed(name)
        (self.folder(run) / name).unlink()

    def signal(self, run: str, kind: str = "good") -> None:
        """The instrument says that the run is complete: rightly, or (manifest) with something wrong in it."""
        if not run.startswith("SEM_01"):
            self.write(run, SENTINEL, b"")
            return
        listed = [
            {"path": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in self.data(run).items()
            if name != MANIFEST
        ]
        if listed and kind == "wrong hash":
            listed[0]["sha256"] = "0" * 64
        if listed and kind == "wrong size":
            listed[0]["size"] = 1
        if kind == "no hashes":
            listed = [{"path": one["path"], "size": one["size"]} for one in listed]
        self.write(run, MANIFEST, json.dumps({"files": listed}).encode())

    def rename(self, number: int, stamp: str) -> None:
        """A run folder gets another name, by hand."""
        old = self.runs[number]
        new = f"{old.rpartition('/')[0]}/Run_{stamp}"
        if not self.folder(old).exists() or self.folder(new).exists() or new in self.taken_away:
            return
        fresh = self.promises.setdefault(new, Promise(self.lab.staging, self.disk, new))
        with self._moved(self.promises[old], fresh):
            self.folder(old).rename(self.folder(new))
        self.runs[number] = new
        if old in self.damaged:
            self.damaged.add(new)

    def take_away(self, run: str) -> None:
        """Somebody moves the folder out of staging."""
        if run not in self.taken_away and self.folder(run).exists():
            place = self.lab.base / f"taken {run.replace('/', ' ')}"
            self.taken_away[run] = (place, *self._leave(self.promises[run]))
            self.folder(run).rename(place)

    def bring_back(self, run: str) -> None:
        """Somebody moves it back, unless the instrument has begun anew there."""
        if run in self.taken_away and not self.folder(run).exists():
            place, *sums = self.taken_away.pop(run)
            place.rename(self.folder(run))
            self._arrive(self.promises[run], *sums)

    @contextmanager
    def _moved(self, old: Promise, new: Promise) -> Iterator[None]:
        sums = self._leave(old)
        yield
        self._arrive(new, *sums)

    def _leave(self, promise: Promise) -> tuple[Sums, Sums]:
        """What lies in staging leaves with its folder: the path it had promises no more than what it has on the NAS."""
        here = {hashlib.sha256(path.read_bytes()).hexdigest() for path in self._all(promise.staged)}
        parts = []
        for sums in (promise.pushed, promise.frozen):
            parts.append({name: digest for name, digest in sums.items() if digest in here})
            for name in parts[-1]:
                del sums[name]
        return parts[0], parts[1]

    def _arrive(self, promise: Promise, pushed: Sums, frozen: Sums) -> None:
        promise.pushed.update(pushed)
        promise.frozen.update(frozen)
        promise._told = promise.counts()

    def _all(self, folder: Path) -> list[Path]:
        return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]

    # ------------------------------------------------------------------ the station

    def open(self) -> None:
        """A server starts, and leads: nobody's lock is in the way, however the one before it ended."""
        self.lock = LeaderLock(self._info(1))
        with Dir.open(self.lab.staging) as staging:
            assert self.lock.try_acquire(staging), "the lock of a dead server is not free"
        self.driver = Driver(self.lab.config)

    def close(self) -> None:
        self.driver.close()
        self.lock.release()

    def _info(self, pid: int) -> LeaderInfo:
        return LeaderInfo("labpc", pid, self.lab.config.state_dir, self.lab.config.digest)

    def crash(self, point: int, deed: Callable[[Driver], object]) -> bool:
        """The server dies before its `point`-th change to a disk while it does `deed`; another starts."""
        self.close()

        def work() -> None:
            self.open()
            for one in (Driver.look, Driver.step, Driver.look, deed, Driver.step, Driver.step):
                with suppress(*_REFUSALS):
                    one(self.driver)

        died = dies_at(point, work)
        self.happened["crashed"] += died
        self.open()
        return died

    def follow(self) -> None:
        """A second server beside the first: it may not lead, and reads what the first one published."""
        second = LeaderLock(self._info(2))
        with Dir.open(self.lab.staging) as staging:
            assert not second.try_acquire(staging), "two servers lead"
        files = open_following(Path(self.lab.config.state_dir))
        try:
            mine = self.driver._files.index.rows
            assert {path: row.current_state for path, row in files.index.rows.items()} == {
                path: row.current_state for path, row in mine.items()
            }
        finally:
            files.close()

    def bring(self, run: str, far: int) -> None:
        """As far as it goes now: 1 as it is, 2 verified, 3 cleared, 4 restored."""
        if far == 1:
            return
        self.resume()
        self.settle()
        self.check()
        for verb in ("clear", "restore")[: far - 2]:
            self.command(verb, run)
            self.settle()
            self.check()

    def pause(self, run: str, wide: str) -> None:
        """A person holds the run, its instrument (`equipment`) or everything (`all`)."""
        if wide == "run":
            self.command("pause", run)
            return
        scope = run.split("/")[0] if wide == "equipment" else None
        self.driver.leader.commands.call("pause_wide", {"by": "kim", "equipment_id": scope})
        self.happened["pause"] += 1

    def resume(self) -> None:
        """A person lets everything go on, whatever was paused."""
        call = self.driver.leader.commands.call
        for scope in [None, *{run.split("/")[0] for run in self.runs}]:
            call("resume_wide", {"by": "kim", "equipment_id": scope})
        for run in self.runs:
            if self.driver.run(run) is not None:
                call("resume", {"run": run, "by": "kim"})

    def command(self, verb: str, run: str, **more: Any) -> str:
        """Ask as a person does, through JSON; a refusal (its code) leaves every file as it was."""
        before = self.data(run), _names(self.disk / run)
        try:
            if verb == "clear":
                self.driver.clear(run)
            else:
                json.dumps(self.driver.leader.commands.call(verb, {"run": run, "by": "kim", **more}))
            self.happened[verb] += 1
            return ""
        except StagingError as error:
            self.happened[f"{verb} refused: {error.code}"] += 1
            assert len(error.message) > 20, error
            assert self.data(run) == before[0], f"{verb} was refused ({error.code}), and staging changed"
            assert before[1] <= _names(self.disk / run), f"{verb} was refused ({error.code}), and the NAS lost a file"
            return str(error.code)

    def jump(self, hours: float) -> None:
        """The computer's clock is set to another time (0: to the right one)."""
        if self._clock is not None:
            self._clock.stop()
        self._clock = time_machine.travel(timedelta(hours=hours), tick=True) if hours else None
        if self._clock is not None:
            self._clock.start()

    # ------------------------------------------------------------------ the NAS, and damage

    @property
    def mounted(self) -> bool:
        return self.disk == self.lab.nas

    def mount(self, what: str) -> None:
        """The right NAS, `another` one in its place, or `nothing`: an empty folder."""
        if not self.mounted:
            if (self.lab.nas / ".exlab-nas.json").exists():
                self.lab.nas.rename(self.other)
            else:
                assert _names(self.lab.nas) == set(), "something was written where no NAS is"
                shutil.rmtree(self.lab.nas)
            self.away.rename(self.lab.nas)
        self.disk = self.lab.nas
        if what != "right":
            self.lab.nas.rename(self.away)
            self.disk = self.away
            if what == "another":
                self.other.rename(self.lab.nas)
            else:
                self.lab.nas.mkdir()
        for run, promise in self.promises.items():
            promise.copy = self.disk / run

    def spoil(self, run: str, name: str, how: str) -> None:
        """Damage a file on the NAS."""
        promise, path = self.promises[run], self.disk / run / name
        promise.spoiled(name)
        here = {hashlib.sha256(one.read_bytes()).hexdigest() for one in self._all(self.folder(run))}
        if promise.frozen.get(name) not in here:
            promise.frozen.pop(name, None)
            promise.pushed.pop(name, None)
        self.damaged.add(run)
        if how == "gone":
            path.unlink()
        else:
            _damage(path, how)

    def damage(self, what: str, run: str, how: str) -> None:
        """Damage a file the station believes, while it is down."""
        state, key = Path(self.lab.config.state_dir), RunPath.parse(run).key
        path = {
            "ingest.json": self.folder(run) / ".exlab-wizard" / "ingest.json",
            "NAS ingest.json": self.disk / run / ".exlab-wizard" / "ingest.json",
            "manifest": state / "manifests" / f"{key}.jsonl",
            "records": state / "records" / f"{key}.jsonl",
            "receipts": state / "receipts.jsonl",
            "database": state / "station.db",
        }[what]
        if not path.exists():
            return
        self.close()
        _damage(path, how)
        self.damaged.add(run)
        self.station_damaged = self.station_damaged or what in ("receipts", "database")
        self.open()

    # ------------------------------------------------------------------ the judges

    def check(self) -> None:
        """The promise holds for every run there ever was."""
        for promise in self.promises.values():
            told = dict(promise._told)
            wrong = promise.broken()
            assert not wrong, "\n".join(wrong)
            self.happened.update({name: count - told[name] for name, count in promise._told.items()})

    def settle(self, rounds: int = 8) -> None:
        """Time passes, until nothing is left to do; a run is complete once three looks agree."""
        for number in range(1, rounds + 1):
            self.driver.look()
            self.driver.step()
            if number > 3 and self.quiet:
                return

    @property
    def quiet(self) -> bool:
        registry, store = self.driver.core.registry, self.driver.store
        busy = any(run.job is not None and run.job.live for run in registry)
        return not busy and store.row("SELECT 1 FROM outbox") is None

    def audit(self) -> None:
        """All is as it was written down, unless the test damaged something."""
        if self.damaged or self.station_damaged or not self.mounted:
            return
        if not self.quiet:
            self.settle()
        if not self.quiet:
            return
        with Dir.open(self.lab.config.state_dir) as state:
            audit = Audit(self.lab.config, state, lambda root: "", Meter(lambda progress: None, lambda: None))
            verdicts = [audit.examine(run) for run in audit.runs]
            assert all(verdict.ok for verdict in verdicts), [verdict for verdict in verdicts if not verdict.ok]
            assert audit.ledger().ok, audit.ledger()
        self.happened["audited"] += 1

    def end(self) -> None:
        """Every fault is lifted and the instruments finish; all of it must arrive, or say what a person has to do."""
        self.jump(0)
        self.mount("right")
        self.close()
        self.open()
        self.driver.look()
        self.resume()
        for run in self.runs:
            if self.data(run):
                self.write(run, "last.txt", self.news(1))  # a manifest that lists nothing says nothing
                self.signal(run)
        for _ in range(_ROUNDS):
            self.settle()
            waiting = [run for run in self.runs if self.data(run)]
            if not waiting and self.quiet:
                break
            for run in waiting:
                if self.driver.verified(run):
                    self.command("clear", run)
            self.check()
        self._judge_end()
        self.audit()

    def _judge_end(self) -> None:
        rows = self.driver._files.index.rows
        for run in self.runs:
            row, left = rows.get(run), self.promises[run].leftovers()
            excused = run in self.damaged or self.station_damaged
            if not self.data(run):
                assert excused or not left, (row, left)
                continue
            assert excused, f"{run} did not arrive: {row}"
            assert row is not None and row.why and row.next_step, f"{run} does not say why: {row}"

    def shut(self) -> None:
        """Nothing stays open."""
        self.jump(0)
        self.close()


def _lab(base: Path) -> Lab:
    lab = Lab(base).mark()
    nas_id = json.loads((lab.nas / ".exlab-nas.json").read_bytes())["nas_id"]
    common = {"settle_seconds": 0, "nas_id": nas_id}
    sem = {"id": "SEM_01", "label": "SEM", "completeness_signal": "manifest", "manifest_filename": MANIFEST}
    second = {key: value for key, value in equipment(lab.nas, **common, **sem).items() if key != "sentinel_filename"}
    data: dict[str, Any] = lab.data
    data["equipment"] = [equipment(lab.nas, **common), second]
    data["sync"]["workers"] = 1
    return lab


def _names(root: Path) -> set[str]:
    """Data files below a run's copy."""
    return set(data_files(root)) if root.exists() else set()


def _damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes({"cut": data[:middle], "flip": data[:middle] + _flipped(data[middle:]), "empty": b""}[how])


def _flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 4]) + data[1:] if data else b"?"
