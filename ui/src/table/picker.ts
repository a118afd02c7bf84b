// Owns selecting runs in the table: what keys and clicks do, the bar that follows, and the word to the host.

import type { BulkVerb } from "./bulk";
import { SelectBar } from "./selectbar";
import { Selection } from "./selection";
import type { Row } from "./types";
import { plural } from "./words";

/** What selecting needs from its table. */
export interface PickerOwner {
  /** Every run there is. */
  rows: () => ReadonlyMap<string, Row>;
  /** The runs shown, in their order. */
  order: () => string[];
  /** Other runs are selected: draw their boxes. */
  changed: () => void;
  act: (verb: BulkVerb, paths: string[]) => void;
  off: () => string;
  say: (text: string) => void;
  leave: () => void;
  /** Tell the host which runs are selected. */
  report: (paths: string[]) => void;
}

export class Picker {
  readonly bar: SelectBar;
  private readonly selection = new Selection();
  private reported = "";

  constructor(private readonly owner: PickerOwner) {
    this.bar = new SelectBar({
      act: (verb, paths) => this.owner.act(verb, paths),
      drop: () => {
        this.drop();
        this.owner.leave();
      },
    });
  }

  get paths(): string[] {
    return this.selection.paths;
  }

  has(path: string): boolean {
    return this.selection.has(path);
  }

  /** How many of the shown runs are selected. */
  get shown(): number {
    return this.selection.size ? this.owner.order().filter((path) => this.has(path)).length : 0;
  }

  toggle(path: string): void {
    this.selection.toggle(path);
    this.settle();
  }

  /** Up to this run, from where the range began or else from `from`. */
  extend(path: string, from: string): void {
    this.selection.extend(this.owner.order(), path, from);
    this.settle();
  }

  /** All runs shown, or none of them if all are selected already. */
  all(): void {
    this.selection.toggleAll(this.owner.order());
    this.settle();
    this.owner.say(`${plural(this.selection.size, "run")} selected.`);
  }

  /** Select nothing; whether anything was. */
  drop(): boolean {
    if (!this.selection.size) return false;
    this.selection.set([]);
    this.settle();
    return true;
  }

  /** Select exactly these, as the host asks; it is told only if it named runs that are not here. */
  set(paths: string[]): void {
    if (JSON.stringify([...paths].sort()) === JSON.stringify(this.paths.sort())) return;
    this.selection.set(paths);
    this.reported = JSON.stringify(this.paths);
    this.refresh();
    this.owner.changed();
  }

  /** Runs changed, came or went: let go of what is gone, and say the new numbers. */
  refresh(live = false): void {
    if (live && this.selection.keepOnly(this.owner.rows())) this.settle();
    else this.showBar();
  }

  private settle(): void {
    this.showBar();
    this.owner.changed();
    const paths = this.paths;
    const said = JSON.stringify(paths);
    if (said !== this.reported) this.owner.report(paths);
    this.reported = said;
  }

  private showBar(): void {
    const rows = this.owner.rows();
    const picked = this.paths.flatMap((path) => rows.get(path) ?? []);
    this.bar.show(picked, picked.length ? picked.length - this.shown : 0, this.owner.off());
  }
}
