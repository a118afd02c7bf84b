// @ts-check
// Owns the grid: which rows are in the page, what is open under them, and the keyboard.

import { focusable, h, placeChildren, setAttribute } from "./dom.js";

/** Up to here every row is in the page, so that the browser's own search finds it. */
const ALL_ROWS = 80;
/** Pixels above and below the visible part that are drawn too. */
const MARGIN = 400;
/** A row's height until it has been measured, in pixels. */
const GUESS = 48;
const COLUMNS = ["State", "Run", "Progress", "Files", "Size", "Last activity", "Actions"];

/** @typedef {import("./row.js").RowView} RowView */
/** @typedef {{element: HTMLElement, focus: () => void, kind: string}} Opened what is shown under a row */

export class Grid {
  /** @param {{make: (path: string) => RowView, paint: (view: RowView) => void, open: (path: string) => void, close: (path: string) => void}} owner */
  constructor(owner) {
    this.owner = owner;
    /** @type {string[]} */
    this.order = [];
    /** @type {Map<string, RowView>} */
    this.views = new Map();
    /** @type {Map<string, Opened & {row: HTMLElement}>} */
    this.opened = new Map();
    /** @type {Map<string, number>} */
    this.heights = new Map();
    /** The row that Tab reaches. */
    this.active = "";
    this.frame = 0;
    this.body = h("div", { role: "rowgroup", class: "exlab-body" });
    this.head = h("div", { role: "rowgroup", class: "exlab-head" }, headRow());
    this.element = h("div", { class: "exlab-grid", role: "grid", "aria-label": "Runs", ...focusable(-1) }, this.head, this.body);
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

  /** Show exactly these runs in this order. @param {string[]} order */
  setOrder(order) {
    this.order = order;
    if (!order.includes(this.active)) this.active = order[0] ?? "";
    setAttribute(this.element, "aria-rowcount", order.length + 1);
    this.draw();
  }

  /** Repaint those of `paths` that are in the page. @param {Iterable<string>} paths */
  repaint(paths) {
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

  /** Open something under a row, in place of what was there. @param {string} path @param {Opened} opened */
  open(path, opened) {
    const cell = h("div", { role: "gridcell", "aria-colspan": COLUMNS.length, class: "exlab-opened-cell" }, opened.element);
    this.opened.set(path, { ...opened, row: h("div", { role: "row", class: "exlab-opened" }, cell) });
    this.draw();
    opened.focus();
  }

  /** Close what is open under a row; the focus returns to the row. @param {string} path */
  close(path) {
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
    placeChildren(this.body, shown.flatMap((path, index) => this.nodesOf(path, from + index)));
    this.body.style.paddingTop = `${this.offset(from)}px`;
    this.body.style.paddingBottom = `${this.offset(this.order.length) - this.offset(to)}px`;
    this.measure();
  }

  /** First and one past the last row to draw. @returns {[number, number]} */
  range() {
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

  /** @param {number} index */
  heightOf(index) {
    return this.heights.get(this.order[index]) ?? GUESS;
  }

  /** Pixels above a row. @param {number} index */
  offset(index) {
    let height = 0;
    for (let at = 0; at < index; at += 1) height += this.heightOf(at);
    return this.order.length <= ALL_ROWS ? 0 : height;
  }

  /** @param {string} path @param {number} index @returns {Element[]} */
  nodesOf(path, index) {
    const view = this.views.get(path) ?? this.makeView(path);
    setAttribute(view.element, "aria-rowindex", index + 2);
    setAttribute(view.element, "tabindex", path === this.active ? 0 : -1);
    const opened = this.opened.get(path);
    return opened ? [view.element, opened.row] : [view.element];
  }

  /** @param {string} path */
  makeView(path) {
    const view = this.owner.make(path);
    this.views.set(path, view);
    this.owner.paint(view);
    return view;
  }

  /** Let go of rows that left the visible part; a focus among them stays in the grid. @param {Set<string>} shown */
  forget(shown) {
    for (const [path, view] of this.views) {
      if (shown.has(path)) continue;
      if (view.element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
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

  /** Move the focus to a row, scrolling to it. @param {number} index */
  focusRow(index) {
    const at = Math.min(Math.max(index, 0), this.order.length - 1);
    if (at < 0) return;
    this.active = this.order[at];
    this.scrollTo(at);
    this.draw();
    this.views.get(this.active)?.element.focus({ preventScroll: true });
    this.views.get(this.active)?.element.scrollIntoView({ block: "nearest" });
  }

  /** Bring a row that may not be drawn yet into the visible part. @param {number} index */
  scrollTo(index) {
    if (this.order.length <= ALL_ROWS) return;
    const top = this.offset(index);
    const room = this.element.clientHeight - this.head.offsetHeight;
    const bottom = top + this.heightOf(index);
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (bottom > this.element.scrollTop + room) this.element.scrollTop = bottom - room;
  }

  /** @param {FocusEvent} event */
  onFocus(event) {
    const row = event.target instanceof Element ? event.target.closest(".exlab-row") : null;
    const path = row?.getAttribute("data-run");
    if (!path || path === this.active) return;
    const before = this.views.get(this.active);
    if (before) before.element.tabIndex = -1;
    this.active = path;
    /** @type {HTMLElement} */ (row).tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest(".exlab-opened") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = this.steps()[event.key];
    const onRow = target === this.element || target.classList.contains("exlab-row");
    if (step !== undefined) this.focusRow(step);
    else if (event.key === "ArrowRight") this.sideways(target, 1);
    else if (event.key === "ArrowLeft") this.sideways(target, -1);
    else if (event.key === "Enter" && onRow) this.owner.open(this.active);
    else if (event.key === "Escape") this.escape();
    else return;
    event.preventDefault();
  }

  /** Where each key leads, as row indices. @returns {Record<string, number>} */
  steps() {
    const at = this.order.indexOf(this.active);
    const page = Math.max(1, Math.floor(this.element.clientHeight / GUESS) - 1);
    const end = this.order.length - 1;
    return { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: end };
  }

  /** Between a row and its buttons. @param {HTMLElement} target @param {number} by */
  sideways(target, by) {
    const row = this.views.get(this.active)?.element;
    if (!row) return;
    /** @type {HTMLElement[]} */
    const stops = [row, ...row.querySelectorAll("button")];
    const at = Math.max(0, stops.indexOf(target));
    stops[Math.min(Math.max(at + by, 0), stops.length - 1)].focus({ preventScroll: true });
  }

  escape() {
    if (this.opened.has(this.active)) this.owner.close(this.active);
    this.focusRow(this.order.indexOf(this.active));
  }
}

function headRow() {
  const cells = COLUMNS.map((name) =>
    h("div", { role: "columnheader", class: `exlab-th exlab-th-${name.split(" ")[0].toLowerCase()}` }, name),
  );
  return h("div", { role: "row", class: "exlab-cells", "aria-rowindex": 1 }, ...cells);
}
