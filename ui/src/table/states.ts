// Owns what each display state looks like and where it belongs: icon, tone, place in the table.

import type { Row, StateWord } from "./types";

export interface Look {
  /** a name of icons.ts */
  icon: string;
  tone: "grey" | "wait" | "blue" | "amber" | "red" | "green";
  /** place in the table where nothing needs attention: moving, coming, done, gone */
  rank: number;
}

const LOOKS: Record<StateWord, Look> = {
  Receiving: { icon: "receiving", tone: "grey", rank: 2 },
  Waiting: { icon: "waiting", tone: "wait", rank: 2 },
  Syncing: { icon: "syncing", tone: "blue", rank: 1 },
  Verifying: { icon: "verifying", tone: "blue", rank: 1 },
  Stalled: { icon: "stalled", tone: "amber", rank: 1 },
  Blocked: { icon: "blocked", tone: "amber", rank: 1 },
  Failed: { icon: "failed", tone: "red", rank: 1 },
  Verified: { icon: "verified", tone: "green", rank: 3 },
  Paused: { icon: "paused", tone: "grey", rank: 2 },
  Clearing: { icon: "moving", tone: "grey", rank: 1 },
  Restoring: { icon: "moving", tone: "grey", rank: 1 },
  Cleared: { icon: "cleared", tone: "grey", rank: 4 },
};

const MOVING = new Set(["Syncing", "Verifying", "Clearing", "Restoring"]);

/** The look of a state; a word from a newer server looks like Waiting. */
export function lookOf(state: StateWord): Look {
  return (LOOKS as Partial<typeof LOOKS>)[state] ?? LOOKS.Waiting;
}

/** Whether numbers of this run change by themselves right now. */
export function isMoving(row: Row) {
  return MOVING.has(row.display_state);
}

/** Run paths: what needs attention, what moves, what comes, what is done; each newest run first. */
export function orderRows(rows: Row[]) {
  const keyed = rows.map((row) => ({ path: row.path, rank: rankOf(row), stamp: stampOf(row.path) }));
  keyed.sort((a, b) => a.rank - b.rank || compare(b.stamp, a.stamp) || compare(a.path, b.path));
  return keyed.map((entry) => entry.path);
}

function rankOf(row: Row) {
  return row.needs_attention ? 0 : lookOf(row.display_state).rank;
}

/** When a run began, from its name: it never changes, so rows do not trade places. */
function stampOf(path: string) {
  return path.slice(path.lastIndexOf("_") + 1);
}

function compare(a: string, b: string) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * While a person points at the table nothing moves: rows keep their places, new ones go last.
 * @param there every run: one that no longer passes the filter keeps its place, too, or the next would be clicked
 */
export function heldOrder(shown: string[], wanted: string[], there: { has: (path: string) => boolean }) {
  const known = new Set(shown);
  return [...shown.filter((path) => there.has(path)), ...wanted.filter((path) => !known.has(path))];
}
