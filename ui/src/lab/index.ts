// Owns the JupyterLab extension: one plugin that joins side panel, status bar, notifications, palette and launcher.

import { ILayoutRestorer } from "@jupyterlab/application";
import { ICommandPalette, Notification } from "@jupyterlab/apputils";
import { PageConfig } from "@jupyterlab/coreutils";
import { ILauncher } from "@jupyterlab/launcher";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { IStatusBar } from "@jupyterlab/statusbar";
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";

import { version } from "../../package.json";
import { serverApi } from "../table/api";
import { SharedFeed } from "../table/shared";
import { COMMANDS, addCommands } from "./commands";
import { Desk } from "./desk";
import { linkedRun } from "./link";
import { addStyle } from "./look";
import { News } from "./news";
import { StatusItem } from "./statusitem";
import type { Item } from "./news";

const ID = "exlab-wizard:plugin";
/** Pages with room for a panel. Voila loads every extension of JupyterLab, and has none. */
const HOSTS = /^(JupyterLab|Jupyter Notebook)/;
/** Notebook's pages for a text file, a terminal or a console show that and nothing else. */
const PAGES = new Set(["", "tree", "notebooks"]);
const GOOD_NEWS_MS = 10_000;

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "The staging panel beside the notebook: is my data safe, and may I free the disk?",
  autoStart: true,
  optional: [ILayoutRestorer, ICommandPalette, ILauncher, IStatusBar, ISettingRegistry],
  activate,
};

function activate(
  app: JupyterFrontEnd,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  statusBar: IStatusBar | null,
  registry: ISettingRegistry | null,
): void {
  if (!HOSTS.test(app.name) || !PAGES.has(PageConfig.getOption("notebookPage"))) return;
  addStyle();
  const { baseUrl } = app.serviceManager.serverSettings;
  const api = serverApi(baseUrl);
  const feed = new SharedFeed(api);
  const desk = new Desk(app, { api, feed, version, baseUrl: new URL(baseUrl, window.location.href).pathname });
  const ids = addCommands(app, desk, feed);
  for (const command of ids) palette?.addItem({ command, category: "Staging" });
  launcher?.add({ command: COMMANDS.openTab, category: "Other", args: { isLauncher: true } });
  statusBar?.registerStatusItem(ID, {
    item: new StatusItem(feed, () => void app.commands.execute(COMMANDS.open)),
    align: "left",
    rank: 5,
  });
  restorer?.add(desk.side, desk.side.id);
  if (restorer) void restorer.restore(desk.tracker, { command: COMMANDS.openTab, name: () => "staging" });
  tellNews(app, feed, registry);
  feed.start();
  const linked = linkedRun(window.location.href);
  if (linked) void app.restored.then(() => app.commands.execute(COMMANDS.reveal, { run: linked }));
}

/** Notifications, unless the settings say no; what happened meanwhile is not told afterwards. */
function tellNews(app: JupyterFrontEnd, feed: SharedFeed, registry: ISettingRegistry | null): void {
  const news = new News();
  let wanted = true;
  const follow = (settings: ISettingRegistry.ISettings): void => {
    const read = (): void => {
      wanted = settings.get("notifications").composite !== false;
    };
    read();
    settings.changed.connect(read);
  };
  registry?.load(ID).then(follow, (error: unknown) => {
    console.warn("exlab-wizard: no settings, so notifications stay on.", error);
  });
  feed.listen(() => {
    if (feed.feed.link.state !== "live") return;
    const items = news.look([...feed.feed.rows.values()]);
    if (wanted) items.forEach((item) => tell(app, item));
  });
}

function tell(app: JupyterFrontEnd, item: Item): void {
  if (item.kind === "verified") {
    Notification.success(item.text, { autoClose: GOOD_NEWS_MS });
    return;
  }
  const show = { label: "Show run", callback: () => void app.commands.execute(COMMANDS.reveal, { run: item.path }) };
  Notification.error(item.text, { autoClose: false, actions: [show] });
}

export default plugin;
