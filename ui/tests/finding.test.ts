// Sorting, filtering, what is kept, selecting and links, without a page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Keeper, choiceKey, naturalChoice, parseChoice } from "../src/table/choice";
import { chosenCount, facetValues, filterRows, isFiltered, noFilters, toggled } from "../src/table/filters";
import { linkTo, linkedRun } from "../src/table/links";
import { Selection } from "../src/table/selection";
import { type Sort, nextSort, sortRows } from "../src/table/sorting";
import type { Progress, Row, StateWord } from "../src/table/types";

function run(number: number, state: StateWord = "Verified", more: Partial<Row> = {}): Row {
  const equipment = more.equipment_id ?? "CONFOCAL_01";
  const project = more.project_name ?? "PROJ-1";
  return {
    path: `${equipment}/${project}/Runs/Run_2026-11-01T00-${String(number).padStart(2, "0")}`,
    current_state: "sync_verified",
    equipment_id: equipment,
    project_name: project,
    run_kind: "experimental",
    file_count: number,
    byte_total: number * 1000,
    elapsed_seconds_since_last_activity: 1,
    last_activity_at: `2026-11-01T00:${String(number).padStart(2, "0")}:00Z`,
    display_state: state,
    why: "",
    next_step: "",
    needs_attention: false,
    job_id: null,
    progress: null,
    proof_age_seconds: null,
    proven_at: null,
    nas_path: null,
    local_data: true,
    actions: [],
    revision: 1,
    ...more,
  };
}

function numbers(paths: string[]): number[] {
  return paths.map((path) => Number(path.slice(-2)));
}

function progress(fraction: number): Progress {
  const sizes = { files_done: 0, files_total: 1, bytes_done: 0, bytes_total: 1 };
  const pace = { bytes_per_second: null, seconds_left: null, seconds_since_bytes: null };
  return { phase: "copying", fraction, ...sizes, ...pace };
}

void test("a column goes through its first direction, the other one, and back to attention first", () => {
  const seen: (Sort | null)[] = [null];
  for (let click = 0; click < 3; click += 1) seen.push(nextSort(seen.at(-1) ?? null, "size"));
  assert.deepEqual(seen, [null, { key: "size", down: true }, { key: "size", down: false }, null]);
  assert.deepEqual(nextSort({ key: "size", down: true }, "run"), { key: "run", down: false });
});

void test("numbers are sorted as numbers, and what has none goes last in both directions", () => {
  const rows = [run(1), run(12, "Cleared", { local_data: false, byte_total: 0 }), run(9), run(10)];
  assert.deepEqual(numbers(sortRows(rows, { key: "size", down: true })), [10, 9, 1, 12]);
  assert.deepEqual(numbers(sortRows(rows, { key: "size", down: false })), [1, 9, 10, 12]);
});

void test("text is sorted as people count, and equals keep the natural order", () => {
  const rows = ["scan 10", "scan 9", "Scan 2"].map((project, at) => run(at, "Verified", { project_name: project }));
  const order = sortRows(rows, { key: "project", down: false }).map((path) => path.split("/")[1]);
  assert.deepEqual(order, ["Scan 2", "scan 9", "scan 10"]);
  const alike = [run(1), run(2, "Failed", { needs_attention: true }), run(3)];
  assert.deepEqual(numbers(sortRows(alike, { key: "equipment", down: true })), [2, 3, 1]);
});

void test("states are sorted by what they ask of a person, progress by how far it is", () => {
  const rows = [
    run(1),
    run(2, "Syncing", { progress: progress(0.2) }),
    run(3, "Failed"),
    run(4, "Syncing", { progress: progress(0.7) }),
    run(5, "Waiting"),
  ];
  assert.deepEqual(numbers(sortRows(rows, { key: "state", down: false })), [3, 4, 2, 5, 1]);
  assert.deepEqual(numbers(sortRows(rows, { key: "progress", down: true })), [1, 4, 2, 3, 5]);
});

void test("the lists narrow each other, and each keeps counting its own values", () => {
  const rows = [run(1), run(2, "Failed"), run(3, "Failed", { equipment_id: "SEM_02", run_kind: "test" })];
  const failed = toggled(noFilters(), "states", "Failed");
  assert.deepEqual(numbers(filterRows(rows, failed).map((row) => row.path)), [2, 3]);
  const both = toggled(failed, "equipment", "SEM_02");
  assert.deepEqual(numbers(filterRows(rows, both).map((row) => row.path)), [3]);
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

void test("a value that no run has any more can still be taken off", () => {
  const gone = toggled(noFilters(), "projects", "gone");
  assert.deepEqual(
    facetValues([run(1)], gone).projects.map(({ label, count, chosen }) => [label, count, chosen]),
    [
      ["gone", 0, true],
      ["PROJ-1", 1, false],
    ],
  );
});

void test("every word of the text must be there, and blanks ask for nothing", () => {
  const rows = [run(1, "Failed", { why: "Checksum differs." }), run(2)];
  assert.equal(filterRows(rows, { ...noFilters(), text: "  checksum CONFOCAL " }).length, 1);
  assert.equal(isFiltered({ ...noFilters(), text: "   " }), false);
});

void test("what is kept comes back, and nonsense counts as not chosen", () => {
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

void test("a browser that forbids its storage loses nothing but the memory", () => {
  const keeper = new Keeper("key", () => {
    throw new Error("SecurityError");
  });
  keeper.save(naturalChoice());
  assert.deepEqual(keeper.load(), naturalChoice());
});

void test("a range grows and shrinks from where it began and leaves the rest selected", () => {
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

void test("all shown are selected at once, once more drops them, and runs that are gone go", () => {
  const selection = new Selection();
  selection.set(["hidden"]);
  selection.toggleAll(["a", "b"]);
  assert.deepEqual(selection.paths, ["hidden", "a", "b"]);
  selection.toggleAll(["a", "b"]);
  assert.deepEqual(selection.paths, ["hidden"]);
  assert.equal(selection.keepOnly(new Set(["a"])), true);
  assert.equal(selection.size, 0);
});

void test("a link leads back to its run and carries no token", () => {
  const path = "CONFOCAL_01/50 % & more #1/Runs/Run_2026";
  const link = linkTo(path, "http://me:secret@lab:8888/lab/tree/a.ipynb?token=abc&reset&x=1#other");
  assert.equal(link, `http://lab:8888/lab/tree/a.ipynb?x=1#staging-run=${encodeURIComponent(path)}`);
  assert.equal(linkedRun(new URL(link).hash), path);
  for (const hash of ["", "#", "#staging-run=%E0%A4%A", "#else"]) assert.equal(linkedRun(hash), "");
});
