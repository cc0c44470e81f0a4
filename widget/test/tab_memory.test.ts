import assert from "node:assert/strict";
import { test } from "node:test";

import { type Store, TabMemory } from "../src/tab_memory";
import { FakeStore } from "./fake_store";

test("what is remembered is there after a reload, for the same edge and tenant only", () => {
  const store = new FakeStore();
  new TabMemory("https://e", "acme", store).write({ conversationId: "c-1" });
  new TabMemory("https://e", "acme", store).write({ token: "t" });

  assert.deepEqual(new TabMemory("https://e", "acme", store).read(), { conversationId: "c-1", token: "t" });
  assert.deepEqual(new TabMemory("https://e", "rival", store).read(), { conversationId: "", token: "" });
  assert.deepEqual(new TabMemory("https://f", "acme", store).read(), { conversationId: "", token: "" });
});

test("clearing forgets everything", () => {
  const store = new FakeStore();
  const memory = new TabMemory("https://e", "", store);
  memory.write({ conversationId: "c-1", token: "t" });
  memory.clear();

  assert.deepEqual(memory.read(), { conversationId: "", token: "" });
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
    assert.deepEqual(memory.read(), { conversationId: "", token: "" });
  }
});

test("what somebody else wrote there is passed over", () => {
  for (const value of ["", "null", "[]", "{", '{"conversation": 7, "token": {}}']) {
    const store = new FakeStore();
    store.values.set("causeway https://e ", value);
    assert.deepEqual(new TabMemory("https://e", "", store).read(), { conversationId: "", token: "" });
  }
});
