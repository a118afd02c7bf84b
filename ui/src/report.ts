// Owns what the kernel is told of the table: only what differs, at most twice a second, never more rows than it can bear.

import type { Figures } from "./table/summary";
import type { Row } from "./table/types";

/** As RUNS_MOST in exlab_wizard/panel/widget.py. */
export const RUNS_MOST = 500;
const GAP_MS = 500;

/** Takes rows and figures as often as they come and hands on what is new. */
export class Report {
  private rows: Row[] = [];
  private figures: Figures | null = null;
  private toldRows: Row[] = [];
  private toldFigures = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `tell` gets the names of the widget's traits with their new values. */
  constructor(private readonly tell: (values: { runs?: Row[]; summary?: Figures }) => void) {}

  readonly onRows = (rows: Row[]) => {
    this.rows = rows.slice(0, RUNS_MOST);
    this.soon();
  };

  readonly onSummary = (figures: Figures) => {
    this.figures = figures;
    this.soon();
  };

  /** Tell no more. */
  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private soon() {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, GAP_MS);
  }

  private flush() {
    const news: { runs?: Row[]; summary?: Figures } = {};
    if (!this.rowsAreTold()) news.runs = this.rows.map(bare);
    const figures = JSON.stringify(this.figures);
    if (this.figures && figures !== this.toldFigures) news.summary = this.figures;
    this.toldRows = this.rows;
    this.toldFigures = figures;
    if (news.runs || news.summary) this.tell(news);
  }

  /** A row that the server sent anew is another object; one that only grew older is not. */
  private rowsAreTold() {
    return this.rows.length === this.toldRows.length && this.rows.every((row, at) => row === this.toldRows[at]);
  }
}

/** A row as the server sent it. */
function bare(row: Row & { receivedAt?: number }): Row {
  const { receivedAt: _, ...sent } = row;
  return sent;
}
