// Owns the proof that of many calls only a few are under way at once, and that each has its turn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "../src/table/turns";

test("a few at once, in their order, and a failure gives its place on", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const works = [0, 1, 2, 3].map((at) =>
    turns.take(async () => {
      begun.push(at);
      await new Promise<void>((end) => ends.push(end));
      if (at === 0) throw new Error("refused");
      return at;
    }),
  );
  const settled = Promise.allSettled(works);
  assert.deepEqual(begun, [0, 1]);
  for (let at = 0; at < 4; at += 1) {
    ends[at]?.();
    await new Promise((done) => setImmediate(done));
    assert.deepEqual(begun, [0, 1, 2, 3].slice(0, Math.min(4, at + 3)));
  }
  const values = (await settled).map((each) => (each.status === "fulfilled" ? each.value : "refused"));
  assert.deepEqual(values, ["refused", 1, 2, 3]);
});
