import assert from "node:assert/strict";
import { test } from "node:test";

import type { AnswerEvent, Source } from "../src/answer_event";
import { advance, citedNumbers, isOver, newTurn, type Turn } from "../src/turn";

const source = (n: number): Source => ({ n, passageId: `p${n}`, title: `T${n}`, heading: "", snippet: "" });
const after = (...events: AnswerEvent[]): Turn => events.reduce(advance, newTurn(1, "Why?"));
const SOURCES: AnswerEvent = { type: "sources", sources: [source(1), source(2), source(3)] };

test("an answer goes through its phases", () => {
  assert.equal(after().phase, "searching");
  assert.equal(after(SOURCES).phase, "reading");
  assert.equal(after(SOURCES, { type: "delta", text: "a" }).phase, "writing");

  const done = after(SOURCES, { type: "delta", text: "a" }, { type: "done", finish: "stop", needsReview: false });
  assert.equal(done.phase, "done");
  assert.ok(isOver(done));
});

test("a failure keeps the text that arrived before it", () => {
  const failure = { kind: "model_failed", title: "No.", retryable: true };
  const turn = after({ type: "delta", text: "Half an" }, { type: "error", failure });

  assert.equal(turn.text, "Half an");
  assert.deepEqual(turn.failure, failure);
  assert.ok(isOver(turn));
});

test("cited sources come from the text and from citations, in order, without strangers", () => {
  const turn = after(SOURCES, { type: "delta", text: "a [3, 2] b [9]" }, { type: "citation", n: 1 }, { type: "citation", n: 3 });

  assert.deepEqual(citedNumbers(turn), [1, 2, 3]);
});

test("the quotes of a source gather without repetition", () => {
  const quoted = (quote: string): AnswerEvent => ({ type: "citation", n: 1, quote });
  const turn = after(SOURCES, quoted("a"), quoted("b"), quoted("a"), { type: "citation", n: 1 });

  assert.deepEqual(turn.quotes.get(1), ["a", "b"]);
});

test("a notice is shown once and a planned reconnection not at all", () => {
  const degraded: AnswerEvent = { type: "notice", code: "degraded", text: "Skipped." };
  const turn = after(degraded, degraded, { type: "notice", code: "reconnect", text: "Moving." });

  assert.deepEqual(turn.notices, [{ code: "degraded", text: "Skipped." }]);
});
