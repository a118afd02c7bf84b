// Owns the run that a page's address asks for: "?staging-run=..." or "#staging-run=...".

const NAME = "staging-run";

/** The run path in an address, or "". */
export function linkedRun(href: string): string {
  const url = new URL(href);
  return url.searchParams.get(NAME) ?? new URLSearchParams(url.hash.replace(/^#/, "")).get(NAME) ?? "";
}
