// Owns the questions asked under a row before something that cannot be taken back: nothing happens on one click.

import { button, h } from "./dom";
import { agoText, clockText, plural, sizeText } from "./words";
import type { Row } from "./types";

export type Opened = { element: HTMLElement; focus: () => void };
/** Leave it; clear only: verify afresh instead; do it. */
export type Answer = "keep" | "again" | "act";

export interface Question {
  title: string;
  lines: (Node | string)[];
  /** the harmless answer, focused */
  keep: string;
  /** a third way */
  again?: string;
  /** what cannot be taken back */
  act: string;
}

let count = 0;

/** "Clear the local copy?" with what goes, what stays and since when that is proven. */
export function askClear(row: Row, answer: (answer: Answer) => void): Opened {
  const size = sizeText(row.byte_total);
  return ask(
    {
      title: `Delete ${plural(row.file_count, "file")}, ${size}, from this computer?`,
      lines: [
        h("span", {}, "The copy on the NAS stays: ", h("code", {}, row.nas_path ?? "path not known"), "."),
        `${provenText(row)} It is checked again just before anything is deleted.`,
      ],
      keep: "Keep",
      again: "Verify again",
      act: `Clear, free ${size}`,
    },
    answer,
  );
}

function provenText(row: Row) {
  if (row.proof_age_seconds === null) return "When it was last proven is not known.";
  const when = row.proven_at ? ` (${clockText(new Date(row.proven_at))})` : "";
  return `Proven byte for byte ${agoText(row.proof_age_seconds)}${when}.`;
}

/** "Sync what is there?" for a run whose instrument has not said that it is finished. */
export function askSync(row: Row, answer: (answer: Answer) => void): Opened {
  return ask(
    {
      title: "Sync this run although it may not be finished?",
      lines: [
        row.why,
        "What is there now is copied once it has settled; files that come later are copied afterwards. It is recorded with your name.",
      ],
      keep: "Wait",
      act: "Sync as it is",
    },
    answer,
  );
}

/** An inline alertdialog. */
function ask(question: Question, answer: (answer: Answer) => void): Opened {
  const id = `exlab-ask-${(count += 1)}`;
  const keep = button(question.keep, () => answer("keep"), { class: "exlab-button exlab-primary" });
  const again = question.again ? button(question.again, () => answer("again"), { class: "exlab-button" }) : null;
  const act = button(question.act, () => answer("act"), { class: "exlab-button exlab-danger" });
  const title = h("strong", { id: `${id}-title` }, question.title);
  const text = h("div", { id: `${id}-text` }, ...question.lines.map((line) => h("p", {}, line)));
  const attributes = {
    class: "exlab-ask",
    role: "alertdialog",
    "aria-labelledby": title.id,
    "aria-describedby": text.id,
  };
  const element = h("div", attributes, title, text, h("div", { class: "exlab-answers" }, keep, act, again));
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") answer("keep");
  });
  return { element, focus: () => keep.focus() };
}
