// Owns what a host may ask of a table, and what it may do with it.

import type { FeedPort } from "./feed";
import type { Filters } from "./filters";
import type { Figures } from "./summary";
import type { Row, Snapshot } from "./types";

export interface Options {
  /** The last table, shown until the server answers. */
  snapshot?: Snapshot | null;
  /** Called with the table to keep, at most every half minute. */
  onSnapshot?: (snapshot: Snapshot) => void;
  /** Only runs of this equipment, and in these states; nobody at the table can lift it. */
  equipment?: string[];
  states?: string[];
  /** How high the panel is, as CSS says it; else as high as its rows, up to a part of the window. */
  height?: string;
  /** The name under which this browser remembers how the table was sorted and filtered; without one it does not. */
  keepAs?: string;
  /** Of the server whose runs these are: choices are kept for each. */
  baseUrl?: string;
  /** Called when a person selects other runs. */
  onSelect?: (paths: string[]) => void;
  /** Called with the runs shown, in their order, when they changed, at most about once a second. */
  onRows?: (rows: Row[]) => void;
  /** A feed that others use too; without it the table has one of its own. */
  feed?: FeedPort;
  /** The version of this front end, compared with the server's. */
  uiVersion?: string;
  /** Called with the figures of the first sentence each time it is written. */
  onSummary?: (figures: Figures) => void;
}

export interface Handle {
  dispose: () => void;
  /** Select exactly these runs. */
  select: (paths: string[]) => void;
  /** Bring a run into view, as soon as it is there, and mark it. */
  reveal: (path: string) => void;
  /** Ask for other runs; what is not named stays. */
  setFilter: (change: Partial<Filters>) => void;
  /** The run a person selected or last went to, or "". */
  activeRun: () => string;
  /** Do what a row's button does; `action` is the service's word for it. */
  act: (action: string, path: string) => void;
  /** Open the review of everything that can be cleared. */
  review: () => void;
  /** Pause or resume everything. */
  pauseAll: (paused: boolean) => void;
}
