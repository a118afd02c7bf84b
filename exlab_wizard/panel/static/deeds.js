// @ts-check
// Owns what a click does: the call to the server, the word in the row at once, and what came of it.

import { ApiError } from "./api.js";
import { clockText, plural, sizeText } from "./words.js";

/** @typedef {import("./types.js").Row} Row */
/** @typedef {import("./types.js").Note} Note */

/** How long a good result stays in a row that does not change, ms. */
const DONE_MS = 60000;

export class Deeds {
  /**
   * @param {import("./types.js").Api} api
   * @param {{changed: (path: string) => void, say: (text: string) => void, wake: () => void}} owner
   */
  constructor(api, owner) {
    this.api = api;
    this.owner = owner;
    /** @type {Map<string, Note & {at: number}>} */
    this.notes = new Map();
  }

  /** What to say in a row now, or null. @param {Row} row @returns {Note|null} */
  noteOf(row) {
    const note = this.notes.get(row.path);
    if (!note) return null;
    const old = note.tone === "done" && performance.now() - note.at > DONE_MS;
    const over = old || note.state !== row.display_state; // a row that moved on tells by itself what came of it
    if (over) this.notes.delete(row.path);
    return over ? null : note;
  }

  /** Sync now. `evenIncomplete` sets the completeness signal aside, but only if the server asks for it.
   * @param {Row} row @param {boolean} evenIncomplete */
  async sync(row, evenIncomplete) {
    const asked = `Asked at ${clockText(new Date())}.`;
    await this.run(row, asked, async () => {
      const answer = await this.syncCall(row.path, evenIncomplete);
      if (answer.state === "blocked") throw new ApiError(200, "blocked", "Not queued: the run is blocked.");
      return asked;
    });
  }

  /** @param {string} path @param {boolean} evenIncomplete */
  async syncCall(path, evenIncomplete) {
    try {
      return await this.api.forceSync(path, false);
    } catch (error) {
      const needed = error instanceof ApiError && error.code === "run_not_complete";
      if (needed && evenIncomplete) return this.api.forceSync(path, true);
      throw error;
    }
  }

  /** Delete the local copy, after the person said yes. @param {Row} row */
  async clear(row) {
    await this.run(row, "Checking the NAS copy, then deleting the local one.", async () => {
      const freed = await this.api.clear(row.path);
      return `Freed ${sizeText(freed.bytes_freed)} (${plural(freed.files_freed, "file")}). The copy on the NAS stays.`;
    });
  }

  /** Take a missing run off the alarms. @param {Row} row */
  async acknowledge(row) {
    await this.run(row, "Acknowledging.", async () => {
      await this.api.acknowledge(row.path);
      return "Acknowledged.";
    });
  }

  /** @param {Row} row @param {string} busy @param {() => Promise<string>} work */
  async run(row, busy, work) {
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

  /** @param {Row} row @param {string} text @param {Note["tone"]} tone */
  put(row, text, tone) {
    this.notes.set(row.path, { text, tone, state: row.display_state, at: performance.now() });
    this.owner.changed(row.path);
  }
}
