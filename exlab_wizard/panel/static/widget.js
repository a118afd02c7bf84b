// Built from ui/src by `./run ui build`; do not edit.
var __defProp = Object.defineProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// package.json
var version = "0.1.0";

// src/table/api.ts
var CHANGED = "https://schema.exlab-wizard.org/staging/changed/";
var TIMEOUT_MS = 1e4;
var CLEAR_TIMEOUT_MS = 30 * 60 * 1e3;
var SUMS_TIMEOUT_MS = 6e4;
var DAY_MS = 24 * 3600 * 1e3;
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
function isJupyterPage() {
  return document.getElementById("jupyter-config-data") !== null || document.body.dataset.baseUrl !== void 0;
}
function serverWays(baseUrl) {
  const root = stagingUrl(baseUrl);
  const ask2 = (method, path3, body, timeoutMs) => request(method, root + path3, body, timeoutMs);
  return { ask: ask2, listen: (onHint) => listen(baseUrl, onHint) };
}
function stagingUrl(baseUrl) {
  return `${baseUrl.replace(/\/+$/, "")}/staging`;
}
function restApi(request2, root, listen2) {
  return {
    overview: (since) => request2("GET", `${root}/overview${since === null ? "" : `?since=${since}`}`),
    forceSync: (run, even) => request2("POST", runUrl(root, run, "force-sync"), even ? { even_if_incomplete: true } : {}),
    clear: (run) => request2("POST", runUrl(root, run, "clear"), {}, CLEAR_TIMEOUT_MS),
    acknowledge: (run) => request2("POST", runUrl(root, run, "acknowledge"), {}),
    log: (run) => request2("GET", runUrl(root, run, `log?lines=${LOG_LINES}`)),
    activity: () => request2("GET", `${root}/activity`),
    listen: listen2,
    ...runCalls(request2, root)
  };
}
function runCalls(ask2, root) {
  const change = (verb) => {
    return (run) => ask2("POST", runUrl(root, run, verb), {});
  };
  return {
    verify: change("verify"),
    restore: change("restore"),
    retry: change("retry"),
    pause: change("pause"),
    resume: change("resume"),
    pauseAll: (equipment) => ask2("POST", `${root}/pause`, { equipment_id: equipment }),
    resumeAll: (equipment) => ask2("POST", `${root}/resume`, { equipment_id: equipment }),
    detail: (run) => ask2("GET", runUrl(root, run, "detail")),
    checksums: (run, from, limit) => ask2("GET", runUrl(root, run, `checksums?offset=${from}&limit=${limit}`), void 0, SUMS_TIMEOUT_MS),
    override: (run, wish) => ask2("POST", runUrl(root, run, "overrides"), wish),
    clearVerified: (wish) => ask2("POST", `${root}/clear-verified`, wish, wish.dry_run ? SUMS_TIMEOUT_MS : DAY_MS)
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
    const text2 = body === void 0 ? void 0 : JSON.stringify(body);
    response = await fetch(url, { method, headers, body: text2, signal, credentials: "same-origin", cache: "no-store" });
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

// src/kernel.ts
var BEGIN_MS = 1e4;
var GRACE_MS = 2e3;
var ANSWER_MS = 3e4;
var KEEP_MS = 6e4;
var WAITS = "The kernel runs a cell, or has ended.";
var READ_LATER = `${WAITS} The table goes on as soon as it answers.`;
var NOT_DONE = `${WAITS} Nothing was done: click again when it is idle.`;
var NO_WORD = "The kernel has the question, but no answer came. Look at the row before you click again.";
var KernelLine = class {
  constructor(model) {
    this.model = model;
    model.on("msg:custom", this.heard);
  }
  model;
  /** Called when something comes that nobody waits for any longer: the kernel is back. */
  onBack = () => void 0;
  page = Math.random().toString(36).slice(2);
  questions = /* @__PURE__ */ new Map();
  reads = /* @__PURE__ */ new Map();
  count = 0;
  offsetSeconds = null;
  /** End for good. */
  close() {
    this.model.off("msg:custom", this.heard);
    this.questions.clear();
  }
  /** One call as to the server itself: rejects with ApiError only. `path` begins with a slash and lies below /staging. */
  ask = async (method, path3, body, timeout = ANSWER_MS) => {
    const reading = method === "GET";
    const question = (reading ? this.inFlight(path3) : void 0) ?? this.put(method, path3, body);
    question.waiting = true;
    try {
      await within(question.begun, BEGIN_MS + GRACE_MS, busy(reading));
      const reply = await within(question.reply, Math.max(timeout, ANSWER_MS), new ApiError(0, "unreachable", NO_WORD));
      if (reply.kind === "expired") throw busy(reading);
      return answerOf(reply);
    } finally {
      question.waiting = false;
    }
  };
  /** The same read, sent a short while ago and not answered yet. */
  inFlight(path3) {
    const id = this.reads.get(path3) ?? "";
    const question = this.questions.get(id);
    if (!question || Date.now() - question.sentAt < KEEP_MS) return question;
    this.questions.delete(id);
    return void 0;
  }
  put(method, path3, body) {
    const id = `${this.page}-${++this.count}`;
    const question = newQuestion();
    this.questions.set(id, question);
    if (method === "GET") this.reads.set(path3, id);
    const until = this.untilSeconds(method === "GET" ? KEEP_MS : BEGIN_MS);
    this.model.send({ kind: "ask", id, method, path: path3.slice(1), body: body ?? null, until });
    return question;
  }
  /** When the kernel may drop a question, on its own clock; null before that is known. */
  untilSeconds(ms) {
    return this.offsetSeconds === null ? null : (Date.now() + ms) / 1e3 + this.offsetSeconds;
  }
  heard = (content) => {
    const reply = content;
    const question = this.questions.get(reply.id);
    if (!question) return;
    this.offsetSeconds = reply.at - Date.now() / 1e3;
    question.begin();
    if (reply.kind === "began") return;
    this.questions.delete(reply.id);
    question.end(reply);
    if (!question.waiting) this.onBack();
  };
};
function newQuestion() {
  let begin = () => void 0;
  let end = () => void 0;
  const begun = new Promise((done) => begin = done);
  const reply = new Promise((done) => end = done);
  return { sentAt: Date.now(), waiting: true, begun, reply, begin, end };
}
function busy(reading) {
  return new ApiError(0, "kernel_busy", reading ? READ_LATER : NOT_DONE);
}
function answerOf({ status = 0, body }) {
  if (status >= 200 && status < 300 && body !== null) return body;
  const { code = "unreachable", message = "The staging service does not answer." } = body ?? {};
  throw new ApiError(status, code === "no_answer" ? "unreachable" : code, message);
}
async function within(promise, ms, late) {
  let timer;
  const limit = new Promise((_, fail) => timer = setTimeout(() => fail(late), ms));
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

// src/report.ts
var RUNS_MOST = 500;
var GAP_MS = 500;
var Report = class {
  /** `tell` gets the names of the widget's traits with their new values. */
  constructor(tell) {
    this.tell = tell;
  }
  tell;
  rows = [];
  figures = null;
  toldRows = [];
  toldFigures = "";
  timer;
  onRows = (rows) => {
    this.rows = rows.slice(0, RUNS_MOST);
    this.soon();
  };
  onSummary = (figures) => {
    this.figures = figures;
    this.soon();
  };
  /** Tell no more. */
  stop() {
    clearTimeout(this.timer);
    this.timer = void 0;
  }
  soon() {
    this.timer ??= setTimeout(() => {
      this.timer = void 0;
      this.flush();
    }, GAP_MS);
  }
  flush() {
    const news = {};
    if (!this.rowsAreTold()) news.runs = this.rows.map(bare);
    const figures = JSON.stringify(this.figures);
    if (this.figures && figures !== this.toldFigures) news.summary = this.figures;
    this.toldRows = this.rows;
    this.toldFigures = figures;
    if (news.runs || news.summary) this.tell(news);
  }
  /** A row that the server sent anew is another object; one that only grew older is not. */
  rowsAreTold() {
    return this.rows.length === this.toldRows.length && this.rows.every((row, at) => row === this.toldRows[at]);
  }
};
function bare(row) {
  const { receivedAt: _, ...sent } = row;
  return sent;
}

// src/route.ts
var REMARK = "Through the kernel: this page cannot reach the server itself, so the table may wait for running cells.";
var ELSEWHERE = /* @__PURE__ */ new Set(["unreachable", "not_installed", "signed_out"]);
function routedApi(straight, kernel) {
  const route = new Route(straight, kernel);
  return { ...restApi(route.ask, "", route.listen), remark: () => route.way === "kernel" ? REMARK : "" };
}
var Route = class {
  constructor(straight, kernel) {
    this.straight = straight;
    this.kernel = kernel;
  }
  straight;
  kernel;
  way = "unknown";
  onHint = () => void 0;
  stopHints = null;
  ask = async (method, path3, body, timeout) => {
    const first = this.way === "kernel" ? this.kernel.ask : this.askStraight;
    try {
      return await first(method, path3, body, timeout);
    } catch (error) {
      if (this.way === "straight" || method !== "GET" || !isElsewhere(error)) throw error;
      return await this.otherWay(path3, error);
    }
  };
  /** Hints come straight or not at all; a kernel that is back is one, too. */
  listen = (onHint) => {
    this.onHint = onHint;
    this.kernel.onBack = onHint;
    if (this.way === "straight") this.startHints();
    return () => this.stopHints?.();
  };
  askStraight = async (method, path3, body, timeout) => {
    try {
      const answer = await this.straight.ask(method, path3, body, timeout);
      this.goStraight();
      return answer;
    } catch (error) {
      if (!isElsewhere(error)) this.goStraight();
      throw error;
    }
  };
  /** A read that failed one way may do the other; which of them works is kept. */
  async otherWay(path3, error) {
    if (this.way === "kernel") {
      return this.askStraight("GET", path3).catch(() => {
        throw error;
      });
    }
    try {
      const answer = await this.kernel.ask("GET", path3);
      this.way = "kernel";
      return answer;
    } catch (refused2) {
      if (!isElsewhere(refused2)) this.way = "kernel";
      throw this.telling(error, refused2);
    }
  }
  /** Which of two failures says more: a Jupyter page whose server is down has a kernel that is silent, too. */
  telling(straight, kernel) {
    const down = straight instanceof ApiError && straight.code === "unreachable" && this.straight.atHome;
    return down && isElsewhere(kernel) ? straight : kernel;
  }
  goStraight() {
    this.way = "straight";
    if (!this.stopHints) this.startHints();
  }
  startHints() {
    this.stopHints = this.straight.listen(this.onHint);
  }
};
function isElsewhere(error) {
  return error instanceof ApiError && (ELSEWHERE.has(error.code) || error.code === "kernel_busy");
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
function lookOf(state) {
  return LOOKS[state] ?? LOOKS.Waiting;
}
function isMoving(row) {
  return MOVING.has(row.display_state);
}
function orderRows(rows) {
  const keyed = rows.map((row) => ({ path: row.path, rank: rankOf(row), stamp: stampOf(row.path) }));
  keyed.sort((a, b) => a.rank - b.rank || compare(b.stamp, a.stamp) || compare(a.path, b.path));
  return keyed.map((entry) => entry.path);
}
function rankOf(row) {
  return row.needs_attention ? 0 : lookOf(row.display_state).rank;
}
function stampOf(path3) {
  return path3.slice(path3.lastIndexOf("_") + 1);
}
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
function heldOrder(shown, wanted, there) {
  const known = new Set(shown);
  return [...shown.filter((path3) => there.has(path3)), ...wanted.filter((path3) => !known.has(path3))];
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
  setQuiet(quiet2) {
    const woke = this.quiet && !quiet2;
    this.quiet = quiet2;
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
    gone.forEach((path3) => this.rows.delete(path3));
    let order2 = gone.length > 0;
    for (const row of answer.runs) {
      const before = this.rows.get(row.path);
      order2 ||= before?.display_state !== row.display_state || before.needs_attention !== row.needs_attention;
      this.rows.set(row.path, { ...row, receivedAt: performance.now() });
    }
    return { rows: new Set(answer.runs.map((row) => row.path)), order: order2 };
  }
  /** Paths known here that are not among `runs`. */
  missingIn(runs) {
    const there = new Set(runs.map((row) => row.path));
    return [...this.rows.keys()].filter((path3) => !there.has(path3));
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

// src/table/activity.ts
var SECOND_MS = 1e3;
var MINUTE_MS = 6e4;
var HOUR_MS = 60 * MINUTE_MS;
var DAY_MS2 = 24 * HOUR_MS;
var SLACK = 0.5;
var SHORTEST_MS = 2 * MINUTE_MS;
function windowOf(activity) {
  const to = Date.parse(activity.at);
  return { from: to - DAY_MS2, to };
}
function readingsOf(activity) {
  const window2 = windowOf(activity);
  const found = [];
  for (const point of activity.points) {
    const from = Math.max(Date.parse(point.at), window2.from);
    const to = Math.min(Date.parse(point.at) + activity.bucket_seconds * SECOND_MS, window2.to);
    const before = found.at(-1);
    if (!(to > from) || before && from < before.to - MINUTE_MS) continue;
    const bytes = Math.max(0, point.bytes_synced);
    found.push({
      from,
      to,
      bytes,
      bytesPerSecond: bytes * SECOND_MS / Math.max(to - from, SHORTEST_MS),
      ...diskOf(point)
    });
  }
  return found;
}
function diskOf(point) {
  const { disk_free: free, disk_total: total } = point;
  if (free === null || total === null || total <= 0) return { full: null, free: null };
  return { full: Math.min(1, Math.max(0, 1 - free / total)), free };
}
function stretchesOf(readings) {
  const stretches = [];
  for (const reading of readings) {
    const last = stretches.at(-1);
    const before = last?.at(-1);
    if (last && before && reading.from - before.to <= SLACK * (before.to - before.from)) last.push(reading);
    else stretches.push([reading]);
  }
  return stretches;
}
function gapsOf(stretches, window2, bucketSeconds) {
  const gaps = [];
  let end = window2.from;
  for (const stretch of stretches) {
    const [first, last] = [stretch[0], stretch.at(-1)];
    if (!first || !last) continue;
    if (first.from - end > MINUTE_MS) gaps.push({ from: end, to: first.from });
    end = last.to;
  }
  if (window2.to - end > (1 + SLACK) * bucketSeconds * SECOND_MS) gaps.push({ from: end, to: window2.to });
  return gaps;
}
function readingAt(readings, time) {
  return readings.find((reading) => reading.from <= time && time < reading.to) ?? null;
}
function hourMarks(window2, every) {
  const marks = [];
  const at = new Date(window2.from);
  at.setMinutes(0, 0, 0);
  for (let step = 0; step <= 26; step += 1) {
    at.setTime(at.getTime() + HOUR_MS);
    if (at.getTime() >= window2.to) break;
    if (at.getHours() % every === 0) marks.push(at.getTime());
  }
  return marks;
}

// src/table/words.ts
var words_exports = {};
__export(words_exports, {
  agoText: () => agoText,
  clockText: () => clockText,
  countText: () => countText,
  durationText: () => durationText,
  filesText: () => filesText,
  localText: () => localText,
  percent: () => percent,
  plural: () => plural,
  progressText: () => progressText,
  rateText: () => rateText,
  sizeText: () => sizeText,
  spanText: () => spanText,
  stampText: () => stampText,
  straightText: () => straightText
});
var UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
var MINUTE = 60;
var HOUR = 3600;
var DAY = 86400;
var SILENCE = 30;
var COUNT = new Intl.NumberFormat("en-GB");
var TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
var DAY_OF_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
var STAMP = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "medium" });
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
function countText(count4) {
  return COUNT.format(Math.round(count4));
}
var TURNING = /[\u202a-\u202e\u2066-\u2069]/g;
function straightText(text2) {
  return text2.replace(TURNING, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
}
function plural(count4, noun) {
  return `${countText(count4)} ${noun}${count4 === 1 ? "" : "s"}`;
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
  if (Number.isNaN(when.getTime())) return "an unknown time";
  const time = TIME.format(when);
  if (when.toDateString() === now.toDateString()) return time;
  return `${DAY_OF_YEAR.format(when)}, ${time}`;
}
var UTC_TIME = /(?:\b(\d{4}-\d{2}-\d{2})[ T])?\b(\d{2}:\d{2})(:\d{2})? UTC\b/g;
function localText(text2, now = /* @__PURE__ */ new Date()) {
  return text2.replace(UTC_TIME, (_, date, time, seconds = "") => {
    const when = /* @__PURE__ */ new Date(`${date ?? now.toISOString().slice(0, 10)}T${time}:00Z`);
    return `${date ? clockText(when, now) : TIME.format(when)}${seconds}`;
  });
}
function stampText(iso) {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) return "";
  const utc = when.toISOString().replace("T", " ").slice(0, 19);
  return `${STAMP.format(when)} (${utc} UTC)`;
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
  return HALTED.has(row.display_state) ? left : `${left}${timeLeft(job)}`;
}
var HALTED = /* @__PURE__ */ new Set(["Stalled", "Paused"]);
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
function rateText(row) {
  const job = row.progress;
  const moves = row.display_state === "Syncing" || row.display_state === "Verifying" || row.display_state === "Restoring";
  if (!job?.bytes_per_second || job.phase === "queued" || !moves || (job.seconds_since_bytes ?? 0) >= SILENCE)
    return "";
  return `${sizeText(job.bytes_per_second)}/s`;
}
function filesText(row) {
  const job = row.progress;
  if (!job || job.files_done >= job.files_total) return countText(row.file_count);
  return `${countText(job.files_done)} of ${countText(job.files_total)}`;
}

// src/table/activitywords.ts
function activityText(activity) {
  const readings = readingsOf(activity);
  if (!readings.length) return "No record yet: the first point comes within a few minutes.";
  return `${syncedText(readings, windowOf(activity))}${diskText(readings)}.`;
}
function syncedText(readings, window2) {
  const bytes = readings.reduce((sum3, reading) => sum3 + reading.bytes, 0);
  const recorded = readings.reduce((sum3, reading) => sum3 + reading.to - reading.from, 0);
  const first = readings[0]?.from ?? window2.from;
  const span = window2.to - first > DAY_MS2 - 20 * MINUTE_MS ? "24 h" : spanText((window2.to - first) / 1e3);
  const lost = Math.min(window2.to - first, DAY_MS2) - recorded;
  const holes = lost > 15 * MINUTE_MS ? ` (no record for ${spanText(lost / 1e3)} of it)` : "";
  return `${bytes > 0 ? sizeText(bytes) : "Nothing"} synced in the last ${span}${holes}`;
}
function diskText(readings) {
  const full = readings.at(-1)?.full ?? null;
  if (full === null) return "";
  const left = secondsUntilFull(readings);
  const pace = left === null ? "" : `, full in ${daysText(left)} at this pace`;
  return `; staging disk ${percentText(full)} full${pace}`;
}
function percentText(full) {
  return `${full >= 1 ? 100 : Math.min(99, Math.round(full * 100))} %`;
}
function daysText(seconds) {
  const days = Math.round(seconds * 1e3 / DAY_MS2);
  return days < 2 ? durationText(seconds).replace("more than a day", "about a day") : `about ${countText(days)} days`;
}
var PACE_MS = 6 * HOUR_MS;
var PACE_KNOWN_MS = 3 * HOUR_MS;
var PACE_STRAIGHT = 0.8;
var PACE_LIMIT_SECONDS = 14 * 86400;
function secondsUntilFull(readings) {
  const last = readings.at(-1);
  const full = last?.full ?? null;
  if (!last || full === null) return null;
  const near = readings.filter((reading) => reading.full !== null && reading.from >= last.to - PACE_MS);
  const known = near.reduce((sum3, reading) => sum3 + reading.to - reading.from, 0);
  if (known < PACE_KNOWN_MS) return null;
  const { slope, straight } = lineThrough(near.map((reading) => [reading.to / 1e3, reading.full ?? 0]));
  if (slope <= 0 || straight < PACE_STRAIGHT) return null;
  const seconds = (1 - full) / slope;
  return seconds > PACE_LIMIT_SECONDS ? null : seconds;
}
function lineThrough(points) {
  const count4 = points.length;
  const meanX = points.reduce((sum3, [x]) => sum3 + x, 0) / count4;
  const meanY = points.reduce((sum3, [, y]) => sum3 + y, 0) / count4;
  const [xx, xy, yy] = points.reduce(
    ([a, b, c], [x, y]) => [a + (x - meanX) ** 2, b + (x - meanX) * (y - meanY), c + (y - meanY) ** 2],
    [0, 0, 0]
  );
  return xx > 0 && yy > 0 ? { slope: xy / xx, straight: xy ** 2 / (xx * yy) } : { slope: 0, straight: 0 };
}
function readingText(readings, time) {
  const reading = readingAt(readings, time);
  if (!reading) return `${timeText(time)}: no record`;
  const when = `${timeText(reading.from)} to ${timeText(reading.to)}`;
  const rate = reading.bytes > 0 ? `${sizeText(reading.bytesPerSecond)}/s, ${sizeText(reading.bytes)} synced` : "nothing synced";
  if (reading.full === null || reading.free === null) return `${when}: ${rate}`;
  return `${when}: ${rate}; staging disk ${percentText(reading.full)} full, ${sizeText(reading.free)} free`;
}
function timeText(time) {
  return clockText(new Date(time), new Date(time));
}

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
function button(label2, act, attributes = {}) {
  const element = h("button", { type: "button", ...focusable(0), ...attributes }, label2);
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
  const text2 = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text2) element.setAttribute(name, text2);
}
function setText(element, text2) {
  if (element.textContent !== text2) element.textContent = text2;
}
function replaceFolds(parent, nodes, home) {
  const before = parent.querySelector("details");
  const focused = parent.contains(document.activeElement);
  parent.replaceChildren(...nodes);
  const now = parent.querySelector("details");
  if (before && now) now.open = before.open;
  if (focused) (now?.querySelector("summary") ?? home).focus({ preventScroll: true });
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

// src/table/drawing.ts
var SVG = "http://www.w3.org/2000/svg";
var RATE = 44;
var ROOM = 12;
var DISK = 30;
var HOURS = 18;
var HEIGHT = RATE + ROOM + DISK + HOURS;
var HOUR_PX = 64;
var EDGE_PX = 18;
var WORD_PX = 76;
function shareOf(window2, time) {
  return (time - window2.from) / (window2.to - window2.from);
}
function scaleOf(window2, width) {
  return (time) => Math.round(10 * width * shareOf(window2, time)) / 10;
}
function drawing(activity, readings, width) {
  const window2 = windowOf(activity);
  const stretches = stretchesOf(readings);
  const x = scaleOf(window2, width);
  return [
    ...gapsOf(stretches, window2, activity.bucket_seconds).flatMap((gap) => gapShapes(gap, x)),
    path("exlab-chart-full", `M0 ${RATE + ROOM}.5H${width}`),
    ...throughput(stretches, x),
    ...stretchesOf(readings.filter((reading) => reading.full !== null)).flatMap((known) => diskShapes(known, x)),
    path("exlab-chart-ground", `M0 ${RATE}.5H${width}M0 ${RATE + ROOM + DISK}.5H${width}`),
    ...hourShapes(window2, x, width)
  ];
}
function hand() {
  return path("exlab-chart-hand", `M0.5 0V${HEIGHT - HOURS}`);
}
function gapShapes(gap, x) {
  const [from, to] = [x(gap.from), x(gap.to)];
  const place2 = { x: from, y: 0, width: Math.max(1, to - from), height: RATE + ROOM + DISK };
  const box = shape("rect", { class: "exlab-chart-gap", ...place2 });
  return to - from < WORD_PX ? [box] : [box, text((from + to) / 2, RATE - 6, "no record")];
}
function hourShapes(window2, x, width) {
  const every = [1, 2, 3, 4, 6, 12].find((hours) => width / 24 * hours >= HOUR_PX) ?? 12;
  return hourMarks(window2, every).flatMap((time) => {
    const at = x(time);
    const mark = path("exlab-chart-ground", `M${at} ${HEIGHT - HOURS}v4`);
    if (at < EDGE_PX || at > width - EDGE_PX) return [mark];
    return [mark, text(at, HEIGHT - 3, timeText(time))];
  });
}
function throughput(stretches, x) {
  const highest = Math.max(...stretches.flat().map((reading) => reading.bytesPerSecond));
  return stretches.map((stretch) => {
    const steps = stretch.map((reading) => `V${top(reading.bytesPerSecond, highest, RATE)}H${endOf(reading, x)}`);
    return path("exlab-chart-rate", `M${x(stretch[0]?.from ?? 0)} ${RATE}${steps.join("")}V${RATE}Z`);
  });
}
function diskShapes(known, x) {
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return [];
  const y = (reading) => RATE + ROOM + top(reading.full ?? 0, 1, DISK);
  const line2 = `M${x(first.from)} ${y(first)}${known.map((reading) => `L${endOf(reading, x)} ${y(reading)}`).join("")}`;
  const ground = RATE + ROOM + DISK;
  const area = `${line2}L${endOf(last, x)} ${ground}L${x(first.from)} ${ground}Z`;
  return [path("exlab-chart-disk-area", area), path("exlab-chart-disk", line2)];
}
function endOf(reading, x) {
  return Math.max(x(reading.to), x(reading.from) + 1.5);
}
function top(value, highest, room) {
  if (value <= 0 || highest <= 0) return room;
  return Math.round(10 * Math.min(room - 1, room * (1 - value / highest))) / 10;
}
function text(x, y, words) {
  const element = shape("text", { x, y, "text-anchor": "middle" });
  element.textContent = words;
  return element;
}
function path(name, d) {
  return shape("path", { class: name, d });
}
function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
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
var SVG2 = "http://www.w3.org/2000/svg";
function icon(name) {
  const svg = document.createElementNS(SVG2, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("exlab-icon");
  for (const shape2 of SHAPES[name] ?? []) svg.append(path2(shape2));
  return svg;
}
function path2(shape2) {
  const element = document.createElementNS(SVG2, "path");
  element.setAttribute("d", shape2.d);
  element.classList.add(`exlab-icon-${shape2.as}`);
  if (shape2.dash) element.setAttribute("stroke-dasharray", shape2.dash);
  return element;
}

// src/table/chart.ts
var EVERY_MS = 3e5;
var SOON_MS2 = 15e3;
var ROOMY_PX = 620;
var NAME = "The last 24 hours: what was synced, and how full the staging disk was";
var Chart = class {
  options;
  activity = null;
  readings = [];
  /** The time that is read off, in ms since 1970. */
  at = null;
  width = 0;
  askedAt = -EVERY_MS;
  state = "new";
  sentence = h("span", { class: "exlab-chart-sentence" });
  peak = h("span", { class: "exlab-chart-value" });
  full = h("span", { class: "exlab-chart-value" });
  tip = h("div", { class: "exlab-chart-tip", hidden: true });
  svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  hand = hand();
  plot = h("div", { class: "exlab-chart-plot", role: "slider", "aria-label": NAME, ...focusable(0) });
  element;
  observer;
  constructor(options) {
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
    fold.addEventListener("click", () => this.options.keepOpen(!element.open));
    return element;
  }
  /** Read the record if its time has come; `again` when the panel has come into sight. */
  refresh(again = false) {
    const wait = again || this.state === "failed" ? SOON_MS2 : EVERY_MS;
    if (this.state === "asking" || performance.now() - this.askedAt < wait) return;
    this.askedAt = performance.now();
    this.state = "asking";
    this.options.load().then(
      (activity) => this.show(activity),
      () => this.state = "failed"
      // the banner tells; what was drawn stays
    );
  }
  dispose() {
    this.observer.disconnect();
  }
  show(activity) {
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
  point(event) {
    if (!this.activity) return;
    const { from, to } = windowOf(this.activity);
    this.read(from + (event.clientX - this.plot.getBoundingClientRect().left) / this.width * (to - from));
  }
  /** Arrows read it off point by point, with the page keys hour by hour. */
  onKey(event) {
    if (!this.activity || event.ctrlKey || event.metaKey || event.altKey) return;
    const time = this.timeBehind(event.key, windowOf(this.activity), this.activity.bucket_seconds * 1e3);
    if (time === void 0) return;
    this.read(time);
    event.preventDefault();
  }
  /** Where a key leads; null away from the picture, undefined for keys that lead nowhere. */
  timeBehind(key, { from, to }, bucket) {
    const steps = {
      ArrowLeft: -1,
      ArrowDown: -1,
      ArrowRight: 1,
      ArrowUp: 1,
      PageDown: -12,
      PageUp: 12
    };
    if (key === "Escape") return this.at === null ? void 0 : null;
    if (key === "Home") return from;
    if (key === "End") return to;
    const step = steps[key];
    return step === void 0 ? void 0 : (this.at ?? to) + step * bucket;
  }
  /** Say what was at a time, beside the hand and to a screen reader; null takes the hand away. */
  read(time) {
    if (!this.activity) return;
    const window2 = windowOf(this.activity);
    this.at = time === null ? null : Math.min(window2.to - 1, Math.max(window2.from, time));
    const words = this.at === null ? "" : readingText(this.readings, this.at);
    setAttribute(this.plot, "aria-valuenow", Math.round(100 * shareOf(window2, this.at ?? window2.to)));
    setAttribute(this.plot, "aria-valuetext", words || this.sentence.textContent);
    setText(this.tip, words);
    setAttribute(this.tip, "hidden", !words);
    setAttribute(this.hand, "visibility", words ? null : "hidden");
    if (this.at !== null) this.place(scaleOf(window2, this.width)(this.at));
  }
  /** The hand at a pixel, the words beside it, to the left where the right has no room. */
  place(x) {
    setAttribute(this.hand, "transform", `translate(${x} 0)`);
    const wide = this.tip.offsetWidth;
    const left = x + 8 + wide > this.width ? Math.max(0, x - 8 - wide) : x + 8;
    setAttribute(this.tip, "style", `left: ${left}px`);
  }
};
function label(word, value, height) {
  return h("div", { class: "exlab-chart-label", style: `height: ${height}px` }, h("span", {}, word), value);
}

// src/table/acts.ts
var ACTS = {
  sync: { verb: "sync", label: "Force sync", name: "Force sync" },
  askSync: { verb: "askSync", label: "Sync as it is…", name: "Sync as it is" },
  askClear: { verb: "askClear", label: "Clear…", name: "Clear" },
  verify: { verb: "verify", label: "Verify again", name: "Verify again" },
  restore: { verb: "restore", label: "Restore", name: "Restore" },
  pause: { verb: "pause", label: "Pause", name: "Pause" },
  resume: { verb: "resume", label: "Resume", name: "Resume" },
  retry: { verb: "retry", label: "Retry", name: "Retry" },
  override: { verb: "override", label: "Override…", name: "Override a finding of" },
  acknowledge: { verb: "acknowledge", label: "Acknowledge", name: "Acknowledge" },
  log: { verb: "log", label: "Log", name: "Log of" },
  details: { verb: "details", label: "Details", name: "Details of" },
  menu: { verb: "menu", label: "⋯", name: "More for" },
  copyNas: { verb: "copyNas", label: "Show on NAS (copy path)", name: "Copy the NAS path of" },
  copyRun: { verb: "copyRun", label: "Copy run path", name: "Copy the path of" },
  copyLink: { verb: "copyLink", label: "Copy link", name: "Copy a link to" }
};
var OFFERED = {
  force_sync: "sync",
  clear: "askClear",
  verify: "verify",
  restore: "restore",
  pause: "pause",
  resume: "resume",
  retry: "retry",
  override: "override",
  acknowledge: "acknowledge"
};
var FIRST = {
  Syncing: ["pause"],
  Verifying: [],
  Clearing: [],
  Restoring: [],
  Blocked: ["override"],
  Paused: ["resume", "force_sync", "retry"],
  Verified: ["clear", "acknowledge", "restore", "force_sync"]
};
var NEVER_FIRST = /* @__PURE__ */ new Set(["pause", "resume", "override", "log"]);
var REMEDIES = ["resume", "retry", "force_sync", "restore", "verify", "override", "acknowledge"];
var NEEDY = /* @__PURE__ */ new Set(["Stalled", "Blocked", "Failed", "Paused"]);
var IN_MENU = ["force_sync", "clear", "verify", "restore", "pause", "resume", "retry", "override", "acknowledge"];
function actOf(verb) {
  return ACTS[verb];
}
function primaryOf(row) {
  const wanted = FIRST[row.display_state];
  const name = wanted ? wanted.find((each) => row.actions.includes(each)) : row.actions.find((each) => each in OFFERED && !NEVER_FIRST.has(each));
  return name ? offered(row, name) : null;
}
function buttonsOf(row) {
  return [primaryOf(row), row.actions.includes("log") ? ACTS.log : null, ACTS.details, ACTS.menu];
}
function remediesOf(row) {
  if (!NEEDY.has(row.display_state) && !row.needs_attention) return [];
  const first = primaryOf(row)?.verb;
  const acts = REMEDIES.filter((name) => row.actions.includes(name) && !isVain(row, name)).map((name) => offered(row, name)).filter((act) => act.verb !== first);
  if (row.display_state === "Blocked") acts.push({ ...ACTS.details, label: "Show finding", name: "Show finding for" });
  const hasLog = row.actions.includes("log") && (row.display_state === "Failed" || row.display_state === "Stalled");
  if (hasLog) acts.push({ ...ACTS.log, label: "Show log", name: "Show log for" });
  return acts;
}
function menuOf(row, shown) {
  const acts = IN_MENU.flatMap((name) => {
    if (row.actions.includes(name)) return isVain(row, name) ? [] : [offered(row, name)];
    return name === "clear" ? [{ ...ACTS.askClear, off: whyNotClear(row) }] : [];
  });
  if (row.actions.includes("log")) acts.push(ACTS.log);
  acts.push(ACTS.details);
  if (row.nas_path) acts.push(ACTS.copyNas);
  acts.push(ACTS.copyRun, ACTS.copyLink);
  return acts.filter((act) => !shown.has(act.verb));
}
function whyNotClear(row) {
  if (row.display_state === "Clearing") return "It is being cleared.";
  if (row.display_state === "Cleared" || !row.local_data) return "No data are left on this computer.";
  if (row.display_state === "Verified") return row.next_step || "This run cannot be cleared now.";
  if (row.needs_attention && row.current_state === "sync_verified") return row.why;
  return "Not verified yet: only what is proven on the NAS can be cleared.";
}
function verbOf(row, name) {
  return name === "log" ? "log" : offered(row, name).verb;
}
function offered(row, name) {
  if (name === "force_sync" && row.display_state === "Receiving") return ACTS.askSync;
  return ACTS[OFFERED[name] ?? "details"];
}
function isVain(row, name) {
  return name === "force_sync" && row.display_state === "Blocked";
}

// src/table/clipboard.ts
var SAID_MS = 2500;
async function copyText(text2) {
  try {
    await navigator.clipboard.writeText(text2);
    return true;
  } catch {
    return copyBySelection(text2);
  }
}
function copyBySelection(text2) {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text2;
  field.setAttribute("data-lm-suppress-shortcuts", "true");
  field.style.cssText = "position: fixed; opacity: 0;";
  document.body.append(field);
  field.select();
  const worked = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return worked;
}
function copyButton(label2, text2, attributes = {}) {
  const copy = button(label2, () => void work(), { class: "exlab-button", ...attributes });
  const work = async () => {
    const worked = await Promise.resolve(text2()).then(copyText, () => false);
    setText(copy, worked ? "Copied" : "Not copied: select and copy it");
    window.setTimeout(() => setText(copy, label2), SAID_MS);
  };
  return copy;
}

// src/table/turns.ts
var Turns = class {
  free;
  waiting = [];
  /** @param most so many at once */
  constructor(most) {
    this.free = most;
  }
  /** Do it when its turn comes; the answer is its own. */
  async take(work) {
    if (this.free > 0) this.free -= 1;
    else await new Promise((go) => this.waiting.push(go));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
};

// src/table/deeds.ts
var DONE_MS = 6e4;
var AT_ONCE = 4;
var REMEDIES2 = {
  blocked: "details",
  run_not_complete: "askSync",
  nas_copy_not_proven: "verify",
  staging_not_sync_verified: "sync",
  run_cleared: "restore",
  paused: "resume",
  nothing_to_retry: "sync",
  ledger_damaged: "details"
};
var WAITS2 = {
  nas_unavailable: "It goes on by itself as soon as the NAS is back.",
  station_starting: "Click again in a few seconds.",
  run_busy: "Click again when that is done."
};
var CALLS = { verify: "verify", restore: "restore", retry: "retry", pause: "pause", resume: "resume" };
var Deeds = class {
  constructor(api, owner) {
    this.api = api;
    this.owner = owner;
  }
  api;
  owner;
  notes = /* @__PURE__ */ new Map();
  turns = new Turns(AT_ONCE);
  /** What to say in a row now, or null. */
  noteOf(row) {
    const note = this.notes.get(row.path);
    if (!note) return null;
    const old = note.tone === "done" && performance.now() - note.at > DONE_MS;
    const over = old || !note.states.includes(row.display_state);
    if (over) this.notes.delete(row.path);
    return over ? null : { ...note, text: withTurn(note, row) };
  }
  /** Sync now. `evenIncomplete` sets the completeness signal aside, but only if the server asks for it. */
  async sync(row, evenIncomplete) {
    const asked = askedText();
    await this.run(row, asked, async () => {
      const answer = await this.syncCall(row.path, evenIncomplete);
      if (answer.state === "blocked") throw new ApiError(200, "blocked", "Not queued: the run is blocked.");
      return asked;
    });
  }
  async syncCall(path3, evenIncomplete) {
    try {
      return await this.api.forceSync(path3, false);
    } catch (error) {
      const needed = error instanceof ApiError && error.code === "run_not_complete";
      if (needed && evenIncomplete) return this.api.forceSync(path3, true);
      throw error;
    }
  }
  /** Delete the local copy, after the person said yes. */
  async clear(row) {
    const work = async () => {
      const freed = await this.api.clear(row.path);
      return `Freed ${sizeText(freed.bytes_freed)} (${plural(freed.files_freed, "file")}). The copy on the NAS stays.`;
    };
    await this.run(row, "Checking the NAS copy, then deleting the local one.", work, ["Clearing", "Cleared"]);
  }
  /** Verify again, restore, retry, pause or resume. */
  async plain(row, verb) {
    const asked = askedText();
    await this.run(row, asked, async () => {
      await this.api[CALLS[verb]](row.path);
      return asked;
    });
  }
  /** Take a missing run off the alarms. */
  async acknowledge(row) {
    await this.run(row, "Acknowledging.", async () => {
      await this.api.acknowledge(row.path);
      return "Acknowledged.";
    });
  }
  /** Say in the row what was done elsewhere, as by a form. */
  tell(row, text2, tone = "done") {
    this.put(row, text2, tone);
    this.owner.say(`${row.path}: ${text2}`);
    this.owner.wake();
  }
  /** @param through states that the row goes through while what came of it still is to be read */
  async run(row, busy2, work, through = []) {
    this.put(row, busy2, "busy");
    try {
      const result = await this.turns.take(work);
      this.put(row, result, "done");
      this.notes.get(row.path)?.states.push(...through);
      this.owner.changed(row.path);
      this.owner.say(`${row.path}: ${result}`);
    } catch (error) {
      const { text: text2, remedy } = refused(error);
      this.put(row, text2, "error", remedy);
      this.owner.say(`${row.path}: ${text2}`);
    }
    this.owner.wake();
  }
  put(row, text2, tone, remedy = null) {
    const states = [row.display_state];
    const now = this.owner.row(row.path)?.display_state;
    if (tone === "error" && now) states.push(now, "Clearing", "Restoring");
    this.notes.set(row.path, { text: text2, tone, remedy, states, at: performance.now() });
    this.owner.changed(row.path);
  }
};
function askedText() {
  return `Asked at ${clockText(/* @__PURE__ */ new Date())}.`;
}
function withTurn(note, row) {
  const turn = /\bstarts (after [^.]*|in a moment)\./i.exec(row.why)?.[1];
  return turn && note.tone !== "error" && note.text.startsWith("Asked") ? `${note.text.slice(0, -1)}, starts ${turn}.` : note.text;
}
function refused(error) {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ApiError)) return { text: message, remedy: null };
  const waits = WAITS2[error.code];
  const verb = REMEDIES2[error.code];
  return {
    text: waits && !message.includes(waits) ? `${message} ${waits}` : message,
    remedy: verb ? actOf(verb) : null
  };
}

// src/table/menu.ts
var EDGE = 8;
var current = null;
function openMenu(anchor, host, label2, items, back) {
  current?.();
  const nodes = items.map((item) => itemNode(item));
  const menu = h("div", { role: "menu", class: "exlab-menu", popover: "manual", "aria-label": label2 }, ...nodes);
  const close = (refocus) => {
    if (current === dismiss) current = null;
    document.removeEventListener("pointerdown", onPointer, true);
    window.removeEventListener("resize", dismiss);
    window.removeEventListener("scroll", onScroll, true);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus) back();
  };
  const dismiss = () => close(menu.contains(document.activeElement));
  const onScroll = (event) => {
    if (event.target instanceof Node && event.target.contains(anchor.isConnected ? anchor : host)) dismiss();
  };
  const onPointer = (event) => {
    if (!menu.contains(event.target) && !anchor.contains(event.target)) close(false);
  };
  menu.addEventListener("click", (event) => {
    const at = nodes.findIndex((node) => node.contains(event.target));
    const item = items[at];
    if (!item || item.off !== void 0) return;
    close(true);
    item.act();
  });
  menu.addEventListener("keydown", (event) => onKey(event, nodes, close));
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) close(false);
  });
  current = dismiss;
  host.append(menu);
  if (typeof menu.showPopover === "function") menu.showPopover();
  place(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  nodes[0]?.focus({ preventScroll: true });
  document.addEventListener("pointerdown", onPointer, true);
  window.requestAnimationFrame(() => {
    if (current !== dismiss) return;
    window.addEventListener("resize", dismiss);
    window.addEventListener("scroll", onScroll, true);
  });
}
function itemNode(item) {
  const off = item.off === void 0 ? null : h("span", { class: "exlab-menu-why" }, item.off);
  const attributes = { type: "button", role: "menuitem", class: "exlab-menu-item", ...focusable(-1) };
  return h("button", { ...attributes, "aria-disabled": off ? "true" : null }, h("span", {}, item.label), off);
}
function onKey(event, nodes, close) {
  event.stopPropagation();
  const at = nodes.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const step = steps[event.key];
  if (event.key === "Escape" || event.key === "Tab") close(true);
  else if (step !== void 0) nodes.at(step % nodes.length)?.focus();
  else if (event.key.length === 1 && event.key !== " ") startingWith(nodes, at, event.key)?.focus();
  else return;
  event.preventDefault();
}
function startingWith(nodes, at, letter) {
  const turned = [...nodes.slice(at + 1), ...nodes.slice(0, at + 1)];
  return turned.find((node) => node.textContent.toLowerCase().startsWith(letter.toLowerCase()));
}
function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const below = window.innerHeight - at.bottom - EDGE;
  const above = at.top - EDGE;
  const down = menu.offsetHeight <= below || below >= above;
  menu.style.maxHeight = `${Math.max(80, Math.floor(down ? below : above) - 2)}px`;
  const top2 = down ? at.bottom + 2 : at.top - menu.offsetHeight - 2;
  const left = Math.min(at.right - menu.offsetWidth, window.innerWidth - menu.offsetWidth - EDGE);
  menu.style.top = `${Math.max(EDGE, top2)}px`;
  menu.style.left = `${Math.max(EDGE, left)}px`;
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
  const text2 = h("div", { id: `${id}-text` }, ...question.lines.map((line2) => h("p", {}, line2)));
  const attributes = {
    class: "exlab-ask",
    role: "alertdialog",
    "aria-labelledby": title.id,
    "aria-describedby": text2.id
  };
  const element = h("div", attributes, title, text2, h("div", { class: "exlab-answers" }, keep, act, again));
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") answer("keep");
  });
  return { element, focus: () => keep.focus() };
}

