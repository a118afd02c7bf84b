// Owns one row of the table: its cells are made once and then only what differs is written.

import { buttonsOf, remediesOf } from "./acts";
import type { Verb } from "./acts";
import { focusable, h, setAttribute, setText } from "./dom";
import { icon } from "./icons";
import { lookOf } from "./states";
import { Strip } from "./strip";
import {
  localText,
  agoText,
  filesText,
  percent,
  progressText,
  rateText,
  sizeText,
  stampText,
  straightText,
} from "./words";
import type { LiveRow } from "./feed";
import type { Note, Row } from "./types";

/** Characters at the end of a long name that are never cut: the informative end. */
const TAIL = 12;
const SHORT = 20;

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
  box: HTMLInputElement;
  state = h("div", { role: "gridcell", class: "exlab-state" });
  why = h("div", { class: "exlab-why" });
  note = h("div", { class: "exlab-note" });
  badge = h("span", { class: "exlab-badge", hidden: true }, "Test");
  bar = h("div", { class: "exlab-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 });
  fill = h("div", { class: "exlab-fill" });
  rate = h("span", { class: "exlab-rate" });
  percent = h("div", { class: "exlab-percent" });
  files = h("div", { role: "gridcell", class: "exlab-number exlab-files" });
  size = h("div", { role: "gridcell", class: "exlab-number exlab-size" });
  last = h("div", { role: "gridcell", class: "exlab-number exlab-last" });
  slots: Strip;
  remedies: Strip;
  element: HTMLDivElement;

  /**
   * @param act does what a button means; `anchor` is that button
   * @param pick selects the run, or with `range` all up to it
   */
  constructor(
    path: string,
    act: (verb: Verb, path: string, anchor: HTMLElement) => void,
    pick: (path: string, range: boolean) => void,
  ) {
    this.path = path;
    this.box = h("input", { type: "checkbox", class: "exlab-box", "aria-label": `Select ${path}`, ...focusable(-1) });
    this.box.addEventListener("click", (event) => pick(path, event.shiftKey));
    const strip = (element: HTMLElement) =>
      new Strip(
        element,
        path,
        (verb, anchor) => act(verb, path, anchor),
        () => this.element,
      );
    this.slots = strip(h("div", { role: "gridcell", class: "exlab-actions" }));
    this.remedies = strip(h("div", { class: "exlab-remedies" }));
    this.bar.append(this.fill);
    this.element = this.assemble();
  }

  assemble() {
    const said = h("div", { class: "exlab-said" }, this.why, this.note, this.remedies.element);
    const run = h("div", { role: "gridcell", class: "exlab-run" }, this.nameLine(), said);
    const track = h("div", { class: "exlab-track" }, this.bar, this.rate);
    const progress = h("div", { role: "gridcell", class: "exlab-progress" }, track, this.percent);
    const pick = h("div", { role: "gridcell", class: "exlab-pick" }, h("label", {}, this.box));
    const [equipment = "", project = ""] = this.path.split("/");
    const origin = h("div", { role: "gridcell", class: "exlab-equipment exlab-cut", title: equipment }, equipment);
    const place = h("div", { role: "gridcell", class: "exlab-project", title: project }, ...middleCut(project));
    const attributes = { class: "exlab-row", role: "row", "data-run": this.path, ...focusable(-1) };
    setAttribute(this.bar, "aria-label", `Progress of ${this.path}`);
    const numbers = [progress, this.files, this.size, this.last];
    return h("div", attributes, pick, this.state, run, origin, place, ...numbers, this.slots.element);
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
    this.updateActions(row, note, off);
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
    setText(this.why, straightText(localText(why)));
    setAttribute(this.why, "title", straightText(`${row.why} ${row.next_step}`.trim()));
    setText(this.note, straightText(localText(note?.text ?? "")));
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

  updateActions(row: Row, note: Note | null, off: string) {
    this.slots.show(buttonsOf(row), off);
    const known = remediesOf(row);
    const told = note?.remedy && !known.some((act) => act.verb === note.remedy?.verb) ? [note.remedy] : [];
    const acts = note?.tone === "busy" ? [] : [...told, ...known];
    setAttribute(this.remedies.element, "hidden", !acts.length);
    this.remedies.show(acts, off);
  }

  /** The button of an act: beside the run, or among what helps it. */
  buttonOf(verb: string): HTMLElement | null {
    return this.slots.buttonOf(verb) ?? this.remedies.buttonOf(verb);
  }

  /** The acts whose buttons can be seen. */
  shownVerbs(): Set<Verb> {
    return new Set([...this.slots.visible(), ...this.remedies.visible()]);
  }
}

/** A name as two parts, the first of which may be cut; a short one is never cut. */
function middleCut(name: string) {
  const letters = Array.from(name);
  const cut = letters.length > SHORT ? letters.length - TAIL : 0;
  const head = h("bdi", { class: "exlab-cut" }, letters.slice(0, cut).join(""));
  return [head, h("bdi", {}, letters.slice(cut).join(""))];
}
