"""Owns the files of the next batch: collected, and copied by this process and its helper side by side."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from exlab_wizard.sync.engine.flush import SHARED_FROM
from exlab_wizard.sync.engine.helper import AHEAD, PORTION, SMALL, Answer, Request
from exlab_wizard.sync.engine.job import SyncJob
from exlab_wizard.sync.engine.plan import Step
from exlab_wizard.sync.engine.portions import Load
from exlab_wizard.sync.engine.prepare import Item, Prepared, check_given, close_open, prepare_all
from exlab_wizard.sync.engine.stream import Digest

_OWN = 16  # files copied here before the helper is looked at again


class _Asked(NamedTuple):
    items: Sequence[Item]
    temporaries: Sequence[str]
    answer: Answer


class Spread:
    """Collects files until they are taken; meanwhile the helper, if there is one, copies what it can."""

    def __init__(self, job: SyncJob, pool: ThreadPoolExecutor) -> None:
        self._job, self._pool = job, pool
        self._others: list[Item] = []
        self._small: list[Item] = []
        self._asked: list[_Asked] = []
        self.file_total, self.load = 0, Load(job.shares_flush)

    def add(self, item: Item) -> None:
        """One more file."""
        self.file_total += 1
        self.load.add(item.source.identity.size)
        if self._job.helper is None or not self._job.shares_flush or not _is_plain(item):
            self._others.append(item)
            return
        self._small.append(item)
        if len(self._small) >= PORTION and len(self._asked) < AHEAD:
            self._ask(PORTION)

    def take(self) -> list[Prepared]:
        """Every file prepared (see `prepare_all`, whose errors it raises); nothing is left in here."""
        others, self._others = self._others, []
        self.file_total, self.load = 0, Load(self._job.shares_flush)
        if not self._small and not self._asked:
            return prepare_all(self._job, self._pool, others)
        done: list[Prepared] = []
        try:
            while self._small:
                self._share(done)
            done += prepare_all(self._job, self._pool, others)
            while self._asked:
                self._collect(self._asked[0], done)
                del self._asked[0]
        except BaseException:
            close_open(done)
            raise
        return done

    def _share(self, done: list[Prepared]) -> None:
        """A portion for the helper when it has nothing to do, else a few files here."""
        helper = self._job.helper
        if helper is not None and helper.free and len(self._small) > _OWN:
            self._ask(min(PORTION, len(self._small) // 2))
        else:
            own, self._small = self._small[-_OWN:], self._small[:-_OWN]
            done += prepare_all(self._job, self._pool, own, True)

    def _ask(self, count: int) -> None:
        items, self._small = self._small[:count], self._small[count:]
        temporaries = [self._job.temporary() for _ in items]
        assert self._job.helper is not None
        requests = [
            Request(item.source.path, item.source.identity, name) for item, name in zip(items, temporaries, strict=True)
        ]
        self._asked.append(_Asked(items, temporaries, self._job.helper.copy(requests)))

    def _collect(self, asked: _Asked, done: list[Prepared]) -> None:
        """What the helper copied, and, made here, what it did not."""
        digests = [Digest(*file) for file in asked.answer.wait()]
        copies, asked.answer.copies = asked.answer.copies, []
        done += [
            Prepared(item, digest, temporary, fd=fd)
            for item, digest, temporary, fd in zip(asked.items, digests, asked.temporaries, copies, strict=False)
        ]
        made = len(copies)
        self._job.fence.check()
        self._job.meter.chunk(sum(digest.size for digest in digests[:made]))
        for item, digest in zip(asked.items, digests[:made], strict=False):
            check_given(self._job, item.source.path, digest.sha256)
        done += prepare_all(self._job, self._pool, asked.items[made:], True)

    def give_up(self) -> None:
        """Nothing of it will be published."""
        if self._asked and self._job.helper is not None:
            self._job.helper.stop()  # so that every answer is there
        for asked in self._asked:
            asked.answer.give_up()
        self._asked = []


def _is_plain(item: Item) -> bool:
    """A small file whose name is free on the NAS."""
    return item.step is Step.COPY and item.source.steady and item.source.identity.size < SMALL


assert PORTION >= SHARED_FROM  # whatever the helper was asked for shares a flush
