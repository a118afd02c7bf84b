// Owns what a click does: the call to the server, the word in the row at once, and what came of it.

import { ApiError } from "./api";
import { clockText, plural, sizeText } from "./words";
import type { Api, Note, Row } from "./types";

/** How long a good result stays in a row that does not change, ms. */
const DONE_MS = 60000;

/** Who shows what came of a click. */
export interface Owner {
  changed: (path: string) => void;
  say: (text: string) => void;
  wake: () => void;
}

export class Deeds {
  api: Api;
  owner: Owner;
  notes = new Map<string, Note & { at: number }>();

  constructor(api: Api, owner: Owner) {
    this.api = api;
    this.owner = owner;
  }

  /** What to say in a row now, or null. */
  noteOf(row: Row): Note | null {
    const note = this.notes.get(row.path);
    if (!note) return null;
    const old = note.tone === "done" && performance.now() - note.at > DONE_MS;
    const over = old || note.state !== row.display_state; // a row that moved on tells by itself what came of it
    if (over) this.notes.delete(row.path);
    return over ? null : note;
  }

  /** Sync now. `evenIncomplete` sets the completeness signal aside, but only if the server asks for it. */
  async sync(row: Row, evenIncomplete: boolean) {
    const asked = `Asked at ${clockText(new Date())}.`;
    await this.run(row, asked, async () => {
      const answer = await this.syncCall(row.path, evenIncomplete);
      if (answer.state === "blocked") throw new ApiError(200, "blocked", "Not queued: the run is blocked.");
      return asked;
    });
  }

  async syncCall(path: string, evenIncomplete: boolean) {
    try {
      return await this.api.forceSync(path, false);
    } catch (error) {
      const needed = error instanceof ApiError && error.code === "run_not_complete";
      if (needed && evenIncomplete) return this.api.forceSync(path, true);
      throw error;
    }
  }

  /** Delete the local copy, after the person said yes. */
  async clear(row: Row) {
    await this.run(row, "Checking the NAS copy, then deleting the local one.", async () => {
      const freed = await this.api.clear(row.path);
      return `Freed ${sizeText(freed.bytes_freed)} (${plural(freed.files_freed, "file")}). The copy on the NAS stays.`;
    });
  }

  /** Verify, restore, pause, resume or retry. */
  async order(row: Row, action: string) {
    const asked = `Asked at ${clockText(new Date())}.`;
    await this.run(row, asked, async () => {
      await this.api.order(row.path, action);
      return asked;
    });
  }

  /** Pause or resume everything; the rows tell what came of it. */
  async pauseAll(paused: boolean) {
    try {
      await this.api.pauseAll(paused);
      this.owner.say(paused ? "Everything is paused." : "Everything goes on.");
    } catch (error) {
      this.owner.say(error instanceof Error ? error.message : String(error));
    }
    this.owner.wake();
  }

  /** Take a missing run off the alarms. */
  async acknowledge(row: Row) {
    await this.run(row, "Acknowledging.", async () => {
      await this.api.acknowledge(row.path);
      return "Acknowledged.";
    });
  }

  async run(row: Row, busy: string, work: () => Promise<string>) {
    this.put(row, busy, "busy");
    try {
      const result = await work();
      this.put(row, result, "done");
      this.owner.say(`${row.path}: ${result}`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.put(row, message, "error");
      this.owner.say(`${row.path}: ${message}`);
    }
    this.owner.wake();
  }

  put(row: Row, text: string, tone: Note["tone"]) {
    this.notes.set(row.path, { text, tone, state: row.display_state, at: performance.now() });
    this.owner.changed(row.path);
  }
}
