// Owns the proof of the words: sizes, times and progress as people read them.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  agoText,
  countText,
  durationText,
  filesText,
  percent,
  plural,
  progressText,
  sizeText,
  straightText,
} from "../src/table/words";
import { job, run } from "./rows";

test("sizes are IEC, with one digit below ten", () => {
  const said = [0, 640, 1023, 1536, 10189, 12 * 2 ** 30, 1.3 * 2 ** 40].map(sizeText);
  assert.deepEqual(said, ["0 B", "640 B", "1023 B", "1.5 KiB", "10 KiB", "12 GiB", "1.3 TiB"]);
});

test("a size just below the next unit is said in that unit", () => {
  assert.equal(sizeText(2 ** 20 - 1), "1.0 MiB");
});

test("counts have thousands and nouns their number", () => {
  assert.equal(countText(1024), "1,024");
  assert.deepEqual(
    [0, 1, 2].map((count) => plural(count, "run")),
    ["0 runs", "1 run", "2 runs"],
  );
});

test("an estimate does not pretend to know better", () => {
  const said = [3, 44, 100, 770, 5000, 86401].map(durationText);
  assert.deepEqual(said, [
    "a few seconds",
    "about 40 s",
    "about 2 min",
    "about 15 min",
    "about 1.5 h",
    "more than a day",
  ]);
});

test("the past is rounded down", () => {
  assert.deepEqual([4, 59.9, 3599, 86400].map(agoText), ["just now", "59 s ago", "59 min ago", "1 day ago"]);
});

test("a job never has a hundred percent", () => {
  assert.deepEqual([0, 0.29, 0.58, 0.9999, 1].map(percent), [0, 29, 58, 99, 99]);
});

test("progress says percent and what is left", () => {
  assert.equal(progressText(run("Syncing", { progress: job() })), "50 %, 80 GiB to go, about 1 h");
});

test("no estimate is given after half a minute without bytes", () => {
  const silent = job({ seconds_since_bytes: 40, seconds_left: null });
  assert.equal(progressText(run("Syncing", { progress: silent })), "50 %, 80 GiB to go, no bytes for 40 s");
});

test("Verified alone says a hundred percent", () => {
  assert.equal(progressText(run("Verified", { proof_age_seconds: 7200 })), "100 %, proven 2 h ago");
  assert.equal(
    progressText(run("Verifying", { progress: job({ fraction: 1, seconds_left: null }) })),
    "checking, 99 %",
  );
});

test("files are counted while a job runs", () => {
  assert.equal(filesText(run("Syncing", { progress: job() })), "4,406 of 8,812");
  assert.equal(filesText(run("Verified")), "1,024");
});

test("a name that turns the direction turns no sentence round", () => {
  assert.equal(straightText("scan_\u202egpj.h5 differs. Rename it."), "scan_\\u202egpj.h5 differs. Rename it.");
});

test("what is halted has no estimate", () => {
  for (const state of ["Paused", "Stalled"] as const)
    assert.doesNotMatch(progressText(run(state, { progress: job() })), /about/);
});
