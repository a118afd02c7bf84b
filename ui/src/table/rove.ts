// Owns the one Tab stop of a group of controls: the arrow keys walk among them.

const CONTROLS = "button, input, select";
const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowRight: (at, last) => (at === last ? 0 : at + 1),
  ArrowDown: (at, last) => (at === last ? 0 : at + 1),
  ArrowLeft: (at, last) => (at === 0 ? last : at - 1),
  ArrowUp: (at, last) => (at === 0 ? last : at - 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/** Walk among the controls of `group` with these keys; the one last used is its Tab stop. */
export function rove(group: HTMLElement, keys: string[] = ["ArrowRight", "ArrowLeft", "Home", "End"]): void {
  group.addEventListener("keydown", (event) => {
    const step = keys.includes(event.key) && !event.defaultPrevented ? STEPS[event.key] : undefined;
    const all = controls(group);
    const at = all.indexOf(event.target as HTMLElement);
    if (!step || at < 0 || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    all[step(at, all.length - 1)]?.focus();
  });
  group.addEventListener("focusin", (event) => settle(group, event.target as HTMLElement));
}

/** Make one control of `group` its Tab stop: `wanted`, or the one that was, or the first. */
export function settle(group: HTMLElement, wanted: HTMLElement | null = null): void {
  const all = controls(group);
  const stop = all.find((each) => each === wanted) ?? all.find((each) => each.tabIndex === 0) ?? all[0];
  for (const each of all) each.tabIndex = each === stop ? 0 : -1;
}

function controls(group: HTMLElement): HTMLElement[] {
  return [...group.querySelectorAll<HTMLElement>(CONTROLS)].filter((each) => !each.closest("[hidden]"));
}