// src/table/facts.ts
function shortDigest(digest) {
  return digest.length > 16 ? `${digest.slice(0, 12)}…` : digest;
}
var JOBS = {
  sync: "Sync",
  recheck: "Comparison of changed files",
  verify: "Reading again",
  clear: "Clearing",
  restore: "Restoring"
};
var JOB_STATES = {
  queued: "waits for its turn",
  running: "is under way",
  waiting: "waits to be tried again",
  failed: "failed",
  done: "is done",
  superseded: "was replaced by a newer one"
};
function jobText(job) {
  const what = `${JOBS[job.kind] ?? job.kind} ${JOB_STATES[job.state] ?? job.state}`;
  const attempt = job.attempt > 1 || job.state === "failed" ? `, attempt ${job.attempt}` : "";
  const by = job.requested_by ? `, asked for by ${job.requested_by}` : "";
  const next = job.not_before && job.state === "waiting" ? ` Tried again at ${clockText(new Date(job.not_before))}.` : "";
  const error = typeof job.error?.message === "string" ? ` ${job.error.message}` : "";
  return `${what}${attempt}${by}, since ${clockText(new Date(job.created_at))}.${error}${next}`;
}
function classText(problemClass) {
  return problemClass.replaceAll("_", " ");
}
function blockingClasses(findings) {
  const hard = findings.filter((finding) => finding.severity === "hard" && !finding.overridden_by);
  return [...new Set(hard.map((finding) => finding.problem_class))];
}
function overrideText(record2) {
  const when = clockText(new Date(record2.recorded_at));
  if (record2.revoked)
    return `${classText(record2.problem_class)}: ended by ${record2.operator}, ${when}. ${record2.reason}`;
  const end = record2.expires_at ? `, until ${clockText(new Date(record2.expires_at))}` : "";
  return `${classText(record2.problem_class)}: let pass by ${record2.operator}, ${when}${end}. ${record2.reason}`;
}
function proofText(detail) {
  const { row } = detail;
  if (!row.proven_at) return "Not proven yet.";
  const second = detail.verify_passes < 2 ? " It is read a second time by itself, a day later." : "";
  return `Read back from the NAS ${plural(detail.verify_passes, "time")}, last at ${clockText(new Date(row.proven_at))}.${second}`;
}
var EVENTS = {
  frozen: "Frozen for copying",
  copied: "Copied",
  verified: "Verified",
  clear_intended: "Clearing intended",
  cleared: "Cleared",
  put_back: "Put back in staging",
  restored: "Restored"
};
var LABELS = {
  by: "By",
  host: "Computer",
  file_count: "Files",
  nas_path: "NAS",
  reading: "How it was read",
  nas_id: "NAS id"
};
var READINGS = {
  fadvise: "from the NAS itself",
  o_direct: "from the NAS itself, past every cache",
  memory: "from memory: the NAS has no medium",
  warm: "partly from this computer's memory"
};
function receiptFacts(receipt) {
  return Object.entries(LABELS).flatMap(([key, label2]) => {
    const value = receipt[key];
    if (typeof value === "number") return [[label2, countText(value)]];
    return typeof value === "string" && value ? [[label2, key === "reading" ? READINGS[value] ?? value : value]] : [];
  });
}
function receiptTitle(receipt) {
  const event = typeof receipt.event === "string" ? receipt.event : "receipt";
  const at = receipt.at;
  const when = typeof at === "string" ? `, ${clockText(new Date(at))}` : "";
  return `${EVENTS[event] ?? event.replaceAll("_", " ")}${when}`;
}

