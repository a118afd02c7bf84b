// Owns the extension's icon and style sheets.

import { LabIcon } from "@jupyterlab/ui-components";

import labSheet from "./lab.css";
import tableSheet from "../table/staging.css";

/** A box with a check mark: what is staged, and safe. */
export const stagingIcon = new LabIcon({
  name: "exlab-wizard:staging",
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <path d="M2 2h12v4H2zm1.2 1.2v1.6h9.6V3.2z" fill-rule="evenodd"/>
    <path d="M3 6h1.2v6.8h7.6V6H13v8H3z"/>
    <path d="M7.3 11.6 5 9.3l.9-.9 1.4 1.4 3-3 .9.9z"/>
  </g>
</svg>`,
});

/** Put the style sheets into the page, once. */
export function addStyle(): void {
  const style = document.createElement("style");
  style.dataset.owner = "exlab-wizard";
  style.textContent = `${tableSheet}\n${labSheet}`;
  document.head.append(style);
}
