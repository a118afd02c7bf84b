// Owns what a click does: the call to the server, the word in the row at once, and what came of it.

import { actOf } from "./acts";
import type { Act, Verb } from "./acts";
import { ApiError } from "./api";
import { Turns } from "./turns";
import { clockText, plural, sizeText } from "./words";
import type { Api, Note, Row, StateWord } from "./types";

/** How long a good result stays in a row that does not change, ms. */
const DONE_MS = 60000;

/** So many calls at once: a browser holds further ones back, and the time they wait there counts as no answer. */
const AT_ONCE = 4;

/** What helps where the service refuses, by its code. */
const REMEDIES: Record<string, Verb> = {
  blocked: "details",
  run_not_complete: "askSync",
  nas_copy_not_proven: "verify",
  staging_not_sync_verified: "sync",
  run_cleared: "restore",
  paused: "resume",
  nothing_to_retry: "sync",
  ledger_damaged: "details",
};
/** Refusals that end by themselves. */
const WAITS: Record<string, string> = {
  nas_unavailable: "It goes on by itself as soon as the NAS is back.",
  station_starting: "Click again in a few seconds.",
  run_busy: "Click again when that is done.",
};

/** Who shows what came of a click. */
export interface Owner {
  changed: (path: string) => void;
  say: (text: string) => void;
  wake: () => void;
  /** the row as it is now */
  row: (path: string) => Row | undefined;
}

/** Acts that are one call, with what is said while it is under way; what came of it is "Asked at 14:31." */
const CALLS = { verify: "verify", restore: "restore", retry: "retry", pause: "pause", resume: "resume" } as const;
export type PlainVerb = keyof typeof CALLS;

export class Deeds {
  readonly notes = new Map<string, Note & { at: number }>();
  private readonly turns = new Turns(AT_ONCE);

  constructor(
    private readonly api: Api,
    private readonly owner: Owner,
  ) {}

  /** What to say in a row now, or null. */
  noteOf(row: Row): Note | null {
    const note = this.notes.get(row.path);
    if (!note) return null;
    const old = note.tone === "done" && performance.now() - note.at > DONE_MS;
    const over = old || !note.states.includes(row.display_state);
    if (over) this.notes.delete(row.path);
    return over ? null : { ...note, text: withTurn(note, row) };
  }

  /** Sync now. `evenIncomplete` sets the completeness signal aside, but only if the server asks for it. */
  async sync(row: Row, evenIncomplete: boolean): Promise<void> {
    const asked = askedText();
    await this.run(row, asked, async () => {
      const answer = await this.syncCall(row.path, evenIncomplete);
      if (answer.state === "blocked") throw new ApiError(200, "blocked", "Not queued: the run is blocked.");
      return asked;
    });
  }

  private async syncCall(path: string, evenIncomplete: boolean) {
    try {
      return await this.api.forceSync(path, false);
    } catch (error) {
      const needed = error instanceof ApiError && error.code === "run_not_complete";
      if (needed && evenIncomplete) return this.api.forceSync(path, true);
      throw error;
    }
  }

  /** Delete the local copy, after the person said yes. */
  async clear(row: Row): Promise<void> {
    const work = async (): Promise<string> => {
      const freed = await this.api.clear(row.path);
      return `Freed ${sizeText(freed.bytes_freed)} (${plural(freed.files_freed, "file")}). The copy on the NAS stays.`;
    };
    await this.run(row, "Checking the NAS copy, then deleting the local one.", work, ["Clearing", "Cleared"]);
  }

  /** Verify again, restore, retry, pause or resume. */
  async plain(row: Row, verb: PlainVerb): Promise<void> {
    const asked = askedText();
    await this.run(row, asked, async () => {
      await this.api[CALLS[verb]](row.path);
      return asked;
    });
  }

  /** Take a missing run off the alarms. */
  async acknowledge(row: Row): Promise<void> {
    await this.run(row, "Acknowledging.", async () => {
      await this.api.acknowledge(row.path);
      return "Acknowledged.";
    });
  }

  /** Say in the row what was done elsewhere, as by a form. */
  tell(row: Row, text: string, tone: Note["tone"] = "done"): void {
    this.put(row, text, tone);
    this.owner.say(`${row.path}: ${text}`);
    this.owner.wake();
  }

  /** @param through states that the row goes through while what came of it still is to be read */
  private async run(row: Row, busy: string, work: () => Promise<string>, through: StateWord[] = []): Promise<void> {
    this.put(row, busy, "busy");
    try {
      const result = await this.turns.take(work);
      this.put(row, result, "done");
      this.notes.get(row.path)?.states.push(...through);
      this.owner.changed(row.path);
      this.owner.say(`${row.path}: ${result}`);
    } catch (error) {
      const { text, remedy } = refused(error);
      this.put(row, text, "error", remedy);
      this.owner.say(`${row.path}: ${text}`);
    }
    this.owner.wake();
  }

  private put(row: Row, text: string, tone: Note["tone"], remedy: Act | null = null): void {
    const states: StateWord[] = [row.display_state];
    const now = this.owner.row(row.path)?.display_state;
    // a refusal stays through what the row went through meanwhile, until it moves on
    if (tone === "error" && now) states.push(now, "Clearing", "Restoring");
    this.notes.set(row.path, { text, tone, remedy, states, at: performance.now() });
    this.owner.changed(row.path);
  }
}

/** "Asked at 14:31." */
function askedText(): string {
  return `Asked at ${clockText(new Date())}.`;
}

/** "Asked at 14:31, starts after 2 runs.": when its turn comes is in the row, and changes. */
function withTurn(note: Note, row: Row): string {
  const turn = /\bstarts (after [^.]*|in a moment)\./i.exec(row.why)?.[1];
  return turn && note.tone !== "error" && note.text.startsWith("Asked")
    ? `${note.text.slice(0, -1)}, starts ${turn}.`
    : note.text;
}

/** A refusal as a sentence, with what helps. */
export function refused(error: unknown): { text: string; remedy: Act | null } {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ApiError)) return { text: message, remedy: null };
  const waits = WAITS[error.code];
  const verb = REMEDIES[error.code];
  return {
    text: waits && !message.includes(waits) ? `${message} ${waits}` : message,
    remedy: verb ? actOf(verb) : null,
  };
}
