// Owns the proof of the first sentence: it never says that all is safe unless all is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { summaryParts } from "../src/table/summary";
import type { Row, Station } from "../src/table/types";
import { GIB, job, run } from "./rows";

const NOW = new Date(2026, 10, 23, 14, 0);
const STRANGER: Station["unrecognised"][number] = { path: "x", bytes: GIB, reason: "", remedy: "" };

function said(rows: Row[], strangers: Station["unrecognised"] = []): string {
  return summaryParts(rows, NOW, strangers)
    .map((part) => part.text)
    .join(" ");
}

test("all is verified", () => {
  const rows = [run("Verified"), run("Verified")];
  assert.equal(said(rows), "2 runs, 24 GiB on this computer. All of it is verified on the NAS.");
});

test("one run that is not verified takes the good news away", () => {
  for (const word of ["Receiving", "Waiting", "Stalled", "Blocked", "Failed", "Paused", "Restoring"] as const) {
    assert.match(said([run("Verified"), run(word)]), /12 GiB not verified on the NAS yet\./, word);
  }
});

test("so do data that nobody takes for a run", () => {
  assert.match(
    said([run("Verified")], [STRANGER]),
    /All runs are verified on the NAS; 1 other entry \(1\.0 GiB\) is not\./,
  );
});

test("what has left this computer is not counted", () => {
  assert.equal(said([run("Cleared", { local_data: false })]), "0 runs, 0 B on this computer.");
});

test("attention is counted", () => {
  assert.match(said([run("Failed", { needs_attention: true })]), / 1 needs attention\. /);
});

test("when it is done counts the reading back, and the runs that wait", () => {
  const rows = [run("Syncing", { progress: job({ bytes_per_second: 32 * 2 ** 20, seconds_left: 60 }) })];
  assert.match(said(rows), /Syncing at 32 MiB\/s, done about 15:25\.$/);
  assert.match(said([...rows, run("Waiting", { byte_total: 9000 * GIB })]), /done in more than a day\.$/);
});
