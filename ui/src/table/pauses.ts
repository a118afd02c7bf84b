// Owns what is said about paused equipment and about everything paused, and what a menu offers to pause or resume.

import { button, h } from "./dom";
import { icon } from "./icons";
import type { Pause, Pauses } from "./records";
import { clockText, stampText } from "./words";

const NOTHING: Pauses = { all: null, equipment: {} };

/** `equipment` null is everything. */
export interface PauseStep {
  label: string;
  equipment: string | null;
  pause: boolean;
}

/** What is paused; a service that does not tell has paused nothing. */
export function pausesOf(station: { paused?: Pauses } | null): Pauses {
  return station?.paused ?? NOTHING;
}

/** What can be paused or resumed beside single runs. */
export function pauseSteps(paused: Pauses, equipment: string[]): PauseStep[] {
  const all = { equipment: null, pause: !paused.all, label: paused.all ? "Resume everything" : "Pause everything" };
  const known = [...new Set([...equipment, ...Object.keys(paused.equipment)])].sort();
  if (known.length < 2 && !Object.keys(paused.equipment).length) return [all];
  const each = known.map((name) => {
    const pause = !paused.equipment[name];
    return { equipment: name, pause, label: `${pause ? "Pause" : "Resume"} ${name}` };
  });
  return [all, ...each];
}

/** "Everything is paused by ada since 14:02." */
export function pauseText(what: string, pause: Pause): string {
  return `${what} is paused by ${pause.by} since ${clockText(new Date(pause.at))}.`;
}

/** A line for everything, or for each equipment that is paused, with the way back. */
export function pauseBanners(paused: Pauses, resume: (equipment: string | null) => void): HTMLElement[] {
  const all = paused.all ? [line("Everything", paused.all, () => resume(null))] : [];
  const names = Object.entries(paused.equipment).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...all, ...names.map(([name, pause]) => line(name, pause, () => resume(name)))];
}

function line(what: string, pause: Pause, resume: () => void): HTMLElement {
  const text = h(
    "span",
    { title: stampText(pause.at) },
    h("strong", {}, pauseText(what, pause)),
    " Nothing is copied or verified meanwhile; new runs are still noticed.",
  );
  const name = what === "Everything" ? "Resume everything" : `Resume ${what}`;
  const again = button("Resume", resume, { class: "exlab-button exlab-primary", "aria-label": name });
  return h("div", { class: "exlab-banner exlab-paused", "data-tone": "grey" }, icon("paused"), text, again);
}
