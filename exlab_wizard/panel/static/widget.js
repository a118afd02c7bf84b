// Built from ui/src by `./run ui build`; do not edit.
var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// src/table/api.ts
var CHANGED = "https://schema.exlab-wizard.org/staging/changed/";
var TIMEOUT_MS = 1e4;
var CLEAR_TIMEOUT_MS = 30 * 60 * 1e3;
var LOG_LINES = 500;
var SOCKET_RETRY_MS = 15e3;
var NOT_INSTALLED = "This Jupyter server has no staging service. Run `jupyter server extension enable exlab_wizard` where the server runs, and start it again.";
var SIGNED_OUT = "This page is no longer signed in to the server. Reload the page, and sign in if asked.";
var ApiError = class extends Error {
  status;
  code;
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
};
function pageBaseUrl() {
  const config = document.getElementById("jupyter-config-data")?.textContent ?? "{}";
  const told = JSON.parse(config).baseUrl;
  return told ?? document.body.dataset.baseUrl ?? "/";
}
function serverApi(baseUrl) {
  const root = `${baseUrl.replace(/\/+$/, "")}/staging`;
  return {
    overview: (since) => request("GET", `${root}/overview${since === null ? "" : `?since=${since}`}`),
    forceSync: (run, even) => request("POST", runUrl(root, run, "force-sync"), even ? { even_if_incomplete: true } : {}),
    clear: (run) => request("POST", runUrl(root, run, "clear"), {}, CLEAR_TIMEOUT_MS),
    acknowledge: (run) => request("POST", runUrl(root, run, "acknowledge"), {}),
    order: (run, action) => request("POST", runUrl(root, run, action), {}),
    pauseAll: (paused) => request("POST", `${root}/${paused ? "pause" : "resume"}`, { equipment_id: null }),
    log: (run) => request("GET", runUrl(root, run, `log?lines=${LOG_LINES}`)),
    listen: (onHint) => listen(baseUrl, onHint)
  };
}
function runUrl(root, run, verb) {
  return `${root}/${run.split("/").map(encodeURIComponent).join("/")}/${verb}`;
}
async function request(method, url, body, timeout = TIMEOUT_MS) {
  const headers = { "Content-Type": "application/json", "X-XSRFToken": xsrfToken() };
  const signal = AbortSignal.timeout(timeout);
  let response;
  try {
    const text = body === void 0 ? void 0 : JSON.stringify(body);
    response = await fetch(url, { method, headers, body: text, signal, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new ApiError(0, "unreachable", "The staging service does not answer.");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw refusal(response, answer);
}
function refusal(response, answer) {
  const { code = "", message = code } = answer ?? {};
  const forbidden = [401, 403].includes(response.status) || response.redirected;
  if (forbidden && (!code || /not signed in/i.test(message))) return new ApiError(403, "signed_out", SIGNED_OUT);
  if (code) return new ApiError(response.status, code, message);
  if (response.status === 404) {
    return new ApiError(404, "not_installed", NOT_INSTALLED);
  }
  return new ApiError(0, "unreachable", `The staging service does not answer properly (HTTP ${response.status}).`);
}
function xsrfToken() {
  return /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}
function listen(baseUrl, onHint) {
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}/api/events/subscribe`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  let socket = null;
  let retry = 0;
  const open = () => {
    socket = new WebSocket(url);
    socket.addEventListener("message", (message) => {
      if (String(message.data).includes(CHANGED)) onHint();
    });
    socket.addEventListener("close", () => {
      retry = window.setTimeout(open, SOCKET_RETRY_MS);
    });
  };
  const stop = () => {
    window.clearTimeout(retry);
    if (!socket) return;
    const last = socket;
    socket = null;
    last.addEventListener("close", () => window.clearTimeout(retry));
    last.close();
  };
  open();
  return stop;
}

// src/table/states.ts
var LOOKS = {
  Receiving: { icon: "receiving", tone: "grey", rank: 2 },
  Waiting: { icon: "waiting", tone: "wait", rank: 2 },
  Syncing: { icon: "syncing", tone: "blue", rank: 1 },
  Verifying: { icon: "verifying", tone: "blue", rank: 1 },
  Stalled: { icon: "stalled", tone: "amber", rank: 1 },
  Blocked: { icon: "blocked", tone: "amber", rank: 1 },
  Failed: { icon: "failed", tone: "red", rank: 1 },
  Verified: { icon: "verified", tone: "green", rank: 3 },
  Paused: { icon: "paused", tone: "grey", rank: 2 },
  Clearing: { icon: "moving", tone: "grey", rank: 1 },
  Restoring: { icon: "moving", tone: "grey", rank: 1 },
  Cleared: { icon: "cleared", tone: "grey", rank: 4 }
};
var MOVING = /* @__PURE__ */ new Set(["Syncing", "Verifying", "Clearing", "Restoring"]);
var OVER = /* @__PURE__ */ new Set(["Verified", "Cleared", "Failed", "Blocked"]);
function lookOf(state) {
  return LOOKS[state] ?? LOOKS.Waiting;
}
function isMoving(row) {
  return MOVING.has(row.display_state);
}
var FILTERS = {
  all: { label: "All", keeps: () => true },
  attention: { label: "Needs attention", keeps: (row) => row.needs_attention },
  progress: { label: "In progress", keeps: (row) => !OVER.has(row.display_state) },
  verified: { label: "Verified", keeps: (row) => row.display_state === "Verified" }
};
function filterRows(rows, name, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => FILTERS[name].keeps(row) && words.every((word) => haystack(row).includes(word)));
}
function haystack(row) {
  return `${row.path} ${row.display_state} ${row.why}`.toLowerCase();
}
function orderRows(rows) {
  const keyed = rows.map((row) => ({ path: row.path, rank: rankOf(row), stamp: stampOf(row.path) }));
  keyed.sort((a, b) => a.rank - b.rank || compare(b.stamp, a.stamp) || compare(a.path, b.path));
  return keyed.map((entry) => entry.path);
}
function rankOf(row) {
  return row.needs_attention ? 0 : lookOf(row.display_state).rank;
}
function stampOf(path2) {
  return path2.slice(path2.lastIndexOf("_") + 1);
}
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
function heldOrder(shown, wanted) {
  const still = new Set(wanted);
  const known = new Set(shown);
  return [...shown.filter((path2) => still.has(path2)), ...wanted.filter((path2) => !known.has(path2))];
}

// src/table/feed.ts
var MOVING_MS = 500;
var BUSY_MS = 2e3;
var IDLE_MS = 4e3;
var RETRY_MS = 5e3;
var SOON_MS = 1e3;
var HINT_GAP_MS = 200;
var QUIET_MS = 2e3;
var HOT_MS = 6e3;
var AT_REST = /* @__PURE__ */ new Set(["Verified", "Cleared", "Failed", "Blocked", "Paused"]);
var Feed = class {
  api;
  rows = /* @__PURE__ */ new Map();
  station = null;
  link = { state: "loading", message: "", code: "", since: null };
  revision = null;
  onChange = null;
  visible = true;
  quiet = false;
  asking = false;
  askAgain = false;
  stopped = true;
  failures = 0;
  hotUntil = 0;
  askedAt = 0;
  timer = 0;
  stopListening = null;
  failedAt = null;
  constructor(api) {
    this.api = api;
  }
  /** Begin to ask; `onChange` hears of every difference. */
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
    this.stopListening?.();
  }
  /** Whether anybody can see the table; nothing is asked while not. */
  setVisible(visible) {
    const woke = visible && !this.visible;
    this.visible = visible;
    if (woke) void this.ask();
  }
  /** Whether only a status line needs the numbers; a table that comes into sight is given them at once. */
  setQuiet(quiet) {
    const woke = this.quiet && !quiet;
    this.quiet = quiet;
    if (woke) void this.ask();
  }
  /** The last table, shown until the server answers. */
  seed(snapshot) {
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
  schedule(delay) {
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
  accept(answer) {
    const whole = answer.since === null || this.revision === null || answer.revision < this.revision;
    if (whole && answer.since !== null) {
      this.revision = null;
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
  mergeRows(answer, whole) {
    const gone = whole ? this.missingIn(answer.runs) : answer.removed;
    gone.forEach((path2) => this.rows.delete(path2));
    let order = gone.length > 0;
    for (const row of answer.runs) {
      const before = this.rows.get(row.path);
      order ||= before?.display_state !== row.display_state || before.needs_attention !== row.needs_attention;
      this.rows.set(row.path, { ...row, receivedAt: performance.now() });
    }
    return { rows: new Set(answer.runs.map((row) => row.path)), order };
  }
  /** Paths known here that are not among `runs`. */
  missingIn(runs) {
    const there = new Set(runs.map((row) => row.path));
    return [...this.rows.keys()].filter((path2) => !there.has(path2));
  }
  fail(error) {
    const cause = error instanceof ApiError ? error : new ApiError(0, "unreachable", String(error));
    this.failures += 1;
    if (cause.code === "unreachable" && this.failures === 1) {
      this.failedAt = /* @__PURE__ */ new Date();
      return;
    }
    this.revision = null;
    const down = cause.code === "unreachable";
    const since = down ? this.failedAt ?? /* @__PURE__ */ new Date() : null;
    const changed = this.setLink({ state: down ? "down" : "refused", message: cause.message, code: cause.code, since });
    if (changed) this.onChange?.({ link: true, rows: /* @__PURE__ */ new Set(), order: false });
  }
  /** @returns whether it differs */
  setLink(link) {
    const before = this.link;
    this.link = link;
    return before.state !== link.state || before.code !== link.code || before.message !== link.message;
  }
};

// src/table/dom.ts
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}
function focusable(tabindex) {
  return { tabindex, "data-lm-suppress-shortcuts": "true" };
}
function button(label, act, attributes = {}) {
  const element = h("button", { type: "button", ...focusable(0), ...attributes }, label);
  element.addEventListener("click", () => {
    if (element.getAttribute("aria-disabled") !== "true") act();
  });
  return element;
}
function setAttribute(element, name, value) {
  if (value === null || value === void 0 || value === false) {
    element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
function placeChildren(parent, nodes) {
  const focused = document.activeElement;
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

// src/table/words.ts
var words_exports = {};
__export(words_exports, {
  agoText: () => agoText,
  clockText: () => clockText,
  countText: () => countText,
  durationText: () => durationText,
  filesText: () => filesText,
  percent: () => percent,
  plural: () => plural,
  progressText: () => progressText,
  sizeText: () => sizeText,
  spanText: () => spanText,
  stampText: () => stampText
});
var UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
var MINUTE = 60;
var HOUR = 3600;
var DAY = 86400;
var SILENCE = 30;
function sizeText(bytes) {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (Math.round(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}
function countText(count2) {
  return Math.round(count2).toLocaleString("en-GB");
}
function plural(count2, noun) {
  return `${countText(count2)} ${noun}${count2 === 1 ? "" : "s"}`;
}
function durationText(seconds) {
  if (seconds > DAY) return "more than a day";
  if (seconds < 10) return "a few seconds";
  if (seconds < 55) return `about ${Math.round(seconds / 10) * 10} s`;
  if (seconds < 57.5 * MINUTE) return `about ${roundedMinutes(seconds)} min`;
  return `about ${Math.round(seconds / HOUR * 2) / 2} h`;
}
function roundedMinutes(seconds) {
  const minutes = Math.max(1, Math.round(seconds / MINUTE));
  return minutes <= 10 ? minutes : Math.round(minutes / 5) * 5;
}
function spanText(seconds) {
  const span = Math.max(0, seconds);
  if (span < MINUTE) return `${Math.floor(span)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < DAY) return `${Math.floor(span / HOUR)} h`;
  return plural(Math.floor(span / DAY), "day");
}
function agoText(seconds) {
  return seconds < 5 ? "just now" : `${spanText(seconds)} ago`;
}
function clockText(when, now = /* @__PURE__ */ new Date()) {
  const time = when.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (when.toDateString() === now.toDateString()) return time;
  return `${when.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}`;
}
function stampText(iso) {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return "";
  const utc = when.toISOString().replace("T", " ").slice(0, 19);
  return `${when.toLocaleString("en-GB")} (${utc} UTC)`;
}
function percent(fraction) {
  return Math.min(99, Math.max(0, Math.floor(fraction * 100 + 1e-9)));
}
function progressText(row) {
  const words = WITHOUT_JOB[row.display_state];
  if (words) return words(row);
  const job = row.progress;
  if (!job || job.phase === "queued") return IDLE_WORDS[row.display_state] ?? "not started";
  const done = `${percent(job.fraction)} %`;
  if (row.display_state === "Verifying") return `checking, ${done}${timeLeft(job)}`;
  if (row.display_state === "Failed") return `stopped at ${done}`;
  const left = `${done}, ${sizeText(job.bytes_total - job.bytes_done)} to go`;
  return row.display_state === "Stalled" ? left : `${left}${timeLeft(job)}`;
}
var WITHOUT_JOB = {
  Receiving: (row) => `${sizeText(row.byte_total)} so far`,
  Verified: (row) => row.proof_age_seconds === null ? "100 %" : `100 %, proven ${agoText(row.proof_age_seconds)}`,
  Clearing: () => "clearing",
  Restoring: () => "restoring",
  Cleared: () => "on the NAS"
};
var IDLE_WORDS = {
  Syncing: "starting",
  Verifying: "checking",
  Failed: "stopped"
};
function timeLeft(job) {
  const silent = job.seconds_since_bytes ?? 0;
  if (silent >= SILENCE) return `, no bytes for ${spanText(silent)}`;
  return job.seconds_left === null ? "" : `, ${durationText(job.seconds_left)}`;
}
function filesText(row) {
  const job = row.progress;
  if (!job || job.files_done >= job.files_total) return countText(row.file_count);
  return `${countText(job.files_done)} of ${countText(job.files_total)}`;
}

// src/table/asks.ts
var count = 0;
function askClear(row, answer) {
  const size = sizeText(row.byte_total);
  return ask(
    {
      title: `Delete ${plural(row.file_count, "file")}, ${size}, from this computer?`,
      lines: [
        h("span", {}, "The copy on the NAS stays: ", h("code", {}, row.nas_path ?? "path not known"), "."),
        `${provenText(row)} It is checked again just before anything is deleted.`
      ],
      keep: "Keep",
      again: "Verify again",
      act: `Clear, free ${size}`
    },
    answer
  );
}
function provenText(row) {
  if (row.proof_age_seconds === null) return "When it was last proven is not known.";
  const when = row.proven_at ? ` (${clockText(new Date(row.proven_at))})` : "";
  return `Proven byte for byte ${agoText(row.proof_age_seconds)}${when}.`;
}
function askSync(row, answer) {
  return ask(
    {
      title: "Sync this run although it may not be finished?",
      lines: [
        row.why,
        "What is there now is copied once it has settled; files that come later are copied afterwards. It is recorded with your name."
      ],
      keep: "Wait",
      act: "Sync as it is"
    },
    answer
  );
}
function ask(question, answer) {
  const id = `exlab-ask-${count += 1}`;
  const keep = button(question.keep, () => answer("keep"), { class: "exlab-button exlab-primary" });
  const again = question.again ? button(question.again, () => answer("again"), { class: "exlab-button" }) : null;
  const act = button(question.act, () => answer("act"), { class: "exlab-button exlab-danger" });
  const title = h("strong", { id: `${id}-title` }, question.title);
  const text = h("div", { id: `${id}-text` }, ...question.lines.map((line) => h("p", {}, line)));
  const attributes = {
    class: "exlab-ask",
    role: "alertdialog",
    "aria-labelledby": title.id,
    "aria-describedby": text.id
  };
  const element = h("div", attributes, title, text, h("div", { class: "exlab-answers" }, keep, act, again));
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") answer("keep");
  });
  return { element, focus: () => keep.focus() };
}

