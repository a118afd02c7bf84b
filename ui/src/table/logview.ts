// Owns the log shown under a row: its last lines, following the end unless someone scrolled up.

import { button, focusable, h, setText } from "./dom";
import { plural } from "./words";
import type { LogAnswer } from "./types";

/** Pixels from the end within which the view counts as following. */
const NEAR = 24;
const ERROR = /\[(ERROR|FATAL)\s*\]/;
const WARNING = /\[WARN(ING)?\s*\]/;
/** What every line of one run repeats: shown on hover, copied, but not read again and again. */
const REPEATED = /\[host:[^\]]*\] \[equip:[^\]]*\] \[proj:.*?\] \[kind:[^\]]*\] /;

export class LogView {
  text = "";
  fresh = true;
  reading = false;
  stale = false; // the run changed while its log was being read
  next = 0;
  where = h("code", { class: "exlab-log-path" });
  found: HTMLButtonElement;
  lines: HTMLDivElement;
  copy: HTMLButtonElement;
  element: HTMLElement;

  constructor(run: string, close: () => void) {
    this.found = button("", () => this.nextError(), { class: "exlab-button", hidden: true });
    this.lines = h("div", {
      class: "exlab-log-lines",
      role: "log",
      "aria-live": "off",
      "aria-label": `Log of ${run}`,
      ...focusable(0),
    });
    this.copy = button("Copy", () => void this.copyAll(), { class: "exlab-button" });
    const done = button("Close", close, { class: "exlab-button" });
    const bar = h("div", { class: "exlab-log-bar" }, this.where, this.found, this.copy, done);
    this.element = h("section", { class: "exlab-log", "aria-label": `Log of ${run}` }, bar, this.lines);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
  }

  focus() {
    this.lines.focus({ preventScroll: true });
  }

  /** Show what the server sent. */
  show(answer: LogAnswer) {
    const text = answer.lines.join("\n");
    setText(this.where, answer.log_path);
    if (text === this.text && !this.fresh) return;
    const following = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < NEAR;
    this.text = text;
    this.lines.replaceChildren(...answer.lines.map(logLine));
    this.showErrors();
    if (following && !(this.fresh && this.errors().length)) this.lines.scrollTop = this.lines.scrollHeight;
    if (this.fresh) this.nextError();
    this.fresh = false;
    if (!answer.lines.length) this.fail("Nothing is written yet.");
  }

  /** Say why there are no lines. */
  fail(message: string) {
    this.lines.replaceChildren(h("div", { class: "exlab-quiet" }, message));
  }

  errors(): HTMLElement[] {
    return [...this.lines.querySelectorAll<HTMLElement>(".exlab-log-error")];
  }

  showErrors() {
    const count = this.errors().length;
    this.found.hidden = count === 0;
    setText(this.found, `Next of ${plural(count, "error")}`);
  }

  /** Scroll to the first error, then to the one after. */
  nextError() {
    const errors = this.errors();
    const line = errors[this.next % errors.length];
    if (!line) return;
    this.next += 1;
    this.lines.scrollTop = line.offsetTop - NEAR;
  }

  async copyAll() {
    const clipboard = navigator.clipboard as Clipboard | undefined; // none on a page without TLS
    const worked = await clipboard?.writeText(this.text).then(
      () => true,
      () => false,
    );
    setText(this.copy, worked ? "Copied" : "Select and copy");
  }
}

function logLine(text: string) {
  const kind = ERROR.test(text) ? "exlab-log-error" : WARNING.test(text) ? "exlab-log-warning" : "exlab-log-line";
  return h("div", { class: kind, title: text }, text.replace(REPEATED, ""));
}
