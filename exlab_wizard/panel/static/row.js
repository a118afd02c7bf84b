// @ts-check
// Owns one row of the table: its cells are made once and then only what differs is written.

import { button, focusable, h, setAttribute, setText } from "./dom.js";
import { icon } from "./icons.js";
import { lookOf } from "./states.js";
import { agoText, filesText, percent, progressText, sizeText, stampText } from "./words.js";

/** @typedef {import("./types.js").Row} Row */
/** @typedef {import("./types.js").Note} Note */
/** @typedef {"sync"|"askSync"|"askClear"|"acknowledge"|"log"} Verb */
/** @typedef {{label: string, verb: Verb, name: string}} Action */

/** Characters at the end of a long name that are never cut: the informative end. */
const TAIL = 12;
const SHORT = 20;

/** @type {Record<string, Action>} */
const ACTIONS = {
  sync: { label: "Force sync", verb: "sync", name: "Force sync" },
  askSync: { label: "Sync as it is…", verb: "askSync", name: "Sync as it is" },
  clear: { label: "Clear…", verb: "askClear", name: "Clear" },
  acknowledge: { label: "Acknowledge", verb: "acknowledge", name: "Acknowledge" },
  log: { label: "Log", verb: "log", name: "Log of" },
};

/** What the service offers, in its order of what is sensible. @type {Record<string, Action>} */
const STEPS = { force_sync: ACTIONS.sync, clear: ACTIONS.clear, acknowledge: ACTIONS.acknowledge };

/** The buttons of a row: the one next sensible step, and the log. @param {Row} row @returns {(Action|null)[]} */
export function actionsOf(row) {
  const can = new Set(row.actions);
  return [nextStep(row, can), can.has("log") ? ACTIONS.log : null];
}

/** @param {Row} row @param {Set<string>} can */
function nextStep(row, can) {
  if (row.display_state === "Blocked") can.delete("force_sync"); // it would only be blocked again
  const first = row.actions.find((action) => can.has(action) && action in STEPS);
  if (first === "force_sync" && row.display_state === "Receiving") return ACTIONS.askSync;
  return first ? STEPS[first] : null;
}

/** The row with its ages grown by the time since it came. @param {import("./feed.js").LiveRow} row @returns {Row} */
export function aged(row) {
  const grown = (performance.now() - row.receivedAt) / 1000;
  return {
    ...row,
    elapsed_seconds_since_last_activity: row.elapsed_seconds_since_last_activity + grown,
    proof_age_seconds: row.proof_age_seconds === null ? null : row.proof_age_seconds + grown,
  };
}

