// Owns the grid: which rows are in the page, what is open under them, and the keyboard.

import { focusable, h, placeChildren, setAttribute } from "./dom";
import { COLUMNS, Head } from "./columns";
import type { RowView } from "./row";
import type { SortKey } from "./sorting";

/** Up to here every row is in the page, so that the browser's own search finds it. */
const ALL_ROWS = 80;
/** Pixels above and below the visible part that are drawn too. */
const MARGIN = 400;
/** A row's height until it has been measured, in pixels. */
const GUESS = 48;

/** What is shown under a row. */
export type Opened = { element: HTMLElement; focus: () => void; kind: string };

/** Who knows what stands in the rows. */
export interface Owner {
  make: (path: string) => RowView;
  paint: (view: RowView) => void;
  open: (path: string) => void;
  close: (path: string) => void;
  sortBy: (key: SortKey) => void;
  /** Select a run, or no more. */
  pick: (path: string) => void;
  /** Select up to a run, from where the range began or else from `from`. */
  extend: (path: string, from: string) => void;
  pickAll: () => void;
  /** Drop the selection; whether there was one. */
  drop: () => boolean;
}

export class Grid {
  owner: Owner;
  order: string[] = [];
  views = new Map<string, RowView>();
  opened = new Map<string, Opened & { row: HTMLElement }>();
  heights = new Map<string, number>();
  /** The row that Tab reaches. */
  active = "";
  frame = 0;
  /** The run that a link led to. */
  marked = "";
  body = h("div", { role: "rowgroup", class: "exlab-body" });
  head: Head;
  element: HTMLDivElement;
  observer: ResizeObserver;

