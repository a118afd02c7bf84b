// Owns how elements are made and changed: text is always a text node, and only what differs is written.

export type Attributes = Record<string, string | number | boolean | null | undefined>;

/** An element with attributes and children; a null child is left out. */
export function h<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: (Node | string | null)[]
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/**
 * What makes a node focusable and keeps the notebook's one-key shortcuts away from it (JupyterLab looks at the
 * focused node only, never at its ancestors).
 */
export function focusable(tabindex: number): Attributes {
  return { tabindex, "data-lm-suppress-shortcuts": "true" };
}

/** A button that does `act` on a click. */
export function button(label: string, act: () => void, attributes: Attributes = {}) {
  const element = h("button", { type: "button", ...focusable(0), ...attributes }, label);
  element.addEventListener("click", () => {
    if (element.getAttribute("aria-disabled") !== "true") act();
  });
  return element;
}

/** Write an attribute if it differs; null and false take it away. */
export function setAttribute(element: Element, name: string, value: string | number | boolean | null | undefined) {
  if (value === null || value === undefined || value === false) {
    element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Write text if it differs. */
export function setText(element: Element, text: string) {
  if (element.textContent !== text) element.textContent = text;
}

/** Replace what `parent` holds; a fold in it stays open or closed as it was, and the focus stays, or goes to `home`. */
export function replaceFolds(parent: Element, nodes: Element[], home: HTMLElement) {
  const before = parent.querySelector("details");
  const focused = parent.contains(document.activeElement);
  parent.replaceChildren(...nodes);
  const now = parent.querySelector("details");
  if (before && now) now.open = before.open;
  if (focused) (now?.querySelector("summary") ?? home).focus({ preventScroll: true });
}

/**
 * Make `parent` hold exactly `nodes` in that order, touching only what is out of place; the focus stays where it was.
 */
export function placeChildren(parent: Element, nodes: Element[]) {
  const focused = document.activeElement;
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}
