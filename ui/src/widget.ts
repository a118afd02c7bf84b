// Owns the panel as a Jupyter widget: the table in the cell's output, the last table kept in the notebook.

import { version } from "../package.json";
import { ApiError, pageBaseUrl, serverApi } from "./table/api";
import { Feed } from "./table/feed";
import { mountStaging } from "./table/panel";
import type { Snapshot } from "./table/types";

/** What anywidget hands over, as far as it is used here. */
export interface Model {
  get(name: "base_url"): string;
  get(name: "snapshot"): Partial<Snapshot>;
  set(name: "snapshot", value: Snapshot): void;
  save_changes(): void;
}

/** Draw one view of the widget; the answer takes it down. */
function render({ model, el }: { model: Model; el: HTMLElement }) {
  const api = serverApi(model.get("base_url") || pageBaseUrl());
  const kept = model.get("snapshot");
  const panel = mountStaging(el, api, {
    uiVersion: version,
    snapshot: kept.station && kept.rows ? { station: kept.station, rows: kept.rows } : null,
    onSnapshot: (snapshot) => {
      model.set("snapshot", snapshot);
      model.save_changes();
    },
  });
  return () => panel.dispose();
}

// for whoever puts the table elsewhere, as the tests do; a widget looks at the default only
export { ApiError, Feed, mountStaging };
export * as words from "./table/words";

export default { render };
