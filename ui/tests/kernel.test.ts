// Owns the proof of the way through the kernel: a busy one is said, nothing is done late, nothing piles up in its queue.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { KernelLine } from "../src/kernel";
import { ApiError } from "../src/table/api";

const KERNEL_AHEAD_SECONDS = 5000;

/** A kernel whose answers the test gives. */
class Kernel {
  asked: { id: string; method: string; path: string; body: unknown; until: number | null }[] = [];
  private readonly hearers = new Set<(content: unknown) => void>();
  send = (content: object) => void this.asked.push(content as Kernel["asked"][number]);
  on = (_: string, heard: (content: unknown) => void) => void this.hearers.add(heard);
  off = (_: string, heard: (content: unknown) => void) => void this.hearers.delete(heard);

  say(kind: string, id = this.asked.at(-1)?.id, more: object = {}) {
    const at = Date.now() / 1000 + KERNEL_AHEAD_SECONDS;
    for (const heard of this.hearers) heard({ kind, id, at, ...more });
  }

  answer(body: unknown, status = 200, id?: string) {
    this.say("answer", id, { status, body });
  }
}

function line() {
  const kernel = new Kernel();
  const made = new KernelLine(kernel);
  return { kernel, ask: made.ask, made };
}

/** Let `seconds` go by, with what is due in them. */
async function later(seconds: number) {
  mock.timers.tick(seconds * 1000);
  await settled();
}

async function settled() {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

/** What the promise was rejected with. */
async function refused(promise: Promise<unknown>) {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  assert(error instanceof ApiError);
  return error;
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
});

test("a question goes below staging, and its answer comes back", async () => {
  const { kernel, ask } = line();
  const answer = ask("POST", "/A/P/Runs/Run_1/force-sync", { even_if_incomplete: true });
  const { id: _, ...asked } = kernel.asked[0] ?? { id: "" };
  assert.deepEqual(asked, {
    kind: "ask",
    method: "POST",
    path: "A/P/Runs/Run_1/force-sync",
    body: { even_if_incomplete: true },
    until: null,
  });
  kernel.say("began");
  kernel.answer({ state: "queued" });
  assert.deepEqual(await answer, { state: "queued" });
});

test("a refusal of the service keeps its code and sentence", async () => {
  const { kernel, ask } = line();
  const failed = refused(ask("GET", "/overview"));
  kernel.answer({ code: "nas_unavailable", message: "The NAS is away." }, 503);
  const { status, code, message } = await failed;
  assert.deepEqual([status, code, message], [503, "nas_unavailable", "The NAS is away."]);
});

test("a server that gives the kernel no answer is down, and another trouble says its own", async () => {
  const { kernel, ask } = line();
  const down = refused(ask("GET", "/overview"));
  kernel.answer({ code: "no_answer", message: "It does not answer." }, 0);
  assert.equal((await down).code, "unreachable");
  const none = refused(ask("GET", "/overview"));
  kernel.answer({ code: "no_server", message: "Start one." }, 0);
  assert.deepEqual([(await none).code, (await none).message], ["no_server", "Start one."]);
});

test("a busy kernel is said, asked once a minute at most, and told when it is back", async () => {
  const { kernel, ask, made } = line();
  let back = 0;
  made.onBack = () => (back += 1);
  for (let at = 0; at < 4; at += 1) {
    const failed = refused(ask("GET", "/overview"));
    await later(12);
    assert.equal((await failed).code, "kernel_busy");
    assert.match((await failed).message, /runs a cell.*The table goes on/);
  }
  assert.equal(kernel.asked.length, 1, "the same question does not pile up behind a long cell");
  kernel.answer({ revision: 1 });
  assert.equal(back, 1);

  const lost = refused(ask("GET", "/overview"));
  await later(12);
  await lost;
  await later(61);
  const again = refused(ask("GET", "/overview"));
  assert.equal(kernel.asked.length, 3, "what a dead kernel lost is asked anew");
  await later(12);
  await again;
});

test("what acts is never asked twice, is not done late, and says so", async () => {
  const { kernel, ask } = line();
  const first = ask("GET", "/overview");
  kernel.answer({});
  await first;
  const one = refused(ask("POST", "/A/P/Runs/Run_1/clear", {}));
  const other = refused(ask("POST", "/A/P/Runs/Run_1/clear", {}));
  assert.equal(kernel.asked.length, 3, "two clicks are two questions: the service makes one job of them");
  const until = kernel.asked.at(-1)?.until ?? 0;
  assert.equal(until, Date.now() / 1000 + 10 + KERNEL_AHEAD_SECONDS, "on the kernel's own clock");
  await later(11.9);
  kernel.say("expired");
  assert.match((await other).message, /Nothing was done: click again/);
  await later(0.2);
  assert.equal((await one).code, "kernel_busy");
});

test("what the kernel has begun is waited for, as long as it may take", async () => {
  const { kernel, ask } = line();
  const clearing = ask("POST", "/A/P/Runs/Run_1/clear", {}, 30 * 60_000);
  await later(3);
  kernel.say("began");
  await settled();
  await later(20 * 60);
  kernel.answer({ files_freed: 3 });
  assert.deepEqual(await clearing, { files_freed: 3 });
});

test("answers to other pages, and from before a reload, are left alone", async () => {
  const { kernel, ask } = line();
  const reading = ask("GET", "/overview");
  kernel.answer({ of: "another" }, 200, "other-1");
  kernel.answer({ of: "mine" });
  assert.deepEqual(await reading, { of: "mine" });
});
