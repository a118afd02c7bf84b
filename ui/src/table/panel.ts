// Owns the staging table as a whole: it joins feed, filter, grid and questions in any element it is given.

import { askClear, askSync } from "./asks";
import { Chart } from "./chart";
import { Deeds } from "./deeds";
import { focusable, h, setAttribute, setText } from "./dom";
import { Feed } from "./feed";
import { Grid } from "./grid";
import { LogView } from "./logview";
import { backBanner, banner, emptyTable, remarks, watchText } from "./notices";
import { remember, remembered } from "./remember";
import { RowView, aged } from "./row";
import { Finding } from "./finding";
import { heldOrder } from "./states";
import { summaryFigures, summaryParts } from "./summary";
import { sizeText } from "./words";
import type { BulkVerb } from "./bulk";
import type { Change, FeedPort } from "./feed";
import type { Handle, Options } from "./options";
import type { Verb } from "./row";
import type { Api, Snapshot } from "./types";

const TICK_MS = 1000;
const BACK_MS = 5000;
const KEEP_MS = 30000;
/** How many runs a kept table holds at most. */
const KEEP_ROWS = 100;
/** After the last move or key in the table, how long it keeps its order, ms. */
const STILL_MS = 10000;

/** The service's words for what rows have buttons of their own for. */
const VERBS: Record<string, Verb> = { force_sync: "sync", clear: "askClear", acknowledge: "acknowledge", log: "log" };

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
    act: (action, path) => panel.perform(action, path),
    review: () => panel.review(),
    pauseAll: (paused) => void panel.deeds.pauseAll(paused),
  };
}