// src/table/sums.ts
var PAGE = 200;
var GULP = 5e3;
var MOST = 5e4;
function sumLine(file) {
  return `${file.sha256}  ${file.path}
`;
}
var SumList = class {
  constructor(run, api) {
    this.run = run;
    this.api = api;
    this.bar.append(button("Show the files", () => void this.more(), { class: "exlab-button exlab-primary" }));
    this.element.append(this.bar, this.said);
  }
  run;
  api;
  element = h("div", { class: "exlab-sums" });
  body = h("tbody", {});
  said = h("p", { class: "exlab-quiet", role: "status" });
  bar = h("div", { class: "exlab-answers" });
  shown = 0;
  /** Read and show the next page. */
  async more() {
    setText(this.said, "Reading the list…");
    try {
      this.add(await this.api.checksums(this.run, this.shown, PAGE));
    } catch (error) {
      setText(this.said, error instanceof Error ? error.message : String(error));
    }
  }
  add(page) {
    if (!this.shown) this.begin();
    this.body.append(...page.files.map(fileRow));
    this.shown += page.files.length;
    const left = page.file_total - this.shown;
    setText(this.said, `${countText(this.shown)} of ${plural(page.file_total, "file")}, ${sizeText(page.byte_total)}.`);
    const next = left > 0 ? [button(`Show ${countText(Math.min(PAGE, left))} more`, () => void this.more(), { class: "exlab-button" })] : [];
    const many = page.file_total > MOST;
    const copy = copyButton(`Copy all ${countText(page.file_total)}`, () => this.all(), {
      title: "In the form that sha256sum -c reads"
    });
    const had = this.bar.contains(document.activeElement);
    this.bar.replaceChildren(...next, ...many ? [] : [copy]);
    if (had) this.bar.querySelector("button")?.focus();
    if (many) this.said.append(" The whole list is too long for a clipboard: take the file on the NAS.");
  }
  begin() {
    const head = ["File", "Size", "SHA-256"].map((name2) => h("th", { scope: "col" }, name2));
    const table = h("table", {}, h("thead", {}, h("tr", {}, ...head)), this.body);
    const name = `Verified files of ${this.run}`;
    this.element.prepend(
      h("div", { class: "exlab-sums-list", role: "region", "aria-label": name, ...focusable(0) }, table)
    );
  }
  /** The whole list as text. */
  async all() {
    const lines2 = [];
    for (; ; ) {
      const page = await this.api.checksums(this.run, lines2.length, GULP);
      lines2.push(...page.files.map(sumLine));
      if (lines2.length >= page.file_total || !page.files.length) return lines2.join("");
    }
  }
};
function fileRow(file) {
  const cells = [
    h("td", {}, file.path),
    h("td", { class: "exlab-number" }, sizeText(file.size)),
    h("td", {}, h("code", {}, file.sha256))
  ];
  return h("tr", {}, ...cells);
}

// src/table/timeline.ts
var EVENTS2 = {
  staging: "Receiving",
  complete: "Complete: nothing changed any more",
  sync_queued: "Queued for syncing",
  sync_verified: "Verified on the NAS",
  cleared: "Cleared from this computer"
};
var REASONS = {
  late_data: "new files came",
  changed: "files changed",
  renamed: "the run was renamed",
  forced: "asked for",
  nas_copy_damaged: "the copy on the NAS was damaged",
  restored: "brought back from the NAS",
  reconciled: "found so after a restart"
};
var AMBER = /* @__PURE__ */ new Set(["late_data", "changed", "nas_copy_damaged"]);
function momentOf(entry) {
  const reason = entry.reason ?? "";
  const why = reason ? [REASONS[reason] ?? reason.replaceAll("_", " ")] : [];
  const by = entry.by ? [`by ${entry.by}`] : [];
  const tone = AMBER.has(reason) ? "amber" : entry.state === "sync_verified" ? "green" : "grey";
  const text2 = EVENTS2[entry.state] ?? entry.state;
  return { tone, text: text2, more: [...why, ...by, ...amountOf(entry), `on ${entry.host}`].join(", "), at: entry.at };
}
function amountOf(entry) {
  const { files_freed: files, bytes_freed: bytes } = entry;
  if (typeof files !== "number" || typeof bytes !== "number") return [];
  return [`${countText(files)} files, ${sizeText(bytes)} freed`];
}
function timeline(entries) {
  const items = entries.map(momentOf).map(
    (moment) => h(
      "li",
      { "data-tone": moment.tone },
      h("time", { datetime: moment.at, title: stampText(moment.at) }, clockText(new Date(moment.at))),
      h("span", {}, h("strong", {}, moment.text), h("span", { class: "exlab-quiet" }, ` ${moment.more}`))
    )
  );
  return h("ol", { class: "exlab-timeline" }, ...items);
}

// src/table/details.ts
var DetailsView = class {
  constructor(run, api, owner) {
    this.owner = owner;
    this.sums = new SumList(run, api);
    this.done = button("Close", owner.close, { class: "exlab-button", "aria-label": `Close the details of ${run}` });
    const bar = h("div", { class: "exlab-details-bar" }, h("strong", {}, "Details"), this.done);
    this.element = h(
      "section",
      { class: "exlab-details", "aria-label": `Details of ${run}` },
      bar,
      this.said,
      this.parts
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") owner.close();
    });
  }
  owner;
  element;
  said = h("p", { class: "exlab-quiet", role: "status" }, "Reading the details…");
  parts = h("div", { class: "exlab-parts" });
  sums;
  done;
  drawn = /* @__PURE__ */ new Map();
  focus() {
    this.done.focus({ preventScroll: true });
  }
  /** Say why there are no details. */
  fail(message) {
    this.said.hidden = false;
    this.said.textContent = message;
  }
  /** Draw what differs from before. */
  show(detail) {
    this.said.hidden = true;
    const nodes = this.partsOf(detail).flatMap((part) => this.part(part));
    placeChildren(this.parts, nodes);
  }
  part({ title, from, draw }) {
    const text2 = JSON.stringify([from]);
    const before = this.drawn.get(title);
    if (before?.from === text2) return [before.node];
    const content = draw();
    this.drawn.delete(title);
    if (!content) return [];
    const node = h("section", { "aria-label": title }, h("h3", {}, title), ...content);
    this.drawn.set(title, { from: text2, node });
    return [node];
  }
  partsOf(detail) {
    const { job, findings, damage, overrides, history } = detail;
    return [
      {
        title: "Findings",
        from: [findings, damage, detail.disagreements, detail.row.actions],
        draw: () => this.trouble(detail)
      },
      { title: "History", from: history, draw: () => [history.length ? timeline(history) : quiet("Nothing yet.")] },
      {
        title: "Copy on the NAS",
        from: [detail.nas_path, detail.verify_passes, detail.row.proven_at],
        draw: () => nasPart(detail)
      },
      { title: "Receipt", from: [detail.receipt, detail.manifest_digest], draw: () => receiptPart(detail) },
      { title: "Checksums", from: detail.manifest_digest, draw: () => this.sumsPart(detail) },
      { title: "Work", from: job, draw: () => job ? [h("p", { title: job.id }, jobText(job))] : null },
      {
        title: "Overrides",
        from: overrides,
        draw: () => overrides.length ? [lines(overrides.map(overrideText))] : null
      }
    ];
  }
  trouble(detail) {
    const { damage } = detail;
    const findings = detail.findings.map(
      (finding) => this.findingNode(finding, detail.row.actions.includes("override"))
    );
    const nodes = damage ? [h("p", { "data-tone": "red" }, h("strong", {}, damage.sentence)), damagedFiles(damage)] : [];
    if (damage?.acknowledged_by) nodes.push(quiet(`Acknowledged by ${damage.acknowledged_by}.`));
    if (damage && detail.row.actions.includes("verify")) nodes.push(this.actButton("verify", "Verify again"));
    if (findings.length) nodes.push(h("ul", { class: "exlab-findings" }, ...findings));
    if (detail.disagreements.length)
      nodes.push(quiet("creation.json says otherwise; that is not followed:"), lines(detail.disagreements));
    return nodes.length ? nodes : null;
  }
  findingNode(finding, mayPass) {
    const hard = finding.severity === "hard" && !finding.overridden_by;
    const where = finding.path ? [h("code", {}, finding.path), " "] : [];
    const kind = finding.overridden_by ? "let pass" : hard ? "blocks" : "remark";
    const name = h("span", { class: "exlab-quiet" }, ` ${classText(finding.problem_class)}, ${kind}.`);
    const way = hard && mayPass ? this.actButton("override", "Override…") : null;
    return h(
      "li",
      { "data-tone": hard ? "amber" : "grey" },
      ...where,
      h("strong", {}, finding.message),
      name,
      h("div", {}, finding.remedy),
      way
    );
  }
  actButton(verb, label2) {
    return button(label2, () => this.owner.act(verb), { class: "exlab-button exlab-primary" });
  }
  sumsPart(detail) {
    if (!detail.manifest_digest) return null;
    const where = detail.nas_path ? `${detail.nas_path}/.exlab-wizard/checksums.sha256` : null;
    const path3 = where ? pathLine("On the NAS, checked by sha256sum -c: ", where) : null;
    return [...path3 ? [path3] : [], this.sums.element];
  }
};
function damagedFiles(damage) {
  const more = damage.count - damage.paths.length;
  return lines([...damage.paths, ...more > 0 ? [`and ${plural(more, "file")} more`] : []]);
}
function nasPart(detail) {
  const path3 = detail.nas_path ? pathLine("", detail.nas_path) : quiet("No copy yet.");
  const proof = h("p", { title: detail.row.proven_at ? stampText(detail.row.proven_at) : null }, proofText(detail));
  return detail.nas_path ? [path3, proof] : [path3];
}
function receiptPart({ receipt, manifest_digest: digest }) {
  if (!receipt) return null;
  const at = receipt.at;
  const title = h(
    "p",
    { title: typeof at === "string" ? stampText(at) : null },
    h("strong", {}, receiptTitle(receipt))
  );
  const size = receipt.byte_total;
  const facts = [...receiptFacts(receipt), ...typeof size === "number" ? [["Size", sizeText(size)]] : []];
  const list = h("dl", {}, ...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
  const own = receipt.manifest_digest;
  const sum3 = typeof own === "string" && own ? own : digest;
  if (!sum3) return [title, list];
  const copy = copyButton("Copy digest", () => sum3);
  return [
    title,
    list,
    h("p", { class: "exlab-path" }, "Manifest digest ", h("code", { title: sum3 }, shortDigest(sum3)), copy)
  ];
}
function pathLine(text2, path3) {
  return h(
    "p",
    { class: "exlab-path" },
    text2,
    h("code", {}, path3),
    copyButton("Copy path", () => path3)
  );
}
function lines(texts) {
  return h("ul", {}, ...texts.map((text2) => h("li", {}, text2)));
}
function quiet(text2) {
  return h("p", { class: "exlab-quiet" }, text2);
}

// src/table/loglines.ts
var ERROR = /\[(ERROR|FATAL)\s*\]/;
var WARNING = /\[WARN(ING)?\s*\]/;
var REPEATED = /\[host:[^\]]*\] \[equip:[^\]]*\] \[proj:.*?\] \[kind:[^\]]*\] /;
function weightOf(line2) {
  return ERROR.test(line2) ? "error" : WARNING.test(line2) ? "warning" : "line";
}
function readable(line2) {
  return line2.replace(REPEATED, "");
}
function holds(line2, filter) {
  const text2 = line2.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => text2.includes(word));
}
function goneSince(before, now) {
  for (let gone = 0; gone < before.length; gone += 1) {
    if (now[0] === before[gone] && fits(before, now, gone)) return gone;
  }
  return before.length;
}
function fits(before, now, gone) {
  if (now.length < before.length - gone) return false;
  for (let at = gone; at < before.length; at += 1) if (before[at] !== now[at - gone]) return false;
  return true;
}

