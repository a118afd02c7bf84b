// Owns what is open under rows: questions, logs, details and forms, one a row, and where the focus returns to.

import type { Verb } from "./acts";
import { askClear, askSync } from "./asks";
import type { Answer } from "./asks";
import type { Opened as Question } from "./asks";
import type { Deeds } from "./deeds";
import { DetailsView } from "./details";
import type { Grid } from "./grid";
import { LogView } from "./logview";
import { OverrideForm } from "./override";
import type { Detail } from "./records";
import { aged } from "./row";
import type { LiveRow } from "./feed";
import type { Api, LogAnswer, Row } from "./types";

/** Their log opens where it went wrong. */
const TROUBLED = new Set(["Failed", "Stalled"]);

/** What is open under a row and reads itself again when the row changes. */
interface Reader {
  kind: string;
  read: () => Promise<void>;
  reading: boolean;
  stale: boolean;
}

/** What this needs from the table. */
export interface UnderOwner {
  row: (path: string) => LiveRow | undefined;
  act: (verb: Verb, path: string) => void;
}

export class Under {
  private readonly readers = new Map<string, Reader>();

  constructor(
    private readonly api: Api,
    private readonly grid: Grid,
    private readonly deeds: Deeds,
    private readonly owner: UnderOwner,
  ) {}

  /** Ask before syncing a run that is not complete. */
  askSync(path: string): void {
    this.question(path, "askSync", askSync, { act: (row) => void this.deeds.sync(row, true) });
  }

  /** Ask before clearing. */
  askClear(path: string): void {
    this.question(path, "askClear", askClear, {
      act: (row) => void this.deeds.clear(row),
      again: (row) =>
        void (row.actions.includes("verify") ? this.deeds.plain(row, "verify") : this.deeds.sync(row, false)),
    });
  }

  /** Open or close the log. */
  toggleLog(path: string): void {
    if (this.leave(path, "log")) return;
    const state = this.owner.row(path)?.display_state ?? "";
    const view = new LogView(path, () => this.close(path, "log"), TROUBLED.has(state));
    this.open<LogAnswer>(path, "log", view, () => this.api.log(path));
  }

  /** Open or close the details. */
  toggleDetails(path: string): void {
    if (this.leave(path, "details")) return;
    const owner = { act: (verb: Verb) => this.owner.act(verb, path), close: () => this.close(path, "details") };
    this.open<Detail>(path, "details", new DetailsView(path, this.api, owner), () => this.api.detail(path));
  }

  /** Open or close the form that lets a finding pass. */
  toggleOverride(path: string): void {
    if (this.leave(path, "override")) return;
    const form = new OverrideForm(path, {
      close: () => this.close(path, "override"),
      send: async (wish) => {
        await this.api.override(path, wish);
        const row = this.owner.row(path);
        this.close(path, "override");
        if (row) this.deeds.tell(row, "The finding is let pass, on record. The run goes on in a moment.");
      },
    });
    this.open<Detail>(path, "override", form, () => this.api.detail(path));
  }

  /** The run changed: what is open under it reads itself again. */
  follow(path: string): void {
    if (this.readers.has(path)) void this.read(path);
  }

  /**
   * Close what is open.
   * @param verb whose button gets the focus back
   */
  close(path: string, verb: string): void {
    const inside = this.grid.opened.get(path)?.row.contains(document.activeElement);
    this.readers.delete(path);
    this.grid.close(path);
    const back = this.grid.views.get(path);
    if (inside) (back?.buttonOf(verb) ?? back?.buttonOf("menu"))?.focus({ preventScroll: true });
  }

  /** Close what is open, whatever it is. */
  closeAny(path: string): void {
    this.close(path, this.grid.opened.get(path)?.kind ?? "");
  }

  /** Close this kind of thing if it is open; whether it was. */
  private leave(path: string, kind: string): boolean {
    if (this.grid.opened.get(path)?.kind !== kind) return false;
    this.close(path, kind);
    return true;
  }

  private open<T>(path: string, kind: string, view: View<T>, ask: () => Promise<T>): void {
    let fresh = true;
    const read = async (): Promise<void> => {
      try {
        view.show(await ask());
      } catch (error) {
        view.fail(error instanceof Error ? error.message : String(error));
      }
      if (fresh) this.grid.reveal(path); // later somebody may have scrolled on
      fresh = false;
    };
    this.readers.set(path, { kind, read, reading: false, stale: false });
    this.grid.open(path, { element: view.element, focus: () => view.focus(), kind });
    void this.read(path);
  }

  /** Read again, one question at a time; the last change is always read. */
  private async read(path: string): Promise<void> {
    const reader = this.readers.get(path);
    if (!reader) return;
    reader.stale = reader.reading;
    if (reader.reading) return;
    reader.reading = true;
    await reader.read();
    reader.reading = false;
    if (reader.stale && this.readers.get(path) === reader) void this.read(path);
  }

  private question(
    path: string,
    verb: Verb,
    ask: (row: Row, answer: (answer: Answer) => void) => Question,
    ways: { act: (row: Row) => void; again?: (row: Row) => void },
  ): void {
    if (this.leave(path, verb)) return;
    const row = this.owner.row(path);
    if (!row) return;
    const opened = ask(aged(row), (answer) => {
      this.close(path, verb);
      const now = this.owner.row(path) ?? row;
      if (answer === "act") ways.act(now);
      if (answer === "again") ways.again?.(now);
    });
    this.readers.delete(path);
    this.grid.open(path, { ...opened, kind: verb });
    this.grid.reveal(path);
  }
}

/** What can be opened under a row and shows an answer of the service. */
interface View<T> {
  element: HTMLElement;
  show: (answer: T) => void;
  fail: (message: string) => void;
  focus: () => void;
}
