// Owns a run's history as a line of moments: what happened, when by this clock, by whom and why.

import { h } from "./dom";
import type { HistoryEntry } from "./records";
import { clockText, countText, sizeText, stampText } from "./words";

/** Lifecycle states as events, for people. */
const EVENTS: Record<string, string> = {
  staging: "Receiving",
  complete: "Complete: nothing changed any more",
  sync_queued: "Queued for syncing",
  sync_verified: "Verified on the NAS",
  cleared: "Cleared from this computer",
};

/** Why a run went another way than forward. */
const REASONS: Record<string, string> = {
  late_data: "new files came",
  changed: "files changed",
  renamed: "the run was renamed",
  forced: "asked for",
  nas_copy_damaged: "the copy on the NAS was damaged",
  restored: "brought back from the NAS",
  reconciled: "found so after a restart",
};

export interface Moment {
  /** what the line's dot looks like */
  tone: "grey" | "green" | "amber";
  text: string;
  /** by whom, why and on which computer */
  more: string;
  at: string;
}

const AMBER = new Set(["late_data", "changed", "nas_copy_damaged"]);

/** What one entry of the history says. */
export function momentOf(entry: HistoryEntry): Moment {
  const reason = entry.reason ?? "";
  const why = reason ? [REASONS[reason] ?? reason.replaceAll("_", " ")] : [];
  const by = entry.by ? [`by ${entry.by}`] : [];
  const tone = AMBER.has(reason) ? "amber" : entry.state === "sync_verified" ? "green" : "grey";
  const text = EVENTS[entry.state] ?? entry.state;
  return { tone, text, more: [...why, ...by, ...amountOf(entry), `on ${entry.host}`].join(", "), at: entry.at };
}

/** What was freed, where the entry knows. */
function amountOf(entry: HistoryEntry): string[] {
  const { files_freed: files, bytes_freed: bytes } = entry;
  if (typeof files !== "number" || typeof bytes !== "number") return [];
  return [`${countText(files)} files, ${sizeText(bytes)} freed`];
}

/** The history, oldest first. */
export function timeline(entries: HistoryEntry[]): HTMLElement {
  const items = entries
    .map(momentOf)
    .map((moment) =>
      h(
        "li",
        { "data-tone": moment.tone },
        h("time", { datetime: moment.at, title: stampText(moment.at) }, clockText(new Date(moment.at))),
        h("span", {}, h("strong", {}, moment.text), h("span", { class: "exlab-quiet" }, ` ${moment.more}`)),
      ),
    );
  return h("ol", { class: "exlab-timeline" }, ...items);
}
