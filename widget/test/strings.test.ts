import assert from "node:assert/strict";
import { test } from "node:test";

import { fill, stringsFor } from "../src/strings";

const LANGUAGES = ["de", "en", "es", "fr", "pt"];

function leaves(value: object, path = ""): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]): [string, string][] =>
    typeof inner === "string" ? [[path + key, inner]] : leaves(inner as object, `${path}${key}.`),
  );
}

test("a tag chooses its language, an unknown one English", () => {
  assert.equal(stringsFor("de-AT").language, "de");
  assert.equal(stringsFor("pt_BR").language, "pt");
  assert.equal(stringsFor("ja").language, "en");
  assert.equal(stringsFor("constructor").language, "en");
});

test("every language has the same strings with the same gaps, none of them empty", () => {
  const gaps = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  const english = new Map(leaves(stringsFor("en").strings));

  for (const language of LANGUAGES) {
    const strings = leaves(stringsFor(language).strings);
    assert.deepEqual(strings.map(([key]) => key).sort(), [...english.keys()].sort(), language);
    for (const [key, text] of strings) {
      assert.ok(text.trim() !== "", `${language} ${key}`);
      assert.deepEqual(gaps(text), gaps(english.get(key) ?? ""), `${language} ${key}`);
    }
  }
});

test("gaps are filled and unknown ones stay", () => {
  assert.equal(fill("{n} of {title} {x}", { n: 1, title: "A" }), "1 of A {x}");
});
