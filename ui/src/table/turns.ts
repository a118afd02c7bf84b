// Owns whose turn it is: of many things to do only a few are under way at once, the others in the order they came.

export class Turns {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  /** @param most so many at once */
  constructor(most: number) {
    this.free = most;
  }

  /** Do it when its turn comes; the answer is its own. */
  async take<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((go) => this.waiting.push(go));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
