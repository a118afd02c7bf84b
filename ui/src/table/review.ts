// Owns the review before many verified runs are cleared: what goes, what stays, then how far it is and what came of it.

import { EVERYTHING, brokenOff, goText, order, outcomeText, reportText, sum, trial, wholeNumber } from "./clearset";
import type { Criteria } from "./clearset";
import { button, focusable, h, setAttribute, setText } from "./dom";
import type { BulkClear, ClearedRun, RunApi } from "./records";
import { PickList } from "./picklist";
import type { Row } from "./types";
import { countText, plural, sizeText } from "./words";

/** How long a changed number rests before the service is asked, ms. */
const REST_MS = 300;

let count = 0;

/** What the review needs from its table. */
export interface ReviewOwner {
  api: Pick<RunApi, "clearVerified">;
  row: (path: string) => Row | undefined;
  say: (text: string) => void;
  wake: () => void;
  close: () => void;
  /** The clearing ended, which may have been hidden meanwhile. */
  over: () => void;
}

type Step = "choosing" | "clearing" | "done";

export class Review {
  readonly element: HTMLElement;
  private readonly id = `exlab-review-${(count += 1)}`;
  private readonly title = h("h3", { id: `${this.id}-title` }, "Clear verified runs");
  private readonly said = h("p", { role: "status", class: "exlab-review-said" }, "Asking what can be cleared…");
  private readonly criteria: HTMLElement;
  private readonly days: HTMLInputElement;
  private readonly newest: HTMLInputElement;
  private readonly list = new PickList(() => this.count());
  private readonly stay = h("div", { class: "exlab-review-stay" });
  private readonly keep: HTMLButtonElement;
  private readonly go: HTMLButtonElement;
  private readonly chosen: Set<string> | null;
  private step: Step = "choosing";
  private asked = 0;
  private timer = 0;

