import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const MAX_LINES = 300;

function sources(folder: string): [name: string, text: string][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|html)$/.test(name))
    .map((name) => [join(folder, name), readFileSync(join(folder, name), "utf8")]);
}

test("nothing turns a string into markup or code, so that a strict policy holds", () => {
  const sinks = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser|setAttribute\("on|style="| on\w+="/;

  for (const [name, text] of [...sources("src"), ...sources("demo")]) assert.doesNotMatch(text, sinks, name);
});

test("a module opens with a sentence about itself and can be read in one sitting", () => {
  for (const [name, text] of [...sources("src"), ...sources("demo")]) {
    if (!name.endsWith(".ts")) continue;
    assert.match(text, /^\/\*\* [^\n]+\. \*\/\n/, `${name} does not open with a one-line sentence`);
    assert.ok(text.split("\n").length <= MAX_LINES, `${name} has more than ${MAX_LINES} lines`);
  }
});
