from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exlab_wizard.config import Equipment
from exlab_wizard.fsys import Dir
from exlab_wizard.observer.completeness import Settling, signal_missing, wait_seconds
from tests.support.lab import SENTINEL, equipment


def instrument(**changes: Any) -> Equipment:
    return Equipment.model_validate(equipment(Path("/mnt/nas"), **changes))


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Dir]:
    with Dir.open(tmp_path) as folder:
        yield folder


# ------------------------------------------------------------------ settled


def test_a_tree_settles_when_two_scans_agree_over_the_whole_time() -> None:
    settling = Settling()
    assert not settling.observe("a", 100.0), "the first look is no change"
    assert settling.remaining(60, 100.0) == 60
    assert settling.remaining(60, 130.0) == 30
    assert settling.remaining(60, 161.0) > 0, "one scan does not agree with anything"
    assert not settling.observe("a", 161.0)
    assert settling.remaining(60, 161.0) == 0


def test_a_change_starts_the_time_anew() -> None:
    settling = Settling()
    settling.observe("a", 100.0)
    assert settling.observe("b", 159.0)
    assert settling.remaining(60, 160.0) == 59
    assert settling.observe("a", 170.0), "back to what it was is a change as well"
    assert settling.remaining(60, 170.0) == 60


def test_settling_at_once_still_takes_two_scans() -> None:
    settling = Settling()
    settling.observe("a", 5.0)
    assert settling.remaining(0, 5.0) > 0
    settling.observe("a", 5.0)
    assert settling.remaining(0, 5.0) == 0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 100)), min_size=1, max_size=20), st.floats(0, 300))
def test_settled_means_unchanged_for_that_long(looks: list[tuple[str, float]], settle: float) -> None:
    settling, now, seen = Settling(), 1000.0, []
    for fingerprint, pause in looks:
        now += pause
        settling.observe(fingerprint, now)
        seen.append((fingerprint, now))
    if settling.remaining(settle, now) == 0:
        row = list(takewhile(lambda look: look[0] == seen[-1][0], reversed(seen)))
        assert len(row) >= 2
        assert now - row[-1][1] >= settle - 1e-9


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({"settle_seconds": 90}, 90),
        ({"completeness_signal": "quiet_period", "quiet_minutes": 60, "settle_seconds": 60}, 3600),
        ({"completeness_signal": "quiet_period", "quiet_minutes": 1, "settle_seconds": 120}, 120),
        ({"completeness_signal": "manifest", "manifest_filename": "m.json", "settle_seconds": 5}, 5),
    ],
)
def test_how_long_a_run_must_rest(changes: dict[str, Any], seconds: float) -> None:
    assert wait_seconds(instrument(**changes)) == seconds


# ------------------------------------------------------------------ signalled


def test_the_sentinel_is_a_regular_file(run: Dir, tmp_path: Path) -> None:
    one = instrument()
    assert signal_missing(one, run, {}) == f"{SENTINEL} has not arrived"
    (tmp_path / SENTINEL).mkdir()
    assert signal_missing(one, run, {}) == f"{SENTINEL} is not a regular file"
    (tmp_path / SENTINEL).rmdir()
    (tmp_path / SENTINEL).symlink_to("/etc/passwd")
    assert signal_missing(one, run, {}) == f"{SENTINEL} is not a regular file"
    (tmp_path / SENTINEL).unlink()
    (tmp_path / SENTINEL).touch()
    assert signal_missing(one, run, {}) == ""


def test_quiet_needs_no_signal(run: Dir) -> None:
    assert signal_missing(instrument(completeness_signal="quiet_period", quiet_minutes=60), run, {}) == ""


A = {"path": "a.tif", "size": 3}
B = {"path": "deep/b.tif", "size": 5}


@pytest.mark.parametrize(
    ("content", "sizes", "says"),
    [
        ({"files": [A, B]}, {"a.tif": 3, "deep/b.tif": 5, "more": 1}, None),
        ({"files": [A, B]}, {"a.tif": 3}, "'deep/b.tif' is not there yet (5 bytes)"),
        ({"files": [A, B]}, {"a.tif": 2, "deep/b.tif": 5}, "'a.tif' has 2 bytes"),
        ({"files": [A, B]}, {}, "1 more"),
        ({"files": []}, {"a.tif": 3}, "lists no files"),
        ({"files": [A, A]}, {"a.tif": 3}, "twice"),
        ({"files": [{"path": "../a.tif", "size": 3}]}, {"a.tif": 3}, ".."),
        ({"files": [{"path": "/a.tif", "size": 3}]}, {"a.tif": 3}, "absolute"),
        (b'{"files": [', {"a.tif": 3}, "half written"),
        (b"", {}, "empty"),
    ],
)
def test_the_manifest_says_what_is_missing(
    run: Dir, tmp_path: Path, content: dict[str, Any] | bytes, sizes: dict[str, int], says: str | None
) -> None:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (tmp_path / "m.json").write_bytes(data)
    missing = signal_missing(instrument(completeness_signal="manifest", manifest_filename="m.json"), run, sizes)
    if says is None:
        assert missing == ""
    else:
        assert says in missing
        assert not missing.endswith(".")


@pytest.mark.parametrize("kind", ["missing", "fifo", "link"])
def test_a_manifest_that_is_no_file_is_not_opened(run: Dir, tmp_path: Path, kind: str) -> None:
    one = instrument(completeness_signal="manifest", manifest_filename="m.json")
    if kind == "fifo":
        os.mkfifo(tmp_path / "m.json")
    elif kind == "link":
        (tmp_path / "m.json").symlink_to("elsewhere")
    wanted = "has not arrived" if kind == "missing" else "is not a regular file"
    assert signal_missing(one, run, {}) == f"m.json {wanted}"
