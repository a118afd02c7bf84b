// Owns the form under a blocked row that lets a class of finding pass, on a person's word.

import { button, focusable, h, setText } from "./dom";
import { blockingClasses, classText } from "./facts";
import type { Detail, OverrideWish } from "./records";

const SHORTEST = 10;
const LONGEST = 500;

let count = 0;

/** Why these words cannot be a reason yet, or "". */
export function reasonProblem(text: string): string {
  const length = lengthOf(text);
  if (length < SHORTEST) return `Please say why, in at least ${SHORTEST} characters (${length} so far).`;
  return length > LONGEST ? `Please say it in at most ${LONGEST} characters (${length} now).` : "";
}

/** Characters as the service counts them. */
function lengthOf(text: string): number {
  return Array.from(text.trim()).length;
}

/** The end of a day chosen in a form, as the service wants it; null for none. */
export function endOfDay(day: string): string | null {
  if (!day) return null;
  const end = new Date(`${day}T23:59:59`);
  return Number.isNaN(end.getTime()) ? null : end.toISOString().replace(/\.\d+Z$/, "Z");
}

/** What the form tells its table. */
export interface OverrideOwner {
  /** Rejects with the service's refusal. */
  send: (wish: OverrideWish) => Promise<void>;
  close: () => void;
}

export class OverrideForm {
  readonly element: HTMLElement;
  private readonly id = `exlab-override-${(count += 1)}`;
  private readonly kind = h("select", { id: `${this.id}-kind`, ...focusable(0) });
  private readonly findings = h("ul", { class: "exlab-findings" });
  private readonly reason = h("textarea", {
    id: `${this.id}-reason`,
    rows: 3,
    "aria-describedby": `${this.id}-count`,
    ...focusable(0),
  });
  private readonly counted = h("span", { id: `${this.id}-count`, class: "exlab-quiet" });
  private readonly until = h("input", { id: `${this.id}-until`, type: "date", ...focusable(0) });
  private readonly said = h("p", { class: "exlab-form-said", role: "status" }, "Reading the findings…");
  private readonly go: HTMLButtonElement;
  private detail: Detail | null = null;
  private sending = false;

  constructor(
    run: string,
    private readonly owner: OverrideOwner,
  ) {
    this.go = button("Let it pass", () => void this.send(), { class: "exlab-button exlab-primary" });
    const keep = button("Cancel", owner.close, { class: "exlab-button" });
    this.element = h(
      "form",
      { class: "exlab-ask exlab-override", "aria-label": `Override a finding of ${run}` },
      h("strong", {}, "Let this run pass in spite of a finding?"),
      h(
        "p",
        {},
        "It is then synced as it is, whatever this class of finding says of it. That is recorded with your name and your reason, and can be ended.",
      ),
      h("label", { for: this.kind.id }, "Finding"),
      this.kind,
      this.findings,
      h("label", { for: this.reason.id }, "Reason"),
      this.reason,
      this.counted,
      h("label", { for: this.until.id }, "Until the end of this day (optional)"),
      this.until,
      this.said,
      h("div", { class: "exlab-answers" }, this.go, keep),
    );
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") owner.close();
    });
    this.kind.addEventListener("change", () => this.showFindings());
    this.reason.addEventListener("input", () => this.count());
    this.count();
  }

  focus(): void {
    this.kind.focus({ preventScroll: true });
  }

  /** Say what went wrong. */
  fail(message: string): void {
    setText(this.said, message);
    this.said.dataset.tone = "red";
  }

  /** Offer the classes that block the run; a choice already made stays. */
  show(detail: Detail): void {
    this.detail = detail;
    const classes = blockingClasses(detail.findings);
    const chosen = this.kind.value;
    this.kind.replaceChildren(
      ...classes.map((name) => h("option", { value: name, selected: name === chosen }, classText(name))),
    );
    setText(this.said, classes.length ? "" : "Nothing blocks this run any more.");
    this.showFindings();
  }

  private showFindings(): void {
    const meant = (this.detail?.findings ?? []).filter((finding) => finding.problem_class === this.kind.value);
    this.findings.replaceChildren(
      ...meant.map((finding) =>
        h("li", {}, finding.path ? h("code", {}, finding.path) : null, ` ${finding.message} ${finding.remedy}`),
      ),
    );
    this.count();
  }

  private count(): void {
    const length = lengthOf(this.reason.value);
    setText(this.counted, `${length} of ${SHORTEST} to ${LONGEST} characters`);
    const problem = reasonProblem(this.reason.value);
    const off = problem || !this.kind.value || this.sending;
    this.go.setAttribute("aria-disabled", String(Boolean(off)));
    this.go.title = problem;
  }

  private async send(): Promise<void> {
    this.sending = true;
    this.count();
    delete this.said.dataset.tone;
    setText(this.said, "Asking the staging service…");
    const wish = {
      problem_class: this.kind.value,
      reason: this.reason.value.trim(),
      expires_at: endOfDay(this.until.value),
    };
    try {
      await this.owner.send(wish);
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
    this.sending = false;
    this.count();
  }
}
