// Owns how the tests that need no browser are run: bundled as the table is, then by Node's own runner; words choose files.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const words = process.argv.slice(2);
const found = globSync("tests/**/*.test.ts", { cwd: import.meta.dirname }).sort();
const files = found.filter((name) => words.every((word) => name.includes(word)));
if (!files.length) {
  console.error(`No test file of ui/tests matches ${words.join(" ")}. There are: ${found.join(", ")}`);
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), "exlab-wizard-ui-"));
try {
  await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: files,
    outdir: work,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    sourcemap: "inline",
  });
  const options = ["--test", "--enable-source-maps", `${work}/**/*.mjs`];
  process.exitCode = spawnSync(process.execPath, options, { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
