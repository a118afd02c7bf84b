// Owns where things lie for Jupyter's file browser: a run's folder below the server's root, and the current folder.

import type { JupyterFrontEnd } from "@jupyterlab/application";

/** The path below the server's root of an absolute folder, or null when it lies elsewhere. `root` is absolute. */
export function belowRoot(folder: string, root: string): string | null {
  const base = root.replace(/\/+$/, "");
  if (!root.startsWith("/") || !folder.startsWith(`${base}/`)) return null;
  return folder.slice(base.length + 1);
}

/** The server's root as an absolute path, or "": the page names it as a file URL, else as a path that may begin with "~". */
export function serverRoot(rootUri: string, serverRootOption: string): string {
  if (rootUri.startsWith("file:///")) {
    try {
      return decodeURIComponent(new URL(rootUri).pathname);
    } catch {
      return "";
    }
  }
  return serverRootOption.startsWith("/") ? serverRootOption : "";
}

/** The folder the file browser shows, "" for the root. Asked of the widget itself: not every front end has the package. */
export function currentFolder(app: JupyterFrontEnd): string {
  for (const widget of app.shell.widgets("left")) {
    if (widget.id !== "filebrowser") continue;
    const path = (widget as { model?: { path?: unknown } }).model?.path;
    return typeof path === "string" ? path.replace(/^[^/]*:/, "") : "";
  }
  return "";
}
