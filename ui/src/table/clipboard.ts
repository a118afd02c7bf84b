// Owns putting text on the clipboard, and saying in the button whether that worked.

import { button, setText } from "./dom";
import type { Attributes } from "./dom";

const SAID_MS = 2500;

/** Whether the text is on the clipboard now: not every page may put it there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The old way, for pages without a secure connection. */
function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("data-lm-suppress-shortcuts", "true");
  field.style.cssText = "position: fixed; opacity: 0;";
  document.body.append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way without a secure connection
  const worked = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return worked;
}

/** A button that copies what `text` gives. */
export function copyButton(label: string, text: () => string | Promise<string>, attributes: Attributes = {}) {
  const copy = button(label, () => void work(), { class: "exlab-button", ...attributes });
  const work = async (): Promise<void> => {
    const worked = await Promise.resolve(text()).then(copyText, () => false);
    setText(copy, worked ? "Copied" : "Not copied: select and copy it");
    window.setTimeout(() => setText(copy, label), SAID_MS);
  };
  return copy;
}
