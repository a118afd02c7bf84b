// @ts-check
// Owns what is said above and below the table: the banner about the server, remarks about the station, empty tables.

import { button, focusable, h } from "./dom.js";
import { icon } from "./icons.js";
import { clockText, sizeText } from "./words.js";

/** @typedef {import("./types.js").Station} Station */
/** @typedef {import("./feed.js").Link} Link */

/** Up to so many entries beside runs are listed without a click. */
const FEW = 3;

/** What a refusal means, said before the server's own sentence. @type {Record<string, string>} */
const HEADLINES = {
  orchestrator_disabled: "Staging is switched off on this server.",
  config_invalid: "The staging configuration has a mistake.",
  config_mismatch: "This server's configuration differs from the one in charge.",
  station_starting: "The staging service is starting.",
  staging_unavailable: "The staging folder is not there.",
  nas_unavailable: "The NAS is not there.",
  signed_out: "Not signed in.",
  forbidden: "Not allowed.",
  not_installed: "The staging service is not installed here.",
};

/** The banner for a server that does not answer or refuses; null where all is well.
 * @param {Link} link @param {() => void} retry @returns {HTMLElement|null} */
export function banner(link, retry) {
  if (link.state === "down") return downBanner(link, retry);
  if (link.state !== "refused") return null;
  const mild = link.code === "station_starting";
  const text = h("span", {}, h("strong", {}, HEADLINES[link.code] ?? "The staging service refused."), ` ${link.message}`);
  return h("div", { class: "exlab-banner", "data-tone": mild ? "grey" : "amber" }, icon(mild ? "waiting" : "failed"), text);
}

/** @param {Link} link @param {() => void} retry */
function downBanner(link, retry) {
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

/** Remarks worth a line: a NAS away, another server in charge, entries nobody claims. @param {Station} station @returns {HTMLElement[]} */
export function remarks(station) {
  const away = station.targets.filter((target) => target.state === "unavailable" || target.state === "full");
  const nas = away.map((target) => remark("amber", "failed", `${nasWord(target)} ${target.why}`.trim()));
  const other = station.leader.message && (!station.leader.leads || station.leader.config_mismatch);
  const leader = other ? [remark("grey", "paused", station.leader.message)] : [];
  return [...nas, ...leader, ...strangers(station.unrecognised)];
}

/** @param {Station["targets"][number]} target */
function nasWord(target) {
  const since = target.since ? ` since ${clockText(new Date(target.since))}` : "";
  return target.state === "full" ? `NAS ${target.nas_root} is full${since}.` : `NAS ${target.nas_root} not reachable${since}.`;
}

/** @param {string} tone @param {string} shape @param {string} text */
function remark(tone, shape, text) {
  return h("div", { class: "exlab-remark", "data-tone": tone }, icon(shape), h("span", {}, text));
}

/** Folded, unless a few hold data: those are data that nobody copies. @param {Station["unrecognised"]} entries @returns {HTMLElement[]} */
function strangers(entries) {
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

/** Where runs are looked for, and how. @param {Station} station */
export function watchText(station) {
  const { mode, detail, rescan_seconds: seconds } = station.watcher;
  const how = mode === "events" ? `live, checked again every ${Math.round(seconds)} s` : `looked at every ${Math.round(seconds)} s`;
  return { text: `Watching ${station.staging_root} (${how})`, title: detail };
}

/** What stands where no row does. @param {Station|null} station @param {number} count of all runs @param {() => void} showAll */
export function emptyTable(station, count, showAll) {
  if (count) {
    const all = button("Show all runs", showAll, { class: "exlab-button exlab-primary" });
    return h("div", { class: "exlab-empty" }, h("p", {}, "No run matches this filter."), all);
  }
  const text = "Nothing is staged. Runs show up here by themselves as soon as an instrument writes its first file.";
  const folder = h("p", {}, "Watched folder: ", h("code", {}, station?.staging_root ?? ""), ". Another one: ", h("code", {}, "orchestrator.staging_root"), " in the configuration file.");
  return h("div", { class: "exlab-empty" }, h("p", {}, h("strong", {}, text)), folder);
}
