// Owns what acts on the whole station: the review before clearing many, pausing and resuming, and the buttons for both.

import { clearable, offerText } from "./clearset";
import { refused } from "./deeds";
import { button, h, setAttribute, setText } from "./dom";
import { openMenu } from "./menu";
import { pauseBanners, pauseSteps, pausesOf } from "./pauses";
import { Review } from "./review";
import { settle } from "./rove";
import type { Api, Row, Station } from "./types";

/** What this needs from the table. */
export interface WholeOwner {
  /** the runs that this table may show */
  rows: () => Row[];
  /** whether there may be others that it does not show: those are never cleared from here */
  limited: boolean;
  row: (path: string) => Row | undefined;
  station: () => Station | null;
  /** why nothing can be done now, or "" */
  off: () => string;
  say: (text: string) => void;
  wake: () => void;
}

export class Whole {
  /** Beside the filter: clear verified runs, and more. */
  readonly buttons: HTMLElement;
  /** Above the table: what is paused, and what came of a click. */
  readonly banners = h("div", { class: "exlab-pauses", role: "status" });
  /** Above the table: the review. */
  readonly place = h("div", { class: "exlab-review-place" });
  private readonly clear: HTMLButtonElement;
  private readonly more: HTMLButtonElement;
  private review: Review | null = null;
  private said = "";
  private drawn = "";

  /** @param host gives a menu its looks */
  constructor(
    private readonly api: Api,
    private readonly host: HTMLElement,
    private readonly owner: WholeOwner,
  ) {
    this.clear = button("", () => this.openReview(null, this.clear), {
      class: "exlab-button exlab-primary exlab-clear-all",
      tabindex: -1,
      hidden: true,
    });
    const menu = {
      class: "exlab-button",
      tabindex: -1,
      "aria-label": "More for the whole station",
      title: "Pause and resume",
    };
    this.more = button("⋯", () => this.menu(), { ...menu, "aria-haspopup": "menu", "aria-expanded": "false" });
    this.buttons = h("div", { class: "exlab-whole" }, this.clear, this.more);
  }

  /** Say what can be cleared and what is paused. */
  show(): void {
    const { paths, bytes } = clearable(this.owner.rows());
    const off = this.owner.off();
    this.offer(paths.length > 0);
    setText(this.clear, offerText(bytes));
    for (const node of [this.clear, this.more]) setAttribute(node, "aria-disabled", off ? "true" : null);
    setAttribute(this.clear, "title", off || null);
    this.showPauses();
    this.review?.follow();
  }

  /** Review the clearing of these runs, or of every verified one; `back` gets the focus afterwards. */
  openReview(paths: string[] | null, back: HTMLElement | null = null): void {
    const runs = paths ?? (this.owner.limited ? clearable(this.owner.rows()).paths : null);
    const review = new Review(runs, {
      api: this.api,
      row: this.owner.row,
      say: this.owner.say,
      wake: this.owner.wake,
      close: () => {
        const inside = review.element.contains(document.activeElement);
        review.element.remove();
        if (this.review === review) this.review = null;
        if (inside) (back?.offsetParent ? back : this.host).focus({ preventScroll: true });
      },
      // what was hidden while it went on tells its end all the same
      over: () => review.element.isConnected || this.place.append(review.element),
    });
    this.review = review;
    this.place.replaceChildren(review.element);
    review.start();
  }

  /** Show or hide the button that clears; the Tab stop and the focus do not go with it. */
  private offer(any: boolean): void {
    if (this.clear.hidden === !any) return;
    const focused = this.clear === document.activeElement;
    this.clear.hidden = !any;
    if (this.buttons.parentElement) settle(this.buttons.parentElement);
    if (focused && !any) this.more.focus({ preventScroll: true });
  }

  private showPauses(): void {
    const paused = pausesOf(this.owner.station());
    const drawn = JSON.stringify([paused, this.said]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const said = this.said ? [h("div", { class: "exlab-remark", "data-tone": "red" }, h("span", {}, this.said))] : [];
    const focused = this.banners.contains(document.activeElement);
    this.banners.replaceChildren(...pauseBanners(paused, (equipment) => void this.pause(equipment, false)), ...said);
    if (focused) this.more.focus({ preventScroll: true });
  }

  private menu(): void {
    const equipment = this.owner.rows().map((row) => row.equipment_id);
    const items = pauseSteps(pausesOf(this.owner.station()), equipment).map((step) => ({
      label: step.label,
      act: () => void this.pause(step.equipment, step.pause),
    }));
    openMenu(this.more, this.host, "The whole station", items, () => this.more.focus({ preventScroll: true }));
  }

  /** Pause or resume an equipment, or everything; said above the table if refused. */
  async pause(equipment: string | null, pause: boolean): Promise<void> {
    const what = equipment ?? "everything";
    this.owner.say(`${pause ? "Pausing" : "Resuming"} ${what}.`);
    try {
      const answer = await (pause ? this.api.pauseAll(equipment) : this.api.resumeAll(equipment));
      const station = this.owner.station();
      if (station) station.paused = answer.paused;
      this.said = "";
      this.owner.say(`${what === "everything" ? "Everything" : what} is ${pause ? "paused" : "resumed"}.`);
    } catch (error) {
      this.said = refused(error).text;
      this.owner.say(this.said);
    }
    this.showPauses();
    this.owner.wake();
  }
}
