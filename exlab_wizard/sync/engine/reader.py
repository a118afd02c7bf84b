"""Owns reading many NAS files cold: a group is asked of the medium while the one before it is being hashed."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from exlab_wizard.handles import eighth
from exlab_wizard.runs.manifest import ManifestEntry
from exlab_wizard.sync.engine.flush import can_share
from exlab_wizard.sync.engine.folders import Folders
from exlab_wizard.sync.engine.helper import PORTION, SMALL, Answer, Helper
from exlab_wizard.sync.engine.meter import Meter
from exlab_wizard.sync.engine.portions import Load, portions
from exlab_wizard.sync.engine.verify import ColdFile, ColdHash, Reading
from exlab_wizard.sync.failure import on_target

GROUP_FILES = 256

Boundary = Callable[[], None]
Expected = tuple[str, ManifestEntry]


class Found(NamedTuple):
    """One file as the medium gave it back, beside what it must be."""

    path: str
    expected: ManifestEntry
    cold: ColdHash

    @property
    def equal(self) -> bool:
        """Whether size and hash are as they must be."""
        return (self.cold.size, self.cold.sha256) == self.expected


class _Opened(NamedTuple):
    path: str
    expected: ManifestEntry
    file: ColdFile


class _Portion(NamedTuple):
    """Files that are read one after the other: in a thread of the pool, or (no `future`) by whoever collects them."""

    files: Sequence[_Opened]
    future: Future[list[Found]] | None


class _Asked(NamedTuple):
    """Files that the helper reads; those that it does not are read by whoever collects them."""

    files: Sequence[Expected]
    answer: Answer


class ColdReader:
    """Reads files below one NAS directory; `boundary` runs before each file and may raise.

    Raises TaskFailedError(TARGET) for read errors, and what `boundary` raises.
    """

    def __init__(
        self, target: Folders, pool: ThreadPoolExecutor, meter: Meter, boundary: Boundary, helper: Helper | None = None
    ) -> None:
        self._target = target
        self._pool = pool
        self._meter = meter
        self._boundary = boundary
        self._helper = helper
        self._local = can_share(target.get(""))

    def read(self, files: Iterable[Expected]) -> Generator[Found]:
        """Every file, in order."""
        before: list[_Portion | _Asked] = []
        now: list[_Portion | _Asked] = []
        try:
            for group in _groups(files, min(GROUP_FILES, 2 * eighth()), self._local):
                self._open(group, now)
                yield from self._collect(before)
                before, now = now, before
            yield from self._collect(before)
        finally:
            _abandon(before + now)

    def _open(self, group: list[Expected], running: list[_Portion | _Asked]) -> None:
        """Open and prefetch the whole group before its first file is read; the helper does so with a part of it.

        Bigger files on a local disk are read as they come: what is asked for early comes in pages of 4 KiB, and one
        read after the other in big ones, for less than the wait is worth there.
        """
        if self._helper is not None and len(group) >= PORTION and self._helper.free:
            theirs, group = _shared(group)
            running.append(_Asked(theirs, self._helper.read([path for path, _ in theirs])))
        opened: list[_Opened] = []
        try:
            for path, expected in group:
                with on_target(path):
                    early = not self._local or expected.size < SMALL
                    opened.append(_Opened(path, expected, ColdFile(*self._target.parent(path), prefetch=early)))
                self._target.trim()
        except BaseException:
            for one in opened:
                one.file.close()
            raise
        parts = portions(opened, lambda one: one.expected.size, self._local)
        alone = len(parts) == 1
        running += [_Portion(part, None if alone else self._pool.submit(self._hash, part)) for part in parts]

    def _hash(self, part: Sequence[_Opened]) -> list[Found]:
        return [self._hash_one(*one) for one in part]

    def _hash_one(self, path: str, expected: ManifestEntry, file: ColdFile) -> Found:
        with file:
            self._boundary()
            with on_target(path):
                found = file.hash(self._meter.chunk)
        self._meter.add(1, 0)
        return Found(path, expected, found)

    def _collect(self, running: list[_Portion | _Asked]) -> Iterator[Found]:
        """Every file read; what the helper has is asked for last."""
        for part in sorted(running, key=lambda part: isinstance(part, _Asked)):
            if isinstance(part, _Asked):
                yield from self._answered(part)
            else:
                yield from self._hash(part.files) if part.future is None else part.future.result()
        running.clear()

    def _answered(self, asked: _Asked) -> Iterator[Found]:
        self._boundary()
        done = [ColdHash(size, sha256, Reading(reading)) for size, sha256, reading in asked.answer.wait()]
        self._meter.chunk(sum(one.size for one in done))
        self._meter.add(len(done), 0)
        for (path, expected), cold in zip(asked.files, done, strict=False):
            yield Found(path, expected, cold)
        for path, expected in asked.files[len(done) :]:
            with on_target(path):
                file = ColdFile(*self._target.parent(path))
            yield self._hash_one(path, expected, file)


def _abandon(running: Sequence[_Portion | _Asked]) -> None:
    """After a failure: nothing new is begun, what runs comes to its end, every handle is given back."""
    read_here = [part for part in running if isinstance(part, _Portion)]
    futures = [part.future for part in read_here if part.future is not None]
    for future in futures:
        future.cancel()
    wait(futures)
    for part in read_here:
        for one in part.files:
            one.file.close()


def _shared(group: Sequence[Expected]) -> tuple[list[Expected], list[Expected]]:
    """What of a group the helper gets, and what stays: less, because whoever asks lists and compares as well."""
    theirs = [one for one in group if one[1].size < SMALL][: 3 * len(group) // 5]
    asked = {path for path, _ in theirs}
    return theirs, [one for one in group if one[0] not in asked]


def _groups(files: Iterable[Expected], most: int, local: bool) -> Iterator[list[Expected]]:
    group, load = list[Expected](), Load(local)
    for path, expected in files:
        if not load.takes(expected.size):
            yield group
            group, load = [], Load(local)
        group.append((path, expected))
        load.add(expected.size)
        if len(group) >= most or load.full:
            yield group
            group, load = [], Load(local)
    if group:
        yield group
