// Owns one feed that several views look at: asked once for all of them, and slowly while nobody looks.

import { Feed } from "./feed";
import type { Change, FeedPort, LiveRow } from "./feed";
import type { Api, Snapshot } from "./types";

type Listener = (change: Change) => void;

/** One question at a time for every view of the page; it stops while the page itself is hidden. */
export class SharedFeed {
  readonly feed: Feed;
  private readonly listeners = new Set<Listener>();
  private readonly lookers = new Set<FeedView>();
  private readonly onPage = (): void => this.feed.setVisible(!document.hidden);

  constructor(api: Api) {
    this.feed = new Feed(api);
    this.feed.setQuiet(true);
  }

  /** Begin to ask. */
  start(): void {
    document.addEventListener("visibilitychange", this.onPage);
    this.feed.start((change) => this.listeners.forEach((listener) => listener(change)));
    this.onPage();
  }

  /** End for good. */
  stop(): void {
    document.removeEventListener("visibilitychange", this.onPage);
    this.feed.stop();
  }

  /** The feed as one table sees it. */
  view(): FeedView {
    return new FeedView(this);
  }

  /** Hear of every change until the answer is called. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Whether a table is in sight: then the numbers move at their usual pace. */
  look(view: FeedView, looks: boolean): void {
    if (looks) this.lookers.add(view);
    else this.lookers.delete(view);
    this.feed.setQuiet(this.lookers.size === 0);
  }
}

/** What a table needs of a feed, over one that others use too. Out of sight it hears nothing and catches up later. */
export class FeedView implements FeedPort {
  visible = true;
  private onChange: Listener | null = null;
  private unlisten: (() => void) | null = null;
  private missed: Change | null = null;

  constructor(private readonly shared: SharedFeed) {}

  get rows(): Map<string, LiveRow> {
    return this.shared.feed.rows;
  }

  get station(): Feed["station"] {
    return this.shared.feed.station;
  }

  get link(): Feed["link"] {
    return this.shared.feed.link;
  }

  /** Hear of everything there is now, and of each change. */
  start(onChange: Listener): void {
    this.onChange = onChange;
    this.unlisten = this.shared.listen((change) => this.hear(change));
    this.shared.look(this, this.visible);
    if (this.link.state === "live") this.hear({ link: false, rows: new Set(this.rows.keys()), order: true });
  }

  /** Hear no more; the others go on. */
  stop(): void {
    this.unlisten?.();
    this.unlisten = null;
    this.shared.look(this, false);
  }

  /** A kept table is older than what the feed knows. */
  seed(_snapshot: Snapshot): void {
    // nothing to do
  }

  /** Whether this table is in sight. */
  setVisible(visible: boolean): void {
    this.visible = visible;
    if (!this.unlisten) return;
    this.shared.look(this, visible);
    const missed = this.missed;
    if (!visible || !missed) return;
    this.missed = null;
    this.onChange?.(missed);
  }

  /** Ask now, and quickly for a while. */
  wake(): void {
    this.shared.feed.wake();
  }

  private hear(change: Change): void {
    if (this.visible) this.onChange?.(change);
    else this.missed = this.missed ? joined(this.missed, change) : change;
  }
}

function joined(one: Change, other: Change): Change {
  return {
    link: one.link || other.link,
    rows: new Set([...one.rows, ...other.rows]),
    order: one.order || other.order,
  };
}
