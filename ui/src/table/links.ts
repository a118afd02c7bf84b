// Owns the link to one run: the address of this page with the run in its last part.

const NAME = "staging-run";
/** Parts of an address that must not travel: what signs a person in, and what a page does only once. */
const PRIVATE = ["token", "reset", "clone"];

/** An address that opens this page and shows the run. */
export function linkTo(path: string, page: string = window.location.href): string {
  const url = new URL(page);
  for (const name of PRIVATE) url.searchParams.delete(name);
  url.username = "";
  url.password = "";
  url.hash = `${NAME}=${encodeURIComponent(path)}`;
  return url.href;
}

/** The run that an address asks for, or "". */
export function linkedRun(hash: string = window.location.hash): string {
  const part = hash
    .replace(/^#/, "")
    .split("&")
    .find((each) => each.startsWith(`${NAME}=`));
  if (!part) return "";
  try {
    return decodeURIComponent(part.slice(NAME.length + 1));
  } catch {
    return ""; // a link cut in the middle of a character
  }
}
