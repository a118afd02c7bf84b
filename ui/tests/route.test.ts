// Owns the proof of the choice of ways: straight while that works, else the kernel, and back; acts go one way only.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { KernelLine } from "../src/kernel";
import { routedApi } from "../src/route";
import { ApiError } from "../src/table/api";

const DOWN = new ApiError(0, "unreachable", "No answer.");
const ELSEWHERE = new ApiError(404, "not_installed", "Not here.");
const BUSY = new ApiError(0, "kernel_busy", "Runs a cell.");
const AWAY = new ApiError(503, "staging_unavailable", "Not mounted.");

/** Two ways that answer their names, or fail with what is set. */
function ways(atHome = true) {
  const log: string[] = [];
  const fails: { straight: ApiError | null; kernel: ApiError | null } = { straight: null, kernel: null };
  const way = (name: "straight" | "kernel") => (method: string, path: string) => {
    log.push(`${name} ${method} ${path}`);
    const error = fails[name];
    return error ? Promise.reject(error) : Promise.resolve(name);
  };
  let listening = 0;
  const listen = () => {
    listening += 1;
    return () => (listening -= 1);
  };
  const kernel = { ask: way("kernel"), onBack: () => undefined };
  const straight = { ask: way("straight"), listen, atHome } as unknown as Parameters<typeof routedApi>[0];
  const api = routedApi(straight, kernel as unknown as KernelLine);
  const stop = api.listen(() => undefined);
  return { api, fails, log, kernel, stop, listening: () => listening };
}

/** The code of the refusal, or the answer. */
async function outcome(promise: Promise<unknown>) {
  return promise.catch((error: unknown) => (error as ApiError).code);
}

test("straight is first choice, and stays when the server goes down", async () => {
  const { api, fails, log, listening, stop } = ways();
  assert.equal(listening(), 0, "no socket before the server is known to be there");
  assert.equal(await outcome(api.overview(null)), "straight");
  assert.equal(listening(), 1);
  fails.straight = DOWN;
  assert.equal(await outcome(api.overview(null)), "unreachable");
  assert.equal(api.remark?.(), "");
  assert.deepEqual(new Set(log), new Set(["straight GET /overview"]));
  stop();
  assert.equal(listening(), 0);
});

test("where the page cannot reach it the kernel is asked, for acts too, and it is said", async () => {
  const { api, fails, log, listening } = ways();
  fails.straight = ELSEWHERE;
  assert.equal(await outcome(api.overview(null)), "kernel");
  assert.match(api.remark?.() ?? "", /^Through the kernel: /);
  assert.equal(await outcome(api.clear("A/P/Runs/Run_1")), "kernel");
  assert.deepEqual(log, ["straight GET /overview", "kernel GET /overview", "kernel POST /A/P/Runs/Run_1/clear"]);
  assert.equal(listening(), 0);
});

test("a refusal by the service is an answer: its way is the right one", async () => {
  const { api, fails, log } = ways();
  fails.straight = AWAY;
  assert.equal(await outcome(api.overview(null)), "staging_unavailable");
  assert.deepEqual(log, ["straight GET /overview"]);
  const other = ways();
  other.fails.straight = DOWN;
  other.fails.kernel = AWAY;
  assert.equal(await outcome(other.api.overview(null)), "staging_unavailable");
  assert.notEqual(other.api.remark?.(), "");
});

test("an act that failed is not tried another way", async () => {
  const { api, fails, log } = ways();
  fails.straight = DOWN;
  assert.equal(await outcome(api.clear("A/P/Runs/Run_1")), "unreachable");
  assert.equal(log.length, 1);
});

test("a page that finds its server while the kernel is busy goes straight from then on", async () => {
  const { api, fails, listening } = ways();
  fails.straight = DOWN;
  assert.equal(await outcome(api.overview(null)), "kernel");
  fails.kernel = BUSY;
  assert.equal(await outcome(api.overview(null)), "kernel_busy");
  fails.straight = null;
  assert.equal(await outcome(api.overview(null)), "straight");
  assert.equal(api.remark?.(), "");
  assert.equal(listening(), 1);
});

test("of two failures the one is told that a person can act on", async () => {
  const home = ways();
  home.fails.straight = DOWN;
  home.fails.kernel = BUSY;
  assert.equal(await outcome(home.api.overview(null)), "unreachable", "a Jupyter page whose server is down");
  const abroad = ways(false);
  abroad.fails.straight = DOWN;
  abroad.fails.kernel = BUSY;
  assert.equal(await outcome(abroad.api.overview(null)), "kernel_busy");
});

test("a kernel that is back is a hint", () => {
  const { api, kernel } = ways();
  let hints = 0;
  api.listen(() => (hints += 1));
  kernel.onBack();
  assert.equal(hints, 1);
});
