// Owns what a panel is limited to from outside: some equipment, some states; the person at the table cannot lift it.

import type { Row } from "./types";

export interface Limits {
  equipment: string[];
  states: string[];
}

/** Runs of the equipment this panel is for: what its first sentence counts. */
export function ofEquipment<T extends Row>(rows: T[], limits: Limits): T[] {
  if (!limits.equipment.length) return rows;
  const wanted = new Set(limits.equipment);
  return rows.filter((row) => wanted.has(row.equipment_id));
}

/** Runs this panel may show. */
export function within<T extends Row>(rows: T[], limits: Limits): T[] {
  const mine = ofEquipment(rows, limits);
  if (!limits.states.length) return mine;
  const wanted = new Set<string>(limits.states);
  return mine.filter((row) => wanted.has(row.display_state));
}

/** "Only CONFOCAL_01.", "Only CONFOCAL_01 and SEM_02, if Failed or Stalled."; "" without limits. */
export function limitText(limits: Limits): string {
  const equipment = listed(limits.equipment, "and");
  const states = listed(limits.states, "or");
  if (equipment && states) return `Only ${equipment}, if ${states}.`;
  return equipment || states ? `Only ${equipment || states}.` : "";
}

/** A word for what is kept per kind of panel: panels with other limits remember other choices. */
export function limitKey(limits: Limits): string {
  const parts = [...limits.equipment].sort().concat("", [...limits.states].sort());
  return parts.length > 1 ? `:${parts.join(",")}` : "";
}

function listed(words: string[], joint: string): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${joint} ${words[words.length - 1] ?? ""}`;
}
