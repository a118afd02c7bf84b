// Owns the line below the table that says how much is selected and what may be done to all of it.

import { type BulkVerb, bulkActions } from "./bulk";
import { button, h, setAttribute, setText } from "./dom";
import { rove, settle } from "./rove";
import type { Row } from "./types";
import { countText, sizeText } from "./words";

/** What the line tells its table. */
export interface SelectBarOwner {
  act: (verb: BulkVerb, paths: string[]) => void;
  drop: () => void;
}

export class SelectBar {
  readonly element: HTMLElement;
  private readonly text = h("strong", {});
  private readonly hidden = h("span", { class: "exlab-quiet" });
  private readonly group = h("div", { role: "toolbar", "aria-label": "Selected runs", class: "exlab-bulk" });
  private readonly none: HTMLButtonElement;
  private drawn = "";

  constructor(private readonly owner: SelectBarOwner) {
    this.none = button("Select none", () => this.owner.drop(), { class: "exlab-button" });
    this.group.append(this.none);
    const words = h("span", { class: "exlab-selected" }, this.text, this.hidden);
    this.element = h("div", { class: "exlab-selection", hidden: true }, words, this.group);
    rove(this.group);
  }

  /**
   * Say what is selected.
   * @param away how many of them the table does not show now
   * @param off why nothing can be done now, or ""
   */
  show(rows: Row[], away: number, off: string): void {
    setAttribute(this.element, "hidden", !rows.length);
    if (!rows.length) return;
    setText(this.text, selectedText(rows));
    setText(this.hidden, away ? ` ${countText(away)} of them not shown now.` : "");
    this.draw(rows);
    for (const node of this.group.querySelectorAll("[data-bulk]")) {
      setAttribute(node, "aria-disabled", off ? "true" : null);
      setAttribute(node, "title", off || null);
    }
  }

  /** New buttons only where they differ: one that has the focus keeps it. */
  private draw(rows: Row[]): void {
    const actions = bulkActions(rows);
    const drawn = JSON.stringify(actions);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const focused = this.group.contains(document.activeElement)
      ? document.activeElement?.getAttribute("data-bulk")
      : null;
    const nodes = actions.map(({ verb, label, runs }) =>
      button(label, () => this.owner.act(verb, runs), { class: "exlab-button exlab-primary", "data-bulk": verb }),
    );
    this.group.replaceChildren(...nodes, this.none);
    settle(this.group);
    if (focused) (nodes.find((node) => node.getAttribute("data-bulk") === focused) ?? this.none).focus();
  }
}

/** "3 selected, 40 GiB": what lies on this computer. */
export function selectedText(rows: Row[]): string {
  const bytes = rows.reduce((total, row) => total + (row.local_data ? row.byte_total : 0), 0);
  return `${countText(rows.length)} selected, ${sizeText(bytes)}.`;
}