// src/table/logview.ts
var NEAR = 24;
var LogView = class {
  /** @param atError whether it opens at its first error, not at its end */
  constructor(run, close, atError) {
    this.atError = atError;
    const name = `Log of ${run}`;
    this.lines = h("div", {
      class: "exlab-log-lines",
      role: "log",
      "aria-live": "off",
      "aria-label": name,
      ...focusable(0)
    });
    this.lines.addEventListener("scroll", () => this.following() && (this.below.hidden = true), { passive: true });
    this.below = button("New lines below", () => this.toEnd(), {
      class: "exlab-button exlab-primary exlab-log-below",
      hidden: true
    });
    this.filter = h("input", {
      type: "search",
      class: "exlab-search",
      placeholder: "Filter lines",
      "aria-label": "Filter the log",
      ...focusable(0)
    });
    this.filter.addEventListener("input", () => this.sift());
    const previous = button("↑", () => this.step(-1), {
      class: "exlab-button",
      "aria-label": "Previous error",
      title: "Previous error"
    });
    const next = button("↓", () => this.step(1), {
      class: "exlab-button",
      "aria-label": "Next error",
      title: "Next error"
    });
    this.errors.append(this.found, previous, next);
    this.errors.hidden = true;
    const copy = copyButton("Copy", () => this.shown().join("\n"));
    const done = button("Close", close, { class: "exlab-button", "aria-label": `Close the log of ${run}` });
    const bar = h("div", { class: "exlab-log-bar" }, this.where, this.filter, this.errors, copy, done);
    this.element = h("section", { class: "exlab-log", "aria-label": name }, bar, this.lines, this.below);
    this.element.addEventListener("keydown", (event) => this.onKey(event, close));
  }
  atError;
  element;
  texts = [];
  fresh = true;
  /** the error last shown */
  current = null;
  where = h("code", { class: "exlab-log-path" });
  filter;
  errors = h("span", { class: "exlab-log-errors" });
  found = h("span", { class: "exlab-quiet" });
  lines;
  below;
  focus() {
    this.lines.focus({ preventScroll: true });
  }
  /** Show what the service sent. */
  show(answer) {
    setText(this.where, answer.log_path);
    const follows = this.fresh || this.following();
    const added = this.take(answer.lines);
    if (!answer.lines.length) this.fail("Nothing is written yet.");
    if (this.fresh && this.atError && this.marked().length) this.step(1);
    else if (follows) this.toEnd();
    else if (added) this.below.hidden = false;
    this.fresh = false;
  }
  /** Add what is new and drop what is too old, so that whoever reads keeps the place; how many lines came. */
  take(lines2) {
    const gone = goneSince(this.texts, lines2);
    const kept = this.texts.length - gone;
    if (kept) this.drop(gone);
    else this.lines.replaceChildren();
    this.texts = lines2;
    this.lines.append(...lines2.slice(kept).map(logLine));
    this.sift();
    return lines2.length - kept;
  }
  /** Say why there are no lines. */
  fail(message) {
    this.texts = [];
    this.lines.replaceChildren(h("div", { class: "exlab-quiet" }, message));
  }
  following() {
    return this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < NEAR;
  }
  toEnd() {
    this.lines.scrollTop = this.lines.scrollHeight;
    if (this.below.contains(document.activeElement)) this.focus();
    this.below.hidden = true;
  }
  /** Take the oldest lines away; what is read stays where it is. */
  drop(gone) {
    const height = this.lines.scrollHeight;
    for (let left = gone; left > 0; left -= 1) this.lines.firstElementChild?.remove();
    this.lines.scrollTop -= height - this.lines.scrollHeight;
  }
  /** Hide what does not pass the filter, and count the errors that are left. */
  sift() {
    [...this.lines.children].forEach((node, index) => {
      node.hidden = !holds(this.texts[index] ?? "", this.filter.value);
    });
    this.count();
  }
  count() {
    const errors = this.marked();
    const at = errors.findIndex((each) => each === this.current);
    this.errors.hidden = errors.length === 0;
    const place2 = `error ${countText(at + 1)} of ${countText(errors.length)}`;
    setText(this.found, at < 0 ? plural(errors.length, "error") : place2);
  }
  shown() {
    return this.texts.filter((line2) => holds(line2, this.filter.value));
  }
  marked() {
    return [...this.lines.querySelectorAll(".exlab-log-error:not([hidden])")];
  }
  /** Show the first error, then the one after or before. */
  step(by) {
    const errors = this.marked();
    if (!errors.length) return;
    this.current?.removeAttribute("data-at");
    const at = errors.findIndex((each) => each === this.current);
    const line2 = errors.at(at < 0 && by < 0 ? -1 : (at + by) % errors.length);
    if (!line2) return;
    this.current = line2;
    line2.setAttribute("data-at", "");
    this.lines.scrollTop = line2.offsetTop - NEAR;
    this.count();
  }
  onKey(event, close) {
    if (event.key !== "Escape") return;
    if (event.target === this.filter && this.filter.value) {
      this.filter.value = "";
      this.sift();
    } else close();
    event.preventDefault();
  }
};
function logLine(text2) {
  return h("div", { class: `exlab-log-${weightOf(text2)}`, title: text2 }, readable(text2));
}

// src/table/override.ts
var SHORTEST = 10;
var LONGEST = 500;
var count2 = 0;
function reasonProblem(text2) {
  const length = lengthOf(text2);
  if (length < SHORTEST) return `Please say why, in at least ${SHORTEST} characters (${length} so far).`;
  return length > LONGEST ? `Please say it in at most ${LONGEST} characters (${length} now).` : "";
}
function lengthOf(text2) {
  return Array.from(text2.trim()).length;
}
function endOfDay(day) {
  if (!day) return null;
  const end = /* @__PURE__ */ new Date(`${day}T23:59:59`);
  return Number.isNaN(end.getTime()) ? null : end.toISOString().replace(/\.\d+Z$/, "Z");
}
var OverrideForm = class {
  constructor(run, owner) {
    this.owner = owner;
    this.go = button("Let it pass", () => void this.send(), { class: "exlab-button exlab-primary" });
    const keep = button("Cancel", owner.close, { class: "exlab-button" });
    this.element = h(
      "form",
      { class: "exlab-ask exlab-override", "aria-label": `Override a finding of ${run}` },
      h("strong", {}, "Let this run pass in spite of a finding?"),
      h(
        "p",
        {},
        "It is then synced as it is, whatever this class of finding says of it. That is recorded with your name and your reason, and can be ended."
      ),
      h("label", { for: this.kind.id }, "Finding"),
      this.kind,
      this.findings,
      h("label", { for: this.reason.id }, "Reason"),
      this.reason,
      this.counted,
      h("label", { for: this.until.id }, "Until the end of this day (optional)"),
      this.until,
      this.said,
      h("div", { class: "exlab-answers" }, this.go, keep)
    );
    this.element.addEventListener("submit", (event) => event.preventDefault());
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") owner.close();
    });
    this.kind.addEventListener("change", () => this.showFindings());
    this.reason.addEventListener("input", () => this.count());
    this.count();
  }
  owner;
  element;
  id = `exlab-override-${count2 += 1}`;
  kind = h("select", { id: `${this.id}-kind`, ...focusable(0) });
  findings = h("ul", { class: "exlab-findings" });
  reason = h("textarea", {
    id: `${this.id}-reason`,
    rows: 3,
    "aria-describedby": `${this.id}-count`,
    ...focusable(0)
  });
  counted = h("span", { id: `${this.id}-count`, class: "exlab-quiet" });
  until = h("input", { id: `${this.id}-until`, type: "date", ...focusable(0) });
  said = h("p", { class: "exlab-form-said", role: "status" }, "Reading the findings…");
  go;
  detail = null;
  sending = false;
  focus() {
    this.kind.focus({ preventScroll: true });
  }
  /** Say what went wrong. */
  fail(message) {
    setText(this.said, message);
    this.said.dataset.tone = "red";
  }
  /** Offer the classes that block the run; a choice already made stays. */
  show(detail) {
    this.detail = detail;
    const classes = blockingClasses(detail.findings);
    const chosen = this.kind.value;
    this.kind.replaceChildren(
      ...classes.map((name) => h("option", { value: name, selected: name === chosen }, classText(name)))
    );
    setText(this.said, classes.length ? "" : "Nothing blocks this run any more.");
    this.showFindings();
  }
  showFindings() {
    const meant = (this.detail?.findings ?? []).filter((finding) => finding.problem_class === this.kind.value);
    this.findings.replaceChildren(
      ...meant.map(
        (finding) => h("li", {}, finding.path ? h("code", {}, finding.path) : null, ` ${finding.message} ${finding.remedy}`)
      )
    );
    this.count();
  }
  count() {
    const length = lengthOf(this.reason.value);
    setText(this.counted, `${length} of ${SHORTEST} to ${LONGEST} characters`);
    const problem = reasonProblem(this.reason.value);
    const off = problem || !this.kind.value || this.sending;
    this.go.setAttribute("aria-disabled", String(Boolean(off)));
    this.go.title = problem;
  }
  async send() {
    this.sending = true;
    this.count();
    delete this.said.dataset.tone;
    setText(this.said, "Asking the staging service…");
    const wish = {
      problem_class: this.kind.value,
      reason: this.reason.value.trim(),
      expires_at: endOfDay(this.until.value)
    };
    try {
      await this.owner.send(wish);
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
    this.sending = false;
    this.count();
  }
};

// src/table/strip.ts
var Strip = class {
  /** @param home gets the focus when the button that had it is gone */
  constructor(element, path3, act, home) {
    this.element = element;
    this.path = path3;
    this.act = act;
    this.home = home;
  }
  element;
  path;
  act;
  home;
  drawn = "";
  /** Show these acts; null keeps a place empty. `off` says why nothing can be done now, or "". */
  show(acts, off) {
    const drawn = acts.map((act) => act ? `${act.verb} ${act.label}` : "-").join();
    if (drawn !== this.drawn) this.draw(acts);
    this.drawn = drawn;
    for (const node of this.element.querySelectorAll("button")) {
      const still = off && !["menu", "details"].includes(node.dataset.verb ?? "");
      setAttribute(node, "aria-disabled", still ? "true" : null);
      setAttribute(node, "title", still && off || (node.dataset.verb === "menu" ? "More" : null));
    }
  }
  buttonOf(verb) {
    return this.element.querySelector(`[data-verb="${verb}"]`);
  }
  /** What is offered, as far as it can be seen. */
  visible() {
    const seen = [...this.element.querySelectorAll("button")].filter((node) => node.offsetParent !== null);
    return seen.map((node) => node.dataset.verb);
  }
  draw(acts) {
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    const verb = focused?.getAttribute("data-verb");
    this.element.replaceChildren(...acts.map((act, index) => act ? this.node(act, index === 0) : h("span")));
    if (verb) (this.buttonOf(verb) ?? this.home()).focus({ preventScroll: true });
  }
  node(act, first) {
    const node = button(act.label, () => this.act(act.verb, node), {
      class: first ? "exlab-button exlab-primary" : "exlab-button",
      tabindex: -1,
      "data-verb": act.verb,
      "aria-label": `${act.name} ${this.path}`,
      "aria-haspopup": act.verb === "menu" ? "menu" : null,
      "aria-expanded": act.verb === "menu" ? "false" : null
    });
    return node;
  }
};

// src/table/row.ts
var TAIL = 12;
var SHORT = 20;
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
  box;
  state = h("div", { role: "gridcell", class: "exlab-state" });
  why = h("div", { class: "exlab-why" });
  note = h("div", { class: "exlab-note" });
  badge = h("span", { class: "exlab-badge", hidden: true }, "Test");
  bar = h("div", { class: "exlab-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 });
  fill = h("div", { class: "exlab-fill" });
  rate = h("span", { class: "exlab-rate" });
  percent = h("div", { class: "exlab-percent" });
  files = h("div", { role: "gridcell", class: "exlab-number exlab-files" });
  size = h("div", { role: "gridcell", class: "exlab-number exlab-size" });
  last = h("div", { role: "gridcell", class: "exlab-number exlab-last" });
  slots;
  remedies;
  element;
  /**
   * @param act does what a button means; `anchor` is that button
   * @param pick selects the run, or with `range` all up to it
   */
  constructor(path3, act, pick) {
    this.path = path3;
    this.box = h("input", { type: "checkbox", class: "exlab-box", "aria-label": `Select ${path3}`, ...focusable(-1) });
    this.box.addEventListener("click", (event) => pick(path3, event.shiftKey));
    const strip = (element) => new Strip(
      element,
      path3,
      (verb, anchor) => act(verb, path3, anchor),
      () => this.element
    );
    this.slots = strip(h("div", { role: "gridcell", class: "exlab-actions" }));
    this.remedies = strip(h("div", { class: "exlab-remedies" }));
    this.bar.append(this.fill);
    this.element = this.assemble();
  }
  assemble() {
    const said = h("div", { class: "exlab-said" }, this.why, this.note, this.remedies.element);
    const run = h("div", { role: "gridcell", class: "exlab-run" }, this.nameLine(), said);
    const track = h("div", { class: "exlab-track" }, this.bar, this.rate);
    const progress = h("div", { role: "gridcell", class: "exlab-progress" }, track, this.percent);
    const pick = h("div", { role: "gridcell", class: "exlab-pick" }, h("label", {}, this.box));
    const [equipment = "", project = ""] = this.path.split("/");
    const origin = h("div", { role: "gridcell", class: "exlab-equipment exlab-cut", title: equipment }, equipment);
    const place2 = h("div", { role: "gridcell", class: "exlab-project", title: project }, ...middleCut(project));
    const attributes = { class: "exlab-row", role: "row", "data-run": this.path, ...focusable(-1) };
    setAttribute(this.bar, "aria-label", `Progress of ${this.path}`);
    const numbers = [progress, this.files, this.size, this.last];
    return h("div", attributes, pick, this.state, run, origin, place2, ...numbers, this.slots.element);
  }
  nameLine() {
    const [equipment, project, , leaf] = this.path.split("/");
    const origin = h("span", { class: "exlab-cut" }, `${equipment} · `);
    const place2 = h("span", { class: "exlab-place" }, origin, ...middleCut(project ?? ""));
    const name = h("span", { class: "exlab-leaf" }, leaf ?? this.path);
    return h("div", { class: "exlab-name", title: this.path }, name, this.badge, place2);
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
    this.updateActions(row, note, off);
  }
  /** Whether the run is selected. */
  setPicked(picked) {
    setAttribute(this.element, "aria-selected", String(picked));
    this.box.checked = picked;
  }
  updateState(row, iconName) {
    if (this.state.dataset.word === row.display_state) return;
    this.state.dataset.word = row.display_state;
    this.state.title = row.display_state;
    this.state.replaceChildren(icon(iconName), h("span", { class: "exlab-word" }, row.display_state));
  }
  updateWords(row, note) {
    const why = row.needs_attention ? `${row.why} ${row.next_step}`.trim() : row.why || row.next_step;
    setText(this.why, straightText(localText(why)));
    setAttribute(this.why, "title", straightText(`${row.why} ${row.next_step}`.trim()));
    setText(this.note, straightText(localText(note?.text ?? "")));
    setAttribute(this.note, "data-tone", note?.tone);
    setText(this.files, filesText(row));
    setText(this.size, row.local_data ? sizeText(row.byte_total) : "–");
    setText(this.last, agoText(row.elapsed_seconds_since_last_activity));
    setAttribute(this.last, "title", stampText(row.last_activity_at));
  }
  updateProgress(row) {
    const text2 = progressText(row);
    const share = row.display_state === "Verified" ? 100 : row.progress ? percent(row.progress.fraction) : 0;
    const plain = row.display_state !== "Verified" && (!row.progress || row.progress.phase === "queued");
    const rate = rateText(row);
    setText(this.percent, text2);
    setText(this.rate, rate);
    setAttribute(this.bar, "hidden", plain);
    setAttribute(this.element, "data-bar", !plain);
    setAttribute(this.bar, "aria-valuenow", share);
    setAttribute(this.bar, "aria-valuetext", rate ? `${text2}, ${rate}` : text2);
    setAttribute(this.fill, "style", `width: ${share}%`);
  }
  updateActions(row, note, off) {
    this.slots.show(buttonsOf(row), off);
    const known = remediesOf(row);
    const told = note?.remedy && !known.some((act) => act.verb === note.remedy?.verb) ? [note.remedy] : [];
    const acts = note?.tone === "busy" ? [] : [...told, ...known];
    setAttribute(this.remedies.element, "hidden", !acts.length);
    this.remedies.show(acts, off);
  }
  /** The button of an act: beside the run, or among what helps it. */
  buttonOf(verb) {
    return this.slots.buttonOf(verb) ?? this.remedies.buttonOf(verb);
  }
  /** The acts whose buttons can be seen. */
  shownVerbs() {
    return /* @__PURE__ */ new Set([...this.slots.visible(), ...this.remedies.visible()]);
  }
};
function middleCut(name) {
  const letters = Array.from(name);
  const cut = letters.length > SHORT ? letters.length - TAIL : 0;
  const head = h("bdi", { class: "exlab-cut" }, letters.slice(0, cut).join(""));
  return [head, h("bdi", {}, letters.slice(cut).join(""))];
}

// src/table/under.ts
var TROUBLED = /* @__PURE__ */ new Set(["Failed", "Stalled"]);
var Under = class {
  constructor(api, grid, deeds, owner) {
    this.api = api;
    this.grid = grid;
    this.deeds = deeds;
    this.owner = owner;
  }
  api;
  grid;
  deeds;
  owner;
  readers = /* @__PURE__ */ new Map();
  /** Ask before syncing a run that is not complete. */
  askSync(path3) {
    this.question(path3, "askSync", askSync, { act: (row) => void this.deeds.sync(row, true) });
  }
  /** Ask before clearing. */
  askClear(path3) {
    this.question(path3, "askClear", askClear, {
      act: (row) => void this.deeds.clear(row),
      again: (row) => void (row.actions.includes("verify") ? this.deeds.plain(row, "verify") : this.deeds.sync(row, false))
    });
  }
  /** Open or close the log. */
  toggleLog(path3) {
    if (this.leave(path3, "log")) return;
    const state = this.owner.row(path3)?.display_state ?? "";
    const view = new LogView(path3, () => this.close(path3, "log"), TROUBLED.has(state));
    this.open(path3, "log", view, () => this.api.log(path3));
  }
  /** Open or close the details. */
  toggleDetails(path3) {
    if (this.leave(path3, "details")) return;
    const owner = { act: (verb) => this.owner.act(verb, path3), close: () => this.close(path3, "details") };
    this.open(path3, "details", new DetailsView(path3, this.api, owner), () => this.api.detail(path3));
  }
  /** Open or close the form that lets a finding pass. */
  toggleOverride(path3) {
    if (this.leave(path3, "override")) return;
    const form = new OverrideForm(path3, {
      close: () => this.close(path3, "override"),
      send: async (wish) => {
        await this.api.override(path3, wish);
        const row = this.owner.row(path3);
        this.close(path3, "override");
        if (row) this.deeds.tell(row, "The finding is let pass, on record. The run goes on in a moment.");
      }
    });
    this.open(path3, "override", form, () => this.api.detail(path3));
  }
  /** The run changed: what is open under it reads itself again. */
  follow(path3) {
    if (this.readers.has(path3)) void this.read(path3);
  }
  /**
   * Close what is open.
   * @param verb whose button gets the focus back
   */
  close(path3, verb) {
    const inside = this.grid.opened.get(path3)?.row.contains(document.activeElement);
    this.readers.delete(path3);
    this.grid.close(path3);
    const back = this.grid.views.get(path3);
    if (inside) (back?.buttonOf(verb) ?? back?.buttonOf("menu"))?.focus({ preventScroll: true });
  }
  /** Close what is open, whatever it is. */
  closeAny(path3) {
    this.close(path3, this.grid.opened.get(path3)?.kind ?? "");
  }
  /** Close this kind of thing if it is open; whether it was. */
  leave(path3, kind) {
    if (this.grid.opened.get(path3)?.kind !== kind) return false;
    this.close(path3, kind);
    return true;
  }
  open(path3, kind, view, ask2) {
    let fresh = true;
    const read = async () => {
      try {
        view.show(await ask2());
      } catch (error) {
        view.fail(error instanceof Error ? error.message : String(error));
      }
      if (fresh) this.grid.reveal(path3);
      fresh = false;
    };
    this.readers.set(path3, { kind, read, reading: false, stale: false });
    this.grid.open(path3, { element: view.element, focus: () => view.focus(), kind });
    void this.read(path3);
  }
  /** Read again, one question at a time; the last change is always read. */
  async read(path3) {
    const reader = this.readers.get(path3);
    if (!reader) return;
    reader.stale = reader.reading;
    if (reader.reading) return;
    reader.reading = true;
    await reader.read();
    reader.reading = false;
    if (reader.stale && this.readers.get(path3) === reader) void this.read(path3);
  }
  question(path3, verb, ask2, ways) {
    if (this.leave(path3, verb)) return;
    const row = this.owner.row(path3);
    if (!row) return;
    const opened = ask2(aged(row), (answer) => {
      this.close(path3, verb);
      const now = this.owner.row(path3) ?? row;
      if (answer === "act") ways.act(now);
      if (answer === "again") ways.again?.(now);
    });
    this.readers.delete(path3);
    this.grid.open(path3, { ...opened, kind: verb });
    this.grid.reveal(path3);
  }
};

// src/table/doer.ts
var LOCAL = /* @__PURE__ */ new Set(["copyNas", "copyRun", "copyLink"]);
var PLAIN = { verify: true, restore: true, retry: true, pause: true, resume: true };
var Doer = class {
  /** @param host gives a menu its looks */
  constructor(api, grid, host, owner) {
    this.grid = grid;
    this.host = host;
    this.owner = owner;
    this.deeds = new Deeds(api, owner);
    this.under = new Under(api, grid, this.deeds, { row: owner.row, act: (verb, path3) => this.act(verb, path3) });
  }
  grid;
  host;
  owner;
  deeds;
  under;
  /** Do what a button or an entry of the menu means. */
  act(verb, path3, anchor) {
    const row = this.owner.row(path3);
    if (!row) return;
    if (verb in PLAIN) {
      void this.deeds.plain(row, verb);
      return;
    }
    const ways = {
      sync: () => void this.deeds.sync(row, false),
      acknowledge: () => void this.deeds.acknowledge(row),
      askSync: () => this.under.askSync(path3),
      askClear: () => this.under.askClear(path3),
      override: () => this.under.toggleOverride(path3),
      log: () => this.under.toggleLog(path3),
      details: () => this.under.toggleDetails(path3),
      menu: () => anchor && this.menu(row, anchor),
      copyNas: () => void this.copy(row, row.nas_path ?? "", "The NAS path"),
      copyRun: () => void this.copy(row, path3, "The run path"),
      copyLink: () => void this.copy(row, this.owner.link(path3), "The link")
    };
    ways[verb]?.();
  }
  /** Do what the service calls so, as the row's button for it does; an open log stays open. */
  perform(action, path3) {
    const row = this.owner.row(path3);
    const open = action === "log" && this.grid.opened.get(path3)?.kind === "log";
    if (row && !open) this.act(verbOf(row, action), path3);
  }
  /** Do the same to many runs, as the service names it; clearing is reviewed first. */
  bulk(verb, paths) {
    if (verb === "clear") {
      this.owner.review(paths);
      return;
    }
    for (const path3 of paths) this.act(verb === "force_sync" ? "sync" : verb, path3);
  }
  menu(row, anchor) {
    const view = this.grid.views.get(row.path);
    const off = this.owner.off();
    const items = menuOf(row, view?.shownVerbs() ?? /* @__PURE__ */ new Set()).map((act) => this.item(act, row.path, off));
    const back = () => (this.grid.views.get(row.path)?.buttonOf("menu") ?? anchor).focus({ preventScroll: true });
    openMenu(anchor, this.host, `${actOf("menu").name} ${row.path}`, items, back);
  }
  item(act, path3, off) {
    const why = act.off ?? (off && !LOCAL.has(act.verb) ? off : void 0);
    return { label: act.label, off: why, act: () => this.act(act.verb, path3) };
  }
  async copy(row, text2, what) {
    const worked = await copyText(text2);
    this.deeds.tell(row, worked ? `${what} is on the clipboard.` : `${what}: ${text2}`);
  }
};

// src/table/sorting.ts
var STATE_ORDER = [
  "Failed",
  "Blocked",
  "Stalled",
  "Paused",
  "Restoring",
  "Clearing",
  "Verifying",
  "Syncing",
  "Waiting",
  "Receiving",
  "Verified",
  "Cleared"
];
var VALUES = {
  state: (row) => STATE_ORDER.indexOf(row.display_state),
  run: (row) => row.path.slice(row.path.lastIndexOf("/") + 1),
  equipment: (row) => row.equipment_id,
  project: (row) => row.project_name,
  progress: shareOf2,
  files: (row) => row.file_count,
  size: (row) => row.local_data ? row.byte_total : null,
  last: (row) => finite(Date.parse(row.last_activity_at))
};
var DOWN_FIRST = /* @__PURE__ */ new Set(["progress", "files", "size", "last"]);
var NATURAL = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
var SORT_KEYS = Object.keys(VALUES);
function firstSort(key) {
  return { key, down: DOWN_FIRST.has(key) };
}
function nextSort(sort, key) {
  const first = firstSort(key);
  if (sort?.key !== key) return first;
  return sort.down === first.down ? { key, down: !first.down } : null;
}
function isRestless(sort) {
  return sort !== null && DOWN_FIRST.has(sort.key);
}
function sortRows(rows, sort) {
  const natural = orderRows(rows);
  if (!sort) return natural;
  const valueOf = VALUES[sort.key];
  const values = new Map(rows.map((row) => [row.path, valueOf(row)]));
  const sign = sort.down ? -1 : 1;
  return natural.sort((a, b) => compare2(values.get(a) ?? null, values.get(b) ?? null, sign));
}
function compare2(a, b, sign) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * NATURAL.compare(String(a), String(b));
}
function shareOf2(row) {
  if (row.display_state === "Verified") return 1;
  return row.progress && row.progress.phase !== "queued" ? row.progress.fraction : null;
}
function finite(value) {
  return Number.isFinite(value) ? value : null;
}

