// Owns the staging table as a whole: it joins feed, filter, grid and questions in any element it is given.

import { Chart } from "./chart";
import { Doer } from "./doer";
import { focusable, h, replaceFolds, setAttribute, setText } from "./dom";
import { Feed } from "./feed";
import { Grid } from "./grid";
import { linkTo } from "./links";
import { backBanner, banner, emptyTable, remarks, watchText } from "./notices";
import { remember, remembered } from "./remember";
import { RowView, aged } from "./row";
import { Finding } from "./finding";
import { heldOrder } from "./states";
import { summaryFigures, summaryParts } from "./summary";
import { Whole } from "./whole";
import { sizeText } from "./words";
import type { Change, FeedPort } from "./feed";
import type { Handle, Options } from "./options";
import type { Api, Snapshot } from "./types";

const TICK_MS = 1000;
const BACK_MS = 5000;
const KEEP_MS = 30000;
/** How many runs a kept table holds at most. */
const KEEP_ROWS = 100;
/** After the last move or key in the table, how long it keeps its order, ms. */
const STILL_MS = 10000;

/** Put a live staging table into `element`. */
export function mountStaging(element: HTMLElement, api: Api, options: Options = {}): Handle {
  const panel = new Panel(api, options);
  element.append(panel.element);
  panel.start();
  const { picker, linker, finder } = panel.finding;
  return {
    dispose: () => panel.dispose(),
    select: (paths) => picker.set(paths),
    reveal: (path) => linker.reveal(path),
    setFilter: (change) => finder.setFilter(change),
    activeRun: () => panel.activeRun(),
    act: (action, path) => panel.doer.perform(action, path),
    review: () => panel.whole.openReview(null),
    pauseAll: (paused) => void panel.whole.pause(null, paused),
  };
}

class Panel {
  api: Api;
  options: Options;
  feed: FeedPort;
  touchedAt = -STILL_MS;
  /** The run a person last went to; the grid's own active row is the first one until then. */
  visited = "";
  keptAt = -KEEP_MS;
  summary = h("p", { class: "exlab-summary" });
  disk = h("span", { class: "exlab-disk" });
  banner = h("div", { role: "status", class: "exlab-banner-place" });
  status = h("div", { role: "status", class: "exlab-unseen" });
  remarks = h("div", { class: "exlab-remarks" });
  said = "";
  empty = h("div", { class: "exlab-empty-place" });
  foot = h("div", { class: "exlab-foot" });
  element = h("section", { class: "exlab-staging", "aria-label": "Staging", ...focusable(-1) });
  watcher: IntersectionObserver;
  onPage: () => void;
  inView = true;
  doer: Doer;
  whole: Whole;
  finding: Finding;
  /** Whether the order may be another by now. */
  stale = true;
  grid: Grid;
  chart: Chart | null;
  timer = 0;

  constructor(api: Api, options: Options) {
    this.api = api;
    this.options = options;
    this.feed = options.feed ?? new Feed(api);
    this.finding = this.makeFinding();
    this.grid = new Grid({
      make: (path) => {
        const pick = (run: string, range: boolean) => this.finding.pick(run, range);
        return new RowView(path, (verb, run, anchor) => this.doer.act(verb, run, anchor), pick);
      },
      paint: (view) => this.paint(view),
      open: (path) => this.doer.under.toggleLog(path),
      close: (path) => this.doer.under.closeAny(path),
      ...this.finding.gridOwner(),
    });
    const owner = {
      row: (path: string) => this.feed.rows.get(path),
      off: () => this.off(),
      say: (text: string) => setText(this.status, text),
      wake: () => this.feed.wake(),
    };
    this.whole = new Whole(api, this.element, {
      ...owner,
      rows: () => this.finding.rows(),
      limited: this.finding.limit !== "",
      station: () => this.feed.station,
    });
    this.doer = new Doer(api, this.grid, this.element, {
      ...owner,
      changed: (path) => this.grid.repaint([path]),
      link: (path) => linkTo(path),
      review: (paths) => this.whole.openReview(paths),
    });
    this.chart = chartOf(api);
    this.assemble();
    this.watcher = new IntersectionObserver((entries) => this.seen(entries.at(-1)?.isIntersecting ?? true));
    this.onPage = () => this.seen(this.inView);
  }

