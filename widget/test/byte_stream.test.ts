import assert from "node:assert/strict";
import { test } from "node:test";

import { readChunks } from "../src/byte_stream";
import { Problem } from "../src/problem";

test("chunks come as they are and the end ends them", async () => {
  const body = new Response("ab").body as ReadableStream<Uint8Array>;
  const chunks: number[] = [];

  for await (const chunk of readChunks(body, 1_000)) chunks.push(...chunk);

  assert.deepEqual(chunks, [97, 98]);
});

test("silence is an interruption and releases the connection", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });

  const read = (async () => {
    for await (const _ of readChunks(body, 5)) assert.fail("nothing was sent");
  })();

  await assert.rejects(read, (cause) => cause instanceof Problem && cause.kind === "interrupted");
  assert.ok(cancelled);
});
