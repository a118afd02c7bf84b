from __future__ import annotations

import os
import stat

import pytest

from exlab_wizard.runs.scan import Identity
from exlab_wizard.sync.engine.plan import Step, decide, when_different
from exlab_wizard.sync.engine.records import GONE, Record

NOW = Identity(100, 1, 2, 3)
OURS = Record.of(NOW, "0" * 64, published=True)
ADOPTED = OURS._replace(published=False)
TOUCHED = OURS._replace(mtime_ns=9)


def found(size: int, kind: int = stat.S_IFREG) -> os.stat_result:
    return os.stat_result((kind | 0o644, 1, 1, 1, 0, 0, size, 0, 0, 0))


@pytest.mark.parametrize(
    ("record", "on_nas", "step"),
    [
        (None, None, Step.COPY),
        (OURS, None, Step.COPY),
        (OURS, found(100), Step.KEEP),
        (ADOPTED, found(100), Step.KEEP),
        (OURS._replace(inode=GONE), found(100), Step.COMPARE),
        (TOUCHED, found(100), Step.COMPARE),
        (None, found(100), Step.COMPARE),
        (OURS, found(99), Step.REPLACE),
        (TOUCHED, found(0), Step.REPLACE),
        (ADOPTED, found(99), Step.CONFLICT),
        (None, found(101), Step.CONFLICT),
        (OURS, found(100, stat.S_IFLNK), Step.CONFLICT),
        (OURS, found(100, stat.S_IFDIR), Step.CONFLICT),
        (None, found(100, stat.S_IFIFO), Step.CONFLICT),
    ],
)
def test_what_one_file_needs(record: Record | None, on_nas: os.stat_result | None, step: Step) -> None:
    assert decide(NOW, record, on_nas) is step


@pytest.mark.parametrize(("record", "step"), [(None, Step.CONFLICT), (ADOPTED, Step.CONFLICT), (OURS, Step.REPLACE)])
def test_only_what_we_wrote_may_be_moved(record: Record | None, step: Step) -> None:
    assert when_different(record) is step
