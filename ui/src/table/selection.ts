// Owns which runs are selected, and how a range grows and shrinks from where it began.

export class Selection {
  private chosen = new Set<string>();
  /** Where a range begins, and what was selected beside it. */
  private anchor = "";
  private beside = new Set<string>();

  get size(): number {
    return this.chosen.size;
  }

  /** The selected runs, in the order in which they were selected. */
  get paths(): string[] {
    return [...this.chosen];
  }

  has(path: string): boolean {
    return this.chosen.has(path);
  }

  /** Select a run, or select it no more; a range may begin here. */
  toggle(path: string): void {
    if (!this.chosen.delete(path)) this.chosen.add(path);
    this.anchorAt(path);
  }

  /** Select from where the range began to `to`, in the order shown; an earlier end of the same range is forgotten. */
  extend(order: string[], to: string, from = ""): void {
    if (!order.includes(this.anchor)) this.anchorAt(from || to);
    const [first, last] = [order.indexOf(this.anchor), order.indexOf(to)].sort((a, b) => a - b) as [number, number];
    this.chosen = new Set([...this.beside, ...order.slice(Math.max(first, 0), last + 1)]);
  }

  /** Select exactly these. */
  set(paths: Iterable<string>): void {
    this.chosen = new Set(paths);
    this.anchor = "";
    this.beside = new Set();
  }

  /** Add all of these; if all are selected already, none of them. */
  toggleAll(paths: string[]): void {
    const given = new Set(paths);
    const all = paths.every((path) => this.chosen.has(path));
    const rest = this.paths.filter((path) => !given.has(path));
    this.set(all ? rest : [...this.chosen, ...paths]);
  }

  /** Let go of runs that are gone; whether there were any. */
  keepOnly(known: { has: (path: string) => boolean }): boolean {
    const gone = this.paths.filter((path) => !known.has(path));
    for (const path of gone) {
      this.chosen.delete(path);
      this.beside.delete(path);
    }
    return gone.length > 0;
  }

  private anchorAt(path: string): void {
    this.anchor = path;
    this.beside = new Set(this.chosen);
  }
}
