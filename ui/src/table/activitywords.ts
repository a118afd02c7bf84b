// Owns what the last day was in words: how much was synced, how full the disk is, and the pace where there is one.

import { DAY_MS, HOUR_MS, MINUTE_MS, readingAt, readingsOf, windowOf } from "./activity";
import { clockText, countText, durationText, sizeText, spanText } from "./words";
import type { Activity, Reading, Span } from "./activity";

/** What the last day was, in one sentence. */
export function activityText(activity: Activity): string {
  const readings = readingsOf(activity);
  if (!readings.length) return "No record yet: the first point comes within a few minutes.";
  return `${syncedText(readings, windowOf(activity))}${diskText(readings)}.`;
}

function syncedText(readings: Reading[], window: Span): string {
  const bytes = readings.reduce((sum, reading) => sum + reading.bytes, 0);
  const recorded = readings.reduce((sum, reading) => sum + reading.to - reading.from, 0);
  const first = readings[0]?.from ?? window.from;
  const span = window.to - first > DAY_MS - 20 * MINUTE_MS ? "24 h" : spanText((window.to - first) / 1000);
  const lost = Math.min(window.to - first, DAY_MS) - recorded;
  const holes = lost > 15 * MINUTE_MS ? ` (no record for ${spanText(lost / 1000)} of it)` : "";
  return `${bytes > 0 ? sizeText(bytes) : "Nothing"} synced in the last ${span}${holes}`;
}

function diskText(readings: Reading[]): string {
  const full = readings.at(-1)?.full ?? null;
  if (full === null) return "";
  const left = secondsUntilFull(readings);
  const pace = left === null ? "" : `, full in ${daysText(left)} at this pace`;
  return `; staging disk ${percentText(full)} full${pace}`;
}

/** Whole percent: 100 only where nothing is free. */
export function percentText(full: number): string {
  return `${full >= 1 ? 100 : Math.min(99, Math.round(full * 100))} %`;
}

function daysText(seconds: number): string {
  const days = Math.round((seconds * 1000) / DAY_MS);
  return days < 2 ? durationText(seconds).replace("more than a day", "about a day") : `about ${countText(days)} days`;
}

/** How far back the pace is looked at, how much of that must be known, and how straight it must be. */
const PACE_MS = 6 * HOUR_MS;
const PACE_KNOWN_MS = 3 * HOUR_MS;
const PACE_STRAIGHT = 0.8;
/** Beyond this nobody can say. */
const PACE_LIMIT_SECONDS = 14 * 86_400;

/** When the staging disk is full if it goes on as in the last hours; null where that would be a guess: too short a
 * record, no steady growth, or too far away. */
export function secondsUntilFull(readings: Reading[]): number | null {
  const last = readings.at(-1);
  const full = last?.full ?? null;
  if (!last || full === null) return null;
  const near = readings.filter((reading) => reading.full !== null && reading.from >= last.to - PACE_MS);
  const known = near.reduce((sum, reading) => sum + reading.to - reading.from, 0);
  if (known < PACE_KNOWN_MS) return null;
  const { slope, straight } = lineThrough(near.map((reading) => [reading.to / 1000, reading.full ?? 0]));
  if (slope <= 0 || straight < PACE_STRAIGHT) return null;
  const seconds = (1 - full) / slope;
  return seconds > PACE_LIMIT_SECONDS ? null : seconds;
}

/** Least squares: the slope, and how much of the change it explains (0 to 1). */
function lineThrough(points: [number, number][]): { slope: number; straight: number } {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const [xx, xy, yy] = points.reduce(
    ([a, b, c], [x, y]) => [a + (x - meanX) ** 2, b + (x - meanX) * (y - meanY), c + (y - meanY) ** 2],
    [0, 0, 0],
  );
  return xx > 0 && yy > 0 ? { slope: xy / xx, straight: xy ** 2 / (xx * yy) } : { slope: 0, straight: 0 };
}

/** What was at a time, for the one who points there. */
export function readingText(readings: Reading[], time: number): string {
  const reading = readingAt(readings, time);
  if (!reading) return `${timeText(time)}: no record`;
  const when = `${timeText(reading.from)} to ${timeText(reading.to)}`;
  const rate =
    reading.bytes > 0 ? `${sizeText(reading.bytesPerSecond)}/s, ${sizeText(reading.bytes)} synced` : "nothing synced";
  if (reading.full === null || reading.free === null) return `${when}: ${rate}`;
  return `${when}: ${rate}; staging disk ${percentText(reading.full)} full, ${sizeText(reading.free)} free`;
}

/** Local time of day alone: within 24 h no day is needed. */
export function timeText(time: number): string {
  return clockText(new Date(time), new Date(time));
}
