// Owns what each act does, to one run or to many: at once, after a question, or by opening something under the row.

import { actOf, menuOf, verbOf } from "./acts";
import type { Act, Verb } from "./acts";
import { copyText } from "./clipboard";
import { Deeds } from "./deeds";
import type { Owner as DeedsOwner, PlainVerb } from "./deeds";
import type { LiveRow } from "./feed";
import type { Grid } from "./grid";
import { openMenu } from "./menu";
import { Under } from "./under";
import type { Api } from "./types";

/** What acts need from the table. */
export interface DoerOwner extends Omit<DeedsOwner, "row"> {
  row: (path: string) => LiveRow | undefined;
  /** why nothing can be done now, or "" */
  off: () => string;
  /** an address that shows the run */
  link: (path: string) => string;
  /** review the clearing of exactly these runs */
  review: (paths: string[]) => void;
}

/** Acts on what is on this page alone: they need no service. */
const LOCAL = new Set<Verb>(["copyNas", "copyRun", "copyLink"]);
const PLAIN: Record<PlainVerb, true> = { verify: true, restore: true, retry: true, pause: true, resume: true };

export class Doer {
  readonly deeds: Deeds;
  readonly under: Under;

  /** @param host gives a menu its looks */
  constructor(
    api: Api,
    private readonly grid: Grid,
    private readonly host: HTMLElement,
    private readonly owner: DoerOwner,
  ) {
    this.deeds = new Deeds(api, owner);
    this.under = new Under(api, grid, this.deeds, { row: owner.row, act: (verb, path) => this.act(verb, path) });
  }

  /** Do what a button or an entry of the menu means. */
  act(verb: Verb, path: string, anchor?: HTMLElement): void {
    const row = this.owner.row(path);
    if (!row) return;
    if (verb in PLAIN) {
      void this.deeds.plain(row, verb as PlainVerb);
      return;
    }
    const ways: Partial<Record<Verb, () => void>> = {
      sync: () => void this.deeds.sync(row, false),
      acknowledge: () => void this.deeds.acknowledge(row),
      askSync: () => this.under.askSync(path),
      askClear: () => this.under.askClear(path),
      override: () => this.under.toggleOverride(path),
      log: () => this.under.toggleLog(path),
      details: () => this.under.toggleDetails(path),
      menu: () => anchor && this.menu(row, anchor),
      copyNas: () => void this.copy(row, row.nas_path ?? "", "The NAS path"),
      copyRun: () => void this.copy(row, path, "The run path"),
      copyLink: () => void this.copy(row, this.owner.link(path), "The link"),
    };
    ways[verb]?.();
  }

  /** Do what the service calls so, as the row's button for it does; an open log stays open. */
  perform(action: string, path: string): void {
    const row = this.owner.row(path);
    const open = action === "log" && this.grid.opened.get(path)?.kind === "log";
    if (row && !open) this.act(verbOf(row, action), path);
  }

  /** Do the same to many runs, as the service names it; clearing is reviewed first. */
  bulk(verb: string, paths: string[]): void {
    if (verb === "clear") {
      this.owner.review(paths);
      return;
    }
    for (const path of paths) this.act(verb === "force_sync" ? "sync" : (verb as Verb), path);
  }

  private menu(row: LiveRow, anchor: HTMLElement): void {
    const view = this.grid.views.get(row.path);
    const off = this.owner.off();
    const items = menuOf(row, view?.shownVerbs() ?? new Set()).map((act) => this.item(act, row.path, off));
    const back = () => (this.grid.views.get(row.path)?.buttonOf("menu") ?? anchor).focus({ preventScroll: true });
    openMenu(anchor, this.host, `${actOf("menu").name} ${row.path}`, items, back);
  }

  private item(act: Act, path: string, off: string) {
    const why = act.off ?? (off && !LOCAL.has(act.verb) ? off : undefined);
    return { label: act.label, off: why, act: () => this.act(act.verb, path) };
  }

  private async copy(row: LiveRow, text: string, what: string): Promise<void> {
    const worked = await copyText(text);
    this.deeds.tell(row, worked ? `${what} is on the clipboard.` : `${what}: ${text}`);
  }
}
