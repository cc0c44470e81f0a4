import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem } from "../src/problem";
import { TabMemory } from "../src/tab_memory";
import { withEdge } from "./edge_fixture";
import { FakeStore } from "./fake_store";

test("an anonymous session names its tenant and sends no token", async () => {
  await withEdge(async ({ edge, sessions }) => {
    edge.session = { config: { title: "Hi" }, suggestions: ["A?", 3] };

    const session = await sessions.current();

    const [request] = edge.to("POST /v1/sessions");
    assert.equal(request?.headers.authorization, undefined);
    assert.equal(request?.body["tenant"], "acme");
    assert.deepEqual(request?.body["page"], { url: "https://host.example/page", title: "Page" });
    assert.equal(session.conversationId, "c-1");
    assert.equal(session.config.title, "Hi");
    assert.deepEqual(session.suggestions, ["A?"]);
  }, { tenant: "acme" });
});

test("a host token is presented as bearer and the body then names no tenant", async () => {
  await withEdge(async ({ edge, sessions }) => {
    await sessions.current();

    const [request] = edge.to("POST /v1/sessions");
    assert.equal(request?.headers.authorization, "Bearer host");
    assert.equal("tenant" in (request?.body ?? {}), false);
  }, { tenant: "acme", getHostToken: async () => "host" });
});

test("callers at the same time share one request", async () => {
  await withEdge(async ({ edge, sessions }) => {
    await Promise.all([sessions.current(), sessions.current(), sessions.current()]);

    assert.equal(edge.to("POST /v1/sessions").length, 1);
  });
});

test("a session is renewed with its own token before it expires and keeps its conversation", async () => {
  await withEdge(async ({ edge, sessions, timing }) => {
    const first = await sessions.current();
    timing.at += 545_000;

    const second = await sessions.current();

    assert.equal(edge.to("POST /v1/sessions")[1]?.headers.authorization, "Bearer session-1");
    assert.equal(second.token, "session-2");
    assert.equal(second.conversationId, first.conversationId);
  });
});

test("a renewal that is refused with 401 becomes a new session", async () => {
  await withEdge(async ({ edge, sessions, timing }) => {
    await sessions.current();
    timing.at += 545_000;
    edge.refusals.set("POST /v1/sessions", [401]);

    const session = await sessions.current();

    assert.deepEqual(
      edge.to("POST /v1/sessions").map(({ headers }) => headers.authorization),
      ["Bearer host", "Bearer session-1", "Bearer host"],
    );
    assert.equal(session.token, "session-2");
  }, { getHostToken: async () => "host" });
});

test("a visitor's clock that is hours ahead does not cause a renewal for every request", async () => {
  await withEdge(async ({ edge, sessions, timing }) => {
    timing.at += 7_200_000;
    await sessions.current();
    timing.at += 20_000;
    await sessions.current();

    assert.equal(edge.to("POST /v1/sessions").length, 1);
  });
});

test("a host page that cannot give a token is a readable problem, and the next attempt starts afresh", async () => {
  let attempts = 0;
  const getHostToken = (): Promise<string> => {
    attempts += 1;
    if (attempts === 1) throw new TypeError("no cookie");
    return Promise.resolve("host");
  };
  await withEdge(async ({ sessions }) => {
    await assert.rejects(sessions.current(), (cause) => cause instanceof Problem && cause.kind === "host_token");
    assert.equal((await sessions.current()).token, "session-1");
  }, { getHostToken });
});

test("an edge that cannot be reached is a network problem", async () => {
  await withEdge(async ({ sessions }) => {
    await assert.rejects(sessions.current(), (cause) => cause instanceof Problem && cause.kind === "network");
  }, { endpoint: "http://127.0.0.1:1" });
});

test("after a reload an anonymous visitor is the same one and goes on with the conversation", async () => {
  const store = new FakeStore();
  const memory = (): TabMemory => new TabMemory("e", "acme", store);
  await withEdge(async ({ edge, sessions }) => {
    const first = await sessions.current();
    assert.equal(first.resumed, false);
    assert.equal("resume" in (edge.to("POST /v1/sessions")[0]?.body ?? {}), false);
  }, { tenant: "acme", memory: memory() });
  memory().write({ conversationId: "c-7" });

  await withEdge(async ({ edge, sessions }) => {
    edge.conversations.set("c-7", [[]]);
    const session = await sessions.current();

    const [request] = edge.to("POST /v1/sessions");
    assert.equal(request?.headers.authorization, "Bearer session-1");
    assert.equal(request?.body["resume"], "c-7");
    assert.deepEqual([session.conversationId, session.resumed], ["c-7", true]);
  }, { tenant: "acme", memory: memory() });
});

test("a remembered token that is refused is forgotten and a new visitor begins", async () => {
  const memory = new TabMemory("e", "acme", new FakeStore());
  memory.write({ token: "old", conversationId: "c-7" });
  await withEdge(async ({ edge, sessions }) => {
    edge.refusals.set("POST /v1/sessions", [401]);
    const session = await sessions.current();

    const [, second] = edge.to("POST /v1/sessions");
    assert.equal(second?.headers.authorization, undefined);
    assert.equal("resume" in (second?.body ?? {}), false);
    assert.deepEqual([session.resumed, memory.read().conversationId, memory.read().token], [false, "", "session-1"]);
  }, { tenant: "acme", memory });
});

test("an edge that is busy costs an anonymous visitor nothing", async () => {
  const memory = new TabMemory("e", "acme", new FakeStore());
  memory.write({ token: "old", conversationId: "c-7" });
  await withEdge(async ({ edge, sessions }) => {
    edge.refusals.set("POST /v1/sessions", [503]);
    await assert.rejects(sessions.current(), Problem);

    assert.deepEqual([memory.read().conversationId, memory.read().token], ["c-7", "old"]);
  }, { tenant: "acme", memory });
});

test("the session token of a visitor whom the host names is not kept", async () => {
  const memory = new TabMemory("e", "acme", new FakeStore());
  memory.write({ conversationId: "c-7" });
  await withEdge(async ({ edge, sessions }) => {
    const session = await sessions.current();

    assert.equal(edge.to("POST /v1/sessions")[0]?.body["resume"], "c-7");
    assert.equal(session.resumed, false, "a conversation that is not this visitor's is not gone on with");
    assert.equal(memory.read().token, "");
  }, { memory, getHostToken: async () => "host" });
});
