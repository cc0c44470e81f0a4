/** Compares the built files with their budgets; exits with 1 when one is over. */

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const BUDGETS = { loader: 3 * 1024, panel: 30 * 1024 };

const dist = new URL("dist/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL("manifest.json", dist), "utf8"));

let over = false;
for (const [name, budget] of Object.entries(BUDGETS)) {
  const bytes = await readFile(new URL(manifest[name], dist));
  const size = gzipSync(bytes, { level: 9 }).length;
  over ||= size > budget;
  const verdict = size > budget ? "OVER BUDGET" : "ok";
  console.log(`${name.padEnd(8)} ${String(bytes.length).padStart(7)} B   ${String(size).padStart(6)} B gz   budget ${budget} B   ${verdict}`);
}
if (over) {
  console.error("Make it smaller, or argue for a larger budget in docs/decisions.");
  process.exit(1);
}
