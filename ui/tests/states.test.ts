// Owns the proof of the order and the filters: attention first, the newest first, and nothing moves under a pointer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { QUICK, filterRows, noFilters } from "../src/table/filters";
import { heldOrder, isMoving, lookOf, orderRows } from "../src/table/states";
import type { StateWord } from "../src/table/types";
import { run, runAt } from "./rows";

const minutes = (paths: string[]) => paths.map((path) => Number(path.slice(-2)));

test("what needs attention comes first, then what moves, what comes, what is done and what is gone", () => {
  const failed = runAt(2, "Failed", { needs_attention: true });
  const rows = [runAt(6, "Cleared"), runAt(5, "Verified"), runAt(4, "Waiting"), runAt(3, "Syncing"), failed];
  assert.deepEqual(minutes(orderRows(rows)), [2, 3, 4, 5, 6]);
});

test("of equals the newest is first, whatever order they came in", () => {
  const rows = [runAt(1, "Verified"), runAt(3, "Verified"), runAt(2, "Verified")];
  assert.deepEqual(minutes(orderRows(rows)), [3, 2, 1]);
});

test("while somebody points at the table, known rows stay, new ones go last and lost ones go", () => {
  assert.deepEqual(heldOrder(["a", "b", "c"], ["n", "c", "a"], new Set(["a", "c", "n"])), ["a", "c", "n"]);
});

test("every word of the filter must be found, in name, state or reason", () => {
  const rows = [
    run("Failed", { path: "A/Liver/Runs/Run_1", why: "Checksum differs" }),
    run("Verified", { path: "A/Liver/Runs/Run_2" }),
  ];
  const found = (text: string) => filterRows(rows, { ...noFilters(), text }).map((row) => row.path.slice(-1));
  assert.deepEqual(found("liver"), ["1", "2"]);
  assert.deepEqual(found(" LIVER  checksum "), ["1"]);
  assert.deepEqual(found("liver kidney"), []);
  assert.deepEqual(found(""), ["1", "2"]);
});

test("every run is in one filter beside All, or needs attention", () => {
  const words: StateWord[] = [
    "Receiving",
    "Waiting",
    "Syncing",
    "Verifying",
    "Stalled",
    "Paused",
    "Clearing",
    "Restoring",
  ];
  const runs = words.map((word) => run(word));
  assert.equal(filterRows(runs, { ...noFilters(), quick: "progress" }).length, words.length);
  assert.ok(QUICK.verified.keeps(run("Verified")) && !QUICK.verified.keeps(run("Cleared")));
  assert.ok(QUICK.attention.keeps(run("Blocked", { needs_attention: true })));
});

test("a word from a newer server looks like Waiting", () => {
  assert.deepEqual(lookOf("Pondering" as StateWord), lookOf("Waiting"));
});

test("what moves is asked for more often", () => {
  assert.deepEqual(
    ["Syncing", "Verifying", "Waiting", "Verified"].map((word) => isMoving(run(word as StateWord))),
    [true, true, false, false],
  );
});
