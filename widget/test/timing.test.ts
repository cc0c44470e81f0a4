import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff, browserTiming } from "../src/timing";

test("back-off doubles from 0.3 s to 8 s, with half jitter", () => {
  assert.deepEqual([1, 2, 3, 6, 20].map((failures) => backoff(failures, 1)), [300, 600, 1200, 8000, 8000]);
  assert.equal(backoff(1, 0), 150);
});

test("a sleep ends when its signal aborts, also when that was before", async () => {
  const abort = new AbortController();
  const sleeping = browserTiming.sleep(60_000, abort.signal);

  abort.abort();

  await assert.rejects(sleeping);
  await assert.rejects(browserTiming.sleep(60_000, abort.signal));
});

test("a sleep ends in time", async () => {
  await browserTiming.sleep(1, new AbortController().signal);
});
