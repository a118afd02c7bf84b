// Owns the proof of finding runs without a page: order, filters, what is remembered, selecting and links.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Keeper, choiceKey, naturalChoice, parseChoice } from "../src/table/choice";
import { chosenCount, facetValues, filterRows, isFiltered, noFilters, toggled } from "../src/table/filters";
import { linkTo, linkedRun } from "../src/table/links";
import { Selection } from "../src/table/selection";
import { type Sort, nextSort, sortRows } from "../src/table/sorting";
import type { Row, StateWord } from "../src/table/types";
import { job, run } from "./rows";

/** A run that began at a minute; the higher, the newer, the larger. */
function at(minute: number, state: StateWord = "Verified", more: Partial<Row> = {}): Row {
  const { equipment_id: equipment = "CONFOCAL_01", project_name: project = "P" } = more;
  const path = `${equipment}/${project}/Runs/Run_2026-11-01T00-${String(minute).padStart(2, "0")}`;
  return run(state, { path, project_name: project, file_count: minute, byte_total: minute * 1000, ...more });
}

function minutes(paths: string[]): number[] {
  return paths.map((path) => Number(path.slice(-2)));
}

test("a column goes through its first direction, the other one, and back to attention first", () => {
  const seen: (Sort | null)[] = [null];
  for (let click = 0; click < 3; click += 1) seen.push(nextSort(seen.at(-1) ?? null, "size"));
  assert.deepEqual(seen, [null, { key: "size", down: true }, { key: "size", down: false }, null]);
  assert.deepEqual(nextSort({ key: "size", down: true }, "run"), { key: "run", down: false });
});

test("numbers are sorted as numbers, and what has none goes last in both directions", () => {
  const rows = [at(1), at(12, "Cleared", { local_data: false, byte_total: 0 }), at(9), at(10)];
  assert.deepEqual(minutes(sortRows(rows, { key: "size", down: true })), [10, 9, 1, 12]);
  assert.deepEqual(minutes(sortRows(rows, { key: "size", down: false })), [1, 9, 10, 12]);
});

test("text is sorted as people count, and equals keep the natural order", () => {
  const rows = ["scan 10", "scan 9", "Scan 2"].map((project, index) =>
    at(index, "Verified", { project_name: project }),
  );
  const order = sortRows(rows, { key: "project", down: false }).map((path) => path.split("/")[1]);
  assert.deepEqual(order, ["Scan 2", "scan 9", "scan 10"]);
  const alike = [at(1), at(2, "Failed", { needs_attention: true }), at(3)];
  assert.deepEqual(minutes(sortRows(alike, { key: "equipment", down: true })), [2, 3, 1]);
});

test("states are sorted by what they ask of a person, progress by how far it is", () => {
  const rows = [
    at(1),
    at(2, "Syncing", { progress: job({ fraction: 0.2 }) }),
    at(3, "Failed"),
    at(4, "Syncing", { progress: job({ fraction: 0.7 }) }),
    at(5, "Waiting"),
  ];
  assert.deepEqual(minutes(sortRows(rows, { key: "state", down: false })), [3, 4, 2, 5, 1]);
  assert.deepEqual(minutes(sortRows(rows, { key: "progress", down: true })), [1, 4, 2, 3, 5]);
});

test("the lists narrow each other, and each keeps counting its own values", () => {
  const rows = [at(1), at(2, "Failed"), at(3, "Failed", { equipment_id: "SEM_02", run_kind: "test" })];
  const failed = toggled(noFilters(), "states", "Failed");
  assert.deepEqual(minutes(filterRows(rows, failed).map((row) => row.path)), [2, 3]);
  const both = toggled(failed, "equipment", "SEM_02");
  assert.deepEqual(minutes(filterRows(rows, both).map((row) => row.path)), [3]);
  const counts = facetValues(rows, both);
  assert.deepEqual(
    counts.states.map(({ label, count, chosen }) => [label, count, chosen]),
    [
      ["Failed", 1, true],
      ["Verified", 0, false],
    ],
  );
  assert.deepEqual(
    counts.equipment.map(({ label, count }) => [label, count]),
    [
      ["CONFOCAL_01", 1],
      ["SEM_02", 1],
    ],
  );
  assert.deepEqual(
    counts.kinds.map(({ label, count }) => [label, count]),
    [
      ["Experimental", 0],
      ["Test", 1],
    ],
  );
  assert.equal(chosenCount(both), 2);
  assert.deepEqual(toggled(both, "equipment", "SEM_02"), failed);
});

