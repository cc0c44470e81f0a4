/** Requests to the edge, each carrying the session's token. */

import { isObject, type Json, objects, optionalText, parseObject, text, texts } from "./json";
import type { PageHint } from "./page";
import { decodePastTurns } from "./past_turns";
import { asProblem, readProblem } from "./problem";
import type { Session } from "./session";
import { newTraceparent } from "./trace";
import type { Turn } from "./turn";

const MAX_PAGES = 4;

/** Where the transport gets its tokens. */
export interface SessionSource {
  current(): Promise<Session>;
  replace(token: string): Promise<Session>;
}

export interface Question {
  readonly question: string;
  /** Absent: the edge starts a conversation. */
  readonly conversation_id?: string | undefined;
  readonly page: PageHint;
  readonly locale: string;
}

/** A stored passage with its document. */
export interface Passage {
  readonly title: string;
  readonly url?: string | undefined;
  readonly headingPath: readonly string[];
  readonly text: string;
  /** RFC 3339, or empty. */
  readonly updatedAt: string;
}

export interface Feedback {
  readonly feedback_id: string;
  readonly query_id: string;
  readonly vote: "up" | "down";
  readonly labels?: readonly string[];
  readonly comment?: string;
}

export class Transport {
  constructor(
    private readonly endpoint: string,
    private readonly sessions: SessionSource,
    private readonly fetch: typeof globalThis.fetch,
  ) {}

  /** Asks; the same key and question attach to the same answer, so a repeat after a lost connection is safe. */
  ask(question: Question, idempotencyKey: string, signal: AbortSignal): Promise<Response> {
    const headers = { accept: "text/event-stream", "idempotency-key": idempotencyKey };
    return this.send("POST", "/v1/chat", { headers, body: question, signal });
  }

  /** The events after `lastEventId`; status 204 when there are none and the answer is over. */
  resume(queryId: string, lastEventId: string, signal: AbortSignal): Promise<Response> {
    const after: Record<string, string> = lastEventId === "" ? {} : { "last-event-id": lastEventId };
    const headers = { accept: "text/event-stream", ...after };
    return this.send("GET", `/v1/chat/${encodeURIComponent(queryId)}/events`, { headers, signal });
  }

  async stop(queryId: string): Promise<void> {
    await this.send("DELETE", `/v1/chat/${encodeURIComponent(queryId)}`, {});
  }

  async passage(passageId: string): Promise<Passage> {
    const response = await this.send("GET", `/v1/passages/${encodeURIComponent(passageId)}`, {});
    return decodePassage(parseObject(await response.text()) ?? {});
  }

  /** The stored turns of a conversation, oldest first; no more than the panel can show at once. */
  async conversation(conversationId: string): Promise<Turn[]> {
    const turns: Json[] = [];
    let token = "";
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = token === "" ? "" : `?page_token=${encodeURIComponent(token)}`;
      const response = await this.send("GET", conversationPath(conversationId) + query, {});
      const data = parseObject(await response.text()) ?? {};
      turns.push(...objects(data, "turns"));
      token = text(data, "next_page_token");
      if (token === "") break;
    }
    return decodePastTurns(turns);
  }

  async deleteConversation(conversationId: string): Promise<void> {
    await this.send("DELETE", conversationPath(conversationId), {});
  }

  async feedback(feedback: Feedback): Promise<void> {
    await this.send("POST", "/v1/feedback", { body: feedback });
  }

  /** Sends with the current token; a 401 gets one new session and one more attempt. Throws `Problem`. */
  private async send(method: string, path: string, parts: RequestParts): Promise<Response> {
    const session = await this.sessions.current();
    let response = await this.attempt(method, path, parts, session.token);
    if (response.status === 401) {
      const { token } = await this.sessions.replace(session.token);
      response = await this.attempt(method, path, parts, token);
    }
    if (!response.ok) throw await readProblem(response);
    return response;
  }

  private async attempt(method: string, path: string, parts: RequestParts, token: string): Promise<Response> {
    const headers = new Headers({ ...parts.headers, authorization: `Bearer ${token}`, traceparent: newTraceparent() });
    const init: RequestInit = { method, headers, credentials: "omit", cache: "no-store" };
    if (parts.signal !== undefined) init.signal = parts.signal;
    if (parts.body !== undefined) {
      headers.set("content-type", "application/json");
      init.body = JSON.stringify(parts.body);
    }
    try {
      return await this.fetch(this.endpoint + path, init);
    } catch (cause) {
      throw asProblem(cause);
    }
  }
}

interface RequestParts {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

function conversationPath(conversationId: string): string {
  return `/v1/conversations/${encodeURIComponent(conversationId)}`;
}

function decodePassage(data: Json): Passage {
  const document = isObject(data["document"]) ? data["document"] : {};
  return {
    title: text(document, "title"),
    url: optionalText(document, "url"),
    headingPath: texts(data, "heading_path"),
    text: text(data, "text"),
    updatedAt: text(data, "updated_at"),
  };
}