// src/table/deeds.ts
var DONE_MS = 6e4;
var Deeds = class {
  api;
  owner;
  notes = /* @__PURE__ */ new Map();
  constructor(api, owner) {
    this.api = api;
    this.owner = owner;
  }
  /** What to say in a row now, or null. */
  noteOf(row) {
    const note = this.notes.get(row.path);
    if (!note) return null;
    const old = note.tone === "done" && performance.now() - note.at > DONE_MS;
    const over = old || note.state !== row.display_state;
    if (over) this.notes.delete(row.path);
    return over ? null : note;
  }
  /** Sync now. `evenIncomplete` sets the completeness signal aside, but only if the server asks for it. */
  async sync(row, evenIncomplete) {
    const asked = `Asked at ${clockText(/* @__PURE__ */ new Date())}.`;
    await this.run(row, asked, async () => {
      const answer = await this.syncCall(row.path, evenIncomplete);
      if (answer.state === "blocked") throw new ApiError(200, "blocked", "Not queued: the run is blocked.");
      return asked;
    });
  }
  async syncCall(path2, evenIncomplete) {
    try {
      return await this.api.forceSync(path2, false);
    } catch (error) {
      const needed = error instanceof ApiError && error.code === "run_not_complete";
      if (needed && evenIncomplete) return this.api.forceSync(path2, true);
      throw error;
    }
  }
  /** Delete the local copy, after the person said yes. */
  async clear(row) {
    await this.run(row, "Checking the NAS copy, then deleting the local one.", async () => {
      const freed = await this.api.clear(row.path);
      return `Freed ${sizeText(freed.bytes_freed)} (${plural(freed.files_freed, "file")}). The copy on the NAS stays.`;
    });
  }
  /** Verify, restore, pause, resume or retry. */
  async order(row, action) {
    const asked = `Asked at ${clockText(/* @__PURE__ */ new Date())}.`;
    await this.run(row, asked, async () => {
      await this.api.order(row.path, action);
      return asked;
    });
  }
  /** Pause or resume everything; the rows tell what came of it. */
  async pauseAll(paused) {
    try {
      await this.api.pauseAll(paused);
      this.owner.say(paused ? "Everything is paused." : "Everything goes on.");
    } catch (error) {
      this.owner.say(error instanceof Error ? error.message : String(error));
    }
    this.owner.wake();
  }
  /** Take a missing run off the alarms. */
  async acknowledge(row) {
    await this.run(row, "Acknowledging.", async () => {
      await this.api.acknowledge(row.path);
      return "Acknowledged.";
    });
  }
  async run(row, busy, work) {
    this.put(row, busy, "busy");
    try {
      const result = await work();
      this.put(row, result, "done");
      this.owner.say(`${row.path}: ${result}`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.put(row, message, "error");
      this.owner.say(`${row.path}: ${message}`);
    }
    this.owner.wake();
  }
  put(row, text, tone) {
    this.notes.set(row.path, { text, tone, state: row.display_state, at: performance.now() });
    this.owner.changed(row.path);
  }
};

// src/table/grid.ts
var ALL_ROWS = 80;
var MARGIN = 400;
var GUESS = 48;
var COLUMNS = ["State", "Run", "Progress", "Files", "Size", "Last activity", "Actions"];
var Grid = class {
  owner;
  order = [];
  views = /* @__PURE__ */ new Map();
  opened = /* @__PURE__ */ new Map();
  heights = /* @__PURE__ */ new Map();
  /** The row that Tab reaches. */
  active = "";
  frame = 0;
  body = h("div", { role: "rowgroup", class: "exlab-body" });
  head = h("div", { role: "rowgroup", class: "exlab-head" }, headRow());
  element;
  observer;
  constructor(owner) {
    this.owner = owner;
    this.element = h(
      "div",
      { class: "exlab-grid", role: "grid", "aria-label": "Runs", ...focusable(-1) },
      this.head,
      this.body
    );
    this.element.addEventListener("scroll", () => this.later(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focusin", (event) => this.onFocus(event));
    this.observer = new ResizeObserver(() => this.later());
    this.observer.observe(this.element);
  }
  dispose() {
    this.observer.disconnect();
    window.cancelAnimationFrame(this.frame);
  }
  /** Show exactly these runs in this order. */
  setOrder(order) {
    this.order = order;
    if (!order.includes(this.active)) this.active = order[0] ?? "";
    setAttribute(this.element, "aria-rowcount", order.length + 1);
    this.draw();
  }
  /** Repaint those of `paths` that are in the page. */
  repaint(paths) {
    for (const path2 of paths) {
      const view = this.views.get(path2);
      if (view) this.owner.paint(view);
    }
    this.measure();
  }
  /** Repaint whatever is in the page. */
  repaintAll() {
    this.repaint([...this.views.keys()]);
  }
  /** Open something under a row, in place of what was there. */
  open(path2, opened) {
    const cell = h(
      "div",
      { role: "gridcell", "aria-colspan": COLUMNS.length, class: "exlab-opened-cell" },
      opened.element
    );
    this.opened.set(path2, { ...opened, row: h("div", { role: "row", class: "exlab-opened" }, cell) });
    this.draw();
    opened.focus();
  }
  /** Close what is open under a row; the focus returns to the row. */
  close(path2) {
    const opened = this.opened.get(path2);
    if (!opened) return;
    const focused = opened.row.contains(document.activeElement);
    this.opened.delete(path2);
    this.draw();
    if (focused) this.focusRow(this.order.indexOf(path2));
  }
  later() {
    window.cancelAnimationFrame(this.frame);
    this.frame = window.requestAnimationFrame(() => this.draw());
  }
  /** Put the rows of the visible part into the page. */
  draw() {
    const [from, to] = this.range();
    const shown = this.order.slice(from, to);
    this.forget(new Set(shown));
    placeChildren(
      this.body,
      shown.flatMap((path2, index) => this.nodesOf(path2, from + index))
    );
    this.body.style.paddingTop = `${this.offset(from)}px`;
    this.body.style.paddingBottom = `${this.offset(this.order.length) - this.offset(to)}px`;
    this.measure();
  }
  /** First and one past the last row to draw. */
  range() {
    if (this.order.length <= ALL_ROWS) return [0, this.order.length];
    const top = this.element.scrollTop - MARGIN;
    const bottom = this.element.scrollTop + this.element.clientHeight + MARGIN;
    let height = 0;
    let from = -1;
    for (let index = 0; index < this.order.length; index += 1) {
      if (height > bottom) return [Math.max(from, 0), index];
      height += this.heightOf(index);
      if (from < 0 && height > top) from = index;
    }
    return [Math.max(from, 0), this.order.length];
  }
  heightOf(index) {
    return this.heights.get(this.order[index] ?? "") ?? GUESS;
  }
  /** Pixels above a row. */
  offset(index) {
    let height = 0;
    for (let at = 0; at < index; at += 1) height += this.heightOf(at);
    return this.order.length <= ALL_ROWS ? 0 : height;
  }
  nodesOf(path2, index) {
    const view = this.views.get(path2) ?? this.makeView(path2);
    setAttribute(view.element, "aria-rowindex", index + 2);
    setAttribute(view.element, "tabindex", path2 === this.active ? 0 : -1);
    const opened = this.opened.get(path2);
    return opened ? [view.element, opened.row] : [view.element];
  }
  makeView(path2) {
    const view = this.owner.make(path2);
    this.views.set(path2, view);
    this.owner.paint(view);
    return view;
  }
  /** Let go of rows that left the visible part; a focus among them stays in the grid. */
  forget(shown) {
    for (const [path2, view] of this.views) {
      if (shown.has(path2)) continue;
      if (view.element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
      this.views.delete(path2);
    }
  }
  /** Remember how high the drawn rows are. */
  measure() {
    if (this.order.length <= ALL_ROWS) return;
    for (const [path2, view] of this.views) {
      const height = view.element.offsetHeight + (this.opened.get(path2)?.row.offsetHeight ?? 0);
      if (height) this.heights.set(path2, height);
    }
  }
  /** Move the focus to a row, scrolling to it. */
  focusRow(index) {
    const at = Math.min(Math.max(index, 0), this.order.length - 1);
    if (at < 0) return;
    this.active = this.order[at] ?? "";
    this.scrollTo(at);
    this.draw();
    this.views.get(this.active)?.element.focus({ preventScroll: true });
    this.views.get(this.active)?.element.scrollIntoView({ block: "nearest" });
  }
  /** Bring a row that may not be drawn yet into the visible part. */
  scrollTo(index) {
    if (this.order.length <= ALL_ROWS) return;
    const top = this.offset(index);
    const room = this.element.clientHeight - this.head.offsetHeight;
    const bottom = top + this.heightOf(index);
    if (top < this.element.scrollTop) this.element.scrollTop = top;
    else if (bottom > this.element.scrollTop + room) this.element.scrollTop = bottom - room;
  }
  onFocus(event) {
    const row = event.target instanceof Element ? event.target.closest(".exlab-row") : null;
    const path2 = row?.getAttribute("data-run");
    if (!path2 || path2 === this.active) return;
    const before = this.views.get(this.active);
    if (before) before.element.tabIndex = -1;
    this.active = path2;
    row.tabIndex = 0;
  }
  onKey(event) {
    const target = event.target;
    if (target.closest(".exlab-opened") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = this.steps()[event.key];
    if (step !== void 0) this.focusRow(step);
    else if (!this.act(event.key, target)) return;
    event.preventDefault();
  }
  /** What a key other than those that move between rows does; false: nothing. */
  act(key, target) {
    const onRow = target === this.element || target.classList.contains("exlab-row");
    if (key === "ArrowRight") this.sideways(target, 1);
    else if (key === "ArrowLeft") this.sideways(target, -1);
    else if (key === "Enter" && onRow) this.owner.open(this.active);
    else if (key === "Escape") this.escape();
    else return false;
    return true;
  }
  /** Where each key leads, as row indices. */
  steps() {
    const at = this.order.indexOf(this.active);
    const page = Math.max(1, Math.floor(this.element.clientHeight / GUESS) - 1);
    const end = this.order.length - 1;
    return { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: end };
  }
  /** Between a row and its buttons. */
  sideways(target, by) {
    const row = this.views.get(this.active)?.element;
    if (!row) return;
    const stops = [row, ...row.querySelectorAll("button")];
    const at = Math.max(0, stops.indexOf(target));
    stops[Math.min(Math.max(at + by, 0), stops.length - 1)]?.focus({ preventScroll: true });
  }
  escape() {
    if (this.opened.has(this.active)) this.owner.close(this.active);
    this.focusRow(this.order.indexOf(this.active));
  }
};
function headRow() {
  const cells = COLUMNS.map(
    (name) => h("div", { role: "columnheader", class: `exlab-th exlab-th-${name.split(" ", 1).join().toLowerCase()}` }, name)
  );
  return h("div", { role: "row", class: "exlab-cells", "aria-rowindex": 1 }, ...cells);
}

// src/table/logview.ts
var NEAR = 24;
var ERROR = /\[(ERROR|FATAL)\s*\]/;
var WARNING = /\[WARN(ING)?\s*\]/;
var REPEATED = /\[host:[^\]]*\] \[equip:[^\]]*\] \[proj:.*?\] \[kind:[^\]]*\] /;
var LogView = class {
  text = "";
  fresh = true;
  reading = false;
  stale = false;
  // the run changed while its log was being read
  next = 0;
  where = h("code", { class: "exlab-log-path" });
  found;
  lines;
  copy;
  element;
  constructor(run, close) {
    this.found = button("", () => this.nextError(), { class: "exlab-button", hidden: true });
    this.lines = h("div", {
      class: "exlab-log-lines",
      role: "log",
      "aria-live": "off",
      "aria-label": `Log of ${run}`,
      ...focusable(0)
    });
    this.copy = button("Copy", () => void this.copyAll(), { class: "exlab-button" });
    const done = button("Close", close, { class: "exlab-button" });
    const bar = h("div", { class: "exlab-log-bar" }, this.where, this.found, this.copy, done);
    this.element = h("section", { class: "exlab-log", "aria-label": `Log of ${run}` }, bar, this.lines);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
  }
  focus() {
    this.lines.focus({ preventScroll: true });
  }
  /** Show what the server sent. */
  show(answer) {
    const text = answer.lines.join("\n");
    setText(this.where, answer.log_path);
    if (text === this.text && !this.fresh) return;
    const following = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < NEAR;
    this.text = text;
    this.lines.replaceChildren(...answer.lines.map(logLine));
    this.showErrors();
    if (following && !(this.fresh && this.errors().length)) this.lines.scrollTop = this.lines.scrollHeight;
    if (this.fresh) this.nextError();
    this.fresh = false;
    if (!answer.lines.length) this.fail("Nothing is written yet.");
  }
  /** Say why there are no lines. */
  fail(message) {
    this.lines.replaceChildren(h("div", { class: "exlab-quiet" }, message));
  }
  errors() {
    return [...this.lines.querySelectorAll(".exlab-log-error")];
  }
  showErrors() {
    const count2 = this.errors().length;
    this.found.hidden = count2 === 0;
    setText(this.found, `Next of ${plural(count2, "error")}`);
  }
  /** Scroll to the first error, then to the one after. */
  nextError() {
    const errors = this.errors();
    const line = errors[this.next % errors.length];
    if (!line) return;
    this.next += 1;
    this.lines.scrollTop = line.offsetTop - NEAR;
  }
  async copyAll() {
    const clipboard = navigator.clipboard;
    const worked = await clipboard?.writeText(this.text).then(
      () => true,
      () => false
    );
    setText(this.copy, worked ? "Copied" : "Select and copy");
  }
};
function logLine(text) {
  const kind = ERROR.test(text) ? "exlab-log-error" : WARNING.test(text) ? "exlab-log-warning" : "exlab-log-line";
  return h("div", { class: kind, title: text }, text.replace(REPEATED, ""));
}

// src/table/icons.ts
var DISC = "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z";
var SHAPES = {
  receiving: [{ as: "line", d: DISC, dash: "2.6 2.5" }],
  waiting: [
    { as: "line", d: DISC },
    { as: "line", d: "M8 4.4V8l2.6 1.7" }
  ],
  syncing: [
    { as: "line", d: "M13.6 6.6A5.8 5.8 0 0 0 3.3 4.7M2.4 9.4a5.8 5.8 0 0 0 10.3 1.9" },
    { as: "line", d: "M3 1.6v3.3h3.3M13 14.4v-3.3H9.7" }
  ],
  verifying: [
    { as: "line", d: "M6.9 2.1a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6z" },
    { as: "line", d: "M10.4 10.4L14.2 14.2" }
  ],
  stalled: [
    { as: "fill", d: DISC },
    { as: "cut", d: "M6.1 5.2v5.6M9.9 5.2v5.6" }
  ],
  blocked: [
    {
      as: "line",
      d: "M5.2 8.2V3.7a1.05 1.05 0 0 1 2.1 0V7.3M7.3 7V2.6a1.05 1.05 0 0 1 2.1 0V7M9.4 7.2V3.6a1.05 1.05 0 0 1 2.1 0V8M11.5 6.4a1.05 1.05 0 0 1 2.1 0v3.4a4.7 4.7 0 0 1-4.7 4.7h-.6a4.7 4.7 0 0 1-3.7-1.8L2.3 9.8a1.05 1.05 0 0 1 1.6-1.3l1.3 1.4V8"
    }
  ],
  failed: [
    {
      as: "fill",
      d: "M8 1.3a1 1 0 0 1 .87.5l6.3 11.2a1 1 0 0 1-.87 1.5H1.7a1 1 0 0 1-.87-1.5L7.13 1.8A1 1 0 0 1 8 1.3z"
    },
    { as: "cut", d: "M8 5.6v4M8 11.9v.1" }
  ],
  verified: [
    { as: "fill", d: DISC },
    { as: "cut", d: "M5 8.3l2.1 2.1L11.1 6" }
  ],
  paused: [{ as: "line", d: "M5.4 3v10M10.6 3v10" }],
  moving: [
    { as: "line", d: "M2.5 7.5v5a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-5" },
    { as: "line", d: "M8 2v7.4M5.2 6.8L8 9.6l2.8-2.8" }
  ],
  more: [{ as: "line", d: "M6 3.5L10.5 8L6 12.5" }],
  cleared: [
    { as: "line", d: "M1.8 2.8h12.4v3.1H1.8zM3 6v6.6a.9.9 0 0 0 .9.9h8.2a.9.9 0 0 0 .9-.9V6" },
    { as: "line", d: "M6.3 8.7h3.4" }
  ]
};
var SVG = "http://www.w3.org/2000/svg";
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("exlab-icon");
  for (const shape of SHAPES[name] ?? []) svg.append(path(shape));
  return svg;
}
function path(shape) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("d", shape.d);
  element.classList.add(`exlab-icon-${shape.as}`);
  if (shape.dash) element.setAttribute("stroke-dasharray", shape.dash);
  return element;
}

