import assert from "node:assert/strict";
import { test } from "node:test";

import { parseMarkdown } from "../src/markdown";
import type { MarkupElement } from "../src/markup";
import { patch } from "../src/tree_patch";
import { FakeNode, installFakeDocument } from "./fake_dom";

installFakeDocument();

function stage(): { root: FakeNode; made: MarkupElement[]; show: (text: string, streaming?: boolean) => void } {
  const root = new FakeNode(1, "root");
  const made: MarkupElement[] = [];
  const make = (node: MarkupElement): HTMLElement => {
    made.push(node);
    return new FakeNode(1, node.tag) as unknown as HTMLElement;
  };
  const show = (text: string, streaming = true): void => {
    const nodes = parseMarkdown(text, { streaming, isSource: () => true });
    patch(root as unknown as Node, nodes, make);
  };
  return { root, made, show };
}

test("a growing paragraph keeps its element and its text node", () => {
  const { root, show, made } = stage();
  show("Hel");
  const [paragraph] = root.childNodes;
  const text = paragraph?.childNodes[0];

  show("Hello wor");
  show("Hello world");

  assert.equal(root.childNodes[0], paragraph);
  assert.equal(paragraph?.childNodes[0], text);
  assert.equal(String(root), "<root><p>Hello world</p></root>");
  assert.equal(made.length, 1);
});

test("a citation that is on the page is never made again", () => {
  const { root, show, made } = stage();
  show("Yes [1]");
  const chip = root.childNodes[0]?.childNodes[1];

  show("Yes [1]. More [2].");

  assert.equal(root.childNodes[0]?.childNodes[1], chip);
  assert.equal(made.filter((node) => node.tag === "cite").length, 2);
});

test("what turns out to be something else is replaced and what is gone is removed", () => {
  const { root, show } = stage();
  show("**kwargs\n\nsecond");
  assert.equal(String(root), "<root><p>**kwargs</p><p>second</p></root>");

  show("# kw", false);

  assert.equal(String(root), "<root><h4>kw</h4></root>");
});

test("streaming by any pieces ends with the same page as showing the answer at once", () => {
  const answer = "It **takes** [1] `two`\n\n1. days [2]\n   - or *three*\n\n| a | b |\n|--|--|\n| 1 | [2] |\n";
  const whole = stage();
  whole.show(answer, false);

  for (const step of [1, 2, 3, 7]) {
    const { root, show } = stage();
    for (let end = step; end < answer.length; end += step) show(answer.slice(0, end));
    show(answer, false);
    assert.equal(String(root), String(whole.root));
  }
});
