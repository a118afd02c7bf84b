// @ts-check
// Owns how the panel talks to the server: REST with the page's own cookie, and hints over the event socket.

/** @typedef {import("./types.js").Api} Api */

const CHANGED = "https://schema.exlab-wizard.org/staging/changed/";
const TIMEOUT_MS = 10000;
/** A clear waits for the whole deletion, which can take minutes. */
const CLEAR_TIMEOUT_MS = 30 * 60 * 1000;
const LOG_LINES = 500;
const SOCKET_RETRY_MS = 15000;
const SIGNED_OUT = "This page is no longer signed in to the server. Reload the page, and sign in if asked.";

/** A refusal by the server, or no answer at all: status 0, code "unreachable". */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The base URL of the page's own Jupyter server: "/", or "/user/ada/". */
export function pageBaseUrl() {
  const config = document.getElementById("jupyter-config-data")?.textContent ?? "{}";
  return String(JSON.parse(config).baseUrl ?? document.body.dataset.baseUrl ?? "/");
}

/** The REST API of one server. @param {string} baseUrl @returns {Api} */
export function serverApi(baseUrl) {
  const root = `${baseUrl.replace(/\/+$/, "")}/staging`;
  return {
    overview: (since) => request("GET", `${root}/overview${since === null ? "" : `?since=${since}`}`),
    forceSync: (run, even) => request("POST", runUrl(root, run, "force-sync"), even ? { even_if_incomplete: true } : {}),
    clear: (run) => request("POST", runUrl(root, run, "clear"), {}, CLEAR_TIMEOUT_MS),
    acknowledge: (run) => request("POST", runUrl(root, run, "acknowledge"), {}),
    log: (run) => request("GET", runUrl(root, run, `log?lines=${LOG_LINES}`)),
    listen: (onHint) => listen(baseUrl, onHint),
  };
}

/** @param {string} root @param {string} run @param {string} verb */
function runUrl(root, run, verb) {
  return `${root}/${run.split("/").map(encodeURIComponent).join("/")}/${verb}`;
}

/** One call; rejects with ApiError only. @param {string} method @param {string} url @param {object} [body] @param {number} [timeout]
 * @returns {Promise<any>} */
async function request(method, url, body, timeout = TIMEOUT_MS) {
  const headers = { "Content-Type": "application/json", "X-XSRFToken": xsrfToken() };
  const signal = AbortSignal.timeout(timeout);
  /** @type {Response} */
  let response;
  try {
    const text = body === undefined ? undefined : JSON.stringify(body);
    response = await fetch(url, { method, headers, body: text, signal, credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new ApiError(0, "unreachable", "The staging service does not answer.");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  throw refusal(response, answer);
}

/** What a bad answer means, in words a scientist can act on. @param {Response} response @param {any} answer */
function refusal(response, answer) {
  const forbidden = response.status === 401 || response.status === 403 || response.redirected;
  // the server's own sentence is for scripts (it speaks of tokens); a page can be reloaded
  if (forbidden && (!answer?.code || /not signed in/i.test(answer.message))) return new ApiError(403, "signed_out", SIGNED_OUT);
  if (answer?.code) return new ApiError(response.status, answer.code, String(answer.message ?? answer.code));
  if (response.status === 404) {
    return new ApiError(404, "not_installed", "This Jupyter server has no staging service. Run `jupyter server extension enable exlab_wizard` where the server runs, and start it again.");
  }
  return new ApiError(0, "unreachable", `The staging service does not answer properly (HTTP ${response.status}).`);
}

/** Jupyter's double-submit cookie. */
function xsrfToken() {
  return document.cookie.match(/(?:^|;\s*)_xsrf=([^;]*)/)?.[1] ?? "";
}

/** Follow the server's event socket, again and again; without it the polling alone keeps the table right.
 * @param {string} baseUrl @param {() => void} onHint @returns {() => void} */
function listen(baseUrl, onHint) {
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}/api/events/subscribe`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  /** @type {WebSocket|null} */
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