// src/table/notices.ts
var FEW = 3;
var HEADLINES = {
  orchestrator_disabled: "Staging is switched off on this server.",
  config_invalid: "The staging configuration has a mistake.",
  config_mismatch: "This server's configuration differs from the one in charge.",
  station_starting: "The staging service is starting.",
  staging_unavailable: "The staging folder is not there.",
  nas_unavailable: "The NAS is not there.",
  signed_out: "Not signed in.",
  forbidden: "Not allowed.",
  not_installed: "The staging service is not installed here."
};
function banner(link, retry) {
  if (link.state === "down") return downBanner(link, retry);
  if (link.state !== "refused") return null;
  const mild = link.code === "station_starting";
  const text = h(
    "span",
    {},
    h("strong", {}, HEADLINES[link.code] ?? "The staging service refused."),
    ` ${link.message}`
  );
  return h(
    "div",
    { class: "exlab-banner", "data-tone": mild ? "grey" : "amber" },
    icon(mild ? "waiting" : "failed"),
    text
  );
}
function downBanner(link, retry) {
  const since = link.since ? ` since ${clockText(link.since)}` : "";
  const text = h(
    "span",
    {},
    h("strong", {}, `The staging service does not answer${since}.`),
    " Copying may go on without this page. Trying again every 5 s."
  );
  const now = button("Try now", retry, { class: "exlab-button exlab-primary" });
  return h("div", { class: "exlab-banner", "data-tone": "amber" }, icon("failed"), text, now);
}
function backBanner() {
  return h("div", { class: "exlab-banner", "data-tone": "green" }, icon("verified"), h("span", {}, "Connected again."));
}
function remarks(station, uiVersion = "") {
  const away = station.targets.filter((target) => target.state === "unavailable" || target.state === "full");
  const nas = away.map((target) => remark("amber", "failed", `${nasWord(target)} ${target.why}`.trim()));
  const other = station.leader.message && (!station.leader.leads || station.leader.config_mismatch);
  const leader = other ? [remark("grey", "paused", station.leader.message)] : [];
  return [...versions(uiVersion, station.version ?? ""), ...nas, ...leader, ...strangers(station.unrecognised)];
}
function versions(page, server) {
  if (!page || !server || page === server) return [];
  const text = `This page shows the panel of version ${page}, the server runs ${server}. Reload the page.`;
  return [remark("amber", "failed", text)];
}
function nasWord(target) {
  const since = target.since ? ` since ${clockText(new Date(target.since))}` : "";
  return target.state === "full" ? `NAS ${target.nas_root} is full${since}.` : `NAS ${target.nas_root} not reachable${since}.`;
}
function remark(tone, shape, text) {
  return h("div", { class: "exlab-remark", "data-tone": tone }, icon(shape), h("span", {}, text));
}
function strangers(entries) {
  if (!entries.length) return [];
  const bytes = entries.reduce((total, entry) => total + entry.bytes, 0);
  const look = { "data-tone": bytes ? "amber" : "grey", open: bytes > 0 && entries.length <= FEW };
  const words = `${entries.length === 1 ? "1 entry" : `${entries.length} entries`} in the staging folder, ${sizeText(bytes)}, not taken for runs`;
  const list = entries.map(
    (entry) => h("li", {}, h("code", {}, entry.path), ` ${sizeText(entry.bytes)}. ${entry.reason} `, h("em", {}, entry.remedy))
  );
  const title = h("summary", { ...focusable(0) }, icon("more"), words);
  return [h("details", { class: "exlab-remark exlab-strangers", ...look }, title, h("ul", {}, ...list))];
}
function watchText(station) {
  const { mode, detail, rescan_seconds: seconds } = station.watcher;
  const how = mode === "events" ? `live, checked again every ${Math.round(seconds)} s` : `looked at every ${Math.round(seconds)} s`;
  return { text: `Watching ${station.staging_root} (${how})`, title: detail };
}
function emptyTable(station, count2, showAll) {
  if (count2) {
    const all = button("Show all runs", showAll, { class: "exlab-button exlab-primary" });
    return h("div", { class: "exlab-empty" }, h("p", {}, "No run matches this filter."), all);
  }
  const text = "Nothing is staged. Runs show up here by themselves as soon as an instrument writes its first file.";
  const folder = h(
    "p",
    {},
    "Watched folder: ",
    h("code", {}, station?.staging_root ?? ""),
    ". Another one: ",
    h("code", {}, "orchestrator.staging_root"),
    " in the configuration file."
  );
  return h("div", { class: "exlab-empty" }, h("p", {}, h("strong", {}, text)), folder);
}

