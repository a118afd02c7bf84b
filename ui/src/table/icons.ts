// Owns the icons: one shape per state, drawn in 16 units with the colour of the text around it.

export interface Shape {
  /** stroke, solid, or the colour of the ground drawn over a solid */
  as: "line" | "fill" | "cut";
  /** path data */
  d: string;
  /** stroke-dasharray */
  dash?: string;
}

const DISC = "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z";

const SHAPES: Record<string, Shape[]> = {
  receiving: [{ as: "line", d: DISC, dash: "2.6 2.5" }],
  waiting: [
    { as: "line", d: DISC },
    { as: "line", d: "M8 4.4V8l2.6 1.7" },
  ],
  syncing: [
    { as: "line", d: "M13.6 6.6A5.8 5.8 0 0 0 3.3 4.7M2.4 9.4a5.8 5.8 0 0 0 10.3 1.9" },
    { as: "line", d: "M3 1.6v3.3h3.3M13 14.4v-3.3H9.7" },
  ],
  verifying: [
    { as: "line", d: "M6.9 2.1a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6z" },
    { as: "line", d: "M10.4 10.4L14.2 14.2" },
  ],
  stalled: [
    { as: "fill", d: DISC },
    { as: "cut", d: "M6.1 5.2v5.6M9.9 5.2v5.6" },
  ],
  blocked: [
    {
      as: "line",
      d:
        "M5.2 8.2V3.7a1.05 1.05 0 0 1 2.1 0V7.3M7.3 7V2.6a1.05 1.05 0 0 1 2.1 0V7M9.4 7.2V3.6a1.05 1.05 0 0 1 2.1 0V8" +
        "M11.5 6.4a1.05 1.05 0 0 1 2.1 0v3.4a4.7 4.7 0 0 1-4.7 4.7h-.6a4.7 4.7 0 0 1-3.7-1.8L2.3 9.8" +
        "a1.05 1.05 0 0 1 1.6-1.3l1.3 1.4V8",
    },
  ],
  failed: [
    {
      as: "fill",
      d: "M8 1.3a1 1 0 0 1 .87.5l6.3 11.2a1 1 0 0 1-.87 1.5H1.7a1 1 0 0 1-.87-1.5L7.13 1.8A1 1 0 0 1 8 1.3z",
    },
    { as: "cut", d: "M8 5.6v4M8 11.9v.1" },
  ],
  verified: [
    { as: "fill", d: DISC },
    { as: "cut", d: "M5 8.3l2.1 2.1L11.1 6" },
  ],
  paused: [{ as: "line", d: "M5.4 3v10M10.6 3v10" }],
  moving: [
    { as: "line", d: "M2.5 7.5v5a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-5" },
    { as: "line", d: "M8 2v7.4M5.2 6.8L8 9.6l2.8-2.8" },
  ],
  more: [{ as: "line", d: "M6 3.5L10.5 8L6 12.5" }],
  cleared: [
    { as: "line", d: "M1.8 2.8h12.4v3.1H1.8zM3 6v6.6a.9.9 0 0 0 .9.9h8.2a.9.9 0 0 0 .9-.9V6" },
    { as: "line", d: "M6.3 8.7h3.4" },
  ],
};

const SVG = "http://www.w3.org/2000/svg";

/**
 * A decorative icon; the word beside it says the same.
 * @param name a key of SHAPES
 */
export function icon(name: string) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("exlab-icon");
  for (const shape of SHAPES[name] ?? []) svg.append(path(shape));
  return svg;
}

function path(shape: Shape) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("d", shape.d);
  element.classList.add(`exlab-icon-${shape.as}`);
  if (shape.dash) element.setAttribute("stroke-dasharray", shape.dash);
  return element;
}