export class RowView {
  /** @param {string} path @param {(verb: Verb, path: string) => void} act */
  constructor(path, act) {
    this.path = path;
    this.act = act;
    this.drawn = "";
    this.state = h("div", { role: "gridcell", class: "exlab-state" });
    this.why = h("div", { class: "exlab-why" });
    this.way = h("div", { class: "exlab-way", hidden: true }, ...overrideWords(path));
    this.note = h("div", { class: "exlab-note" });
    this.badge = h("span", { class: "exlab-badge", hidden: true }, "Test");
    this.bar = h("div", { class: "exlab-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 });
    this.fill = h("div", { class: "exlab-fill" });
    this.bar.append(this.fill);
    this.percent = h("div", { class: "exlab-percent" });
    this.files = h("div", { role: "gridcell", class: "exlab-number exlab-files" });
    this.size = h("div", { role: "gridcell", class: "exlab-number exlab-size" });
    this.last = h("div", { role: "gridcell", class: "exlab-number exlab-last" });
    this.slots = h("div", { role: "gridcell", class: "exlab-actions" });
    this.element = this.assemble();
  }

  assemble() {
    const run = h("div", { role: "gridcell", class: "exlab-run" }, this.nameLine(), this.why, this.way, this.note);
    const progress = h("div", { role: "gridcell", class: "exlab-progress" }, this.bar, this.percent);
    const attributes = { class: "exlab-row", role: "row", "data-run": this.path, ...focusable(-1) };
    setAttribute(this.bar, "aria-label", `Progress of ${this.path}`);
    return h("div", attributes, this.state, run, progress, this.files, this.size, this.last, this.slots);
  }

  nameLine() {
    const [equipment, project, , leaf] = this.path.split("/");
    const origin = h("span", { class: "exlab-cut" }, `${equipment} · `);
    const place = h("span", { class: "exlab-place" }, origin, ...middleCut(project ?? ""));
    const name = h("span", { class: "exlab-leaf" }, leaf ?? this.path);
    return h("div", { class: "exlab-name", title: this.path }, name, this.badge, place);
  }

  /** Write what differs. @param {Row} row @param {Note|null} note @param {string} off why buttons are off, or "" */
  update(row, note, off) {
    const look = lookOf(row.display_state);
    setAttribute(this.element, "data-tone", look.tone);
    setAttribute(this.element, "data-state", row.display_state);
    setAttribute(this.element, "data-attention", row.needs_attention);
    setAttribute(this.badge, "hidden", row.run_kind !== "test");
    this.updateState(row, look.icon);
    this.updateWords(row, note);
    this.updateProgress(row);
    this.updateActions(row, off);
  }

  /** @param {Row} row @param {string} iconName */
  updateState(row, iconName) {
    if (this.state.dataset.word === row.display_state) return;
    this.state.dataset.word = row.display_state;
    this.state.title = row.display_state;
    this.state.replaceChildren(icon(iconName), h("span", { class: "exlab-word" }, row.display_state));
  }

  /** @param {Row} row @param {Note|null} note */
  updateWords(row, note) {
    const why = row.needs_attention ? `${row.why} ${row.next_step}`.trim() : row.why || row.next_step;
    setText(this.why, why);
    setAttribute(this.why, "title", `${row.why} ${row.next_step}`.trim());
    setAttribute(this.way, "hidden", row.display_state !== "Blocked" || !row.actions.includes("override"));
    setText(this.note, note?.text ?? "");
    setAttribute(this.note, "data-tone", note?.tone);
    setText(this.files, filesText(row));
    setText(this.size, row.local_data ? sizeText(row.byte_total) : "–");
    setText(this.last, agoText(row.elapsed_seconds_since_last_activity));
    setAttribute(this.last, "title", stampText(row.last_activity_at));
  }

  /** @param {Row} row */
  updateProgress(row) {
    const text = progressText(row);
    const share = row.display_state === "Verified" ? 100 : row.progress ? percent(row.progress.fraction) : 0;
    const plain = row.display_state !== "Verified" && (!row.progress || row.progress.phase === "queued");
    setText(this.percent, text);
    setAttribute(this.bar, "hidden", plain);
    setAttribute(this.element, "data-bar", !plain);
    setAttribute(this.bar, "aria-valuenow", share);
    setAttribute(this.bar, "aria-valuetext", text);
    setAttribute(this.fill, "style", `width: ${share}%`);
  }

  /** @param {Row} row @param {string} off */
  updateActions(row, off) {
    const wanted = actionsOf(row);
    const drawn = wanted.map((action) => action?.verb ?? "-").join();
    if (drawn !== this.drawn) this.drawActions(wanted);
    this.drawn = drawn;
    for (const node of this.slots.querySelectorAll("button")) {
      setAttribute(node, "aria-disabled", off ? "true" : null);
      setAttribute(node, "title", off || null);
    }
  }

  /** New buttons; whoever had the focus on one that is gone finds it on the row. @param {(Action|null)[]} wanted */
  drawActions(wanted) {
    const verb = this.slots.contains(document.activeElement) && document.activeElement?.getAttribute("data-verb");
    const nodes = wanted.map((action, index) => (action ? this.actionButton(action, index) : h("span")));
    this.slots.replaceChildren(...nodes);
    if (verb) (this.buttonOf(verb) ?? this.element).focus({ preventScroll: true });
  }

  /** @param {Action} action @param {number} index */
  actionButton(action, index) {
    const kind = index === 0 ? "exlab-button exlab-primary" : "exlab-button";
    const attributes = { class: kind, tabindex: -1, "data-verb": action.verb, "aria-label": `${action.name} ${this.path}` };
    return button(action.label, () => this.act(action.verb, this.path), attributes);
  }

  /** @param {string} verb @returns {HTMLElement|null} */
  buttonOf(verb) {
    return this.slots.querySelector(`[data-verb="${verb}"]`);
  }
}

/** How to let a blocked run pass, with a command that one click selects. @param {string} path */
function overrideWords(path) {
  const run = `'${path.replaceAll("'", "'\\''")}'`;
  const add = h("code", {}, `exlab-wizard override add ${run} CLASS --reason "…"`);
  const detail = h("code", {}, `exlab-wizard detail ${run}`);
  return ["Or let it pass, on record: ", add, ". The CLASS is named by ", detail, "."];
}

/** A name as two parts, the first of which may be cut; a short one is never cut. @param {string} name */
function middleCut(name) {
  const letters = [...name];
  const cut = letters.length > SHORT ? letters.length - TAIL : 0;
  const head = h("bdi", { class: "exlab-cut" }, letters.slice(0, cut).join(""));
  return [head, h("bdi", {}, letters.slice(cut).join(""))];
}
