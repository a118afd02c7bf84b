// Owns the line above the table: the search field, the quick views with their counts, the filter button and the keys.

import { button, focusable, h, setAttribute, setText } from "./dom";
import { type Filters, QUICK, type QuickName, chosenCount } from "./filters";
import { rove, settle } from "./rove";
import type { Row } from "./types";
import { countText } from "./words";

const NAMES = Object.keys(QUICK) as QuickName[];

/** What the line tells its table. */
export interface ToolbarOwner {
  search: (text: string) => void;
  view: (name: QuickName) => void;
  /** Open or close the list of filters, or of keys. */
  toggle: (what: "filter" | "help") => void;
  leave: () => void;
}

export class Toolbar {
  readonly element: HTMLElement;
  readonly search: HTMLInputElement;
  readonly filter: HTMLButtonElement;
  readonly help: HTMLButtonElement;
  /** One Tab stop; further buttons may join. */
  readonly group: HTMLElement;
  private readonly chips: HTMLButtonElement[];

  constructor(private readonly owner: ToolbarOwner) {
    const hint = {
      type: "search",
      placeholder: "Filter by name  ( / )",
      "aria-label": "Filter runs",
      class: "exlab-search",
    };
    this.search = h("input", { ...hint, autocomplete: "off", spellcheck: "false", ...focusable(0) });
    this.search.addEventListener("input", () => this.owner.search(this.search.value));
    this.search.addEventListener("keydown", (event) => this.onSearchKey(event));
    this.chips = NAMES.map((name) => this.chip(name));
    this.filter = button("Filter and sort", () => this.owner.toggle("filter"), {
      class: "exlab-chip exlab-filter-button",
      "aria-expanded": "false",
    });
    this.help = button("?", () => this.owner.toggle("help"), {
      class: "exlab-chip",
      "aria-label": "Keys",
      title: "Keys",
      "aria-expanded": "false",
    });
    this.group = h(
      "div",
      { role: "group", "aria-label": "Show", class: "exlab-chips" },
      ...this.chips,
      this.filter,
      this.help,
    );
    rove(this.group);
    this.element = h("div", { class: "exlab-toolbar" }, this.search, this.group);
  }

  /** Let further buttons, not focusable by Tab, join the one Tab stop. */
  add(buttons: HTMLElement): void {
    this.group.append(buttons);
  }

  /** Show what is asked for. */
  show(filters: Filters): void {
    if (this.search.value !== filters.text) this.search.value = filters.text;
    this.chips.forEach((chip, index) => setAttribute(chip, "aria-pressed", String(NAMES[index] === filters.quick)));
    const focused = this.group.contains(document.activeElement);
    settle(this.group, focused ? null : (this.chips[NAMES.indexOf(filters.quick)] ?? null));
    const chosen = chosenCount(filters);
    setText(this.filter, chosen ? `Filter and sort (${countText(chosen)})` : "Filter and sort");
  }

  /** How many runs each quick view has. */
  count(rows: Row[]): void {
    this.chips.forEach((chip, index) => {
      const name = NAMES[index] ?? "all";
      const found = rows.filter(QUICK[name].keeps).length;
      if (chip.lastElementChild) setText(chip.lastElementChild, countText(found));
      setAttribute(chip, "data-some", found > 0 && name === "attention");
    });
  }

  /** Put the focus into the search field, its text selected. */
  focusSearch(): void {
    this.search.focus();
    this.search.select();
  }

  private chip(name: QuickName): HTMLButtonElement {
    const count = h("span", { class: "exlab-chip-count" });
    const chip = button(`${QUICK[name].label} `, () => this.owner.view(name), {
      class: "exlab-chip",
      "data-filter": name,
    });
    chip.append(count);
    return chip;
  }

  private onSearchKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.search.value) this.owner.search("");
    else if (["Escape", "Enter", "ArrowDown"].includes(event.key)) this.owner.leave();
    else return;
    event.preventDefault();
  }
}
