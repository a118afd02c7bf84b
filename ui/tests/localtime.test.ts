// Owns the proof that a person reads the time of the clock on the wall, in a place where that is not UTC.
import assert from "node:assert/strict";
import { test } from "node:test";

process.env.TZ = "Asia/Kolkata"; // before the module makes its formats
const { localText } = await import("../src/table/words");

test("times of the service are told in local time, and nothing else is touched", () => {
  const now = new Date("2026-11-26T10:00:00Z");
  const said = (text: string) => localText(text, now);
  assert.equal(said("Paused by ada since 2026-11-26 08:32 UTC."), "Paused by ada since 14:02.");
  assert.equal(said("Paused by ada since 2026-11-24 20:00 UTC."), "Paused by ada since 25 Nov, 01:30.");
  assert.equal(said("NAS not reachable since 04:47 UTC: gone."), "NAS not reachable since 10:17: gone.");
  assert.equal(said("Tried again at 14:32:10 UTC."), "Tried again at 20:02:10.");
  assert.equal(said("Run_2026-04-17T14-32 at 14:32 is a name."), "Run_2026-04-17T14-32 at 14:32 is a name.");
});
