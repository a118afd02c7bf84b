// Owns the question "which run?" for commands that were given none.

import { Dialog, InputDialog, showDialog } from "@jupyterlab/apputils";

import { orderRows } from "../table/states";
import type { Row } from "../table/types";

/** Let a person choose one of `rows`; "" when they leave it, or when there is none and they have been told. */
export async function pickRun(title: string, rows: Row[], none: string): Promise<string> {
  if (!rows.length) {
    await showDialog({ title, body: none, buttons: [Dialog.okButton()] });
    return "";
  }
  const labels = new Map(rows.map((row) => [row.path, labelOf(row)]));
  const ordered = orderRows(rows);
  const items = ordered.map((path) => labels.get(path) ?? path);
  const answer = await InputDialog.getItem({ title, label: "Run", items, okLabel: "Choose" });
  const at = answer.button.accept && answer.value ? items.indexOf(answer.value) : -1;
  return ordered[at] ?? "";
}

/** "Run_2026-04-17T14-32 (CONFOCAL_01, PROJ-0042): Verified": the path's parts, the telling one first. */
function labelOf(row: Row): string {
  const [equipment, project, , leaf] = row.path.split("/");
  return `${leaf ?? row.path} (${equipment}, ${project}): ${row.display_state}`;
}
