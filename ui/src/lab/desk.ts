// Owns where the table is in JupyterLab: the side panel, at most one tab, and which of them a command means.

import { MainAreaWidget, WidgetTracker } from "@jupyterlab/apputils";
import type { JupyterFrontEnd } from "@jupyterlab/application";

import { StagingView } from "./side";
import { stagingIcon } from "./look";
import type { Source } from "./side";
import type { Handle } from "../table/options";

const SIDE_ID = "exlab-wizard-side";
const TAB_ID = "exlab-wizard-tab";
/** After the property inspector and before whatever asks for no place. */
const RANK = 700;

/** One side panel for the life of the page, and one tab while it is open. */
export class Desk {
  readonly side: StagingView;
  readonly tracker = new WidgetTracker<MainAreaWidget<StagingView>>({ namespace: "exlab-wizard" });

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly source: Source,
  ) {
    this.side = new StagingView(source, "side");
    this.side.id = SIDE_ID;
    app.shell.add(this.side, "right", { rank: RANK, type: "Staging" });
  }

  /** Show the side panel. */
  openSide(): Promise<Handle> {
    this.app.shell.activateById(SIDE_ID);
    return this.side.ready;
  }

  /** Show the tab, made if need be. */
  async openTab(): Promise<Handle> {
    const there = this.tracker.currentWidget;
    const tab = there && !there.isDisposed ? there : this.makeTab();
    if (!tab.isAttached) this.app.shell.add(tab, "main");
    if (!this.tracker.has(tab)) await this.tracker.add(tab);
    this.app.shell.activateById(tab.id);
    return tab.content.ready;
  }

  /** The table a person looks at: the tab in front, else the side panel, opened. */
  current(): Promise<Handle> {
    const tab = this.tracker.currentWidget;
    return tab?.isVisible ? tab.content.ready : this.openSide();
  }

  /** The run that a command without a run means, or "". */
  get activeRun(): string {
    return this.tracker.currentWidget?.content.activeRun || this.side.activeRun;
  }

  private makeTab(): MainAreaWidget<StagingView> {
    const tab = new MainAreaWidget({ content: new StagingView(this.source, "tab") });
    tab.id = TAB_ID;
    tab.title.label = "Staging";
    tab.title.icon = stagingIcon;
    tab.title.closable = true;
    tab.toolbar.hide();
    return tab;
  }
}
