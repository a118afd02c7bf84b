// Owns the list of runs to clear: a box each, drawn bit by bit so that thousands do not hold up the page.

import { provenText } from "./clearset";
import { focusable, h, setText } from "./dom";
import type { ClearedRun } from "./records";
import { rove, settle } from "./rove";
import { plural, sizeText, stampText } from "./words";

/** Runs that are drawn at once. */
const BATCH = 100;

export class PickList {
  readonly element = h("ul", { class: "exlab-review-list", "aria-label": "Runs to clear", ...focusable(-1) });
  runs: ClearedRun[] = [];
  private readonly refused = new Set<string>();
  private readonly said = new Map<string, HTMLElement>();
  private words: (run: ClearedRun) => string = provenText;
  private locked = false;
  private drawing = 0;

  /** @param changed is called when a box was ticked or not */
  constructor(changed: () => void) {
    this.element.addEventListener("change", (event) => {
      const box = event.target as HTMLInputElement;
      if (box.checked) this.refused.delete(box.value);
      else this.refused.add(box.value);
      changed();
    });
    rove(this.element, ["ArrowDown", "ArrowUp", "Home", "End"]);
  }

  /** Show these runs; boxes that were cleared before stay so. */
  show(runs: ClearedRun[]): void {
    this.runs = runs;
    this.element.hidden = !runs.length;
    this.said.clear();
    this.element.replaceChildren();
    this.draw((this.drawing += 1), 0);
  }

  /** The runs whose box is ticked. */
  picked(): ClearedRun[] {
    return this.runs.filter((run) => !this.refused.has(run.run_path));
  }

  /** No more choices: only the runs that were picked stay. */
  lock(): void {
    this.locked = true;
    this.element.tabIndex = 0; // boxes that are off cannot be reached any more, but the list can be scrolled
    this.show(this.picked());
  }

  /** Say this of each run from now on. */
  tell(words: (run: ClearedRun) => string): void {
    this.words = words;
    for (const run of this.runs) {
      const node = this.said.get(run.run_path);
      if (node) setText(node, words(run));
    }
  }

  private draw(drawing: number, from: number): void {
    if (drawing !== this.drawing) return; // another list has come since
    this.element.append(...this.runs.slice(from, from + BATCH).map((run) => this.line(run)));
    if (from === 0) settle(this.element);
    if (from + BATCH < this.runs.length) window.setTimeout(() => this.draw(drawing, from + BATCH));
  }

  private line(run: ClearedRun): HTMLElement {
    const box = h("input", { type: "checkbox", value: run.run_path, disabled: this.locked, ...focusable(-1) });
    box.checked = !this.refused.has(run.run_path);
    const proven = run.proven_at ? stampText(run.proven_at) : null;
    const said = h("span", { class: "exlab-quiet", title: proven }, this.words(run));
    const stays = run.nas_path ? `Stays at ${run.nas_path}` : null;
    const name = h("bdi", { class: "exlab-review-name", title: stays }, run.run_path);
    const size = h("span", { class: "exlab-number" }, sizeText(run.bytes));
    const files = h("span", { class: "exlab-number exlab-quiet" }, plural(run.files, "file"));
    this.said.set(run.run_path, said);
    return h("li", {}, h("label", {}, box, name, files, size, said));
  }
}
