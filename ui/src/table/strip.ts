// Owns a strip of buttons in a row: drawn anew only when other acts are offered, and the focus is never lost.

import type { Act, Verb } from "./acts";
import { button, h, setAttribute } from "./dom";

export class Strip {
  private drawn = "";

  /** @param home gets the focus when the button that had it is gone */
  constructor(
    readonly element: HTMLElement,
    private readonly path: string,
    private readonly act: (verb: Verb, anchor: HTMLElement) => void,
    private readonly home: () => HTMLElement,
  ) {}

  /** Show these acts; null keeps a place empty. `off` says why nothing can be done now, or "". */
  show(acts: (Act | null)[], off: string): void {
    const drawn = acts.map((act) => (act ? `${act.verb} ${act.label}` : "-")).join();
    if (drawn !== this.drawn) this.draw(acts);
    this.drawn = drawn;
    for (const node of this.element.querySelectorAll("button")) {
      const still = off && !["menu", "details"].includes(node.dataset.verb ?? "");
      setAttribute(node, "aria-disabled", still ? "true" : null);
      setAttribute(node, "title", (still && off) || (node.dataset.verb === "menu" ? "More" : null));
    }
  }

  buttonOf(verb: string): HTMLElement | null {
    return this.element.querySelector(`[data-verb="${verb}"]`);
  }

  /** What is offered, as far as it can be seen. */
  visible(): Verb[] {
    const seen = [...this.element.querySelectorAll("button")].filter((node) => node.offsetParent !== null);
    return seen.map((node) => node.dataset.verb as Verb);
  }

  private draw(acts: (Act | null)[]): void {
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    const verb = focused?.getAttribute("data-verb");
    this.element.replaceChildren(...acts.map((act, index) => (act ? this.node(act, index === 0) : h("span"))));
    if (verb) (this.buttonOf(verb) ?? this.home()).focus({ preventScroll: true });
  }

  private node(act: Act, first: boolean): HTMLElement {
    const node: HTMLElement = button(act.label, () => this.act(act.verb, node), {
      class: first ? "exlab-button exlab-primary" : "exlab-button",
      tabindex: -1,
      "data-verb": act.verb,
      "aria-label": `${act.name} ${this.path}`,
      "aria-haspopup": act.verb === "menu" ? "menu" : null,
      "aria-expanded": act.verb === "menu" ? "false" : null,
    });
    return node;
  }
}
