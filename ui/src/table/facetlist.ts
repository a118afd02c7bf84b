// Owns one list of the filter: the values of a facet as boxes to tick, each with the runs it stands for.

import { focusable, h, placeChildren, setText } from "./dom";
import { FACETS, type FacetName, type FacetValue } from "./filters";
import { icon } from "./icons";
import { rove, settle } from "./rove";
import { lookOf } from "./states";
import type { StateWord } from "./types";
import { countText } from "./words";

/** How many values a list shows; the search field finds the others. */
const MOST = 100;

interface Line {
  element: HTMLElement;
  box: HTMLInputElement;
  count: HTMLElement;
}

export class FacetList {
  readonly element: HTMLElement;
  private readonly list = h("div", { class: "exlab-facet-list" });
  private readonly more = h("p", { class: "exlab-quiet" });
  private readonly lines = new Map<string, Line>();

  constructor(
    private readonly name: FacetName,
    private readonly toggle: (name: FacetName, value: string) => void,
  ) {
    const title = h("legend", {}, FACETS[name].title);
    this.element = h("fieldset", { class: "exlab-facet", "data-facet": name }, title, this.list, this.more);
    rove(this.list, ["ArrowDown", "ArrowUp", "Home", "End"]);
  }

  /** Show these values; lines that stay keep the focus. */
  show(values: FacetValue[]): void {
    const chosen = values.filter((value) => value.chosen);
    const others = values.filter((value) => !value.chosen).slice(0, Math.max(0, MOST - chosen.length));
    const kept = new Set([...chosen, ...others].map((value) => value.value));
    const shown = values.filter((value) => kept.has(value.value));
    const left = values.length - shown.length;
    setText(this.more, left ? `${countText(left)} more: search for their name.` : "");
    placeChildren(
      this.list,
      shown.map((value) => this.line(value)),
    );
    settle(this.list);
  }

  focus(): void {
    this.list.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }

  private line(value: FacetValue): HTMLElement {
    const line = this.lines.get(value.value) ?? this.make(value);
    line.box.checked = value.chosen;
    setText(line.count, countText(value.count));
    return line.element;
  }

  private make({ value, label }: FacetValue): Line {
    const box = h("input", { type: "checkbox", class: "exlab-box", "data-value": value, ...focusable(-1) });
    box.addEventListener("change", () => this.toggle(this.name, value));
    const look = lookOf(value as StateWord);
    const shape =
      this.name === "states" ? h("span", { "data-tone": look.tone, class: "exlab-facet-icon" }, icon(look.icon)) : null;
    const count = h("span", { class: "exlab-chip-count" });
    const element = h(
      "label",
      { class: "exlab-facet-line", title: label },
      box,
      shape,
      h("bdi", { class: "exlab-cut" }, label),
      count,
    );
    const line = { element, box, count };
    this.lines.set(value, line);
    return line;
  }
}
