"""Owns the race: the product and what people run instead over the same trees, interleaved, each checked afterwards."""

from __future__ import annotations

import shutil
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.engine import sync_alone
from benchmarks.figures import Figure, Settings
from benchmarks.limits import Limits, measure
from benchmarks.peers import PEERS, Peer, load_programs, read_sums
from benchmarks.product import SENTINEL, Product, Target, checksums_of
from benchmarks.usage import Cost, Stopwatch
from benchmarks.work import WORKS, Work, cool, generate, hash_all, in_memory, warm

PRODUCT, ENGINE = "ExLab-Wizard", "its engine alone"
# How many times faster than each; `hand` is held against the faster of the two ways by hand.
TARGETS = {
    "W1": {"rsync": 7.0, "rclone": 7.0, "hand": 3.0, "limit": 0.85},
    "W2": {"rsync": 2.5, "rclone": 4.0, "hand": 3.5, "limit": 0.8},
    "W3": {"rsync": 6.0, "rclone": 4.0, "hand": 2.5, "limit": 0.85},
    "W4": {"rsync": 6.5, "rclone": 4.5, "hand": 3.5, "limit": 0.85},
}
_HANDS, _SAME_WORK = ("hand", "hand-both"), "hand-proven"
_SLOWEST = ("rclone", "cp")
_WORKER_MIB = 200
_ALL_CASES_FROM = 0.5  # of the scale; below, the first case and the last
_FEW_FILES = 3000  # ... so few can be deleted between two rounds: the disk needs the room
_OVERHEAD_SECONDS, _OVERHEAD_SHARE = 0.5, 0.1


class WrongCopyError(AssertionError):
    """Somebody did not do all of the work: the figure would be worth nothing."""


@dataclass(frozen=True, slots=True)
class Case:
    """Where the copy goes, and whether the source is in memory when a round begins."""

    name: str
    equipment_id: str
    source_warm: bool


@dataclass
class Race:
    """One work in one case: what each contestant took in each round, and the machine's limits in each."""

    work: Work
    case: Case
    costs: dict[str, list[Cost]] = field(default_factory=lambda: defaultdict(list))
    limits: list[Limits] = field(default_factory=list)

    def seconds(self, name: str) -> list[float]:
        """By the clock, round by round."""
        return [cost.seconds for cost in self.costs[name]]


def transfers(settings: Settings) -> list[Figure]:
    """All works and cases. The first case is repeated, with everybody, and is what the targets are for.

    The others are seen once, without the two slowest: half the time for what says nothing new.
    """
    cases = [Case("ext4, source in memory", "DISK_01", True), Case("ext4, source cold", "DISK_01", False)]
    targets = [Target("DISK_01", settings.work / "nas")]
    if settings.memory is not None:
        targets.append(Target("MEMORY_01", settings.memory / "nas"))
        cases += [Case("tmpfs, source in memory", "MEMORY_01", True), Case("tmpfs, source cold", "MEMORY_01", False)]
    if settings.scale < _ALL_CASES_FROM:
        cases = [cases[0], cases[-1]]
    figures: list[Figure] = []
    with Product(settings.work / "station", targets) as product:
        course = Course(settings, product)
        course.warm_up()
        for work in WORKS:
            with course.tree(work.scaled(settings.scale)):
                for case in cases:
                    first = case is cases[0]
                    race = course.race(case, settings.repeat if first else 1, everybody=first)
                    figures += figures_of(race, judged=first)
    return figures


