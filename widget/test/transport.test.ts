import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem } from "../src/problem";
import { QUESTION, withEdge } from "./edge_fixture";

test("a question carries the session's token, its key and its page", async () => {
  await withEdge(async ({ edge, transport }) => {
    await transport.ask(QUESTION, "key-1", new AbortController().signal);

    const [request] = edge.to("POST /v1/chat");
    assert.equal(request?.headers.authorization, "Bearer session-1");
    assert.equal(request?.headers["idempotency-key"], "key-1");
    assert.deepEqual(request?.body, { ...QUESTION });
  });
});

test("a refused token is replaced once and the request sent again", async () => {
  await withEdge(async ({ edge, transport }) => {
    edge.refusals.set("POST /v1/feedback", [401]);

    await transport.feedback({ feedback_id: "f", query_id: "q-1", vote: "up" });

    assert.deepEqual(
      edge.to("POST /v1/feedback").map(({ headers }) => headers.authorization),
      ["Bearer session-1", "Bearer session-2"],
    );
  });
});

test("a token that is refused twice is a problem, not a loop", async () => {
  await withEdge(async ({ edge, transport }) => {
    edge.refusals.set("POST /v1/feedback", [401, 401, 401]);

    const sent = transport.feedback({ feedback_id: "f", query_id: "q-1", vote: "up" });

    await assert.rejects(sent, (cause) => cause instanceof Problem && cause.status === 401);
    assert.equal(edge.to("POST /v1/feedback").length, 2);
  });
});

test("a passage comes with its document", async () => {
  await withEdge(async ({ edge, transport }) => {
    const document = { document_id: "d", title: "T", uri: "t.md", url: "https://e.org/t" };
    edge.passages.set("p/1", { document, heading_path: ["A", "B"], text: "Text.", updated_at: "2026-01-01T00:00:00Z" });

    assert.deepEqual(await transport.passage("p/1"), {
      title: "T",
      url: "https://e.org/t",
      headingPath: ["A", "B"],
      text: "Text.",
      updatedAt: "2026-01-01T00:00:00Z",
    });
    assert.equal(edge.to("GET /v1/passages/p%2F1").length, 1);
  });
});

test("an unknown passage is a problem with the edge's own words", async () => {
  await withEdge(async ({ transport }) => {
    await assert.rejects(transport.passage("none"), (cause) => {
      return cause instanceof Problem && cause.kind === "not_found" && cause.message === "No such passage.";
    });
  });
});

test("stored turns come from all pages", async () => {
  await withEdge(async ({ edge, transport }) => {
    edge.conversations.set("c 1", [[{ question: "One?" }, { question: "Two?" }], [{ question: "Three?" }]]);

    const turns = await transport.conversation("c 1");

    assert.deepEqual(turns.map(({ index, question }) => [index, question]), [[1, "One?"], [2, "Two?"], [3, "Three?"]]);
    assert.equal(edge.to("GET /v1/conversations/c%201").length, 2);
  });
});

test("a conversation that is deleted is not found any more", async () => {
  await withEdge(async ({ edge, transport }) => {
    edge.conversations.set("c-1", [[{ question: "One?" }]]);
    await transport.deleteConversation("c-1");

    assert.equal(edge.conversations.has("c-1"), false);
    await assert.rejects(transport.conversation("c-1"), (cause: Problem) => cause.status === 404);
  });
});
