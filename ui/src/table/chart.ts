// Owns the picture of the last day below the table: folded or open, kept fresh, and what is read off it.

import { readingsOf, windowOf } from "./activity";
import { activityText, percentText, readingText } from "./activitywords";
import { focusable, h, setAttribute, setText } from "./dom";
import { DISK, drawing, hand, HEIGHT, RATE, ROOM, scaleOf, shareOf } from "./drawing";
import { icon } from "./icons";
import { sizeText } from "./words";
import type { Activity, Reading } from "./activity";

/** The record is asked for again after this long, and sooner when the panel is seen again or it could not be had. */
const EVERY_MS = 300_000;
const SOON_MS = 15_000;
/** Below this width the picture is folded until someone opens it. */
const ROOMY_PX = 620;
const NAME = "The last 24 hours: what was synced, and how full the staging disk was";

export interface ChartOptions {
  load: () => Promise<Activity>;
  /** Whether it was left open; null if nobody said yet */
  wasOpen: () => boolean | null;
  keepOpen: (open: boolean) => void;
}

export class Chart {
  options: ChartOptions;
  activity: Activity | null = null;
  readings: Reading[] = [];
  /** The time that is read off, in ms since 1970. */
  at: number | null = null;
  width = 0;
  askedAt = -EVERY_MS;
  state: "new" | "asking" | "failed" | "shown" = "new";
  sentence = h("span", { class: "exlab-chart-sentence" });
  peak = h("span", { class: "exlab-chart-value" });
  full = h("span", { class: "exlab-chart-value" });
  tip = h("div", { class: "exlab-chart-tip", hidden: true });
  svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  hand = hand();
  plot = h("div", { class: "exlab-chart-plot", role: "slider", "aria-label": NAME, ...focusable(0) });
  element: HTMLDetailsElement;
  observer: ResizeObserver;

  constructor(options: ChartOptions) {
    this.options = options;
    this.element = this.assemble();
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.plot);
    this.plot.addEventListener("pointermove", (event) => this.point(event));
    this.plot.addEventListener("pointerleave", () => this.read(null));
    this.plot.addEventListener("blur", () => this.read(null));
    this.plot.addEventListener("keydown", (event) => this.onKey(event));
  }

  assemble() {
    setAttribute(this.svg, "class", "exlab-chart-svg");
    setAttribute(this.svg, "aria-hidden", "true");
    setAttribute(this.svg, "height", HEIGHT);
    this.plot.append(this.svg, this.tip);
    const title = h("span", { class: "exlab-chart-title" }, "Activity");
    const fold = h("summary", { class: "exlab-chart-fold", ...focusable(0) }, icon("more"), title, this.sentence);
    const rate = label("Synced", this.peak, RATE + ROOM);
    const labels = h("div", { "aria-hidden": "true" }, rate, label("Staging disk", this.full, DISK));
    const body = h("div", { class: "exlab-chart-body" }, labels, this.plot);
    const element = h("details", { class: "exlab-chart", hidden: true }, fold, body);
    fold.addEventListener("click", () => this.options.keepOpen(!element.open)); // the fold itself comes after the click
    return element;
  }

  /** Read the record if its time has come; `again` when the panel has come into sight. */
  refresh(again = false) {
    const wait = again || this.state === "failed" ? SOON_MS : EVERY_MS;
    if (this.state === "asking" || performance.now() - this.askedAt < wait) return;
    this.askedAt = performance.now();
    this.state = "asking";
    this.options.load().then(
      (activity) => this.show(activity),
      () => (this.state = "failed"), // the banner tells; what was drawn stays
    );
  }

  dispose() {
    this.observer.disconnect();
  }

  show(activity: Activity) {
    const first = this.activity === null;
    this.state = "shown";
    this.activity = activity;
    this.readings = readingsOf(activity);
    setAttribute(this.element, "hidden", false);
    if (first) this.element.open = this.options.wasOpen() ?? this.element.getBoundingClientRect().width >= ROOMY_PX;
    setText(this.sentence, activityText(activity));
    const highest = Math.max(0, ...this.readings.map((reading) => reading.bytesPerSecond));
    setText(this.peak, highest > 0 ? `peak ${sizeText(highest)}/s` : "nothing");
    const full = this.readings.at(-1)?.full ?? null;
    setText(this.full, full === null ? "not known" : `${percentText(full)} full`);
    this.width = 0;
    this.draw();
  }

  /** Draw for the width there is; nothing while it is folded. */
  draw() {
    const width = Math.floor(this.plot.clientWidth);
    if (!this.activity || !width || width === this.width) return;
    this.width = width;
    setAttribute(this.svg, "width", width);
    this.svg.replaceChildren(...drawing(this.activity, this.readings, width), this.hand);
    this.read(this.at);
  }

  point(event: PointerEvent) {
    if (!this.activity) return;
    const { from, to } = windowOf(this.activity);
    this.read(from + ((event.clientX - this.plot.getBoundingClientRect().left) / this.width) * (to - from));
  }

  /** Arrows read it off point by point, with the page keys hour by hour. */
  onKey(event: KeyboardEvent) {
    if (!this.activity || event.ctrlKey || event.metaKey || event.altKey) return;
    const time = this.timeBehind(event.key, windowOf(this.activity), this.activity.bucket_seconds * 1000);
    if (time === undefined) return;
    this.read(time);
    event.preventDefault();
  }

  /** Where a key leads; null away from the picture, undefined for keys that lead nowhere. */
  timeBehind(key: string, { from, to }: { from: number; to: number }, bucket: number): number | null | undefined {
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -12,
      PageUp: 12,
    };
    if (key === "Escape") return this.at === null ? undefined : null;
    if (key === "Home") return from;
    if (key === "End") return to;
    const step = steps[key];
    return step === undefined ? undefined : (this.at ?? to) + step * bucket;
  }

  /** Say what was at a time, beside the hand and to a screen reader; null takes the hand away. */
  read(time: number | null) {
    if (!this.activity) return;
    const window = windowOf(this.activity);
    this.at = time === null ? null : Math.min(window.to - 1, Math.max(window.from, time));
    const words = this.at === null ? "" : readingText(this.readings, this.at);
    setAttribute(this.plot, "aria-valuenow", Math.round(100 * shareOf(window, this.at ?? window.to)));
    setAttribute(this.plot, "aria-valuetext", words || this.sentence.textContent);
    setText(this.tip, words);
    setAttribute(this.tip, "hidden", !words);
    setAttribute(this.hand, "visibility", words ? null : "hidden");
    if (this.at !== null) this.place(scaleOf(window, this.width)(this.at));
  }

  /** The hand at a pixel, the words beside it, to the left where the right has no room. */
  place(x: number) {
    setAttribute(this.hand, "transform", `translate(${x} 0)`);
    const wide = this.tip.offsetWidth;
    const left = x + 8 + wide > this.width ? Math.max(0, x - 8 - wide) : x + 8;
    setAttribute(this.tip, "style", `left: ${left}px`);
  }
}

function label(word: string, value: HTMLElement, height: number) {
  return h("div", { class: "exlab-chart-label", style: `height: ${height}px` }, h("span", {}, word), value);
}
