// Owns the build: table, widget and JupyterLab extension as the files that Python ships; `--check` only compares.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow, labExtension } from "./lab.mjs";

const TOP = fileURLToPath(new URL("../", import.meta.url));
const EXTENSION = `${TOP}exlab_wizard/labextension`;
const NOTE = "Built from ui/src by `./run ui build`; do not edit.";

/** The same bytes from the same sources, on any machine. */
async function widget() {
  const result = await build({
    absWorkingDir: `${TOP}/ui`,
    entryPoints: { widget: "src/widget.ts", staging: "src/table/staging.css" },
    outdir: `${TOP}/exlab_wizard/panel/static`,
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: `// ${NOTE}`, css: `/* ${NOTE} */` },
    write: false,
  });
  return result.outputFiles;
}

/** The extension, whose files are named after what they hold: old ones are to go. */
async function extension() {
  const wanted = await labExtension(`${TOP}ui`);
  const there = await filesBelow(EXTENSION);
  return {
    files: [...wanted].map(([path, contents]) => ({ path: join(EXTENSION, path), contents })),
    over: [...there.keys()].filter((path) => !wanted.has(path)).map((path) => join(EXTENSION, path)),
  };
}

/** Whether what is there has other bytes than what was built. @param {{path: string, contents: Uint8Array}} file */
async function differs(file) {
  const there = await readFile(file.path).catch(() => null);
  return !there?.equals(file.contents);
}

const { files, over } = await extension();
const stale = [];
for (const file of [...(await widget()), ...files]) if (await differs(file)) stale.push(file);
const names = [...stale.map((file) => file.path), ...over].map((path) => relative(TOP, path)).join(", ");
if (process.argv.includes("--check")) {
  if (names) {
    console.error(`Not what ui/src builds: ${names}. Please run \`./run ui build\` and commit what it writes.`);
    process.exitCode = 1;
  }
} else {
  for (const path of over) await rm(path);
  for (const file of stale) {
    await mkdir(dirname(file.path), { recursive: true });
    await writeFile(file.path, file.contents);
  }
  console.log(names ? `Built ${names}.` : "Everything was built already.");
}
