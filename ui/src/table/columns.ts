// Owns the head of the table: the columns' names, the buttons that sort by them, and the box that selects all.

import { focusable, h, setAttribute, setText } from "./dom";
import { type Sort, type SortKey, firstSort } from "./sorting";

/** One column: the part of its class names, what it is called, and what it sorts by. */
interface Column {
  name: string;
  label: string;
  sort: SortKey | null;
}

export const COLUMNS: Column[] = [
  { name: "pick", label: "Select", sort: null },
  { name: "state", label: "State", sort: "state" },
  { name: "run", label: "Run", sort: "run" },
  { name: "equipment", label: "Equipment", sort: "equipment" },
  { name: "project", label: "Project", sort: "project" },
  { name: "progress", label: "Progress", sort: "progress" },
  { name: "files", label: "Files", sort: "files" },
  { name: "size", label: "Size", sort: "size" },
  { name: "last", label: "Last activity", sort: "last" },
  { name: "actions", label: "Actions", sort: null },
];

/** What the head tells its table. */
export interface HeadOwner {
  sortBy: (key: SortKey) => void;
  pickAll: () => void;
  leave: () => void;
}

export class Head {
  readonly element: HTMLElement;
  private readonly cells = new Map<SortKey, HTMLElement>();
  private readonly box: HTMLInputElement;

  constructor(private readonly owner: HeadOwner) {
    this.box = h("input", {
      type: "checkbox",
      class: "exlab-box",
      "aria-label": "Select all runs shown",
      ...focusable(-1),
    });
    this.box.addEventListener("change", () => this.owner.pickAll());
    const row = h(
      "div",
      { role: "row", class: "exlab-cells", "aria-rowindex": 1 },
      ...COLUMNS.map((column) => this.cell(column)),
    );
    row.addEventListener("keydown", (event) => this.onKey(event));
    this.element = h("div", { role: "rowgroup", class: "exlab-head" }, row);
    this.showSort(null);
  }

  /** Say by which column the table is sorted. */
  showSort(sort: Sort | null): void {
    for (const [key, cell] of this.cells) {
      const down = sort?.key === key ? sort.down : null;
      setAttribute(cell, "aria-sort", down === null ? "none" : down ? "descending" : "ascending");
      const button = cell.firstElementChild;
      if (!button) continue;
      setText(button.lastElementChild ?? button, down === null ? "" : down ? "▾" : "▴");
      setAttribute(button, "title", hint(key, sort));
    }
  }

  /** Say how many of the shown runs are selected. */
  showPicked(picked: number, shown: number): void {
    this.box.checked = shown > 0 && picked === shown;
    this.box.indeterminate = picked > 0 && picked < shown;
  }

  /** Take the focus, on the column that is sorted by. */
  focus(): void {
    const stops = this.stops();
    const sorted = stops.find((stop) => stop.parentElement?.getAttribute("aria-sort")?.endsWith("ending"));
    (sorted ?? stops[1] ?? stops[0])?.focus({ preventScroll: true });
  }

  private cell({ name, label, sort }: Column): HTMLElement {
    const attributes = { role: "columnheader", class: `exlab-th exlab-th-${name}` };
    if (name === "pick") return h("div", attributes, this.box);
    if (!sort) return h("div", attributes, label);
    const mark = h("span", { class: "exlab-sorted", "aria-hidden": "true" });
    const button = h("button", { type: "button", class: "exlab-sort", ...focusable(-1) }, label, mark);
    button.addEventListener("click", () => this.owner.sortBy(sort));
    const cell = h("div", attributes, button);
    this.cells.set(sort, cell);
    return cell;
  }

  private stops(): HTMLElement[] {
    const all = [...this.element.querySelectorAll<HTMLElement>("input, button")];
    return all.filter((stop) => stop.offsetParent !== null);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const stops = this.stops();
    const at = stops.indexOf(event.target as HTMLElement);
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (event.key === "ArrowDown" || event.key === "Escape") this.owner.leave();
    else if (by) stops[Math.min(Math.max(at + by, 0), stops.length - 1)]?.focus({ preventScroll: true });
    else if (!["Home", "End", "ArrowUp", "PageUp", "PageDown"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** What the next click on a column's name does. */
function hint(key: SortKey, sort: Sort | null): string {
  if (sort?.key !== key) return "Sort";
  return sort.down === firstSort(key).down ? "Sort the other way round" : "Back to what needs attention first";
}
