// Owns the proof of what a run offers, what a click leads to, and how history, receipts and many clearings read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buttonsOf, menuOf, primaryOf, remediesOf, whyNotClear } from "../src/table/acts";
import { clearable, goText, offerText, order, reportText, trial, wholeNumber } from "../src/table/clearset";
import { blockingClasses, jobText, receiptFacts, shortDigest } from "../src/table/facts";
import { goneSince, holds, readable, weightOf } from "../src/table/loglines";
import { endOfDay, reasonProblem } from "../src/table/override";
import { pauseSteps } from "../src/table/pauses";
import type { ClearedRun, Finding } from "../src/table/records";
import { momentOf } from "../src/table/timeline";
import type { Row, StateWord } from "../src/table/types";
import { runAt } from "./rows";

const row = (state: StateWord, actions: string[], more: Partial<Row> = {}) => runAt(1, state, { actions, ...more });
const verbs = (acts: ({ verb: string } | null)[]) => acts.map((act) => act?.verb ?? "-");

test("each state has its own first act", () => {
  const all = ["force_sync", "pause", "retry", "verify", "log"];
  assert.equal(primaryOf(row("Receiving", all))?.verb, "askSync");
  assert.equal(primaryOf(row("Waiting", all))?.verb, "sync");
  assert.equal(primaryOf(row("Syncing", all))?.verb, "pause");
  assert.equal(primaryOf(row("Verifying", all)), null);
  assert.equal(primaryOf(row("Stalled", all))?.verb, "sync");
  assert.equal(primaryOf(row("Blocked", ["force_sync", "override", "log"]))?.verb, "override");
  assert.equal(primaryOf(row("Paused", ["pause", "resume", "log"]))?.verb, "resume");
  assert.equal(primaryOf(row("Verified", ["force_sync", "verify", "clear", "log"]))?.verb, "askClear");
  assert.equal(primaryOf(row("Cleared", ["restore", "verify", "log"]))?.verb, "restore");
  assert.equal(primaryOf(row("Failed", ["acknowledge", "log"]))?.verb, "acknowledge");
  assert.equal(primaryOf(row("Verified", ["log"])), null);
});

test("the row shows the first act, the log, the details and the menu", () => {
  assert.deepEqual(verbs(buttonsOf(row("Syncing", ["pause", "log"]))), ["pause", "log", "details", "menu"]);
  assert.deepEqual(verbs(buttonsOf(row("Clearing", []))), ["-", "-", "details", "menu"]);
});

test("a run that waits or fails shows what helps, and never twice what stands beside it", () => {
  assert.deepEqual(verbs(remediesOf(row("Failed", ["force_sync", "retry", "log"]))), ["retry", "log"]);
  assert.deepEqual(verbs(remediesOf(row("Blocked", ["override", "force_sync", "log"]))), ["details"]);
  assert.deepEqual(verbs(remediesOf(row("Paused", ["resume", "log"]))), []);
  assert.deepEqual(verbs(remediesOf(row("Syncing", ["pause", "force_sync", "log"]))), []);
});

test("the menu holds the rest; only Clear is shown where it is not offered, with the reason", () => {
  const menu = menuOf(row("Waiting", ["force_sync", "pause", "log"]), new Set(["sync", "log", "details"]));
  assert.deepEqual(verbs(menu), ["askClear", "pause", "copyRun", "copyLink"]);
  assert.match(menu[0]?.off ?? "", /^Not verified yet/);
  const verified = menuOf(row("Verified", ["clear", "verify", "log"], { nas_path: "/nas/x" }), new Set(["askClear"]));
  assert.deepEqual(verbs(verified), ["verify", "log", "details", "copyNas", "copyRun", "copyLink"]);
});

test("why a run cannot be cleared is said in its state's words", () => {
  assert.equal(whyNotClear(row("Cleared", [], { local_data: false })), "No data are left on this computer.");
  assert.equal(whyNotClear(row("Verified", [], { next_step: "Change the rights." })), "Change the rights.");
  assert.equal(whyNotClear(row("Clearing", [])), "It is being cleared.");
});

test("a history entry says what, why, by whom and where", () => {
  const entry = { state: "sync_queued", at: "2026-11-23T12:41:00Z", host: "labpc", by: "ada", reason: "forced" };
  const forced = momentOf(entry);
  assert.deepEqual(
    [forced.text, forced.more, forced.tone],
    ["Queued for syncing", "asked for, by ada, on labpc", "grey"],
  );
  assert.equal(momentOf({ ...entry, state: "staging", reason: "late_data" }).tone, "amber");
  assert.equal(momentOf({ state: "sync_verified", at: "", host: "h" }).tone, "green");
  const freed = momentOf({ state: "cleared", at: "", host: "h", files_freed: 3, bytes_freed: 2048 });
  assert.match(freed.more, /3 files, 2\.0 KiB freed/);
  assert.equal(momentOf({ state: "new_state", at: "", host: "h", reason: "odd_reason" }).more, "odd reason, on h");
});

