// Owns which runs are shown: by one of the quick views, by text, and by state, equipment, project and kind.

import { STATE_ORDER } from "./sorting";
import type { Row } from "./types";

export type QuickName = "all" | "attention" | "progress" | "verified";
export type FacetName = "states" | "equipment" | "projects" | "kinds";

/** All that a person may ask for; an empty list asks for nothing in particular. */
export interface Filters {
  quick: QuickName;
  text: string;
  states: string[];
  equipment: string[];
  projects: string[];
  kinds: string[];
}

/** One value that may be asked for, and how many runs that would show. */
export interface FacetValue {
  value: string;
  label: string;
  count: number;
  chosen: boolean;
}

interface Facet {
  title: string;
  valueOf: (row: Row) => string;
  labelOf: (value: string) => string;
}

const OVER = new Set(["Verified", "Cleared", "Failed", "Blocked"]);

export const QUICK: Record<QuickName, { label: string; keeps: (row: Row) => boolean }> = {
  all: { label: "All", keeps: () => true },
  attention: { label: "Needs attention", keeps: (row) => row.needs_attention },
  progress: { label: "In progress", keeps: (row) => !OVER.has(row.display_state) },
  verified: { label: "Verified", keeps: (row) => row.display_state === "Verified" },
};

export const FACETS: Record<FacetName, Facet> = {
  states: { title: "State", valueOf: (row) => row.display_state, labelOf: (value) => value },
  equipment: { title: "Equipment", valueOf: (row) => row.equipment_id, labelOf: (value) => value },
  projects: { title: "Project", valueOf: (row) => row.project_name, labelOf: (value) => value },
  kinds: { title: "Kind", valueOf: (row) => row.run_kind, labelOf: kindLabel },
};

export const FACET_NAMES = Object.keys(FACETS) as FacetName[];

/** What shows every run. */
export function noFilters(): Filters {
  return { quick: "all", text: "", states: [], equipment: [], projects: [], kinds: [] };
}

/** Whether anything is asked for at all. */
export function isFiltered(filters: Filters): boolean {
  return filters.quick !== "all" || wordsOf(filters.text).length > 0 || chosenCount(filters) > 0;
}

/** How many values are picked in the filter's lists. */
export function chosenCount(filters: Filters): number {
  return FACET_NAMES.reduce((total, name) => total + filters[name].length, 0);
}

/** The filters with one value picked, or picked no more. */
export function toggled(filters: Filters, name: FacetName, value: string): Filters {
  const before = filters[name];
  const after = before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
  return { ...filters, [name]: after };
}

/** Runs that pass, in the order given. */
export function filterRows(rows: Row[], filters: Filters): Row[] {
  return rows.filter(passes(filters));
}

/** Every value of each list with the runs it stands for, given what is asked for in the other lists. */
export function facetValues(rows: Row[], filters: Filters): Record<FacetName, FacetValue[]> {
  const entries = FACET_NAMES.map((name) => [name, valuesOf(rows, filters, name)]);
  return Object.fromEntries(entries) as Record<FacetName, FacetValue[]>;
}

function valuesOf(rows: Row[], filters: Filters, name: FacetName): FacetValue[] {
  const { valueOf, labelOf } = FACETS[name];
  const counts = new Map<string, number>(filters[name].map((value) => [value, 0]));
  const fits = passes({ ...filters, [name]: [] });
  for (const row of rows) {
    const value = valueOf(row);
    counts.set(value, (counts.get(value) ?? 0) + (fits(row) ? 1 : 0));
  }
  const chosen = new Set(filters[name]);
  const found = [...counts].map(([value, count]) => ({
    value,
    label: labelOf(value),
    count,
    chosen: chosen.has(value),
  }));
  return found.sort((a, b) => placeOf(name, a.value) - placeOf(name, b.value) || NATURAL.compare(a.label, b.label));
}

/** States stand as they are sorted; other values by their names. */
function placeOf(name: FacetName, value: string): number {
  return name === "states" ? STATE_ORDER.indexOf(value) : 0;
}

const NATURAL = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The test a run has to pass; its parts are prepared once for all runs. */
function passes(filters: Filters): (row: Row) => boolean {
  const words = wordsOf(filters.text);
  const quick = QUICK[filters.quick].keeps;
  const picked = FACET_NAMES.filter((name) => filters[name].length > 0).map((name) => {
    const wanted = new Set(filters[name]);
    const { valueOf } = FACETS[name];
    return (row: Row): boolean => wanted.has(valueOf(row));
  });
  return (row) => quick(row) && picked.every((fits) => fits(row)) && contains(row, words);
}

function contains(row: Row, words: string[]): boolean {
  if (!words.length) return true;
  const text = `${row.path} ${row.display_state} ${row.why}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

function kindLabel(kind: string): string {
  return kind === "test" ? "Test" : kind === "experimental" ? "Experimental" : kind;
}
