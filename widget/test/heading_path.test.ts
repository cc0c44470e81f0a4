import assert from "node:assert/strict";
import { test } from "node:test";

import { pathWithin } from "../src/heading_path";

test("the document's title is not repeated in the path", () => {
  assert.equal(pathWithin("Leave", "Leave › Annual › Accrual"), "Annual › Accrual");
  assert.equal(pathWithin("Leave", "Leave > Annual"), "Annual");
  assert.equal(pathWithin("Leave", "Leave"), "");
});

test("a path that only begins with the same letters is kept", () => {
  assert.equal(pathWithin("Leave", "Leaves of absence › Annual"), "Leaves of absence › Annual");
  assert.equal(pathWithin("Leave", "Travel"), "Travel");
});
