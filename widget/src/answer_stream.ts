/** One answer from question to last event, across as many connections as it takes. */

import { type AnswerEvent, decodeEvent, type Failure } from "./answer_event";
import { readChunks } from "./byte_stream";
import { asProblem, interrupted, Problem } from "./problem";
import { EventParser, type ServerEvent } from "./sse";
import { backoff, type Timing } from "./timing";
import type { Question } from "./transport";

/** The part of the transport that an answer needs. */
export interface AnswerTransport {
  ask(question: Question, idempotencyKey: string, signal: AbortSignal): Promise<Response>;
  resume(queryId: string, lastEventId: string, signal: AbortSignal): Promise<Response>;
  stop(queryId: string): Promise<void>;
}

export interface AnswerListener {
  /** Every event once, in order; the last one is `done` or `error`. */
  onEvent(event: AnswerEvent): void;
  /** The connection was lost and is being re-established, or is back. */
  onReconnecting(reconnecting: boolean): void;
}

const SILENCE_MS = 25_000;
const STOP_GRACE_MS = 2_000;
const ASK_ATTEMPTS = 3;
/** About 50 s of back-off without any progress: an abandoned answer is closed by the core after 60 s. */
const RESUME_ATTEMPTS = 10;
/** After an error that the edge itself reported, the answer may still be running behind it: look a few times. */
const EDGE_ERROR_ATTEMPTS = 4;

export class AnswerStream {
  private readonly abort = new AbortController();
  private lastEventId = "";
  private seq = 0;
  private failures = 0;
  private serverDelay: number | undefined;
  private edgeFailure: Failure | undefined;
  private ended = false;
  private stopping = false;

  constructor(
    private readonly transport: AnswerTransport,
    private readonly question: Question,
    private readonly idempotencyKey: string,
    private readonly listener: AnswerListener,
    private readonly timing: Timing,
    /** An answer that is under way already: it is followed from its first event. */
    private queryId = "",
  ) {}

  /** Resolves after the last event was delivered, or after `close`. */
  async run(): Promise<void> {
    while (!this.ended) {
      try {
        await this.consume(await this.connect());
      } catch (cause) {
        if (this.ended) return;
        await this.recover(asProblem(cause));
      }
    }
  }

  /** Stops generation; the listener gets `done` with `finish: stopped`, at the latest after a short grace. */
  async stop(): Promise<void> {
    if (this.stopping || this.ended) return;
    this.stopping = true;
    if (this.queryId !== "") void this.sendStop();
    await this.timing.sleep(STOP_GRACE_MS, this.abort.signal).catch(() => undefined);
    this.finish({ type: "done", finish: "stopped", needsReview: false });
  }

  /** Drops the connection without stopping generation and without another event. */
  close(): void {
    this.ended = true;
    this.abort.abort();
  }

  private connect(): Promise<Response> {
    const { signal } = this.abort;
    if (this.queryId === "") return this.transport.ask(this.question, this.idempotencyKey, signal);
    return this.transport.resume(this.queryId, this.lastEventId, signal);
  }

  private async consume(response: Response): Promise<void> {
    if (response.body === null || response.status === 204) throw interrupted(204);
    const parser = new EventParser();
    if (this.failures > 0) this.listener.onReconnecting(false);
    for await (const bytes of readChunks(response.body, SILENCE_MS)) {
      for (const event of parser.push(bytes)) this.take(event);
      this.serverDelay = parser.retry ?? this.serverDelay;
      if (this.ended) return;
    }
    throw interrupted();
  }

  /** Delivers an event unless it was already seen; a gap means lost events, so the stream is resumed. */
  private take(event: ServerEvent): void {
    if (this.ended) return;
    if (event.id !== undefined) {
      const seq = Number(event.id.slice(event.id.lastIndexOf(".") + 1));
      if (seq <= this.seq) return;
      if (seq > this.seq + 1) throw interrupted();
      this.seq = seq;
      this.lastEventId = event.id;
      this.failures = 0;
      this.edgeFailure = undefined;
    }
    const decoded = decodeEvent(event.name, event.data);
    if (decoded === null) return;
    if (decoded.type === "meta") this.begin(decoded.queryId);
    if (decoded.type === "error" && event.id === undefined) this.doubt(decoded.failure);
    if (decoded.type === "done" || decoded.type === "error") this.finish(decoded);
    else this.listener.onEvent(decoded);
  }

  /** An error without an id comes from the edge, not from the answer, which may be resumable. */
  private doubt(failure: Failure): void {
    if (this.queryId === "" || !failure.retryable || this.stopping) return;
    this.edgeFailure = failure;
    throw new Problem({ ...failure, status: 503 });
  }

  private begin(queryId: string): void {
    this.queryId = queryId;
    if (this.stopping) void this.sendStop();
  }

  private async recover(problem: Problem): Promise<void> {
    this.failures += 1;
    if (!this.mayRetry(problem)) {
      this.finish({ type: "error", failure: this.edgeFailure ?? problem.failure });
      return;
    }
    this.listener.onReconnecting(true);
    const asked = Math.max((problem.retryAfter ?? 0) * 1000, this.serverDelay ?? 0);
    const delay = Math.max(asked, backoff(this.failures, this.timing.random()));
    await this.timing.sleep(delay, this.abort.signal).catch(() => undefined);
  }

  /** A first request is repeated only when it got no response; a resumption also after a passing refusal. */
  private mayRetry(problem: Problem): boolean {
    if (this.queryId === "") return problem.status === 0 && this.failures < ASK_ATTEMPTS;
    const attempts = this.edgeFailure === undefined ? RESUME_ATTEMPTS : EDGE_ERROR_ATTEMPTS;
    return problem.transient && this.failures < attempts;
  }

  /** A stop that fails is not reported: the reader sees the answer end either way, and the core abandons it. */
  private async sendStop(): Promise<void> {
    await this.transport.stop(this.queryId).catch(() => undefined);
  }

  private finish(event: AnswerEvent): void {
    if (this.ended) return;
    this.ended = true;
    this.listener.onEvent(event);
    this.abort.abort();
  }
}
