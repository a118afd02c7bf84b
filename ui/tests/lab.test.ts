// Owns the proof of what is said beside the notebook: the status bar's sentence, what is news, and where a run's folder lies.
import assert from "node:assert/strict";
import { test } from "node:test";
import { linkedRun } from "../src/lab/link";
import { News } from "../src/lab/news";
import { belowRoot, serverRoot } from "../src/lab/places";
import { statusOf } from "../src/lab/status";
import { RUN_COMMANDS, runsFor } from "../src/lab/verbs";
import type { Link } from "../src/table/feed";
import type { Row } from "../src/table/types";
import { run } from "./rows";

const LIVE: Link = { state: "live", message: "", code: "", since: null };
const OPEN = { current_state: "sync_queued" };
const NEEDY = { needs_attention: true };

function status(...rows: Row[]): string {
  return statusOf(rows, LIVE).text;
}

test("what moves and what needs attention is said, then what is on its way, then that all is well", () => {
  assert.equal(
    status(run("Syncing"), run("Syncing"), run("Failed", NEEDY), run("Waiting")),
    "Staging: 2 syncing, 1 needs attention",
  );
  assert.equal(status(run("Blocked", NEEDY), run("Failed", NEEDY)), "Staging: 2 need attention");
  assert.equal(status(run("Waiting"), run("Receiving"), run("Verified")), "Staging: 1 receiving, 1 waiting");
  assert.equal(status(run("Verified"), run("Cleared", { local_data: false })), "Staging: all verified");
  assert.equal(status(run("Cleared", { local_data: false })), "Staging: empty");
});

test("attention has a shape and a tone of its own", () => {
  assert.deepEqual(statusOf([run("Failed", NEEDY)], LIVE), {
    text: "Staging: 1 needs attention",
    shape: "failed",
    tone: "alert",
  });
  assert.equal(statusOf([run("Verified")], LIVE).tone, "good");
});

test("no run is ever called verified that is not", () => {
  for (const word of ["Receiving", "Waiting", "Stalled", "Paused", "Syncing", "Verifying", "Restoring"] as const) {
    assert.doesNotMatch(status(run("Verified"), run(word)), /verified/, word);
  }
});

test("green is only said where all that lies here is proven", () => {
  const acknowledged = run("Failed", { needs_attention: false });
  assert.deepEqual(statusOf([run("Verified"), acknowledged], LIVE), {
    text: "Staging: 1 not verified",
    shape: "waiting",
    tone: "plain",
  });
  assert.deepEqual(statusOf([run("Verified")], LIVE, 2048), {
    text: "Staging: 2.0 KiB belong to no run",
    shape: "failed",
    tone: "alert",
  });
});

test("a server that is away or off is said", () => {
  const since = new Date(2026, 10, 23, 14, 2);
  const down: Link = { state: "down", message: "", code: "unreachable", since };
  assert.match(statusOf([], down).text, /^Staging: does not answer since .*14:02$/);
  const off: Link = { state: "refused", message: "", code: "orchestrator_disabled", since: null };
  assert.deepEqual(statusOf([], off), { text: "Staging: switched off", shape: "paused", tone: "plain" });
});

test("the first table is no news, and a failure is told once", () => {
  const news = new News();
  const old = run("Failed", { path: "A/P/Runs/Run_1", ...NEEDY, ...OPEN });
  assert.deepEqual(news.look([old]), []);
  const fresh = run("Failed", { path: "A/P/Runs/Run_2", why: "Checksum differs.", ...NEEDY, ...OPEN });
  assert.deepEqual(news.look([old, fresh]), [
    { kind: "failed", text: "Run_2 (A) failed. Checksum differs.", path: "A/P/Runs/Run_2" },
  ]);
  assert.deepEqual(news.look([old, fresh]), []);
  news.look([old, run("Syncing", { path: fresh.path, ...OPEN })]);
  assert.equal(news.look([old, fresh]).length, 1, "a new attempt that fails is news again");
});

test("a long reason is cut to what a notification holds", () => {
  const news = new News();
  news.look([]);
  const [item] = news.look([run("Failed", { why: "x".repeat(500) })]);
  assert.ok((item?.text.length ?? 0) <= 140);
});

test("all verified is told once, and not again after a reading", () => {
  const news = new News();
  assert.deepEqual(news.look([run("Verified")]), []);
  assert.deepEqual(news.look([run("Verified"), run("Syncing", OPEN)]), []);
  const [item, ...more] = news.look([run("Verified"), run("Verified")]);
  assert.equal(item?.text, "All runs are verified on the NAS: 2 runs, 24 GiB on this computer.");
  assert.deepEqual(more, []);
  assert.deepEqual(news.look([run("Verified"), run("Verified")]), []);
  assert.deepEqual(news.look([run("Verified"), run("Verifying")]), [], "read again: proven all the while");
  assert.deepEqual(news.look([run("Verified"), run("Verified")]), []);
});

test("all verified is not said where something needs attention, or nothing is left", () => {
  const news = new News();
  news.look([run("Syncing", OPEN)]);
  assert.deepEqual(news.look([run("Failed", NEEDY)])[0]?.kind, "failed");
  const gone = new News();
  gone.look([run("Receiving", OPEN)]);
  assert.deepEqual(gone.look([]), []);
});

test("a command is for the runs that the service offers it for", () => {
  const rows = [run("Verified", { actions: ["clear", "log"] }), run("Syncing", { path: "B", actions: ["pause"] })];
  assert.deepEqual(
    runsFor(rows, "pause").map((row) => row.path),
    ["B"],
  );
  assert.deepEqual(runsFor(rows, "restore"), []);
  assert.equal(new Set(RUN_COMMANDS.map((each) => each.id)).size, RUN_COMMANDS.length);
});

test("a run's folder is shown where the server's root holds it, and only there", () => {
  assert.equal(belowRoot("/home/ada/staging/A/Run_1", "/home/ada/"), "staging/A/Run_1");
  assert.equal(belowRoot("/home/adam/staging", "/home/ada"), null);
  assert.equal(belowRoot("/srv/staging", "/"), "srv/staging");
  assert.equal(belowRoot("/srv/staging", "~"), null);
  assert.equal(serverRoot("file:///home/ada/my%20lab", "~"), "/home/ada/my lab");
  assert.equal(serverRoot("", "/srv"), "/srv");
  assert.equal(serverRoot("", "~/x"), "");
});

test("an address may ask for a run, before or after the hash", () => {
  const path = "A/P 1/Runs/Run_1+x";
  const said = encodeURIComponent(path);
  assert.equal(linkedRun(`http://localhost/lab?staging-run=${said}`), path);
  assert.equal(linkedRun(`http://localhost/lab#staging-run=${said}`), path);
  assert.equal(linkedRun("http://localhost/lab?token=x"), "");
});
