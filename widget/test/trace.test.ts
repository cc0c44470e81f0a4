import assert from "node:assert/strict";
import { test } from "node:test";

import { newTraceparent } from "../src/trace";

test("a traceparent has the standard's form and random ids", () => {
  const made = newTraceparent();

  assert.match(made, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.notEqual(newTraceparent(), made);
});

test("small bytes keep their leading zero", () => {
  assert.equal(newTraceparent((bytes) => bytes.fill(1)), `00-${"01".repeat(16)}-${"01".repeat(8)}-01`);
});
