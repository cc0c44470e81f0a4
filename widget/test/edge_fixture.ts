/** A running fake edge with everything of the widget that talks to it. */

import type { AnswerEvent } from "../src/answer_event";
import { AnswerStream } from "../src/answer_stream";
import { SessionKeeper, type SessionOptions } from "../src/session";
import { type Question, Transport } from "../src/transport";
import { FakeEdge } from "./fake_edge";
import { FakeTiming } from "./fake_timing";

export const QUESTION: Question = {
  question: "Why?",
  conversation_id: "c-1",
  page: { url: "https://host.example/page", title: "Page" },
  locale: "en",
};

export interface Fixture {
  readonly edge: FakeEdge;
  readonly timing: FakeTiming;
  readonly sessions: SessionKeeper;
  readonly transport: Transport;
  /** What happened on the page, in order: the types of events, and `lost` / `back` for the connection. */
  readonly log: string[];
  readonly events: AnswerEvent[];
  /** The text of all deltas. */
  text(): string;
  stream(question?: Question): AnswerStream;
}

/** Runs `work` against a fresh edge and closes it afterwards. */
export async function withEdge(
  work: (fixture: Fixture) => Promise<void>,
  options: Partial<SessionOptions> = {},
): Promise<void> {
  const edge = new FakeEdge();
  const endpoint = await edge.listen();
  try {
    await work(makeFixture(edge, endpoint, options));
  } finally {
    await edge.close();
  }
}

function makeFixture(edge: FakeEdge, endpoint: string, options: Partial<SessionOptions>): Fixture {
  const timing = new FakeTiming();
  timing.at = Date.now();
  const page = (): Question["page"] => QUESTION.page;
  const sessions = new SessionKeeper({ endpoint, locale: "en", page, now: () => timing.now(), fetch, ...options });
  const transport = new Transport(endpoint, sessions, fetch);
  const log: string[] = [];
  const events: AnswerEvent[] = [];
  const listener = {
    onEvent: (event: AnswerEvent): void => {
      events.push(event);
      log.push(event.type);
    },
    onReconnecting: (lost: boolean): void => void log.push(lost ? "lost" : "back"),
  };
  return {
    edge,
    timing,
    sessions,
    transport,
    log,
    events,
    text: () => events.map((event) => (event.type === "delta" ? event.text : "")).join(""),
    stream: (question = QUESTION) => new AnswerStream(transport, question, "key-1", listener, timing),
  };
}
