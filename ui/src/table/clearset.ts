// Owns what a clearing of many asks the service for, and how its answer reads; pure.

import type { BulkClear, ClearWish, ClearedRun } from "./records";
import type { Row } from "./types";
import { clockText, plural, sizeText } from "./words";

/** What a person set in the review; `runs` null is every verified run. */
export interface Criteria {
  runs: string[] | null;
  equipment: string | null;
  olderThanDays: number | null;
  keepNewest: number;
}

export const EVERYTHING: Criteria = { runs: null, equipment: null, olderThanDays: null, keepNewest: 0 };

/** The question what would be cleared. */
export function trial(criteria: Criteria): ClearWish {
  return {
    runs: criteria.runs,
    equipment_id: criteria.equipment,
    older_than_days: criteria.olderThanDays,
    keep_newest: criteria.keepNewest,
    dry_run: true,
  };
}

/** The order to clear exactly these runs: what was shown is what is done. */
export function order(paths: string[]): ClearWish {
  return { runs: paths, equipment_id: null, older_than_days: null, keep_newest: 0, dry_run: false };
}

/** Runs that may be cleared now, and what that would free. */
export function clearable(rows: Row[]): { paths: string[]; bytes: number } {
  const found = rows.filter((row) => row.display_state === "Verified" && row.actions.includes("clear"));
  return { paths: found.map((row) => row.path), bytes: found.reduce((total, row) => total + row.byte_total, 0) };
}

/** "Clear verified runs… (477 GiB)". */
export function offerText(bytes: number): string {
  return `Clear verified runs… (${sizeText(bytes)})`;
}

/** "Clear 5 runs, free 477 GiB". */
export function goText(runs: ClearedRun[]): string {
  return `Clear ${plural(runs.length, "run")}, free ${sizeText(sum(runs))}`;
}

export function sum(runs: ClearedRun[]): number {
  return runs.reduce((total, run) => total + run.bytes, 0);
}

/** Since when a run is proven. */
export function provenText(run: ClearedRun): string {
  return run.proven_at ? `proven ${clockText(new Date(run.proven_at))}` : "when proven is not known";
}

/** What became of one run. */
export function outcomeText(run: ClearedRun | undefined): string {
  if (!run) return "no longer listed";
  return run.outcome === "cleared" ? `freed ${sizeText(run.bytes)}` : `stayed: ${run.message}`;
}

/** What was freed, and whether anything stayed. */
export function reportText(answer: BulkClear): string {
  const stayed = answer.runs.filter((run) => run.outcome === "kept").length;
  const freed = answer.runs_freed
    ? `Freed ${sizeText(answer.bytes_freed)}: ${plural(answer.runs_freed, "run")}, ${plural(answer.files_freed, "file")}. The copies on the NAS stay.`
    : "Nothing was cleared.";
  return stayed ? `${freed} ${plural(stayed, "run")} stayed:` : freed;
}

/** What is said where no answer came to the end. */
export function brokenOff(why: string): string {
  return `${why} What was begun goes on in the service; the rows tell how far it is.`;
}

/** A whole number of at least `least` that a person typed, or null for none. */
export function wholeNumber(text: string, least: number): number | null {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) && value >= least ? value : null;
}
