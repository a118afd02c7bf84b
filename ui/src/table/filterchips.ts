// Owns the line that says what is filtered away: how many runs show, what is asked for, each with a way to take it off.

import { button, h, placeChildren, setAttribute, setText } from "./dom";
import { FACETS, FACET_NAMES, type FacetName, type Filters, isFiltered } from "./filters";
import { rove, settle } from "./rove";
import { countText, plural } from "./words";

/** What the line tells its table. */
export interface FilterChipsOwner {
  remove: (name: FacetName, value: string) => void;
  showAll: () => void;
  /** The last chip went while it had the focus. */
  leave: () => void;
}

export class FilterChips {
  readonly element: HTMLElement;
  private readonly count = h("span", { class: "exlab-shown" });
  private readonly group: HTMLElement;
  private readonly all: HTMLElement;
  private readonly chips = new Map<string, HTMLElement>();

  constructor(private readonly owner: FilterChipsOwner) {
    this.all = button("Show all runs", () => this.showAll(), { class: "exlab-button exlab-primary" });
    this.group = h("div", { role: "group", "aria-label": "Filters in use", class: "exlab-chips" }, this.all);
    this.element = h("div", { class: "exlab-active", hidden: true }, this.count, this.group);
    rove(this.group);
    this.group.addEventListener("keydown", (event) => {
      const chip = event.target as HTMLElement;
      if ((event.key === "Delete" || event.key === "Backspace") && chip !== this.all) chip.click();
    });
  }

  /** Say what is asked for and how many of all runs that leaves. */
  show(filters: Filters, shown: number, all: number): void {
    setAttribute(this.element, "hidden", !isFiltered(filters) || !all);
    setAttribute(this.all, "hidden", !shown); // where no run matches, the empty table offers the same
    setText(this.count, `${countText(shown)} of ${plural(all, "run")}`);
    const wanted = FACET_NAMES.flatMap((name) => filters[name].map((value) => this.chip(name, value)));
    placeChildren(this.group, [...wanted, this.all]);
    settle(this.group);
  }

  private showAll(): void {
    this.owner.showAll();
    this.owner.leave();
  }

  private chip(name: FacetName, value: string): HTMLElement {
    const key = `${name} ${value}`;
    const made = this.chips.get(key);
    if (made) return made;
    const { title, labelOf } = FACETS[name];
    const words = h("bdi", { class: "exlab-cut" }, `${title}: ${labelOf(value)}`);
    const attributes = {
      class: "exlab-chip exlab-active-chip",
      "aria-label": `Take off the filter ${title}: ${labelOf(value)}`,
    };
    const chip = button("", () => this.takeOff(name, value), attributes);
    chip.append(words, h("span", { "aria-hidden": "true" }, " ×"));
    this.chips.set(key, chip);
    return chip;
  }

  /** The focus goes to the neighbour of a chip that is taken off. */
  private takeOff(name: FacetName, value: string): void {
    const chip = this.chips.get(`${name} ${value}`);
    const next = (chip?.nextElementSibling ?? null) as HTMLElement | null;
    const focused = chip === document.activeElement;
    this.owner.remove(name, value);
    if (focused && !this.element.hidden) next?.focus();
    else if (focused) this.owner.leave();
  }
}
