// @ts-check
// Owns how elements are made and changed: text is always a text node, and only what differs is written.

/** @typedef {Record<string, string|number|boolean|null|undefined>} Attributes */

/** An element with attributes and children; a null child is left out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Attributes} [attributes] @param {(Node|string|null)[]} children
 * @returns {HTMLElementTagNameMap[T]} */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** What makes a node focusable and keeps the notebook's one-key shortcuts away from it (JupyterLab looks at the
 * focused node only, never at its ancestors). @param {number} tabindex @returns {Attributes} */
export function focusable(tabindex) {
  return { tabindex, "data-lm-suppress-shortcuts": "true" };
}

/** A button that does `act` on a click. @param {string} label @param {() => void} act @param {Attributes} [attributes] */
export function button(label, act, attributes = {}) {
  const element = h("button", { type: "button", ...focusable(0), ...attributes }, label);
  element.addEventListener("click", () => {
    if (element.getAttribute("aria-disabled") !== "true") act();
  });
  return element;
}

/** Write an attribute if it differs; null and false take it away.
 * @param {Element} element @param {string} name @param {string|number|boolean|null|undefined} value */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Write text if it differs. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Make `parent` hold exactly `nodes` in that order, touching only what is out of place; the focus stays where it was.
 * @param {Element} parent @param {Element[]} nodes */
export function placeChildren(parent, nodes) {
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
