// Owns what is said above and below the table: the banner about the server, remarks about the station, empty tables.

import { button, focusable, h } from "./dom";
import { icon } from "./icons";
import { clockText, sizeText } from "./words";
import type { Link } from "./feed";
import type { Station } from "./types";

/** Up to so many entries beside runs are listed without a click. */
const FEW = 3;

/** What a refusal means, said before the server's own sentence. */
const HEADLINES: Record<string, string> = {
  orchestrator_disabled: "Staging is switched off on this server.",
  config_invalid: "The staging configuration has a mistake.",
  config_mismatch: "This server's configuration differs from the one in charge.",
  station_starting: "The staging service is starting.",
  staging_unavailable: "The staging folder is not there.",
  nas_unavailable: "The NAS is not there.",
  signed_out: "Not signed in.",
  forbidden: "Not allowed.",
  not_installed: "The staging service is not installed here.",
  kernel_busy: "Waiting for the kernel.",
  no_server: "No staging service was found.",
  token_refused: "The server did not let this notebook in.",
};

/** The banner for a server that does not answer or refuses; null where all is well. */
export function banner(link: Link, retry: () => void): HTMLElement | null {
  if (link.state === "down") return downBanner(link, retry);
  if (link.state !== "refused") return null;
  const mild = link.code === "station_starting" || link.code === "kernel_busy";
  const text = h(
    "span",
    {},
    h("strong", {}, HEADLINES[link.code] ?? "The staging service refused."),
    ` ${link.message}`,
  );
  return h(
    "div",
    { class: "exlab-banner", "data-tone": mild ? "grey" : "amber" },
    icon(mild ? "waiting" : "failed"),
    text,
  );
}

function downBanner(link: Link, retry: () => void) {
  const since = link.since ? ` since ${clockText(link.since)}` : "";
  const text = h(
    "span",
    {},
    h("strong", {}, `The staging service does not answer${since}.`),
    " Copying may go on without this page. Trying again every 5 s.",
  );
  const now = button("Try now", retry, { class: "exlab-button exlab-primary" });
  return h("div", { class: "exlab-banner", "data-tone": "amber" }, icon("failed"), text, now);
}

/** Said once, when the server is back. */
export function backBanner() {
  return h("div", { class: "exlab-banner", "data-tone": "green" }, icon("verified"), h("span", {}, "Connected again."));
}

/** Remarks worth a line: another version, a NAS away, another server in charge, entries nobody claims, the answers' way. */
export function remarks(station: Station, way = "", uiVersion = ""): HTMLElement[] {
  const away = station.targets.filter((target) => target.state === "unavailable" || target.state === "full");
  const nas = away.map((target) => remark("amber", "failed", `${nasWord(target)} ${target.why}`.trim()));
  const other = station.leader.message && (!station.leader.leads || station.leader.config_mismatch);
  const leader = other ? [remark("grey", "paused", station.leader.message)] : [];
  const through = way ? [remark("grey", "waiting", way)] : [];
  const older = versions(uiVersion, station.version ?? "");
  return [...older, ...nas, ...leader, ...strangers(station.unrecognised), ...through];
}

/** Page and server of different versions: a reload mends it, unless the page's own server is older. */
function versions(page: string, server: string): HTMLElement[] {
  if (!page || !server || page === server) return [];
  const text = `This page shows the panel of version ${page}, the server runs ${server}. Reload the page; if this stays, restart the Jupyter server.`;
  return [remark("amber", "failed", text)];
}

function nasWord(target: Station["targets"][number]) {
  const since = target.since ? ` since ${clockText(new Date(target.since))}` : "";
  return target.state === "full"
    ? `NAS ${target.nas_root} is full${since}.`
    : `NAS ${target.nas_root} not reachable${since}.`;
}

function remark(tone: string, shape: string, text: string) {
  return h("div", { class: "exlab-remark", "data-tone": tone }, icon(shape), h("span", {}, text));
}

/** Folded, unless a few hold data: those are data that nobody copies. */
function strangers(entries: Station["unrecognised"]): HTMLElement[] {
  if (!entries.length) return [];
  const bytes = entries.reduce((total, entry) => total + entry.bytes, 0);
  const look = { "data-tone": bytes ? "amber" : "grey", open: bytes > 0 && entries.length <= FEW };
  const words = `${entries.length === 1 ? "1 entry" : `${entries.length} entries`} in the staging folder, ${sizeText(bytes)}, not taken for runs`;
  const list = entries.map((entry) =>
    h("li", {}, h("code", {}, entry.path), ` ${sizeText(entry.bytes)}. ${entry.reason} `, h("em", {}, entry.remedy)),
  );
  const title = h("summary", { ...focusable(0) }, icon("more"), words);
  return [h("details", { class: "exlab-remark exlab-strangers", ...look }, title, h("ul", {}, ...list))];
}

/** Where runs are looked for, and how. */
export function watchText(station: Station) {
  const { mode, detail, rescan_seconds: seconds } = station.watcher;
  const how =
    mode === "events"
      ? `live, checked again every ${Math.round(seconds)} s`
      : `looked at every ${Math.round(seconds)} s`;
  return { text: `Watching ${station.staging_root} (${how})`, title: detail };
}

/**
 * What stands where no row does.
 * @param count of all runs
 */
export function emptyTable(station: Station | null, count: number, showAll: () => void, limit = "") {
  if (count) {
    const all = button("Show all runs", showAll, { class: "exlab-button exlab-primary" });
    return h("div", { class: "exlab-empty" }, h("p", {}, "No run matches this filter."), all);
  }
  if (limit) return h("div", { class: "exlab-empty" }, h("p", {}, `Nothing to show here. ${limit}`));
  const text = "Nothing is staged. Runs show up here by themselves as soon as an instrument writes its first file.";
  const folder = h(
    "p",
    {},
    "Watched folder: ",
    h("code", {}, station?.staging_root ?? ""),
    ". Another one: ",
    h("code", {}, "orchestrator.staging_root"),
    " in the configuration file.",
  );
  return h("div", { class: "exlab-empty" }, h("p", {}, h("strong", {}, text)), folder);
}
