// Owns what the last day looks like as lines and areas: throughput above, the staging disk below, the hours under both.

import { gapsOf, hourMarks, stretchesOf, windowOf } from "./activity";
import { timeText } from "./activitywords";
import type { Activity, Reading, Span } from "./activity";

const SVG = "http://www.w3.org/2000/svg";
/** Heights in pixels: throughput, the room between, the disk, the hours. */
export const RATE = 44;
export const ROOM = 12;
export const DISK = 30;
const HOURS = 18;
export const HEIGHT = RATE + ROOM + DISK + HOURS;
/** Between two hours written below the axis there are at least so many pixels. */
const HOUR_PX = 64;
/** An hour is not written nearer than this to an edge. */
const EDGE_PX = 18;
/** What "no record" takes, with some air. */
const WORD_PX = 76;

/** From a time to pixels, to a tenth. */
export type Scale = (time: number) => number;

/** The share of a window that has passed at a time. */
export function shareOf(window: Span, time: number): number {
  return (time - window.from) / (window.to - window.from);
}

/** The scale of a picture `width` pixels wide. */
export function scaleOf(window: Span, width: number): Scale {
  return (time) => Math.round(10 * width * shareOf(window, time)) / 10;
}

/** Every shape of the picture, the hindmost first. */
export function drawing(activity: Activity, readings: Reading[], width: number): SVGElement[] {
  const window = windowOf(activity);
  const stretches = stretchesOf(readings);
  const x = scaleOf(window, width);
  return [
    ...gapsOf(stretches, window, activity.bucket_seconds).flatMap((gap) => gapShapes(gap, x)),
    path("exlab-chart-full", `M0 ${RATE + ROOM}.5H${width}`),
    ...throughput(stretches, x),
    ...stretchesOf(readings.filter((reading) => reading.full !== null)).flatMap((known) => diskShapes(known, x)),
    path("exlab-chart-ground", `M0 ${RATE}.5H${width}M0 ${RATE + ROOM + DISK}.5H${width}`),
    ...hourShapes(window, x, width),
  ];
}

/** A line through the picture at a time. */
export function hand(): SVGElement {
  return path("exlab-chart-hand", `M0.5 0V${HEIGHT - HOURS}`);
}

function gapShapes(gap: Span, x: Scale): SVGElement[] {
  const [from, to] = [x(gap.from), x(gap.to)];
  const place = { x: from, y: 0, width: Math.max(1, to - from), height: RATE + ROOM + DISK };
  const box = shape("rect", { class: "exlab-chart-gap", ...place });
  return to - from < WORD_PX ? [box] : [box, text((from + to) / 2, RATE - 6, "no record")];
}

function hourShapes(window: Span, x: Scale, width: number): SVGElement[] {
  const every = [1, 2, 3, 4, 6, 12].find((hours) => (width / 24) * hours >= HOUR_PX) ?? 12;
  return hourMarks(window, every).flatMap((time) => {
    const at = x(time);
    const mark = path("exlab-chart-ground", `M${at} ${HEIGHT - HOURS}v4`);
    if (at < EDGE_PX || at > width - EDGE_PX) return [mark];
    return [mark, text(at, HEIGHT - 3, timeText(time))];
  });
}

/** Steps, because each bucket is one number; a stretch without a byte lies on the ground. */
function throughput(stretches: Reading[][], x: Scale): SVGElement[] {
  const highest = Math.max(...stretches.flat().map((reading) => reading.bytesPerSecond));
  return stretches.map((stretch) => {
    const steps = stretch.map((reading) => `V${top(reading.bytesPerSecond, highest, RATE)}H${endOf(reading, x)}`);
    return path("exlab-chart-rate", `M${x(stretch[0]?.from ?? 0)} ${RATE}${steps.join("")}V${RATE}Z`);
  });
}

function diskShapes(known: Reading[], x: Scale): SVGElement[] {
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return [];
  const y = (reading: Reading) => RATE + ROOM + top(reading.full ?? 0, 1, DISK);
  const line = `M${x(first.from)} ${y(first)}${known.map((reading) => `L${endOf(reading, x)} ${y(reading)}`).join("")}`;
  const ground = RATE + ROOM + DISK;
  const area = `${line}L${endOf(last, x)} ${ground}L${x(first.from)} ${ground}Z`;
  return [path("exlab-chart-disk-area", area), path("exlab-chart-disk", line)];
}

/** Where a bucket ends, at least a pixel and a half after its begin: a single one is seen too. */
function endOf(reading: Reading, x: Scale): number {
  return Math.max(x(reading.to), x(reading.from) + 1.5);
}

/** How far below the top a value lies; anything above zero is a pixel high. */
function top(value: number, highest: number, room: number): number {
  if (value <= 0 || highest <= 0) return room;
  return Math.round(10 * Math.min(room - 1, room * (1 - value / highest))) / 10;
}

function text(x: number, y: number, words: string): SVGElement {
  const element = shape("text", { x, y, "text-anchor": "middle" });
  element.textContent = words;
  return element;
}

function path(name: string, d: string): SVGElement {
  return shape("path", { class: name, d });
}

function shape(tag: "path" | "rect" | "text", attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
