// Owns one row of the table: its cells are made once and then only what differs is written.

import { button, focusable, h, setAttribute, setText } from "./dom";
import { icon } from "./icons";
import { lookOf } from "./states";
import { agoText, filesText, percent, progressText, rateText, sizeText, stampText } from "./words";
import type { LiveRow } from "./feed";
import type { Note, Row } from "./types";

export type Verb = "sync" | "askSync" | "askClear" | "acknowledge" | "log";
export type Action = { label: string; verb: Verb; name: string };

/** Characters at the end of a long name that are never cut: the informative end. */
const TAIL = 12;
const SHORT = 20;

const ACTIONS = {
  sync: { label: "Force sync", verb: "sync", name: "Force sync" },
  askSync: { label: "Sync as it is…", verb: "askSync", name: "Sync as it is" },
  clear: { label: "Clear…", verb: "askClear", name: "Clear" },
  acknowledge: { label: "Acknowledge", verb: "acknowledge", name: "Acknowledge" },
  log: { label: "Log", verb: "log", name: "Log of" },
} satisfies Record<string, Action>;

/** What the service offers, in its order of what is sensible. */
const STEPS: Record<string, Action> = {
  force_sync: ACTIONS.sync,
  clear: ACTIONS.clear,
  acknowledge: ACTIONS.acknowledge,
};

/** The buttons of a row: the one next sensible step, and the log. */
export function actionsOf(row: Row): (Action | null)[] {
  const can = new Set(row.actions);
  return [nextStep(row, can), can.has("log") ? ACTIONS.log : null];
}

function nextStep(row: Row, can: Set<string>) {
  if (row.display_state === "Blocked") can.delete("force_sync"); // it would only be blocked again
  const first = row.actions.find((action) => can.has(action) && action in STEPS);
  if (first === "force_sync" && row.display_state === "Receiving") return ACTIONS.askSync;
  return first ? (STEPS[first] ?? null) : null;
}

/** The row with its ages grown by the time since it came. */
export function aged(row: LiveRow): Row {
  const grown = (performance.now() - row.receivedAt) / 1000;
  return {
    ...row,
    elapsed_seconds_since_last_activity: row.elapsed_seconds_since_last_activity + grown,
    proof_age_seconds: row.proof_age_seconds === null ? null : row.proof_age_seconds + grown,
  };
}

