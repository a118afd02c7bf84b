// Owns the list of a run's verified files with their SHA-256, read page by page when somebody wants to see it.

import { copyButton } from "./clipboard";
import { button, focusable, h, setText } from "./dom";
import type { Checksums, RunApi } from "./records";
import { countText, plural, sizeText } from "./words";

const PAGE = 200;
/** Files that are read at once for copying. */
const GULP = 5000;
/** More files than this are copied from their list on the NAS. */
const MOST = 50_000;

/** One file as `sha256sum -c` reads it. */
export function sumLine(file: { path: string; sha256: string }): string {
  return `${file.sha256}  ${file.path}\n`;
}

export class SumList {
  readonly element = h("div", { class: "exlab-sums" });
  private readonly body = h("tbody", {});
  private readonly said = h("p", { class: "exlab-quiet", role: "status" });
  private readonly bar = h("div", { class: "exlab-answers" });
  private shown = 0;

  constructor(
    private readonly run: string,
    private readonly api: Pick<RunApi, "checksums">,
  ) {
    this.bar.append(button("Show the files", () => void this.more(), { class: "exlab-button exlab-primary" }));
    this.element.append(this.bar, this.said);
  }

  /** Read and show the next page. */
  async more(): Promise<void> {
    setText(this.said, "Reading the list…");
    try {
      this.add(await this.api.checksums(this.run, this.shown, PAGE));
    } catch (error) {
      setText(this.said, error instanceof Error ? error.message : String(error));
    }
  }

  private add(page: Checksums): void {
    if (!this.shown) this.begin();
    this.body.append(...page.files.map(fileRow));
    this.shown += page.files.length;
    const left = page.file_total - this.shown;
    setText(this.said, `${countText(this.shown)} of ${plural(page.file_total, "file")}, ${sizeText(page.byte_total)}.`);
    const next =
      left > 0
        ? [button(`Show ${countText(Math.min(PAGE, left))} more`, () => void this.more(), { class: "exlab-button" })]
        : [];
    const many = page.file_total > MOST;
    const copy = copyButton(`Copy all ${countText(page.file_total)}`, () => this.all(), {
      title: "In the form that sha256sum -c reads",
    });
    const had = this.bar.contains(document.activeElement);
    this.bar.replaceChildren(...next, ...(many ? [] : [copy]));
    if (had) this.bar.querySelector("button")?.focus();
    if (many) this.said.append(" The whole list is too long for a clipboard: take the file on the NAS.");
  }

  private begin(): void {
    const head = ["File", "Size", "SHA-256"].map((name) => h("th", { scope: "col" }, name));
    const table = h("table", {}, h("thead", {}, h("tr", {}, ...head)), this.body);
    const name = `Verified files of ${this.run}`;
    this.element.prepend(
      h("div", { class: "exlab-sums-list", role: "region", "aria-label": name, ...focusable(0) }, table),
    );
  }

  /** The whole list as text. */
  private async all(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const page = await this.api.checksums(this.run, lines.length, GULP);
      lines.push(...page.files.map(sumLine));
      if (lines.length >= page.file_total || !page.files.length) return lines.join("");
    }
  }
}

function fileRow(file: Checksums["files"][number]): HTMLElement {
  const cells = [
    h("td", {}, file.path),
    h("td", { class: "exlab-number" }, sizeText(file.size)),
    h("td", {}, h("code", {}, file.sha256)),
  ];
  return h("tr", {}, ...cells);
}
