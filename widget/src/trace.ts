/** Begins the trace of a request (W3C Trace Context, level 1), so that it can be followed from the page to the index. */

/** A `traceparent` with random ids; whether it is recorded is for the edge to decide. */
export function newTraceparent(random: (bytes: Uint8Array) => Uint8Array = fillRandom): string {
  return `00-${hex(random(new Uint8Array(16)))}-${hex(random(new Uint8Array(8)))}-01`;
}

function fillRandom(bytes: Uint8Array): Uint8Array {
  return crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
