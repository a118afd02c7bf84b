// Owns the opened filter: lists of states, equipment, projects and kinds, and by what to sort where no column shows.

import { COLUMNS } from "./columns";
import { button, focusable, h, setText } from "./dom";
import { FacetList } from "./facetlist";
import { FACET_NAMES, type FacetName, type Filters, facetValues } from "./filters";
import { type Sort, type SortKey, firstSort } from "./sorting";
import type { Row } from "./types";

const NATURAL = "What needs attention first";

/** What the filter tells its table. */
export interface FilterMenuOwner {
  toggle: (name: FacetName, value: string) => void;
  sortBy: (sort: Sort | null) => void;
  close: () => void;
}

export class FilterMenu {
  readonly element: HTMLElement;
  private readonly lists: Record<FacetName, FacetList>;
  private readonly by: HTMLSelectElement;
  private readonly way: HTMLButtonElement;
  private sort: Sort | null = null;

  constructor(private readonly owner: FilterMenuOwner) {
    const lists = FACET_NAMES.map((name) => [
      name,
      new FacetList(name, (facet, value) => this.owner.toggle(facet, value)),
    ]);
    this.lists = Object.fromEntries(lists) as Record<FacetName, FacetList>;
    const options = COLUMNS.filter((column) => column.sort).map((column) =>
      h("option", { value: column.sort }, column.label),
    );
    this.by = h(
      "select",
      { class: "exlab-select", "aria-label": "Sort by", ...focusable(0) },
      h("option", { value: "" }, NATURAL),
      ...options,
    );
    this.by.addEventListener("change", () =>
      this.owner.sortBy(this.by.value ? firstSort(this.by.value as SortKey) : null),
    );
    this.way = button("", () => this.sort && this.owner.sortBy({ ...this.sort, down: !this.sort.down }), {
      class: "exlab-button exlab-primary",
    });
    const done = button("Close", () => this.owner.close(), { class: "exlab-button exlab-primary exlab-facet-close" });
    const sorting = h(
      "fieldset",
      { class: "exlab-facet exlab-facet-sort" },
      h("legend", {}, "Sort by"),
      this.by,
      this.way,
      done,
    );
    const attributes = { class: "exlab-facets", role: "region", "aria-label": "Filter and sort" };
    this.element = h("div", attributes, ...FACET_NAMES.map((name) => this.lists[name].element), sorting);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.owner.close();
    });
  }

  /** Show what there is to choose from and what is chosen. */
  show(rows: Row[], filters: Filters, sort: Sort | null): void {
    const values = facetValues(rows, filters);
    for (const name of FACET_NAMES) this.lists[name].show(values[name]);
    this.sort = sort;
    this.by.value = sort?.key ?? "";
    this.way.hidden = !sort;
    setText(this.way, sort ? wayText(sort) : "");
  }

  focus(): void {
    this.lists.states.focus();
  }
}

/** The direction in words, as it is now; a click turns it round. */
function wayText({ key, down }: Sort): string {
  if (key === "last") return down ? "Newest first" : "Oldest first";
  if (key === "state") return down ? "Done first" : "Worst first";
  if (key === "run" || key === "equipment" || key === "project") return down ? "Z to A" : "A to Z";
  return down ? "Largest first" : "Smallest first";
}
