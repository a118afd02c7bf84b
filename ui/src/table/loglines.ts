// Owns what the lines of a log mean: how bad one is, what of it is worth reading, and what came since.

const ERROR = /\[(ERROR|FATAL)\s*\]/;
const WARNING = /\[WARN(ING)?\s*\]/;
/** What every line of one run repeats: shown on hover, copied, but not read again and again. */
const REPEATED = /\[host:[^\]]*\] \[equip:[^\]]*\] \[proj:.*?\] \[kind:[^\]]*\] /;

export type Weight = "error" | "warning" | "line";

export function weightOf(line: string): Weight {
  return ERROR.test(line) ? "error" : WARNING.test(line) ? "warning" : "line";
}

/** A line without what all lines of the run repeat. */
export function readable(line: string): string {
  return line.replace(REPEATED, "");
}

/** Whether a line holds every word of a filter. */
export function holds(line: string, filter: string): boolean {
  const text = line.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** How many of the oldest lines went: `now` goes on where `before`, without them, ends. All, where nothing fits. */
export function goneSince(before: string[], now: string[]): number {
  for (let gone = 0; gone < before.length; gone += 1) {
    if (now[0] === before[gone] && fits(before, now, gone)) return gone;
  }
  return before.length;
}

function fits(before: string[], now: string[], gone: number): boolean {
  if (now.length < before.length - gone) return false;
  for (let at = gone; at < before.length; at += 1) if (before[at] !== now[at - gone]) return false;
  return true;
}
