// Owns the proof of what Python is told: only news, at most twice a second, and never more rows than agreed.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { RUNS_MOST, Report } from "../src/report";
import type { Figures } from "../src/table/summary";
import type { Row } from "../src/table/types";
import { runAt } from "./rows";

const FIGURES: Figures = {
  runs: 1,
  bytes_here: 2,
  bytes_not_safe: 0,
  needs_attention: 0,
  bytes_per_second: 0,
  seconds_left: null,
  text: "1 run.",
};

type News = { runs?: Row[]; summary?: Figures };

function reporting() {
  const told: News[] = [];
  return { told, report: new Report((news) => told.push(news)) };
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("many changes in half a second are one message with the last of them", () => {
  const { told, report } = reporting();
  const [one, other] = [runAt(1, "Verified"), runAt(2, "Verified")];
  for (let at = 0; at < 20; at += 1) report.onRows([one]);
  report.onRows([other, one]);
  report.onSummary(FIGURES);
  mock.timers.tick(499);
  assert.deepEqual(told, []);
  mock.timers.tick(1);
  assert.deepEqual(told, [{ runs: [other, one], summary: FIGURES }]);
});

test("what is told already is not told again", () => {
  const { told, report } = reporting();
  const row = { ...runAt(1, "Verified"), receivedAt: 5 };
  for (let second = 0; second < 5; second += 1) {
    report.onRows([row]);
    report.onSummary({ ...FIGURES });
    mock.timers.tick(1000);
  }
  assert.equal(told.length, 1);
  assert(!("receivedAt" in (told[0]?.runs?.[0] ?? {})), "a row is as the server sent it");
  report.onRows([{ ...row }]);
  mock.timers.tick(500);
  assert.deepEqual(Object.keys(told[1] ?? {}), ["runs"]);
});

test("the first rows of many are told, and none after the end", () => {
  const { told, report } = reporting();
  report.onRows(Array.from({ length: 2000 }, (_, at) => runAt(at, "Verified")));
  mock.timers.tick(500);
  assert.equal(told[0]?.runs?.length, RUNS_MOST);
  report.onRows([]);
  report.stop();
  mock.timers.tick(5000);
  assert.equal(told.length, 1);
});
