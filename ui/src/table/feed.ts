// Owns the live copy of the overview: when to ask the server, what changed, and whether it answers at all.

import { ApiError } from "./api";
import { isMoving } from "./states";
import type { Api, Overview, Row, Snapshot, Station } from "./types";

/** How the server is: `refused` answers, but with a reason why there is no table. */
export interface Link {
  state: "loading" | "live" | "down" | "refused";
  message: string;
  code: string;
  /** when it went down */
  since: Date | null;
}

/** A row and the page's clock (ms) when it came */
export type LiveRow = Row & { receivedAt: number };

/** What a subscriber is told. */
export interface Change {
  /** the link's state changed */
  link: boolean;
  /** paths that are new or different */
  rows: Set<string>;
  /** runs came, went or changed their state: order, counts and filter may differ */
  order: boolean;
}

const MOVING_MS = 500;
const BUSY_MS = 2000;
const IDLE_MS = 4000;
const RETRY_MS = 5000;
const SOON_MS = 1000;
const HINT_GAP_MS = 200;
/** The least pause while nobody looks at a table, whatever happens. */
const QUIET_MS = 2000;
/** How long a click keeps the polling quick. */
const HOT_MS = 6000;
const AT_REST = new Set(["Verified", "Cleared", "Failed", "Blocked", "Paused"]);

/** What a table needs of a feed. */
export type FeedPort = Pick<
  Feed,
  "rows" | "station" | "link" | "visible" | "start" | "stop" | "seed" | "setVisible" | "wake"
>;

export class Feed {
  api: Api;
  rows = new Map<string, LiveRow>();
  station: Station | null = null;
  link: Link = { state: "loading", message: "", code: "", since: null };
  revision: number | null = null;
  onChange: ((change: Change) => void) | null = null;
  visible = true;
  quiet = false;
  asking = false;
  askAgain = false;
  stopped = true;
  failures = 0;
  hotUntil = 0;
  askedAt = 0;
  timer = 0;
  stopListening: (() => void) | null = null;
  failedAt: Date | null = null;

  constructor(api: Api) {
    this.api = api;
  }

  /** Begin to ask; `onChange` hears of every difference. */
  start(onChange: (change: Change) => void) {
    this.onChange = onChange;
    this.stopped = false;
    this.stopListening = this.api.listen(() => this.hint());
    void this.ask();
  }

  /** End for good. */
  stop() {
    this.stopped = true;
    window.clearTimeout(this.timer);
    this.stopListening?.();
  }

  /** Whether anybody can see the table; nothing is asked while not. */
  setVisible(visible: boolean) {
    const woke = visible && !this.visible;
    this.visible = visible;
    if (woke) void this.ask();
  }

  /** Whether only a status line needs the numbers; a table that comes into sight is given them at once. */
  setQuiet(quiet: boolean) {
    const woke = this.quiet && !quiet;
    this.quiet = quiet;
    if (woke) void this.ask();
  }

  /** The last table, shown until the server answers. */
  seed(snapshot: Snapshot) {
    this.station = snapshot.station;
    for (const row of snapshot.rows) this.rows.set(row.path, { ...row, receivedAt: performance.now() });
  }

  /** Ask now, and quickly for a while: a person did something. */
  wake() {
    this.hotUntil = performance.now() + HOT_MS;
    void this.ask();
  }

  /** Something changed over there: ask at once, but not more often than a few times a second. */
  hint() {
    const due = this.askedAt + (this.quiet ? QUIET_MS : HINT_GAP_MS) - performance.now();
    if (due <= 0) void this.ask();
    else this.schedule(due);
  }

  /** One question to the server and what follows from its answer; never rejects. */
  async ask() {
    if (this.stopped || !this.visible) return;
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.asking = true;
    this.askedAt = performance.now();
    try {
      this.accept(await this.api.overview(this.revision));
    } catch (error) {
      this.fail(error);
    }
    this.asking = false;
    this.schedule(this.askAgain ? HINT_GAP_MS : this.pause());
    this.askAgain = false;
  }

  /** @param delay ms */
  schedule(delay: number) {
    window.clearTimeout(this.timer);
    if (!this.stopped) this.timer = window.setTimeout(() => void this.ask(), delay);
  }

  /** How long to wait until the next question, in ms. */
  pause() {
    if (this.link.state !== "live")
      return this.failures === 1 || this.link.code === "station_starting" ? SOON_MS : RETRY_MS;
    const rows = [...this.rows.values()];
    const moves = performance.now() < this.hotUntil || rows.some(isMoving);
    if (moves) return this.quiet ? QUIET_MS : MOVING_MS;
    return rows.every((row) => AT_REST.has(row.display_state)) ? IDLE_MS : BUSY_MS;
  }

  accept(answer: Overview) {
    const whole = answer.since === null || this.revision === null || answer.revision < this.revision;
    if (whole && answer.since !== null) {
      this.revision = null; // a restarted server counts from the start: ask for everything
      this.askAgain = true;
      return;
    }
    const came = this.mergeRows(answer, whole);
    this.revision = answer.revision;
    const { runs: _runs, removed: _removed, revision: _revision, since: _since, ...station } = answer;
    this.station = station;
    this.failures = 0;
    const recovered = this.setLink({ state: "live", message: "", code: "", since: null });
    this.onChange?.({ link: recovered, ...came });
  }

  mergeRows(answer: Overview, whole: boolean): { rows: Set<string>; order: boolean } {
    const gone = whole ? this.missingIn(answer.runs) : answer.removed;
    gone.forEach((path) => this.rows.delete(path));
    let order = gone.length > 0;
    for (const row of answer.runs) {
      const before = this.rows.get(row.path);
      order ||= before?.display_state !== row.display_state || before.needs_attention !== row.needs_attention;
      this.rows.set(row.path, { ...row, receivedAt: performance.now() });
    }
    return { rows: new Set(answer.runs.map((row) => row.path)), order };
  }

  /** Paths known here that are not among `runs`. */
  missingIn(runs: Row[]) {
    const there = new Set(runs.map((row) => row.path));
    return [...this.rows.keys()].filter((path) => !there.has(path));
  }

  fail(error: unknown) {
    const cause = error instanceof ApiError ? error : new ApiError(0, "unreachable", String(error));
    this.failures += 1;
    if (cause.code === "unreachable" && this.failures === 1) {
      this.failedAt = new Date();
      return; // one lost packet is no outage: asked again in a second
    }
    this.revision = null;
    const down = cause.code === "unreachable";
    const since = down ? (this.failedAt ?? new Date()) : null;
    const changed = this.setLink({ state: down ? "down" : "refused", message: cause.message, code: cause.code, since });
    if (changed) this.onChange?.({ link: true, rows: new Set(), order: false });
  }

  /** @returns whether it differs */
  setLink(link: Link): boolean {
    const before = this.link;
    this.link = link;
    return before.state !== link.state || before.code !== link.code || before.message !== link.message;
  }
}
