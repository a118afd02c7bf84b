// Owns what a person looks for: search, views, filter and sort joined, remembered, and said back.

import { type Choice, type Keeper } from "./choice";
import { button, h, setAttribute } from "./dom";
import { FilterChips } from "./filterchips";
import { FilterMenu } from "./filtermenu";
import { type Filters, chosenCount, filterRows, isFiltered, noFilters, toggled } from "./filters";
import { helpList } from "./help";
import { type Sort, type SortKey, nextSort, sortRows } from "./sorting";
import { Toolbar } from "./toolbar";
import type { Row } from "./types";

/** What the finder tells its table. */
export interface FinderOwner {
  /** Other runs, or another order: draw now. */
  changed: () => void;
  /** Put the focus into the table. */
  leave: () => void;
  /** Every run that may be shown. */
  rows: () => Row[];
  /** Say it to people who do not see it. */
  say: (text: string) => void;
}

type OpenedName = "filter" | "help" | "";

export class Finder {
  readonly element: HTMLElement;
  readonly toolbar: Toolbar;
  private choice: Choice;
  private opened: OpenedName = "";
  private readonly menu: FilterMenu;
  private readonly chips: FilterChips;
  private readonly place = h("div", { class: "exlab-filter-place" });
  private readonly notice = h("div", { class: "exlab-notice-place" });

  constructor(
    private readonly keeper: Keeper,
    private readonly owner: FinderOwner,
  ) {
    this.choice = keeper.load();
    this.toolbar = new Toolbar({
      search: (text) => this.setFilter({ text }),
      view: (quick) => this.setFilter({ quick }),
      toggle: (what) => this.toggle(what),
      leave: owner.leave,
    });
    this.menu = new FilterMenu({
      toggle: (name, value) => this.setFilter(toggled(this.filters, name, value)),
      sortBy: (sort) => this.setSort(sort),
      close: () => this.toggle(""),
    });
    this.chips = new FilterChips({
      remove: (name, value) => this.setFilter(toggled(this.filters, name, value)),
      showAll: () => this.showAll(),
      leave: owner.leave,
    });
    this.element = h(
      "div",
      { class: "exlab-finder" },
      this.toolbar.element,
      this.place,
      this.chips.element,
      this.notice,
    );
    this.toolbar.show(this.filters);
  }

  get filters(): Filters {
    return this.choice.filters;
  }

  get sort(): Sort | null {
    return this.choice.sort;
  }

  /** The runs to show, in their order. */
  order(rows: Row[]): string[] {
    return sortRows(filterRows(rows, this.filters), this.sort);
  }

  /** Count what there is and say what is filtered away. */
  show(shown: number, rows: Row[]): void {
    setAttribute(this.element, "hidden", !rows.length);
    this.toolbar.count(rows);
    this.chips.show(this.filters, shown, rows.length);
    if (this.opened === "filter") this.menu.show(rows, this.filters, this.sort);
  }

  /** Ask for something else; what is not named stays. */
  setFilter(change: Partial<Filters>): void {
    this.keep({ ...this.choice, filters: { ...this.filters, ...change } });
  }

  /** A click on a column's name. */
  sortBy(key: SortKey): void {
    this.setSort(nextSort(this.sort, key));
  }

  /** Show everything again. */
  showAll(): void {
    this.setFilter(noFilters());
  }

  /** Take off what hides a run, and say so; whether anything did. */
  uncover(row: Row): boolean {
    if (!isFiltered(this.filters) || filterRows([row], this.filters).length) return false;
    const hidden = chosenCount(this.filters) ? "filter" : this.filters.text ? "search" : "view";
    this.showAll();
    this.tell(`The ${hidden} that hid this run was taken off: all runs are shown.`);
    return true;
  }

  /** Say something above the table until the next change or until it is closed. */
  tell(text: string): void {
    const leave = (): void => {
      this.notice.replaceChildren();
      this.owner.leave();
    };
    const close = button("Close", leave, { class: "exlab-button" });
    this.notice.replaceChildren(h("div", { class: "exlab-notice" }, h("span", {}, text), close));
    this.owner.say(text);
  }

  /** Open or close the filter or the list of keys; the focus goes along. */
  toggle(what: OpenedName): void {
    const before = this.opened;
    const inside = this.place.contains(document.activeElement);
    this.opened = before === what ? "" : what;
    const buttons = { filter: this.toolbar.filter, help: this.toolbar.help };
    for (const [name, node] of Object.entries(buttons))
      setAttribute(node, "aria-expanded", String(this.opened === name));
    if (this.opened === "filter") this.showMenu();
    else if (this.opened === "help") this.showHelp();
    else this.place.replaceChildren();
    if (!this.opened && before && inside) buttons[before].focus();
  }

  private showMenu(): void {
    this.place.replaceChildren(this.menu.element);
    this.menu.show(this.owner.rows(), this.filters, this.sort);
    this.menu.focus();
  }

  private showHelp(): void {
    const list = helpList(() => this.toggle(""));
    this.place.replaceChildren(list);
    list.querySelector<HTMLElement>("button")?.focus();
  }

  private setSort(sort: Sort | null): void {
    this.keep({ ...this.choice, sort });
  }

  private keep(choice: Choice): void {
    this.choice = choice;
    this.keeper.save(choice);
    this.notice.replaceChildren();
    this.toolbar.show(choice.filters);
    this.owner.changed();
  }
}
