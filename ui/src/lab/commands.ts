// Owns the commands of the extension: what each does, and which run it means.

import { PageConfig } from "@jupyterlab/coreutils";
import { showErrorMessage } from "@jupyterlab/apputils";
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ReadonlyPartialJSONObject } from "@lumino/coreutils";

import { stagingNotebook } from "./notebook";
import { pickRun } from "./picker";
import { belowRoot, currentFolder, serverRoot } from "./places";
import { RUN_COMMANDS, runsFor } from "./verbs";
import { stagingIcon } from "./look";
import type { Desk } from "./desk";
import type { RunCommand } from "./verbs";
import type { SharedFeed } from "../table/shared";
import type { Row } from "../table/types";

/** The ids that others (launcher, status bar, notifications, a shortcut) call by name. */
export const COMMANDS = {
  open: "exlab-wizard:open",
  openTab: "exlab-wizard:open-tab",
  reveal: "exlab-wizard:reveal",
  pauseAll: "exlab-wizard:pause-all",
  resumeAll: "exlab-wizard:resume-all",
  clearVerified: "exlab-wizard:clear-verified",
  notebook: "exlab-wizard:open-notebook",
} as const;

/** Make every command known; the answer is their ids, in the order of the palette. */
export function addCommands(app: JupyterFrontEnd, desk: Desk, feed: SharedFeed): string[] {
  const acts = new Acts(app, desk, feed);
  const add = (id: string, label: string, execute: (args: ReadonlyPartialJSONObject) => Promise<unknown>): string => {
    const icon = id === COMMANDS.openTab ? stagingIcon : undefined;
    app.commands.addCommand(id, { label: (args) => (args.isLauncher ? "Staging" : label), icon, execute });
    return id;
  };
  return [
    add(COMMANDS.open, "Open staging panel", () => desk.openSide()),
    add(COMMANDS.openTab, "Open staging panel in a tab", () => desk.openTab()),
    ...RUN_COMMANDS.map((each) => add(each.id, each.label, (args) => acts.onRun(each, args))),
    add(COMMANDS.clearVerified, "Clear verified runs…", async () => (await desk.current()).review()),
    add(COMMANDS.pauseAll, "Pause everything", async () => (await desk.current()).pauseAll(true)),
    add(COMMANDS.resumeAll, "Resume everything", async () => (await desk.current()).pauseAll(false)),
    add(COMMANDS.reveal, "Reveal run…", (args) => acts.reveal(args)),
    add(COMMANDS.notebook, "Open staging notebook", (args) => acts.openNotebook(args)),
  ];
}

/** What the commands do that need more than one line. */
class Acts {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly desk: Desk,
    private readonly feed: SharedFeed,
  ) {}

  /** Do it in the table, so that the question, the word in the row and the result stand where they always stand. */
  async onRun(command: RunCommand, args: ReadonlyPartialJSONObject): Promise<void> {
    const able = runsFor(this.rows(), command.action);
    const path = this.meant(args, able) || (await pickRun(command.question, able, command.none));
    if (!path) return;
    const table = await this.desk.current();
    table.reveal(path);
    table.act(command.action, path);
  }

  async reveal(args: ReadonlyPartialJSONObject): Promise<void> {
    const rows = this.rows();
    const path = runOf(args) || (await pickRun("Reveal which run?", rows, "Nothing is staged."));
    if (!path) return;
    const table = await this.desk.current();
    table.reveal(path);
    await this.browse(path);
  }

  async openNotebook(args: ReadonlyPartialJSONObject): Promise<void> {
    const cwd = args.cwd;
    try {
      const folder = typeof cwd === "string" ? cwd : currentFolder(this.app);
      const path = await stagingNotebook(this.app.serviceManager.contents, folder);
      await this.app.commands.execute("docmanager:open", { path });
    } catch (error) {
      await showErrorMessage(
        "The staging notebook could not be opened",
        error instanceof Error ? error : String(error),
      );
    }
  }

  /** The run given, else the one the table stands on, if the action is for it. */
  private meant(args: ReadonlyPartialJSONObject, able: Row[]): string {
    const given = runOf(args);
    if (given) return given;
    const active = this.desk.activeRun;
    return able.some((row) => row.path === active) ? active : "";
  }

  /** Show the run's folder in the file browser, where the server's root holds it. */
  private async browse(path: string): Promise<void> {
    const station = this.feed.feed.station;
    if (!station || !this.feed.feed.rows.get(path)?.local_data || !this.app.commands.hasCommand(GO_TO)) return;
    const root = serverRoot(PageConfig.getOption("rootUri"), PageConfig.getOption("serverRoot"));
    const folder = belowRoot(`${station.staging_root.replace(/\/+$/, "")}/${path}`, root);
    if (folder !== null) await this.app.commands.execute(GO_TO, { path: folder, dontShowBrowser: true });
  }

  private rows(): Row[] {
    return [...this.feed.feed.rows.values()];
  }
}

const GO_TO = "filebrowser:open-path";

function runOf(args: ReadonlyPartialJSONObject): string {
  return typeof args.run === "string" ? args.run : "";
}