class Course:
    """Runs rounds; one tree at a time.

    Copies of many files are left until all rounds are over: after deleting them ext4 makes files much more slowly.
    """

    def __init__(self, settings: Settings, product: Product) -> None:
        self._settings, self._product = settings, product
        self._peers = [peer for peer in PEERS if all(map(shutil.which, peer.needs))]
        self._runs = 0
        self._work: Work
        self._hashes: dict[str, str] = {}
        self._data = settings.work / "data"

    def warm_up(self) -> None:
        """One small run, so that the workers are there, as on a station that has been up for a while."""
        with self.tree(WORKS[1].scaled(0.01)):
            self._sync(Case("", "DISK_01", True))

    @contextmanager
    def tree(self, work: Work) -> Iterator[None]:
        """A tree to work with; it and every copy of it are removed at the end."""
        self._work, self._hashes = work, generate(work, self._data)
        try:
            yield
        finally:
            shutil.rmtree(self._data, ignore_errors=True)
            self._remove_copies()

    def _remove_copies(self) -> None:
        for folder in self._copies():
            shutil.rmtree(folder, ignore_errors=True)

    def _copies(self) -> Iterator[Path]:
        for place in self._places():
            yield from place.glob("copy-*")
            yield from (place / "nas").glob("*/BENCH")

    def _places(self) -> list[Path]:
        return [self._settings.work, *([self._settings.memory] if self._settings.memory else [])]

    def race(self, case: Case, rounds: int, everybody: bool) -> Race:
        """Each once a round, the order turned by one each time."""
        race = Race(self._work, case)
        contestants: list[tuple[str, Callable[[], Cost]]] = [
            (PRODUCT, lambda: self._sync(case)),
            (ENGINE, lambda: self._engine(case)),
            *((peer.name, lambda peer=peer: self._peer(case, peer)) for peer in self._peers),
        ]
        if not everybody:
            contestants = [one for one in contestants if one[0] not in _SLOWEST]
        for number in range(rounds):
            first = (number + len(self._work.name + case.name)) % len(contestants)
            for name, turn in contestants[first:] + contestants[:first]:
                self._prepare(case)
                race.costs[name].append(turn())
                self._say(race, name)
                self._make_room(case)
            cool(self._data)
            disk_read = case.equipment_id == "DISK_01" or not case.source_warm
            race.limits.append(measure(self._data, self._place(case) / f"copy-limit-{self._next()}", disk_read))
            self._make_room(case)
            if self._work.file_count <= _FEW_FILES:
                self._remove_copies()
        return race

    def _prepare(self, case: Case) -> None:
        cool(self._data)
        load_programs()
        if case.source_warm:
            warm(self._data)
        share = in_memory(self._data)
        if share is not None and (share < 0.99 if case.source_warm else share > 0.01):
            self._settings.log(f"   (the source was {share:.0%} in memory)")

    def _make_room(self, case: Case) -> None:
        """Memory is not the place to keep copies in; and there a deletion slows nothing."""
        if case.equipment_id == "MEMORY_01" and self._settings.memory is not None:
            for folder in (*self._settings.memory.glob("copy-*"), *(self._settings.memory / "nas").glob("*/BENCH")):
                shutil.rmtree(folder)

    def _place(self, case: Case) -> Path:
        memory = self._settings.memory
        return memory if case.equipment_id == "MEMORY_01" and memory is not None else self._settings.work

    def _next(self) -> int:
        self._runs += 1
        return self._runs

    # ------------------------------------------------------------------ contestants

    def _sync(self, case: Case) -> Cost:
        with self._product.held(case.equipment_id, self._next(), self._data) as run_path:
            if not case.source_warm:
                cool(self._product.staging / run_path)
            cost = self._product.sync(run_path)
            found = checksums_of(self._product.on_nas(run_path))
        found.pop(SENTINEL)
        self._check(PRODUCT, found, self._product.on_nas(run_path))
        return cost

    def _engine(self, case: Case) -> Cost:
        target = self._place(case) / f"copy-engine-{self._next()}"
        cost, copy = sync_alone(self._data, target, self._settings.work / f"copy-state-{self._runs}")
        self._check(ENGINE, checksums_of(copy), copy)
        return cost

    def _peer(self, case: Case, peer: Peer) -> Cost:
        target = self._place(case) / f"copy-{peer.name}-{self._next()}"
        target.mkdir()
        sums = self._settings.work / f"sums-{self._runs}"
        with Stopwatch() as watch:
            peer.work(self._data, target, sums)
        self._check(peer.name, read_sums(sums), target)
        return watch.cost

    def _check(self, name: str, found: dict[str, str], copy: Path) -> None:
        """Its list of hashes is that of what was generated, and the files are there with their sizes.

        Peers have hashed their copy for it; whoever may have hashed something else has its copy hashed here.
        """
        if found != self._hashes:
            raise WrongCopyError(f"{name}: {len(found)} hashes for {len(self._hashes)} files, or other ones")
        for path in self._hashes:
            if (copy / path).stat().st_size != (self._data / path).stat().st_size:
                raise WrongCopyError(f"{name}: {path} has another size")
        if name in (PRODUCT, ENGINE) and hash_all(copy, self._hashes) != self._hashes:
            raise WrongCopyError(f"{name}: the copy holds other bytes")

    def _say(self, race: Race, name: str) -> None:
        cost = race.costs[name][-1]
        rate = self._work.byte_total / 1e6 / cost.seconds
        self._settings.log(
            f"   {self._work.name} {race.case.name:24} {name:16} {cost.seconds:7.2f} s  {rate:6.0f} MB/s"
            f"  CPU {cost.cpu_seconds:6.2f} s"
        )


