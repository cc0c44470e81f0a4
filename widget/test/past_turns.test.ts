import assert from "node:assert/strict";
import { test } from "node:test";

import { decodePastTurns } from "../src/past_turns";
import { citedNumbers, isOver } from "../src/turn";

const TURN = {
  query_id: "q-1",
  question: "When is tea?",
  answer: "At four [1].",
  finish: "stop",
  sources: [{ n: 1, passage_id: "p", title: "House", heading: "Meals", snippet: "Tea", url: "https://x.example/" }],
  citations: [{ n: 1, quote: "Tea at four", support: 0.9 }],
};

test("a stored turn reads as it did when it was answered", () => {
  const [turn] = decodePastTurns([TURN]);

  assert.ok(turn !== undefined && isOver(turn));
  assert.deepEqual([turn.index, turn.question, turn.text, turn.queryId], [1, "When is tea?", "At four [1].", "q-1"]);
  assert.deepEqual([turn.finish, turn.phase], ["stop", "done"]);
  assert.equal(turn.sources.get(1)?.url, "https://x.example/");
  assert.deepEqual(turn.quotes.get(1), ["Tea at four"]);
  assert.deepEqual(citedNumbers(turn), [1]);
});

test("turns are numbered, and each way to end is kept", () => {
  const turns = decodePastTurns(["refusal", "stopped", "error", "clarify"].map((finish) => ({ ...TURN, finish })));

  assert.deepEqual(turns.map(({ index }) => index), [1, 2, 3, 4]);
  assert.deepEqual(turns.map(({ finish }) => finish), ["refusal", "stopped", "abandoned", "clarify"]);
  assert.ok(turns.every(isOver));
});

test("what is missing or of another type becomes empty", () => {
  for (const data of [{}, { question: 7, answer: null, sources: "x", citations: [{}], finish: {} }]) {
    const [turn] = decodePastTurns([data]);
    assert.ok(turn !== undefined && isOver(turn));
    assert.deepEqual([turn.question, turn.text, turn.sources.size, turn.quotes.size], ["", "", 0, 0]);
  }
});
