/** One question and what is known of its answer so far; every event makes a new value. */

import type { AnswerEvent, Failure, Finish, Source } from "./answer_event";

export interface Notice {
  readonly code: string;
  readonly text: string;
}

export type Phase = "searching" | "reading" | "writing" | "done" | "failed";

export interface Turn {
  /** Number within the conversation, from 1. */
  readonly index: number;
  readonly question: string;
  readonly phase: Phase;
  /** Empty until the edge has named the answer. */
  readonly queryId: string;
  readonly text: string;
  readonly sources: ReadonlyMap<number, Source>;
  /** Quotes by source number, as far as their citations were checked. */
  readonly quotes: ReadonlyMap<number, readonly string[]>;
  readonly notices: readonly Notice[];
  readonly suggestions: readonly string[];
  readonly reconnecting: boolean;
  readonly finish?: Finish;
  readonly needsReview: boolean;
  readonly failure?: Failure;
}

export function newTurn(index: number, question: string): Turn {
  return {
    index,
    question,
    phase: "searching",
    queryId: "",
    text: "",
    sources: new Map(),
    quotes: new Map(),
    notices: [],
    suggestions: [],
    reconnecting: false,
    needsReview: false,
  };
}

export function isOver(turn: Turn): boolean {
  return turn.phase === "done" || turn.phase === "failed";
}

/** Applies one event. */
export function advance(turn: Turn, event: AnswerEvent): Turn {
  switch (event.type) {
    case "meta":
      return { ...turn, queryId: event.queryId };
    case "sources":
      return { ...turn, phase: "reading", sources: new Map(event.sources.map((source) => [source.n, source])) };
    case "delta":
      return { ...turn, phase: "writing", text: turn.text + event.text };
    case "citation":
      return { ...turn, quotes: withQuote(turn.quotes, event.n, event.quote) };
    case "notice":
      return event.code === "reconnect" ? turn : { ...turn, notices: withNotice(turn.notices, event) };
    case "suggestions":
      return { ...turn, suggestions: event.items };
    case "done":
      return { ...turn, phase: "done", reconnecting: false, finish: event.finish, needsReview: event.needsReview };
    case "error":
      return { ...turn, phase: "failed", reconnecting: false, failure: event.failure };
  }
}

/** The numbers of the sources that the answer cites, in its text or by its citations, in ascending order. */
export function citedNumbers(turn: Turn): number[] {
  const inText = Array.from(turn.text.matchAll(/\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g), ([, list = ""]) =>
    list.split(",").map(Number),
  ).flat();
  const cited = new Set([...inText, ...turn.quotes.keys()]);
  return [...cited].filter((n) => turn.sources.has(n)).sort((a, b) => a - b);
}

function withQuote(quotes: Turn["quotes"], n: number, quote: string | undefined): Turn["quotes"] {
  const known = quotes.get(n) ?? [];
  return new Map(quotes).set(n, quote === undefined || known.includes(quote) ? known : [...known, quote]);
}

function withNotice(notices: readonly Notice[], { code, text }: Notice): readonly Notice[] {
  const repeated = text === "" || notices.some((notice) => notice.code === code && notice.text === text);
  return repeated ? notices : [...notices, { code, text }];
}
