import assert from "node:assert/strict";
import { test } from "node:test";

import { documentHref, safeHref } from "../src/links";

test("http, https and mailto addresses may become links", () => {
  assert.equal(safeHref("https://example.org/a b"), "https://example.org/a%20b");
  assert.equal(safeHref("http://example.org"), "http://example.org/");
  assert.equal(safeHref("mailto:help@example.org"), "mailto:help@example.org");
});

test("addresses that run code, leave the web or only look like another host stay text", () => {
  const refused = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "blob:https://example.org/1",
    "file:///etc/passwd",
    "https://bank.example@evil.example/",
    "//evil.example",
    "/relative",
    "not a url",
    "",
  ];

  for (const address of refused) assert.equal(safeHref(address), null, address);
});

test("a document opens only at a web address", () => {
  assert.equal(documentHref("https://example.org/doc"), "https://example.org/doc");
  assert.equal(documentHref("mailto:a@example.org"), null);
  assert.equal(documentHref("docs/guide.md"), null);
  assert.equal(documentHref(undefined), null);
});