test("a value that no run has any more can still be taken off", () => {
  const gone = toggled(noFilters(), "projects", "gone");
  assert.deepEqual(
    facetValues([at(1)], gone).projects.map(({ label, count, chosen }) => [label, count, chosen]),
    [
      ["gone", 0, true],
      ["P", 1, false],
    ],
  );
});

test("every word of the text must be there, and blanks ask for nothing", () => {
  const rows = [at(1, "Failed", { why: "Checksum differs." }), at(2)];
  assert.equal(filterRows(rows, { ...noFilters(), text: "  checksum CONFOCAL " }).length, 1);
  assert.equal(isFiltered({ ...noFilters(), text: "   " }), false);
});

test("what is kept comes back, and nonsense counts as not chosen", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const keeper = new Keeper(choiceKey("/user/ada/", "side"), () => storage);
  const choice = {
    sort: { key: "size", down: true } as const,
    filters: toggled({ ...noFilters(), text: "x" }, "states", "Failed"),
  };
  keeper.save(choice);
  assert.deepEqual(keeper.load(), choice);
  assert.deepEqual(new Keeper(choiceKey("/user/ada/", "notebook"), () => storage).load(), naturalChoice());
  const nonsense = [
    "{",
    "3",
    "null",
    "[]",
    '{"sort":{"key":"toString"},"filters":{"quick":"constructor","states":[1,null],"kinds":"x"}}',
  ];
  for (const text of nonsense) assert.deepEqual(parseChoice(text), naturalChoice(), text);
});

test("a browser that forbids its storage loses nothing but the memory", () => {
  const keeper = new Keeper("key", () => {
    throw new Error("SecurityError");
  });
  keeper.save(naturalChoice());
  assert.deepEqual(keeper.load(), naturalChoice());
});

test("a range grows and shrinks from where it began and leaves the rest selected", () => {
  const order = ["a", "b", "c", "d", "e"];
  const selection = new Selection();
  selection.toggle("e");
  selection.toggle("b");
  selection.extend(order, "d");
  assert.deepEqual(selection.paths.sort(), ["b", "c", "d", "e"]);
  selection.extend(order, "a");
  assert.deepEqual(selection.paths.sort(), ["a", "b", "e"]);
  selection.set([]);
  selection.extend(order, "c", "b");
  assert.deepEqual(selection.paths, ["b", "c"]);
});

test("all shown are selected at once, once more drops them, and runs that are gone go", () => {
  const selection = new Selection();
  selection.set(["hidden"]);
  selection.toggleAll(["a", "b"]);
  assert.deepEqual(selection.paths, ["hidden", "a", "b"]);
  selection.toggleAll(["a", "b"]);
  assert.deepEqual(selection.paths, ["hidden"]);
  assert.equal(selection.keepOnly(new Set(["a"])), true);
  assert.equal(selection.size, 0);
});

test("a link leads back to its run and carries no token", () => {
  const path = "CONFOCAL_01/50 % & more #1/Runs/Run_2026";
  const link = linkTo(path, "http://me:secret@lab:8888/lab/tree/a.ipynb?token=abc&reset&x=1#other");
  assert.equal(link, `http://lab:8888/lab/tree/a.ipynb?x=1#staging-run=${encodeURIComponent(path)}`);
  assert.equal(linkedRun(new URL(link).hash), path);
  for (const hash of ["", "#", "#staging-run=%E0%A4%A", "#else"]) assert.equal(linkedRun(hash), "");
});
