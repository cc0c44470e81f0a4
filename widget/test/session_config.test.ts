import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeConfig } from "../src/session_config";

test("everything in a configuration is optional", () => {
  for (const bare of [{}, undefined, null, [], "x"]) {
    assert.deepEqual(Object.values(decodeConfig(bare)).filter((value) => value !== undefined), []);
  }
});

test("words, colours and links are read", () => {
  const config = decodeConfig({
    title: "T",
    greeting: "G",
    disclaimer: "D",
    banner: { text: "B" },
    theme: { accent: "#123456" },
    handoff: { label: "Person", url: "https://help.example" },
    cta: { url: "https://buy.example" },
  });

  assert.deepEqual(config, {
    title: "T",
    greeting: "G",
    disclaimer: "D",
    banner: "B",
    accent: "#123456",
    handoff: { label: "Person", url: "https://help.example" },
    cta: { label: "https://buy.example", url: "https://buy.example" },
  });
});
