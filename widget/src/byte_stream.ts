/** Reads a response body chunk by chunk and notices when it has gone silent. */

import { interrupted } from "./problem";

/**
 * Yields the body's chunks. Throws an `interrupted` problem when none arrives for `silenceMs`: the edge sends a
 * heartbeat at least every 10 s, so silence means that the connection is dead although nobody closed it.
 */
export async function* readChunks(body: ReadableStream<Uint8Array>, silenceMs: number): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await withinSilence(reader.read(), silenceMs);
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function withinSilence<T>(read: Promise<T>, silenceMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(interrupted()), silenceMs);
  });
  try {
    return await Promise.race([read, silence]);
  } finally {
    clearTimeout(timer);
  }
}