def figures_of(race: Race, judged: bool) -> list[Figure]:
    """What a race shows, held against the targets when `judged`."""
    ours, targets = race.seconds(PRODUCT), TARGETS[race.work.name] if judged else {}
    gib = race.work.byte_total / 2**30
    name = f"{race.work.name}, {race.case.name}"
    figures = [_times(race, name, who, gib) for who in race.costs]
    for rival in ("rsync", "rclone", "cp"):
        if race.costs.get(rival):
            ratios = [theirs / mine for theirs, mine in zip(race.seconds(rival), ours, strict=True)]
            figures.append(
                Figure("transfers", f"{name}: times faster than {rival}", "x", ratios, targets.get(rival), "at_least")
            )
    hands = [race.seconds(hand) for hand in _HANDS if race.costs.get(hand)]
    if hands:
        best = min(hands, key=statistics.median)
        ratios = [theirs / mine for theirs, mine in zip(best, ours, strict=True)]
        label = f"{name}: times faster than the best by hand"
        figures.append(Figure("transfers", label, "x", ratios, targets.get("hand"), "at_least"))
    if race.costs.get(_SAME_WORK):
        ratios = [theirs / mine for theirs, mine in zip(race.seconds(_SAME_WORK), ours, strict=True)]
        figures.append(Figure("transfers", f"{name}: times faster than the same work by hand", "x", ratios))
    shares = [limits.machine / mine for limits, mine in zip(race.limits, ours, strict=True)]
    figures.append(_limit(race, name, shares, targets.get("limit")))
    if judged:  # a disk, and a source that is not on it
        needed = [limits.disk / mine for limits, mine in zip(race.limits, ours, strict=True)]
        figures.append(Figure("transfers", f"{name}: of the disk's time to write it and read it back", "", needed))
    if judged:
        figures += _costs(race, name, gib)
    return figures


def _times(race: Race, name: str, who: str, gib: float) -> Figure:
    cpu = statistics.median(cost.cpu_seconds for cost in race.costs[who])
    details: dict[str, float | str] = {"cpu_seconds_per_gib": cpu / gib}
    return Figure("transfers", f"{name}: {who}", "s", race.seconds(who), details=details)


def _limit(race: Race, name: str, shares: list[float], target: float | None) -> Figure:
    parts: dict[str, float | str] = {
        part: statistics.median(getattr(limits, part) for limits in race.limits)
        for part in ("cold_read", "sha256", "durable_write")
    }
    return Figure("transfers", f"{name}: of the machine's own limit", "", shares, target, "at_least", details=parts)


def _costs(race: Race, name: str, gib: float) -> list[Figure]:
    """CPU beside the thriftiest peer, the worker's memory, and what the product adds to its engine."""
    mine = [cost.cpu_seconds / gib for cost in race.costs[PRODUCT]]
    peers = [
        statistics.median(cost.cpu_seconds for cost in race.costs[peer.name]) / gib
        for peer in PEERS
        if race.costs.get(peer.name)
    ]
    engine = statistics.median(race.seconds(ENGINE))
    added = [seconds - engine for seconds in race.seconds(PRODUCT)]
    allowed = max(_OVERHEAD_SECONDS, _OVERHEAD_SHARE * engine)
    return [
        Figure(
            "transfers",
            f"{name}: CPU of the product",
            "s/GiB",
            mine,
            min(peers, default=None),
            note="the peer with the least",
        ),
        Figure(
            "transfers",
            f"{name}: peak memory of a worker",
            "MiB",
            [cost.peak_mib for cost in race.costs[PRODUCT]],
            _WORKER_MIB,
        ),
        Figure("transfers", f"{name}: the product beyond its engine", "s", added, allowed),
    ]
