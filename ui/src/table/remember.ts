// Owns yes-or-no choices that a browser keeps for the next time; where it keeps nothing they last as long as the page.

const PREFIX = "exlab-wizard:staging:";

/** What was chosen the last time; null if nobody did, or the browser does not say. */
export function remembered(name: string): boolean | null {
  try {
    const kept = window.localStorage.getItem(PREFIX + name);
    return kept === "yes" ? true : kept === "no" ? false : null;
  } catch {
    return null; // a private window may refuse the storage itself
  }
}

/** Keep a choice for the next time. */
export function remember(name: string, chosen: boolean) {
  try {
    window.localStorage.setItem(PREFIX + name, chosen ? "yes" : "no");
  } catch {
    // full or forbidden: it is just not remembered
  }
}