  makeFinding() {
    return new Finding(
      {
        feed: this.feed,
        grid: () => this.grid,
        reorder: () => this.reorder(false),
        off: () => this.off(),
        say: (text) => setText(this.status, text),
        bulk: (verb, paths) => this.doer.bulk(verb, paths),
      },
      this.options,
    );
  }

  assemble() {
    const title = h("h2", { class: "exlab-title" }, "Staging");
    const top = h("div", { class: "exlab-top" }, title, this.summary, this.disk);
    const parts = [
      top,
      this.banner,
      this.whole.banners,
      h("div", { class: "exlab-limit", hidden: !this.finding.limit }, this.finding.limit),
      this.remarks,
      this.finding.finder.element,
      this.whole.place,
      this.grid.element,
      this.empty,
      this.finding.picker.bar.element,
      ...(this.chart ? [this.chart.element] : []),
      this.foot,
      this.status,
    ];
    this.finding.finder.toolbar.add(this.whole.buttons);
    this.element.append(...parts);
    if (this.options.height) {
      this.element.style.height = this.options.height;
      this.element.dataset.height = "fixed";
    }
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.element.addEventListener("focusin", () => (this.visited = this.grid.active));
    for (const kind of ["pointerdown", "keydown"]) {
      this.grid.element.addEventListener(kind, () => (this.touchedAt = performance.now()));
    }
  }

  start() {
    if (this.options.snapshot) this.showSnapshot(this.options.snapshot);
    this.watcher.observe(this.element);
    document.addEventListener("visibilitychange", this.onPage);
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    this.showLink(false);
    this.finding.linker.start();
    this.feed.start((change) => this.onChange(change));
  }

  dispose() {
    this.feed.stop();
    this.finding.linker.stop();
    this.grid.dispose();
    this.chart?.dispose();
    this.watcher.disconnect();
    document.removeEventListener("visibilitychange", this.onPage);
    window.clearInterval(this.timer);
    this.element.remove();
  }

  showSnapshot(snapshot: Snapshot) {
    this.feed.seed(snapshot);
    this.reorder(false);
    this.showStation();
  }

  seen(inView: boolean) {
    this.inView = inView;
    this.feed.setVisible(inView && !document.hidden);
    if (this.feed.visible) this.chart?.refresh(true);
  }

  onChange(change: Change) {
    if (change.link) this.showLink(true);
    if (this.feed.link.state !== "live") return;
    this.stale ||= this.finding.restless;
    for (const path of this.grid.opened.keys()) if (!this.feed.rows.has(path)) this.doer.under.closeAny(path);
    if (change.order || change.link) this.reorder(this.isHeld());
    this.grid.repaint(change.rows);
    this.finding.changed();
    this.showStation();
    this.keep();
    for (const path of change.rows) this.doer.under.follow(path);
  }

  /** Ages grow, and the order follows once nobody points at it. */
  tick() {
    if (!this.feed.visible) return;
    this.grid.repaintAll();
    this.chart?.refresh();
    if (this.stale && !this.isHeld() && this.feed.link.state === "live") this.reorder(false);
    this.finding.tellRows();
  }

  /** Whether a person is about to use the table, so that no row may move. */
  isHeld() {
    if (this.grid.element.matches(":hover") || this.grid.isOpen) return true;
    return performance.now() - this.touchedAt < STILL_MS;
  }

  /** Filter and order the rows; `held` keeps the places of those already shown. */
  reorder(held: boolean) {
    const rows = this.finding.rows();
    const wanted = this.finding.finder.order(rows);
    const order = held ? heldOrder(this.grid.order, wanted, this.feed.rows) : wanted;
    if (order.join("\n") !== this.grid.order.join("\n")) this.grid.setOrder(order);
    this.stale = held;
    this.finding.ordered();
    this.showEmpty(order.length, rows.length);
  }

  showEmpty(shown: number, all: number) {
    const state = shown || this.feed.link.state === "refused" ? "" : all ? "filtered" : this.feed.link.state;
    setAttribute(this.grid.element, "hidden", !shown);
    setAttribute(this.finding.finder.element, "hidden", !all && this.feed.link.state !== "live");
    if (this.empty.dataset.state === state) return;
    this.empty.dataset.state = state;
    const reading = h("div", { class: "exlab-empty" }, "Reading the staging list…");
    const showAll = () => {
      this.finding.finder.showAll();
      this.grid.focusActive(); // the button has gone
    };
    const empty = () => emptyTable(this.feed.station, all, showAll, this.finding.limit);
    this.empty.replaceChildren(...(state === "" ? [] : state === "loading" ? [reading] : [empty()]));
  }

