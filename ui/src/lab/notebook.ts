// Owns "Open staging notebook": a copy of the packaged one in the current folder, made only where there is none.

import type { Contents } from "@jupyterlab/services";

import staging from "../../../notebooks/staging.ipynb";

const NAME = "staging.ipynb";

/** The path of the notebook in `folder`, written there first unless something of that name is there. Rejects as Jupyter does. */
export async function stagingNotebook(contents: Contents.IManager, folder: string): Promise<string> {
  const path = folder ? `${folder}/${NAME}` : NAME;
  const there = await exists(contents, folder);
  if (!there) await contents.save(path, { type: "notebook", format: "json", content: staging });
  return path;
}

/** Asked of the folder: a question for a missing file would stand in the server's log as an error. */
async function exists(contents: Contents.IManager, folder: string): Promise<boolean> {
  const listing = (await contents.get(folder, { content: true })) as { content: { name: string }[] };
  return listing.content.some((entry) => entry.name === NAME);
}
