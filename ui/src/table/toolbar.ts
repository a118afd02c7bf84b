// Owns the filter: chips with counts and the search field.

import { button, focusable, h, setAttribute, setText } from "./dom";
import { FILTERS } from "./states";
import { countText } from "./words";
import type { FilterName } from "./states";
import type { Row } from "./types";

const NAMES = Object.keys(FILTERS) as FilterName[];

export class Toolbar {
  name: FilterName = "all";
  onChange: () => void;
  search: HTMLInputElement;
  chips: HTMLButtonElement[];
  element: HTMLDivElement;

  constructor(onChange: () => void, onLeave: () => void) {
    this.onChange = onChange;
    const hint = {
      type: "search",
      placeholder: "Filter by name  ( / )",
      "aria-label": "Filter runs",
      class: "exlab-search",
    };
    this.search = h("input", { ...hint, autocomplete: "off", spellcheck: "false", ...focusable(0) });
    this.search.addEventListener("input", () => this.onChange());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.escape(onLeave);
      if (event.key === "Enter" || event.key === "ArrowDown") onLeave();
    });
    this.chips = NAMES.map((name) => this.chip(name));
    const group = h("div", { role: "group", "aria-label": "Show", class: "exlab-chips" }, ...this.chips);
    group.addEventListener("keydown", (event) => this.onChipKey(event));
    this.element = h("div", { class: "exlab-toolbar" }, this.search, group);
    this.pick("all");
  }

  chip(name: FilterName) {
    const count = h("span", { class: "exlab-chip-count" });
    const chip = button(`${FILTERS[name].label} `, () => this.choose(name), {
      class: "exlab-chip",
      "data-filter": name,
    });
    chip.append(count);
    return chip;
  }

  choose(name: FilterName) {
    this.pick(name);
    this.onChange();
  }

  pick(name: FilterName) {
    this.name = name;
    this.chips.forEach((chip, index) => {
      setAttribute(chip, "aria-pressed", String(NAMES[index] === name));
      chip.tabIndex = NAMES[index] === name ? 0 : -1;
    });
  }

  /** Show everything again. */
  reset() {
    this.search.value = "";
    this.choose("all");
  }

  escape(leave: () => void) {
    if (!this.search.value) leave();
    else {
      this.search.value = "";
      this.onChange();
    }
  }

  onChipKey(event: KeyboardEvent) {
    const at = this.chips.findIndex((chip) => chip === event.target);
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by || at < 0) return;
    this.chips.at((at + by) % this.chips.length)?.focus();
    event.preventDefault();
  }

  count(rows: Row[]) {
    this.chips.forEach((chip, index) => {
      const found = rows.filter(FILTERS[NAMES[index] ?? "all"].keeps).length;
      if (chip.lastElementChild) setText(chip.lastElementChild, countText(found));
      setAttribute(chip, "data-some", found > 0 && NAMES[index] === "attention");
    });
  }
}
