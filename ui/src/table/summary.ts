// Owns the first sentence: is my data safe, is anything wrong, when is it done, how full is the disk.

import { clockText, countText, durationText, plural, sizeText } from "./words";
import type { Row, Station } from "./types";

/** One sentence of the header */
export type Part = { text: string; tone: "plain" | "alert" | "good" };

/** States of runs whose data are proven on the NAS. */
export const SAFE = new Set(["Verified", "Cleared", "Clearing"]);
const DAY = 86400;

/**
 * The header's sentences, most important facts in a fixed order.
 * @param strangers what lies in the staging folder beside runs
 */
export function summaryParts(rows: Row[], now: Date, strangers: Station["unrecognised"]): Part[] {
  const here = rows.filter((row) => row.local_data);
  return [
    { text: `${plural(here.length, "run")}, ${sizeText(sum(here))} on this computer.`, tone: "plain" },
    ...attentionPart(rows),
    ...safetyPart(here, strangers),
    ...speedPart(rows, now),
  ];
}

function sum(rows: Row[]) {
  return rows.reduce((total, row) => total + row.byte_total, 0);
}

function attentionPart(rows: Row[]): Part[] {
  const count = rows.filter((row) => row.needs_attention).length;
  if (!count) return [];
  return [{ text: `${count} need${count === 1 ? "s" : ""} attention.`, tone: "alert" }];
}

function safetyPart(here: Row[], strangers: Station["unrecognised"]): Part[] {
  const open = here.filter((row) => !SAFE.has(row.display_state));
  if (open.length) return [{ text: `${sizeText(sum(open))} not verified on the NAS yet.`, tone: "plain" }];
  if (!here.length) return [];
  const bytes = strangers.reduce((total, entry) => total + entry.bytes, 0);
  if (!bytes) return [{ text: "All of it is verified on the NAS.", tone: "good" }];
  const others = strangers.length === 1 ? "1 other entry" : `${countText(strangers.length)} other entries`;
  const verb = strangers.length === 1 ? "is" : "are";
  return [{ text: `All runs are verified on the NAS; ${others} (${sizeText(bytes)}) ${verb} not.`, tone: "alert" }];
}

/** The figures of the sentences, for whoever goes on with them. */
export interface Figures {
  /** runs, bytes and bytes not verified yet that are on this computer */
  runs: number;
  bytes_here: number;
  bytes_not_safe: number;
  needs_attention: number;
  bytes_per_second: number;
  /** null while nothing moves */
  seconds_left: number | null;
  text: string;
}

/** What `StagingPanel.summary` holds; exlab_wizard/panel/figures.py says the same without a page. */
export function summaryFigures(rows: Row[], now: Date, strangers: Station["unrecognised"]): Figures {
  const here = rows.filter((row) => row.local_data);
  const pace = paceOf(rows);
  return {
    runs: here.length,
    bytes_here: sum(here),
    bytes_not_safe: sum(here.filter((row) => !SAFE.has(row.display_state))),
    needs_attention: rows.filter((row) => row.needs_attention).length,
    bytes_per_second: pace?.rate ?? 0,
    seconds_left: pace?.left ?? null,
    text: summaryParts(rows, now, strangers)
      .map((part) => part.text)
      .join(" "),
  };
}

function speedPart(rows: Row[], now: Date): Part[] {
  const pace = paceOf(rows);
  if (!pace) return [];
  return [{ text: `Syncing at ${sizeText(pace.rate)}/s${doneText(pace.left, now)}.`, tone: "plain" }];
}

/** Bytes a second of all copying together, and the seconds left; null while nothing moves. */
function paceOf(rows: Row[]) {
  const jobs = rows.filter((row) => row.progress && row.display_state === "Syncing");
  const rate = jobs.reduce((total, row) => total + (row.progress?.bytes_per_second ?? 0), 0);
  if (rate <= 0) return null;
  return { rate, left: Math.max(...jobs.map((row) => row.progress?.seconds_left ?? 0), bytesAhead(rows) / rate) };
}

/** Bytes still to move: each is copied and then read back, and the rate counts both. */
function bytesAhead(rows: Row[]) {
  const waiting = rows.filter((row) => row.display_state === "Waiting");
  const moving = rows.flatMap((row) => (row.display_state === "Syncing" && row.progress ? [row.progress] : []));
  return 2 * (sum(waiting) + moving.reduce((total, job) => total + (1 - job.fraction) * job.bytes_total, 0));
}

function doneText(seconds: number, now: Date) {
  if (seconds <= 0) return "";
  if (seconds < 60 || seconds >= DAY) return `, done in ${durationText(seconds)}`;
  return `, done about ${clockText(new Date(now.getTime() + seconds * 1000), now)}`;
}
