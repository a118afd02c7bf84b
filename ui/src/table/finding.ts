// Owns finding and selecting runs in one table: it joins finder, selection and links with the rows, and tells the host.

import { Keeper, choiceKey } from "./choice";
import { Finder } from "./finder";
import { type Limits, limitKey, limitText, ofEquipment, within } from "./limits";
import { Linker } from "./linker";
import { Picker } from "./picker";
import { aged } from "./row";
import { isRestless } from "./sorting";
import type { BulkVerb } from "./bulk";
import type { FeedPort, LiveRow } from "./feed";
import type { Grid, Owner } from "./grid";
import type { Options } from "./options";

/** The table it works for. */
export interface Table {
  feed: FeedPort;
  grid: () => Grid;
  /** Filter and order the rows now. */
  reorder: () => void;
  /** Why buttons do nothing now, or "". */
  off: () => string;
  say: (text: string) => void;
  bulk: (verb: BulkVerb, paths: string[]) => void;
}

export class Finding {
  readonly limits: Limits;
  readonly finder: Finder;
  readonly picker: Picker;
  readonly linker: Linker;
  private told = "";

  constructor(
    private readonly table: Table,
    private readonly options: Options,
  ) {
    this.limits = { equipment: options.equipment ?? [], states: options.states ?? [] };
    const key = options.keepAs ? choiceKey(options.baseUrl ?? "/", options.keepAs + limitKey(this.limits)) : null;
    const leave = (): void => this.table.grid().focusActive();
    const { say, off, bulk, feed } = table;
    this.finder = new Finder(new Keeper(key), {
      changed: () => this.table.reorder(),
      leave,
      rows: () => this.rows(),
      say,
    });
    this.picker = new Picker({
      rows: () => feed.rows,
      order: () => this.table.grid().order,
      changed: () => this.showPicked(),
      report: (paths) => this.options.onSelect?.(paths),
      act: bulk,
      off,
      say,
      leave,
    });
    this.linker = new Linker({
      live: () => feed.link.state === "live",
      knows: (path) => feed.rows.has(path),
      show: (path, focus) => this.showRun(path, focus),
      tell: (text) => this.finder.tell(text),
    });
  }

  /** Every run that this panel may show. */
  rows(): LiveRow[] {
    return within([...this.table.feed.rows.values()], this.limits);
  }

  /** Runs that the first sentence counts. */
  counted(): LiveRow[] {
    return ofEquipment([...this.table.feed.rows.values()], this.limits);
  }

  /** "Only CONFOCAL_01.", or "". */
  get limit(): string {
    return limitText(this.limits);
  }

  /** Whether rows may trade places although none came, went or changed its state. */
  get restless(): boolean {
    return isRestless(this.finder.sort);
  }

  /** The part of the grid's owner that is about sorting and selecting. */
  gridOwner(): Pick<Owner, "sortBy" | "pick" | "extend" | "drop" | "pickAll"> {
    return {
      sortBy: (key) => this.finder.sortBy(key),
      pick: (path) => this.picker.toggle(path),
      extend: (path, from) => this.picker.extend(path, from),
      pickAll: () => this.picker.all(),
      drop: () => this.picker.drop(),
    };
  }

  /** A click on a run's box; with Shift all up to it. */
  pick(path: string, range: boolean): void {
    if (range) this.picker.extend(path, this.table.grid().active);
    else this.picker.toggle(path);
  }

  /** The rows were put in order: say what is shown. */
  ordered(): void {
    const grid = this.table.grid();
    this.finder.show(grid.order.length, this.rows());
    grid.head.showSort(this.finder.sort);
    this.showPicked();
  }

  /** The server answered. */
  changed(): void {
    this.picker.refresh(true);
    this.linker.settle();
  }

  /** Tell the host which rows are shown, if it wants to know and they changed. */
  tellRows(): void {
    if (!this.options.onRows) return;
    const { rows } = this.table.feed;
    const shown = this.table.grid().order.flatMap((path) => rows.get(path) ?? []);
    const said = JSON.stringify(shown.map((row) => [row.path, row.revision, row.receivedAt]));
    if (said !== this.told) this.options.onRows(shown.map(aged));
    this.told = said;
  }

  /** Keys from anywhere in the panel but its text fields; whether it was one. */
  key(event: KeyboardEvent): boolean {
    const target = event.target as HTMLElement;
    const typing = target.matches("input:not([type=checkbox]), select, textarea");
    if (typing || event.defaultPrevented || event.altKey) return false;
    if (event.ctrlKey || event.metaKey) return this.command(event.key, target);
    if (event.key === "/") this.finder.toolbar.focusSearch();
    else if (event.key === "?") this.finder.toggle("help");
    else return false;
    return true;
  }

  /** Ctrl or Cmd with A selects all runs, except where there is text to select. */
  private command(key: string, target: HTMLElement): boolean {
    if (key.toLowerCase() !== "a" || target.closest(".exlab-opened, .exlab-review")) return false;
    this.picker.all();
    return true;
  }

  private showPicked(): void {
    const grid = this.table.grid();
    for (const view of grid.views.values()) view.setPicked(this.picker.has(view.path));
    grid.head.showPicked(this.picker.shown, grid.order.length);
    this.picker.refresh();
  }

  /** Bring a run into view; "" or why that cannot be. */
  private showRun(path: string, focus: boolean): string {
    const row = this.table.feed.rows.get(path);
    const grid = this.table.grid();
    if (!row || !within([row], this.limits).length) return `${path} is not shown here. ${this.limit}`;
    if (!grid.order.includes(path)) {
      this.finder.uncover(row);
      this.table.reorder();
    }
    grid.mark(path);
    if (focus) grid.focusActive();
    return "";
  }
}
