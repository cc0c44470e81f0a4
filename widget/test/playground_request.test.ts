import assert from "node:assert/strict";
import { test } from "node:test";

import { searchBody } from "../demo/playground_request";

function form(values: Record<string, string>): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(values)) made.append(name, value);
  return made;
}

test("what is empty is left out", () => {
  const empty = { k: "", profile: " ", uri_prefix: "", tags_any: " , ", tags_all: "", language: "", updated_from: "" };

  assert.deepEqual(searchBody(form({ query: " radio ", ...empty })), { query: "radio", k: 0 });
});

test("filters are what the service takes", () => {
  const filled = {
    query: "radio",
    k: "7",
    profile: "p-1",
    uri_prefix: "guides/",
    tags_any: "a, b",
    tags_all: "c",
    language: "en",
    updated_from: "2026-01-31",
    updated_before: "2026-02-28",
  };

  assert.deepEqual(searchBody(form(filled)), {
    query: "radio",
    k: 7,
    profile: "p-1",
    filter: {
      uri_prefix: "guides/",
      language: "en",
      tags_any: ["a", "b"],
      tags_all: ["c"],
      updated_from: "2026-01-31T00:00:00Z",
      updated_before: "2026-02-28T00:00:00Z",
    },
  });
});
