import assert from "node:assert/strict";
import { test } from "node:test";

import { type Fixture, withEdge } from "./edge_fixture";
import type { Step } from "./fake_edge";

const META: Step = { event: "meta", data: { conversation_id: "c-1" } };
const DONE: Step = { event: "done", data: { finish: "stop" } };
const delta = (text: string): Step => ({ event: "delta", data: { text } });

function failureKind({ events }: Fixture): string | undefined {
  const last = events.at(-1);
  return last?.type === "error" ? last.failure.kind : undefined;
}

test("an answer arrives event by event and ends once", async () => {
  await withEdge(async ({ edge, log, text, stream }) => {
    edge.script = () => [META, delta("Hello "), delta("wörld"), DONE];

    await stream().run();

    assert.deepEqual(log, ["meta", "delta", "delta", "done"]);
    assert.equal(text(), "Hello wörld");
  });
});

test("a cut connection is resumed after the last event that arrived, without loss or repetition", async () => {
  await withEdge(async ({ edge, log, text, stream }) => {
    edge.script = () => [META, delta("a"), delta("b"), { cut: true }, delta("c"), delta("d"), DONE];

    await stream().run();

    assert.equal(text(), "abcd");
    assert.equal(log.filter((entry) => entry === "lost").length, 1);
    assert.equal(log.filter((entry) => entry === "back").length, 1);
    const [resumed] = edge.to("GET /v1/chat/q-1/events");
    assert.equal(resumed?.headers["last-event-id"], "q-1.3");
    assert.equal(edge.to("POST /v1/chat").length, 1);
  });
});

test("a connection cut before the first event repeats the question under the same key", async () => {
  await withEdge(async ({ edge, stream, text }) => {
    let asked = 0;
    edge.script = () => {
      asked += 1;
      return asked === 1 ? [{ cut: true }, META, DONE] : [META, delta("a"), DONE];
    };

    await stream().run();

    assert.deepEqual(edge.to("POST /v1/chat").map(({ headers }) => headers["idempotency-key"]), ["key-1", "key-1"]);
    assert.equal(text(), "a");
  });
});

test("a resumption that is refused for the moment waits as long as it is told and tries again", async () => {
  await withEdge(async ({ edge, text, timing, stream }) => {
    edge.script = () => [META, delta("a"), { cut: true }, delta("b"), DONE];
    edge.refusals.set("GET /v1/chat/q-1/events", [503, 502]);

    await stream().run();

    assert.equal(text(), "ab");
    assert.deepEqual(timing.slept, [300, 600, 1200]);
  });
});

test("an answer that cannot be resumed ends as an error and keeps its text", async () => {
  await withEdge(async (fixture) => {
    const { edge, text, stream } = fixture;
    edge.script = () => [META, delta("a"), { cut: true }, DONE];
    edge.refusals.set("GET /v1/chat/q-1/events", [410]);

    await stream().run();

    assert.equal(text(), "a");
    assert.equal(fixture.events.at(-1)?.type, "error");
  });
});

test("resumption gives up after a bounded time", async () => {
  await withEdge(async (fixture) => {
    const { edge, timing, stream } = fixture;
    edge.script = () => [META, delta("a"), { cut: true }, DONE];
    edge.refusals.set("GET /v1/chat/q-1/events", Array.from({ length: 50 }, () => 503));

    await stream().run();

    assert.equal(failureKind(fixture), "overloaded");
    const waited = timing.slept.reduce((sum, ms) => sum + ms, 0);
    assert.ok(waited > 30_000 && waited < 60_000, `${waited} ms`);
  });
});

test("a finished answer whose end was never seen is an interruption, not a success", async () => {
  await withEdge(async (fixture) => {
    const { edge, stream } = fixture;
    edge.script = () => [META, delta("a"), { cut: true }];
    edge.refusals.set("GET /v1/chat/q-1/events", [204]);

    await stream().run();

    assert.equal(failureKind(fixture), "interrupted");
  });
});

