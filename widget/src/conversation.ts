/** The questions of one visitor and their answers, without any page. */

import type { AnswerEvent } from "./answer_event";
import { type AnswerListener, AnswerStream, type AnswerTransport } from "./answer_stream";
import type { PageHint } from "./page";
import { asProblem } from "./problem";
import type { Timing } from "./timing";
import { advance, isOver, newTurn, type Turn } from "./turn";

export interface ConversationOptions {
  readonly transport: AnswerTransport;
  /** The conversation that the session proposes for the first question. */
  readonly firstConversationId: () => Promise<string>;
  readonly page: () => PageHint;
  readonly locale: string;
  readonly newKey: () => string;
  readonly timing: Timing;
  /** Called with the conversation's id once something was asked in it, and with nothing when it is left. */
  readonly onConversation?: (conversationId: string) => void;
  /** Called with the new value whenever a turn has changed. */
  readonly onTurn: (turn: Turn) => void;
}

export class Conversation {
  private turn: Turn | null = null;
  private stream: AnswerStream | null = null;
  private key = "";
  /** Undefined: not begun. Empty: the edge is to begin a new one. */
  private conversationId: string | undefined;
  private count = 0;

  constructor(private readonly options: ConversationOptions) {}

  /** Its id; empty until the edge has named it. */
  get id(): string {
    return this.conversationId ?? "";
  }

  /** Goes on with a conversation of so many turns; false where another one has begun. */
  resume(conversationId: string, turns: number): boolean {
    if (this.count > 0) return false;
    this.conversationId = conversationId;
    this.count = turns;
    return true;
  }

  /** Follows an answer that was under way when the page was loaded, from its beginning. */
  rejoin(queryId: string, question: string): void {
    if (this.busy) return;
    this.count += 1;
    this.key = this.options.newKey();
    const turn = { ...newTurn(this.count, question), queryId };
    this.stream = null;
    this.publish(turn);
    void this.open(turn, this.id);
  }

  /** True while an answer is on its way. */
  get busy(): boolean {
    return this.turn !== null && !isOver(this.turn);
  }

  /** Asks; does nothing while an answer is on its way. */
  ask(question: string): void {
    if (this.busy) return;
    this.count += 1;
    this.key = this.options.newKey();
    void this.answer(newTurn(this.count, question));
  }

  /** Asks the last question again; under the same key when the edge never confirmed it. */
  retry(): void {
    if (this.turn === null || this.busy) return;
    if (this.turn.queryId !== "") this.key = this.options.newKey();
    void this.answer(newTurn(this.turn.index, this.turn.question));
  }

  stop(): void {
    if (this.stream !== null) void this.stream.stop();
    else if (this.turn !== null) this.apply(this.turn.index, { type: "done", finish: "stopped", needsReview: false });
  }

  /** Forgets the conversation; a running answer is stopped. */
  reset(): void {
    if (this.busy) this.stop();
    this.turn = null;
    this.stream = null;
    this.conversationId = "";
    this.count = 0;
    this.options.onConversation?.("");
  }

  /** Drops the connection; the answer goes on without this page. */
  close(): void {
    this.stream?.close();
  }

  private async answer(turn: Turn): Promise<void> {
    this.stream = null;
    this.publish(turn);
    try {
      this.conversationId ??= await this.options.firstConversationId();
    } catch (cause) {
      if (this.turn === turn) this.apply(turn.index, { type: "error", failure: asProblem(cause).failure });
      return;
    }
    if (this.turn !== turn) return;
    await this.open(turn, this.conversationId);
  }

  private open(turn: Turn, conversationId: string): Promise<void> {
    const { transport, page, locale, timing } = this.options;
    const named = conversationId === "" ? {} : { conversation_id: conversationId };
    const question = { question: turn.question, ...named, page: page(), locale };
    const listener: AnswerListener = {
      onEvent: (event) => {
        if (this.stream === stream) this.apply(turn.index, event);
      },
      onReconnecting: (reconnecting) => {
        if (this.stream === stream) this.reconnect(reconnecting);
      },
    };
    const stream = new AnswerStream(transport, question, this.key, listener, timing, turn.queryId);
    this.stream = stream;
    return stream.run();
  }

  private apply(index: number, event: AnswerEvent): void {
    if (this.turn === null || this.turn.index !== index) return;
    if (event.type === "meta" && event.conversationId !== "") {
      this.conversationId = event.conversationId;
      this.options.onConversation?.(event.conversationId);
    }
    this.publish(advance(this.turn, event));
  }

  private reconnect(reconnecting: boolean): void {
    if (this.turn !== null && !isOver(this.turn)) this.publish({ ...this.turn, reconnecting });
  }

  private publish(turn: Turn): void {
    this.turn = turn;
    this.options.onTurn(turn);
  }
}
