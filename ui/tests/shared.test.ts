// Owns the proof of the shared feed: one question for every view, slowly while nobody looks, and nothing missed meanwhile.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SharedFeed } from "../src/table/shared";
import type { Change } from "../src/table/feed";
import type { Api, Overview, Row } from "../src/table/types";
import { run } from "./rows";

class Server {
  asked = 0;
  rows: Row[] = [run("Syncing")];

  api(): Api {
    const overview = (since: number | null): Promise<Overview> => {
      this.asked += 1;
      return Promise.resolve({ revision: this.asked, since, runs: this.rows, removed: [] } as unknown as Overview);
    };
    return { overview, listen: () => () => undefined } as unknown as Api;
  }
}

/** Let answers that are there already arrive. */
async function arrive(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

beforeEach((context) => {
  const page = { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  Object.assign(globalThis, { document: page, window: globalThis });
  (context as { mock: { timers: { enable: (options: object) => void } } }).mock.timers.enable({ apis: ["setTimeout"] });
});

test("two views and a listener cost one question", async (context) => {
  const server = new Server();
  const shared = new SharedFeed(server.api());
  const heard: Change[] = [];
  shared.listen((change) => heard.push(change));
  const views = [shared.view(), shared.view()];
  views.forEach((view) => view.start((change) => heard.push(change)));
  shared.start();
  await arrive();
  assert.equal(server.asked, 1);
  assert.equal(heard.length, 3);
  context.mock.timers.tick(500);
  await arrive();
  assert.equal(server.asked, 2, "while something moves and a table is in sight: every half second");
  shared.stop();
});

test("while nobody looks it asks slowly, and whoever comes back is told what was missed", async (context) => {
  const server = new Server();
  const shared = new SharedFeed(server.api());
  const view = shared.view();
  const heard: Change[] = [];
  view.start((change) => heard.push(change));
  shared.start();
  await arrive();
  view.setVisible(false);
  heard.length = 0;
  context.mock.timers.tick(500);
  await arrive();
  const before = server.asked;
  server.rows = [run("Failed", { needs_attention: true })];
  context.mock.timers.tick(1999);
  await arrive();
  assert.equal(server.asked, before, "no question within two seconds");
  context.mock.timers.tick(1);
  await arrive();
  assert.equal(server.asked, before + 1);
  assert.equal(heard.length, 0, "a table out of sight draws nothing");
  view.setVisible(true);
  assert.equal(heard.length, 1);
  assert.ok(heard.some((change) => change.order));
  shared.stop();
});

test("a view that comes later gets all there is, and one that goes leaves the others alone", async (context) => {
  const server = new Server();
  const shared = new SharedFeed(server.api());
  shared.start();
  await arrive();
  const first = shared.view();
  const second = shared.view();
  const heard: Change[] = [];
  first.start((change) => heard.push(change));
  second.start(() => undefined);
  assert.equal(heard[0]?.rows.size, 1);
  await arrive();
  second.stop();
  heard.length = 0;
  context.mock.timers.tick(500);
  await arrive();
  assert.equal(heard.length, 1);
  shared.stop();
});