  /** @param paths exactly these runs, or null for every verified one */
  constructor(
    paths: string[] | null,
    private readonly owner: ReviewOwner,
  ) {
    this.chosen = paths && new Set(paths);
    this.days = this.number(`${this.id}-days`, "any");
    this.newest = this.number(`${this.id}-newest`, "0");
    this.criteria = h(
      "div",
      { class: "exlab-review-criteria" },
      h("label", {}, "Verified at least ", this.days, " days ago"),
      h("label", {}, "Keep the newest ", this.newest, " of each equipment"),
    );
    this.keep = button("Keep", owner.close, { class: "exlab-button exlab-primary" });
    this.go = button("Clear", () => void this.clear(), { class: "exlab-button exlab-danger", "aria-disabled": "true" });
    const promise =
      "The copies on the NAS stay. Each is read back and compared once more just before anything is deleted here, so this takes a while.";
    const answers = h("div", { class: "exlab-answers" }, this.keep, this.go);
    const parts = [this.title, h("p", {}, promise), this.criteria, this.said, this.list.element, this.stay, answers];
    this.element = h("section", { class: "exlab-review", "aria-labelledby": this.title.id }, ...parts);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") owner.close();
    });
  }

  /** Begin: the harmless answer has the focus. */
  start(): void {
    this.keep.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
    void this.ask();
  }

  /** The rows changed: say how far each run is. */
  follow(): void {
    if (this.step === "clearing") this.list.tell((run) => this.stateOf(run));
  }

  private number(id: string, placeholder: string): HTMLInputElement {
    const limits = { type: "number", min: 0, step: 1, inputmode: "numeric" };
    const input = h("input", { id, ...limits, placeholder, class: "exlab-search exlab-short", ...focusable(0) });
    input.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.ask(), REST_MS);
    });
    return input;
  }

  private wanted(): Criteria {
    const runs = this.chosen && [...this.chosen];
    const olderThanDays = wholeNumber(this.days.value, 0);
    return { ...EVERYTHING, runs, olderThanDays, keepNewest: Math.floor(wholeNumber(this.newest.value, 0) ?? 0) };
  }

  /** Ask what would be cleared; only the last question's answer counts. */
  private async ask(): Promise<void> {
    const asked = (this.asked += 1);
    setAttribute(this.go, "aria-disabled", "true");
    if (!this.days.validity.valid || !this.newest.validity.valid) {
      this.list.show([]); // nothing may be cleared under a condition that nobody could read
      this.fail(new Error("Please type whole numbers: days, and how many runs to keep."));
      return;
    }
    setText(this.said, "Asking what can be cleared…");
    try {
      const answer = await this.owner.api.clearVerified(trial(this.wanted()));
      if (asked === this.asked && this.step === "choosing") this.show(answer);
    } catch (error) {
      if (asked === this.asked) this.fail(error);
    }
  }

  private fail(error: unknown): void {
    setText(this.said, error instanceof Error ? error.message : String(error));
    this.said.dataset.tone = "red";
  }

  private show(answer: BulkClear): void {
    delete this.said.dataset.tone;
    this.list.show(answer.runs.filter((run) => run.outcome === "would_clear"));
    this.showStay(
      answer.runs.filter((run) => run.outcome === "kept"),
      this.chosen === null,
    );
    this.count();
    // the list has pushed it down: whoever has the keyboard on it must see it
    if (this.keep === document.activeElement) afterLayout(() => this.keep.scrollIntoView({ block: "nearest" }));
  }

  /** What stays, and why: folded where nobody asked for these runs by name. */
  private showStay(kept: ClearedRun[], folded: boolean): void {
    if (!kept.length) {
      this.stay.replaceChildren();
      return;
    }
    const items = kept.map((run) =>
      h("li", {}, h("bdi", {}, run.run_path), h("span", { class: "exlab-quiet" }, ` ${run.message}`)),
    );
    const title = h(
      "summary",
      { ...focusable(0) },
      `${plural(kept.length, "run")} ${kept.length === 1 ? "stays" : "stay"}, and why`,
    );
    const list = h("ul", { "aria-label": "Runs that stay", ...focusable(0) }, ...items);
    this.stay.replaceChildren(h("details", { open: !folded }, title, list));
  }

  private count(): void {
    const runs = this.list.picked();
    const all = this.list.runs;
    setText(this.go, runs.length ? goText(runs) : "Clear nothing");
    setAttribute(this.go, "aria-disabled", runs.length ? null : "true");
    const some = `${plural(runs.length, "run")} of ${countText(all.length)}, ${sizeText(sum(runs))} of ${sizeText(sum(all))}.`;
    setText(this.said, all.length ? some : "No run can be cleared under these conditions.");
  }

  private async clear(): Promise<void> {
    const runs = this.list.picked();
    this.step = "clearing";
    this.lock(runs);
    try {
      this.report(await this.owner.api.clearVerified(order(runs.map((run) => run.run_path))));
    } catch (error) {
      this.step = "done";
      this.fail(new Error(brokenOff(error instanceof Error ? error.message : String(error))));
      this.owner.say(this.said.textContent);
    }
    setText(this.keep, "Close");
    this.owner.over();
    this.owner.wake();
  }

  /** While it goes on: no more choices, and the way out says that closing stops nothing. */
  private lock(runs: ClearedRun[]): void {
    const focused = this.element.contains(document.activeElement);
    this.criteria.hidden = true;
    this.go.hidden = true;
    this.list.tell(() => "waits");
    this.list.lock();
    setText(this.keep, "Hide, it goes on");
    if (focused) this.keep.focus({ preventScroll: true });
    setText(
      this.said,
      `Clearing ${plural(runs.length, "run")}, ${sizeText(sum(runs))}. You may close this: it goes on.`,
    );
    this.owner.wake();
  }

  private stateOf(run: ClearedRun): string {
    const row = this.owner.row(run.run_path);
    if (!row) return "no longer listed";
    if (row.display_state === "Cleared") return "cleared";
    return row.display_state === "Clearing" ? row.why || "clearing" : "waits";
  }

  private report(answer: BulkClear): void {
    this.step = "done";
    const outcome = new Map(answer.runs.map((run) => [run.run_path, run]));
    this.list.tell((run) => outcomeText(outcome.get(run.run_path)));
    this.showStay(
      answer.runs.filter((run) => run.outcome === "kept"),
      false,
    );
    setText(this.title, answer.runs_freed ? "Cleared" : "Nothing was cleared");
    const text = reportText(answer);
    setText(this.said, text);
    this.said.dataset.tone = answer.runs_freed ? "green" : "amber";
    this.owner.say(text);
  }
}

/** Lines that come into sight take their height in the next frame. */
function afterLayout(then: () => void): void {
  window.requestAnimationFrame(() => window.requestAnimationFrame(then));
}
