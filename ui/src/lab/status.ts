// Owns what the status bar says: one short sentence, a shape and a tone, from the rows alone.

import { SAFE } from "../table/summary";
import { clockText, countText, sizeText } from "../table/words";
import type { Link } from "../table/feed";
import type { Row, StateWord } from "../table/types";

/** What the status bar shows; `shape` is a name of icons.ts. */
export interface Status {
  text: string;
  shape: string;
  tone: "plain" | "alert" | "good";
}

/** Under way, then on the way: the second is only said where nothing moves. */
const MOVING: [StateWord, string][] = [
  ["Syncing", "syncing"],
  ["Verifying", "verifying"],
  ["Clearing", "clearing"],
  ["Restoring", "restoring"],
];
const COMING: [StateWord, string][] = [
  ["Stalled", "stalled"],
  ["Paused", "paused"],
  ["Receiving", "receiving"],
  ["Waiting", "waiting"],
];

/**
 * "Staging: 2 syncing, 1 needs attention".
 * @param strangers bytes in the staging folder that belong to no run: nobody copies them
 */
export function statusOf(rows: Row[], link: Link, strangers = 0): Status {
  if (link.state !== "live") return withoutTable(link);
  const attention = rows.filter((row) => row.needs_attention).length;
  const moving = counted(rows, MOVING);
  const parts = moving.length ? moving : counted(rows, COMING);
  if (attention) parts.push(`${countText(attention)} need${attention === 1 ? "s" : ""} attention`);
  if (!parts.length) return atRest(rows, strangers);
  const shape = attention ? "failed" : moving.length ? "syncing" : "waiting";
  return { text: `Staging: ${parts.join(", ")}`, shape, tone: attention ? "alert" : "plain" };
}

function counted(rows: Row[], words: [StateWord, string][]): string[] {
  return words.flatMap(([state, word]) => {
    const count = rows.filter((row) => row.display_state === state && !row.needs_attention).length;
    return count ? [`${countText(count)} ${word}`] : [];
  });
}

/** Green only where all that lies here is proven; the first sentence of the panel counts the same. */
function atRest(rows: Row[], strangers: number): Status {
  const here = rows.filter((row) => row.local_data);
  const open = here.filter((row) => !SAFE.has(row.display_state)).length;
  if (open) return { text: `Staging: ${countText(open)} not verified`, shape: "waiting", tone: "plain" };
  if (strangers) return { text: `Staging: ${sizeText(strangers)} belong to no run`, shape: "failed", tone: "alert" };
  if (!here.length) return { text: "Staging: empty", shape: "cleared", tone: "plain" };
  return { text: "Staging: all verified", shape: "verified", tone: "good" };
}

/** Codes that are said in a word of their own; anything else is "not available". */
const REFUSALS: Record<string, string> = {
  orchestrator_disabled: "switched off",
  not_installed: "not installed",
  station_starting: "starting",
  signed_out: "not signed in",
  config_invalid: "mistake in the configuration",
  config_mismatch: "two configurations",
};
/** What a person chose, or what passes by itself, is no alarm. */
const MILD = new Set(["orchestrator_disabled", "not_installed", "station_starting"]);

function withoutTable(link: Link): Status {
  if (link.state === "loading") return { text: "Staging", shape: "waiting", tone: "plain" };
  if (link.state === "down") {
    const since = link.since ? ` since ${clockText(link.since)}` : "";
    return { text: `Staging: does not answer${since}`, shape: "failed", tone: "alert" };
  }
  const mild = MILD.has(link.code);
  const text = `Staging: ${REFUSALS[link.code] ?? "not available"}`;
  return { text, shape: mild ? "paused" : "failed", tone: mild ? "plain" : "alert" };
}
