// @ts-check
// Owns the panel as a Jupyter widget: the table in the cell's output, the last table kept in the notebook.

import { pageBaseUrl, serverApi } from "./api.js";
import { mountStaging } from "./panel.js";

/**
 * What anywidget hands over, as far as it is used here.
 * @typedef {{get: (name: string) => any, set: (name: string, value: any) => void, save_changes: () => void}} Model
 */

/** Draw one view of the widget; the answer takes it down. @param {{model: Model, el: HTMLElement}} view */
function render({ model, el }) {
  const api = serverApi(model.get("base_url") || pageBaseUrl());
  const kept = model.get("snapshot");
  const panel = mountStaging(el, api, {
    snapshot: kept?.station ? kept : null,
    onSnapshot: (snapshot) => {
      model.set("snapshot", snapshot);
      model.save_changes();
    },
  });
  return () => panel.dispose();
}

export default { render };
