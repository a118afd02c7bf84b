import assert from "node:assert/strict";
import test from "node:test";

import { DAY_MS, gapsOf, hourMarks, readingsOf, stretchesOf, windowOf } from "../src/table/activity";
import { activityText, readingText, secondsUntilFull } from "../src/table/activitywords";
import type { Activity, ActivityPoint } from "../src/table/activity";

const AT = Date.parse("2026-11-23T14:00:00Z");
const GIB = 2 ** 30;
const BUCKET = 300_000;

/** A point `back` buckets before the answer. */
function point(back: number, more: Partial<ActivityPoint> = {}): ActivityPoint {
  const at = new Date(AT - back * BUCKET).toISOString();
  return { at, bytes_synced: GIB, bytes_staged: 0, disk_free: 512 * GIB, disk_total: 1024 * GIB, ...more };
}

function record(points: ActivityPoint[]): Activity {
  return { at: new Date(AT).toISOString(), bucket_seconds: 300, points };
}

/** `count` points up to the answer, each changed by its place in time. */
function steady(count: number, change: (index: number) => Partial<ActivityPoint> = () => ({})): Activity {
  return record(Array.from({ length: count }, (_, index) => point(count - index, change(index))));
}

void test("a whole day is one stretch without a gap, and its sum is said", () => {
  const day = steady(288);
  const stretches = stretchesOf(readingsOf(day));
  assert.equal(stretches.length, 1);
  assert.deepEqual(gapsOf(stretches, windowOf(day), 300), []);
  assert.equal(activityText(day), "288 GiB synced in the last 24 h; staging disk 50 % full.");
});

void test("nothing, and a single point, are told as they are", () => {
  assert.equal(activityText(record([])), "No record yet: the first point comes within a few minutes.");
  assert.equal(activityText(record([point(1)])), "1.0 GiB synced in the last 5 min; staging disk 50 % full.");
  assert.equal(
    activityText(record([point(1, { bytes_synced: 0, disk_free: null })])),
    "Nothing synced in the last 5 min.",
  );
});

void test("where nobody recorded is a gap and is said", () => {
  const day = record([...steady(288).points.slice(0, 100), ...steady(288).points.slice(160)]);
  const stretches = stretchesOf(readingsOf(day));
  const gaps = gapsOf(stretches, windowOf(day), 300);
  assert.equal(gaps.length, 1);
  assert.equal((gaps[0]?.to ?? 0) - (gaps[0]?.from ?? 0), 60 * BUCKET);
  assert.equal(activityText(day), "228 GiB synced in the last 24 h (no record for 5 h of it); staging disk 50 % full.");
  assert.match(readingText(readingsOf(day), AT - 150 * BUCKET), /^\d\d:\d\d: no record$/);
});

void test("the bucket under way is no gap, and its rate no wonder", () => {
  const under = record([point(2), point(1), { ...point(0), at: shifted(point(0).at, -10_000) }]);
  assert.deepEqual(
    readingsOf(under).map(({ from, to, bytesPerSecond }) => [(to - from) / 1000, Math.round(GIB / bytesPerSecond)]),
    [
      [300, 300],
      [300, 300],
      [10, 120],
    ],
  );
  assert.deepEqual(gapsOf(stretchesOf(readingsOf(steady(288))), { from: AT - DAY_MS, to: AT + 400_000 }, 300), []);
});

void test("a pace is told only where the disk fills steadily", () => {
  const filling = (index: number) => ({ disk_free: (600 - index) * GIB });
  assert.equal(Math.round((secondsUntilFull(readingsOf(steady(288, filling))) ?? 0) / 300), 313);
  assert.match(activityText(steady(288, filling)), /staging disk 69 % full, full in about a day at this pace\.$/);
  assert.equal(secondsUntilFull(readingsOf(steady(20, filling))), null, "too short a record");
  assert.equal(secondsUntilFull(readingsOf(steady(288))), null, "nothing changes");
  assert.equal(secondsUntilFull(readingsOf(steady(288, (at) => ({ disk_free: at * GIB })))), null, "it empties");
  const saw = (index: number) => ({ disk_free: (500 + 40 * (index % 12)) * GIB });
  assert.equal(secondsUntilFull(readingsOf(steady(288, saw))), null, "filled and cleared in turns");
  const slow = (index: number) => ({ disk_free: 500 * GIB - index * 2 ** 20 });
  assert.equal(secondsUntilFull(readingsOf(steady(288, slow))), null, "months away");
});

void test("what makes no sense is left out, not drawn", () => {
  const odd = [
    point(4),
    { ...point(3), at: "never" },
    point(9),
    point(2, { bytes_synced: -5, disk_total: 0 }),
    point(-3),
  ];
  const readings = readingsOf(record(odd));
  assert.deepEqual(
    readings.map(({ bytes, full }) => [bytes, full]),
    [
      [GIB, 0.5],
      [0, null],
    ],
  );
});

void test("a reading is said with its rate, its sum and the disk", () => {
  const words = readingText(readingsOf(steady(288)), AT - 1);
  assert.match(words, /^\d\d:\d\d to \d\d:\d\d: 3\.4 MiB\/s, 1\.0 GiB synced; staging disk 50 % full, 512 GiB free$/);
});

void test("hours are marked where the clock shows them, also over a change of the clock", () => {
  const window = { from: AT - DAY_MS, to: AT };
  for (const every of [1, 3, 6, 12]) {
    const marks = hourMarks(window, every);
    assert.ok(Math.abs(marks.length - 24 / every) <= 1);
    assert.ok(marks.every((mark) => mark > window.from && mark < window.to));
    assert.ok(marks.every((mark) => new Date(mark).getHours() % every === 0 && new Date(mark).getMinutes() === 0));
  }
});

function shifted(iso: string, by: number): string {
  return new Date(Date.parse(iso) + by).toISOString();
}