  /**
   * Say how the server is.
   * @param again whether it had been different before
   */
  showLink(again: boolean) {
    const { link } = this.feed;
    const was = this.element.dataset.link;
    setAttribute(this.element, "data-link", link.state);
    const shown = banner(link, () => this.feed.wake());
    const back = again && link.state === "live" && (was === "down" || was === "refused");
    const focused = this.banner.contains(document.activeElement);
    this.banner.replaceChildren(...(shown ? [shown] : back ? [backBanner()] : []));
    if (focused) (this.banner.querySelector("button") ?? this.element).focus({ preventScroll: true });
    if (back) window.setTimeout(() => this.feed.link.state === "live" && this.banner.replaceChildren(), BACK_MS);
    this.grid.repaintAll();
    this.whole.show();
    this.finding.picker.refresh();
    this.showEmpty(this.grid.order.length, this.finding.rows().length);
  }

  /** The first sentence, the disk, the remarks and the foot. */
  showStation() {
    const { station } = this.feed;
    if (!station) return;
    this.showSummary();
    this.whole.show();
    const disk = station.disk ? `${sizeText(station.disk.free)} free of ${sizeText(station.disk.total)}` : "";
    setText(this.disk, disk);
    const watch = watchText(station);
    setText(this.foot, watch.text);
    this.foot.title = watch.title;
    const way = this.api.remark?.() ?? "";
    const said = JSON.stringify([station.version, station.targets, station.leader, station.unrecognised, way]);
    if (said !== this.said) replaceFolds(this.remarks, remarks(station, way, this.options.uiVersion), this.element);
    this.said = said;
  }

  showSummary() {
    // an empty table kept from before says nothing of now: no "0 runs" until the server has answered
    if (this.feed.link.state === "loading" && !this.feed.rows.size) return;
    const facts = [this.finding.counted(), new Date(), this.feed.station?.unrecognised ?? []] as const;
    this.options.onSummary?.(summaryFigures(...facts));
    const parts = summaryParts(...facts);
    const drawn = parts.map((part) => part.tone + part.text).join(" ");
    if (this.summary.dataset.drawn === drawn) return;
    this.summary.dataset.drawn = drawn;
    this.summary.replaceChildren(...parts.map((part) => h("span", { "data-tone": part.tone }, `${part.text} `)));
  }

  /** Hand the table over to whoever keeps it for a reload. */
  keep() {
    if (!this.options.onSnapshot || !this.feed.station || performance.now() - this.keptAt < KEEP_MS) return;
    this.keptAt = performance.now();
    const rows = this.grid.order.slice(0, KEEP_ROWS).flatMap((path) => this.feed.rows.get(path) ?? []);
    this.options.onSnapshot({ station: this.feed.station, rows: rows.map(aged) });
  }

  /** Why buttons do nothing now, or "". */
  off() {
    const { link } = this.feed;
    if (link.state === "live") return "";
    return link.state === "refused" ? link.message : "The staging service does not answer.";
  }

  paint(view: RowView) {
    const row = this.feed.rows.get(view.path);
    if (row) view.update(aged(row), this.doer.deeds.noteOf(row), this.off());
    view.setPicked(this.finding.picker.has(view.path));
  }

  /** The one selected run, else the one a person last went to, or "". */
  activeRun() {
    const [picked, ...more] = this.finding.picker.paths;
    if (picked && !more.length) return picked;
    return this.grid.order.includes(this.visited) ? this.visited : "";
  }

  /** No key goes on to the notebook. */
  onKey(event: KeyboardEvent) {
    event.stopPropagation();
    if (this.finding.key(event)) event.preventDefault();
  }
}

/** The picture of the last day, where the server keeps a record of it. */
function chartOf({ activity }: Api): Chart | null {
  if (!activity) return null;
  const name = "chart-open";
  return new Chart({ load: activity, wasOpen: () => remembered(name), keepOpen: (open) => remember(name, open) });
}
