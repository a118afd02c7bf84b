// Owns the staging table as a widget of JupyterLab: in the side panel, or in a tab of its own.

import { Widget } from "@lumino/widgets";

import { mountStaging } from "../table/panel";
import { stagingIcon } from "./look";
import type { Handle } from "../table/options";
import type { SharedFeed } from "../table/shared";
import type { Api } from "../table/types";

/** What every table of this page needs. */
export interface Source {
  api: Api;
  feed: SharedFeed;
  version: string;
  baseUrl: string;
}

/** The table is made when it is first in sight: a panel nobody opens costs nothing. */
export class StagingView extends Widget {
  /** The table, once there is one. */
  readonly ready: Promise<Handle>;
  private mounted: Handle | null = null;
  private settle!: (mounted: Handle) => void;

  /** @param keepAs the name under which this browser remembers how the table was sorted and filtered */
  constructor(
    private readonly source: Source,
    private readonly keepAs: string,
  ) {
    super();
    this.ready = new Promise((resolve) => (this.settle = resolve));
    this.addClass("exlab-lab");
    this.title.icon = stagingIcon;
    this.title.caption = "Staging: is my data safe, and may I free the disk?";
  }

  /** The run that a command without a run means, or "". */
  get activeRun(): string {
    return this.isVisible ? (this.mounted?.activeRun() ?? "") : "";
  }

  override dispose(): void {
    this.mounted?.dispose();
    super.dispose();
  }

  protected override onAfterAttach(): void {
    if (this.isVisible) this.mount();
  }

  protected override onAfterShow(): void {
    this.mount();
  }

  private mount(): void {
    if (this.mounted) return;
    const { api, feed, version, baseUrl } = this.source;
    this.mounted = mountStaging(this.node, api, {
      feed: feed.view(),
      uiVersion: version,
      keepAs: this.keepAs,
      baseUrl,
    });
    this.settle(this.mounted);
  }
}
