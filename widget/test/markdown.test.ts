import assert from "node:assert/strict";
import { test } from "node:test";

import { parseMarkdown } from "../src/markdown";
import type { MarkupNode, MarkupOptions } from "../src/markup";

const FINAL: MarkupOptions = { streaming: false, isSource: (n) => n >= 1 && n <= 9 };
const STREAMING: MarkupOptions = { ...FINAL, streaming: true };

/** Writes a tree in the manner of HTML, for reading in assertions. */
function show(nodes: readonly MarkupNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === "string") return node;
      if (node.tag === "cite") return `{${node.n}}`;
      const attribute = node.href ?? node.start;
      return `<${node.tag}${attribute === undefined ? "" : ` ${attribute}`}>${show(node.children)}</${node.tag}>`;
    })
    .join("");
}

const final = (text: string): string => show(parseMarkdown(text, FINAL));
const streaming = (text: string): string => show(parseMarkdown(text, STREAMING));

test("paragraphs, headings and rules", () => {
  assert.equal(final("# Title\nfirst\nline\n\nsecond\n***\n"), "<h4>Title</h4><p>first\nline</p><p>second</p><hr></hr>");
});

test("emphasis, strong, strikethrough and code", () => {
  assert.equal(final("*a* **b** ~~c~~ `d*e*`"), "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d*e*</code></p>");
  assert.equal(final("***both*** and **a *b***"), "<p><strong><em>both</em></strong> and <strong>a <em>b</em></strong></p>");
});

test("characters that mean nothing stay what they are", () => {
  const plain = "5 * 3 = 15, snake_case_name, **kwargs, a_b, 2 ~ 3, x[0], <b>bold</b> & \\d";
  assert.equal(final(plain), `<p>${plain}</p>`);
  assert.equal(final("\\*not emphasis\\*"), "<p>*not emphasis*</p>");
});

test("a marker of a known source becomes a citation directly behind its words", () => {
  assert.equal(final("Yes [1]. Also[2] and [1, 3]."), "<p>Yes{1}. Also{2} and{1}{3}.</p>");
});

test("a number in brackets that names no source stays text", () => {
  assert.equal(final("items[10] and [12]"), "<p>items[10] and [12]</p>");
  assert.equal(final("`list[1]`"), "<p><code>list[1]</code></p>");
});

test("lists nest, keep their numbers and may hold code", () => {
  assert.equal(
    final("3. a\n   - b\n   - c\n4. d\n\n   ```sh\n   x [1]\n   ```\n\nend"),
    "<ol 3><li>a<ul><li>b</li><li>c</li></ul></li><li>d<pre><code>x [1]</code></pre></li></ol><p>end</p>",
  );
});

test("a list may follow a sentence without a blank line and have blank lines between its items", () => {
  assert.equal(final("Do:\n- a\n\n- b\nlazy"), "<p>Do:</p><ul><li>a</li><li>b\nlazy</li></ul>");
});

test("tables, with pipes escaped in cells", () => {
  assert.equal(
    final("| a | b |\n|---|:-:|\n| 1 \\| 2 | [1] |"),
    "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1 | 2</td><td>{1}</td></tr></tbody></table>",
  );
});

test("quotes hold blocks", () => {
  assert.equal(final("> a\n> - b\n\nc"), "<blockquote><p>a</p><ul><li>b</li></ul></blockquote><p>c</p>");
});

test("links keep their words and only allowed addresses", () => {
  assert.equal(final("[a *b*](https://e.org/x_(y))"), "<p><a https://e.org/x_(y)>a <em>b</em></a></p>");
  assert.equal(final("[a](javascript:alert(1))"), "<p>a</p>");
  assert.equal(final("[a](java&#115;cript:alert)"), "<p>a</p>");
  assert.equal(final("see https://e.org/a. <https://e.org>"), "<p>see <a https://e.org/a>https://e.org/a</a>. <a https://e.org/>https://e.org</a></p>");
});

test("an image is shown as its description and never fetched", () => {
  assert.equal(final("![chart](https://e.org/c.png)"), "<p>chart</p>");
});

test("HTML stays text", () => {
  assert.equal(final("<img src=x onerror=alert(1)>"), "<p><img src=x onerror=alert(1)></p>");
});

test("no prefix of a streaming answer shows part of a marker, a delimiter or an address", () => {
  const answer = "It **takes two** days [1][2]. See [the guide](https://e.org/g) for *more* `code`.\n\n- one [3]\n- two\n";

  for (let end = 0; end <= answer.length; end += 1) {
    const shown = streaming(answer.slice(0, end));
    const words = shown.replaceAll(/<[^>]*>/g, "");
    assert.doesNotMatch(words, /[*`[\]]|\(http/, JSON.stringify(answer.slice(0, end)));
  }
  assert.equal(streaming(answer), final(answer));
});

test("unclosed constructs are open while streaming and literal afterwards", () => {
  assert.equal(streaming("**bold te"), "<p><strong>bold te</strong></p>");
  assert.equal(final("**bold te"), "<p>**bold te</p>");
  assert.equal(streaming("```py\nx = [1"), "<pre><code>x = [1</code></pre>");
});

test("only the last block is still open", () => {
  assert.equal(streaming("a **b\n\nc **d"), "<p>a **b</p><p>c <strong>d</strong></p>");
});

test("every prefix, streaming or final, parses", () => {
  const answer = "# H\n> q\n1. **a\n   - `b` [1\n```\n| x |\n|--|\n| ~~y _z_ [l](http://e.org \"t\") \\| |\n***\n";

  for (let end = 0; end <= answer.length; end += 1) {
    assert.ok(Array.isArray(parseMarkdown(answer.slice(0, end), STREAMING)));
    assert.ok(Array.isArray(parseMarkdown(answer.slice(0, end), FINAL)));
  }
});

test("hostile repetition costs linear time", () => {
  const began = performance.now();
  for (const unit of ["*a ", "[", "`", "> ", "**a `", "_a_", "[a](", "- ", "|", "\\", "![", "~~a", "<http://", "* * ", "1. "]) {
    parseMarkdown(unit.repeat(20_000 / unit.length), STREAMING);
    parseMarkdown(unit.repeat(20_000 / unit.length), FINAL);
  }
  assert.ok(performance.now() - began < 5_000);
});
