/** The events of one answer, decoded from what the edge streams. */

import { type Json, objects, optionalNumber, optionalText, parseObject, text, texts } from "./json";

/** A passage offered to the model under the number `n`. */
export interface Source {
  readonly n: number;
  readonly passageId: string;
  readonly title: string;
  readonly heading: string;
  readonly snippet: string;
  readonly url?: string;
}

const FINISHES = ["stop", "length", "refusal", "clarify", "stopped", "abandoned"] as const;
export type Finish = (typeof FINISHES)[number];

/** Why an answer ended without a `done`. `retryAfter` is in seconds. */
export interface Failure {
  readonly kind: string;
  readonly title: string;
  readonly detail?: string;
  readonly retryable: boolean;
  readonly retryAfter?: number;
}

export type AnswerEvent =
  | { readonly type: "meta"; readonly queryId: string; readonly conversationId: string }
  | { readonly type: "sources"; readonly sources: readonly Source[] }
  | { readonly type: "delta"; readonly text: string }
  | { readonly type: "citation"; readonly n: number; readonly quote?: string }
  | { readonly type: "notice"; readonly code: string; readonly text: string }
  | { readonly type: "suggestions"; readonly items: readonly string[] }
  | { readonly type: "done"; readonly finish: Finish; readonly needsReview: boolean }
  | { readonly type: "error"; readonly failure: Failure };

/** Decodes one event; null for names this version does not know and for data that is not an object. */
export function decodeEvent(name: string, data: string): AnswerEvent | null {
  const object = parseObject(data);
  return object === null ? null : (DECODERS.get(name)?.(object) ?? null);
}

const DECODERS = new Map<string, (data: Json) => AnswerEvent | null>(Object.entries({
  meta: (data) => ({ type: "meta", queryId: text(data, "query_id"), conversationId: text(data, "conversation_id") }),
  sources: (data) => ({ type: "sources", sources: objects(data, "sources").flatMap(decodeSource) }),
  delta: (data) => ({ type: "delta", text: text(data, "text") }),
  citation: decodeCitation,
  notice: (data) => ({ type: "notice", code: text(data, "code"), text: text(data, "text") }),
  suggestions: (data) => ({ type: "suggestions", items: texts(data, "items") }),
  done: decodeDone,
  error: (data) => ({ type: "error", failure: decodeFailure(data) }),
}));

function decodeSource(data: Json): Source[] {
  const n = optionalNumber(data, "n");
  if (n === undefined) return [];
  const url = optionalText(data, "url");
  const source = {
    n,
    passageId: text(data, "passage_id"),
    title: text(data, "title") || text(data, "heading"),
    heading: text(data, "heading"),
    snippet: text(data, "snippet"),
  };
  return [url === undefined ? source : { ...source, url }];
}

function decodeCitation(data: Json): AnswerEvent | null {
  const n = optionalNumber(data, "n");
  if (n === undefined) return null;
  const quote = optionalText(data, "quote");
  return quote === undefined ? { type: "citation", n } : { type: "citation", n, quote };
}

/** An unknown `finish` counts as `stop`: the answer is complete, whatever a newer edge calls it. */
function decodeDone(data: Json): AnswerEvent {
  const refused = data["refusal_flag"] === true;
  const named = FINISHES.find((finish) => finish === data["finish"]);
  const finish = named ?? (refused ? "refusal" : "stop");
  return { type: "done", finish, needsReview: data["needs_review"] === true };
}

function decodeFailure(data: Json): Failure {
  const retryAfter = optionalNumber(data, "retry_after");
  const failure = {
    kind: text(data, "kind") || "internal",
    title: text(data, "title"),
    retryable: data["retryable"] !== false,
  };
  return retryAfter === undefined ? failure : { ...failure, retryAfter };
}
