import assert from "node:assert/strict";
import { test } from "node:test";

import { EventParser, type ServerEvent } from "../src/sse";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function parse(...chunks: (string | Uint8Array)[]): ServerEvent[] {
  const parser = new EventParser();
  return chunks.flatMap((chunk) => parser.push(typeof chunk === "string" ? encode(chunk) : chunk));
}

test("an event has its name, its data and its id", () => {
  const events = parse('event: delta\nid: q.1\ndata: {"text":"a"}\n\n');

  assert.deepEqual(events, [{ name: "delta", data: '{"text":"a"}', id: "q.1" }]);
});

test("CR, LF and CRLF all end a line", () => {
  for (const end of ["\n", "\r", "\r\n"]) {
    assert.deepEqual(parse(`event: a${end}data: 1${end}${end}`), [{ name: "a", data: "1" }]);
  }
});

test("a CRLF that falls between two chunks is one line end", () => {
  assert.deepEqual(parse("data: 1\r", "\ndata: 2\r", "\n\r", "\n"), [{ name: "message", data: "1\n2" }]);
});

test("several data lines are joined by line feeds and only one leading space is removed", () => {
  assert.deepEqual(parse("data:  a\ndata:b\ndata\n\n"), [{ name: "message", data: " a\nb\n" }]);
});

test("a byte order mark at the start is skipped", () => {
  assert.deepEqual(parse(new Uint8Array([0xef, 0xbb, 0xbf]), "data: 1\n\n"), [{ name: "message", data: "1" }]);
});

test("comments and unknown fields are ignored and an event without data is not dispatched", () => {
  assert.deepEqual(parse(": ping\n\nwhatever: 1\nevent: empty\n\ndata: 1\n\n"), [{ name: "message", data: "1" }]);
});

test("an id with a NUL is ignored and an empty id resets the last one", () => {
  const parser = new EventParser();

  const [first] = parser.push(encode("id: a\ndata: 1\n\nid: b\0c\ndata: 2\n\n"));
  assert.equal(first?.id, "a");
  assert.equal(parser.lastEventId, "a");
  parser.push(encode("id\ndata: 3\n\n"));
  assert.equal(parser.lastEventId, "");
});

test("an id is remembered even when its event has no data", () => {
  const parser = new EventParser();

  assert.deepEqual(parser.push(encode("id: q.7\n\n")), []);
  assert.equal(parser.lastEventId, "q.7");
});

test("retry is taken only when it is all digits", () => {
  const parser = new EventParser();

  parser.push(encode("retry: 12x\n\nretry: 250\n\n"));
  assert.equal(parser.retry, 250);
});

test("an event that the end of the stream cuts off never appears", () => {
  assert.deepEqual(parse("data: 1\n\ndata: 2\n"), [{ name: "message", data: "1" }]);
});

test("any split of the bytes gives the same events", () => {
  const stream = encode(
    "\uFEFF: hello\r\n\r\nid: q.1\revent: meta\rdata: {}\r\rid: q.2\nevent: delta\ndata: größer 日本 🌊\ndata: [1]\n\nretry: 9\r\ndata: x\r\n\r\n",
  );
  const whole = parse(stream);
  assert.equal(whole.length, 3);

  for (let cut = 0; cut <= stream.length; cut += 1) {
    assert.deepEqual(parse(stream.slice(0, cut), stream.slice(cut)), whole);
  }
  assert.deepEqual(parse(...Array.from(stream, (byte) => new Uint8Array([byte]))), whole);
});
