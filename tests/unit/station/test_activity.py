"""The record of the last day: what a bucket holds, what survives, and what no clock or damaged file can do to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from exlab_wizard.fsys import Dir
from exlab_wizard.station.activity import ACTIVITY_NAME, ActivityRecord, read_points
from exlab_wizard.station.activity_points import DAY_SECONDS, Point, from_text, last_day, to_text

NOON = 1_780_000_200.0  # the beginning of a bucket, seconds since 1970
DISK = {"free": 70, "total": 100}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Dir]:
    with Dir.open(tmp_path) as folder:
        yield folder


def told(record: ActivityRecord, now: float) -> list[tuple[float, int, int]]:
    answer = last_day(record.points, datetime.fromtimestamp(now, UTC))
    assert [point.at for point in answer.points] == sorted({point.at for point in answer.points})
    return [(point.at.timestamp() - NOON, point.bytes_synced, point.bytes_staged) for point in answer.points]


def test_a_bucket_adds_up_what_was_synced_and_keeps_the_last_sizes(state: Dir) -> None:
    record = ActivityRecord()
    for second, synced, staged in [(0, 5, 100), (10, 7, 90), (299, 0, 80), (300, 1, 70)]:
        record.synced(synced)
        record.note(state, NOON + second, staged, DISK)
    assert told(record, NOON + 301) == [(0, 12, 80), (300, 1, 70)]
    (first, _) = last_day(record.points, datetime.fromtimestamp(NOON + 301, UTC)).points
    assert (first.disk_free, first.disk_total) == (70, 100)


def test_a_time_without_a_server_is_a_gap(state: Dir) -> None:
    record = ActivityRecord()
    record.note(state, NOON, 1, DISK)
    record.note(state, NOON + 3000, 2, None)
    assert [at for at, _, _ in told(record, NOON + 3001)] == [0, 3000]


def test_only_a_day_is_told_and_the_file_stays_small(state: Dir, tmp_path: Path) -> None:
    record = ActivityRecord()
    with mock.patch.object(Dir, "replace"):  # so many flushes would only take their time
        for number in range(700):
            record.note(state, NOON + number * 300, 10**15 + number, {"free": 10**15, "total": 10**16})
    record.save(state)
    found = told(record, NOON + 699 * 300)
    assert len(found) == 288 and found[-1][0] == 699 * 300
    assert (tmp_path / ACTIVITY_NAME).stat().st_size < 64 * 1024


def test_it_is_written_once_a_bucket_and_taken_up_again(state: Dir) -> None:
    record = ActivityRecord()
    with mock.patch.object(Dir, "replace", autospec=True, side_effect=Dir.replace) as writing:
        for second in range(0, 900, 10):
            record.synced(3)
            record.note(state, NOON + second, 50, DISK)
    assert writing.call_count == 3
    record.save(state)
    again = ActivityRecord()
    again.load(state)
    assert again.points == record.points
    again.synced(10)
    again.note(state, NOON + 890, 40, DISK)
    assert told(again, NOON + 890)[-1] == (600, 30 * 3 + 10, 40), "the same bucket goes on"


def test_a_clock_that_jumps_takes_no_history_along(state: Dir) -> None:
    record = ActivityRecord()
    for number in range(10):
        record.note(state, NOON + number * 300, number, DISK)
    year = 365 * DAY_SECONDS
    record.note(state, NOON + year, 99, DISK)
    record.note(state, NOON - year, 98, DISK)
    record.note(state, NOON + 2999, 50, DISK)
    assert len(told(record, NOON + 2999)) == 10 and told(record, NOON + 2999)[-1][2] == 50
    record.note(state, NOON, 7, DISK)  # an hour back: the bucket has the newest sizes
    assert told(record, NOON + 1)[0] == (0, 0, 7)


GOOD = to_text({int(NOON): Point(1, 2, 3, None)})


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "7", '{"points": 3}', '{"points": [1, [1], "x", null]}', GOOD[:-5], "[" * 100_000,
     '{"points": [[1, 2, 3, 4, -5], [1.5, 2, 3, 4, 5], [true, 1, 1, 1, 1], [1, "2", 3, 4, 5], [NaN, 1, 1, 1, 1]]}',
     '{"points": [[1, 1, 1, 1, ' + "9" * 30 + "]]}", '{"points": [[[], 1, 1, 1, 1]]}'],
)  # fmt: skip
def test_a_damaged_file_starts_it_anew(state: Dir, tmp_path: Path, text: str) -> None:
    (tmp_path / ACTIVITY_NAME).write_text(text)
    record = ActivityRecord()
    record.load(state)
    assert record.points == {}
    record.note(state, NOON, 1, DISK)
    assert read_points(state) == record.points != {}


def test_one_bad_line_takes_no_other_along() -> None:
    assert list(from_text(GOOD.replace("]]", '], ["x"]]'))) == [int(NOON)]


@pytest.mark.parametrize(
    "made",
    [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/passwd"), lambda path: path.write_bytes(b"\xff\xfe")],
    ids=["folder", "fifo", "link", "bytes"],
)
def test_whatever_lies_under_its_name_is_no_trouble(state: Dir, tmp_path: Path, made: object) -> None:
    made(tmp_path / ACTIVITY_NAME)  # type: ignore[operator]
    record = ActivityRecord()
    record.load(state)
    record.note(state, NOON, 1, DISK)
    assert told(record, NOON) == [(0, 0, 1)]


def test_a_full_disk_only_costs_the_file(state: Dir) -> None:
    record = ActivityRecord()
    with mock.patch.object(Dir, "replace", side_effect=OSError(28, "No space left on device")):
        record.note(state, NOON, 1, DISK)
    record.note(state, NOON + 300, 2, DISK)
    assert read_points(state) == record.points and len(record.points) == 2
