import assert from "node:assert/strict";
import { test } from "node:test";

import { type Store, TabMemory } from "../src/tab_memory";
import { advance, newTurn } from "../src/turn";
import { FakeStore } from "./fake_store";

const NOTHING = { conversationId: "", token: "", queryId: "", question: "" };

test("what is remembered is there after a reload, for the same edge and tenant only", () => {
  const store = new FakeStore();
  new TabMemory("https://e", "acme", store).write({ conversationId: "c-1" });
  new TabMemory("https://e", "acme", store).write({ token: "t" });

  assert.deepEqual(new TabMemory("https://e", "acme", store).read(), { ...NOTHING, conversationId: "c-1", token: "t" });
  assert.deepEqual(new TabMemory("https://e", "rival", store).read(), NOTHING);
  assert.deepEqual(new TabMemory("https://f", "acme", store).read(), NOTHING);
});

test("clearing forgets everything", () => {
  const store = new FakeStore();
  const memory = new TabMemory("https://e", "", store);
  memory.write({ conversationId: "c-1", token: "t" });
  memory.clear();

  assert.deepEqual(memory.read(), NOTHING);
});

test("a store that is broken, full or absent is no failure", () => {
  const broken: Store = {
    getItem: () => {
      throw new Error("SecurityError");
    },
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
    removeItem: () => {
      throw new Error("SecurityError");
    },
  };
  for (const store of [broken, null]) {
    const memory = new TabMemory("https://e", "", store);
    memory.write({ token: "t" });
    memory.clear();
    assert.deepEqual(memory.read(), NOTHING);
  }
});

test("what somebody else wrote there is passed over", () => {
  for (const value of ["", "null", "[]", "{", '{"conversationId": 7, "token": {}, "queryId": null}']) {
    const store = new FakeStore();
    store.values.set("causeway https://e ", value);
    assert.deepEqual(new TabMemory("https://e", "", store).read(), NOTHING);
  }
});

test("the answer on its way is remembered until it is over, and written once", () => {
  const store = new FakeStore();
  const memory = new TabMemory("https://e", "", store);
  const asked = newTurn(1, "Why?");
  const named = advance(asked, { type: "meta", queryId: "q-1", conversationId: "c-1" });
  const longer = advance(named, { type: "delta", text: "Because" });

  memory.follow(asked);
  assert.equal(store.writes, 0);
  memory.follow(named);
  memory.follow(longer);
  assert.equal(store.writes, 1);
  assert.deepEqual(memory.read(), { ...NOTHING, queryId: "q-1", question: "Why?" });
  memory.follow(advance(longer, { type: "done", finish: "stop", needsReview: false }));
  assert.deepEqual(memory.read(), NOTHING);
});