test("only what blocks and is not let pass yet can be let pass, each class once", () => {
  const finding = (problem_class: string, more: Partial<Finding> = {}): Finding => ({
    ...{ problem_class, severity: "hard", path: "", message: "", remedy: "", overridden_by: null },
    ...more,
  });
  const findings = [
    finding("a"),
    finding("a"),
    finding("b", { severity: "soft" }),
    finding("c", { overridden_by: "1" }),
  ];
  assert.deepEqual(blockingClasses(findings), ["a"]);
});

test("jobs, receipts and digests read as words", () => {
  const job = {
    id: "1",
    kind: "sync",
    state: "failed",
    attempt: 3,
    created_at: "2026-11-23T12:00:00Z",
    not_before: null,
  };
  const text = jobText({ ...job, error: { message: "Disk full." }, requested_by: "ada" });
  assert.match(text, /^Sync failed, attempt 3, asked for by ada, since .*\. Disk full\.$/);
  assert.deepEqual(receiptFacts({ by: "station", file_count: 1024, reading: "fadvise", hash: "x", nas_id: "" }), [
    ["By", "station"],
    ["Files", "1,024"],
    ["How it was read", "from the NAS itself"],
  ]);
  assert.equal(shortDigest("0123456789abcdef".repeat(4)), "0123456789ab…");
});

test("a reason has 10 to 500 characters, as the service counts them", () => {
  assert.match(reasonProblem("too short"), /at least 10/);
  assert.equal(reasonProblem("long enough"), "");
  assert.equal(reasonProblem("𝛼".repeat(500)), "");
  assert.match(reasonProblem("x".repeat(501)), /at most 500/);
  assert.equal(endOfDay(""), null);
  assert.match(endOfDay("2026-12-01") ?? "", /^2026-1\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test("what can be paused or resumed follows what is paused", () => {
  const by = { by: "ada", at: "2026-11-23T14:02:00Z" };
  const labels = (steps: { label: string }[]) => steps.map((step) => step.label);
  assert.deepEqual(labels(pauseSteps({ all: null, equipment: {} }, ["A", "A"])), ["Pause everything"]);
  const some = pauseSteps({ all: null, equipment: { B: by } }, ["A"]);
  assert.deepEqual(labels(some), ["Pause everything", "Pause A", "Resume B"]);
  assert.equal(pauseSteps({ all: by, equipment: {} }, [])[0]?.label, "Resume everything");
});

test("new lines of a log go on where the old ones end", () => {
  assert.equal(goneSince(["a", "b", "c"], ["b", "c", "d"]), 1);
  assert.equal(goneSince(["a", "b"], ["a", "b", "c"]), 0);
  assert.equal(goneSince(["x", "x", "x"], ["x", "x", "x", "y"]), 0);
  assert.equal(goneSince(["a", "b"], ["n", "o"]), 2);
  assert.equal(goneSince([], ["a"]), 0);
});

test("a log line has a weight, a filter, and less to read", () => {
  assert.deepEqual(["x [ERROR] y", "x [WARN ] y", "x [INFO ] y"].map(weightOf), ["error", "warning", "line"]);
  assert.ok(holds("Copied scan_0001.h5", "SCAN copied") && !holds("Copied", "scan"));
  assert.equal(readable("14:02 [host:h] [equip:E] [proj:P] [kind:k] Copied"), "14:02 Copied");
});

const freed = (outcome: ClearedRun["outcome"], message = ""): ClearedRun => ({
  ...{ run_path: "r", equipment_id: "E", files: 2, bytes: 2 * 1024 ** 3, nas_path: null, proven_at: null, code: null },
  ...{ outcome, message },
});

test("clearing many says what it would free, does exactly what was shown, and reports what stayed", () => {
  const rows = [
    row("Verified", ["clear"], { byte_total: 1024 ** 3 }),
    row("Verified", ["log"]),
    row("Syncing", ["clear"]),
  ];
  assert.deepEqual(clearable(rows), {
    paths: [rows.find((row) => row.actions.includes("clear"))?.path],
    bytes: 1024 ** 3,
  });
  assert.equal(offerText(477 * 1024 ** 3), "Clear verified runs… (477 GiB)");
  assert.equal(goText([freed("would_clear"), freed("would_clear")]), "Clear 2 runs, free 4.0 GiB");
  const wish = trial({ runs: null, equipment: null, olderThanDays: 30, keepNewest: 2 });
  assert.deepEqual([wish.dry_run, wish.older_than_days, wish.keep_newest], [true, 30, 2]);
  assert.deepEqual(order(["a"]), {
    runs: ["a"],
    equipment_id: null,
    older_than_days: null,
    keep_newest: 0,
    dry_run: false,
  });
  const answer = {
    dry_run: false,
    runs: [freed("cleared"), freed("kept")],
    runs_freed: 1,
    files_freed: 2,
    bytes_freed: 1024,
  };
  assert.match(reportText(answer), /^Freed 1\.0 KiB: 1 run, 2 files\. The copies on the NAS stay\. 1 run stayed:$/);
  assert.equal(reportText({ ...answer, runs: [], runs_freed: 0 }), "Nothing was cleared.");
  assert.deepEqual(
    [wholeNumber("", 0), wholeNumber("-1", 0), wholeNumber("x", 0), wholeNumber("7", 0)],
    [null, null, null, 7],
  );
});
