// Owns the list of keys that the panel shows on "?".

import { button, h } from "./dom";

/** Keys and what they do, as the README lists them. */
export const KEYS: [string, string][] = [
  ["/", "search"],
  ["↑ ↓ PgUp PgDn Home End", "from run to run; ↑ on the first one reaches the column names"],
  ["Enter", "open the run, or close it again"],
  ["← →", "between a run and its buttons"],
  ["Space", "select the run"],
  ["Shift + ↑ ↓", "select a range"],
  ["Ctrl + A (⌘ A)", "select all runs shown"],
  ["Esc", "close what is open, then drop the selection; the focus returns"],
  ["Tab", "to the next part of the panel"],
  ["?", "this list"],
];

/** The list, with a button that closes it. */
export function helpList(close: () => void): HTMLElement {
  const terms = KEYS.flatMap(([keys, does]) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, does)]);
  const note = "No single key deletes anything, and none of them reaches the notebook.";
  const done = button("Close", close, { class: "exlab-button exlab-primary" });
  const list = h(
    "section",
    { class: "exlab-help", "aria-label": "Keys" },
    h("dl", {}, ...terms),
    h("p", {}, note),
    done,
  );
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return list;
}
