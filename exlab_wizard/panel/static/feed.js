// @ts-check
// Owns the live copy of the overview: when to ask the server, what changed, and whether it answers at all.

import { ApiError } from "./api.js";
import { isMoving } from "./states.js";

/** @typedef {import("./types.js").Row} Row */
/** @typedef {import("./types.js").Overview} Overview */
/** @typedef {import("./types.js").Station} Station */

/**
 * How the server is: `refused` answers, but with a reason why there is no table.
 * @typedef {object} Link
 * @property {"loading"|"live"|"down"|"refused"} state
 * @property {string} message
 * @property {string} code
 * @property {Date|null} since when it went down
 */

/** @typedef {Row & {receivedAt: number}} LiveRow a row and the page's clock (ms) when it came */

/**
 * What a subscriber is told.
 * @typedef {object} Change
 * @property {boolean} link the link's state changed
 * @property {Set<string>} rows paths that are new or different
 * @property {boolean} order runs came, went or changed their state: order, counts and filter may differ
 */

const MOVING_MS = 500;
const BUSY_MS = 2000;
const IDLE_MS = 4000;
const RETRY_MS = 5000;
const SOON_MS = 1000;
const HINT_GAP_MS = 200;
/** How long a click keeps the polling quick. */
const HOT_MS = 6000;
const AT_REST = new Set(["Verified", "Cleared", "Failed", "Blocked", "Paused"]);

export class Feed {
  /** @param {import("./types.js").Api} api */
  constructor(api) {
    this.api = api;
    /** @type {Map<string, LiveRow>} */
    this.rows = new Map();
    /** @type {Station|null} */
    this.station = null;
    /** @type {Link} */
    this.link = { state: "loading", message: "", code: "", since: null };
    /** @type {number|null} */
    this.revision = null;
    /** @type {((change: Change) => void)|null} */
    this.onChange = null;
    this.visible = true;
    this.asking = false;
    this.askAgain = false;
    this.stopped = true;
    this.failures = 0;
    this.hotUntil = 0;
    this.askedAt = 0;
    this.timer = 0;
    this.stopListening = () => {};
  }

  /** Begin to ask; `onChange` hears of every difference. @param {(change: Change) => void} onChange */
  start(onChange) {
    this.onChange = onChange;
    this.stopped = false;
    this.stopListening = this.api.listen(() => this.hint());
    void this.ask();
  }

  /** End for good. */
  stop() {
    this.stopped = true;
    window.clearTimeout(this.timer);
    this.stopListening();
  }

  /** Whether anybody can see the table; nothing is asked while not. @param {boolean} visible */
  setVisible(visible) {
    const woke = visible && !this.visible;
    this.visible = visible;
    if (woke) void this.ask();
  }

  /** Ask now, and quickly for a while: a person did something. */
  wake() {
    this.hotUntil = performance.now() + HOT_MS;
    void this.ask();
  }

  /** Something changed over there: ask at once, but not more often than a few times a second. */
  hint() {
    const due = this.askedAt + HINT_GAP_MS - performance.now();
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

  /** @param {number} delay ms */
  schedule(delay) {
    window.clearTimeout(this.timer);
    if (!this.stopped) this.timer = window.setTimeout(() => void this.ask(), delay);
  }

  /** How long to wait until the next question, in ms. */
  pause() {
    if (this.link.state !== "live") return this.failures === 1 || this.link.code === "station_starting" ? SOON_MS : RETRY_MS;
    const rows = [...this.rows.values()];
    if (performance.now() < this.hotUntil || rows.some(isMoving)) return MOVING_MS;
    return rows.every((row) => AT_REST.has(row.display_state)) ? IDLE_MS : BUSY_MS;
  }

  /** @param {Overview} answer */
  accept(answer) {
    const whole = answer.since === null || this.revision === null || answer.revision < this.revision;
    if (whole && answer.since !== null) {
      this.revision = null; // a restarted server counts from the start: ask for everything
      this.askAgain = true;
      return;
    }
    const came = this.mergeRows(answer, whole);
    this.revision = answer.revision;
    const { runs, removed, revision, since, ...station } = answer;
    this.station = station;
    this.failures = 0;
    const recovered = this.setLink({ state: "live", message: "", code: "", since: null });
    this.onChange?.({ link: recovered, ...came });
  }

  /** @param {Overview} answer @param {boolean} whole @returns {{rows: Set<string>, order: boolean}} */
  mergeRows(answer, whole) {
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

  /** Paths known here that are not among `runs`. @param {Row[]} runs */
  missingIn(runs) {
    const there = new Set(runs.map((row) => row.path));
    return [...this.rows.keys()].filter((path) => !there.has(path));
  }

  /** @param {unknown} error */
  fail(error) {
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

  /** @param {Link} link @returns {boolean} whether it differs */
  setLink(link) {
    const before = this.link;
    this.link = link;
    return before.state !== link.state || before.code !== link.code || before.message !== link.message;
  }
}
