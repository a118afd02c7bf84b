// Owns a menu that opens at a button, above everything and never larger than the view.

import { focusable, h } from "./dom";

export interface MenuItem {
  label: string;
  act: () => void;
  /** why it does nothing now */
  off?: string;
}

/** Pixels between a menu and the edge of the view. */
const EDGE = 8;

let current: (() => void) | null = null;

/**
 * Open a menu at `anchor`, in place of any other; `host` gives it its looks, `back` gets the focus afterwards.
 * It closes by itself when it lost its place or the focus, so nothing waits for it.
 */
export function openMenu(anchor: HTMLElement, host: HTMLElement, label: string, items: MenuItem[], back: () => void) {
  current?.();
  const nodes = items.map((item) => itemNode(item));
  const menu = h("div", { role: "menu", class: "exlab-menu", popover: "manual", "aria-label": label }, ...nodes);
  const close = (refocus: boolean): void => {
    if (current === dismiss) current = null;
    document.removeEventListener("pointerdown", onPointer, true);
    window.removeEventListener("resize", dismiss);
    window.removeEventListener("scroll", onScroll, true);
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (refocus) back();
  };
  const dismiss = (): void => close(menu.contains(document.activeElement));
  const onScroll = (event: Event): void => {
    if (event.target instanceof Node && event.target.contains(anchor.isConnected ? anchor : host)) dismiss(); // it moved
  };
  const onPointer = (event: Event): void => {
    if (!menu.contains(event.target as Node) && !anchor.contains(event.target as Node)) close(false);
  };
  menu.addEventListener("click", (event) => {
    const at = nodes.findIndex((node) => node.contains(event.target as Node));
    const item = items[at];
    if (!item || item.off !== undefined) return;
    close(true); // first, so that what the act opens may take the focus
    item.act();
  });
  menu.addEventListener("keydown", (event) => onKey(event, nodes, close));
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) close(false);
  });
  current = dismiss;
  host.append(menu);
  if (typeof menu.showPopover === "function") menu.showPopover();
  place(menu, anchor);
  anchor.setAttribute("aria-expanded", "true");
  nodes[0]?.focus({ preventScroll: true });
  document.addEventListener("pointerdown", onPointer, true);
  window.requestAnimationFrame(() => {
    if (current !== dismiss) return;
    window.addEventListener("resize", dismiss);
    window.addEventListener("scroll", onScroll, true);
  });
}

function itemNode(item: MenuItem): HTMLButtonElement {
  const off = item.off === undefined ? null : h("span", { class: "exlab-menu-why" }, item.off);
  const attributes = { type: "button", role: "menuitem", class: "exlab-menu-item", ...focusable(-1) };
  return h("button", { ...attributes, "aria-disabled": off ? "true" : null }, h("span", {}, item.label), off);
}

function onKey(event: KeyboardEvent, nodes: HTMLElement[], close: (refocus: boolean) => void) {
  event.stopPropagation();
  const at = nodes.indexOf(document.activeElement as HTMLElement);
  const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  const step = steps[event.key];
  if (event.key === "Escape" || event.key === "Tab") close(true);
  else if (step !== undefined) nodes.at(step % nodes.length)?.focus();
  else if (event.key.length === 1 && event.key !== " ") startingWith(nodes, at, event.key)?.focus();
  else return;
  event.preventDefault();
}

/** The next item after `at` that begins with a letter. */
function startingWith(nodes: HTMLElement[], at: number, letter: string): HTMLElement | undefined {
  const turned = [...nodes.slice(at + 1), ...nodes.slice(0, at + 1)];
  return turned.find((node) => node.textContent.toLowerCase().startsWith(letter.toLowerCase()));
}

/** Below the button, or above it where more room is; beside the edges of the view, never beyond. */
function place(menu: HTMLElement, anchor: HTMLElement) {
  const at = anchor.getBoundingClientRect();
  const below = window.innerHeight - at.bottom - EDGE;
  const above = at.top - EDGE;
  const down = menu.offsetHeight <= below || below >= above;
  menu.style.maxHeight = `${Math.max(80, Math.floor(down ? below : above) - 2)}px`;
  const top = down ? at.bottom + 2 : at.top - menu.offsetHeight - 2;
  const left = Math.min(at.right - menu.offsetWidth, window.innerWidth - menu.offsetWidth - EDGE);
  menu.style.top = `${Math.max(EDGE, top)}px`;
  menu.style.left = `${Math.max(EDGE, left)}px`;
}
