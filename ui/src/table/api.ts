// Owns how the panel talks to the server: REST with the page's own cookie, and hints over the event socket.

import type { RunApi } from "./records";
import type { Api } from "./types";

const CHANGED = "https://schema.exlab-wizard.org/staging/changed/";
const TIMEOUT_MS = 10000;
/** A clear waits for the whole deletion, which can take minutes. */
const CLEAR_TIMEOUT_MS = 30 * 60 * 1000;
/** A list of a million files takes the service some seconds. */
const SUMS_TIMEOUT_MS = 60_000;
/** Clearing many runs lasts as long as reading all their copies once more. */
const DAY_MS = 24 * 3600 * 1000;
const LOG_LINES = 500;
const SOCKET_RETRY_MS = 15000;
const NOT_INSTALLED =
  "This Jupyter server has no staging service. Run `jupyter server extension enable exlab_wizard` where the server runs, and start it again.";
const SIGNED_OUT = "This page is no longer signed in to the server. Reload the page, and sign in if asked.";

/** A refusal by the server, or no answer at all: status 0, code "unreachable". */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What a refusal by the service carries; anything else in the way answers without. */
type Refusal = { code?: string; message?: string };

/** The base URL of the page's own Jupyter server: "/", or "/user/ada/". */
export function pageBaseUrl() {
  const config = document.getElementById("jupyter-config-data")?.textContent ?? "{}";
  const told = (JSON.parse(config) as { baseUrl?: string }).baseUrl;
  return told ?? document.body.dataset.baseUrl ?? "/";
}

/** Whether a Jupyter server made this page, and not another program that shows notebooks. */
export function isJupyterPage() {
  return document.getElementById("jupyter-config-data") !== null || document.body.dataset.baseUrl !== undefined;
}

/** One call: the answer, or an ApiError. */
export type Ask = <Answer>(method: "GET" | "POST", url: string, body?: object, timeoutMs?: number) => Promise<Answer>;

/** The REST API of one server. */
export function serverApi(baseUrl: string): Api {
  return restApi(request, stagingUrl(baseUrl), (onHint) => listen(baseUrl, onHint));
}

/** The same in its two halves, for whoever has another way, too: questions below /staging, and hints. */
export function serverWays(baseUrl: string) {
  const root = stagingUrl(baseUrl);
  const ask: Ask = (method, path, body, timeoutMs) => request(method, root + path, body, timeoutMs);
  return { ask, listen: (onHint: () => void) => listen(baseUrl, onHint) };
}

function stagingUrl(baseUrl: string) {
  return `${baseUrl.replace(/\/+$/, "")}/staging`;
}

/** The REST API over any way that answers; `root` stands before each path. */
export function restApi(request: Ask, root: string, listen: Api["listen"]): Api {
  return {
    overview: (since) => request("GET", `${root}/overview${since === null ? "" : `?since=${since}`}`),
    forceSync: (run, even) =>
      request("POST", runUrl(root, run, "force-sync"), even ? { even_if_incomplete: true } : {}),
    clear: (run) => request("POST", runUrl(root, run, "clear"), {}, CLEAR_TIMEOUT_MS),
    acknowledge: (run) => request("POST", runUrl(root, run, "acknowledge"), {}),
    log: (run) => request("GET", runUrl(root, run, `log?lines=${LOG_LINES}`)),
    activity: () => request("GET", `${root}/activity`),
    listen,
    ...runCalls(request, root),
  };
}

/** The calls about one run or many, beside those that every table needs. */
function runCalls(ask: Ask, root: string): RunApi {
  const change = <Answer>(verb: string) => {
    return (run: string) => ask<Answer>("POST", runUrl(root, run, verb), {});
  };
  return {
    verify: change("verify"),
    restore: change("restore"),
    retry: change("retry"),
    pause: change("pause"),
    resume: change("resume"),
    pauseAll: (equipment) => ask("POST", `${root}/pause`, { equipment_id: equipment }),
    resumeAll: (equipment) => ask("POST", `${root}/resume`, { equipment_id: equipment }),
    detail: (run) => ask("GET", runUrl(root, run, "detail")),
    checksums: (run, from, limit) =>
      ask("GET", runUrl(root, run, `checksums?offset=${from}&limit=${limit}`), undefined, SUMS_TIMEOUT_MS),
    override: (run, wish) => ask("POST", runUrl(root, run, "overrides"), wish),
    clearVerified: (wish) => ask("POST", `${root}/clear-verified`, wish, wish.dry_run ? SUMS_TIMEOUT_MS : DAY_MS),
  };
}

function runUrl(root: string, run: string, verb: string) {
  return `${root}/${run.split("/").map(encodeURIComponent).join("/")}/${verb}`;
}

/** One call; rejects with ApiError only. */
async function request<Answer>(
  method: "GET" | "POST",
  url: string,
  body?: object,
  timeout = TIMEOUT_MS,
): Promise<Answer> {
  const headers = { "Content-Type": "application/json", "X-XSRFToken": xsrfToken() };
  const signal = AbortSignal.timeout(timeout);
  let response: Response;
  try {
    const text = body === undefined ? undefined : JSON.stringify(body);
    response = await fetch(url, { method, headers, body: text, signal, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new ApiError(0, "unreachable", "The staging service does not answer.");
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer as Answer; // its shape is fixed by exlab_wizard/api/models.py
  throw refusal(response, answer as Refusal | null);
}

/** What a bad answer means, in words a scientist can act on. */
function refusal(response: Response, answer: Refusal | null) {
  const { code = "", message = code } = answer ?? {};
  const forbidden = [401, 403].includes(response.status) || response.redirected;
  // the server's own sentence is for scripts (it speaks of tokens); a page can be reloaded
  if (forbidden && (!code || /not signed in/i.test(message))) return new ApiError(403, "signed_out", SIGNED_OUT);
  if (code) return new ApiError(response.status, code, message);
  if (response.status === 404) {
    return new ApiError(404, "not_installed", NOT_INSTALLED);
  }
  return new ApiError(0, "unreachable", `The staging service does not answer properly (HTTP ${response.status}).`);
}

/** Jupyter's double-submit cookie. */
function xsrfToken() {
  return /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

/** Follow the server's event socket, again and again; without it the polling alone keeps the table right. */
function listen(baseUrl: string, onHint: () => void): () => void {
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}/api/events/subscribe`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  let socket: WebSocket | null = null;
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
