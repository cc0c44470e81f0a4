import assert from "node:assert/strict";
import { test } from "node:test";

import { highlight } from "../src/highlight";

const show = (text: string, ...quotes: string[]): string =>
  highlight(text, quotes).map(({ text: part, marked }) => (marked ? `[${part}]` : part)).join("");

test("a quote is marked whatever its line breaks and capitals", () => {
  assert.equal(show("You earn Four\n  hours a week.", "four hours"), "You earn [Four\n  hours] a week.");
});

test("several quotes are marked, overlapping ones without repeating text", () => {
  assert.equal(show("one two three four", "three four", "one", "two three"), "[one] [two three][ four]");
});

test("a quote that is not in the passage, or is empty, marks nothing", () => {
  assert.equal(show("one two", "three", "", "  "), "one two");
});

test("characters with a meaning in patterns are only characters", () => {
  assert.equal(show("f(x) = a.*b [c]", "(x) = a.*b [c]"), "f[(x) = a.*b [c]]");
});
