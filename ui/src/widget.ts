// Owns the panel as a Jupyter widget: the table in the cell's output, and what goes between it and Python.

import { version } from "../package.json";
import { KernelLine } from "./kernel";
import type { Messages } from "./kernel";
import { Report } from "./report";
import { routedApi } from "./route";
import { ApiError, isJupyterPage, pageBaseUrl, serverWays } from "./table/api";
import { Feed } from "./table/feed";
import { mountStaging } from "./table/panel";
import type { Figures } from "./table/summary";
import type { Row, Snapshot } from "./table/types";

/** The traits of exlab_wizard/panel/widget.py. */
interface Traits {
  base_url: string;
  snapshot: Partial<Snapshot>;
  equipment: string[];
  states: string[];
  height: string;
  selected: string[];
  runs: Row[];
  summary: Figures | Record<string, never>;
}

/** What anywidget hands over, as far as it is used here. */
export interface Model extends Messages {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  set<Name extends keyof Traits>(name: Name, value: Traits[Name]): void;
  save_changes(): void;
  /** JupyterLab's, Notebook's and Voila's knows its kernel; others may not */
  widget_manager?: { kernel?: { status?: string } | null };
  on(event: "msg:custom", heard: (content: unknown) => void): void;
  on(event: `change:${keyof Traits}`, changed: () => void): void;
  off(event: "msg:custom", heard: (content: unknown) => void): void;
  off(event: `change:${keyof Traits}`, changed: () => void): void;
}

/** So long until a busy kernel is looked at again. */
const BUSY_MS = 500;

/** Whoever changes one of these wants another table. */
const CHOICES = ["equipment", "states", "height", "base_url"] as const;

/** Draw one view of the widget; the answer takes it down. */
function render({ model, el }: { model: Model; el: HTMLElement }) {
  let view = new View(model, el);
  const again = () => {
    view.dispose();
    view = new View(model, el);
  };
  for (const name of CHOICES) model.on(`change:${name}`, again);
  return () => {
    for (const name of CHOICES) model.off(`change:${name}`, again);
    view.dispose();
  };
}

class View {
  private readonly kernel: KernelLine;
  private readonly report: Report;
  private readonly panel: ReturnType<typeof mountStaging>;
  private untold: Partial<Traits> = {};
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: Model,
    el: HTMLElement,
  ) {
    const base = model.get("base_url") || pageBaseUrl();
    this.kernel = new KernelLine(model);
    this.report = new Report((values) => this.tell(values));
    const kept = model.get("snapshot");
    this.panel = mountStaging(el, routedApi({ ...serverWays(base), atHome: isJupyterPage() }, this.kernel), {
      uiVersion: version,
      snapshot: kept.station && kept.rows ? { station: kept.station, rows: kept.rows } : null,
      onSnapshot: (snapshot) => this.tell({ snapshot }),
      equipment: model.get("equipment"),
      states: model.get("states"),
      height: model.get("height"),
      keepAs: "notebook",
      baseUrl: base,
      onSelect: (selected) => this.tell({ selected }),
      onRows: this.report.onRows,
      onSummary: this.report.onSummary,
    });
    this.select();
    model.on("change:selected", this.select);
  }

  dispose() {
    clearTimeout(this.timer);
    this.model.off("change:selected", this.select);
    this.report.stop();
    this.kernel.close();
    this.panel.dispose();
  }

  /** What Python selected, or another view of the same widget. */
  private readonly select = () => this.panel.select(this.model.get("selected"));

  /** Say it to Python, which hears nothing while a cell runs: a message then only makes the kernel look idle. */
  private tell(values: Partial<Traits>) {
    Object.assign(this.untold, values);
    const kernel = this.model.widget_manager?.kernel;
    clearTimeout(this.timer);
    if (kernel?.status && kernel.status !== "idle") this.timer = setTimeout(() => this.tell({}), BUSY_MS);
    else this.save();
  }

  /** Without a kernel there is nobody to hear it, and the table is none the worse. */
  private save() {
    const values = Object.entries(this.untold);
    this.untold = {};
    try {
      for (const [name, value] of values) this.model.set(name as keyof Traits, value);
      this.model.save_changes();
    } catch (error) {
      console.debug("the kernel was not told of the staging table", error);
    }
  }
}

// for whoever puts the table elsewhere, as the tests do; a widget looks at the default only
export { ApiError, Feed, mountStaging };
export * as words from "./table/words";

export default { render };
