// Owns the details shown under a row: everything that is known of one run, each part drawn anew only when it differs.

import type { Act } from "./acts";
import { copyButton } from "./clipboard";
import { button, h, placeChildren } from "./dom";
import { classText, jobText, overrideText, proofText, receiptFacts, receiptTitle, shortDigest } from "./facts";
import type { Detail, Finding, RunApi } from "./records";
import { SumList } from "./sums";
import { timeline } from "./timeline";
import { plural, sizeText, stampText } from "./words";

/** What the details need from their table. */
export interface DetailsOwner {
  act: (verb: Act["verb"]) => void;
  close: () => void;
}

/** A part of the details: its title, what it is drawn from, and how; null leaves it out. */
interface Part {
  title: string;
  from: unknown;
  draw: () => Node[] | null;
}

export class DetailsView {
  readonly element: HTMLElement;
  private readonly said = h("p", { class: "exlab-quiet", role: "status" }, "Reading the details…");
  private readonly parts = h("div", { class: "exlab-parts" });
  private readonly sums: SumList;
  private readonly done: HTMLButtonElement;
  private readonly drawn = new Map<string, { from: string; node: HTMLElement }>();

  constructor(
    run: string,
    api: Pick<RunApi, "checksums">,
    private readonly owner: DetailsOwner,
  ) {
    this.sums = new SumList(run, api);
    this.done = button("Close", owner.close, { class: "exlab-button", "aria-label": `Close the details of ${run}` });
    const bar = h("div", { class: "exlab-details-bar" }, h("strong", {}, "Details"), this.done);
    this.element = h(
      "section",
      { class: "exlab-details", "aria-label": `Details of ${run}` },
      bar,
      this.said,
      this.parts,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") owner.close();
    });
  }

  focus(): void {
    this.done.focus({ preventScroll: true });
  }

  /** Say why there are no details. */
  fail(message: string): void {
    this.said.hidden = false;
    this.said.textContent = message;
  }

  /** Draw what differs from before. */
  show(detail: Detail): void {
    this.said.hidden = true;
    const nodes = this.partsOf(detail).flatMap((part) => this.part(part));
    placeChildren(this.parts, nodes);
  }

  private part({ title, from, draw }: Part): HTMLElement[] {
    const text = JSON.stringify([from]);
    const before = this.drawn.get(title);
    if (before?.from === text) return [before.node];
    const content = draw();
    this.drawn.delete(title);
    if (!content) return [];
    const node = h("section", { "aria-label": title }, h("h3", {}, title), ...content);
    this.drawn.set(title, { from: text, node });
    return [node];
  }

  private partsOf(detail: Detail): Part[] {
    const { job, findings, damage, overrides, history } = detail;
    return [
      {
        title: "Findings",
        from: [findings, damage, detail.disagreements, detail.row.actions],
        draw: () => this.trouble(detail),
      },
      { title: "History", from: history, draw: () => [history.length ? timeline(history) : quiet("Nothing yet.")] },
      {
        title: "Copy on the NAS",
        from: [detail.nas_path, detail.verify_passes, detail.row.proven_at],
        draw: () => nasPart(detail),
      },
      { title: "Receipt", from: [detail.receipt, detail.manifest_digest], draw: () => receiptPart(detail) },
      { title: "Checksums", from: detail.manifest_digest, draw: () => this.sumsPart(detail) },
      { title: "Work", from: job, draw: () => (job ? [h("p", { title: job.id }, jobText(job))] : null) },
      {
        title: "Overrides",
        from: overrides,
        draw: () => (overrides.length ? [lines(overrides.map(overrideText))] : null),
      },
    ];
  }

  private trouble(detail: Detail): Node[] | null {
    const { damage } = detail;
    const findings = detail.findings.map((finding) =>
      this.findingNode(finding, detail.row.actions.includes("override")),
    );
    const nodes: Node[] = damage
      ? [h("p", { "data-tone": "red" }, h("strong", {}, damage.sentence)), damagedFiles(damage)]
      : [];
    if (damage?.acknowledged_by) nodes.push(quiet(`Acknowledged by ${damage.acknowledged_by}.`));
    if (damage && detail.row.actions.includes("verify")) nodes.push(this.actButton("verify", "Verify again"));
    if (findings.length) nodes.push(h("ul", { class: "exlab-findings" }, ...findings));
    if (detail.disagreements.length)
      nodes.push(quiet("creation.json says otherwise; that is not followed:"), lines(detail.disagreements));
    return nodes.length ? nodes : null;
  }

  private findingNode(finding: Finding, mayPass: boolean): HTMLElement {
    const hard = finding.severity === "hard" && !finding.overridden_by;
    const where = finding.path ? [h("code", {}, finding.path), " "] : [];
    const kind = finding.overridden_by ? "let pass" : hard ? "blocks" : "remark";
    const name = h("span", { class: "exlab-quiet" }, ` ${classText(finding.problem_class)}, ${kind}.`);
    const way = hard && mayPass ? this.actButton("override", "Override…") : null;
    return h(
      "li",
      { "data-tone": hard ? "amber" : "grey" },
      ...where,
      h("strong", {}, finding.message),
      name,
      h("div", {}, finding.remedy),
      way,
    );
  }

  private actButton(verb: Act["verb"], label: string): HTMLElement {
    return button(label, () => this.owner.act(verb), { class: "exlab-button exlab-primary" });
  }

  private sumsPart(detail: Detail): Node[] | null {
    if (!detail.manifest_digest) return null;
    const where = detail.nas_path ? `${detail.nas_path}/.exlab-wizard/checksums.sha256` : null;
    const path = where ? pathLine("On the NAS, checked by sha256sum -c: ", where) : null;
    return [...(path ? [path] : []), this.sums.element];
  }
}

function damagedFiles(damage: { paths: string[]; count: number }): HTMLElement {
  const more = damage.count - damage.paths.length;
  return lines([...damage.paths, ...(more > 0 ? [`and ${plural(more, "file")} more`] : [])]);
}

function nasPart(detail: Detail): Node[] {
  const path = detail.nas_path ? pathLine("", detail.nas_path) : quiet("No copy yet.");
  const proof = h("p", { title: detail.row.proven_at ? stampText(detail.row.proven_at) : null }, proofText(detail));
  return detail.nas_path ? [path, proof] : [path];
}

function receiptPart({ receipt, manifest_digest: digest }: Detail): Node[] | null {
  if (!receipt) return null;
  const at = receipt.at;
  const title = h(
    "p",
    { title: typeof at === "string" ? stampText(at) : null },
    h("strong", {}, receiptTitle(receipt)),
  );
  const size = receipt.byte_total;
  const facts = [...receiptFacts(receipt), ...(typeof size === "number" ? [["Size", sizeText(size)] as const] : [])];
  const list = h("dl", {}, ...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
  const own = receipt.manifest_digest;
  const sum = typeof own === "string" && own ? own : digest;
  if (!sum) return [title, list];
  const copy = copyButton("Copy digest", () => sum);
  return [
    title,
    list,
    h("p", { class: "exlab-path" }, "Manifest digest ", h("code", { title: sum }, shortDigest(sum)), copy),
  ];
}

function pathLine(text: string, path: string): HTMLElement {
  return h(
    "p",
    { class: "exlab-path" },
    text,
    h("code", {}, path),
    copyButton("Copy path", () => path),
  );
}

function lines(texts: string[]): HTMLElement {
  return h("ul", {}, ...texts.map((text) => h("li", {}, text)));
}

function quiet(text: string): HTMLElement {
  return h("p", { class: "exlab-quiet" }, text);
}