export class RowView {
  path: string;
  act: (verb: Verb, path: string) => void;
  drawn = "";
  box: HTMLInputElement;
  state = h("div", { role: "gridcell", class: "exlab-state" });
  why = h("div", { class: "exlab-why" });
  way: HTMLDivElement;
  note = h("div", { class: "exlab-note" });
  badge = h("span", { class: "exlab-badge", hidden: true }, "Test");
  bar = h("div", { class: "exlab-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 });
  fill = h("div", { class: "exlab-fill" });
  rate = h("span", { class: "exlab-rate" });
  percent = h("div", { class: "exlab-percent" });
  files = h("div", { role: "gridcell", class: "exlab-number exlab-files" });
  size = h("div", { role: "gridcell", class: "exlab-number exlab-size" });
  last = h("div", { role: "gridcell", class: "exlab-number exlab-last" });
  slots = h("div", { role: "gridcell", class: "exlab-actions" });
  element: HTMLDivElement;

  /** @param pick selects the run, or with `range` all up to it */
  constructor(path: string, act: (verb: Verb, path: string) => void, pick: (path: string, range: boolean) => void) {
    this.path = path;
    this.act = act;
    this.box = h("input", { type: "checkbox", class: "exlab-box", "aria-label": `Select ${path}`, ...focusable(-1) });
    this.box.addEventListener("click", (event) => pick(path, event.shiftKey));
    this.way = h("div", { class: "exlab-way", hidden: true }, ...overrideWords(path));
    this.bar.append(this.fill);
    this.element = this.assemble();
  }

  assemble() {
    const run = h("div", { role: "gridcell", class: "exlab-run" }, this.nameLine(), this.why, this.way, this.note);
    const track = h("div", { class: "exlab-track" }, this.bar, this.rate);
    const progress = h("div", { role: "gridcell", class: "exlab-progress" }, track, this.percent);
    const pick = h("div", { role: "gridcell", class: "exlab-pick" }, h("label", {}, this.box));
    const [equipment = "", project = ""] = this.path.split("/");
    const origin = h("div", { role: "gridcell", class: "exlab-equipment exlab-cut", title: equipment }, equipment);
    const place = h("div", { role: "gridcell", class: "exlab-project", title: project }, ...middleCut(project));
    const attributes = { class: "exlab-row", role: "row", "data-run": this.path, ...focusable(-1) };
    setAttribute(this.bar, "aria-label", `Progress of ${this.path}`);
    const numbers = [progress, this.files, this.size, this.last];
    return h("div", attributes, pick, this.state, run, origin, place, ...numbers, this.slots);
  }

  nameLine() {
    const [equipment, project, , leaf] = this.path.split("/");
    const origin = h("span", { class: "exlab-cut" }, `${equipment} · `);
    const place = h("span", { class: "exlab-place" }, origin, ...middleCut(project ?? ""));
    const name = h("span", { class: "exlab-leaf" }, leaf ?? this.path);
    return h("div", { class: "exlab-name", title: this.path }, name, this.badge, place);
  }

  /**
   * Write what differs.
   * @param off why buttons are off, or ""
   */
  update(row: Row, note: Note | null, off: string) {
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

  /** Whether the run is selected. */
  setPicked(picked: boolean) {
    setAttribute(this.element, "aria-selected", String(picked));
    this.box.checked = picked;
  }

  updateState(row: Row, iconName: string) {
    if (this.state.dataset.word === row.display_state) return;
    this.state.dataset.word = row.display_state;
    this.state.title = row.display_state;
    this.state.replaceChildren(icon(iconName), h("span", { class: "exlab-word" }, row.display_state));
  }

  updateWords(row: Row, note: Note | null) {
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

  updateProgress(row: Row) {
    const text = progressText(row);
    const share = row.display_state === "Verified" ? 100 : row.progress ? percent(row.progress.fraction) : 0;
    const plain = row.display_state !== "Verified" && (!row.progress || row.progress.phase === "queued");
    const rate = rateText(row);
    setText(this.percent, text);
    setText(this.rate, rate);
    setAttribute(this.bar, "hidden", plain);
    setAttribute(this.element, "data-bar", !plain);
    setAttribute(this.bar, "aria-valuenow", share);
    setAttribute(this.bar, "aria-valuetext", rate ? `${text}, ${rate}` : text);
    setAttribute(this.fill, "style", `width: ${share}%`);
  }

  updateActions(row: Row, off: string) {
    const wanted = actionsOf(row);
    const drawn = wanted.map((action) => action?.verb ?? "-").join();
    if (drawn !== this.drawn) this.drawActions(wanted);
    this.drawn = drawn;
    for (const node of this.slots.querySelectorAll("button")) {
      setAttribute(node, "aria-disabled", off ? "true" : null);
      setAttribute(node, "title", off || null);
    }
  }

  /** New buttons; whoever had the focus on one that is gone finds it on the row. */
  drawActions(wanted: (Action | null)[]) {
    const verb = this.slots.contains(document.activeElement) && document.activeElement?.getAttribute("data-verb");
    const nodes = wanted.map((action, index) => (action ? this.actionButton(action, index) : h("span")));
    this.slots.replaceChildren(...nodes);
    if (verb) (this.buttonOf(verb) ?? this.element).focus({ preventScroll: true });
  }

  actionButton(action: Action, index: number) {
    const kind = index === 0 ? "exlab-button exlab-primary" : "exlab-button";
    const attributes = {
      class: kind,
      tabindex: -1,
      "data-verb": action.verb,
      "aria-label": `${action.name} ${this.path}`,
    };
    return button(action.label, () => this.act(action.verb, this.path), attributes);
  }

  buttonOf(verb: string): HTMLElement | null {
    return this.slots.querySelector(`[data-verb="${verb}"]`);
  }
}

/** How to let a blocked run pass, with a command that one click selects. */
function overrideWords(path: string) {
  const run = `'${path.replaceAll("'", "'\\''")}'`;
  const add = h("code", {}, `exlab-wizard override add ${run} CLASS --reason "…"`);
  const detail = h("code", {}, `exlab-wizard detail ${run}`);
  return ["Or let it pass, on record: ", add, ". The CLASS is named by ", detail, "."];
}

/** A name as two parts, the first of which may be cut; a short one is never cut. */
function middleCut(name: string) {
  const letters = Array.from(name);
  const cut = letters.length > SHORT ? letters.length - TAIL : 0;
  const head = h("bdi", { class: "exlab-cut" }, letters.slice(0, cut).join(""));
  return [head, h("bdi", {}, letters.slice(cut).join(""))];
}
