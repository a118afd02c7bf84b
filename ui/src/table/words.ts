// Owns how sizes, counts, times and progress are said, in the words of exlab_wizard/units.py (a test compares them).

import type { Progress, Row, StateWord } from "./types";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86400;
/** Seconds without bytes after which no estimate is given. */
const SILENCE = 30;

// made once: each costs more than a thousand uses of it
const COUNT = new Intl.NumberFormat("en-GB");
const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const STAMP = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "medium" });

/** Bytes in IEC units: "640 B", "1.3 TiB", "12 GiB". */
export function sizeText(bytes: number) {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (Math.round(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A whole number with thousands separated: "1,024". */
export function countText(count: number) {
  return COUNT.format(Math.round(count));
}

/** Marks that turn the direction of what follows, which is no part of a sentence. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;

/** A sentence with names in it that may hold such marks: they are written out, as in the service's log. */
export function straightText(text: string) {
  return text.replace(TURNING, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
}

/** "1 run", "12 runs". */
export function plural(count: number, noun: string) {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** An estimate: "a few seconds", "about 40 s", "about 12 min", "about 1.5 h", "more than a day". */
export function durationText(seconds: number) {
  if (seconds > DAY) return "more than a day";
  if (seconds < 10) return "a few seconds";
  if (seconds < 55) return `about ${Math.round(seconds / 10) * 10} s`;
  if (seconds < 57.5 * MINUTE) return `about ${roundedMinutes(seconds)} min`;
  return `about ${Math.round((seconds / HOUR) * 2) / 2} h`;
}

/** Whole minutes up to ten, then steps of five: an estimate must not pretend to know better. */
function roundedMinutes(seconds: number) {
  const minutes = Math.max(1, Math.round(seconds / MINUTE));
  return minutes <= 10 ? minutes : Math.round(minutes / 5) * 5;
}

/** A measured span in one unit, rounded down: "40 s", "12 min", "3 h", "2 days". */
export function spanText(seconds: number) {
  const span = Math.max(0, seconds);
  if (span < MINUTE) return `${Math.floor(span)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < DAY) return `${Math.floor(span / HOUR)} h`;
  return plural(Math.floor(span / DAY), "day");
}

/** "just now", "40 s ago", "5 days ago". */
export function agoText(seconds: number) {
  return seconds < 5 ? "just now" : `${spanText(seconds)} ago`;
}

/** Local time of day, with the day where it is another: "14:02", "17 Apr, 14:02". */
export function clockText(when: Date, now: Date = new Date()) {
  if (Number.isNaN(when.getTime())) return "an unknown time";
  const time = TIME.format(when);
  if (when.toDateString() === now.toDateString()) return time;
  return `${DAY_OF_YEAR.format(when)}, ${time}`;
}

const UTC_TIME = /(?:\b(\d{4}-\d{2}-\d{2})[ T])?\b(\d{2}:\d{2})(:\d{2})? UTC\b/g;

/** A sentence of the service with its times as the clock on the wall shows them; without a date it means today. */
export function localText(text: string, now: Date = new Date()) {
  return text.replace(UTC_TIME, (_, date: string | undefined, time: string, seconds = "") => {
    const when = new Date(`${date ?? now.toISOString().slice(0, 10)}T${time}:00Z`);
    return `${date ? clockText(when, now) : TIME.format(when)}${seconds}`;
  });
}

/** Local time and UTC, for a title. */
export function stampText(iso: string) {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return "";
  const utc = when.toISOString().replace("T", " ").slice(0, 19);
  return `${STAMP.format(when)} (${utc} UTC)`;
}

/** Whole percent, 99 at most: 100 is said by the word Verified alone. */
export function percent(fraction: number) {
  return Math.min(99, Math.max(0, Math.floor(fraction * 100 + 1e-9)));
}

/** What the progress column says. */
export function progressText(row: Row) {
  const words = WITHOUT_JOB[row.display_state];
  if (words) return words(row);
  const job = row.progress;
  if (!job || job.phase === "queued") return IDLE_WORDS[row.display_state] ?? "not started";
  const done = `${percent(job.fraction)} %`;
  if (row.display_state === "Verifying") return `checking, ${done}${timeLeft(job)}`;
  if (row.display_state === "Failed") return `stopped at ${done}`;
  const left = `${done}, ${sizeText(job.bytes_total - job.bytes_done)} to go`;
  return HALTED.has(row.display_state) ? left : `${left}${timeLeft(job)}`; // for how long is said in `why` then
}

/** Nothing moves, so there is no estimate. */
const HALTED = new Set<StateWord>(["Stalled", "Paused"]);

const WITHOUT_JOB: Partial<Record<StateWord, (row: Row) => string>> = {
  Receiving: (row) => `${sizeText(row.byte_total)} so far`,
  Verified: (row) => (row.proof_age_seconds === null ? "100 %" : `100 %, proven ${agoText(row.proof_age_seconds)}`),
  Clearing: () => "clearing",
  Restoring: () => "restoring",
  Cleared: () => "on the NAS",
};

/** Where a job has no numbers. */
const IDLE_WORDS: Partial<Record<StateWord, string>> = {
  Syncing: "starting",
  Verifying: "checking",
  Failed: "stopped",
};

/** ", about 5 min", ", no bytes for 40 s" or nothing. */
function timeLeft(job: Progress) {
  const silent = job.seconds_since_bytes ?? 0;
  if (silent >= SILENCE) return `, no bytes for ${spanText(silent)}`;
  return job.seconds_left === null ? "" : `, ${durationText(job.seconds_left)}`;
}

/** "32 MiB/s" while bytes move, else nothing. */
export function rateText(row: Row) {
  const job = row.progress;
  const moves =
    row.display_state === "Syncing" || row.display_state === "Verifying" || row.display_state === "Restoring";
  if (!job?.bytes_per_second || job.phase === "queued" || !moves || (job.seconds_since_bytes ?? 0) >= SILENCE)
    return "";
  return `${sizeText(job.bytes_per_second)}/s`;
}

/** "708 of 1,024" while a job runs, else the number of files. */
export function filesText(row: Row) {
  const job = row.progress;
  if (!job || job.files_done >= job.files_total) return countText(row.file_count);
  return `${countText(job.files_done)} of ${countText(job.files_total)}`;
}