// src/table/row.ts
var TAIL = 12;
var SHORT = 20;
var ACTIONS = {
  sync: { label: "Force sync", verb: "sync", name: "Force sync" },
  askSync: { label: "Sync as it is…", verb: "askSync", name: "Sync as it is" },
  clear: { label: "Clear…", verb: "askClear", name: "Clear" },
  acknowledge: { label: "Acknowledge", verb: "acknowledge", name: "Acknowledge" },
  log: { label: "Log", verb: "log", name: "Log of" }
};
var STEPS = {
  force_sync: ACTIONS.sync,
  clear: ACTIONS.clear,
  acknowledge: ACTIONS.acknowledge
};
function actionsOf(row) {
  const can = new Set(row.actions);
  return [nextStep(row, can), can.has("log") ? ACTIONS.log : null];
}
function nextStep(row, can) {
  if (row.display_state === "Blocked") can.delete("force_sync");
  const first = row.actions.find((action) => can.has(action) && action in STEPS);
  if (first === "force_sync" && row.display_state === "Receiving") return ACTIONS.askSync;
  return first ? STEPS[first] ?? null : null;
}
function aged(row) {
  const grown = (performance.now() - row.receivedAt) / 1e3;
  return {
    ...row,
    elapsed_seconds_since_last_activity: row.elapsed_seconds_since_last_activity + grown,
    proof_age_seconds: row.proof_age_seconds === null ? null : row.proof_age_seconds + grown
  };
}
var RowView = class {
  path;
  act;
  drawn = "";
  state = h("div", { role: "gridcell", class: "exlab-state" });
  why = h("div", { class: "exlab-why" });
  way;
  note = h("div", { class: "exlab-note" });
  badge = h("span", { class: "exlab-badge", hidden: true }, "Test");
  bar = h("div", { class: "exlab-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 });
  fill = h("div", { class: "exlab-fill" });
  percent = h("div", { class: "exlab-percent" });
  files = h("div", { role: "gridcell", class: "exlab-number exlab-files" });
  size = h("div", { role: "gridcell", class: "exlab-number exlab-size" });
  last = h("div", { role: "gridcell", class: "exlab-number exlab-last" });
  slots = h("div", { role: "gridcell", class: "exlab-actions" });
  element;
  constructor(path2, act) {
    this.path = path2;
    this.act = act;
    this.way = h("div", { class: "exlab-way", hidden: true }, ...overrideWords(path2));
    this.bar.append(this.fill);
    this.element = this.assemble();
  }
  assemble() {
    const run = h("div", { role: "gridcell", class: "exlab-run" }, this.nameLine(), this.why, this.way, this.note);
    const progress = h("div", { role: "gridcell", class: "exlab-progress" }, this.bar, this.percent);
    const attributes = { class: "exlab-row", role: "row", "data-run": this.path, ...focusable(-1) };
    setAttribute(this.bar, "aria-label", `Progress of ${this.path}`);
    return h("div", attributes, this.state, run, progress, this.files, this.size, this.last, this.slots);
  }
  nameLine() {
    const [equipment, project, , leaf] = this.path.split("/");
    const origin = h("span", { class: "exlab-cut" }, `${equipment} · `);
    const place = h("span", { class: "exlab-place" }, origin, ...middleCut(project ?? ""));
    const name = h("span", { class: "exlab-leaf" }, leaf ?? this.path);
    return h("div", { class: "exlab-name", title: this.path }, name, this.badge, place);
  }
  /**
   * Write what differs.
   * @param off why buttons are off, or ""
   */
  update(row, note, off) {
    const look = lookOf(row.display_state);
    setAttribute(this.element, "data-tone", look.tone);
    setAttribute(this.element, "data-state", row.display_state);
    setAttribute(this.element, "data-attention", row.needs_attention);
    setAttribute(this.badge, "hidden", row.run_kind !== "test");
    this.updateState(row, look.icon);
    this.updateWords(row, note);
    this.updateProgress(row);
    this.updateActions(row, off);
  }
  updateState(row, iconName) {
    if (this.state.dataset.word === row.display_state) return;
    this.state.dataset.word = row.display_state;
    this.state.title = row.display_state;
    this.state.replaceChildren(icon(iconName), h("span", { class: "exlab-word" }, row.display_state));
  }
  updateWords(row, note) {
    const why = row.needs_attention ? `${row.why} ${row.next_step}`.trim() : row.why || row.next_step;
    setText(this.why, why);
    setAttribute(this.why, "title", `${row.why} ${row.next_step}`.trim());
    setAttribute(this.way, "hidden", row.display_state !== "Blocked" || !row.actions.includes("override"));
    setText(this.note, note?.text ?? "");
    setAttribute(this.note, "data-tone", note?.tone);
    setText(this.files, filesText(row));
    setText(this.size, row.local_data ? sizeText(row.byte_total) : "–");
    setText(this.last, agoText(row.elapsed_seconds_since_last_activity));
    setAttribute(this.last, "title", stampText(row.last_activity_at));
  }
  updateProgress(row) {
    const text = progressText(row);
    const share = row.display_state === "Verified" ? 100 : row.progress ? percent(row.progress.fraction) : 0;
    const plain = row.display_state !== "Verified" && (!row.progress || row.progress.phase === "queued");
    setText(this.percent, text);
    setAttribute(this.bar, "hidden", plain);
    setAttribute(this.element, "data-bar", !plain);
    setAttribute(this.bar, "aria-valuenow", share);
    setAttribute(this.bar, "aria-valuetext", text);
    setAttribute(this.fill, "style", `width: ${share}%`);
  }
  updateActions(row, off) {
    const wanted = actionsOf(row);
    const drawn = wanted.map((action) => action?.verb ?? "-").join();
    if (drawn !== this.drawn) this.drawActions(wanted);
    this.drawn = drawn;
    for (const node of this.slots.querySelectorAll("button")) {
      setAttribute(node, "aria-disabled", off ? "true" : null);
      setAttribute(node, "title", off || null);
    }
  }
  /** New buttons; whoever had the focus on one that is gone finds it on the row. */
  drawActions(wanted) {
    const verb = this.slots.contains(document.activeElement) && document.activeElement?.getAttribute("data-verb");
    const nodes = wanted.map((action, index) => action ? this.actionButton(action, index) : h("span"));
    this.slots.replaceChildren(...nodes);
    if (verb) (this.buttonOf(verb) ?? this.element).focus({ preventScroll: true });
  }
  actionButton(action, index) {
    const kind = index === 0 ? "exlab-button exlab-primary" : "exlab-button";
    const attributes = {
      class: kind,
      tabindex: -1,
      "data-verb": action.verb,
      "aria-label": `${action.name} ${this.path}`
    };
    return button(action.label, () => this.act(action.verb, this.path), attributes);
  }
  buttonOf(verb) {
    return this.slots.querySelector(`[data-verb="${verb}"]`);
  }
};
function overrideWords(path2) {
  const run = `'${path2.replaceAll("'", "'\\''")}'`;
  const add = h("code", {}, `exlab-wizard override add ${run} CLASS --reason "…"`);
  const detail = h("code", {}, `exlab-wizard detail ${run}`);
  return ["Or let it pass, on record: ", add, ". The CLASS is named by ", detail, "."];
}
function middleCut(name) {
  const letters = Array.from(name);
  const cut = letters.length > SHORT ? letters.length - TAIL : 0;
  const head = h("bdi", { class: "exlab-cut" }, letters.slice(0, cut).join(""));
  return [head, h("bdi", {}, letters.slice(cut).join(""))];
}

// src/table/summary.ts
var SAFE = /* @__PURE__ */ new Set(["Verified", "Cleared", "Clearing"]);
var DAY2 = 86400;
function summaryParts(rows, now, strangers2) {
  const here = rows.filter((row) => row.local_data);
  return [
    { text: `${plural(here.length, "run")}, ${sizeText(sum(here))} on this computer.`, tone: "plain" },
    ...attentionPart(rows),
    ...safetyPart(here, strangers2),
    ...speedPart(rows, now)
  ];
}
function sum(rows) {
  return rows.reduce((total, row) => total + row.byte_total, 0);
}
function attentionPart(rows) {
  const count2 = rows.filter((row) => row.needs_attention).length;
  if (!count2) return [];
  return [{ text: `${count2} need${count2 === 1 ? "s" : ""} attention.`, tone: "alert" }];
}
function safetyPart(here, strangers2) {
  const open = here.filter((row) => !SAFE.has(row.display_state));
  if (open.length) return [{ text: `${sizeText(sum(open))} not verified on the NAS yet.`, tone: "plain" }];
  if (!here.length) return [];
  const bytes = strangers2.reduce((total, entry) => total + entry.bytes, 0);
  if (!bytes) return [{ text: "All of it is verified on the NAS.", tone: "good" }];
  const others = strangers2.length === 1 ? "1 other entry" : `${countText(strangers2.length)} other entries`;
  const verb = strangers2.length === 1 ? "is" : "are";
  return [{ text: `All runs are verified on the NAS; ${others} (${sizeText(bytes)}) ${verb} not.`, tone: "alert" }];
}
function speedPart(rows, now) {
  const jobs = rows.filter((row) => row.progress && row.display_state === "Syncing");
  const rate = jobs.reduce((total, row) => total + (row.progress?.bytes_per_second ?? 0), 0);
  if (rate <= 0) return [];
  const left = Math.max(...jobs.map((row) => row.progress?.seconds_left ?? 0), bytesAhead(rows) / rate);
  return [{ text: `Syncing at ${sizeText(rate)}/s${doneText(left, now)}.`, tone: "plain" }];
}
function bytesAhead(rows) {
  const waiting = rows.filter((row) => row.display_state === "Waiting");
  const moving = rows.flatMap((row) => row.display_state === "Syncing" && row.progress ? [row.progress] : []);
  return 2 * (sum(waiting) + moving.reduce((total, job) => total + (1 - job.fraction) * job.bytes_total, 0));
}
function doneText(seconds, now) {
  if (seconds <= 0) return "";
  if (seconds < 60 || seconds >= DAY2) return `, done in ${durationText(seconds)}`;
  return `, done about ${clockText(new Date(now.getTime() + seconds * 1e3), now)}`;
}

// src/table/toolbar.ts
var NAMES = Object.keys(FILTERS);
var Toolbar = class {
  name = "all";
  onChange;
  search;
  chips;
  element;
  constructor(onChange, onLeave) {
    this.onChange = onChange;
    const hint = {
      type: "search",
      placeholder: "Filter by name  ( / )",
      "aria-label": "Filter runs",
      class: "exlab-search"
    };
    this.search = h("input", { ...hint, autocomplete: "off", spellcheck: "false", ...focusable(0) });
    this.search.addEventListener("input", () => this.onChange());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.escape(onLeave);
      if (event.key === "Enter" || event.key === "ArrowDown") onLeave();
    });
    this.chips = NAMES.map((name) => this.chip(name));
    const group = h("div", { role: "group", "aria-label": "Show", class: "exlab-chips" }, ...this.chips);
    group.addEventListener("keydown", (event) => this.onChipKey(event));
    this.element = h("div", { class: "exlab-toolbar" }, this.search, group);
    this.pick("all");
  }
  chip(name) {
    const count2 = h("span", { class: "exlab-chip-count" });
    const chip = button(`${FILTERS[name].label} `, () => this.choose(name), {
      class: "exlab-chip",
      "data-filter": name
    });
    chip.append(count2);
    return chip;
  }
  choose(name) {
    this.pick(name);
    this.onChange();
  }
  pick(name) {
    this.name = name;
    this.chips.forEach((chip, index) => {
      setAttribute(chip, "aria-pressed", String(NAMES[index] === name));
      chip.tabIndex = NAMES[index] === name ? 0 : -1;
    });
  }
  /** Show everything again. */
  reset() {
    this.search.value = "";
    this.choose("all");
  }
  escape(leave) {
    if (!this.search.value) leave();
    else {
      this.search.value = "";
      this.onChange();
    }
  }
  onChipKey(event) {
    const at = this.chips.findIndex((chip) => chip === event.target);
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by || at < 0) return;
    this.chips.at((at + by) % this.chips.length)?.focus();
    event.preventDefault();
  }
  count(rows) {
    this.chips.forEach((chip, index) => {
      const found = rows.filter(FILTERS[NAMES[index] ?? "all"].keeps).length;
      if (chip.lastElementChild) setText(chip.lastElementChild, countText(found));
      setAttribute(chip, "data-some", found > 0 && NAMES[index] === "attention");
    });
  }
};

