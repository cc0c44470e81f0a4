/** Builds the widget into `dist/`: a loader under a stable name, everything else under names with a content hash. */

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build, transform } from "esbuild";

const ROOT = dirname(fileURLToPath(import.meta.url));
const DIST = join(ROOT, "dist");

/** A stylesheet imported by a script becomes its minified text. */
const cssAsText = {
  name: "css-as-text",
  setup(plugin) {
    plugin.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** Bundles one script; returns its text. */
async function bundle(entry, options) {
  const result = await build({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    minify: true,
    write: false,
    target: ["chrome111", "firefox113", "safari16.4"],
    plugins: [cssAsText],
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
  return result.outputFiles[0].text;
}

/** Writes a file whose name carries the hash of its content; returns the name. */
async function writeHashed(name, extension, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const file = `${name}.${hash}.${extension}`;
  await writeFile(join(DIST, file), text);
  return file;
}

/** Removes what earlier builds left; last, so that a server on this folder never misses a file that it names. */
async function removeOthers(kept) {
  for (const file of await readdir(DIST)) {
    if (!kept.has(file)) await rm(join(DIST, file), { recursive: true });
  }
}

/** Writes a page with the names of the built files in it. */
async function writePage(page, files) {
  const text = await readFile(join(ROOT, "demo", page), "utf8");
  const named = text.replace(/\{\{(\w+)\}\}/g, (whole, name) => {
    if (files[name] === undefined) throw new Error(`demo/${page} names ${whole}, which is not built.`);
    return `/widget/${files[name]}`;
  });
  await writeFile(join(DIST, page), named);
}

/** Writes a minified stylesheet; returns its name. */
async function writeStyles(name) {
  const text = await readFile(join(ROOT, `demo/${name}.css`), "utf8");
  const { code } = await transform(text, { loader: "css", minify: true });
  return writeHashed(name, "css", code);
}

async function main() {
  await mkdir(DIST, { recursive: true });
  const panel = await writeHashed("panel", "js", await bundle("src/panel.ts", { format: "esm" }));
  const define = { PANEL_FILE: JSON.stringify(panel) };
  await writeFile(join(DIST, "loader.js"), await bundle("src/loader.ts", { format: "iife", define }));
  const demo = await writeHashed("demo", "js", await bundle("demo/demo.ts", { format: "esm" }));
  const playground = await writeHashed("playground", "js", await bundle("demo/playground.ts", { format: "esm" }));
  const files = {
    loader: "loader.js",
    panel,
    demo,
    demo_css: await writeStyles("demo"),
    demo_html: "demo.html",
    playground,
    playground_css: await writeStyles("playground"),
    playground_html: "playground.html",
  };
  await writePage("demo.html", files);
  await writePage("playground.html", files);
  await writeFile(join(DIST, "manifest.json"), `${JSON.stringify(files, null, 2)}\n`);
  await removeOthers(new Set([...Object.values(files), "manifest.json"]));
}

await main();
