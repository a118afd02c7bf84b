// Owns which changes are news: a run that failed, and the moment at which all runs are verified. Each is told once.

import { plural, sizeText } from "../table/words";
import type { Row } from "../table/types";

/** Something a person should hear of although they look elsewhere. */
export interface Item {
  kind: "failed" | "verified";
  text: string;
  /** the run it is about; "" where it is about all */
  path: string;
}

const PROVEN = new Set(["sync_verified", "cleared"]);
/** A toast holds about so many characters. */
const LENGTH = 135;

/** Compares each table with the one before; the first one only tells where it starts from. */
export class News {
  private failed: Set<string> | null = null;
  /** Whether a run has been open, so that "all verified" would be news. */
  private open = false;

  /** What is new in this table. */
  look(rows: Row[]): Item[] {
    const before = this.failed;
    const failed = rows.filter((row) => row.display_state === "Failed");
    this.failed = new Set(failed.map((row) => row.path));
    const fresh = before ? failed.filter((row) => !before.has(row.path)) : [];
    return [...fresh.map(failedItem), ...this.verifiedItem(rows)];
  }

  private verifiedItem(rows: Row[]): Item[] {
    const here = rows.filter((row) => row.local_data);
    const open = here.some(isOpen);
    const over = this.open && !open && here.length > 0;
    this.open = open;
    if (!over || rows.some((row) => row.needs_attention)) return [];
    const bytes = here.reduce((total, row) => total + row.byte_total, 0);
    const text = `All runs are verified on the NAS: ${plural(here.length, "run")}, ${sizeText(bytes)} on this computer.`;
    return [{ kind: "verified", text, path: "" }];
  }
}

/** Whether bytes of this run still lack their proof; one that is read again keeps its state meanwhile. */
function isOpen(row: Row): boolean {
  return !PROVEN.has(row.current_state);
}

function failedItem(row: Row): Item {
  const [equipment, , , leaf] = row.path.split("/");
  const text = `${leaf ?? row.path} (${equipment}) failed. ${row.why}`;
  return { kind: "failed", text: text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text, path: row.path };
}
