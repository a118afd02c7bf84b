// Owns the record of the last day as readings in time: which of them join, where there is none, and the hours beside.

/** One bucket of `GET /staging/activity`; `at` is when it began. */
export interface ActivityPoint {
  at: string;
  bytes_synced: number;
  bytes_staged: number;
  disk_free: number | null;
  disk_total: number | null;
}

/** The answer of `GET /staging/activity`: the last 24 h, oldest first. */
export interface Activity {
  at: string;
  bucket_seconds: number;
  points: ActivityPoint[];
}

/** One bucket as it is drawn; times in ms since 1970. */
export interface Reading {
  from: number;
  to: number;
  bytes: number;
  bytesPerSecond: number;
  /** Share of the staging disk in use, 0 to 1; null where it was not known. */
  full: number | null;
  free: number | null;
}

/** A span of time, in ms since 1970. */
export interface Span {
  from: number;
  to: number;
}

const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
/** Two buckets this close are neighbours: a record is made when the server comes to it, not to the millisecond. */
const SLACK = 0.5;
/**
 * A bucket under way is reckoned as at least so long: a file counts once it is whole, so one that has just begun may
 * hold what was copied before it.
 */
const SHORTEST_MS = 2 * MINUTE_MS;

/** The window the chart shows: the 24 h before the server answered. */
export function windowOf(activity: Activity): Span {
  const to = Date.parse(activity.at);
  return { from: to - DAY_MS, to };
}

/** The readings in the window, in time; whatever makes no sense is left out rather than drawn. */
export function readingsOf(activity: Activity): Reading[] {
  const window = windowOf(activity);
  const found: Reading[] = [];
  for (const point of activity.points) {
    const from = Math.max(Date.parse(point.at), window.from);
    const to = Math.min(Date.parse(point.at) + activity.bucket_seconds * SECOND_MS, window.to);
    const before = found.at(-1);
    if (!(to > from) || (before && from < before.to - MINUTE_MS)) continue; // also where a time is no time
    const bytes = Math.max(0, point.bytes_synced);
    found.push({
      from,
      to,
      bytes,
      bytesPerSecond: (bytes * SECOND_MS) / Math.max(to - from, SHORTEST_MS),
      ...diskOf(point),
    });
  }
  return found;
}

function diskOf(point: ActivityPoint): { full: number | null; free: number | null } {
  const { disk_free: free, disk_total: total } = point;
  if (free === null || total === null || total <= 0) return { full: null, free: null };
  return { full: Math.min(1, Math.max(0, 1 - free / total)), free };
}

/** Readings in unbroken stretches; between two of them nobody recorded. */
export function stretchesOf(readings: Reading[]): Reading[][] {
  const stretches: Reading[][] = [];
  for (const reading of readings) {
    const last = stretches.at(-1);
    const before = last?.at(-1);
    if (last && before && reading.from - before.to <= SLACK * (before.to - before.from)) last.push(reading);
    else stretches.push([reading]);
  }
  return stretches;
}

/** Where there is no record: before the first stretch, between two, and after the last. */
export function gapsOf(stretches: Reading[][], window: Span, bucketSeconds: number): Span[] {
  const gaps: Span[] = [];
  let end = window.from;
  for (const stretch of stretches) {
    const [first, last] = [stretch[0], stretch.at(-1)];
    if (!first || !last) continue;
    if (first.from - end > MINUTE_MS) gaps.push({ from: end, to: first.from });
    end = last.to;
  }
  // the bucket under way is not written yet: that is no gap
  if (window.to - end > (1 + SLACK) * bucketSeconds * SECOND_MS) gaps.push({ from: end, to: window.to });
  return gaps;
}

/** The reading at a time, if there is one. */
export function readingAt(readings: Reading[], time: number): Reading | null {
  return readings.find((reading) => reading.from <= time && time < reading.to) ?? null;
}

/** Local full hours in the window, `every` so many hours from midnight: where the axis has its marks. */
export function hourMarks(window: Span, every: number): number[] {
  const marks: number[] = [];
  const at = new Date(window.from);
  at.setMinutes(0, 0, 0);
  for (let step = 0; step <= 26; step += 1) {
    at.setTime(at.getTime() + HOUR_MS); // an hour of the clock put forward or back is met or missed, never doubled
    if (at.getTime() >= window.to) break;
    if (at.getHours() % every === 0) marks.push(at.getTime());
  }
  return marks;
}
