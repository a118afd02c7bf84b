// Owns the proof of the live copy: differences are merged, one lost packet is no outage, and a restart asks for everything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../src/table/api";
import { Feed } from "../src/table/feed";
import type { Change } from "../src/table/feed";
import type { Api, Overview, Row } from "../src/table/types";
import { runAt } from "./rows";

const STATION = {
  label: "",
  staging_root: "/staging",
  disk: null,
  watcher: { mode: "events", detail: "", rescan_seconds: 60 },
  leader: { leads: true, host: "h", pid: 1, config_mismatch: false, message: "" },
  targets: [],
  unrecognised: [],
  at: "2026-11-23T14:00:00Z",
} as const;

function overview(revision: number, since: number | null, runs: Row[], removed: string[] = []): Overview {
  return { ...STATION, targets: [], unrecognised: [], revision, since, runs, removed };
}

/** A feed whose server gives these answers one by one; it asks when told, not by its clock. */
function scripted(answers: (Overview | ApiError)[]) {
  const sinces: (number | null)[] = [];
  const ask = (since: number | null) => {
    sinces.push(since);
    const answer = answers.shift();
    return answer instanceof ApiError || !answer
      ? Promise.reject(answer ?? new Error("no more"))
      : Promise.resolve(answer);
  };
  const feed = new Feed({ overview: ask } as Api);
  const changes: Change[] = [];
  feed.stopped = false;
  feed.schedule = () => undefined;
  feed.onChange = (change) => changes.push(change);
  return { feed, sinces, changes };
}

const gone = () => new ApiError(0, "unreachable", "The staging service does not answer.");
const [A, B] = [runAt(1, "Waiting"), runAt(2, "Verified")];

test("a difference changes what it names, and says whether the order may differ", async () => {
  const moved = { ...A, byte_total: 1 };
  const { feed, sinces, changes } = scripted([
    overview(1, null, [A, B]),
    overview(2, 1, [moved]),
    overview(3, 2, [], [B.path]),
  ]);
  for (let turn = 0; turn < 3; turn += 1) await feed.ask();
  assert.deepEqual(sinces, [null, 1, 2]);
  assert.deepEqual([...feed.rows.keys()], [A.path]);
  assert.equal(feed.rows.get(A.path)?.byte_total, 1);
  assert.deepEqual(
    changes.map((change) => change.order),
    [true, false, true],
  );
});

test("a server that counts from the start again is asked for everything", async () => {
  const { feed, sinces } = scripted([overview(9, null, [A, B]), overview(2, 9, []), overview(2, null, [B])]);
  for (let turn = 0; turn < 3; turn += 1) await feed.ask();
  assert.deepEqual(sinces, [null, 9, null]);
  assert.deepEqual([...feed.rows.keys()], [B.path]);
});

test("one lost answer is no outage, two are; the table stays", async () => {
  const { feed } = scripted([overview(1, null, [A]), gone(), gone(), overview(5, null, [A])]);
  await feed.ask();
  await feed.ask();
  assert.equal(feed.link.state, "live");
  await feed.ask();
  assert.equal(feed.link.state, "down");
  assert.equal(feed.rows.size, 1);
  assert.ok(feed.link.since instanceof Date);
  await feed.ask();
  assert.equal(feed.link.state, "live");
});

test("a refusal is told at once, with its code", async () => {
  const { feed } = scripted([new ApiError(403, "signed_out", "Reload the page.")]);
  await feed.ask();
  assert.deepEqual([feed.link.state, feed.link.code, feed.link.since], ["refused", "signed_out", null]);
});

test("nothing is asked while nobody can see the table", async () => {
  const { feed, sinces } = scripted([overview(1, null, [A])]);
  feed.visible = false;
  await feed.ask();
  assert.deepEqual(sinces, []);
});
