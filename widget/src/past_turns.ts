/** The turns of a stored conversation, as the panel shows them. */

import { decodeEvent, type AnswerEvent } from "./answer_event";
import { type Json, objects, text } from "./json";
import { advance, newTurn, type Turn } from "./turn";

/** Decodes stored turns; they are numbered from 1. */
export function decodePastTurns(turns: readonly Json[]): Turn[] {
  return turns.map((data, place) => pastTurn(data, place + 1));
}

function pastTurn(data: Json, index: number): Turn {
  const events = [
    { type: "meta", queryId: text(data, "query_id"), conversationId: "" } as const,
    decoded("sources", { sources: data["sources"] }),
    { type: "delta", text: text(data, "answer") } as const,
    ...objects(data, "citations").map((citation) => decoded("citation", citation)),
    // What failed then is not tried again now: it reads like an answer that was left unfinished.
    decoded("done", { finish: data["finish"] === "error" ? "abandoned" : data["finish"] }),
  ];
  return events.reduce<Turn>(
    (turn, event) => (event === null ? turn : advance(turn, event)),
    newTurn(index, text(data, "question")),
  );
}

function decoded(name: string, data: object): AnswerEvent | null {
  return decodeEvent(name, JSON.stringify(data));
}
