from __future__ import annotations

import os
import resource
import time
from pathlib import Path

from exlab_wizard.fsys import Dir
from exlab_wizard.runs.scan import scan
from exlab_wizard.threads import Courtesy


def pauses() -> int:
    """How often this thread went to sleep of its own accord so far."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


def test_who_computes_on_and_on_sleeps_now_and_then() -> None:
    courtesy, before, until = Courtesy(), pauses(), time.thread_time() + 0.1
    while time.thread_time() < until:
        courtesy.step()
    assert pauses() - before >= 5


def test_who_has_just_begun_goes_on() -> None:
    courtesy, before = Courtesy(), pauses()
    courtesy.step()
    assert pauses() == before


def test_a_walk_over_many_files_gives_way(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    for number in range(3000):
        os.close(os.open(f"{number}.tif", os.O_CREAT | os.O_WRONLY, dir_fd=handle))
    os.close(handle)
    with Dir.open(tmp_path) as run:
        scan(run)
        before = pauses()
        assert scan(run).file_count == 3000
    assert pauses() - before >= 2
