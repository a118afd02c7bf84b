// Owns bringing one run into view, as a link or a host asks: also a run that has not come yet.

import { linkedRun } from "./links";

/** What it needs from its table. */
export interface LinkerOwner {
  /** Whether the table is live, so that a run that is missing is really missing. */
  live: () => boolean;
  knows: (path: string) => boolean;
  /** Show the row and mark it; "" or why it cannot be shown. */
  show: (path: string, focus: boolean) => string;
  tell: (text: string) => void;
}

export class Linker {
  private wanted = "";
  private focus = false;
  private readonly onHash = (): void => this.follow();

  constructor(private readonly owner: LinkerOwner) {}

  /** Follow the page's address from now on. */
  start(): void {
    window.addEventListener("hashchange", this.onHash);
    this.follow();
  }

  stop(): void {
    window.removeEventListener("hashchange", this.onHash);
  }

  /** Show a run now, or as soon as the table has it. */
  reveal(path: string, focus = true): void {
    this.wanted = path;
    this.focus = focus;
    this.settle();
  }

  /** Show the run that is waited for, if it can be by now. */
  settle(): void {
    const path = this.wanted;
    const known = path !== "" && this.owner.knows(path);
    if (path === "" || (!known && !this.owner.live())) return;
    this.wanted = "";
    const why = known ? this.owner.show(path, this.focus) : `${path} is not in the staging list (any more).`;
    if (why) this.owner.tell(why);
  }

  /** A page that is opened by a link keeps its focus where it is. */
  private follow(): void {
    const path = linkedRun();
    if (path) this.reveal(path, false);
  }
}
