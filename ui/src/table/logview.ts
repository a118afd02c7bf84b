// Owns the log shown under a row: its last lines, following the end unless someone scrolled up.

import { copyButton } from "./clipboard";
import { button, focusable, h, setText } from "./dom";
import { goneSince, holds, readable, weightOf } from "./loglines";
import type { LogAnswer } from "./types";
import { countText, plural } from "./words";

/** Pixels from the end within which the view counts as following. */
const NEAR = 24;

export class LogView {
  readonly element: HTMLElement;
  private texts: string[] = [];
  private fresh = true;
  /** the error last shown */
  private current: HTMLElement | null = null;
  private readonly where = h("code", { class: "exlab-log-path" });
  private readonly filter: HTMLInputElement;
  private readonly errors = h("span", { class: "exlab-log-errors" });
  private readonly found = h("span", { class: "exlab-quiet" });
  private readonly lines: HTMLElement;
  private readonly below: HTMLButtonElement;

  /** @param atError whether it opens at its first error, not at its end */
  constructor(
    run: string,
    close: () => void,
    private readonly atError: boolean,
  ) {
    const name = `Log of ${run}`;
    this.lines = h("div", {
      class: "exlab-log-lines",
      role: "log",
      "aria-live": "off",
      "aria-label": name,
      ...focusable(0),
    });
    this.lines.addEventListener("scroll", () => this.following() && (this.below.hidden = true), { passive: true });
    this.below = button("New lines below", () => this.toEnd(), {
      class: "exlab-button exlab-primary exlab-log-below",
      hidden: true,
    });
    this.filter = h("input", {
      type: "search",
      class: "exlab-search",
      placeholder: "Filter lines",
      "aria-label": "Filter the log",
      ...focusable(0),
    });
    this.filter.addEventListener("input", () => this.sift());
    const previous = button("↑", () => this.step(-1), {
      class: "exlab-button",
      "aria-label": "Previous error",
      title: "Previous error",
    });
    const next = button("↓", () => this.step(1), {
      class: "exlab-button",
      "aria-label": "Next error",
      title: "Next error",
    });
    this.errors.append(this.found, previous, next);
    this.errors.hidden = true;
    const copy = copyButton("Copy", () => this.shown().join("\n"));
    const done = button("Close", close, { class: "exlab-button", "aria-label": `Close the log of ${run}` });
    const bar = h("div", { class: "exlab-log-bar" }, this.where, this.filter, this.errors, copy, done);
    this.element = h("section", { class: "exlab-log", "aria-label": name }, bar, this.lines, this.below);
    this.element.addEventListener("keydown", (event) => this.onKey(event, close));
  }

  focus(): void {
    this.lines.focus({ preventScroll: true });
  }

  /** Show what the service sent. */
  show(answer: LogAnswer): void {
    setText(this.where, answer.log_path);
    const follows = this.fresh || this.following();
    const added = this.take(answer.lines);
    if (!answer.lines.length) this.fail("Nothing is written yet.");
    if (this.fresh && this.atError && this.marked().length) this.step(1);
    else if (follows) this.toEnd();
    else if (added) this.below.hidden = false;
    this.fresh = false;
  }

  /** Add what is new and drop what is too old, so that whoever reads keeps the place; how many lines came. */
  private take(lines: string[]): number {
    const gone = goneSince(this.texts, lines);
    const kept = this.texts.length - gone;
    if (kept) this.drop(gone);
    else this.lines.replaceChildren();
    this.texts = lines;
    this.lines.append(...lines.slice(kept).map(logLine));
    this.sift();
    return lines.length - kept;
  }

  /** Say why there are no lines. */
  fail(message: string): void {
    this.texts = [];
    this.lines.replaceChildren(h("div", { class: "exlab-quiet" }, message));
  }

  private following(): boolean {
    return this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < NEAR;
  }

  private toEnd(): void {
    this.lines.scrollTop = this.lines.scrollHeight;
    if (this.below.contains(document.activeElement)) this.focus();
    this.below.hidden = true;
  }

  /** Take the oldest lines away; what is read stays where it is. */
  private drop(gone: number): void {
    const height = this.lines.scrollHeight;
    for (let left = gone; left > 0; left -= 1) this.lines.firstElementChild?.remove();
    this.lines.scrollTop -= height - this.lines.scrollHeight;
  }

  /** Hide what does not pass the filter, and count the errors that are left. */
  private sift(): void {
    [...this.lines.children].forEach((node, index) => {
      (node as HTMLElement).hidden = !holds(this.texts[index] ?? "", this.filter.value);
    });
    this.count();
  }

  private count(): void {
    const errors = this.marked();
    const at = errors.findIndex((each) => each === this.current);
    this.errors.hidden = errors.length === 0;
    const place = `error ${countText(at + 1)} of ${countText(errors.length)}`;
    setText(this.found, at < 0 ? plural(errors.length, "error") : place);
  }

  private shown(): string[] {
    return this.texts.filter((line) => holds(line, this.filter.value));
  }

  private marked(): HTMLElement[] {
    return [...this.lines.querySelectorAll<HTMLElement>(".exlab-log-error:not([hidden])")];
  }

  /** Show the first error, then the one after or before. */
  private step(by: number): void {
    const errors = this.marked();
    if (!errors.length) return;
    this.current?.removeAttribute("data-at");
    const at = errors.findIndex((each) => each === this.current);
    const line = errors.at(at < 0 && by < 0 ? -1 : (at + by) % errors.length);
    if (!line) return;
    this.current = line;
    line.setAttribute("data-at", "");
    this.lines.scrollTop = line.offsetTop - NEAR;
    this.count();
  }

  private onKey(event: KeyboardEvent, close: () => void): void {
    if (event.key !== "Escape") return;
    if (event.target === this.filter && this.filter.value) {
      this.filter.value = "";
      this.sift();
    } else close();
    event.preventDefault();
  }
}

function logLine(text: string): HTMLElement {
  return h("div", { class: `exlab-log-${weightOf(text)}`, title: text }, readable(text));
}