// src/table/panel.ts
var TICK_MS = 1e3;
var BACK_MS = 5e3;
var KEEP_MS = 3e4;
var KEEP_ROWS = 100;
var STILL_MS = 1e4;
var VERBS = { force_sync: "sync", clear: "askClear", acknowledge: "acknowledge", log: "log" };
function mountStaging(element, api, options = {}) {
  const panel = new Panel(api, options);
  element.append(panel.element);
  panel.start();
  return {
    dispose: () => panel.dispose(),
    activeRun: () => panel.grid.order.includes(panel.chosen) ? panel.chosen : "",
    reveal: (path2) => panel.reveal(path2),
    act: (action, path2) => panel.perform(action, path2),
    review: () => panel.review(),
    pauseAll: (paused) => void panel.deeds.pauseAll(paused)
  };
}
var Panel = class {
  api;
  options;
  feed;
  /** the run to show as soon as it is known */
  wanted = "";
  /** the run a person last went to; the grid's own active row is the first one until then */
  chosen = "";
  logs = /* @__PURE__ */ new Map();
  touchedAt = -STILL_MS;
  keptAt = -KEEP_MS;
  summary = h("p", { class: "exlab-summary" });
  disk = h("span", { class: "exlab-disk" });
  banner = h("div", { role: "status", class: "exlab-banner-place" });
  status = h("div", { role: "status", class: "exlab-unseen" });
  remarks = h("div", { class: "exlab-remarks" });
  said = "";
  empty = h("div", { class: "exlab-empty-place" });
  foot = h("div", { class: "exlab-foot" });
  element;
  watcher;
  onPage;
  inView = true;
  deeds;
  toolbar;
  grid;
  timer = 0;
  constructor(api, options) {
    this.api = api;
    this.options = options;
    this.feed = options.feed ?? new Feed(api);
    this.deeds = new Deeds(api, {
      changed: (path2) => this.grid.repaint([path2]),
      say: (text) => setText(this.status, text),
      wake: () => this.feed.wake()
    });
    this.toolbar = new Toolbar(
      () => this.reorder(false),
      () => this.grid.focusRow(this.grid.order.indexOf(this.grid.active))
    );
    this.grid = new Grid({
      make: (path2) => new RowView(path2, (verb, run) => this.act(verb, run)),
      paint: (view) => this.paint(view),
      open: (path2) => this.toggleLog(path2),
      close: (path2) => this.closeUnder(path2, "log")
    });
    this.element = this.assemble();
    this.watcher = new IntersectionObserver((entries) => this.seen(entries.at(-1)?.isIntersecting ?? true));
    this.onPage = () => this.seen(this.inView);
  }
  assemble() {
    const title = h("h2", { class: "exlab-title" }, "Staging");
    const top = h("div", { class: "exlab-top" }, title, this.summary, this.disk);
    const parts = [
      top,
      this.banner,
      this.remarks,
      this.toolbar.element,
      this.grid.element,
      this.empty,
      this.foot,
      this.status
    ];
    const element = h("section", { class: "exlab-staging", "aria-label": "Staging", ...focusable(-1) }, ...parts);
    element.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.element.addEventListener("focusin", () => this.chosen = this.grid.active);
    for (const kind of ["pointerdown", "keydown"]) {
      this.grid.element.addEventListener(kind, () => this.touchedAt = performance.now());
    }
    return element;
  }
  start() {
    if (this.options.snapshot) this.showSnapshot(this.options.snapshot);
    this.watcher.observe(this.element);
    document.addEventListener("visibilitychange", this.onPage);
    this.timer = window.setInterval(() => this.tick(), TICK_MS);
    this.showLink(false);
    this.feed.start((change) => this.onChange(change));
  }
  dispose() {
    this.feed.stop();
    this.grid.dispose();
    this.watcher.disconnect();
    document.removeEventListener("visibilitychange", this.onPage);
    window.clearInterval(this.timer);
    this.element.remove();
  }
  showSnapshot(snapshot) {
    this.feed.seed(snapshot);
    this.reorder(false);
    this.showStation();
  }
  seen(inView) {
    this.inView = inView;
    this.feed.setVisible(inView && !document.hidden);
  }
  onChange(change) {
    if (change.link) this.showLink(true);
    if (this.feed.link.state !== "live") return;
    if (change.order || change.link) this.reorder(this.isHeld());
    if (this.wanted) this.reveal(this.wanted);
    this.grid.repaint(change.rows);
    this.showStation();
    this.keep();
    for (const path2 of change.rows) if (this.logs.has(path2)) void this.readLog(path2);
  }
  /** Ages grow, and the order follows once nobody points at it. */
  tick() {
    if (!this.feed.visible) return;
    this.grid.repaintAll();
    if (!this.isHeld() && this.feed.link.state === "live") this.reorder(false);
  }
  /** Whether a person is about to use the table, so that no row may move. */
  isHeld() {
    if (this.grid.element.matches(":hover") || this.grid.opened.size > 0) return true;
    return performance.now() - this.touchedAt < STILL_MS;
  }
  /** Filter and order the rows; `held` keeps the places of those already shown. */
  reorder(held) {
    const rows = [...this.feed.rows.values()];
    const wanted = orderRows(filterRows(rows, this.toolbar.name, this.toolbar.search.value));
    const order = held ? heldOrder(this.grid.order, wanted) : wanted;
    if (order.join("\n") !== this.grid.order.join("\n")) this.grid.setOrder(order);
    this.toolbar.count(rows);
    this.showEmpty(order.length, rows.length);
  }
  showEmpty(shown, all) {
    const state = shown || this.feed.link.state === "refused" ? "" : all ? "filtered" : this.feed.link.state;
    setAttribute(this.grid.element, "hidden", !shown);
    setAttribute(this.toolbar.element, "hidden", !all);
    if (this.empty.dataset.state === state) return;
    this.empty.dataset.state = state;
    const reading = h("div", { class: "exlab-empty" }, "Reading the staging list…");
    const empty = () => emptyTable(this.feed.station, all, () => this.toolbar.reset());
    this.empty.replaceChildren(...state === "" ? [] : state === "loading" ? [reading] : [empty()]);
  }
  /**
   * Say how the server is.
   * @param again whether it had been different before
   */
  showLink(again) {
    const { link } = this.feed;
    const was = this.element.dataset.link;
    setAttribute(this.element, "data-link", link.state);
    const shown = banner(link, () => this.feed.wake());
    const back = again && link.state === "live" && (was === "down" || was === "refused");
    this.banner.replaceChildren(...shown ? [shown] : back ? [backBanner()] : []);
    if (back) window.setTimeout(() => this.feed.link.state === "live" && this.banner.replaceChildren(), BACK_MS);
    this.grid.repaintAll();
    this.showEmpty(this.grid.order.length, this.feed.rows.size);
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
    const said = JSON.stringify([station.version, station.targets, station.leader, station.unrecognised]);
    if (said !== this.said) this.remarks.replaceChildren(...remarks(station, this.options.uiVersion));
    this.said = said;
  }
  showSummary() {
    const parts = summaryParts([...this.feed.rows.values()], /* @__PURE__ */ new Date(), this.feed.station?.unrecognised ?? []);
    const drawn = parts.map((part) => part.tone + part.text).join(" ");
    if (this.summary.dataset.drawn === drawn) return;
    this.summary.dataset.drawn = drawn;
    this.summary.replaceChildren(...parts.map((part) => h("span", { "data-tone": part.tone }, `${part.text} `)));
  }
  /** Hand the table over to whoever keeps it for a reload. */
  keep() {
    if (!this.options.onSnapshot || !this.feed.station || performance.now() - this.keptAt < KEEP_MS) return;
    this.keptAt = performance.now();
    const rows = this.grid.order.slice(0, KEEP_ROWS).flatMap((path2) => this.feed.rows.get(path2) ?? []);
    this.options.onSnapshot({ station: this.feed.station, rows: rows.map(aged) });
  }
  /** Why buttons do nothing now, or "". */
  off() {
    const { link } = this.feed;
    if (link.state === "live") return "";
    return link.state === "refused" ? link.message : "The staging service does not answer.";
  }
  paint(view) {
    const row = this.feed.rows.get(view.path);
    if (row) view.update(aged(row), this.deeds.noteOf(row), this.off());
  }
  act(verb, path2) {
    const row = this.feed.rows.get(path2);
    if (!row) return;
    if (verb === "sync") void this.deeds.sync(row, false);
    if (verb === "acknowledge") void this.deeds.acknowledge(row);
    if (verb === "askSync") this.question(path2, verb, askSync, { act: () => void this.deeds.sync(row, true) });
    if (verb === "askClear") {
      const again = () => void this.deeds.sync(row, false);
      this.question(path2, verb, askClear, { act: () => void this.deeds.clear(row), again });
    }
    if (verb === "log") this.toggleLog(path2);
  }
  /** Show a run, whatever the filter; one that is not known yet is shown when it comes. */
  reveal(path2) {
    this.wanted = this.feed.rows.has(path2) ? "" : path2;
    if (this.wanted) return;
    if (!this.grid.order.includes(path2)) this.toolbar.reset();
    if (!this.grid.order.includes(path2)) this.reorder(false);
    this.grid.focusRow(this.grid.order.indexOf(path2));
  }
  /** Do what the row's button for this action does, and what it has no button for. */
  perform(action, path2) {
    const row = this.feed.rows.get(path2);
    if (!row) return;
    const unfinished = action === "force_sync" && row.display_state === "Receiving";
    const verb = unfinished ? "askSync" : VERBS[action];
    if (verb) this.act(verb, path2);
    else void this.deeds.order(row, action);
  }
  /** Show what can be cleared: for now the verified runs alone. */
  review() {
    this.toolbar.choose("verified");
    this.toolbar.search.focus();
  }
  /** Ask under the row, then act or not; the focus returns to the button. */
  question(path2, verb, ask2, ways) {
    const row = this.feed.rows.get(path2);
    if (!row) return;
    const opened = ask2(aged(row), (answer) => {
      this.closeUnder(path2, verb);
      if (answer === "act") ways.act();
      if (answer === "again") ways.again?.();
    });
    this.logs.delete(path2);
    this.grid.open(path2, { ...opened, kind: verb });
  }
  /** Open or close the log under a row. */
  toggleLog(path2) {
    if (this.logs.has(path2)) {
      this.closeUnder(path2, "log");
      return;
    }
    const view = new LogView(path2, () => this.closeUnder(path2, "log"));
    this.logs.set(path2, view);
    this.grid.open(path2, { element: view.element, focus: () => view.focus(), kind: "log" });
    void this.readLog(path2);
  }
  async readLog(path2) {
    const view = this.logs.get(path2);
    if (!view) return;
    view.stale = view.reading;
    if (view.reading) return;
    view.reading = true;
    try {
      view.show(await this.api.log(path2));
    } catch (error) {
      view.fail(error instanceof Error ? error.message : String(error));
    }
    view.reading = false;
    if (view.stale) void this.readLog(path2);
  }
  /** @param verb whose button gets the focus back */
  closeUnder(path2, verb) {
    const inside = this.grid.opened.get(path2)?.row.contains(document.activeElement);
    this.logs.delete(path2);
    this.grid.close(path2);
    if (inside) this.grid.views.get(path2)?.buttonOf(verb)?.focus({ preventScroll: true });
  }
  /** "/" filters, from anywhere in the panel but its text fields. */
  onKey(event) {
    event.stopPropagation();
    if (event.key !== "/" || event.target === this.toolbar.search || event.ctrlKey || event.metaKey) return;
    this.toolbar.search.focus();
    this.toolbar.search.select();
    event.preventDefault();
  }
};

// src/widget.ts
function render({ model, el }) {
  const api = serverApi(model.get("base_url") || pageBaseUrl());
  const kept = model.get("snapshot");
  const panel = mountStaging(el, api, {
    snapshot: kept.station && kept.rows ? { station: kept.station, rows: kept.rows } : null,
    onSnapshot: (snapshot) => {
      model.set("snapshot", snapshot);
      model.save_changes();
    }
  });
  return () => panel.dispose();
}
var widget_default = { render };
export {
  ApiError,
  Feed,
  widget_default as default,
  mountStaging,
  words_exports as words
};
