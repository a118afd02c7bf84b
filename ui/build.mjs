// Owns the build: the table and its widget as the files that Python ships; `--check` only compares.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";

const TOP = fileURLToPath(new URL("../", import.meta.url));
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

/** Whether what is there has other bytes than what was built. @param {{path: string, contents: Uint8Array}} file */
async function differs(file) {
  const there = await readFile(file.path).catch(() => null);
  return !there?.equals(file.contents);
}

const stale = [];
for (const file of await widget()) if (await differs(file)) stale.push(file);
const names = stale.map((file) => relative(TOP, file.path)).join(", ");
if (process.argv.includes("--check")) {
  if (stale.length) {
    console.error(`Not what ui/src builds: ${names}. Please run \`./run ui build\` and commit what it writes.`);
    process.exitCode = 1;
  }
} else {
  for (const file of stale) {
    await mkdir(dirname(file.path), { recursive: true });
    await writeFile(file.path, file.contents);
  }
  console.log(stale.length ? `Built ${names}.` : "Everything was built already.");
}
