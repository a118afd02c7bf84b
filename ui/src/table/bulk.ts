// Owns what may be done to many runs at once, and to which of them.

import type { Row } from "./types";

export type BulkVerb = "force_sync" | "clear" | "verify" | "pause" | "resume" | "retry";

/** One thing to do, and the runs among the selected ones that it can be done to. */
export interface BulkAction {
  verb: BulkVerb;
  label: string;
  runs: string[];
}

const LABELS: Record<BulkVerb, string> = {
  force_sync: "Force sync",
  retry: "Retry",
  verify: "Verify again",
  pause: "Pause",
  resume: "Resume",
  clear: "Clear…",
};

/** Runs that a Force sync of many leaves alone: it would be blocked again, or needs a question of its own. */
const ASKED_ALONE = new Set(["Blocked", "Receiving"]);

/** What can be done to at least one of these; a label says to how many, if not to all. */
export function bulkActions(rows: Row[]): BulkAction[] {
  const verbs = Object.keys(LABELS) as BulkVerb[];
  return verbs.flatMap((verb) => {
    const runs = rows.filter((row) => allows(row, verb)).map((row) => row.path);
    const label = runs.length < rows.length ? `${LABELS[verb]} (${runs.length} of ${rows.length})` : LABELS[verb];
    return runs.length ? [{ verb, label, runs }] : [];
  });
}

function allows(row: Row, verb: BulkVerb): boolean {
  if (verb === "force_sync" && ASKED_ALONE.has(row.display_state)) return false;
  return row.actions.includes(verb);
}
