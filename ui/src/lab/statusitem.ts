// Owns the status bar's item: shape and words, and a click that opens the panel.

import { Widget } from "@lumino/widgets";

import { button, setAttribute, setText } from "../table/dom";
import { icon } from "../table/icons";
import { summaryParts } from "../table/summary";
import { statusOf } from "./status";
import type { Feed } from "../table/feed";
import type { SharedFeed } from "../table/shared";

/** Not a live region: its numbers change twice a second. */
export class StatusItem extends Widget {
  private readonly words = document.createElement("span");
  private readonly button: HTMLElement;
  private readonly unlisten: () => void;
  private shape = "";

  constructor(shared: SharedFeed, open: () => void) {
    super();
    this.button = button("", open, { class: "exlab-statusitem" });
    this.button.append(icon("waiting"), this.words);
    this.node.append(this.button);
    this.unlisten = shared.listen(() => this.draw(shared.feed));
    this.draw(shared.feed);
  }

  override dispose(): void {
    this.unlisten();
    super.dispose();
  }

  private draw(feed: Feed): void {
    const rows = [...feed.rows.values()];
    const strangers = feed.station?.unrecognised ?? [];
    const status = statusOf(
      rows,
      feed.link,
      strangers.reduce((total, entry) => total + entry.bytes, 0),
    );
    setText(this.words, status.text);
    setAttribute(this.button, "data-tone", status.tone);
    const summary = summaryParts(rows, new Date(), strangers);
    const more = feed.link.state === "live" ? summary.map((part) => part.text).join(" ") : feed.link.message;
    setAttribute(this.button, "title", `${more} Click for the staging panel.`.trim());
    if (this.shape === status.shape) return;
    this.shape = status.shape;
    this.button.replaceChildren(icon(status.shape), this.words);
  }
}
