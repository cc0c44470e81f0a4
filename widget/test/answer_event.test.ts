import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeEvent } from "../src/answer_event";

const decode = (name: string, data: unknown): unknown => decodeEvent(name, JSON.stringify(data));

test("sources are decoded by name and those without a number are left out", () => {
  const source = { n: 1, passage_id: "p", title: "T", heading: "H", snippet: "S", score: 0.5, url: "https://e.org" };

  assert.deepEqual(decode("sources", { sources: [source, { title: "no number" }, 3] }), {
    type: "sources",
    sources: [{ n: 1, passageId: "p", title: "T", heading: "H", snippet: "S", url: "https://e.org" }],
  });
});

test("a source without a title is called by its heading", () => {
  const decoded = decode("sources", { sources: [{ n: 1, heading: "H" }] }) as { sources: { title: string }[] };

  assert.equal(decoded.sources[0]?.title, "H");
});

test("an unknown finish counts as a complete answer, a refusal flag as a refusal", () => {
  assert.deepEqual(decode("done", { finish: "sealed" }), { type: "done", finish: "stop", needsReview: false });
  assert.deepEqual(decode("done", { refusal_flag: true }), { type: "done", finish: "refusal", needsReview: false });
  assert.deepEqual(decode("done", { finish: "length" }), { type: "done", finish: "length", needsReview: false });
});

test("an error keeps its kind, its title and when to come back", () => {
  assert.deepEqual(decode("error", { kind: "overloaded", title: "Busy.", retryable: true, retry_after: 3 }), {
    type: "error",
    failure: { kind: "overloaded", title: "Busy.", retryable: true, retryAfter: 3 },
  });
});

test("fields of a wrong type become defaults", () => {
  assert.deepEqual(decode("delta", { text: 7 }), { type: "delta", text: "" });
  assert.deepEqual(decode("suggestions", { items: ["a", 1, "", null] }), { type: "suggestions", items: ["a"] });
  assert.equal(decode("citation", { n: "1" }), null);
});

test("unknown events, inherited names and data that is no object are ignored", () => {
  assert.equal(decode("heartbeat", {}), null);
  assert.equal(decode("constructor", {}), null);
  assert.equal(decodeEvent("delta", "not json"), null);
  assert.equal(decode("delta", ["a"]), null);
  assert.equal(decode("delta", null), null);
});