test("a refusal to answer is an error at once, with the edge's words and its patience", async () => {
  await withEdge(async ({ edge, events, stream }) => {
    const problem = { title: "Busy.", kind: "overloaded", retry_after: 3 };
    edge.script = () => ({ status: 503, problem });

    await stream().run();

    const failure = { kind: "overloaded", title: "Busy.", retryable: true, retryAfter: 3 };
    assert.deepEqual(events, [{ type: "error", failure }]);
    assert.equal(edge.to("POST /v1/chat").length, 1);
  });
});

test("an error of the answer itself is final", async () => {
  await withEdge(async (fixture) => {
    const { edge, stream } = fixture;
    edge.script = () => [META, { event: "error", data: { kind: "model_failed", title: "No model.", retryable: true } }];

    await stream().run();

    assert.equal(failureKind(fixture), "model_failed");
    assert.equal(edge.to("GET /v1/chat/q-1/events").length, 0);
  });
});

test("an error that the edge reports by itself leaves the answer resumable", async () => {
  await withEdge(async ({ edge, log, text, stream }) => {
    const lost = { unnumbered: "error", data: { kind: "dependency_unavailable", retryable: true, title: "Core away." } };
    edge.script = () => [META, delta("a"), lost, delta("b"), DONE];

    await stream().run();

    assert.equal(text(), "ab");
    assert.equal(log.at(-1), "done");
    assert.equal(log.includes("error"), false);
  });
});

test("an error that the edge reports by itself is shown when resuming does not help either", async () => {
  await withEdge(async (fixture) => {
    const { edge, stream } = fixture;
    const lost = { unnumbered: "error", data: { kind: "dependency_unavailable", retryable: true, title: "Core away." } };
    edge.script = () => [META, delta("a"), lost];
    edge.refusals.set("GET /v1/chat/q-1/events", [503, 503, 404]);

    await stream().run();

    assert.equal(failureKind(fixture), "dependency_unavailable");
  });
});

test("the delay that a draining edge asks for is respected", async () => {
  await withEdge(async ({ edge, timing, text, stream }) => {
    const drain = { unnumbered: "notice\nretry: 2500", data: { code: "reconnect", text: "Moving." } };
    edge.script = () => [META, delta("a"), drain, delta("b"), DONE];

    await stream().run();

    assert.equal(text(), "ab");
    assert.deepEqual(timing.slept, [2500]);
  });
});

/** Runs `act` when the first words are on the page. */
function uponText(fixture: Fixture, act: () => void): void {
  const { push } = fixture.log;
  fixture.log.push = (...entries) => {
    if (entries.includes("delta")) act();
    return push.apply(fixture.log, entries);
  };
}

const ENDLESS: Step = { event: "delta", data: { text: "never" }, pauseMs: 60_000 };

test("stopping asks the edge to stop and shows the end that it then sends", async () => {
  await withEdge(async (fixture) => {
    const { edge, events, timing } = fixture;
    edge.script = () => [META, delta("a"), ENDLESS];
    timing.standsStill = true;
    const answer = fixture.stream();
    uponText(fixture, () => void answer.stop());

    await answer.run();

    assert.deepEqual(events.at(-1), { type: "done", finish: "stopped", needsReview: false });
    assert.equal(events.filter((event) => event.type === "done").length, 1);
    assert.equal(edge.to("DELETE /v1/chat/q-1").length, 1);
  });
});

test("a stop that the edge does not answer ends the answer all the same", async () => {
  await withEdge(async (fixture) => {
    const { edge, events, timing } = fixture;
    edge.script = () => [META, delta("a"), ENDLESS];
    edge.refusals.set("DELETE /v1/chat/q-1", [503]);
    const answer = fixture.stream();
    uponText(fixture, () => void answer.stop());

    await answer.run();

    assert.deepEqual(events.at(-1), { type: "done", finish: "stopped", needsReview: false });
    assert.deepEqual(timing.slept, [2_000]);
  });
});

test("closing drops the connection, stops nothing and says nothing", async () => {
  await withEdge(async (fixture) => {
    const { edge, log } = fixture;
    edge.script = () => [META, delta("a"), ENDLESS];
    const answer = fixture.stream();
    uponText(fixture, () => answer.close());

    await answer.run();

    assert.deepEqual([...log], ["meta", "delta"]);
    assert.equal(edge.requests.filter(({ method }) => method === "DELETE").length, 0);
  });
});
