import assert from "node:assert/strict";
import { test } from "node:test";

import {
  type Candidate,
  type ExplainedSearch,
  nameOf,
  outcomeLabel,
  type Plan,
  planOf,
  scoresShown,
  shareOf,
  stageLabel,
  verdictOf,
} from "../demo/explained_search";

const CANDIDATE: Candidate = {
  passage_id: "p",
  title: "Radio",
  uri: "docs/radio.md",
  heading_path: ["Radio", "Power", "Battery"],
  text: "",
  rank: 1,
  outcome: "returned",
  boost: 0,
  dense: { score: 0.5, rank: 1 },
  bm25: null,
  fused: { score: 1, rank: 1 },
  rerank: null,
};
const PLAN: Plan = {
  level: 0,
  k: 5,
  prefetch: 40,
  fusion: "normalised_sum",
  dense_weight: 0.6,
  language: "",
  rerank_model: "",
  rerank_depth: 0,
  rerank_budget_ms: 0,
  per_document: 0,
  relevance_weight: 1,
  neighbours: "off",
};
const FOUND: ExplainedSearch = {
  profile: "balanced-1",
  index_version: "main",
  content_revision: 7,
  took_ms: 8.25,
  degradations: [],
  in_cache: false,
  plan: PLAN,
  stages: [],
  candidates: [CANDIDATE, { ...CANDIDATE, rank: 0, outcome: "beyond_k" }],
};

test("a bar is as long as its score among its like", () => {
  assert.equal(shareOf(5, [10, 5, 0]), 0.5);
  assert.equal(shareOf(10, [10, 5]), 1);
  assert.equal(shareOf(0, [0, 0]), 0);
});

test("of scores below zero the least has no bar, and none is longer than whole", () => {
  assert.equal(shareOf(-4, [-4, 0, 4]), 0);
  assert.equal(shareOf(0, [-4, 0, 4]), 0.5);
  assert.equal(shareOf(-1, [-1, -3]), 2 / 3);
});

test("only scores that some candidate has are shown", () => {
  assert.deepEqual(scoresShown([CANDIDATE]), ["dense", "fused"]);
  assert.deepEqual(scoresShown([CANDIDATE, { ...CANDIDATE, bm25: { score: 0, rank: 2 } }]), ["dense", "bm25", "fused"]);
});

test("a candidate is called by its innermost heading", () => {
  assert.deepEqual(nameOf(CANDIDATE), { name: "Battery", within: "Radio › Power › docs/radio.md" });
  assert.deepEqual(nameOf({ ...CANDIDATE, heading_path: ["Radio"] }), { name: "Radio", within: "docs/radio.md" });
  assert.deepEqual(nameOf({ ...CANDIDATE, title: "", heading_path: [] }), { name: "docs/radio.md", within: "" });
});

test("why a candidate is missing is said in words, also where the word is new", () => {
  assert.equal(outcomeLabel("returned"), "");
  assert.equal(outcomeLabel("same_document"), "enough of its document");
  assert.equal(outcomeLabel("of_a_new_kind"), "of a new kind");
  assert.equal(stageLabel("embed"), "Embed the query");
  assert.equal(stageLabel("novel"), "novel");
});

test("one line tells how much was found and how long it took", () => {
  assert.equal(verdictOf(FOUND), "1 of 2 candidates · 8.3 ms · index main, state 7 · profile balanced-1");
  const degraded = { ...FOUND, degradations: ["rerank", "dense_search"], in_cache: true };
  assert.match(verdictOf(degraded), /skipped: rerank, dense_search · without an explanation, from memory$/);
});

test("the plan names what differs from the plainest", () => {
  assert.equal(planOf(PLAN), "40 candidates from each search · normalised sum, 60 % vectors");
  const full = { ...PLAN, language: "de", rerank_model: "m", rerank_depth: 20, rerank_budget_ms: 60, per_document: 2 };
  const rest = planOf({ ...full, relevance_weight: 0.75, neighbours: "join", level: 1 }).split(" · ").slice(2);
  assert.deepEqual(rest, [
    "question in de",
    "up to 20 re-ranked within 60 ms",
    "at most 2 of a document",
    "25 % novelty",
    "neighbours: join",
    "under pressure, level 1",
  ]);
});
