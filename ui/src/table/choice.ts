// Owns what a browser remembers of the table: how it was sorted and filtered; anything odd in there is left out.

import { FACET_NAMES, QUICK, type Filters, noFilters } from "./filters";
import { SORT_KEYS, type Sort } from "./sorting";

/** How a person last looked at the table. */
export interface Choice {
  sort: Sort | null;
  filters: Filters;
}

/** The part of `localStorage` that is used. */
export type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

/** What a table nobody has touched shows. */
export function naturalChoice(): Choice {
  return { sort: null, filters: noFilters() };
}

/** Read what was kept; what cannot be understood counts as not chosen. */
export function parseChoice(text: string | null): Choice {
  const kept = record(parse(text));
  return { sort: sortOf(record(kept.sort)), filters: filtersOf(record(kept.filters)) };
}

/** Where the choice of one kind of panel on one server is kept. */
export function choiceKey(baseUrl: string, keepAs: string): string {
  return `exlab-wizard:staging:${baseUrl}:${keepAs}`;
}

/** Keeps a choice under a key; without a key, or where the browser forbids it, for this page's life only. */
export class Keeper {
  constructor(
    private readonly key: string | null,
    private readonly storage: () => Storage = () => window.localStorage,
  ) {}

  load(): Choice {
    if (this.key === null) return naturalChoice();
    try {
      return parseChoice(this.storage().getItem(this.key));
    } catch {
      return naturalChoice(); // a private window may refuse the storage itself
    }
  }

  save(choice: Choice): void {
    if (this.key === null) return;
    try {
      this.storage().setItem(this.key, JSON.stringify(choice));
    } catch {
      // full or forbidden: the table works all the same, it is just not remembered
    }
  }
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function sortOf(kept: Record<string, unknown>): Sort | null {
  const key = SORT_KEYS.find((each) => each === kept.key);
  return key ? { key, down: kept.down === true } : null;
}

function filtersOf(kept: Record<string, unknown>): Filters {
  const filters = noFilters();
  if (typeof kept.quick === "string" && Object.hasOwn(QUICK, kept.quick))
    filters.quick = kept.quick as Filters["quick"];
  if (typeof kept.text === "string") filters.text = kept.text;
  for (const name of FACET_NAMES) {
    const values: unknown = kept[name];
    if (Array.isArray(values)) filters[name] = values.filter((value): value is string => typeof value === "string");
  }
  return filters;
}