class Panel {
  api: Api;
  options: Options;
  feed: FeedPort;
  logs = new Map<string, LogView>();
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
  element: HTMLElement;
  watcher: IntersectionObserver;
  onPage: () => void;
  inView = true;
  deeds: Deeds;
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
    this.deeds = new Deeds(api, {
      changed: (path) => this.grid.repaint([path]),
      say: (text) => setText(this.status, text),
      wake: () => this.feed.wake(),
    });
    this.finding = this.makeFinding();
    this.grid = new Grid({
      make: (path) => {
        const pick = (run: string, range: boolean) => this.finding.pick(run, range);
        return new RowView(path, (verb, run) => this.act(verb, run), pick);
      },
      paint: (view) => this.paint(view),
      open: (path) => this.toggleLog(path),
      close: (path) => this.closeUnder(path, "log"),
      ...this.finding.gridOwner(),
    });
    this.chart = chartOf(api);
    this.element = this.assemble();
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
        bulk: (verb, paths) => this.bulk(verb, paths),
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
      h("div", { class: "exlab-limit", hidden: !this.finding.limit }, this.finding.limit),
      this.remarks,
      this.finding.finder.element,
      this.grid.element,
      this.empty,
      this.finding.picker.bar.element,
      ...(this.chart ? [this.chart.element] : []),
      this.foot,
      this.status,
    ];
    const element = h("section", { class: "exlab-staging", "aria-label": "Staging", ...focusable(-1) }, ...parts);
    if (this.options.height) {
      element.style.height = this.options.height;
      element.dataset.height = "fixed";
    }
    element.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.element.addEventListener("focusin", () => (this.visited = this.grid.active));
    for (const kind of ["pointerdown", "keydown"]) {
      this.grid.element.addEventListener(kind, () => (this.touchedAt = performance.now()));
    }
    return element;
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
    if (change.order || change.link) this.reorder(this.isHeld());
    this.grid.repaint(change.rows);
    this.finding.changed();
    this.showStation();
    this.keep();
    for (const path of change.rows) if (this.logs.has(path)) void this.readLog(path);
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
    if (this.grid.element.matches(":hover") || this.grid.opened.size > 0) return true;
    return performance.now() - this.touchedAt < STILL_MS;
  }

  /** Filter and order the rows; `held` keeps the places of those already shown. */
  reorder(held: boolean) {
    const rows = this.finding.rows();
    const wanted = this.finding.finder.order(rows);
    const order = held ? heldOrder(this.grid.order, wanted) : wanted;
    if (order.join("\n") !== this.grid.order.join("\n")) this.grid.setOrder(order);
    this.stale = held;
    this.finding.ordered();
    this.showEmpty(order.length, rows.length);
  }

  showEmpty(shown: number, all: number) {
    const state = shown || this.feed.link.state === "refused" ? "" : all ? "filtered" : this.feed.link.state;
    setAttribute(this.grid.element, "hidden", !shown);
    if (this.empty.dataset.state === state) return;
    this.empty.dataset.state = state;
    const reading = h("div", { class: "exlab-empty" }, "Reading the staging list…");
    const showAll = () => this.finding.finder.showAll();
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
    this.banner.replaceChildren(...(shown ? [shown] : back ? [backBanner()] : []));
    if (back) window.setTimeout(() => this.feed.link.state === "live" && this.banner.replaceChildren(), BACK_MS);
    this.grid.repaintAll();
    this.finding.picker.refresh();
    this.showEmpty(this.grid.order.length, this.finding.rows().length);
  }

  /** The first sentence, the disk, the remarks and the foot. */
  showStation() {
    const { station } = this.feed;
    if (!station) return;
    this.showSummary();
    const disk = station.disk ? `${sizeText(station.disk.free)} free of ${sizeText(station.disk.total)}` : "";
    setText(this.disk, disk);
    const watch = watchText(station);
    setText(this.foot, watch.text);
    this.foot.title = watch.title;
    const way = this.api.remark?.() ?? "";
    const said = JSON.stringify([station.version, station.targets, station.leader, station.unrecognised, way]);
    if (said !== this.said) this.remarks.replaceChildren(...remarks(station, way, this.options.uiVersion));
    this.said = said;
  }

  showSummary() {
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
    if (row) view.update(aged(row), this.deeds.noteOf(row), this.off());
    view.setPicked(this.finding.picker.has(view.path));
  }

  /** Do the same to many runs. */
  bulk(verb: BulkVerb, paths: string[]) {
    for (const path of paths) {
      const row = this.feed.rows.get(path);
      if (row && verb === "force_sync") void this.deeds.sync(row, false);
    }
  }

  /** The one selected run, else the one a person last went to, or "". */
  activeRun() {
    const [picked, ...more] = this.finding.picker.paths;
    if (picked && !more.length) return picked;
    return this.grid.order.includes(this.visited) ? this.visited : "";
  }

  /** Do what the row's button for this action does, and what it has no button for. */
  perform(action: string, path: string) {
    const row = this.feed.rows.get(path);
    if (!row) return;
    const unfinished = action === "force_sync" && row.display_state === "Receiving";
    const verb = unfinished ? "askSync" : VERBS[action];
    if (verb) this.act(verb, path);
    else void this.deeds.order(row, action);
  }

  /** Show what can be cleared: the verified runs alone. */
  review() {
    this.finding.finder.setFilter({ quick: "verified" });
    this.grid.focusActive();
  }

  act(verb: Verb, path: string) {
    const row = this.feed.rows.get(path);
    if (!row) return;
    if (verb === "sync") void this.deeds.sync(row, false);
    if (verb === "acknowledge") void this.deeds.acknowledge(row);
    if (verb === "askSync") this.question(path, verb, askSync, { act: () => void this.deeds.sync(row, true) });
    if (verb === "askClear") {
      const again = () => void this.deeds.sync(row, false);
      this.question(path, verb, askClear, { act: () => void this.deeds.clear(row), again });
    }
    if (verb === "log") this.toggleLog(path);
  }

  /** Ask under the row, then act or not; the focus returns to the button. */
  question(path: string, verb: Verb, ask: typeof askClear, ways: { act: () => void; again?: () => void }) {
    const row = this.feed.rows.get(path);
    if (!row) return;
    const opened = ask(aged(row), (answer) => {
      this.closeUnder(path, verb);
      if (answer === "act") ways.act();
      if (answer === "again") ways.again?.();
    });
    this.logs.delete(path);
    this.grid.open(path, { ...opened, kind: verb });
  }

  /** Open or close the log under a row. */
  toggleLog(path: string) {
    if (this.logs.has(path)) {
      this.closeUnder(path, "log");
      return;
    }
    const view = new LogView(path, () => this.closeUnder(path, "log"));
    this.logs.set(path, view);
    this.grid.open(path, { element: view.element, focus: () => view.focus(), kind: "log" });
    void this.readLog(path);
  }

  async readLog(path: string) {
    const view = this.logs.get(path);
    if (!view) return;
    view.stale = view.reading;
    if (view.reading) return;
    view.reading = true;
    try {
      view.show(await this.api.log(path));
    } catch (error) {
      view.fail(error instanceof Error ? error.message : String(error));
    }
    view.reading = false;
    if (view.stale) void this.readLog(path);
  }

  /** @param verb whose button gets the focus back */
  closeUnder(path: string, verb: string) {
    const inside = this.grid.opened.get(path)?.row.contains(document.activeElement);
    this.logs.delete(path);
    this.grid.close(path);
    if (inside) this.grid.views.get(path)?.buttonOf(verb)?.focus({ preventScroll: true });
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
