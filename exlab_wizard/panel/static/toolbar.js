// @ts-check
// Owns the filter: chips with counts and the search field.

import { button, focusable, h, setAttribute, setText } from "./dom.js";
import { FILTERS } from "./states.js";
import { countText } from "./words.js";

/** @typedef {import("./states.js").FilterName} FilterName */
/** @typedef {import("./types.js").Row} Row */

const NAMES = /** @type {FilterName[]} */ (Object.keys(FILTERS));

export class Toolbar {
  /** @param {() => void} onChange @param {() => void} onLeave */
  constructor(onChange, onLeave) {
    /** @type {FilterName} */
    this.name = "all";
    this.onChange = onChange;
    const hint = { type: "search", placeholder: "Filter by name  ( / )", "aria-label": "Filter runs", class: "exlab-search" };
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

  /** @param {FilterName} name */
  chip(name) {
    const count = h("span", { class: "exlab-chip-count" });
    const chip = button(`${FILTERS[name].label} `, () => this.choose(name), { class: "exlab-chip", "data-filter": name });
    chip.append(count);
    return chip;
  }

  /** @param {FilterName} name */
  choose(name) {
    this.pick(name);
    this.onChange();
  }

  /** @param {FilterName} name */
  pick(name) {
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

  /** @param {() => void} leave */
  escape(leave) {
    if (!this.search.value) leave();
    else {
      this.search.value = "";
      this.onChange();
    }
  }

  /** @param {KeyboardEvent} event */
  onChipKey(event) {
    const at = this.chips.findIndex((chip) => chip === event.target);
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by || at < 0) return;
    this.chips[(at + by + this.chips.length) % this.chips.length].focus();
    event.preventDefault();
  }

  /** @param {Row[]} rows */
  count(rows) {
    this.chips.forEach((chip, index) => {
      const found = rows.filter(FILTERS[NAMES[index]].keeps).length;
      setText(/** @type {Element} */ (chip.lastElementChild), countText(found));
      setAttribute(chip, "data-some", found > 0 && NAMES[index] === "attention");
    });
  }
}
