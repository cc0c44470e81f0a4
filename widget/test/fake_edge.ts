/** A small edge over real HTTP: sessions, answers from scripts with resume and stop, passages, feedback. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One step of an answer: an event, after a pause; or a broken connection, while the answer itself goes on. */
export type Step =
  | { readonly event: string; readonly data: object; readonly pauseMs?: number }
  | { readonly cut: true }
  | { readonly unnumbered: string; readonly data: object };

/** What the edge answers to a question: steps, or a problem. */
export type Script = readonly Step[] | { readonly status: number; readonly problem: object };

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

interface AnswerLog {
  readonly frames: string[];
  readonly readers: Set<() => void>;
  stopped: boolean;
  over: boolean;
}

export class FakeEdge {
  readonly requests: Recorded[] = [];
  readonly passages = new Map<string, object>();
  /** Pages of stored turns, by conversation. */
  readonly conversations = new Map<string, readonly (readonly object[])[]>();
  /** Seconds until a new session expires. */
  sessionSeconds = 600;
  session: object = { config: {}, suggestions: [] };
  /** Statuses that the next requests get instead of an answer, by `METHOD path`. */
  readonly refusals = new Map<string, number[]>();
  script: (question: string) => Script = () => [];
  /** Serves what is not part of the API. */
  fallback: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => {
    response.writeHead(404).end();
  };

  private readonly server: Server = createServer((request, response) => void this.handle(request, response));
  private readonly logs = new Map<string, AnswerLog>();
  private sessions = 0;
  private answers = 0;

  /** Starts to listen; returns the origin. */
  async listen(port = 0): Promise<string> {
    this.server.listen(port, "127.0.0.1");
    await once(this.server, "listening");
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  /** The recorded requests of one route, such as `POST /v1/chat`. */
  to(route: string): Recorded[] {
    return this.requests.filter(({ method, path }) => `${method} ${path}` === route);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    if (!path.startsWith("/v1/")) return this.fallback(request, response);
    const text = await readAll(request);
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    this.requests.push({ method, path, headers: request.headers, body });
    const refusal = this.refusals.get(`${method} ${path}`)?.shift();
    if (refusal !== undefined) return problem(response, refusal, { title: `Refused with ${refusal}.` });
    this.route(method, path, body, request, response);
  }

  private route(
    method: string,
    path: string,
    body: Record<string, unknown>,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const id = decodeURIComponent(path.split("/")[3] ?? "");
    if (path === "/v1/sessions") return this.startSession(body, response);
    if (path === "/v1/chat") return this.chat(String(body["question"]), response);
    if (path === "/v1/feedback") return void response.writeHead(202).end();
    if (path.startsWith("/v1/passages/")) return this.passage(id, response);
    if (path.startsWith("/v1/conversations/")) return this.conversation(method, id, request, response);
    if (method === "DELETE") return this.stop(id, response);
    return this.resume(id, String(request.headers["last-event-id"] ?? ""), response);
  }

  private startSession({ resume }: Record<string, unknown>, response: ServerResponse): void {
    this.sessions += 1;
    const known = typeof resume === "string" && this.conversations.has(resume);
    const expires = new Date(Date.now() + this.sessionSeconds * 1000).toISOString();
    const ids = { session_id: "s", session_token: `session-${this.sessions}`, conversation_id: known ? resume : `c-${this.sessions}` };
    json(response, 201, { ...ids, expires_at: expires, config_etag: '"1"', ...this.session });
  }

  private chat(question: string, response: ServerResponse): void {
    const script = this.script(question);
    if (!Array.isArray(script)) {
      const refused = script as { status: number; problem: object };
      return problem(response, refused.status, refused.problem);
    }
    this.answers += 1;
    const queryId = `q-${this.answers}`;
    const log: AnswerLog = { frames: [], readers: new Set(), stopped: false, over: false };
    this.logs.set(queryId, log);
    this.stream(log, 0, response);
    void play(queryId, log, script as readonly Step[], response);
  }

  private resume(queryId: string, lastEventId: string, response: ServerResponse): void {
    const log = this.logs.get(queryId);
    if (log === undefined) return problem(response, 404, { title: "No such answer.", kind: "not_found" });
    const seen = Number(lastEventId.slice(lastEventId.lastIndexOf(".") + 1));
    if (log.over && seen >= log.frames.length) return void response.writeHead(204).end();
    this.stream(log, seen, response);
  }

  private stream(log: AnswerLog, from: number, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
    response.write(": hello\n\n");
    let sent = from;
    const write = (): void => {
      if (response.writableEnded) return;
      while (sent < log.frames.length) response.write(log.frames[sent++]);
      if (log.over) response.end();
    };
    log.readers.add(write);
    response.on("close", () => log.readers.delete(write));
    write();
  }

  private stop(queryId: string, response: ServerResponse): void {
    const log = this.logs.get(queryId);
    if (log !== undefined && !log.over) {
      log.stopped = true;
      append(queryId, log, "done", { finish: "stopped" });
    }
    response.writeHead(204).end();
  }

  private conversation(method: string, id: string, request: IncomingMessage, response: ServerResponse): void {
    if (method === "DELETE") {
      this.conversations.delete(id);
      return void response.writeHead(204).end();
    }
    const pages = this.conversations.get(id);
    if (pages === undefined) return problem(response, 404, { title: "No such conversation.", kind: "not_found" });
    const page = Number(new URL(request.url ?? "/", "http://x").searchParams.get("page_token") ?? "0");
    const next = page + 1 < pages.length ? { next_page_token: String(page + 1) } : {};
    json(response, 200, { conversation_id: id, turns: pages[page], ...next });
  }

  private passage(id: string, response: ServerResponse): void {
    const passage = this.passages.get(id);
    if (passage === undefined) problem(response, 404, { title: "No such passage.", kind: "not_found" });
    else json(response, 200, passage);
  }
}

async function play(queryId: string, log: AnswerLog, steps: readonly Step[], first: ServerResponse): Promise<void> {
  for (const step of steps) {
    if (log.stopped) return;
    if ("cut" in step) {
      await new Promise<void>((flushed) => first.write(": everything before this has left\n\n", () => flushed()));
      first.destroy();
    } else if ("unnumbered" in step) {
      first.end(`event: ${step.unnumbered}\ndata: ${JSON.stringify(step.data)}\n\n`);
    } else {
      if (step.pauseMs !== undefined) await new Promise((resolve) => setTimeout(resolve, step.pauseMs).unref());
      if (!log.stopped) append(queryId, log, step.event, step.data);
    }
  }
}

function append(queryId: string, log: AnswerLog, event: string, data: object): void {
  const named = event === "meta" ? { query_id: queryId, ...data } : data;
  log.frames.push(`id: ${queryId}.${log.frames.length + 1}\nevent: ${event}\ndata: ${JSON.stringify(named)}\n\n`);
  log.over = event === "done" || event === "error";
  for (const reader of log.readers) reader();
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, body: object): void {
  const headers = { "content-type": "application/problem+json" };
  response.writeHead(status, headers).end(JSON.stringify({ status, ...body }));
}
