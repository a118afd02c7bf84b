// Owns in which order runs are shown: what needs attention first, or by the column a person picked.

import { orderRows } from "./states";
import type { Row } from "./types";

export type SortKey = "state" | "run" | "equipment" | "project" | "progress" | "files" | "size" | "last";

/** A column and its direction; `null` stands for the natural order, attention first. */
export interface Sort {
  key: SortKey;
  down: boolean;
}

type Value = string | number | null;

/** From what asks most of a person to what asks nothing. */
export const STATE_ORDER = [
  "Failed",
  "Blocked",
  "Stalled",
  "Paused",
  "Restoring",
  "Clearing",
  "Verifying",
  "Syncing",
  "Waiting",
  "Receiving",
  "Verified",
  "Cleared",
];

/** What a run has in each column; null, nothing to compare, goes last in either direction. */
const VALUES: Record<SortKey, (row: Row) => Value> = {
  state: (row) => STATE_ORDER.indexOf(row.display_state),
  run: (row) => row.path.slice(row.path.lastIndexOf("/") + 1),
  equipment: (row) => row.equipment_id,
  project: (row) => row.project_name,
  progress: shareOf,
  files: (row) => row.file_count,
  size: (row) => (row.local_data ? row.byte_total : null),
  last: (row) => finite(Date.parse(row.last_activity_at)),
};

/** Columns that are read from the largest, or the newest, down. */
const DOWN_FIRST = new Set<SortKey>(["progress", "files", "size", "last"]);
const NATURAL = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export const SORT_KEYS = Object.keys(VALUES) as SortKey[];

/** The direction in which a column is sorted at first. */
export function firstSort(key: SortKey): Sort {
  return { key, down: DOWN_FIRST.has(key) };
}

/** What a click on a column's name leads to: its first direction, the other one, the natural order again. */
export function nextSort(sort: Sort | null, key: SortKey): Sort | null {
  const first = firstSort(key);
  if (sort?.key !== key) return first;
  return sort.down === first.down ? { key, down: !first.down } : null;
}

/** Whether a run's place may change while it does nothing but go on. */
export function isRestless(sort: Sort | null): boolean {
  return sort !== null && DOWN_FIRST.has(sort.key);
}

/** Run paths in the order asked for; runs that are alike there stay in the natural order. */
export function sortRows(rows: Row[], sort: Sort | null): string[] {
  const natural = orderRows(rows);
  if (!sort) return natural;
  const valueOf = VALUES[sort.key];
  const values = new Map<string, Value>(rows.map((row) => [row.path, valueOf(row)]));
  const sign = sort.down ? -1 : 1;
  return natural.sort((a, b) => compare(values.get(a) ?? null, values.get(b) ?? null, sign));
}

function compare(a: Value, b: Value, sign: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * NATURAL.compare(String(a), String(b));
}

/** How far a run is: 1 for a verified one, null for one that has not begun. */
function shareOf(row: Row): number | null {
  if (row.display_state === "Verified") return 1;
  return row.progress && row.progress.phase !== "queued" ? row.progress.fraction : null;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