// src/table/columns.ts
var COLUMNS = [
  { name: "pick", label: "Select", sort: null },
  { name: "state", label: "State", sort: "state" },
  { name: "run", label: "Run", sort: "run" },
  { name: "equipment", label: "Equipment", sort: "equipment" },
  { name: "project", label: "Project", sort: "project" },
  { name: "progress", label: "Progress", sort: "progress" },
  { name: "files", label: "Files", sort: "files" },
  { name: "size", label: "Size", sort: "size" },
  { name: "last", label: "Last activity", sort: "last" },
  { name: "actions", label: "Actions", sort: null }
];
var Head = class {
  constructor(owner) {
    this.owner = owner;
    this.box = h("input", {
      type: "checkbox",
      class: "exlab-box",
      "aria-label": "Select all runs shown",
      ...focusable(-1)
    });
    this.box.addEventListener("change", () => this.owner.pickAll());
    const row = h(
      "div",
      { role: "row", class: "exlab-cells", "aria-rowindex": 1 },
      ...COLUMNS.map((column) => this.cell(column))
    );
    row.addEventListener("keydown", (event) => this.onKey(event));
    this.element = h("div", { role: "rowgroup", class: "exlab-head" }, row);
    this.showSort(null);
  }
  owner;
  element;
  cells = /* @__PURE__ */ new Map();
  box;
  /** Say by which column the table is sorted. */
  showSort(sort) {
    for (const [key, cell] of this.cells) {
      const down = sort?.key === key ? sort.down : null;
      setAttribute(cell, "aria-sort", down === null ? "none" : down ? "descending" : "ascending");
      const button2 = cell.firstElementChild;
      if (!button2) continue;
      setText(button2.lastElementChild ?? button2, down === null ? "" : down ? "▾" : "▴");
      setAttribute(button2, "title", hint(key, sort));
    }
  }
  /** Say how many of the shown runs are selected. */
  showPicked(picked, shown) {
    this.box.checked = shown > 0 && picked === shown;
    this.box.indeterminate = picked > 0 && picked < shown;
  }
  /** Take the focus, on the column that is sorted by. */
  focus() {
    const stops = this.stops();
    const sorted = stops.find((stop) => stop.parentElement?.getAttribute("aria-sort")?.endsWith("ending"));
    (sorted ?? stops[1] ?? stops[0])?.focus({ preventScroll: true });
  }
  cell({ name, label: label2, sort }) {
    const attributes = { role: "columnheader", class: `exlab-th exlab-th-${name}` };
    if (name === "pick") return h("div", attributes, this.box);
    if (!sort) return h("div", attributes, label2);
    const mark = h("span", { class: "exlab-sorted", "aria-hidden": "true" });
    const button2 = h("button", { type: "button", class: "exlab-sort", ...focusable(-1) }, label2, mark);
    button2.addEventListener("click", () => this.owner.sortBy(sort));
    const cell = h("div", attributes, button2);
    this.cells.set(sort, cell);
    return cell;
  }
  stops() {
    const all = [...this.element.querySelectorAll("input, button")];
    return all.filter((stop) => stop.offsetParent !== null);
  }
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const stops = this.stops();
    const at = stops.indexOf(event.target);
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (event.key === "ArrowDown" || event.key === "Escape") this.owner.leave();
    else if (by) stops[Math.min(Math.max(at + by, 0), stops.length - 1)]?.focus({ preventScroll: true });
    else if (!["Home", "End", "ArrowUp", "PageUp", "PageDown"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }
};
function hint(key, sort) {
  if (sort?.key !== key) return "Sort";
  return sort.down === firstSort(key).down ? "Sort the other way round" : "Back to what needs attention first";
}

// src/table/grid.ts
var ALL_ROWS = 80;
var MARGIN = 400;
var GUESS = 48;
var Grid = class {
  owner;
  order = [];
  views = /* @__PURE__ */ new Map();
  opened = /* @__PURE__ */ new Map();
  heights = /* @__PURE__ */ new Map();
  /** The row that Tab reaches. */
  active = "";
  frame = 0;
  /** The run that a link led to. */
  marked = "";
  body = h("div", { role: "rowgroup", class: "exlab-body" });
  head;
  element;
  observer;
  constructor(owner) {
    this.owner = owner;
    this.head = new Head({
      sortBy: (key) => this.owner.sortBy(key),
      pickAll: () => this.owner.pickAll(),
      leave: () => this.focusActive()
    });
    const attributes = { class: "exlab-grid", role: "grid", "aria-label": "Runs", "aria-multiselectable": "true" };
    this.element = h("div", { ...attributes, ...focusable(-1) }, this.head.element, this.body);
    this.body.addEventListener("click", (event) => this.onClick(event));
    this.body.addEventListener("mousedown", (event) => {
      if (event.shiftKey) event.preventDefault();
    });
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
  setOrder(order2) {
    this.order = order2;
    if (!order2.includes(this.active)) this.active = order2[0] ?? "";
    setAttribute(this.element, "aria-rowcount", order2.length + 1);
    this.draw();
  }
  /** Repaint those of `paths` that are in the page. */
  repaint(paths) {
    for (const path3 of paths) {
      const view = this.views.get(path3);
      if (view) this.owner.paint(view);
    }
    this.measure();
  }
  /** Repaint whatever is in the page. */
  repaintAll() {
    this.repaint([...this.views.keys()]);
  }
  /** Open something under a row, in place of what was there. */
  open(path3, opened) {
    const cell = h(
      "div",
      { role: "gridcell", "aria-colspan": COLUMNS.length, class: "exlab-opened-cell" },
      opened.element
    );
    this.opened.set(path3, { ...opened, row: h("div", { role: "row", class: "exlab-opened" }, cell) });
    this.draw();
    opened.focus();
  }
  /** Whether anything is open under a row that is shown. */
  get isOpen() {
    return [...this.opened.keys()].some((path3) => this.order.includes(path3));
  }
  /** Bring what is open under a row into the visible part, as far as the row stays there too. */
  reveal(path3) {
    const opened = this.opened.get(path3)?.row;
    const row = this.views.get(path3)?.element;
    if (!opened?.isConnected || !row) return;
    const below = opened.getBoundingClientRect().bottom - this.element.getBoundingClientRect().bottom;
    const above = row.getBoundingClientRect().top - this.head.element.getBoundingClientRect().bottom;
    if (below > 0) this.element.scrollTop += Math.min(below, Math.max(above, 0));
  }
  /** Close what is open under a row; the focus returns to the row. */
  close(path3) {
    const opened = this.opened.get(path3);
    if (!opened) return;
    const focused = opened.row.contains(document.activeElement);
    this.opened.delete(path3);
    this.draw();
    if (focused) this.focusRow(this.order.indexOf(path3));
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
      shown.flatMap((path3, index) => this.nodesOf(path3, from + index))
    );
    setAttribute(this.element, "tabindex", this.views.has(this.active) ? -1 : 0);
    this.body.style.paddingTop = `${this.offset(from)}px`;
    this.body.style.paddingBottom = `${this.offset(this.order.length) - this.offset(to)}px`;
    this.measure();
  }
  /** First and one past the last row to draw. */
  range() {
    if (this.order.length <= ALL_ROWS) return [0, this.order.length];
    const top2 = this.element.scrollTop - MARGIN;
    const bottom = this.element.scrollTop + this.element.clientHeight + MARGIN;
    let height = 0;
    let from = -1;
    for (let index = 0; index < this.order.length; index += 1) {
      if (height > bottom) return [Math.max(from, 0), index];
      height += this.heightOf(index);
      if (from < 0 && height > top2) from = index;
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
  nodesOf(path3, index) {
    const view = this.views.get(path3) ?? this.makeView(path3);
    setAttribute(view.element, "aria-rowindex", index + 2);
    setAttribute(view.element, "tabindex", path3 === this.active ? 0 : -1);
    setAttribute(view.element, "aria-current", path3 === this.marked ? "true" : null);
    const opened = this.opened.get(path3);
    return opened ? [view.element, opened.row] : [view.element];
  }
  makeView(path3) {
    const view = this.owner.make(path3);
    this.views.set(path3, view);
    this.owner.paint(view);
    return view;
  }
  /** Let go of rows that left the visible part; a focus among them stays in the grid. */
  forget(shown) {
    for (const [path3, view] of this.views) {
      if (shown.has(path3)) continue;
      const parts = [view.element, this.opened.get(path3)?.row];
      if (parts.some((part) => part?.contains(document.activeElement))) this.element.focus({ preventScroll: true });
      this.views.delete(path3);
    }
  }
  /** Remember how high the drawn rows are. */
  measure() {
    if (this.order.length <= ALL_ROWS) return;
    for (const [path3, view] of this.views) {
      const height = view.element.offsetHeight + (this.opened.get(path3)?.row.offsetHeight ?? 0);
      if (height) this.heights.set(path3, height);
    }
  }
  /** Move the focus to a row, scrolling to it. */
  focusRow(index) {
    const at = Math.min(Math.max(index, 0), this.order.length - 1);
    if (at < 0) return;
    if (this.order[at] !== this.marked) this.marked = "";
    this.show(at);
    this.views.get(this.active)?.element.focus({ preventScroll: true });
  }
  /** Back to the row that Tab reaches. */
  focusActive() {
    this.focusRow(this.order.indexOf(this.active));
  }
  /** Bring a row into view; Tab reaches it from now on. */
  show(at) {
    this.active = this.order[at] ?? "";
    this.scrollTo(at);
    this.draw();
    this.views.get(this.active)?.element.scrollIntoView({ block: "nearest" });
  }
  /** Point at a run until somebody goes on to another one. */
  mark(path3) {
    this.marked = path3;
    this.show(Math.max(this.order.indexOf(path3), 0));
  }
  /** Bring a row that may not be drawn yet into the visible part. */
  scrollTo(index) {
    if (this.order.length <= ALL_ROWS) return;
    const top2 = this.offset(index);
    const room = this.element.clientHeight - this.head.element.offsetHeight;
    const bottom = top2 + this.heightOf(index);
    if (top2 < this.element.scrollTop) this.element.scrollTop = top2;
    else if (bottom > this.element.scrollTop + room) this.element.scrollTop = bottom - room;
  }
  onFocus(event) {
    const row = event.target instanceof Element ? event.target.closest(".exlab-row") : null;
    const path3 = row?.getAttribute("data-run");
    if (!path3 || path3 === this.active) return;
    const before = this.views.get(this.active);
    if (before) before.element.tabIndex = -1;
    if (this.marked && path3 !== this.marked) {
      this.views.get(this.marked)?.element.removeAttribute("aria-current");
      this.marked = "";
    }
    this.active = path3;
    row.tabIndex = 0;
  }
  onKey(event) {
    const target = event.target;
    if (target.closest(".exlab-opened") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = this.steps()[event.key];
    if (step !== void 0) this.go(event, step);
    else if (!this.act(event.key, target)) return;
    event.preventDefault();
  }
  /** To another row; with Shift all on the way are selected. Above the first one is the head. */
  go(event, step) {
    const from = this.active;
    if (event.key === "ArrowUp" && step < 0 && !event.shiftKey) this.head.focus();
    else this.focusRow(step);
    if (event.shiftKey) this.owner.extend(this.active, from);
  }
  /** A click beside buttons and text that is open: with Shift up to here, with Ctrl or Cmd this one too. */
  onClick(event) {
    const target = event.target;
    const path3 = target.closest(".exlab-row")?.getAttribute("data-run");
    if (!path3 || target.closest("button, input, label, a, code")) return;
    if (event.shiftKey) this.owner.extend(path3, this.active);
    else if (event.ctrlKey || event.metaKey) this.owner.pick(path3);
  }
  /** What a key other than those that move between rows does; false: nothing. */
  act(key, target) {
    const onRow = target === this.element || target.classList.contains("exlab-row");
    if (key === "ArrowRight") this.sideways(target, 1);
    else if (key === "ArrowLeft") this.sideways(target, -1);
    else if (key === "Enter" && onRow) this.owner.open(this.active);
    else if (key === " " && onRow) this.owner.pick(this.active);
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
    else this.owner.drop();
    this.focusActive();
  }
};

// src/table/links.ts
var NAME2 = "staging-run";
var PRIVATE = ["token", "reset", "clone"];
function linkTo(path3, page = window.location.href) {
  const url = new URL(page);
  for (const name of PRIVATE) url.searchParams.delete(name);
  url.username = "";
  url.password = "";
  url.hash = `${NAME2}=${encodeURIComponent(path3)}`;
  return url.href;
}
function linkedRun(hash = window.location.hash) {
  const part = hash.replace(/^#/, "").split("&").find((each) => each.startsWith(`${NAME2}=`));
  if (!part) return "";
  try {
    return decodeURIComponent(part.slice(NAME2.length + 1));
  } catch {
    return "";
  }
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
  not_installed: "The staging service is not installed here.",
  kernel_busy: "Waiting for the kernel.",
  no_server: "No staging service was found.",
  token_refused: "The server did not let this notebook in."
};
function banner(link, retry) {
  if (link.state === "down") return downBanner(link, retry);
  if (link.state !== "refused") return null;
  const mild = link.code === "station_starting" || link.code === "kernel_busy";
  const text2 = h(
    "span",
    {},
    h("strong", {}, HEADLINES[link.code] ?? "The staging service refused."),
    ` ${link.message}`
  );
  return h(
    "div",
    { class: "exlab-banner", "data-tone": mild ? "grey" : "amber" },
    icon(mild ? "waiting" : "failed"),
    text2
  );
}
function downBanner(link, retry) {
  const since = link.since ? ` since ${clockText(link.since)}` : "";
  const text2 = h(
    "span",
    {},
    h("strong", {}, `The staging service does not answer${since}.`),
    " Copying may go on without this page. Trying again every 5 s."
  );
  const now = button("Try now", retry, { class: "exlab-button exlab-primary" });
  return h("div", { class: "exlab-banner", "data-tone": "amber" }, icon("failed"), text2, now);
}
function backBanner() {
  return h("div", { class: "exlab-banner", "data-tone": "green" }, icon("verified"), h("span", {}, "Connected again."));
}
function remarks(station, way = "", uiVersion = "") {
  const away = station.targets.filter((target) => target.state === "unavailable" || target.state === "full");
  const nas = away.map((target) => remark("amber", "failed", `${nasWord(target)} ${target.why}`.trim()));
  const other = station.leader.message && (!station.leader.leads || station.leader.config_mismatch);
  const leader = other ? [remark("grey", "paused", station.leader.message)] : [];
  const through = way ? [remark("grey", "waiting", way)] : [];
  const older = versions(uiVersion, station.version ?? "");
  return [...older, ...nas, ...leader, ...strangers(station.unrecognised), ...through];
}
function versions(page, server) {
  if (!page || !server || page === server) return [];
  const text2 = `This page shows the panel of version ${page}, the server runs ${server}. Reload the page; if this stays, restart the Jupyter server.`;
  return [remark("amber", "failed", text2)];
}
function nasWord(target) {
  const since = target.since ? ` since ${clockText(new Date(target.since))}` : "";
  return target.state === "full" ? `NAS ${target.nas_root} is full${since}.` : `NAS ${target.nas_root} not reachable${since}.`;
}
function remark(tone, shape2, text2) {
  return h("div", { class: "exlab-remark", "data-tone": tone }, icon(shape2), h("span", {}, text2));
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
function emptyTable(station, count4, showAll, limit = "") {
  if (count4) {
    const all = button("Show all runs", showAll, { class: "exlab-button exlab-primary" });
    return h("div", { class: "exlab-empty" }, h("p", {}, "No run matches this filter."), all);
  }
  if (limit) return h("div", { class: "exlab-empty" }, h("p", {}, `Nothing to show here. ${limit}`));
  const text2 = "Nothing is staged. Runs show up here by themselves as soon as an instrument writes its first file.";
  const folder = h(
    "p",
    {},
    "Watched folder: ",
    h("code", {}, station?.staging_root ?? ""),
    ". Another one: ",
    h("code", {}, "orchestrator.staging_root"),
    " in the configuration file."
  );
  return h("div", { class: "exlab-empty" }, h("p", {}, h("strong", {}, text2)), folder);
}

// src/table/remember.ts
var PREFIX = "exlab-wizard:staging:";
function remembered(name) {
  try {
    const kept = window.localStorage.getItem(PREFIX + name);
    return kept === "yes" ? true : kept === "no" ? false : null;
  } catch {
    return null;
  }
}
function remember(name, chosen) {
  try {
    window.localStorage.setItem(PREFIX + name, chosen ? "yes" : "no");
  } catch {
  }
}

// src/table/filters.ts
var OVER = /* @__PURE__ */ new Set(["Verified", "Cleared", "Failed", "Blocked"]);
var QUICK = {
  all: { label: "All", keeps: () => true },
  attention: { label: "Needs attention", keeps: (row) => row.needs_attention },
  progress: { label: "In progress", keeps: (row) => !OVER.has(row.display_state) },
  verified: { label: "Verified", keeps: (row) => row.display_state === "Verified" }
};
var FACETS = {
  states: { title: "State", valueOf: (row) => row.display_state, labelOf: (value) => value },
  equipment: { title: "Equipment", valueOf: (row) => row.equipment_id, labelOf: (value) => value },
  projects: { title: "Project", valueOf: (row) => row.project_name, labelOf: (value) => value },
  kinds: { title: "Kind", valueOf: (row) => row.run_kind, labelOf: kindLabel }
};
var FACET_NAMES = Object.keys(FACETS);
function noFilters() {
  return { quick: "all", text: "", states: [], equipment: [], projects: [], kinds: [] };
}
function isFiltered(filters) {
  return filters.quick !== "all" || wordsOf(filters.text).length > 0 || chosenCount(filters) > 0;
}
function chosenCount(filters) {
  return FACET_NAMES.reduce((total, name) => total + filters[name].length, 0);
}
function toggled(filters, name, value) {
  const before = filters[name];
  const after = before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
  return { ...filters, [name]: after };
}
function filterRows(rows, filters) {
  return rows.filter(passes(filters));
}
function facetValues(rows, filters) {
  const entries = FACET_NAMES.map((name) => [name, valuesOf(rows, filters, name)]);
  return Object.fromEntries(entries);
}
function valuesOf(rows, filters, name) {
  const { valueOf, labelOf } = FACETS[name];
  const counts = new Map(filters[name].map((value) => [value, 0]));
  const fits2 = passes({ ...filters, [name]: [] });
  for (const row of rows) {
    const value = valueOf(row);
    counts.set(value, (counts.get(value) ?? 0) + (fits2(row) ? 1 : 0));
  }
  const chosen = new Set(filters[name]);
  const found = [...counts].map(([value, count4]) => ({
    value,
    label: labelOf(value),
    count: count4,
    chosen: chosen.has(value)
  }));
  return found.sort((a, b) => placeOf(name, a.value) - placeOf(name, b.value) || NATURAL2.compare(a.label, b.label));
}
function placeOf(name, value) {
  return name === "states" ? STATE_ORDER.indexOf(value) : 0;
}
var NATURAL2 = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
function passes(filters) {
  const words = wordsOf(filters.text);
  const quick = QUICK[filters.quick].keeps;
  const picked = FACET_NAMES.filter((name) => filters[name].length > 0).map((name) => {
    const wanted = new Set(filters[name]);
    const { valueOf } = FACETS[name];
    return (row) => wanted.has(valueOf(row));
  });
  return (row) => quick(row) && picked.every((fits2) => fits2(row)) && contains(row, words);
}
function contains(row, words) {
  if (!words.length) return true;
  const text2 = `${row.path} ${row.display_state} ${row.why}`.toLowerCase();
  return words.every((word) => text2.includes(word));
}
function wordsOf(text2) {
  return text2.toLowerCase().split(/\s+/).filter(Boolean);
}
function kindLabel(kind) {
  return kind === "test" ? "Test" : kind === "experimental" ? "Experimental" : kind;
}

// src/table/choice.ts
function naturalChoice() {
  return { sort: null, filters: noFilters() };
}
function parseChoice(text2) {
  const kept = record(parse(text2));
  return { sort: sortOf(record(kept.sort)), filters: filtersOf(record(kept.filters)) };
}
function choiceKey(baseUrl, keepAs) {
  return `exlab-wizard:staging:${baseUrl}:${keepAs}`;
}
var Keeper = class {
  constructor(key, storage = () => window.localStorage) {
    this.key = key;
    this.storage = storage;
  }
  key;
  storage;
  load() {
    if (this.key === null) return naturalChoice();
    try {
      return parseChoice(this.storage().getItem(this.key));
    } catch {
      return naturalChoice();
    }
  }
  save(choice) {
    if (this.key === null) return;
    try {
      this.storage().setItem(this.key, JSON.stringify(choice));
    } catch {
    }
  }
};
function parse(text2) {
  try {
    return JSON.parse(text2 ?? "null");
  } catch {
    return null;
  }
}
function record(value) {
  return typeof value === "object" && value !== null ? value : {};
}
function sortOf(kept) {
  const key = SORT_KEYS.find((each) => each === kept.key);
  return key ? { key, down: kept.down === true } : null;
}
function filtersOf(kept) {
  const filters = noFilters();
  if (typeof kept.quick === "string" && Object.hasOwn(QUICK, kept.quick))
    filters.quick = kept.quick;
  if (typeof kept.text === "string") filters.text = kept.text;
  for (const name of FACET_NAMES) {
    const values = kept[name];
    if (Array.isArray(values)) filters[name] = values.filter((value) => typeof value === "string");
  }
  return filters;
}

// src/table/rove.ts
var CONTROLS = "button, input, select";
var STEPS = {
  ArrowRight: (at, last) => at === last ? 0 : at + 1,
  ArrowDown: (at, last) => at === last ? 0 : at + 1,
  ArrowLeft: (at, last) => at === 0 ? last : at - 1,
  ArrowUp: (at, last) => at === 0 ? last : at - 1,
  Home: () => 0,
  End: (_at, last) => last
};
function rove(group, keys = ["ArrowRight", "ArrowLeft", "Home", "End"]) {
  group.addEventListener("keydown", (event) => {
    const step = keys.includes(event.key) && !event.defaultPrevented ? STEPS[event.key] : void 0;
    const all = controls(group);
    const at = all.indexOf(event.target);
    if (!step || at < 0 || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    all[step(at, all.length - 1)]?.focus();
  });
  group.addEventListener("focusin", (event) => settle(group, event.target));
}
function settle(group, wanted = null) {
  const all = controls(group);
  const stop = all.find((each) => each === wanted) ?? all.find((each) => each.tabIndex === 0) ?? all[0];
  for (const each of all) each.tabIndex = each === stop ? 0 : -1;
}
function controls(group) {
  return [...group.querySelectorAll(CONTROLS)].filter((each) => !each.closest("[hidden]"));
}

// src/table/filterchips.ts
var FilterChips = class {
  constructor(owner) {
    this.owner = owner;
    this.all = button("Show all runs", () => this.showAll(), { class: "exlab-button exlab-primary" });
    this.group = h("div", { role: "group", "aria-label": "Filters in use", class: "exlab-chips" }, this.all);
    this.element = h("div", { class: "exlab-active", hidden: true }, this.count, this.group);
    rove(this.group);
    this.group.addEventListener("keydown", (event) => {
      const chip = event.target;
      if ((event.key === "Delete" || event.key === "Backspace") && chip !== this.all) chip.click();
    });
  }
  owner;
  element;
  count = h("span", { class: "exlab-shown" });
  group;
  all;
  chips = /* @__PURE__ */ new Map();
  /** Say what is asked for and how many of all runs that leaves. */
  show(filters, shown, all) {
    setAttribute(this.element, "hidden", !isFiltered(filters) || !all);
    setAttribute(this.all, "hidden", !shown);
    setText(this.count, `${countText(shown)} of ${plural(all, "run")}`);
    const wanted = FACET_NAMES.flatMap((name) => filters[name].map((value) => this.chip(name, value)));
    placeChildren(this.group, [...wanted, this.all]);
    settle(this.group);
  }
  showAll() {
    this.owner.showAll();
    this.owner.leave();
  }
  chip(name, value) {
    const key = `${name} ${value}`;
    const made = this.chips.get(key);
    if (made) return made;
    const { title, labelOf } = FACETS[name];
    const words = h("bdi", { class: "exlab-cut" }, `${title}: ${labelOf(value)}`);
    const attributes = {
      class: "exlab-chip exlab-active-chip",
      "aria-label": `Take off the filter ${title}: ${labelOf(value)}`
    };
    const chip = button("", () => this.takeOff(name, value), attributes);
    chip.append(words, h("span", { "aria-hidden": "true" }, " ×"));
    this.chips.set(key, chip);
    return chip;
  }
  /** The focus goes to the neighbour of a chip that is taken off. */
  takeOff(name, value) {
    const chip = this.chips.get(`${name} ${value}`);
    const next = chip?.nextElementSibling ?? null;
    const focused = chip === document.activeElement;
    this.owner.remove(name, value);
    if (focused && !this.element.hidden) next?.focus();
    else if (focused) this.owner.leave();
  }
};

// src/table/facetlist.ts
var MOST2 = 100;
var FacetList = class {
  constructor(name, toggle) {
    this.name = name;
    this.toggle = toggle;
    const title = h("legend", {}, FACETS[name].title);
    this.element = h("fieldset", { class: "exlab-facet", "data-facet": name }, title, this.list, this.more);
    rove(this.list, ["ArrowDown", "ArrowUp", "Home", "End"]);
  }
  name;
  toggle;
  element;
  list = h("div", { class: "exlab-facet-list" });
  more = h("p", { class: "exlab-quiet" });
  lines = /* @__PURE__ */ new Map();
  /** Show these values; lines that stay keep the focus. */
  show(values) {
    const chosen = values.filter((value) => value.chosen);
    const others = values.filter((value) => !value.chosen).slice(0, Math.max(0, MOST2 - chosen.length));
    const kept = new Set([...chosen, ...others].map((value) => value.value));
    const shown = values.filter((value) => kept.has(value.value));
    const left = values.length - shown.length;
    setText(this.more, left ? `${countText(left)} more: search for their name.` : "");
    placeChildren(
      this.list,
      shown.map((value) => this.line(value))
    );
    settle(this.list);
  }
  focus() {
    this.list.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
  }
  line(value) {
    const line2 = this.lines.get(value.value) ?? this.make(value);
    line2.box.checked = value.chosen;
    setText(line2.count, countText(value.count));
    return line2.element;
  }
  make({ value, label: label2 }) {
    const box = h("input", { type: "checkbox", class: "exlab-box", "data-value": value, ...focusable(-1) });
    box.addEventListener("change", () => this.toggle(this.name, value));
    const look = lookOf(value);
    const shape2 = this.name === "states" ? h("span", { "data-tone": look.tone, class: "exlab-facet-icon" }, icon(look.icon)) : null;
    const count4 = h("span", { class: "exlab-chip-count" });
    const element = h(
      "label",
      { class: "exlab-facet-line", title: label2 },
      box,
      shape2,
      h("bdi", { class: "exlab-cut" }, label2),
      count4
    );
    const line2 = { element, box, count: count4 };
    this.lines.set(value, line2);
    return line2;
  }
};

// src/table/filtermenu.ts
var NATURAL3 = "What needs attention first";
var FilterMenu = class {
  constructor(owner) {
    this.owner = owner;
    const lists = FACET_NAMES.map((name) => [
      name,
      new FacetList(name, (facet, value) => this.owner.toggle(facet, value))
    ]);
    this.lists = Object.fromEntries(lists);
    const options = COLUMNS.filter((column) => column.sort).map(
      (column) => h("option", { value: column.sort }, column.label)
    );
    this.by = h(
      "select",
      { class: "exlab-select", "aria-label": "Sort by", ...focusable(0) },
      h("option", { value: "" }, NATURAL3),
      ...options
    );
    this.by.addEventListener(
      "change",
      () => this.owner.sortBy(this.by.value ? firstSort(this.by.value) : null)
    );
    this.way = button("", () => this.sort && this.owner.sortBy({ ...this.sort, down: !this.sort.down }), {
      class: "exlab-button exlab-primary"
    });
    const done = button("Close", () => this.owner.close(), { class: "exlab-button exlab-primary exlab-facet-close" });
    const sorting = h(
      "fieldset",
      { class: "exlab-facet exlab-facet-sort" },
      h("legend", {}, "Sort by"),
      this.by,
      this.way,
      done
    );
    const attributes = { class: "exlab-facets", role: "region", "aria-label": "Filter and sort" };
    this.element = h("div", attributes, ...FACET_NAMES.map((name) => this.lists[name].element), sorting);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.owner.close();
    });
  }
  owner;
  element;
  lists;
  by;
  way;
  sort = null;
  /** Show what there is to choose from and what is chosen. */
  show(rows, filters, sort) {
    const values = facetValues(rows, filters);
    for (const name of FACET_NAMES) this.lists[name].show(values[name]);
    this.sort = sort;
    this.by.value = sort?.key ?? "";
    this.way.hidden = !sort;
    setText(this.way, sort ? wayText(sort) : "");
  }
  focus() {
    this.lists.states.focus();
  }
};
function wayText({ key, down }) {
  if (key === "last") return down ? "Newest first" : "Oldest first";
  if (key === "state") return down ? "Done first" : "Worst first";
  if (key === "run" || key === "equipment" || key === "project") return down ? "Z to A" : "A to Z";
  return down ? "Largest first" : "Smallest first";
}

// src/table/help.ts
var KEYS = [
  ["/", "search"],
  ["↑ ↓ PgUp PgDn Home End", "from run to run; ↑ on the first one reaches the column names"],
  ["Enter", "open the run, or close it again"],
  ["← →", "between a run and its buttons"],
  ["Space", "select the run"],
  ["Shift + ↑ ↓", "select a range"],
  ["Ctrl + A (⌘ A)", "select all runs shown"],
  ["Esc", "close what is open, then drop the selection; the focus returns"],
  ["Tab", "to the next part of the panel"],
  ["?", "this list"]
];
function helpList(close) {
  const terms = KEYS.flatMap(([keys, does]) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, does)]);
  const note = "No single key deletes anything, and none of them reaches the notebook.";
  const done = button("Close", close, { class: "exlab-button exlab-primary" });
  const list = h(
    "section",
    { class: "exlab-help", "aria-label": "Keys" },
    h("dl", {}, ...terms),
    h("p", {}, note),
    done
  );
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return list;
}

// src/table/toolbar.ts
var NAMES = Object.keys(QUICK);
var Toolbar = class {
  constructor(owner) {
    this.owner = owner;
    const hint2 = {
      type: "search",
      placeholder: "Filter by name  ( / )",
      "aria-label": "Filter runs",
      class: "exlab-search"
    };
    this.search = h("input", { ...hint2, autocomplete: "off", spellcheck: "false", ...focusable(0) });
    this.search.addEventListener("input", () => this.owner.search(this.search.value));
    this.search.addEventListener("keydown", (event) => this.onSearchKey(event));
    this.chips = NAMES.map((name) => this.chip(name));
    this.filter = button("Filter and sort", () => this.owner.toggle("filter"), {
      class: "exlab-chip exlab-filter-button",
      "aria-expanded": "false"
    });
    this.help = button("?", () => this.owner.toggle("help"), {
      class: "exlab-chip",
      "aria-label": "Keys",
      title: "Keys",
      "aria-expanded": "false"
    });
    this.group = h(
      "div",
      { role: "group", "aria-label": "Show", class: "exlab-chips" },
      ...this.chips,
      this.filter,
      this.help
    );
    rove(this.group);
    this.element = h("div", { class: "exlab-toolbar" }, this.search, this.group);
  }
  owner;
  element;
  search;
  filter;
  help;
  /** One Tab stop; further buttons may join. */
  group;
  chips;
  /** Let further buttons, not focusable by Tab, join the one Tab stop. */
  add(buttons) {
    this.group.append(buttons);
  }
  /** Show what is asked for. */
  show(filters) {
    if (this.search.value !== filters.text) this.search.value = filters.text;
    this.chips.forEach((chip, index) => setAttribute(chip, "aria-pressed", String(NAMES[index] === filters.quick)));
    const focused = this.group.contains(document.activeElement);
    settle(this.group, focused ? null : this.chips[NAMES.indexOf(filters.quick)] ?? null);
    const chosen = chosenCount(filters);
    setText(this.filter, chosen ? `Filter and sort (${countText(chosen)})` : "Filter and sort");
  }
  /** How many runs each quick view has. */
  count(rows) {
    this.chips.forEach((chip, index) => {
      const name = NAMES[index] ?? "all";
      const found = rows.filter(QUICK[name].keeps).length;
      if (chip.lastElementChild) setText(chip.lastElementChild, countText(found));
      setAttribute(chip, "data-some", found > 0 && name === "attention");
    });
  }
  /** Put the focus into the search field, its text selected. */
  focusSearch() {
    this.search.focus();
    this.search.select();
  }
  chip(name) {
    const count4 = h("span", { class: "exlab-chip-count" });
    const chip = button(`${QUICK[name].label} `, () => this.owner.view(name), {
      class: "exlab-chip",
      "data-filter": name
    });
    chip.append(count4);
    return chip;
  }
  onSearchKey(event) {
    if (event.key === "Escape" && this.search.value) this.owner.search("");
    else if (["Escape", "Enter", "ArrowDown"].includes(event.key)) this.owner.leave();
    else return;
    event.preventDefault();
  }
};

// src/table/finder.ts
var Finder = class {
  constructor(keeper, owner) {
    this.keeper = keeper;
    this.owner = owner;
    this.choice = keeper.load();
    this.toolbar = new Toolbar({
      search: (text2) => this.setFilter({ text: text2 }),
      view: (quick) => this.setFilter({ quick }),
      toggle: (what) => this.toggle(what),
      leave: owner.leave
    });
    this.menu = new FilterMenu({
      toggle: (name, value) => this.setFilter(toggled(this.filters, name, value)),
      sortBy: (sort) => this.setSort(sort),
      close: () => this.toggle("")
    });
    this.chips = new FilterChips({
      remove: (name, value) => this.setFilter(toggled(this.filters, name, value)),
      showAll: () => this.showAll(),
      leave: owner.leave
    });
    this.element = h(
      "div",
      { class: "exlab-finder" },
      this.toolbar.element,
      this.place,
      this.chips.element,
      this.notice
    );
    this.toolbar.show(this.filters);
  }
  keeper;
  owner;
  element;
  toolbar;
  choice;
  opened = "";
  menu;
  chips;
  place = h("div", { class: "exlab-filter-place" });
  notice = h("div", { class: "exlab-notice-place" });
  get filters() {
    return this.choice.filters;
  }
  get sort() {
    return this.choice.sort;
  }
  /** The runs to show, in their order. */
  order(rows) {
    return sortRows(filterRows(rows, this.filters), this.sort);
  }
  /** Count what there is and say what is filtered away. */
  show(shown, rows) {
    setAttribute(this.element, "hidden", !rows.length);
    this.toolbar.count(rows);
    this.chips.show(this.filters, shown, rows.length);
    if (this.opened === "filter") this.menu.show(rows, this.filters, this.sort);
  }
  /** Ask for something else; what is not named stays. */
  setFilter(change) {
    this.keep({ ...this.choice, filters: { ...this.filters, ...change } });
  }
  /** A click on a column's name. */
  sortBy(key) {
    this.setSort(nextSort(this.sort, key));
  }
  /** Show everything again. */
  showAll() {
    this.setFilter(noFilters());
  }
  /** Take off what hides a run, and say so; whether anything did. */
  uncover(row) {
    if (!isFiltered(this.filters) || filterRows([row], this.filters).length) return false;
    const hidden = chosenCount(this.filters) ? "filter" : this.filters.text ? "search" : "view";
    this.showAll();
    this.tell(`The ${hidden} that hid this run was taken off: all runs are shown.`);
    return true;
  }
  /** Say something above the table until the next change or until it is closed. */
  tell(text2) {
    const leave = () => {
      this.notice.replaceChildren();
      this.owner.leave();
    };
    const close = button("Close", leave, { class: "exlab-button" });
    this.notice.replaceChildren(h("div", { class: "exlab-notice" }, h("span", {}, text2), close));
    this.owner.say(text2);
  }
  /** Open or close the filter or the list of keys; the focus goes along. */
  toggle(what) {
    const before = this.opened;
    const inside = this.place.contains(document.activeElement);
    this.opened = before === what ? "" : what;
    const buttons = { filter: this.toolbar.filter, help: this.toolbar.help };
    for (const [name, node] of Object.entries(buttons))
      setAttribute(node, "aria-expanded", String(this.opened === name));
    if (this.opened === "filter") this.showMenu();
    else if (this.opened === "help") this.showHelp();
    else this.place.replaceChildren();
    if (!this.opened && before && inside) buttons[before].focus();
  }
  showMenu() {
    this.place.replaceChildren(this.menu.element);
    this.menu.show(this.owner.rows(), this.filters, this.sort);
    this.menu.focus();
  }
  showHelp() {
    const list = helpList(() => this.toggle(""));
    this.place.replaceChildren(list);
    list.querySelector("button")?.focus();
  }
  setSort(sort) {
    this.keep({ ...this.choice, sort });
  }
  keep(choice) {
    this.choice = choice;
    this.keeper.save(choice);
    this.notice.replaceChildren();
    this.toolbar.show(choice.filters);
    this.owner.changed();
  }
};

// src/table/limits.ts
function ofEquipment(rows, limits) {
  if (!limits.equipment.length) return rows;
  const wanted = new Set(limits.equipment);
  return rows.filter((row) => wanted.has(row.equipment_id));
}
function within2(rows, limits) {
  const mine = ofEquipment(rows, limits);
  if (!limits.states.length) return mine;
  const wanted = new Set(limits.states);
  return mine.filter((row) => wanted.has(row.display_state));
}
function limitText(limits) {
  const equipment = listed(limits.equipment, "and");
  const states = listed(limits.states, "or");
  if (equipment && states) return `Only ${equipment}, if ${states}.`;
  return equipment || states ? `Only ${equipment || states}.` : "";
}
function limitKey(limits) {
  const parts = [...limits.equipment].sort().concat("", [...limits.states].sort());
  return parts.length > 1 ? `:${parts.join(",")}` : "";
}
function listed(words, joint) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${joint} ${words[words.length - 1] ?? ""}`;
}

// src/table/linker.ts
var Linker = class {
  constructor(owner) {
    this.owner = owner;
  }
  owner;
  wanted = "";
  focus = false;
  onHash = () => this.follow();
  /** Follow the page's address from now on. */
  start() {
    window.addEventListener("hashchange", this.onHash);
    this.follow();
  }
  stop() {
    window.removeEventListener("hashchange", this.onHash);
  }
  /** Show a run now, or as soon as the table has it. */
  reveal(path3, focus = true) {
    this.wanted = path3;
    this.focus = focus;
    this.settle();
  }
  /** Show the run that is waited for, if it can be by now. */
  settle() {
    const path3 = this.wanted;
    const known = path3 !== "" && this.owner.knows(path3);
    if (path3 === "" || !known && !this.owner.live()) return;
    this.wanted = "";
    const why = known ? this.owner.show(path3, this.focus) : `${path3} is not in the staging list (any more).`;
    if (why) this.owner.tell(why);
  }
  /** A page that is opened by a link keeps its focus where it is. */
  follow() {
    const path3 = linkedRun();
    if (path3) this.reveal(path3, false);
  }
};

// src/table/bulk.ts
var LABELS2 = {
  force_sync: "Force sync",
  retry: "Retry",
  verify: "Verify again",
  pause: "Pause",
  resume: "Resume",
  clear: "Clear…"
};
var ASKED_ALONE = /* @__PURE__ */ new Set(["Blocked", "Receiving"]);
function bulkActions(rows) {
  const verbs = Object.keys(LABELS2);
  return verbs.flatMap((verb) => {
    const runs = rows.filter((row) => allows(row, verb)).map((row) => row.path);
    const label2 = runs.length < rows.length ? `${LABELS2[verb]} (${runs.length} of ${rows.length})` : LABELS2[verb];
    return runs.length ? [{ verb, label: label2, runs }] : [];
  });
}
function allows(row, verb) {
  if (verb === "force_sync" && ASKED_ALONE.has(row.display_state)) return false;
  return row.actions.includes(verb);
}

// src/table/selectbar.ts
var SelectBar = class {
  constructor(owner) {
    this.owner = owner;
    this.none = button("Select none", () => this.owner.drop(), { class: "exlab-button" });
    this.group.append(this.none);
    const words = h("span", { class: "exlab-selected" }, this.text, this.hidden);
    this.element = h("div", { class: "exlab-selection", hidden: true }, words, this.group);
    rove(this.group);
  }
  owner;
  element;
  text = h("strong", {});
  hidden = h("span", { class: "exlab-quiet" });
  group = h("div", { role: "toolbar", "aria-label": "Selected runs", class: "exlab-bulk" });
  none;
  drawn = "";
  /**
   * Say what is selected.
   * @param away how many of them the table does not show now
   * @param off why nothing can be done now, or ""
   */
  show(rows, away, off) {
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
  draw(rows) {
    const actions = bulkActions(rows);
    const drawn = JSON.stringify(actions);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const focused = this.group.contains(document.activeElement) ? document.activeElement?.getAttribute("data-bulk") : null;
    const nodes = actions.map(
      ({ verb, label: label2, runs }) => button(label2, () => this.owner.act(verb, runs), { class: "exlab-button exlab-primary", "data-bulk": verb })
    );
    this.group.replaceChildren(...nodes, this.none);
    settle(this.group);
    if (focused) (nodes.find((node) => node.getAttribute("data-bulk") === focused) ?? this.none).focus();
  }
};
function selectedText(rows) {
  const bytes = rows.reduce((total, row) => total + (row.local_data ? row.byte_total : 0), 0);
  return `${countText(rows.length)} selected, ${sizeText(bytes)}.`;
}

// src/table/selection.ts
var Selection = class {
  chosen = /* @__PURE__ */ new Set();
  /** Where a range begins, and what was selected beside it. */
  anchor = "";
  beside = /* @__PURE__ */ new Set();
  get size() {
    return this.chosen.size;
  }
  /** The selected runs, in the order in which they were selected. */
  get paths() {
    return [...this.chosen];
  }
  has(path3) {
    return this.chosen.has(path3);
  }
  /** Select a run, or select it no more; a range may begin here. */
  toggle(path3) {
    if (!this.chosen.delete(path3)) this.chosen.add(path3);
    this.anchorAt(path3);
  }
  /** Select from where the range began to `to`, in the order shown; an earlier end of the same range is forgotten. */
  extend(order2, to, from = "") {
    if (!order2.includes(this.anchor)) this.anchorAt(from || to);
    const [first, last] = [order2.indexOf(this.anchor), order2.indexOf(to)].sort((a, b) => a - b);
    this.chosen = /* @__PURE__ */ new Set([...this.beside, ...order2.slice(Math.max(first, 0), last + 1)]);
  }
  /** Select exactly these. */
  set(paths) {
    this.chosen = new Set(paths);
    this.anchor = "";
    this.beside = /* @__PURE__ */ new Set();
  }
  /** Add all of these; if all are selected already, none of them. */
  toggleAll(paths) {
    const given = new Set(paths);
    const all = paths.every((path3) => this.chosen.has(path3));
    const rest = this.paths.filter((path3) => !given.has(path3));
    this.set(all ? rest : [...this.chosen, ...paths]);
  }
  /** Let go of runs that are gone; whether there were any. */
  keepOnly(known) {
    const gone = this.paths.filter((path3) => !known.has(path3));
    for (const path3 of gone) {
      this.chosen.delete(path3);
      this.beside.delete(path3);
    }
    return gone.length > 0;
  }
  anchorAt(path3) {
    this.anchor = path3;
    this.beside = new Set(this.chosen);
  }
};

// src/table/picker.ts
var Picker = class {
  constructor(owner) {
    this.owner = owner;
    this.bar = new SelectBar({
      act: (verb, paths) => this.owner.act(verb, paths),
      drop: () => {
        this.drop();
        this.owner.leave();
      }
    });
  }
  owner;
  bar;
  selection = new Selection();
  reported = "";
  get paths() {
    return this.selection.paths;
  }
  has(path3) {
    return this.selection.has(path3);
  }
  /** How many of the shown runs are selected. */
  get shown() {
    return this.selection.size ? this.owner.order().filter((path3) => this.has(path3)).length : 0;
  }
  toggle(path3) {
    this.selection.toggle(path3);
    this.settle();
  }
  /** Up to this run, from where the range began or else from `from`. */
  extend(path3, from) {
    this.selection.extend(this.owner.order(), path3, from);
    this.settle();
  }
  /** All runs shown, or none of them if all are selected already. */
  all() {
    this.selection.toggleAll(this.owner.order());
    this.settle();
    this.owner.say(`${plural(this.selection.size, "run")} selected.`);
  }
  /** Select nothing; whether anything was. */
  drop() {
    if (!this.selection.size) return false;
    this.selection.set([]);
    this.settle();
    return true;
  }
  /** Select exactly these, as the host asks; it is told only if it named runs that are not here. */
  set(paths) {
    if (JSON.stringify([...paths].sort()) === JSON.stringify(this.paths.sort())) return;
    this.selection.set(paths);
    this.reported = JSON.stringify(this.paths);
    this.refresh();
    this.owner.changed();
  }
  /** Runs changed, came or went: let go of what is gone, and say the new numbers. */
  refresh(live = false) {
    if (live && this.selection.keepOnly(this.owner.rows())) this.settle();
    else this.showBar();
  }
  settle() {
    this.showBar();
    this.owner.changed();
    const paths = this.paths;
    const said = JSON.stringify(paths);
    if (said !== this.reported) this.owner.report(paths);
    this.reported = said;
  }
  showBar() {
    const rows = this.owner.rows();
    const picked = this.paths.flatMap((path3) => rows.get(path3) ?? []);
    this.bar.show(picked, picked.length ? picked.length - this.shown : 0, this.owner.off());
  }
};

// src/table/finding.ts
var Finding = class {
  constructor(table, options) {
    this.table = table;
    this.options = options;
    this.limits = { equipment: options.equipment ?? [], states: options.states ?? [] };
    const key = options.keepAs ? choiceKey(options.baseUrl ?? "/", options.keepAs + limitKey(this.limits)) : null;
    const leave = () => this.table.grid().focusActive();
    const { say, off, bulk, feed } = table;
    this.finder = new Finder(new Keeper(key), {
      changed: () => this.table.reorder(),
      leave,
      rows: () => this.rows(),
      say
    });
    this.picker = new Picker({
      rows: () => feed.rows,
      order: () => this.table.grid().order,
      changed: () => this.showPicked(),
      report: (paths) => this.options.onSelect?.(paths),
      act: bulk,
      off,
      say,
      leave
    });
    this.linker = new Linker({
      live: () => feed.link.state === "live",
      knows: (path3) => feed.rows.has(path3),
      show: (path3, focus) => this.showRun(path3, focus),
      tell: (text2) => this.finder.tell(text2)
    });
  }
  table;
  options;
  limits;
  finder;
  picker;
  linker;
  told = "";
  /** Every run that this panel may show. */
  rows() {
    return within2([...this.table.feed.rows.values()], this.limits);
  }
  /** Runs that the first sentence counts. */
  counted() {
    return ofEquipment([...this.table.feed.rows.values()], this.limits);
  }
  /** "Only CONFOCAL_01.", or "". */
  get limit() {
    return limitText(this.limits);
  }
  /** Whether rows may trade places although none came, went or changed its state. */
  get restless() {
    return isRestless(this.finder.sort);
  }
  /** The part of the grid's owner that is about sorting and selecting. */
  gridOwner() {
    return {
      sortBy: (key) => this.finder.sortBy(key),
      pick: (path3) => this.picker.toggle(path3),
      extend: (path3, from) => this.picker.extend(path3, from),
      pickAll: () => this.picker.all(),
      drop: () => this.picker.drop()
    };
  }
  /** A click on a run's box; with Shift all up to it. */
  pick(path3, range) {
    if (range) this.picker.extend(path3, this.table.grid().active);
    else this.picker.toggle(path3);
  }
  /** The rows were put in order: say what is shown. */
  ordered() {
    const grid = this.table.grid();
    this.finder.show(grid.order.length, this.rows());
    grid.head.showSort(this.finder.sort);
    this.showPicked();
  }
  /** The server answered. */
  changed() {
    this.picker.refresh(true);
    this.linker.settle();
  }
  /** Tell the host which rows are shown, if it wants to know and they changed. */
  tellRows() {
    if (!this.options.onRows) return;
    const { rows } = this.table.feed;
    const shown = this.table.grid().order.flatMap((path3) => rows.get(path3) ?? []);
    const said = JSON.stringify(shown.map((row) => [row.path, row.revision, row.receivedAt]));
    if (said !== this.told) this.options.onRows(shown.map(aged));
    this.told = said;
  }
  /** Keys from anywhere in the panel but its text fields; whether it was one. */
  key(event) {
    const target = event.target;
    const typing = target.matches("input:not([type=checkbox]), select, textarea");
    if (typing || event.defaultPrevented || event.altKey) return false;
    if (event.ctrlKey || event.metaKey) return this.command(event.key, target);
    if (event.key === "/") this.finder.toolbar.focusSearch();
    else if (event.key === "?") this.finder.toggle("help");
    else return false;
    return true;
  }
  /** Ctrl or Cmd with A selects all runs, except where there is text to select. */
  command(key, target) {
    if (key.toLowerCase() !== "a" || target.closest(".exlab-opened, .exlab-review")) return false;
    this.picker.all();
    return true;
  }
  showPicked() {
    const grid = this.table.grid();
    for (const view of grid.views.values()) view.setPicked(this.picker.has(view.path));
    grid.head.showPicked(this.picker.shown, grid.order.length);
    this.picker.refresh();
  }
  /** Bring a run into view; "" or why that cannot be. */
  showRun(path3, focus) {
    const row = this.table.feed.rows.get(path3);
    const grid = this.table.grid();
    if (!row || !within2([row], this.limits).length) return `${path3} is not shown here. ${this.limit}`;
    if (!grid.order.includes(path3)) {
      this.finder.uncover(row);
      this.table.reorder();
    }
    grid.mark(path3);
    if (focus) grid.focusActive();
    return "";
  }
};

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
  const count4 = rows.filter((row) => row.needs_attention).length;
  if (!count4) return [];
  return [{ text: `${count4} need${count4 === 1 ? "s" : ""} attention.`, tone: "alert" }];
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
function summaryFigures(rows, now, strangers2) {
  const here = rows.filter((row) => row.local_data);
  const pace = paceOf(rows);
  return {
    runs: here.length,
    bytes_here: sum(here),
    bytes_not_safe: sum(here.filter((row) => !SAFE.has(row.display_state))),
    needs_attention: rows.filter((row) => row.needs_attention).length,
    bytes_per_second: pace?.rate ?? 0,
    seconds_left: pace?.left ?? null,
    text: summaryParts(rows, now, strangers2).map((part) => part.text).join(" ")
  };
}
function speedPart(rows, now) {
  const pace = paceOf(rows);
  if (!pace) return [];
  return [{ text: `Syncing at ${sizeText(pace.rate)}/s${doneText(pace.left, now)}.`, tone: "plain" }];
}
function paceOf(rows) {
  const jobs = rows.filter((row) => row.progress && row.display_state === "Syncing");
  const rate = jobs.reduce((total, row) => total + (row.progress?.bytes_per_second ?? 0), 0);
  if (rate <= 0) return null;
  return { rate, left: Math.max(...jobs.map((row) => row.progress?.seconds_left ?? 0), bytesAhead(rows) / rate) };
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

// src/table/clearset.ts
var EVERYTHING = { runs: null, equipment: null, olderThanDays: null, keepNewest: 0 };
function trial(criteria) {
  return {
    runs: criteria.runs,
    equipment_id: criteria.equipment,
    older_than_days: criteria.olderThanDays,
    keep_newest: criteria.keepNewest,
    dry_run: true
  };
}
function order(paths) {
  return { runs: paths, equipment_id: null, older_than_days: null, keep_newest: 0, dry_run: false };
}
function clearable(rows) {
  const found = rows.filter((row) => row.display_state === "Verified" && row.actions.includes("clear"));
  return { paths: found.map((row) => row.path), bytes: found.reduce((total, row) => total + row.byte_total, 0) };
}
function offerText(bytes) {
  return `Clear verified runs… (${sizeText(bytes)})`;
}
function goText(runs) {
  return `Clear ${plural(runs.length, "run")}, free ${sizeText(sum2(runs))}`;
}
function sum2(runs) {
  return runs.reduce((total, run) => total + run.bytes, 0);
}
function provenText2(run) {
  return run.proven_at ? `proven ${clockText(new Date(run.proven_at))}` : "when proven is not known";
}
function outcomeText(run) {
  if (!run) return "no longer listed";
  return run.outcome === "cleared" ? `freed ${sizeText(run.bytes)}` : `stayed: ${run.message}`;
}
function reportText(answer) {
  const stayed = answer.runs.filter((run) => run.outcome === "kept").length;
  const freed = answer.runs_freed ? `Freed ${sizeText(answer.bytes_freed)}: ${plural(answer.runs_freed, "run")}, ${plural(answer.files_freed, "file")}. The copies on the NAS stay.` : "Nothing was cleared.";
  return stayed ? `${freed} ${plural(stayed, "run")} stayed:` : freed;
}
function brokenOff(why) {
  return `${why} What was begun goes on in the service; the rows tell how far it is.`;
}
function wholeNumber(text2, least) {
  const value = Number(text2);
  return text2.trim() !== "" && Number.isFinite(value) && value >= least ? value : null;
}

// src/table/pauses.ts
var NOTHING = { all: null, equipment: {} };
function pausesOf(station) {
  return station?.paused ?? NOTHING;
}
function pauseSteps(paused, equipment) {
  const all = { equipment: null, pause: !paused.all, label: paused.all ? "Resume everything" : "Pause everything" };
  const known = [.../* @__PURE__ */ new Set([...equipment, ...Object.keys(paused.equipment)])].sort();
  if (known.length < 2 && !Object.keys(paused.equipment).length) return [all];
  const each = known.map((name) => {
    const pause = !paused.equipment[name];
    return { equipment: name, pause, label: `${pause ? "Pause" : "Resume"} ${name}` };
  });
  return [all, ...each];
}
function pauseText(what, pause) {
  return `${what} is paused by ${pause.by} since ${clockText(new Date(pause.at))}.`;
}
function pauseBanners(paused, resume) {
  const all = paused.all ? [line("Everything", paused.all, () => resume(null))] : [];
  const names = Object.entries(paused.equipment).sort(([a], [b]) => a < b ? -1 : 1);
  return [...all, ...names.map(([name, pause]) => line(name, pause, () => resume(name)))];
}
function line(what, pause, resume) {
  const text2 = h(
    "span",
    { title: stampText(pause.at) },
    h("strong", {}, pauseText(what, pause)),
    " Nothing is copied or verified meanwhile; new runs are still noticed."
  );
  const name = what === "Everything" ? "Resume everything" : `Resume ${what}`;
  const again = button("Resume", resume, { class: "exlab-button exlab-primary", "aria-label": name });
  return h("div", { class: "exlab-banner exlab-paused", "data-tone": "grey" }, icon("paused"), text2, again);
}

// src/table/picklist.ts
var BATCH = 100;
var PickList = class {
  element = h("ul", { class: "exlab-review-list", "aria-label": "Runs to clear", ...focusable(-1) });
  runs = [];
  refused = /* @__PURE__ */ new Set();
  said = /* @__PURE__ */ new Map();
  words = provenText2;
  locked = false;
  drawing = 0;
  /** @param changed is called when a box was ticked or not */
  constructor(changed) {
    this.element.addEventListener("change", (event) => {
      const box = event.target;
      if (box.checked) this.refused.delete(box.value);
      else this.refused.add(box.value);
      changed();
    });
    rove(this.element, ["ArrowDown", "ArrowUp", "Home", "End"]);
  }
  /** Show these runs; boxes that were cleared before stay so. */
  show(runs) {
    this.runs = runs;
    this.element.hidden = !runs.length;
    this.said.clear();
    this.element.replaceChildren();
    this.draw(this.drawing += 1, 0);
  }
  /** The runs whose box is ticked. */
  picked() {
    return this.runs.filter((run) => !this.refused.has(run.run_path));
  }
  /** No more choices: only the runs that were picked stay. */
  lock() {
    this.locked = true;
    this.element.tabIndex = 0;
    this.show(this.picked());
  }
  /** Say this of each run from now on. */
  tell(words) {
    this.words = words;
    for (const run of this.runs) {
      const node = this.said.get(run.run_path);
      if (node) setText(node, words(run));
    }
  }
  draw(drawing2, from) {
    if (drawing2 !== this.drawing) return;
    this.element.append(...this.runs.slice(from, from + BATCH).map((run) => this.line(run)));
    if (from === 0) settle(this.element);
    if (from + BATCH < this.runs.length) window.setTimeout(() => this.draw(drawing2, from + BATCH));
  }
  line(run) {
    const box = h("input", { type: "checkbox", value: run.run_path, disabled: this.locked, ...focusable(-1) });
    box.checked = !this.refused.has(run.run_path);
    const proven = run.proven_at ? stampText(run.proven_at) : null;
    const said = h("span", { class: "exlab-quiet", title: proven }, this.words(run));
    const stays = run.nas_path ? `Stays at ${run.nas_path}` : null;
    const name = h("bdi", { class: "exlab-review-name", title: stays }, run.run_path);
    const size = h("span", { class: "exlab-number" }, sizeText(run.bytes));
    const files = h("span", { class: "exlab-number exlab-quiet" }, plural(run.files, "file"));
    this.said.set(run.run_path, said);
    return h("li", {}, h("label", {}, box, name, files, size, said));
  }
};

// src/table/review.ts
var REST_MS = 300;
var count3 = 0;
var Review = class {
  /** @param paths exactly these runs, or null for every verified one */
  constructor(paths, owner) {
    this.owner = owner;
    this.chosen = paths && new Set(paths);
    this.days = this.number(`${this.id}-days`, "any");
    this.newest = this.number(`${this.id}-newest`, "0");
    this.criteria = h(
      "div",
      { class: "exlab-review-criteria" },
      h("label", {}, "Verified at least ", this.days, " days ago"),
      h("label", {}, "Keep the newest ", this.newest, " of each equipment")
    );
    this.keep = button("Keep", owner.close, { class: "exlab-button exlab-primary" });
    this.go = button("Clear", () => void this.clear(), { class: "exlab-button exlab-danger", "aria-disabled": "true" });
    const promise = "The copies on the NAS stay. Each is read back and compared once more just before anything is deleted here, so this takes a while.";
    const answers = h("div", { class: "exlab-answers" }, this.keep, this.go);
    const parts = [this.title, h("p", {}, promise), this.criteria, this.said, this.list.element, this.stay, answers];
    this.element = h("section", { class: "exlab-review", "aria-labelledby": this.title.id }, ...parts);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") owner.close();
    });
  }
  owner;
  element;
  id = `exlab-review-${count3 += 1}`;
  title = h("h3", { id: `${this.id}-title` }, "Clear verified runs");
  said = h("p", { role: "status", class: "exlab-review-said" }, "Asking what can be cleared…");
  criteria;
  days;
  newest;
  list = new PickList(() => this.count());
  stay = h("div", { class: "exlab-review-stay" });
  keep;
  go;
  chosen;
  step = "choosing";
  asked = 0;
  timer = 0;
  /** Begin: the harmless answer has the focus. */
  start() {
    this.keep.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
    void this.ask();
  }
  /** The rows changed: say how far each run is. */
  follow() {
    if (this.step === "clearing") this.list.tell((run) => this.stateOf(run));
  }
  number(id, placeholder) {
    const limits = { type: "number", min: 0, step: 1, inputmode: "numeric" };
    const input = h("input", { id, ...limits, placeholder, class: "exlab-search exlab-short", ...focusable(0) });
    input.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.ask(), REST_MS);
    });
    return input;
  }
  wanted() {
    const runs = this.chosen && [...this.chosen];
    const olderThanDays = wholeNumber(this.days.value, 0);
    return { ...EVERYTHING, runs, olderThanDays, keepNewest: Math.floor(wholeNumber(this.newest.value, 0) ?? 0) };
  }
  /** Ask what would be cleared; only the last question's answer counts. */
  async ask() {
    const asked = this.asked += 1;
    setAttribute(this.go, "aria-disabled", "true");
    if (!this.days.validity.valid || !this.newest.validity.valid) {
      this.list.show([]);
      this.fail(new Error("Please type whole numbers: days, and how many runs to keep."));
      return;
    }
    setText(this.said, "Asking what can be cleared…");
    try {
      const answer = await this.owner.api.clearVerified(trial(this.wanted()));
      if (asked === this.asked && this.step === "choosing") this.show(answer);
    } catch (error) {
      if (asked === this.asked) this.fail(error);
    }
  }
  fail(error) {
    setText(this.said, error instanceof Error ? error.message : String(error));
    this.said.dataset.tone = "red";
  }
  show(answer) {
    delete this.said.dataset.tone;
    this.list.show(answer.runs.filter((run) => run.outcome === "would_clear"));
    this.showStay(
      answer.runs.filter((run) => run.outcome === "kept"),
      this.chosen === null
    );
    this.count();
    if (this.keep === document.activeElement) afterLayout(() => this.keep.scrollIntoView({ block: "nearest" }));
  }
  /** What stays, and why: folded where nobody asked for these runs by name. */
  showStay(kept, folded) {
    if (!kept.length) {
      this.stay.replaceChildren();
      return;
    }
    const items = kept.map(
      (run) => h("li", {}, h("bdi", {}, run.run_path), h("span", { class: "exlab-quiet" }, ` ${run.message}`))
    );
    const title = h(
      "summary",
      { ...focusable(0) },
      `${plural(kept.length, "run")} ${kept.length === 1 ? "stays" : "stay"}, and why`
    );
    const list = h("ul", { "aria-label": "Runs that stay", ...focusable(0) }, ...items);
    this.stay.replaceChildren(h("details", { open: !folded }, title, list));
  }
  count() {
    const runs = this.list.picked();
    const all = this.list.runs;
    setText(this.go, runs.length ? goText(runs) : "Clear nothing");
    setAttribute(this.go, "aria-disabled", runs.length ? null : "true");
    const some = `${plural(runs.length, "run")} of ${countText(all.length)}, ${sizeText(sum2(runs))} of ${sizeText(sum2(all))}.`;
    setText(this.said, all.length ? some : "No run can be cleared under these conditions.");
  }
  async clear() {
    const runs = this.list.picked();
    this.step = "clearing";
    this.lock(runs);
    try {
      this.report(await this.owner.api.clearVerified(order(runs.map((run) => run.run_path))));
    } catch (error) {
      this.step = "done";
      this.fail(new Error(brokenOff(error instanceof Error ? error.message : String(error))));
      this.owner.say(this.said.textContent);
    }
    setText(this.keep, "Close");
    this.owner.over();
    this.owner.wake();
  }
  /** While it goes on: no more choices, and the way out says that closing stops nothing. */
  lock(runs) {
    const focused = this.element.contains(document.activeElement);
    this.criteria.hidden = true;
    this.go.hidden = true;
    this.list.tell(() => "waits");
    this.list.lock();
    setText(this.keep, "Hide, it goes on");
    if (focused) this.keep.focus({ preventScroll: true });
    setText(
      this.said,
      `Clearing ${plural(runs.length, "run")}, ${sizeText(sum2(runs))}. You may close this: it goes on.`
    );
    this.owner.wake();
  }
  stateOf(run) {
    const row = this.owner.row(run.run_path);
    if (!row) return "no longer listed";
    if (row.display_state === "Cleared") return "cleared";
    return row.display_state === "Clearing" ? row.why || "clearing" : "waits";
  }
  report(answer) {
    this.step = "done";
    const outcome = new Map(answer.runs.map((run) => [run.run_path, run]));
    this.list.tell((run) => outcomeText(outcome.get(run.run_path)));
    this.showStay(
      answer.runs.filter((run) => run.outcome === "kept"),
      false
    );
    setText(this.title, answer.runs_freed ? "Cleared" : "Nothing was cleared");
    const text2 = reportText(answer);
    setText(this.said, text2);
    this.said.dataset.tone = answer.runs_freed ? "green" : "amber";
    this.owner.say(text2);
  }
};
function afterLayout(then) {
  window.requestAnimationFrame(() => window.requestAnimationFrame(then));
}

// src/table/whole.ts
var Whole = class {
  /** @param host gives a menu its looks */
  constructor(api, host, owner) {
    this.api = api;
    this.host = host;
    this.owner = owner;
    this.clear = button("", () => this.openReview(null, this.clear), {
      class: "exlab-button exlab-primary exlab-clear-all",
      tabindex: -1,
      hidden: true
    });
    const menu = {
      class: "exlab-button",
      tabindex: -1,
      "aria-label": "More for the whole station",
      title: "Pause and resume"
    };
    this.more = button("⋯", () => this.menu(), { ...menu, "aria-haspopup": "menu", "aria-expanded": "false" });
    this.buttons = h("div", { class: "exlab-whole" }, this.clear, this.more);
  }
  api;
  host;
  owner;
  /** Beside the filter: clear verified runs, and more. */
  buttons;
  /** Above the table: what is paused, and what came of a click. */
  banners = h("div", { class: "exlab-pauses", role: "status" });
  /** Above the table: the review. */
  place = h("div", { class: "exlab-review-place" });
  clear;
  more;
  review = null;
  said = "";
  drawn = "";
  /** Say what can be cleared and what is paused. */
  show() {
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
  openReview(paths, back = null) {
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
      over: () => review.element.isConnected || this.place.append(review.element)
    });
    this.review = review;
    this.place.replaceChildren(review.element);
    review.start();
  }
  /** Show or hide the button that clears; the Tab stop and the focus do not go with it. */
  offer(any) {
    if (this.clear.hidden === !any) return;
    const focused = this.clear === document.activeElement;
    this.clear.hidden = !any;
    if (this.buttons.parentElement) settle(this.buttons.parentElement);
    if (focused && !any) this.more.focus({ preventScroll: true });
  }
  showPauses() {
    const paused = pausesOf(this.owner.station());
    const drawn = JSON.stringify([paused, this.said]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const said = this.said ? [h("div", { class: "exlab-remark", "data-tone": "red" }, h("span", {}, this.said))] : [];
    const focused = this.banners.contains(document.activeElement);
    this.banners.replaceChildren(...pauseBanners(paused, (equipment) => void this.pause(equipment, false)), ...said);
    if (focused) this.more.focus({ preventScroll: true });
  }
  menu() {
    const equipment = this.owner.rows().map((row) => row.equipment_id);
    const items = pauseSteps(pausesOf(this.owner.station()), equipment).map((step) => ({
      label: step.label,
      act: () => void this.pause(step.equipment, step.pause)
    }));
    openMenu(this.more, this.host, "The whole station", items, () => this.more.focus({ preventScroll: true }));
  }
  /** Pause or resume an equipment, or everything; said above the table if refused. */
  async pause(equipment, pause) {
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
};

// src/table/panel.ts
var TICK_MS = 1e3;
var BACK_MS = 5e3;
var KEEP_MS2 = 3e4;
var KEEP_ROWS = 100;
var STILL_MS = 1e4;
function mountStaging(element, api, options = {}) {
  const panel = new Panel(api, options);
  element.append(panel.element);
  panel.start();
  const { picker, linker, finder } = panel.finding;
  return {
    dispose: () => panel.dispose(),
    select: (paths) => picker.set(paths),
    reveal: (path3) => linker.reveal(path3),
    setFilter: (change) => finder.setFilter(change),
    activeRun: () => panel.activeRun(),
    act: (action, path3) => panel.doer.perform(action, path3),
    review: () => panel.whole.openReview(null),
    pauseAll: (paused) => void panel.whole.pause(null, paused)
  };
}
var Panel = class {
  api;
  options;
  feed;
  touchedAt = -STILL_MS;
  /** The run a person last went to; the grid's own active row is the first one until then. */
  visited = "";
  keptAt = -KEEP_MS2;
  summary = h("p", { class: "exlab-summary" });
  disk = h("span", { class: "exlab-disk" });
  banner = h("div", { role: "status", class: "exlab-banner-place" });
  status = h("div", { role: "status", class: "exlab-unseen" });
  remarks = h("div", { class: "exlab-remarks" });
  said = "";
  empty = h("div", { class: "exlab-empty-place" });
  foot = h("div", { class: "exlab-foot" });
  element = h("section", { class: "exlab-staging", "aria-label": "Staging", ...focusable(-1) });
  watcher;
  onPage;
  inView = true;
  doer;
  whole;
  finding;
  /** Whether the order may be another by now. */
  stale = true;
  grid;
  chart;
  timer = 0;
  constructor(api, options) {
    this.api = api;
    this.options = options;
    this.feed = options.feed ?? new Feed(api);
    this.finding = this.makeFinding();
    this.grid = new Grid({
      make: (path3) => {
        const pick = (run, range) => this.finding.pick(run, range);
        return new RowView(path3, (verb, run, anchor) => this.doer.act(verb, run, anchor), pick);
      },
      paint: (view) => this.paint(view),
      open: (path3) => this.doer.under.toggleLog(path3),
      close: (path3) => this.doer.under.closeAny(path3),
      ...this.finding.gridOwner()
    });
    const owner = {
      row: (path3) => this.feed.rows.get(path3),
      off: () => this.off(),
      say: (text2) => setText(this.status, text2),
      wake: () => this.feed.wake()
    };
    this.whole = new Whole(api, this.element, {
      ...owner,
      rows: () => this.finding.rows(),
      limited: this.finding.limit !== "",
      station: () => this.feed.station
    });
    this.doer = new Doer(api, this.grid, this.element, {
      ...owner,
      changed: (path3) => this.grid.repaint([path3]),
      link: (path3) => linkTo(path3),
      review: (paths) => this.whole.openReview(paths)
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
        say: (text2) => setText(this.status, text2),
        bulk: (verb, paths) => this.doer.bulk(verb, paths)
      },
      this.options
    );
  }
  assemble() {
    const title = h("h2", { class: "exlab-title" }, "Staging");
    const top2 = h("div", { class: "exlab-top" }, title, this.summary, this.disk);
    const parts = [
      top2,
      this.banner,
      this.whole.banners,
      h("div", { class: "exlab-limit", hidden: !this.finding.limit }, this.finding.limit),
      this.remarks,
      this.finding.finder.element,
      this.whole.place,
      this.grid.element,
      this.empty,
      this.finding.picker.bar.element,
      ...this.chart ? [this.chart.element] : [],
      this.foot,
      this.status
    ];
    this.finding.finder.toolbar.add(this.whole.buttons);
    this.element.append(...parts);
    if (this.options.height) {
      this.element.style.height = this.options.height;
      this.element.dataset.height = "fixed";
    }
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.grid.element.addEventListener("focusin", () => this.visited = this.grid.active);
    for (const kind of ["pointerdown", "keydown"]) {
      this.grid.element.addEventListener(kind, () => this.touchedAt = performance.now());
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
  showSnapshot(snapshot) {
    this.feed.seed(snapshot);
    this.reorder(false);
    this.showStation();
  }
  seen(inView) {
    this.inView = inView;
    this.feed.setVisible(inView && !document.hidden);
    if (this.feed.visible) this.chart?.refresh(true);
  }
  onChange(change) {
    if (change.link) this.showLink(true);
    if (this.feed.link.state !== "live") return;
    this.stale ||= this.finding.restless;
    for (const path3 of this.grid.opened.keys()) if (!this.feed.rows.has(path3)) this.doer.under.closeAny(path3);
    if (change.order || change.link) this.reorder(this.isHeld());
    this.grid.repaint(change.rows);
    this.finding.changed();
    this.showStation();
    this.keep();
    for (const path3 of change.rows) this.doer.under.follow(path3);
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
  reorder(held) {
    const rows = this.finding.rows();
    const wanted = this.finding.finder.order(rows);
    const order2 = held ? heldOrder(this.grid.order, wanted, this.feed.rows) : wanted;
    if (order2.join("\n") !== this.grid.order.join("\n")) this.grid.setOrder(order2);
    this.stale = held;
    this.finding.ordered();
    this.showEmpty(order2.length, rows.length);
  }
  showEmpty(shown, all) {
    const state = shown || this.feed.link.state === "refused" ? "" : all ? "filtered" : this.feed.link.state;
    setAttribute(this.grid.element, "hidden", !shown);
    setAttribute(this.finding.finder.element, "hidden", !all && this.feed.link.state !== "live");
    if (this.empty.dataset.state === state) return;
    this.empty.dataset.state = state;
    const reading = h("div", { class: "exlab-empty" }, "Reading the staging list…");
    const showAll = () => {
      this.finding.finder.showAll();
      this.grid.focusActive();
    };
    const empty = () => emptyTable(this.feed.station, all, showAll, this.finding.limit);
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
    const focused = this.banner.contains(document.activeElement);
    this.banner.replaceChildren(...shown ? [shown] : back ? [backBanner()] : []);
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
    if (this.feed.link.state === "loading" && !this.feed.rows.size) return;
    const facts = [this.finding.counted(), /* @__PURE__ */ new Date(), this.feed.station?.unrecognised ?? []];
    this.options.onSummary?.(summaryFigures(...facts));
    const parts = summaryParts(...facts);
    const drawn = parts.map((part) => part.tone + part.text).join(" ");
    if (this.summary.dataset.drawn === drawn) return;
    this.summary.dataset.drawn = drawn;
    this.summary.replaceChildren(...parts.map((part) => h("span", { "data-tone": part.tone }, `${part.text} `)));
  }
  /** Hand the table over to whoever keeps it for a reload. */
  keep() {
    if (!this.options.onSnapshot || !this.feed.station || performance.now() - this.keptAt < KEEP_MS2) return;
    this.keptAt = performance.now();
    const rows = this.grid.order.slice(0, KEEP_ROWS).flatMap((path3) => this.feed.rows.get(path3) ?? []);
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
  onKey(event) {
    event.stopPropagation();
    if (this.finding.key(event)) event.preventDefault();
  }
};
function chartOf({ activity }) {
  if (!activity) return null;
  const name = "chart-open";
  return new Chart({ load: activity, wasOpen: () => remembered(name), keepOpen: (open) => remember(name, open) });
}

// src/widget.ts
var BUSY_MS2 = 500;
var CHOICES = ["equipment", "states", "height", "base_url"];
function render({ model, el }) {
  let view = new View(model, el);
  const again = () => {
    view.dispose();
    view = new View(model, el);
  };
  for (const name of CHOICES) model.on(`change:${name}`, again);
  return () => {
    for (const name of CHOICES) model.off(`change:${name}`, again);
    view.dispose();
  };
}
var View = class {
  constructor(model, el) {
    this.model = model;
    const base = model.get("base_url") || pageBaseUrl();
    this.kernel = new KernelLine(model);
    this.report = new Report((values) => this.tell(values));
    const kept = model.get("snapshot");
    this.panel = mountStaging(el, routedApi({ ...serverWays(base), atHome: isJupyterPage() }, this.kernel), {
      uiVersion: version,
      snapshot: kept.station && kept.rows ? { station: kept.station, rows: kept.rows } : null,
      onSnapshot: (snapshot) => this.tell({ snapshot }),
      equipment: model.get("equipment"),
      states: model.get("states"),
      height: model.get("height"),
      keepAs: "notebook",
      baseUrl: base,
      onSelect: (selected) => this.tell({ selected }),
      onRows: this.report.onRows,
      onSummary: this.report.onSummary
    });
    this.select();
    model.on("change:selected", this.select);
  }
  model;
  kernel;
  report;
  panel;
  untold = {};
  timer;
  dispose() {
    clearTimeout(this.timer);
    this.model.off("change:selected", this.select);
    this.report.stop();
    this.kernel.close();
    this.panel.dispose();
  }
  /** What Python selected, or another view of the same widget. */
  select = () => this.panel.select(this.model.get("selected"));
  /** Say it to Python, which hears nothing while a cell runs: a message then only makes the kernel look idle. */
  tell(values) {
    Object.assign(this.untold, values);
    const kernel = this.model.widget_manager?.kernel;
    clearTimeout(this.timer);
    if (kernel?.status && kernel.status !== "idle") this.timer = setTimeout(() => this.tell({}), BUSY_MS2);
    else this.save();
  }
  /** Without a kernel there is nobody to hear it, and the table is none the worse. */
  save() {
    const values = Object.entries(this.untold);
    this.untold = {};
    try {
      for (const [name, value] of values) this.model.set(name, value);
      this.model.save_changes();
    } catch (error) {
      console.debug("the kernel was not told of the staging table", error);
    }
  }
};
var widget_default = { render };
export {
  ApiError,
  Feed,
  widget_default as default,
  mountStaging,
  words_exports as words
};
