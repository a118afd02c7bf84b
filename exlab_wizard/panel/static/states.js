// @ts-check
// Owns what each display state looks like and where it belongs: icon, tone, filter, place in the table.

/** @typedef {import("./types.js").StateWord} StateWord */
/** @typedef {import("./types.js").Row} Row */

/**
 * @typedef {object} Look
 * @property {string} icon a name of icons.js
 * @property {"grey"|"wait"|"blue"|"amber"|"red"|"green"} tone
 * @property {number} rank place in the table where nothing needs attention: moving, coming, done, gone
 */

/** @type {Record<StateWord, Look>} */
const LOOKS = {
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
const OVER = new Set(["Verified", "Cleared", "Failed", "Blocked"]);

/** The look of a state; a word from a newer server looks like Waiting. @param {StateWord} state @returns {Look} */
export function lookOf(state) {
  return LOOKS[state] ?? LOOKS.Waiting;
}

/** Whether numbers of this run change by themselves right now. @param {Row} row */
export function isMoving(row) {
  return MOVING.has(row.display_state);
}

/** @typedef {"all"|"attention"|"progress"|"verified"} FilterName */

/** @type {Record<FilterName, {label: string, keeps: (row: Row) => boolean}>} */
export const FILTERS = {
  all: { label: "All", keeps: () => true },
  attention: { label: "Needs attention", keeps: (row) => row.needs_attention },
  progress: { label: "In progress", keeps: (row) => !OVER.has(row.display_state) },
  verified: { label: "Verified", keeps: (row) => row.display_state === "Verified" },
};

/** Runs that pass the filter and contain every word of `text`. @param {Row[]} rows @param {FilterName} name @param {string} text */
export function filterRows(rows, name, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => FILTERS[name].keeps(row) && words.every((word) => haystack(row).includes(word)));
}

/** @param {Row} row */
function haystack(row) {
  return `${row.path} ${row.display_state} ${row.why}`.toLowerCase();
}

/** Run paths: what needs attention, what moves, what comes, what is done; each newest run first. @param {Row[]} rows */
export function orderRows(rows) {
  const keyed = rows.map((row) => ({ path: row.path, rank: rankOf(row), stamp: stampOf(row.path) }));
  keyed.sort((a, b) => a.rank - b.rank || compare(b.stamp, a.stamp) || compare(a.path, b.path));
  return keyed.map((entry) => entry.path);
}

/** @param {Row} row */
function rankOf(row) {
  return row.needs_attention ? 0 : lookOf(row.display_state).rank;
}

/** When a run began, from its name: it never changes, so rows do not trade places. @param {string} path */
function stampOf(path) {
  return path.slice(path.lastIndexOf("_") + 1);
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** While a person points at the table nothing moves: known rows keep their places, new ones go last.
 * @param {string[]} shown @param {string[]} wanted */
export function heldOrder(shown, wanted) {
  const still = new Set(wanted);
  const known = new Set(shown);
  return [...shown.filter((path) => still.has(path)), ...wanted.filter((path) => !known.has(path))];
}
