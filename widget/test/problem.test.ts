import assert from "node:assert/strict";
import { test } from "node:test";

import { asProblem, interrupted, Problem, readProblem } from "../src/problem";

test("a problem document is read whole", async () => {
  const body = { title: "Busy.", detail: "Shed.", kind: "overloaded", retry_after: 4 };
  const problem = await readProblem(new Response(JSON.stringify(body), { status: 503 }));

  assert.deepEqual(problem.failure, { kind: "overloaded", title: "Busy.", detail: "Shed.", retryable: true, retryAfter: 4 });
});

test("a response that is no problem document still gives a kind and a readable title", async () => {
  const problem = await readProblem(new Response("<html>", { status: 429, headers: { "retry-after": "7" } }));

  assert.equal(problem.kind, "rate_limited");
  assert.equal(problem.retryAfter, 7);
  assert.match(problem.message, /429/);
});

test("what the caller did wrong is not worth trying again", () => {
  for (const status of [400, 403, 413, 415, 422]) {
    assert.equal(new Problem({ kind: "invalid_request", status, title: "" }).failure.retryable, false);
  }
  for (const status of [0, 401, 404, 409, 410, 429, 500, 503]) {
    assert.equal(new Problem({ kind: "internal", status, title: "" }).failure.retryable, true);
  }
});

test("anything thrown becomes a network problem, a problem stays itself", () => {
  const problem = interrupted();

  assert.equal(asProblem(problem), problem);
  assert.equal(asProblem(new TypeError("fetch failed")).kind, "network");
  assert.ok(asProblem(new TypeError()).transient);
});
