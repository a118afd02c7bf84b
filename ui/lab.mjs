// Owns the build of the JupyterLab extension: one module of ours, wrapped as JupyterLab loads it, as files to ship.
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";

/** What JupyterLab has itself, and must not be brought a second time. */
const HOST = ["@jupyterlab/*", "@lumino/*"];
/** Tells `jupyter labextension list` where the extension comes from. */
const INSTALL = {
  packageManager: "python",
  packageName: "exlab-wizard",
  uninstallInstructions: "pip uninstall exlab-wizard",
};

/** A style sheet as text, with those it imports in it. @type {import("esbuild").Plugin} */
const SHEETS = {
  name: "sheets",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const built = await build({ entryPoints: [path], bundle: true, charset: "utf8", write: false });
      return { contents: built.outputFiles[0]?.text ?? "", loader: "text" };
    });
  },
};

/**
 * The extension's files by their place below its folder; the same bytes from the same sources.
 * @param {string} here this folder
 */
export async function labExtension(here) {
  await build({
    absWorkingDir: here,
    entryPoints: ["src/lab/index.ts"],
    outfile: "lib/lab.js",
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    external: HOST,
    loader: { ".ipynb": "json" },
    plugins: [SHEETS],
  });
  const modules = join(here, "node_modules");
  const builder = join(modules, "@jupyter/builder/lib/build-labextension.js");
  const core = join(modules, "@jupyterlab/core-meta/core.package.json");
  await promisify(execFile)(process.execPath, [builder, "--core-package-file", core, here]).catch(notBuilt);
  const files = await filesBelow(join(here, "lib/labextension"));
  const install = Buffer.from(`${JSON.stringify(INSTALL, null, 2)}\n`);
  return new Map([...files, ["install.json", install]]);
}

/** @param {unknown} error of the builder, which says on its output what is wrong */
function notBuilt(error) {
  const { stdout, stderr } = /** @type {{stdout?: string, stderr?: string}} */ (error);
  throw new Error(`The JupyterLab extension was not built:\n${stdout ?? ""}${stderr ?? ""}`, { cause: error });
}

/**
 * Every file below a folder, by its path there.
 * @param {string} folder
 * @returns {Promise<Map<string, Buffer>>}
 */
export async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = async (/** @type {string} */ path) =>
    /** @type {const} */ ([relative(folder, path), await readFile(path)]);
  return new Map(await Promise.all(paths.sort().map(read)));
}