  constructor(owner: Owner) {
    this.owner = owner;
    this.head = new Head({
      sortBy: (key) => this.owner.sortBy(key),
      pickAll: () => this.owner.pickAll(),
      leave: () => this.focusActive(),
    });
    const attributes = { class: "exlab-grid", role: "grid", "aria-label": "Runs", "aria-multiselectable": "true" };
    this.element = h("div", { ...attributes, ...focusable(-1) }, this.head.element, this.body);
    this.body.addEventListener("click", (event) => this.onClick(event));
    this.body.addEventListener("mousedown", (event) => {
      if (event.shiftKey) event.preventDefault(); // a range of runs, not of text
    });
    this.element.addEventListener("scroll", () => this.later(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focusin", (event) => this.onFocus(event));
    this.observer = new ResizeObserver(() => this.later());
    this.observer.observe(this.element);
  }

  dispose() {
    this.observer.disconnect();
    window.cancelAnimationFrame(this.frame);
  }

  /** Show exactly these runs in this order. */
  setOrder(order: string[]) {
    this.order = order;
    if (!order.includes(this.active)) this.active = order[0] ?? "";
    setAttribute(this.element, "aria-rowcount", order.length + 1);
    this.draw();
  }

  /** Repaint those of `paths` that are in the page. */
  repaint(paths: Iterable<string>) {
    for (const path of paths) {
      const view = this.views.get(path);
      if (view) this.owner.paint(view);
    }
    this.measure();
  }

  /** Repaint whatever is in the page. */
  repaintAll() {
    this.repaint([...this.views.keys()]);
  }

  /** Open something under a row, in place of what was there. */
  open(path: string, opened: Opened) {
    const cell = h(
      "div",
      { role: "gridcell", "aria-colspan": COLUMNS.length, class: "exlab-opened-cell" },
      opened.element,
    );
    this.opened.set(path, { ...opened, row: h("div", { role: "row", class: "exlab-opened" }, cell) });
    this.draw();
    opened.focus();
  }

  /** Whether anything is open under a row that is shown. */
  get isOpen(): boolean {
    return [...this.opened.keys()].some((path) => this.order.includes(path));
  }

  /** Bring what is open under a row into the visible part, as far as the row stays there too. */
  reveal(path: string) {
    const opened = this.opened.get(path)?.row;
    const row = this.views.get(path)?.element;
    if (!opened?.isConnected || !row) return;
    const below = opened.getBoundingClientRect().bottom - this.element.getBoundingClientRect().bottom;
    const above = row.getBoundingClientRect().top - this.head.element.getBoundingClientRect().bottom;
    if (below > 0) this.element.scrollTop += Math.min(below, Math.max(above, 0));
  }

  /** Close what is open under a row; the focus returns to the row. */
  close(path: string) {
    const opened = this.opened.get(path);
    if (!opened) return;
    const focused = opened.row.contains(document.activeElement);
    this.opened.delete(path);
    this.draw();
    if (focused) this.focusRow(this.order.indexOf(path));
  }

  later() {
    window.cancelAnimationFrame(this.frame);
    this.frame = window.requestAnimationFrame(() => this.draw());
  }

  /** Put the rows of the visible part into the page. */
  draw() {
    const [from, to] = this.range();
    const shown = this.order.slice(from, to);
    this.forget(new Set(shown));
    placeChildren(
      this.body,
      shown.flatMap((path, index) => this.nodesOf(path, from + index)),
    );
    setAttribute(this.element, "tabindex", this.views.has(this.active) ? -1 : 0); // Tab finds the way in at any scroll
    this.body.style.paddingTop = `${this.offset(from)}px`;
    this.body.style.paddingBottom = `${this.offset(this.order.length) - this.offset(to)}px`;
    this.measure();
  }

  /** First and one past the last row to draw. */
  range(): [number, number] {
    if (this.order.length <= ALL_ROWS) return [0, this.order.length];
    const top = this.element.scrollTop - MARGIN;
    const bottom = this.element.scrollTop + this.element.clientHeight + MARGIN;
    let height = 0;
    let from = -1;
    for (let index = 0; index < this.order.length; index += 1) {
      if (height > bottom) return [Math.max(from, 0), index];
      height += this.heightOf(index);
      if (from < 0 && height > top) from = index;
    }
    return [Math.max(from, 0), this.order.length];
  }

  heightOf(index: number) {
    return this.heights.get(this.order[index] ?? "") ?? GUESS;
  }

  /** Pixels above a row. */
  offset(index: number) {
    let height = 0;
    for (let at = 0; at < index; at += 1) height += this.heightOf(at);
    return this.order.length <= ALL_ROWS ? 0 : height;
  }

  nodesOf(path: string, index: number): Element[] {
    const view = this.views.get(path) ?? this.makeView(path);
    setAttribute(view.element, "aria-rowindex", index + 2);
    setAttribute(view.element, "tabindex", path === this.active ? 0 : -1);
    setAttribute(view.element, "aria-current", path === this.marked ? "true" : null);
    const opened = this.opened.get(path);
    return opened ? [view.element, opened.row] : [view.element];
  }

  makeView(path: string) {
    const view = this.owner.make(path);
    this.views.set(path, view);
    this.owner.paint(view);
    return view;
  }

  /** Let go of rows that left the visible part; a focus among them stays in the grid. */
  forget(shown: Set<string>) {
    for (const [path, view] of this.views) {
      if (shown.has(path)) continue;
      const parts = [view.element, this.opened.get(path)?.row];
      if (parts.some((part) => part?.contains(document.activeElement))) this.element.focus({ preventScroll: true });
      this.views.delete(path);
    }
  }

  /** Remember how high the drawn rows are. */
  measure() {
    if (this.order.length <= ALL_ROWS) return;
    for (const [path, view] of this.views) {
      const height = view.element.offsetHeight + (this.opened.get(path)?.row.offsetHeight ?? 0);
      if (height) this.heights.set(path, height);
    }
  }

  /** Move the focus to a row, scrolling to it. */
  focusRow(index: number) {
    const at = Math.min(Math.max(index, 0), this.order.length - 1);
    if (at < 0) return;
    if (this.order[at] !== this.marked) this.marked = "";
    this.show(at);
    this.views.get(this.active)?.element.focus({ preventScroll: true });
  }

  /** Back to the row that Tab reaches. */
  focusActive() {
    this.focusRow(this.order.indexOf(this.active));
  }

  /** Bring a row into view; Tab reaches it from now on. */
  show(at: number) {
    this.active = this.order[at] ?? "";
    this.scrollTo(at);
    this.draw();
    this.views.get(this.active)?.element.scrollIntoView({ block: "nearest" });
  }

  /** Point at a run until somebody goes on to another one. */
  mark(path: string) {
    this.marked = path;
    this.show(Math.max(this.order.indexOf(path), 0));
  }

  /** Bring a row that may not be drawn yet into the visible part. */
  scrollTo(index: number) {
    if (this.order.length <= ALL_ROWS) return;
    const top = this.offset(index);
    const room = this.element.clientHeight - this.head.element.offsetHeight;
    const bottom = top + this.heightOf(index);
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (bottom > this.element.scrollTop + room) this.element.scrollTop = bottom - room;
  }

  onFocus(event: FocusEvent) {
    const row = event.target instanceof Element ? event.target.closest(".exlab-row") : null;
    const path = row?.getAttribute("data-run");
    if (!path || path === this.active) return;
    const before = this.views.get(this.active);
    if (before) before.element.tabIndex = -1;
    if (this.marked && path !== this.marked) {
      this.views.get(this.marked)?.element.removeAttribute("aria-current");
      this.marked = "";
    }
    this.active = path;
    (row as HTMLElement).tabIndex = 0;
  }

  onKey(event: KeyboardEvent) {
    const target = event.target as HTMLElement;
    if (target.closest(".exlab-opened") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = this.steps()[event.key];
    if (step !== undefined) this.go(event, step);
    else if (!this.act(event.key, target)) return;
    event.preventDefault();
  }

  /** To another row; with Shift all on the way are selected. Above the first one is the head. */
  go(event: KeyboardEvent, step: number) {
    const from = this.active;
    if (event.key === "ArrowUp" && step < 0 && !event.shiftKey) this.head.focus();
    else this.focusRow(step);
    if (event.shiftKey) this.owner.extend(this.active, from);
  }

  /** A click beside buttons and text that is open: with Shift up to here, with Ctrl or Cmd this one too. */
  onClick(event: MouseEvent) {
    const target = event.target as HTMLElement;
    const path = target.closest(".exlab-row")?.getAttribute("data-run");
    if (!path || target.closest("button, input, label, a, code")) return;
    if (event.shiftKey) this.owner.extend(path, this.active);
    else if (event.ctrlKey || event.metaKey) this.owner.pick(path);
  }

  /** What a key other than those that move between rows does; false: nothing. */
  act(key: string, target: HTMLElement): boolean {
    const onRow = target === this.element || target.classList.contains("exlab-row");
    if (key === "ArrowRight") this.sideways(target, 1);
    else if (key === "ArrowLeft") this.sideways(target, -1);
    else if (key === "Enter" && onRow) this.owner.open(this.active);
    else if (key === " " && onRow) this.owner.pick(this.active);
    else if (key === "Escape") this.escape();
    else return false;
    return true;
  }

  /** Where each key leads, as row indices. */
  steps(): Record<string, number> {
    const at = this.order.indexOf(this.active);
    const page = Math.max(1, Math.floor(this.element.clientHeight / GUESS) - 1);
    const end = this.order.length - 1;
    return { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: end };
  }

  /** Between a row and its buttons. */
  sideways(target: HTMLElement, by: number) {
    const row = this.views.get(this.active)?.element;
    if (!row) return;
    const stops: HTMLElement[] = [row, ...row.querySelectorAll("button")];
    const at = Math.max(0, stops.indexOf(target));
    stops[Math.min(Math.max(at + by, 0), stops.length - 1)]?.focus({ preventScroll: true });
  }

  escape() {
    if (this.opened.has(this.active)) this.owner.close(this.active);
    else this.owner.drop();
    this.focusActive();
  }
}
