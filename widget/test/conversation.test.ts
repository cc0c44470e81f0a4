import assert from "node:assert/strict";
import { test } from "node:test";

import { Conversation } from "../src/conversation";
import { isOver, type Turn } from "../src/turn";
import { type Fixture, QUESTION, withEdge } from "./edge_fixture";
import type { Step } from "./fake_edge";

const META: Step = { event: "meta", data: { conversation_id: "c-9" } };
const DONE: Step = { event: "done", data: { finish: "stop" } };

interface Talk {
  readonly conversation: Conversation;
  /** The next turn that is over. */
  next(): Promise<Turn>;
  /** What the conversation was called, in order. */
  readonly names: string[];
}

function talk({ transport, sessions, timing }: Fixture): Talk {
  const over: Turn[] = [];
  let wake: () => void = () => undefined;
  let keys = 0;
  const names: string[] = [];
  const conversation = new Conversation({
    transport,
    firstConversationId: async () => (await sessions.current()).conversationId,
    page: () => QUESTION.page,
    locale: "en",
    newKey: () => `key-${(keys += 1)}`,
    timing,
    onConversation: (name) => void names.push(name),
    onTurn: (turn) => {
      if (isOver(turn)) over.push(turn);
      wake();
    },
  });
  const next = async (): Promise<Turn> => {
    for (;;) {
      const turn = over.shift();
      if (turn !== undefined) return turn;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { conversation, next, names };
}

test("the first question takes the session's conversation, later ones the one that the edge named", async () => {
  await withEdge(async (fixture) => {
    const { conversation, next } = talk(fixture);
    fixture.edge.script = () => [META, DONE];

    conversation.ask("One?");
    await next();
    conversation.ask("Two?");
    const second = await next();

    assert.equal(second.index, 2);
    assert.deepEqual(fixture.edge.to("POST /v1/chat").map(({ body }) => body["conversation_id"]), ["c-1", "c-9"]);
  });
});

test("a second question waits for the first answer", async () => {
  await withEdge(async (fixture) => {
    const { conversation, next } = talk(fixture);
    fixture.edge.script = () => [META, DONE];

    conversation.ask("One?");
    assert.ok(conversation.busy);
    conversation.ask("Two?");
    await next();

    assert.equal(fixture.edge.to("POST /v1/chat").length, 1);
  });
});

test("a new conversation names none, so that the edge begins one", async () => {
  await withEdge(async (fixture) => {
    const { conversation, next } = talk(fixture);
    fixture.edge.script = () => [META, DONE];
    conversation.ask("One?");
    await next();

    conversation.reset();
    conversation.ask("Again?");
    const turn = await next();

    assert.equal(turn.index, 1);
    assert.equal("conversation_id" in (fixture.edge.to("POST /v1/chat")[1]?.body ?? {}), false);
  });
});

test("an answer that failed is asked again under a new key, one that never began under the same", async () => {
  await withEdge(async (fixture) => {
    const { conversation, next } = talk(fixture);
    const scripts = [
      { status: 503, problem: { title: "Busy." } },
      [META, { event: "error", data: { kind: "model_failed" } }],
      [META, DONE],
    ];
    fixture.edge.script = () => scripts.shift() ?? [];
    conversation.ask("Why?");
    await next();
    conversation.retry();
    await next();
    conversation.retry();
    const turn = await next();

    assert.equal(turn.phase, "done");
    const keys = fixture.edge.to("POST /v1/chat").map(({ headers }) => headers["idempotency-key"]);
    assert.deepEqual(keys, ["key-1", "key-1", "key-2"]);
  });
});

test("without a session the question fails readably and can be tried again", async () => {
  await withEdge(async (fixture) => {
    const { conversation, next } = talk(fixture);
    fixture.edge.script = () => [META, DONE];
    fixture.edge.refusals.set("POST /v1/sessions", [403]);

    conversation.ask("Why?");
    assert.equal((await next()).failure?.kind, "forbidden");
    conversation.retry();
    assert.equal((await next()).phase, "done");
  });
});

test("stopping before the session is there ends the turn and asks nothing", async () => {
  await withEdge(async (fixture) => {
    const { conversation, next } = talk(fixture);

    conversation.ask("Why?");
    conversation.stop();
    const turn = await next();
    await fixture.sessions.current();

    assert.equal(turn.finish, "stopped");
    assert.equal(fixture.edge.to("POST /v1/chat").length, 0);
  });
});

test("a conversation goes on with the number after its stored turns, and says what it is called", async () => {
  await withEdge(async (fixture) => {
    const { conversation, next, names } = talk(fixture);
    fixture.edge.script = () => [META, DONE];

    assert.equal(conversation.resume("c-7", 3), true);
    assert.equal(conversation.id, "c-7");
    conversation.ask("And now?");
    const turn = await next();

    assert.equal(turn.index, 4);
    assert.deepEqual(fixture.edge.to("POST /v1/chat").map(({ body }) => body["conversation_id"]), ["c-7"]);
    assert.equal(conversation.resume("c-8", 1), false, "what has begun is not replaced");
    conversation.reset();
    assert.deepEqual(names, ["c-9", ""]);
    assert.equal(conversation.id, "");
  });
});

test("an answer that was under way when the page was loaded is shown from its beginning", async () => {
  await withEdge(async (fixture) => {
    fixture.edge.script = () => [META, { event: "delta", data: { text: "Because." } }, DONE];
    const before = talk(fixture);
    before.conversation.ask("Why?");
    const { queryId } = await before.next();

    const { conversation, next } = talk(fixture);
    conversation.resume("c-9", 2);
    conversation.rejoin(queryId, "Why?");
    const turn = await next();

    assert.deepEqual([turn.index, turn.question, turn.text, turn.finish], [3, "Why?", "Because.", "stop"]);
    assert.equal(fixture.edge.to("POST /v1/chat").length, 1);
  });
});

test("an answer that is gone can be asked for again", async () => {
  await withEdge(async (fixture) => {
    fixture.edge.script = () => [META, DONE];
    const { conversation, next } = talk(fixture);
    conversation.rejoin("q-404", "Why?");
    assert.equal((await next()).failure?.kind, "not_found");

    conversation.retry();
    assert.equal((await next()).finish, "stop");
  });
});
