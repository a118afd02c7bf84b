// Owns which acts a run offers, in which words, and which of them is the next sensible one.

import type { Row, StateWord } from "./types";

/** What a click in a row may mean. */
export type Verb =
  | "sync"
  | "askSync"
  | "askClear"
  | "verify"
  | "restore"
  | "pause"
  | "resume"
  | "retry"
  | "override"
  | "acknowledge"
  | "log"
  | "details"
  | "menu"
  | "copyNas"
  | "copyRun"
  | "copyLink";

export interface Act {
  verb: Verb;
  label: string;
  /** the accessible name is this and the run */
  name: string;
  /** why it cannot be done now */
  off?: string;
}

const ACTS: Record<Verb, Act> = {
  sync: { verb: "sync", label: "Force sync", name: "Force sync" },
  askSync: { verb: "askSync", label: "Sync as it is…", name: "Sync as it is" },
  askClear: { verb: "askClear", label: "Clear…", name: "Clear" },
  verify: { verb: "verify", label: "Verify again", name: "Verify again" },
  restore: { verb: "restore", label: "Restore", name: "Restore" },
  pause: { verb: "pause", label: "Pause", name: "Pause" },
  resume: { verb: "resume", label: "Resume", name: "Resume" },
  retry: { verb: "retry", label: "Retry", name: "Retry" },
  override: { verb: "override", label: "Override…", name: "Override a finding of" },
  acknowledge: { verb: "acknowledge", label: "Acknowledge", name: "Acknowledge" },
  log: { verb: "log", label: "Log", name: "Log of" },
  details: { verb: "details", label: "Details", name: "Details of" },
  menu: { verb: "menu", label: "⋯", name: "More for" },
  copyNas: { verb: "copyNas", label: "Show on NAS (copy path)", name: "Copy the NAS path of" },
  copyRun: { verb: "copyRun", label: "Copy run path", name: "Copy the path of" },
  copyLink: { verb: "copyLink", label: "Copy link", name: "Copy a link to" },
};

/** What the service calls them. */
const OFFERED: Record<string, Verb> = {
  force_sync: "sync",
  clear: "askClear",
  verify: "verify",
  restore: "restore",
  pause: "pause",
  resume: "resume",
  retry: "retry",
  override: "override",
  acknowledge: "acknowledge",
};

/** The first act where it is another than the first that the service offers. */
const FIRST: Partial<Record<StateWord, string[]>> = {
  Syncing: ["pause"],
  Verifying: [],
  Clearing: [],
  Restoring: [],
  Blocked: ["override"],
  Paused: ["resume", "force_sync", "retry"],
  Verified: ["clear", "acknowledge", "restore", "force_sync"],
};
/** Offered by the service, but nothing that a row proposes by itself. */
const NEVER_FIRST = new Set(["pause", "resume", "override", "log"]);

/** What helps a run that waits or fails, in this order. */
const REMEDIES = ["resume", "retry", "force_sync", "restore", "verify", "override", "acknowledge"];
const NEEDY = new Set<StateWord>(["Stalled", "Blocked", "Failed", "Paused"]);

/** What the menu holds, in its order. */
const IN_MENU = ["force_sync", "clear", "verify", "restore", "pause", "resume", "retry", "override", "acknowledge"];

/** The words of an act. */
export function actOf(verb: Verb): Act {
  return ACTS[verb];
}

/** The one next sensible act, or null. */
export function primaryOf(row: Row): Act | null {
  const wanted = FIRST[row.display_state];
  const name = wanted
    ? wanted.find((each) => row.actions.includes(each))
    : row.actions.find((each) => each in OFFERED && !NEVER_FIRST.has(each));
  return name ? offered(row, name) : null;
}

/** The buttons of a row from left to right; null keeps a place empty. */
export function buttonsOf(row: Row): (Act | null)[] {
  return [primaryOf(row), row.actions.includes("log") ? ACTS.log : null, ACTS.details, ACTS.menu];
}

/** What may help a run that waits or fails, beside its first button. */
export function remediesOf(row: Row): Act[] {
  if (!NEEDY.has(row.display_state) && !row.needs_attention) return [];
  const first = primaryOf(row)?.verb;
  const acts = REMEDIES.filter((name) => row.actions.includes(name) && !isVain(row, name))
    .map((name) => offered(row, name))
    .filter((act) => act.verb !== first);
  if (row.display_state === "Blocked") acts.push({ ...ACTS.details, label: "Show finding", name: "Show finding for" });
  const hasLog = row.actions.includes("log") && (row.display_state === "Failed" || row.display_state === "Stalled");
  if (hasLog) acts.push({ ...ACTS.log, label: "Show log", name: "Show log for" });
  return acts;
}

/** Everything else a run offers; `shown` are the acts that stand in the row already. */
export function menuOf(row: Row, shown: Set<Verb>): Act[] {
  const acts = IN_MENU.flatMap((name) => {
    if (row.actions.includes(name)) return isVain(row, name) ? [] : [offered(row, name)];
    return name === "clear" ? [{ ...ACTS.askClear, off: whyNotClear(row) }] : [];
  });
  if (row.actions.includes("log")) acts.push(ACTS.log);
  acts.push(ACTS.details);
  if (row.nas_path) acts.push(ACTS.copyNas);
  acts.push(ACTS.copyRun, ACTS.copyLink);
  return acts.filter((act) => !shown.has(act.verb));
}

/** Why nobody may clear this run now: people look for that button. */
export function whyNotClear(row: Row): string {
  if (row.display_state === "Clearing") return "It is being cleared.";
  if (row.display_state === "Cleared" || !row.local_data) return "No data are left on this computer.";
  if (row.display_state === "Verified") return row.next_step || "This run cannot be cleared now.";
  if (row.needs_attention && row.current_state === "sync_verified") return row.why;
  return "Not verified yet: only what is proven on the NAS can be cleared.";
}

/** The act that the service's word stands for, with the question where one is asked. */
export function verbOf(row: Row, name: string): Verb {
  return name === "log" ? "log" : offered(row, name).verb;
}

function offered(row: Row, name: string): Act {
  if (name === "force_sync" && row.display_state === "Receiving") return ACTS.askSync;
  return ACTS[OFFERED[name] ?? "details"];
}

/** A blocked run that is synced again is only blocked again. */
function isVain(row: Row, name: string): boolean {
  return name === "force_sync" && row.display_state === "Blocked";
}
